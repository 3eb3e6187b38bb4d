"""Promises to say something (tin đi): rows first, sent after; nothing promised is forgotten."""

from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Index, func
from sqlalchemy.orm import aliased
from sqlmodel import Field, SQLModel, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import document, moment
from storage.conversations import Conversation

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 12


class Priority(IntEnum):
    """What goes first: an answer somebody waits for, then a reminder, then a notice to many."""

    REPLY = 0
    REMINDER = 1
    BROADCAST = 2


class Sending(StrEnum):
    """How far a promise is."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    HELD = "held"
    """No account of the person can be reached; waits for their next word."""
    UNCERTAIN = "uncertain"
    """The platform may have taken it; sent again, marked so, at the person's next word."""
    FAILED = "failed"
    """A dead letter: given up, for an operator to look at and requeue."""


class OutgoingMessage(SQLModel, table=True):
    """One thing to say: a key of bot/wording and its facts; language and channel are decided last."""

    __tablename__ = "outgoing_message"
    __table_args__ = (
        Index("ix_outgoing_status", "status", "priority", "id"),
        Index("ix_outgoing_conversation", "conversation", "status"),
        Index("ix_outgoing_sent", "channel", "sent_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    person: int | None = Field(default=None, foreign_key="person.id", index=True)
    conversation: int | None = Field(default=None, foreign_key="conversation.id")
    channel: str = ""
    priority: int = Priority.REPLY
    key: str
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=document())
    choices: list[dict[str, Any]] = Field(default_factory=list, sa_column=document())
    attachments: list[int] = Field(default_factory=list, sa_column=document())
    awaits: dict[str, Any] | None = Field(default=None, sa_column=document(nullable=True))
    ticket: int | None = Field(default=None, index=True)
    once: str | None = Field(default=None, unique=True)
    incoming: int | None = Field(default=None, foreign_key="incoming_message.id")
    status: str = Sending.WAITING
    attempts: int = 0
    not_before: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    lease_until: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    created_at: datetime = Field(sa_column=moment())
    sent_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    text: str = ""
    parts_sent: int = 0
    first_number: int | None = None
    platform_ids: list[str] = Field(default_factory=list, sa_column=document())
    again: bool = False
    error: str = ""

    @property
    def row(self) -> int:
        """The id of a stored promise."""
        assert self.id is not None
        return self.id

    def address_to(self, conversation: int, channel: str) -> None:
        """Send it there."""
        self.conversation, self.channel, self.status = conversation, channel, Sending.WAITING
        self.not_before, self.attempts, self.parts_sent, self.first_number = None, 0, 0, None

    def begin(self, at: datetime) -> None:
        """In the hands of a sender, until the lease ends."""
        self.status, self.lease_until = Sending.SENDING, at + LEASE
        self.attempts += 1

    def part_sent(self, platform_id: str) -> None:
        """One part of it has gone out."""
        self.parts_sent += 1
        self.platform_ids = [*self.platform_ids, platform_id]

    def sent(self, at: datetime, text: str) -> None:
        """All of it has gone out; `text` is what the person really read."""
        self.status, self.sent_at, self.text, self.lease_until, self.error = Sending.SENT, at, text, None, ""

    def try_again(self, at: datetime, after: timedelta, why: str, *, counted: bool = True) -> None:
        """Later; a dead letter after too many tries. An outage of the whole channel is not the message's fault."""
        self.lease_until, self.error = None, why
        if not counted:
            self.attempts -= 1
        if self.attempts >= MOST_ATTEMPTS:
            self.status = Sending.FAILED
            return
        self.status = Sending.WAITING
        self.not_before = at + max(after, timedelta(seconds=min(2**self.attempts, 900)) if counted else after)

    def uncertain(self, why: str) -> None:
        """Perhaps delivered."""
        self.status, self.lease_until, self.error = Sending.UNCERTAIN, None, why

    def hold(self, why: str) -> None:
        """Nowhere to send it now; the person's next word brings it out."""
        self.status, self.lease_until, self.error = Sending.HELD, None, why

    def give_up(self, why: str) -> None:
        """A dead letter."""
        self.status, self.lease_until, self.error = Sending.FAILED, None, why

    def requeue(self) -> None:
        """An operator says: once more; what may have arrived is marked as a repeat."""
        self.again = self.status == Sending.UNCERTAIN
        self.status, self.attempts, self.not_before, self.error = Sending.WAITING, 0, None, ""


class Head(NamedTuple):
    """The next promise of a conversation, and where it goes."""

    id: int
    channel: str
    address: str
    group: bool


_HEAD = (OutgoingMessage.id, OutgoingMessage.channel, OutgoingMessage.conversation, OutgoingMessage.priority)


class Outbox:
    """All promises."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, message: OutgoingMessage) -> None:
        """Promise to say something."""
        self._session.add(message)
        await self._session.flush()

    async def promised(self, once: str) -> bool:
        """Whether this was promised before; sweeps ask so that running twice changes nothing."""
        return (
            await self._session.exec(select(OutgoingMessage.id).where(OutgoingMessage.once == once))
        ).first() is not None

    async def promised_of(self, names: list[str]) -> set[str]:
        """Which of these were promised before."""
        found: set[str] = set()
        for start in range(0, len(names), 500):
            query = select(OutgoingMessage.once).where(col(OutgoingMessage.once).in_(names[start : start + 500]))
            found.update(once for once in (await self._session.exec(query)).all() if once is not None)
        return found

    async def get(self, key: int) -> OutgoingMessage:
        """The promise with this id."""
        return (await self._session.exec(select(OutgoingMessage).where(OutgoingMessage.id == key))).one()

    async def heads(self, now: datetime, channels: frozenset[str], *, limit: int) -> list[Head]:
        """What to send next: of each conversation the first in order, unless one of it is on its way."""
        if not channels:
            return []
        place = func.row_number().over(
            partition_by=col(OutgoingMessage.conversation),
            order_by=(col(OutgoingMessage.priority), col(OutgoingMessage.id)),
        )
        waiting = (
            select(*_HEAD, OutgoingMessage.not_before, place.label("place"))  # type: ignore[call-overload]
            .where(OutgoingMessage.status == Sending.WAITING.value, col(OutgoingMessage.channel).in_(channels))
            .where(col(OutgoingMessage.conversation).not_in(self._on_their_way()))
            .subquery()
        )
        query = (
            select(waiting.c.id, waiting.c.channel, Conversation.address, Conversation.group)
            .join(Conversation, col(Conversation.id) == waiting.c.conversation)
            .where(waiting.c.place == 1, or_(waiting.c.not_before.is_(None), waiting.c.not_before <= now))
            .order_by(waiting.c.priority, waiting.c.id)
        )
        return [Head(*row) for row in (await self._session.exec(query.limit(limit))).all()]

    @staticmethod
    def _on_their_way() -> Any:
        other = aliased(OutgoingMessage)
        return select(other.conversation).where(
            other.status == Sending.SENDING.value, col(other.conversation).is_not(None)
        )

    async def claim(self, keys: list[int]) -> list[OutgoingMessage]:
        """Those of `keys` that nobody else has taken meanwhile, for us alone until the transaction ends."""
        query = select(OutgoingMessage).where(
            col(OutgoingMessage.id).in_(keys), OutgoingMessage.status == Sending.WAITING.value
        )
        found = await self._session.exec(query.with_for_update(skip_locked=True))
        return sorted(found.all(), key=lambda message: (message.priority, message.row))

    async def any_lost(self, now: datetime) -> bool:
        """Whether something has been on its way for longer than the lease."""
        query = select(OutgoingMessage.id).where(
            OutgoingMessage.status == Sending.SENDING.value, col(OutgoingMessage.lease_until) < now
        )
        return (await self._session.exec(query.limit(1))).first() is not None

    async def lost(self, now: datetime) -> list[OutgoingMessage]:
        """On their way for longer than the lease: their sender has died."""
        query = select(OutgoingMessage).where(
            OutgoingMessage.status == Sending.SENDING.value, col(OutgoingMessage.lease_until) < now
        )
        return list((await self._session.exec(query.with_for_update(skip_locked=True))).all())

    async def stranded(self, channels: frozenset[str], *, limit: int = 500) -> list[OutgoingMessage]:
        """Promises to channels that are not switched on."""
        query = select(OutgoingMessage).where(
            OutgoingMessage.status == Sending.WAITING.value, col(OutgoingMessage.channel).not_in(channels)
        )
        return list((await self._session.exec(query.with_for_update(skip_locked=True).limit(limit))).all())

    async def kept_for(self, person: int) -> list[OutgoingMessage]:
        """What waits for the person's next word, oldest first."""
        states = [Sending.HELD.value, Sending.UNCERTAIN.value]
        query = select(OutgoingMessage).where(OutgoingMessage.person == person, col(OutgoingMessage.status).in_(states))
        return list((await self._session.exec(query.order_by(col(OutgoingMessage.id)))).all())

    async def behind(self, conversation: int, platform_id: str) -> OutgoingMessage | None:
        """Our message that somebody replied to."""
        query = (
            select(OutgoingMessage)
            .where(OutgoingMessage.conversation == conversation, OutgoingMessage.status == Sending.SENT.value)
            .order_by(col(OutgoingMessage.id).desc())
            .limit(400)
        )
        recent = (await self._session.exec(query)).all()
        return next((message for message in recent if platform_id in message.platform_ids), None)

    async def dead(self, *, limit: int = 100) -> list[OutgoingMessage]:
        """Dead letters and uncertain sends, oldest first."""
        states = [Sending.FAILED.value, Sending.UNCERTAIN.value]
        query = select(OutgoingMessage).where(col(OutgoingMessage.status).in_(states))
        return list((await self._session.exec(query.order_by(col(OutgoingMessage.id)).limit(limit))).all())

    async def count_by_status(self) -> dict[str, int]:
        """How many promises are in each state but sent."""
        query = select(OutgoingMessage.status, func.count()).where(OutgoingMessage.status != Sending.SENT.value)
        return {
            status: count for status, count in (await self._session.exec(query.group_by(OutgoingMessage.status))).all()
        }

    async def sent_since(self, channel: str, since: datetime) -> int:
        """How many message parts went out on a channel since a moment (platforms count parts)."""
        query = select(func.coalesce(func.sum(OutgoingMessage.parts_sent), 0)).where(
            OutgoingMessage.channel == channel, col(OutgoingMessage.sent_at) >= since
        )
        return int((await self._session.exec(query)).one())
