"""Recalls (đính chính): telling exactly those who were told what is no longer so, once, after two people agreed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import document, moment
from storage.errors import Refusal
from storage.journal import Exchange, ExchangeNote


class RecallStatus(StrEnum):
    """Where a recall stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    """Decided; goes out batch by batch."""
    DONE = "done"
    """Promised to everybody it concerns."""
    REJECTED = "rejected"


class Recall(SQLModel, table=True):
    """A correction to people who were told something (đính chính), about entries in certain revisions."""

    id: int | None = Field(default=None, primary_key=True)
    entries: list[str] = Field(default_factory=list, sa_column=document())
    """Ids of the entries whose answers it corrects."""
    revisions: list[str] = Field(default_factory=list, sa_column=document())
    """Only these revisions of them; empty means every one."""
    told_since: datetime = Field(sa_column=moment())
    told_until: datetime = Field(sa_column=moment())
    """Who was told from `told_since` up to but not including `told_until`; nobody who was told later."""
    reason: str
    text: str
    """The one correction that everybody reads."""
    author: int = Field(foreign_key="person.id")
    status: str = Field(default=RecallStatus.PROPOSED, index=True)
    decided_by: int | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    created_at: datetime = Field(sa_column=moment())
    version: int = 1

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]

    @property
    def key(self) -> int:
        """The id of a stored recall."""
        assert self.id is not None
        return self.id

    def approve(self, *, by: int, at: datetime) -> None:
        """A second person agrees; only now does it go out."""
        self._must_wait()
        if by == self.author:
            raise Refusal("recall.own")
        self.status, self.decided_by, self.decided_at = RecallStatus.APPROVED, by, at

    def reject(self, *, by: int, at: datetime) -> None:
        """It does not go out."""
        self._must_wait()
        self.status, self.decided_by, self.decided_at = RecallStatus.REJECTED, by, at

    def _must_wait(self) -> None:
        if self.status != RecallStatus.PROPOSED:
            raise Refusal("recall.decided")


class RecallNotice(SQLModel, table=True):
    """One person to whom a recall was promised, and when they confirmed having read it."""

    __tablename__ = "recall_notice"
    __table_args__ = (UniqueConstraint("recall", "person", name="uq_recall_notice_recall"),)

    id: int | None = Field(default=None, primary_key=True)
    recall: int = Field(foreign_key="recall.id")
    person: int = Field(foreign_key="person.id", index=True)
    told_at: datetime = Field(sa_column=moment())
    """When they were last told what is corrected."""
    promised_at: datetime = Field(sa_column=moment())
    read_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class Recalls:
    """All recalls."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, recall: Recall) -> Recall:
        """Keep one, flushed so that it has an id."""
        self._session.add(recall)
        await self._session.flush()
        return recall

    async def get(self, key: int) -> Recall:
        """The recall with this id; refuses when there is none."""
        found = await self._session.get(Recall, key)
        if found is None:
            raise Refusal("recall.unknown")
        return found

    async def latest(self, *, limit: int = 100) -> list[Recall]:
        """The latest recalls, newest first."""
        return list((await self._session.exec(select(Recall).order_by(col(Recall.id).desc()).limit(limit))).all())

    async def on_their_way(self) -> list[Recall]:
        """Approved, and perhaps not yet promised to everybody."""
        query = select(Recall).where(Recall.status == RecallStatus.APPROVED.value).order_by(col(Recall.id))
        return list((await self._session.exec(query)).all())

    async def told(self, recall: Recall) -> dict[int, datetime]:
        """Everybody whom the recall concerns, and when each was last told, by the journal."""
        query = (
            select(Exchange.person, func.max(ExchangeNote.at))
            .join(ExchangeNote, col(ExchangeNote.exchange) == Exchange.id)
            .where(ExchangeNote.kind == "shown", col(ExchangeNote.entry).in_(recall.entries))
            .where(col(ExchangeNote.at) >= recall.told_since, col(ExchangeNote.at) < recall.told_until)
            .group_by(col(Exchange.person))
        )
        if recall.revisions:
            query = query.where(col(ExchangeNote.revision).in_(recall.revisions))
        return dict((await self._session.exec(query)).all())

    async def notices(self, recall: int) -> list[RecallNotice]:
        """To whom it was promised, in order."""
        query = select(RecallNotice).where(RecallNotice.recall == recall).order_by(col(RecallNotice.id))
        return list((await self._session.exec(query)).all())

    async def notice(self, recall: int, person: int) -> RecallNotice | None:
        """What this person was promised of it."""
        query = select(RecallNotice).where(RecallNotice.recall == recall, RecallNotice.person == person)
        return (await self._session.exec(query)).first()

    async def promise(self, notice: RecallNotice) -> None:
        """Write down that somebody will be told."""
        self._session.add(notice)
        await self._session.flush()
