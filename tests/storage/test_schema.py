"""Migrations and models describe the same schema, on both databases."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlmodel import SQLModel

from storage import Database, schema


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
