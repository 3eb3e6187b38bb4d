"""Conversations (cuộc trò chuyện): one per chat, holding what a person may choose and what we wait for."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import document, moment

OFFER_LIMIT = 40
AWAIT_LIFE = timedelta(hours=12)


class Conversation(SQLModel, table=True):
    """A chat on one channel. `offered` numbers the choices on the screen since the person last wrote."""

    __table_args__ = (UniqueConstraint("channel", "address"),)

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    address: str
    group: bool = Field(default=False, sa_column_kwargs={"name": "is_group"})
    offered: list[str] = Field(default_factory=list, sa_column=document())
    offered_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    heard_at: datetime = Field(sa_column=moment())
    awaits: dict[str, Any] | None = Field(default=None, sa_column=document(nullable=True))
    awaits_until: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    last_exchange: int | None = None
    version: int = 1

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]

    @property
    def key(self) -> int:
        """The id of a stored conversation."""
        assert self.id is not None
        return self.id

    def offer(self, ids: list[str], *, at: datetime) -> int:
        """Put choices on the screen and return the number of the first.

        Numbers go on from those still unanswered, so that "2" can never mean two things at once; they begin
        again at 1 once the person has written since.
        """
        fresh = self.offered_at is None or self.heard_at > self.offered_at
        kept = [] if fresh or len(self.offered) + len(ids) > OFFER_LIMIT else list(self.offered)
        self.offered, self.offered_at = kept + ids, at
        return len(kept) + 1

    def chosen(self, number: int) -> str | None:
        """The id behind a typed number."""
        return self.offered[number - 1] if 1 <= number <= len(self.offered) else None

    def wait_for(self, verb: str, *, at: datetime, **facts: Any) -> None:
        """The next words of the person complete this verb."""
        self.awaits, self.awaits_until = {"verb": verb, **facts}, at + AWAIT_LIFE
        self.offered = []  # we asked for words: a number is one of them

    def awaited(self, at: datetime) -> dict[str, Any] | None:
        """What the next words are for, unless that was too long ago."""
        if self.awaits is None or self.awaits_until is None or at > self.awaits_until:
            return None
        return self.awaits

    def wait_no_more(self) -> None:
        """The next words stand for themselves."""
        self.awaits, self.awaits_until = None, None


class Conversations:
    """All conversations."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, key: int) -> Conversation:
        """The conversation with this id."""
        return (await self._session.exec(select(Conversation).where(Conversation.id == key))).one()

    async def at(self, channel: str, address: str) -> Conversation | None:
        """The conversation at an address."""
        query = select(Conversation).where(Conversation.channel == channel, Conversation.address == address)
        return (await self._session.exec(query)).first()

    async def open(self, channel: str, address: str, *, group: bool, at: datetime) -> Conversation:
        """The conversation at an address, begun when it is new; of two first messages at once only one begins it."""
        found = await self.at(channel, address)
        if found is not None:
            return found
        new = Conversation(channel=channel, address=address, group=group, heard_at=at)
        try:
            async with self._session.begin_nested():
                self._session.add(new)
        except IntegrityError:
            query = select(Conversation).where(Conversation.channel == channel, Conversation.address == address)
            return (await self._session.exec(query)).one()
        return new

    async def lock(self, key: int) -> Conversation | None:
        """The conversation for us alone until the transaction ends; None when another worker has it."""
        # The weaker lock: others may still promise something to this conversation, which refers to its row.
        query = select(Conversation).where(Conversation.id == key).with_for_update(skip_locked=True, key_share=True)
        return (await self._session.exec(query)).first()
