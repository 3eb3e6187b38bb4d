"""What the console shows of tickets: rows of a queue, and the story of one, as facts without sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from handlers.desk import Desk
from handlers.permissions import Act, may
from handlers.views import department_name, unit_name
from storage.people import Person
from storage.ticket_events import TicketEvent
from storage.tickets import AT_WORK, Status, Ticket

MOST_OF_A_DEPARTMENT = 200


class Urgency(StrEnum):
    """How a ticket stands to its due moment (hạn)."""

    OVERDUE = "overdue"
    SOON = "soon"
    RUNNING = "running"
    PAUSED = "paused"
    """Waits for the requester; the clock stands still."""
    OVER = "over"
    """Answered or closed: nothing is due."""


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket in a list."""

    number: int
    question: str
    requester: str
    unit: str
    department: str
    holder: str
    status: str
    due: datetime
    urgency: Urgency
    mine: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a ticket; `who` is empty for the system."""

    what: str
    at: datetime
    who: str
    unit: str
    text: str
    citations: Sequence[str]
    former: str
    to: str


async def rows(desk: Desk, tickets: Sequence[Ticket]) -> list[Row]:
    """Rows of the tickets that the person may read, in the given order."""
    communes = await desk.tx.people.communes()
    soon = desk.due(desk.rules.remind_before)
    return [await _row(desk, t, communes, soon) for t in tickets if may(desk.person, Act.READ, t)]


async def story(desk: Desk, ticket: Ticket) -> list[Step]:
    """What happened to a ticket, in order."""
    communes = await desk.tx.people.communes()
    return [await _step(desk, event, communes) for event in await desk.tx.tickets.events(ticket.id)]


async def _row(desk: Desk, ticket: Ticket, communes: dict[str, str], soon: datetime) -> Row:
    requester = await desk.tx.people.get(ticket.requester)
    holder = await _person(desk, ticket.assignee)
    return Row(
        number=ticket.id,
        question=ticket.question,
        requester=requester.name,
        unit=unit_name(desk, ticket.unit, communes),
        department=department_name(desk, ticket.department),
        holder=holder.name if holder else "",
        status=ticket.status,
        due=ticket.due_at,
        urgency=_urgency(ticket, desk.now, soon),
        mine=ticket.assignee == desk.person.id,
    )


def _urgency(ticket: Ticket, now: datetime, soon: datetime) -> Urgency:
    if ticket.status not in AT_WORK:
        return Urgency.OVER
    if ticket.status == Status.PENDING:
        return Urgency.PAUSED
    if ticket.due_at < now:
        return Urgency.OVERDUE
    return Urgency.SOON if ticket.due_at <= soon else Urgency.RUNNING


async def _step(desk: Desk, event: TicketEvent, communes: dict[str, str]) -> Step:
    actor = await _person(desk, event.actor)
    return Step(
        what=event.what,
        at=event.at,
        who=actor.name if actor else "",
        unit=unit_name(desk, actor.unit, communes) if actor else "",
        text=event.text,
        citations=event.facts.get("citations", []),
        former=department_name(desk, event.facts.get("former", "")),
        to=department_name(desk, event.facts.get("to", "")),
    )


async def _person(desk: Desk, key: int | None) -> Person | None:
    return None if key is None else await desk.tx.people.get(key)
