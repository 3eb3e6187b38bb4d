"""The database: the only way in, one transaction at a time, with the manners of SQLite and of PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSessionTransaction, create_async_engine
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.attachments import Attachments
from storage.audit import Audit
from storage.conversations import Conversations
from storage.drafts import Drafts
from storage.imports import Imports
from storage.inbox import Inbox
from storage.journal import Journal
from storage.outbox import Outbox
from storage.people import People
from storage.recalls import Recalls
from storage.tickets import Tickets
from storage.told import Told
from storage.transcript import Transcript
from storage.wakeups import Wakeups

SQLITE_MANNERS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000")

Conflict = (StaleDataError, DBAPIError, PoolTimeout)
"""What a transaction may raise that has nothing to do with what it does: a race lost, a connection gone."""


class Transaction:
    """An open transaction and all collections in it. Handlers never commit; leaving the block does."""

    def __init__(self, session: AsyncSession, *, secret: str, postgres: bool) -> None:
        self._session = session
        self._postgres = postgres
        self.topics: set[str] = set()
        self.people = People(session, secret)
        self.conversations = Conversations(session)
        self.inbox = Inbox(session)
        self.outbox = Outbox(session)
        self.tickets = Tickets(session)
        self.journal = Journal(session)
        self.audit = Audit(session)
        self.transcript = Transcript(session)
        self.attachments = Attachments(session)
        self.drafts = Drafts(session)
        self.recalls = Recalls(session)
        self.told = Told(session)
        self.imports = Imports(session)

    def savepoint(self) -> AsyncSessionTransaction:
        """What happens inside is undone when an exception leaves it."""
        return self._session.begin_nested()

    async def reread(self, *rows: Any) -> None:
        """Read rows again as they are stored now; needed after a savepoint was undone."""
        for row in rows:
            await self._session.refresh(row)

    def wake(self, topic: str) -> None:
        """Once committed, wake whoever waits for this topic, in every process."""
        self.topics.add(topic)

    async def alone(self, name: str) -> bool:
        """Whether we, of all processes, may do this until the transaction ends."""
        if not self._postgres:
            return True
        query = text("SELECT pg_try_advisory_xact_lock(hashtext(:name))")
        return bool(await self._scalar(query, name=name))

    async def ping(self) -> None:
        """Raise when the database does not answer."""
        await self._scalar(text("SELECT 1"))

    async def _scalar(self, query: Any, **values: Any) -> Any:
        connection = await self._session.connection()
        return (await connection.execute(query, values)).scalar()

    async def notify(self) -> None:
        """Tell the other processes what we woke (PostgreSQL only), as part of the transaction."""
        for topic in self.topics if self._postgres else ():
            await self._scalar(text("SELECT pg_notify('xongviec', :topic)"), topic=topic)


class Database:
    """Where everything that has happened is kept. SQLite: one process. PostgreSQL: as many as you like."""

    def __init__(self, url: str, *, secret: str = "") -> None:
        self.url = make_url(url)
        self.postgres = self.url.get_backend_name() == "postgresql"
        self._secret = secret
        self._engine = _engine(url, self.postgres)
        # SQLite lets one writer in at a time; a queue of our own is fair and does not poll.
        self._turnstile = nullcontext() if self.postgres else asyncio.Lock()
        self.wakeups = Wakeups(url if self.postgres else None)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Read and change; committed at the end of the block, undone when an exception leaves it."""
        async with self._turnstile, AsyncSession(self._writers(), expire_on_commit=False) as session, session.begin():
            tx = Transaction(session, secret=self._secret, postgres=self.postgres)
            yield tx
            await tx.notify()
        self.wakeups.ring(tx.topics)

    @asynccontextmanager
    async def reading(self, *, snapshot: bool = False) -> AsyncIterator[Transaction]:
        """Read only: whatever is changed inside is forgotten, and nobody is kept waiting.

        A snapshot shows one moment however much is read; SQLite always does.
        """
        engine = self._engine
        if snapshot and self.postgres:
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        async with AsyncSession(engine, expire_on_commit=False, autoflush=False) as session:
            yield Transaction(session, secret=self._secret, postgres=self.postgres)

    @property
    def engine(self) -> AsyncEngine:
        """For migrations, backups and their tests."""
        return self._engine

    async def close(self) -> None:
        """Let go of every connection."""
        await self.wakeups.close()
        await self._engine.dispose()

    def _writers(self) -> AsyncEngine:
        return self._engine if self.postgres else self._engine.execution_options(sqlite_begin="IMMEDIATE")


def is_there(url: str) -> bool:
    """Whether there is anything to open: a file of SQLite, or whatever a server of PostgreSQL may have."""
    parts = make_url(url)
    return parts.get_backend_name() != "sqlite" or Path(parts.database or "").is_file()


def _engine(url: str, postgres: bool) -> AsyncEngine:
    if postgres:
        return create_async_engine(url, hide_parameters=True, pool_size=10, max_overflow=10, pool_pre_ping=True)
    database = make_url(url).database
    if database:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url, hide_parameters=True, pool_size=5, max_overflow=10)
    event.listen(engine.sync_engine, "connect", _teach_manners)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _teach_manners(connection: Any, _record: Any) -> None:
    # The driver's own idea of transactions starts one at the first write, and a change can be lost between two.
    connection.isolation_level = None
    cursor = connection.cursor()
    for manner in SQLITE_MANNERS:
        cursor.execute(f"PRAGMA {manner}")
    cursor.close()


def _begin(connection: Any) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('sqlite_begin', 'DEFERRED')}")
