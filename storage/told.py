"""Who was told what, since when (đã nói với ai): by the journal, and by the answers of specialists."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.journal import Exchange, ExchangeNote
from storage.ticket_events import Happening, TicketEvent
from storage.tickets import Ticket

SHOWN = "shown"
"""The kind of note that says that an entry was shown."""


@dataclass(frozen=True, slots=True)
class Showing:
    """An entry in a revision was shown to a person, about a day."""

    person: int
    entry: str
    revision: str
    at: datetime
    as_of: date


@dataclass(frozen=True, slots=True)
class Edition:
    """A revision of an entry that people were shown: how many, first and last when."""

    entry: str
    revision: str
    substance: str
    """Fingerprint of what they were told; empty where it was not yet kept."""
    people: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """A specialist's answer to a ticket, and what it cites."""

    person: int
    ticket: int
    text: str
    citations: tuple[str, ...]
    at: datetime


class Told:
    """Everything that anybody was told. To read only."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def showings(self, entries: list[str], since: datetime, until: datetime) -> list[Showing]:
        """When these entries were shown to whom, from `since` up to but not including `until`, in order."""
        note = (ExchangeNote.entry, ExchangeNote.revision, ExchangeNote.at)
        query = (
            select(Exchange.person, *note, Exchange.as_of)  # type: ignore[call-overload]
            .join(ExchangeNote, col(ExchangeNote.exchange) == Exchange.id)
            .where(ExchangeNote.kind == SHOWN, col(ExchangeNote.entry).in_(entries))
            .where(col(ExchangeNote.at) >= since, col(ExchangeNote.at) < until)
            .order_by(col(ExchangeNote.id))
        )
        return [Showing(*row) for row in (await self._session.exec(query)).all()]

    async def editions(self, since: datetime, entry: str | None = None) -> list[Edition]:
        """The revisions of one entry, or of every one, that were shown since a moment, by entry and first day."""
        revision = (col(ExchangeNote.entry), col(ExchangeNote.revision), col(ExchangeNote.substance))
        people, first = func.count(col(Exchange.person).distinct()), func.min(ExchangeNote.at)
        query = (
            select(*revision, people, first, func.max(ExchangeNote.at))  # type: ignore[call-overload]
            .join(Exchange, col(ExchangeNote.exchange) == Exchange.id)
            .where(ExchangeNote.kind == SHOWN, col(ExchangeNote.at) >= since)
            .group_by(*revision)
            .order_by(col(ExchangeNote.entry), first)
        )
        if entry is not None:
            query = query.where(ExchangeNote.entry == entry)
        return [Edition(*row) for row in (await self._session.exec(query)).all()]

    async def replies(self, since: datetime, until: datetime) -> list[Reply]:
        """The answers of specialists that cite something, in order."""
        event = (TicketEvent.ticket, TicketEvent.text, TicketEvent.facts, TicketEvent.at)
        query = (
            select(Ticket.requester, *event)  # type: ignore[call-overload]
            .join(TicketEvent, col(TicketEvent.ticket) == Ticket.number)
            .where(TicketEvent.what == Happening.ANSWERED.value)
            .where(col(TicketEvent.at) >= since, col(TicketEvent.at) < until)
            .order_by(col(TicketEvent.id))
        )
        rows = (await self._session.exec(query)).all()
        replies = [
            Reply(person, ticket, text, tuple(facts.get("citations", ())), at)
            for person, ticket, text, facts, at in rows
        ]
        return [reply for reply in replies if reply.citations]
