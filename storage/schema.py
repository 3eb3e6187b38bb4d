"""The schema as a whole: bringing a database up to date, and knowing whether it is."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table, text
from sqlmodel import SQLModel

from storage.attachments import StoredAttachment
from storage.audit import AuditLine
from storage.conversations import Conversation
from storage.database import Database
from storage.drafts import Draft, Publication
from storage.imports import ImportedArticle, ImportedDocument, ImportedProcedure, ImportRun
from storage.inbox import IncomingMessage
from storage.journal import Exchange, ExchangeNote
from storage.outbox import OutgoingMessage
from storage.people import Account, Commune, Enrolment, Person
from storage.recalls import Recall, RecallNotice
from storage.ticket_events import TicketEvent
from storage.tickets import Ticket
from storage.transcript import WebLine, WebSession

MODELS: tuple[type[SQLModel], ...] = (
    Commune, Person, Account, Enrolment, Conversation, IncomingMessage, Exchange, Ticket, TicketEvent,
    ExchangeNote, OutgoingMessage, StoredAttachment, AuditLine, WebLine, WebSession,
    Draft, Publication, Recall, RecallNotice, ImportRun, ImportedDocument, ImportedArticle, ImportedProcedure,
)  # fmt: skip
"""Every table, those referred to before those that refer to them."""

TABLES: tuple[Table, ...] = tuple(model.__table__ for model in MODELS)  # type: ignore[attr-defined]


async def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database to a revision of the schema; does nothing when it is there."""
    if revision == "head" and await revision_of(database) == newest():
        return
    async with database.engine.connect() as connection:
        if database.postgres:  # several processes may start at once
            await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('schema'))"))
        await connection.run_sync(_upgrade, revision)
        await connection.commit()


async def revision_of(database: Database) -> str | None:
    """The revision a database is at; None when it is empty."""
    async with database.engine.connect() as connection:
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


def newest() -> str:
    """The revision this program needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def _upgrade(connection: Connection, revision: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _config(**attributes: Any) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes.update(attributes)
    return config
