"""The journal (nhật ký hỏi đáp): what was asked, what we said, on which revision. Rows are only ever added."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import document, moment


class Exchange(SQLModel, table=True):
    """A question and what the knowledge base made of it."""

    id: int | None = Field(default=None, primary_key=True)
    person: int = Field(foreign_key="person.id", index=True)
    conversation: int = Field(foreign_key="conversation.id", index=True)
    incoming: int | None = Field(default=None, foreign_key="incoming_message.id", unique=True)
    question: str
    as_of: date
    decision: str
    confidence: float
    topic: str = ""
    field: str | None = None
    department: str | None = None
    matches: list[dict[str, Any]] = Field(default_factory=list, sa_column=document())
    """`{"entry", "revision", "score"}`, the best first."""
    related: list[dict[str, Any]] = Field(default_factory=list, sa_column=document())
    """What was shown of the imported layers: `{"kind", "key", "number", "article", "title"}`, the likeliest first."""
    knowledge: str
    """Revision of the whole knowledge base."""
    at: datetime = Field(sa_column=moment(index=True))

    @property
    def key(self) -> int:
        """The id of a stored exchange."""
        assert self.id is not None
        return self.id


class ExchangeNote(SQLModel, table=True):
    """What happened to an exchange later: an entry was shown, it helped, it did not, a ticket was opened."""

    __tablename__ = "exchange_note"

    id: int | None = Field(default=None, primary_key=True)
    exchange: int = Field(foreign_key="exchange.id", index=True)
    kind: str
    entry: str = Field(default="", index=True)
    revision: str = ""
    substance: str = ""
    """Fingerprint of what people are told by the entry; another revision may tell them the same."""
    ticket: int | None = None
    at: datetime = Field(sa_column=moment())


class Journal:
    """All exchanges."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def record(self, exchange: Exchange) -> Exchange:
        """Add an exchange, flushed so that it has an id."""
        self._session.add(exchange)
        await self._session.flush()
        return exchange

    async def get(self, key: int) -> Exchange | None:
        """The exchange with this id."""
        return await self._session.get(Exchange, key)

    async def of_message(self, incoming: int) -> Exchange | None:
        """The exchange that a message began."""
        return (await self._session.exec(select(Exchange).where(Exchange.incoming == incoming))).first()

    def note(self, exchange: int, kind: str, *, at: datetime, **facts: Any) -> None:
        """Say what happened to it."""
        self._session.add(ExchangeNote(exchange=exchange, kind=kind, at=at, **facts))

    async def notes(self, exchange: int) -> list[ExchangeNote]:
        """What happened to an exchange, in order."""
        query = select(ExchangeNote).where(ExchangeNote.exchange == exchange).order_by(col(ExchangeNote.id))
        return list((await self._session.exec(query)).all())
