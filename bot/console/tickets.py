"""Tickets at the console (phiếu): the queue, one ticket with its story, and what may be done to it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.console.access import Door, Stop, form_of
from bot.console.pages import Pages, reader_of, runs_the_server
from bot.console.rows import MOST_OF_A_DEPARTMENT, Row, Urgency, rows, story
from handlers import escalation, sources
from handlers.desk import Desk
from handlers.permissions import PROVINCE_UNIT, Act, may
from handlers.tickets import LONGEST_TEXT
from storage import Refusal
from storage.people import Role
from storage.tickets import AT_WORK, Status, Ticket

FILTERS = ("all", "overdue", *(status.value for status in AT_WORK))
Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Verb:
    """What can be done to a ticket with a form, and in which states the form makes sense."""

    act: Act
    when: tuple[Status, ...]
    do: Callable[[Desk, int, Form], Awaitable[Ticket]]


VERBS = {
    "take": Verb(Act.TAKE, (Status.OPEN,), lambda desk, n, form: escalation.take(desk, n)),
    "answer": Verb(
        Act.ANSWER,
        (Status.ASSIGNED, Status.PENDING, Status.ANSWERED),
        lambda desk, n, form: escalation.answer(desk, n, _words(form)),
    ),
    "cite": Verb(
        Act.ANSWER,
        (Status.ASSIGNED, Status.PENDING, Status.ANSWERED),
        lambda desk, n, form: sources.pick_for(desk, n, form.get("place", "")),
    ),
    "ask_back": Verb(
        Act.ASK_BACK,
        (Status.ASSIGNED, Status.PENDING),
        lambda desk, n, form: escalation.ask_back(desk, n, _words(form)),
    ),
    "hand_over": Verb(
        Act.HAND_OVER,
        AT_WORK,
        lambda desk, n, form: escalation.hand_over(desk, n, form.get("department", ""), _words(form)),
    ),
}


class TicketPages:
    """The pages of specialists and leaders."""

    def __init__(self, door: Door, pages: Pages) -> None:
        self._door, self._database, self._pages = door, door.database, pages

    async def queue(self, request: web.Request) -> web.Response:
        """What the person holds, and what their department owes; the province's leaders see every department."""
        async with self._database.reading() as tx:
            desk = await self._door.desk(tx, request)
            if runs_the_server(desk.person):
                raise web.HTTPSeeOther("/console/outbox")
            if not may(desk.person, Act.SEE_QUEUE) and may(desk.person, Act.CURATE):
                raise web.HTTPSeeOther("/console/drafts")
            _require_queue(desk)
            owed = await _owed(desk)
        wanted = request.query.get("status", "all")
        return self._pages.page(
            "queue",
            reader_of(desk.person),
            unit=_unit(desk),
            everywhere=_leads_province(desk),
            most=MOST_OF_A_DEPARTMENT,
            done=_done(request),
            done_ticket=_number(request.query.get("ticket", "")),
            **_sorted(owed, wanted if wanted in FILTERS else "all"),
        )

    async def find(self, request: web.Request) -> web.Response:
        """Go to a ticket by its number."""
        number = _number(request.query.get("number", ""))
        raise web.HTTPSeeOther(f"/console/tickets/{number}" if number else "/console")

    async def ticket(self, request: web.Request) -> web.Response:
        """One ticket, its story, and forms for what the person may do."""
        return await self._page(request, form={}, tried="", refusal=None)

    async def act(self, request: web.Request) -> web.Response:
        """Do what a form says, in one transaction; a refusal shows the page again, with what was typed."""
        name, number = request.match_info["verb"], int(request.match_info["number"])
        form = await form_of(request)
        if name not in VERBS:
            raise web.HTTPNotFound
        try:
            there = await self._do(request, name, number, form)
        except Refusal as refusal:
            return await self._page(request, form=form, tried=name, refusal=refusal)
        raise web.HTTPSeeOther(f"/console{there}")

    async def _do(self, request: web.Request, name: str, number: int, form: Form) -> str:
        async with self._database.transaction() as tx:
            desk = await self._door.desk(tx, request)
            _require_queue(desk)
            ticket = await tx.tickets.get(number)
            # Taking says by itself who was faster; the rest must be about the ticket as it was shown.
            if name != Act.TAKE and form.get("version") != str(ticket.version) and may(desk.person, Act.READ, ticket):
                raise Refusal("console.stale", number=number)
            ticket = await VERBS[name].do(desk, number, form)
            readable = may(desk.person, Act.READ, ticket)
        return f"/tickets/{number}?done={name}" if readable else f"?done={name}&ticket={number}"

    async def _page(self, request: web.Request, *, form: Form, tried: str, refusal: Refusal | None) -> web.Response:
        async with self._database.reading() as tx:
            desk = await self._door.desk(tx, request)
            _require_queue(desk)
            facts = await _shown(desk, int(request.match_info["number"]))
        return self._pages.page(
            "ticket",
            reader_of(desk.person),
            status=409 if refusal else 200,
            refusal=refusal,
            typed=form,
            tried=tried,
            longest=LONGEST_TEXT,
            done=_done(request),
            **facts,
        )


async def _shown(desk: Desk, number: int) -> dict[str, Any]:
    """All that is shown of a ticket; stops with 404 for one that the person may not read."""
    ticket = await desk.tx.tickets.look(number)
    if ticket is None or not may(desk.person, Act.READ, ticket):
        raise Stop(404, "ticket.unknown", desk.person, number=number)
    (row,) = await rows(desk, [ticket])
    return {
        "ticket": row,
        "version": ticket.version,
        "steps": await story(desk, ticket),
        "files": await desk.tx.attachments.of_ticket(number),
        "related": await sources.of_ticket(desk, ticket),
        "cited": ticket.cited,
        "verbs": [name for name, verb in VERBS.items() if _offered(desk, verb, ticket)],
        "departments": [d for d in desk.knowledge.departments.values() if d.code != ticket.department],
    }


def _require_queue(desk: Desk) -> None:
    if not may(desk.person, Act.SEE_QUEUE):
        raise Stop(403, f"permission.{Act.SEE_QUEUE}", desk.person)


async def _owed(desk: Desk) -> list[Row]:
    """What is still owed, the most urgent first; of somebody's own, also what another department is shown."""
    departments = list(desk.knowledge.departments) if _leads_province(desk) else [desk.person.unit]
    found = await desk.tx.tickets.held_by(desk.person.key, limit=MOST_OF_A_DEPARTMENT)
    for department in departments:
        found += await desk.tx.tickets.queue(department, limit=MOST_OF_A_DEPARTMENT)
    once = {ticket.id: ticket for ticket in found}
    return await rows(desk, sorted(once.values(), key=lambda ticket: ticket.due_at))


def _leads_province(desk: Desk) -> bool:
    return desk.person.role == Role.LEADER and desk.person.unit == PROVINCE_UNIT


def _unit(desk: Desk) -> str:
    department = desk.knowledge.departments.get(desk.person.unit)
    return department.name if department else ""


def _sorted(owed: list[Row], wanted: str) -> dict[str, Any]:
    shown = [row for row in owed if _fits(row, wanted)]
    return {
        "wanted": wanted,
        "filters": [(name, sum(_fits(row, name) for row in owed)) for name in FILTERS],
        "mine": [row for row in shown if row.mine],
        "others": [row for row in shown if not row.mine],
    }


def _fits(row: Row, wanted: str) -> bool:
    return wanted in ("all", row.status) or (wanted == "overdue" and row.urgency == Urgency.OVERDUE)


def _offered(desk: Desk, verb: Verb, ticket: Ticket) -> bool:
    return ticket.status in verb.when and may(desk.person, verb.act, ticket)


def _words(form: Form) -> str:
    text = form.get("text", "").strip()
    if len(text) > LONGEST_TEXT:
        raise Refusal("question.too_long", limit=LONGEST_TEXT)
    return text


def _done(request: web.Request) -> str:
    done = request.query.get("done", "")
    return done if done in VERBS else ""


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text.strip(), re.ASCII) else 0
