"""Accepted messages (tin đến): stored before anybody answers, handled once, oldest of a conversation first."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint, func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import document, moment


class Handling(StrEnum):
    """How far we are with an accepted message."""

    WAITING = "waiting"
    HANDLED = "handled"


class IncomingMessage(SQLModel, table=True):
    """One message from a platform, exactly once by (channel, external_id)."""

    __tablename__ = "incoming_message"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("ix_incoming_waiting", "status", "conversation", "id"),
        Index("ix_incoming_conversation", "conversation", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    external_id: str
    conversation: int = Field(foreign_key="conversation.id")
    account: int = Field(foreign_key="account.id")
    kind: str
    text: str = ""
    choice: str = ""
    platform_id: str = ""
    reply_to: str = ""
    edited: str = ""
    attachments: list[dict[str, Any]] = Field(default_factory=list, sa_column=document())
    sent_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    received_at: datetime = Field(sa_column=moment())
    status: str = Handling.WAITING
    not_before: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    attempts: int = 0
    handled_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    incident: str = ""

    @property
    def key(self) -> int:
        """The id of a stored message."""
        assert self.id is not None
        return self.id

    def handled(self, at: datetime, *, incident: str = "") -> None:
        """Done with; `incident` names what went wrong, when something did."""
        self.status, self.handled_at, self.incident = Handling.HANDLED, at, incident

    def postpone(self, at: datetime) -> None:
        """A fault of ours, not of the message: keep it first in its conversation and try again, ever slower."""
        self.attempts += 1
        self.not_before = at + timedelta(seconds=min(2**self.attempts, 60))


class Inbox:
    """All accepted messages."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def known(self, channel: str, external_id: str) -> bool:
        """Whether this message was accepted before."""
        query = select(IncomingMessage.id).where(
            IncomingMessage.channel == channel, IncomingMessage.external_id == external_id
        )
        return (await self._session.exec(query)).first() is not None

    async def add(self, message: IncomingMessage) -> bool:
        """Accept a message; False when another delivery of it was faster."""
        try:
            async with self._session.begin_nested():
                self._session.add(message)
        except IntegrityError:
            return False
        return True

    async def get(self, key: int) -> IncomingMessage | None:
        """The message with this id."""
        return await self._session.get(IncomingMessage, key)

    async def heads(self, now: datetime, *, limit: int) -> list[tuple[int, int]]:
        """(message, conversation) of the oldest waiting message of each conversation, oldest first."""
        first = (
            select(func.min(IncomingMessage.id).label("id"))
            .where(IncomingMessage.status == Handling.WAITING.value)
            .group_by(col(IncomingMessage.conversation))
            .subquery()
        )
        query = select(IncomingMessage.id, IncomingMessage.conversation).where(
            col(IncomingMessage.id).in_(select(first.c.id)),
            or_(col(IncomingMessage.not_before).is_(None), col(IncomingMessage.not_before) <= now),
        )
        rows = (await self._session.exec(query.order_by(col(IncomingMessage.id)).limit(limit))).all()
        return [(key, talk) for key, talk in rows if key is not None]

    async def is_head(self, message: IncomingMessage) -> bool:
        """Whether nothing older of the same conversation still waits."""
        query = select(IncomingMessage.id).where(
            IncomingMessage.conversation == message.conversation,
            IncomingMessage.status == Handling.WAITING.value,
            col(IncomingMessage.id) < message.key,
        )
        return (await self._session.exec(query.limit(1))).first() is None

    async def at(self, conversation: int, platform_id: str) -> IncomingMessage | None:
        """The message with the platform's id in a conversation."""
        query = select(IncomingMessage).where(
            IncomingMessage.conversation == conversation, IncomingMessage.platform_id == platform_id
        )
        return (await self._session.exec(query.order_by(col(IncomingMessage.id)).limit(1))).first()

    async def last_wording(self, message: IncomingMessage) -> str:
        """The words of the message that `message` edits, as they stood before: the original's, or an earlier edit's."""
        query = select(IncomingMessage.text).where(
            IncomingMessage.conversation == message.conversation,
            col(IncomingMessage.id) < message.key,
            or_(IncomingMessage.platform_id == message.edited, IncomingMessage.edited == message.edited),
        )
        return (await self._session.exec(query.order_by(col(IncomingMessage.id).desc()).limit(1))).first() or ""

    async def said_in(self, conversation: int, *, last: int) -> list[IncomingMessage]:
        """The last messages of a conversation, oldest first."""
        query = select(IncomingMessage).where(IncomingMessage.conversation == conversation)
        found = (await self._session.exec(query.order_by(col(IncomingMessage.id).desc()).limit(last))).all()
        return list(reversed(found))

    async def waiting(self) -> tuple[int, datetime | None]:
        """How many messages wait to be handled, and since when the oldest."""
        query = select(func.count(), func.min(IncomingMessage.received_at)).where(
            IncomingMessage.status == Handling.WAITING.value
        )
        count, oldest = (await self._session.exec(query)).one()
        return count, oldest
