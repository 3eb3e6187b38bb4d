"""Reminders (nhắc việc): sweeps that find what is due as of now, say so once, and may run twice or miss a day.

A sweep says at most BATCH things and returns how many it said; the schedule calls it again, in a new transaction,
until it has nothing left to say, so that a backlog never keeps questions from being received.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from handlers.desk import Desk
from handlers.escalation import queue_of
from handlers.permissions import PROVINCE_UNIT
from handlers.views import handler_choices, requester_choices, ticket_facts
from storage.outbox import Priority
from storage.people import Person, Role
from storage.tickets import Ticket

BATCH = 40


@dataclass(frozen=True, slots=True)
class Reminder:
    """A sentence for a person about a ticket; `once` names it for ever."""

    ticket: Ticket
    person: Person
    key: str
    once: str


async def remind_due(desk: Desk) -> int:
    """Tell the holder, or the queue where nobody took it, that a ticket is due soon."""
    soon = desk.due(desk.rules.remind_before)
    tickets = [ticket for ticket in await desk.tx.tickets.due_before(soon) if ticket.due_at > desk.now]
    return await _say(desk, [r for t in tickets for r in _to(await _holders(desk, t), t, "remind.due_soon")])


async def warn_overdue(desk: Desk) -> int:
    """Tell the holder and their leaders, each once per due moment, that a ticket is overdue."""
    reminders: list[Reminder] = []
    for ticket in await desk.tx.tickets.due_before(desk.now):
        holders = await _holders(desk, ticket)
        leaders = [p for p in await _leaders(desk, ticket.department) if p.id not in {h.id for h in holders}]
        key = "remind.overdue_leader" if ticket.assignee else "remind.overdue_leader_open"
        reminders += [*_to(holders, ticket, "remind.overdue"), *_to(leaders, ticket, key)]
    return await _say(desk, reminders)


async def remind_pending(desk: Desk) -> int:
    """A ticket that waits for the requester must not be forgotten: ask again, then tell the holder."""
    reminders: list[Reminder] = []
    for ticket in await desk.tx.tickets.pending_since(desk.now - timedelta(days=1)):
        if ticket.paused_at is None:
            continue
        if desk.workdays.due(ticket.paused_at, desk.rules.answer_time) <= desk.now:
            reminders += _to([await desk.tx.people.get(ticket.requester)], ticket, "remind.pending")
        if desk.workdays.due(ticket.paused_at, desk.rules.stale_after) <= desk.now:
            reminders += _to(await _holders(desk, ticket), ticket, "remind.pending_holder")
    return await _say(desk, reminders)


async def close_stale(desk: Desk) -> int:
    """Close what was answered long enough ago and nobody objected to."""
    stale = [t for t in await desk.tx.tickets.answered_before(desk.now - timedelta(days=1)) if _silent(desk, t)]
    for ticket in stale[:BATCH]:
        ticket.close_by_silence(at=desk.now)
        await desk.tell(
            ticket.requester,
            "remind.closed_by_silence",
            ticket=ticket.id,
            priority=Priority.REMINDER,
            choices=requester_choices(ticket),
            **await ticket_facts(desk, ticket),
        )
    return len(stale[:BATCH])


def _silent(desk: Desk, ticket: Ticket) -> bool:
    return ticket.answered_at is not None and desk.workdays.due(ticket.answered_at, desk.rules.stale_after) <= desk.now


async def _holders(desk: Desk, ticket: Ticket) -> list[Person]:
    if ticket.assignee is not None:
        return [await desk.tx.people.get(ticket.assignee)]
    return await queue_of(desk, ticket.department, but=ticket.requester)


async def _leaders(desk: Desk, department: str) -> list[Person]:
    """The department's leaders; the province's where it has none, so that an overdue ticket is never only ours."""
    found = await desk.tx.people.in_unit(department, Role.LEADER)
    return found or await desk.tx.people.in_unit(PROVINCE_UNIT, Role.LEADER)


def _to(people: Iterable[Person], ticket: Ticket, key: str) -> list[Reminder]:
    """The clock that the reminder is about is part of its name: a new clock may be reminded of again."""
    moment = ticket.paused_at or ticket.due_at
    return [Reminder(ticket, p, key, f"{key}:{ticket.id}:{moment:%Y%m%dT%H%M%S}:{p.key}") for p in people if p.active]


async def _say(desk: Desk, reminders: list[Reminder]) -> int:
    """Say what was not said before, at most BATCH; what is already said costs one query, not a sentence."""
    said = await desk.tx.outbox.promised_of([reminder.once for reminder in reminders])
    fresh = [reminder for reminder in reminders if reminder.once not in said][:BATCH]
    facts: dict[int, dict[str, Any]] = {}
    for reminder in fresh:
        ticket = reminder.ticket
        if ticket.id not in facts:
            facts[ticket.id] = await ticket_facts(desk, ticket)
        await desk.tell(
            reminder.person.key,
            reminder.key,
            ticket=ticket.id,
            priority=Priority.REMINDER,
            once=reminder.once,
            choices=_choices(ticket, reminder.person),
            **facts[ticket.id],
        )
    return len(fresh)


def _choices(ticket: Ticket, person: Person) -> list[Any]:
    if ticket.requester == person.id:
        return requester_choices(ticket)
    return handler_choices(ticket, holder=ticket.assignee == person.id)
