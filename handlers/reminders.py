"""Reminders (nhắc việc): sweeps that find what is due as of now, say so once, and may run twice or miss a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from handlers.desk import Desk
from handlers.escalation import queue_of
from handlers.permissions import PROVINCE_UNIT
from handlers.views import handler_choices, requester_choices, ticket_facts
from storage.outbox import Priority
from storage.people import Person, Role
from storage.tickets import Ticket


async def remind_due(desk: Desk) -> int:
    """Tell the holder, or the queue where nobody took it, that a ticket is due soon."""
    soon = desk.due(desk.rules.remind_before)
    tickets = [ticket for ticket in await desk.tx.tickets.due_before(soon) if ticket.due_at > desk.now]
    for ticket in tickets:
        for person in await _holders(desk, ticket):
            await _remind(desk, ticket, person, "remind.due_soon")
    return len(tickets)


async def warn_overdue(desk: Desk) -> int:
    """Tell the holder and their leaders, each once per due moment, that a ticket is overdue."""
    tickets = await desk.tx.tickets.due_before(desk.now)
    for ticket in tickets:
        holders = await _holders(desk, ticket)
        for person in holders:
            await _remind(desk, ticket, person, "remind.overdue")
        key = "remind.overdue_leader" if ticket.assignee else "remind.overdue_leader_open"
        for leader in await _leaders(desk, ticket.department):
            if leader.id not in [holder.id for holder in holders]:
                await _remind(desk, ticket, leader, key)
    return len(tickets)


async def close_stale(desk: Desk) -> int:
    """Close what was answered long enough ago and nobody objected to."""
    stale = [t for t in await desk.tx.tickets.answered_before(desk.now - timedelta(days=1)) if _silent(desk, t)]
    for ticket in stale:
        ticket.close_by_silence(at=desk.now)
        facts = await ticket_facts(desk, ticket)
        await desk.tell(
            ticket.requester,
            "remind.closed_by_silence",
            ticket=ticket.id,
            priority=Priority.REMINDER,
            choices=requester_choices(ticket),
            **facts,
        )
    return len(stale)


def _silent(desk: Desk, ticket: Ticket) -> bool:
    return ticket.answered_at is not None and desk.workdays.due(ticket.answered_at, desk.rules.stale_after) <= desk.now


async def _holders(desk: Desk, ticket: Ticket) -> list[Person]:
    if ticket.assignee is not None:
        return [await desk.tx.people.get(ticket.assignee)]
    return await queue_of(desk, ticket.department)


async def _leaders(desk: Desk, department: str) -> list[Person]:
    """The department's leaders; the province's where it has none, so that an overdue ticket is never only ours."""
    found = await desk.tx.people.in_unit(department, Role.LEADER)
    return found or await desk.tx.people.in_unit(PROVINCE_UNIT, Role.LEADER)


async def _remind(desk: Desk, ticket: Ticket, person: Person, key: str) -> None:
    facts: dict[str, Any] = await ticket_facts(desk, ticket)
    await desk.tell(
        person.key,
        key,
        ticket=ticket.id,
        priority=Priority.REMINDER,
        once=f"{key}:{ticket.id}:{ticket.due_at:%Y%m%dT%H%M%S}:{person.key}",
        choices=handler_choices(ticket, holder=ticket.assignee == person.id),
        **facts,
    )
