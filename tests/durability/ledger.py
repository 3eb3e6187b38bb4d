"""The books after a run: what the database says was asked and answered, held against what people really saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import SQLModel, col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import Database
from storage.inbox import Handling, IncomingMessage
from storage.journal import Exchange
from storage.outbox import OutgoingMessage, Sending
from storage.people import Person, Role
from storage.ticket_events import Happening, TicketEvent
from storage.tickets import Ticket
from storage.transcript import WebLine
from tests.support.fake_telegram import FakeTelegram
from tests.support.fake_telegram.records import Received

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Interrupted:
    """What a death left behind: promises on their way, and accepted messages not yet handled."""

    sends: int
    messages: int


@dataclass(frozen=True)
class Ledger:
    """All rows that matter, by id."""

    incoming: Sequence[IncomingMessage]
    exchanges: Sequence[Exchange]
    tickets: Sequence[Ticket]
    events: Sequence[TicketEvent]
    outgoing: Sequence[OutgoingMessage]
    lines: Sequence[WebLine]
    specialists: Sequence[Person]


async def interrupted(url: str) -> Interrupted:
    """Count what the death cut off, and let the leases and pauses it left run out, as if a minute had passed."""
    database = Database(url)
    async with AsyncSession(database.engine) as session, session.begin():
        on_their_way = col(OutgoingMessage.status) == Sending.SENDING.value
        sends = (await session.exec(select(func.count()).where(on_their_way))).one()
        waiting = col(IncomingMessage.status) == Handling.WAITING.value
        messages = (await session.exec(select(func.count()).where(waiting))).one()
        await session.exec(update(OutgoingMessage).where(on_their_way).values(lease_until=LONG_AGO))
        await session.exec(update(OutgoingMessage).values(not_before=None))
        await session.exec(update(IncomingMessage).values(not_before=None))
    await database.close()
    return Interrupted(sends, messages)


async def read(url: str) -> Ledger:
    """The books as they stand."""
    database = Database(url)
    async with AsyncSession(database.engine, expire_on_commit=False) as session:

        async def rows(model: type[SQLModel], key: Any) -> Sequence[Any]:
            return (await session.exec(select(model).order_by(key))).all()

        ledger = Ledger(
            incoming=await rows(IncomingMessage, IncomingMessage.id),
            exchanges=await rows(Exchange, Exchange.id),
            tickets=await rows(Ticket, Ticket.number),
            events=await rows(TicketEvent, TicketEvent.id),
            outgoing=await rows(OutgoingMessage, OutgoingMessage.id),
            lines=await rows(WebLine, WebLine.id),
            specialists=[person for person in await rows(Person, Person.id) if person.role == Role.SPECIALIST],
        )
    await database.close()
    return ledger


def check_handled_once(ledger: Ledger, asked: Counter[str]) -> None:
    """Every question was stored once, handled once, and led to exactly one answer or one ticket."""
    assert Counter(message.text for message in ledger.incoming) == asked
    assert {(message.status, message.incident) for message in ledger.incoming} == {(Handling.HANDLED, "")}
    assert Counter(e.incoming for e in ledger.exchanges) == Counter(message.id for message in ledger.incoming)
    unsure = Counter(exchange.id for exchange in ledger.exchanges if exchange.decision == "escalate")
    assert Counter(ticket.exchange for ticket in ledger.tickets) == unsure
    assert Counter(e.ticket for e in ledger.events if e.what == Happening.OPENED) == Counter(
        ticket.number for ticket in ledger.tickets
    )


def check_promised_once(ledger: Ledger) -> None:
    """One reply to each question and one notice to each specialist of a ticket's department, and all of it sent."""
    assert {message.status for message in ledger.outgoing} == {Sending.SENT}
    replies = Counter(message.incoming for message in ledger.outgoing if message.incoming is not None)
    assert replies == Counter(message.id for message in ledger.incoming)
    notices = Counter((m.ticket, m.person) for m in ledger.outgoing if m.incoming is None)
    assert notices == Counter(
        (ticket.number, person.id)
        for ticket in ledger.tickets
        for person in ledger.specialists
        if person.unit == ticket.department
    )
    assert len(ledger.lines) == sum(message.channel == "web" for message in ledger.outgoing)


def check_in_order(ledger: Ledger) -> None:
    """Within a conversation questions were handled, and replies sent, in the order asked."""
    for talk in {message.conversation for message in ledger.incoming}:
        questions = [message.id for message in ledger.incoming if message.conversation == talk]
        replies = [m for m in ledger.outgoing if m.conversation == talk]
        assert [m.incoming for m in replies] == questions
        seen = [int(m.platform_ids[0].partition(":")[2]) for m in replies]
        assert seen == sorted(seen)


def count_repeats(ledger: Ledger, fake: FakeTelegram) -> int:
    """Messages people saw more than once; AssertionError when a promised one was not seen, or a stray one was."""
    written = {
        place: message for message in ledger.outgoing if message.channel == "telegram" for place in message.platform_ids
    }
    seen = {f"{chat.id}:{got.message_id}": got for chat in fake.chats.values() for got in chat.inbox}
    assert written.keys() <= seen.keys(), "a reply said to be sent was never seen"
    for place, message in written.items():
        assert _says(message, seen[place]), (message.key, message.facts, seen[place].text)
    texts = {(got.chat, got.text) for place, got in seen.items() if place in written}
    repeats = [got for place, got in seen.items() if place not in written]
    assert all((got.chat, got.text) in texts for got in repeats), "somebody saw what was never promised"
    return len(repeats)


def _says(message: OutgoingMessage, got: Received) -> bool:
    """Whether what was seen is the reply to this very question, as far as its facts tell."""
    if message.ticket is not None:
        return f"phiếu {message.ticket}" in got.text
    return message.facts["title"] in got.text if "title" in message.facts else bool(got.text)
