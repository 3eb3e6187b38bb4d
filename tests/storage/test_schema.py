"""Migrations and models describe the same schema, on both databases."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlmodel import SQLModel

from storage import Database, schema
from storage.journal import Exchange


async def test_migrations_and_models_agree(database: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, SQLModel.metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_every_table_is_in_the_schema_list() -> None:
    assert {table.name for table in schema.TABLES} == set(SQLModel.metadata.tables)


async def test_upgrading_twice_changes_nothing(database: Database) -> None:
    before = await schema.revision_of(database)
    await schema.upgrade(database)
    assert await schema.revision_of(database) == before == schema.newest()


async def test_rows_of_the_first_schema_live_on(database_url: str) -> None:
    database = Database(database_url)
    await schema.upgrade(database, "0001")
    async with database.engine.begin() as connection:
        for line in A_LINE_OF_EACH:
            await connection.execute(text(line))

    await schema.upgrade(database)

    async with database.reading() as tx:
        exchange = await tx.journal.get(1)
        assert isinstance(exchange, Exchange)
        assert (exchange.question, exchange.related) == ("hỏi gì", [])
        assert [note.entry for note in await tx.journal.notes(1)] == ["dat-dai/x"]
    await database.close()


AT = "'2026-11-20 02:00:00+00:00'"
A_LINE_OF_EACH = (
    "INSERT INTO person (id, name, role, unit, language, active, created_at)"
    f" VALUES (1, 'Lan', 'requester', '', 'vi', true, {AT})",
    "INSERT INTO conversation (id, channel, address, is_group, offered, heard_at, version)"
    f" VALUES (1, 'web', 'a', false, '[]', {AT}, 1)",
    "INSERT INTO exchange"
    " (id, person, conversation, question, as_of, decision, confidence, topic, matches, knowledge, at)"
    f" VALUES (1, 1, 1, 'hỏi gì', '2026-11-20', 'answer', 0.9, '', '[]', 'r', {AT})",
    "INSERT INTO exchange_note (id, exchange, kind, entry, revision, at)"
    f" VALUES (1, 1, 'shown', 'dat-dai/x', 'r', {AT})",
)
