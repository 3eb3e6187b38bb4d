"""Recalls (đính chính): telling exactly those who were told what is no longer so, once, after two people agreed."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import String, UniqueConstraint, cast, literal
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import document, moment
from storage.errors import Refusal
from storage.outbox import OutgoingMessage


class RecallStatus(StrEnum):
    """Where a recall stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    """Decided; goes out batch by batch."""
    DONE = "done"
    """Promised to everybody it concerns."""
    REJECTED = "rejected"


class Recall(SQLModel, table=True):
    """A correction (đính chính) to people who were told something: entries in some revisions, or a document."""

    id: int | None = Field(default=None, primary_key=True)
    entries: list[str] = Field(default_factory=list, sa_column=document())
    """Ids of the entries whose answers it corrects."""
    titles: dict[str, str] = Field(default_factory=dict, sa_column=document())
    """Their titles by id, as people know them; an entry may be gone by the time somebody reads the recall."""
    revisions: list[str] = Field(default_factory=list, sa_column=document())
    """Only these revisions of them; empty means every one."""
    ended: str = ""
    """Number of the document that has ended, when it is about one: who got an answer citing it is told, too."""
    ended_on: date | None = None
    """First day on which that is no longer in force."""
    sources: list[str] = Field(default_factory=list, sa_column=document())
    """What holds now, as people write it; shown below the text."""
    told_since: datetime = Field(sa_column=moment())
    told_until: datetime = Field(sa_column=moment())
    """Who was told from `told_since` up to but not including `told_until`; nobody who was told later."""
    reason: str
    """Why, for who decides."""
    text: str
    """The one correction that everybody reads."""
    author: int = Field(foreign_key="person.id")
    editor: int = Field(foreign_key="person.id")
    """Who wrote the text as it stands; like the author, they may not approve it."""
    status: str = Field(default=RecallStatus.PROPOSED, index=True)
    decided_by: int | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    objection: str = ""
    """Why it does not go out."""
    created_at: datetime = Field(sa_column=moment(index=True))
    version: int = 1

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]

    @property
    def key(self) -> int:
        """The id of a stored recall."""
        assert self.id is not None
        return self.id

    def rewrite(self, text: str, reason: str, *, by: int) -> None:
        """Somebody improves it before it is decided."""
        self._must_wait()
        self.text, self.reason, self.editor = text, reason, by

    def approve(self, *, by: int, at: datetime) -> None:
        """A second person agrees; only now does it go out."""
        self._must_wait()
        if by in (self.author, self.editor):
            raise Refusal("recall.own")
        self.status, self.decided_by, self.decided_at = RecallStatus.APPROVED, by, at

    def reject(self, objection: str, *, by: int, at: datetime) -> None:
        """It does not go out: a second person disagrees, or its author takes it back."""
        self._must_wait()
        if not objection.strip():
            raise Refusal("recall.objection_missing")
        self.status, self.decided_by, self.decided_at, self.objection = RecallStatus.REJECTED, by, at, objection

    def finish(self) -> None:
        """Promised to everybody it concerns."""
        self.status = RecallStatus.DONE

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
    reminded_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    """When they were asked once more to confirm."""
    read_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))

    @property
    def once(self) -> str:
        """The name of the promise, made once."""
        return f"recall:{self.recall}:{self.person}"

    def read(self, at: datetime) -> bool:
        """They confirm; False when they had before."""
        first = self.read_at is None
        self.read_at = self.read_at or at
        return first

    def remind(self, at: datetime) -> None:
        """They are asked once more, and never again."""
        self.reminded_at = at


@dataclass(frozen=True, slots=True)
class Figures:
    """How far a recall is, in people: promised, delivered by a channel, confirmed as read."""

    promised: int = 0
    delivered: int = 0
    read: int = 0


class Recalls:
    """All recalls, and to whom they were promised."""

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

    async def standing(self, since: datetime) -> list[Recall]:
        """Those made since a moment that nobody has rejected."""
        query = select(Recall).where(col(Recall.created_at) >= since, Recall.status != RecallStatus.REJECTED.value)
        return list((await self._session.exec(query.order_by(col(Recall.id)))).all())

    async def on_their_way(self) -> list[Recall]:
        """Approved, and perhaps not yet promised to everybody."""
        query = select(Recall).where(Recall.status == RecallStatus.APPROVED.value).order_by(col(Recall.id))
        return list((await self._session.exec(query)).all())

    async def notices(self, recall: int) -> list[RecallNotice]:
        """To whom it was promised, in order."""
        query = select(RecallNotice).where(RecallNotice.recall == recall).order_by(col(RecallNotice.id))
        return list((await self._session.exec(query)).all())

    async def promised(self, recall: int) -> set[int]:
        """The people it was promised to."""
        return set((await self._session.exec(select(RecallNotice.person).where(RecallNotice.recall == recall))).all())

    async def notice(self, recall: int, person: int) -> RecallNotice | None:
        """What this person was promised of it."""
        query = select(RecallNotice).where(RecallNotice.recall == recall, RecallNotice.person == person)
        return (await self._session.exec(query)).first()

    async def promise(self, notice: RecallNotice) -> None:
        """Write down that somebody will be told."""
        self._session.add(notice)
        await self._session.flush()

    async def figures(self, recalls: list[int]) -> dict[int, Figures]:
        """How far each is; one that nobody was promised is missing."""
        counts = (func.count(col(RecallNotice.id)), func.count(col(OutgoingMessage.sent_at)))
        query = (
            select(RecallNotice.recall, *counts, func.count(col(RecallNotice.read_at)))
            .join(OutgoingMessage, _ITS_PROMISE, isouter=True)
            .where(col(RecallNotice.recall).in_(recalls))
            .group_by(col(RecallNotice.recall))
        )
        return {key: Figures(*figures) for key, *figures in (await self._session.exec(query)).all()}

    async def delivered(self, recall: int) -> dict[int, datetime]:
        """Who has got it by now, and when."""
        query = (
            select(RecallNotice.person, OutgoingMessage.sent_at)
            .join(OutgoingMessage, _ITS_PROMISE)
            .where(RecallNotice.recall == recall, col(OutgoingMessage.sent_at).is_not(None))
        )
        return {person: at for person, at in (await self._session.exec(query)).all() if at is not None}

    async def unread(self, before: datetime) -> list[tuple[RecallNotice, datetime]]:
        """Delivered before a moment, not confirmed, and nobody has reminded of it yet; and when it was delivered."""
        query = (
            select(RecallNotice, OutgoingMessage.sent_at)
            .join(OutgoingMessage, _ITS_PROMISE)
            .where(col(RecallNotice.read_at).is_(None), col(RecallNotice.reminded_at).is_(None))
            .where(col(OutgoingMessage.sent_at) < before)
            .order_by(col(RecallNotice.id))
        )
        return [(notice, at) for notice, at in (await self._session.exec(query)).all() if at is not None]


_ITS_PROMISE = col(OutgoingMessage.once) == (
    literal("recall:") + cast(RecallNotice.recall, String) + ":" + cast(RecallNotice.person, String)
)
"""Joins a notice with its message by the name of the promise (`RecallNotice.once`)."""
