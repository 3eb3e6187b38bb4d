"""No sequence of verbs leaves a ticket without an owner, a clock or its event; what is stored is what happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import Database, Refusal
from storage.ticket_events import Happening
from storage.tickets import AT_WORK, Status, Ticket
from tests.storage.rows import NOW, after, chat, draft, officer, opened, specialist

Verb = Callable[[Ticket, list[int], datetime], None]

VERBS: dict[Happening, Verb] = {
    Happening.ASSIGNED: lambda t, who, at: t.assign(who[1], at=at),
    Happening.ASKED_BACK: lambda t, who, at: t.ask_back("?", by=who[1], at=at),
    Happening.DETAILS: lambda t, who, at: t.add_details("!", by=who[0], at=at, due_at=at),
    Happening.CITED: lambda t, who, at: t.cite("Điều 9 154/2025/NĐ-CP", by=who[1], at=at),
    Happening.ANSWERED: lambda t, who, at: t.answer("Được.", by=who[1], at=at),
    Happening.HANDED_OVER: lambda t, who, at: t.hand_over(_other(t), "Vì", by=who[1], at=at, due_at=at),
    Happening.RELEASED: lambda t, who, at: t.release(by=who[1], at=at, due_at=at),
    Happening.ACCEPTED: lambda t, who, at: t.accept(by=who[0], at=at),
    Happening.REOPENED: lambda t, who, at: t.reopen("?", by=who[0], at=at, due_at=at),
    Happening.CLOSED_BY_SILENCE: lambda t, who, at: t.close_by_silence(at=at),
}
# Minutes may be zero: two verbs in the same moment are two events.
MOVES = st.lists(st.tuples(st.sampled_from(list(VERBS)), st.integers(0, 3)), max_size=25)


def _other(ticket: Ticket) -> str:
    return "so-noi-vu" if ticket.department == "so-tu-phap" else "so-tu-phap"


def _done(ticket: Ticket, verb: Happening, who: list[int], at: datetime) -> bool:
    try:
        VERBS[verb](ticket, who, at)
    except Refusal:
        return False
    return True


def _sound(ticket: Ticket) -> None:
    assert ticket.department
    assert ticket.due_at.tzinfo is not None
    assert (ticket.status == Status.PENDING) == (ticket.paused_at is not None)
    if ticket.status in (Status.ASSIGNED, Status.PENDING, Status.ANSWERED, Status.CLOSED):
        assert ticket.assignee is not None
    if ticket.status == Status.OPEN:
        assert ticket.assignee is None
    assert (ticket.status in AT_WORK) == (ticket.answered_at is None)
    assert (ticket.status == Status.CLOSED) == (ticket.closed_at is not None)


def test_every_verb_takes_part() -> None:
    assert set(VERBS) | {Happening.OPENED} == set(Happening)


@given(MOVES)
@settings(max_examples=300, deadline=None)
def test_no_sequence_leaves_a_ticket_unsound(moves: list[tuple[Happening, int]]) -> None:
    ticket, at, told = draft(1, 1, number=12), NOW, 0
    for verb, minutes in moves:
        at = at + (after(minutes=minutes) - NOW)
        told += _done(ticket, verb, [1, 2], at)
        _sound(ticket)
        assert len(ticket.news) == told
        if told:
            assert (ticket.changed_at, ticket.news[-1].at) == (ticket.news[-1].at, ticket.changed_at)


@given(st.lists(MOVES, max_size=3))
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_stored_events_are_the_verbs(database: Database, batches: list[list[tuple[Happening, int]]]) -> None:
    """Each batch is one transaction; within one, some verbs share a flush."""
    async with database.transaction() as tx:
        asker, answerer = await officer(tx), await specialist(tx)
        _, talk = await chat(tx, asker, address=f"page-{asker.key}")
        number = (await opened(tx, asker, talk)).id
    who = [asker.key, answerer.key]
    expected: list[tuple[str, int | None]] = [(Happening.OPENED.value, asker.key)]
    for batch in batches:
        async with database.transaction() as tx:
            ticket = await tx.tickets.get(number)
            for verb, minutes in batch:
                if _done(ticket, verb, who, after(minutes=minutes)):
                    expected.append((verb.value, ticket.news[-1].actor))
    async with database.reading() as tx:
        stored = await tx.tickets.look(number)
        assert stored is not None
        _sound(stored)
        assert [(event.what, event.actor) for event in await tx.tickets.events(number)] == expected


async def test_what_a_savepoint_undid_leaves_no_event(database: Database) -> None:
    async with database.transaction() as tx:
        asker, answerer = await officer(tx), await specialist(tx)
        _, talk = await chat(tx, asker)
        ticket = await opened(tx, asker, talk)

        async def stumbles() -> None:
            async with tx.savepoint():
                ticket.assign(answerer.key, at=NOW)
                raise Refusal("ticket.text_missing")

        with pytest.raises(Refusal):
            await stumbles()
        await tx.reread(ticket)
        ticket.hand_over("so-noi-vu", "Vì", by=answerer.key, at=after(hours=1), due_at=after(days=2))
    async with database.reading() as tx:
        stored = await tx.tickets.events(ticket.id)
    assert [event.what for event in stored] == [Happening.OPENED, Happening.HANDED_OVER]


async def test_a_transaction_that_fails_stores_neither_ticket_nor_event(database: Database) -> None:
    async with database.transaction() as tx:
        asker, answerer = await officer(tx), await specialist(tx)
        _, talk = await chat(tx, asker)
        number = (await opened(tx, asker, talk)).id

    async def crashes() -> None:
        async with database.transaction() as tx:
            (await tx.tickets.get(number)).assign(answerer.key, at=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await crashes()
    async with database.reading() as tx:
        stored = await tx.tickets.look(number)
        assert stored is not None
        assert (stored.status, stored.version) == (Status.OPEN, 1)
        assert len(await tx.tickets.events(number)) == 1


async def test_a_ticket_that_is_not_there_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        with pytest.raises(Refusal) as refused:
            await tx.tickets.get(999_999_999)
    assert (refused.value.key, refused.value.facts) == ("ticket.unknown", {"number": 999_999_999})
