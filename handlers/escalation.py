"""Escalation (chuyển lên): open, take, ask back, answer, hand over, accept, reopen. One function per verb.

The console calls the same functions with a Desk; in chat a Turn is a Desk with a message on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers import sources
from handlers.citing import sources_of
from handlers.desk import Desk, Turn
from handlers.permissions import PROVINCE_UNIT, Act, require
from handlers.turn import Paragraph
from handlers.views import department_name, handler_choices, requester_choices, ticket_facts
from knowledge.entries import Decision
from knowledge.text import fold
from storage.errors import Refusal
from storage.journal import Exchange
from storage.people import Person, Role
from storage.ticket_events import Happening
from storage.tickets import AT_WORK, Ticket

MOST_TICKETS_AN_HOUR = 20


async def open_for(turn: Turn, exchange: Exchange, *, more: Sequence[Paragraph] = ()) -> Ticket:
    """A question nobody could answer becomes a ticket (mở phiếu); asking twice for the same gives the same ticket.

    `more` is what else the requester is told about why there is no answer.
    """
    require(turn.person, Act.ASK)
    known = await turn.tx.tickets.of_exchange(exchange.key) or await _asked_already(turn, exchange)
    if known is not None:
        facts = await ticket_facts(turn, known)
        await turn.reply("ticket.opened_already", ticket=known.id, choices=requester_choices(known), **facts)
        return known
    ticket = await _store(turn, exchange)
    turn.tx.journal.note(exchange.key, "ticket", at=turn.now, ticket=ticket.id)
    facts = await ticket_facts(turn, ticket)
    unsure = exchange.decision == Decision.ESCALATE
    key = "ticket.opened" if unsure else "ticket.opened_on_request"
    related = sources.kept(turn, exchange)
    choices = [*requester_choices(ticket), *sources.to_read(related)]
    await turn.reply(key, ticket=ticket.id, choices=choices, more=[*more, *sources.paragraphs(related)], **facts)
    await tell_queue(turn, ticket, "ticket.new")
    return ticket


async def take(desk: Desk, number: int) -> Ticket:
    """A specialist takes a ticket from the queue (nhận phiếu); refuses by name when somebody was faster."""
    ticket = await desk.tx.tickets.get(number)
    require(desk.person, Act.TAKE, ticket)
    try:
        ticket.assign(desk.person.key, at=desk.now)
    except Refusal as refusal:
        holder = None if ticket.assignee is None else await desk.tx.people.get(ticket.assignee)
        raise Refusal(refusal.key, number=number, holder=holder.name if holder else "") from None
    facts = await ticket_facts(desk, ticket)
    await desk.tell(ticket.requester, "ticket.assigned", ticket=number, prefer=ticket.conversation, **facts)
    return ticket


async def ask_back(desk: Desk, number: int, text: str) -> Ticket:
    """The specialist needs to know more (hỏi lại); the requester's next words go to this ticket."""
    ticket = await desk.tx.tickets.get(number)
    require(desk.person, Act.ASK_BACK, ticket)
    ticket.ask_back(_required(text), by=desk.person.key, at=desk.now)
    await desk.tell(
        ticket.requester,
        "ticket.asked_back",
        ticket=number,
        prefer=ticket.conversation,
        text=text,
        choices=requester_choices(ticket),
        awaits={"verb": "details", "number": number},
        **await ticket_facts(desk, ticket),
    )
    return ticket


async def add_details(desk: Desk, number: int, text: str, *, attachments: Sequence[int] = ()) -> Ticket:
    """The requester says more (bổ sung); whoever holds the ticket is told, or the queue."""
    ticket = await desk.tx.tickets.get(number)
    require(desk.person, Act.ADD_DETAILS, ticket)
    ticket.add_details(_required(text), by=desk.person.key, at=desk.now, due_at=_due_after_waiting(desk, ticket))
    await attach(desk, ticket, attachments)
    facts = await ticket_facts(desk, ticket) | {"text": text}
    if ticket.assignee is None:
        await tell_queue(desk, ticket, "ticket.details", attachments=attachments, text=text)
    else:
        await desk.tell(
            ticket.assignee,
            "ticket.details",
            ticket=number,
            attachments=attachments,
            choices=handler_choices(ticket, holder=True),
            **facts,
        )
    return ticket


async def correct(turn: Turn, number: int, text: str) -> None:
    """The requester edited the message that a ticket came from: the new wording goes along as a detail."""
    ticket = await turn.tx.tickets.look(number)
    if ticket is not None and ticket.status in ("open", "assigned", "pending"):
        await add_details(turn, number, text)
        await turn.reply("ticket.corrected", ticket=number, number=number)


async def answer(desk: Desk, number: int, text: str, *, attachments: Sequence[int] = ()) -> Ticket:
    """The specialist answers (trả lời). One not yet taken is taken by answering it."""
    ticket = await desk.tx.tickets.get(number)
    if ticket.assignee is None:
        ticket = await take(desk, number)
    require(desk.person, Act.ANSWER, ticket)
    found, cited = sources_of(desk, ticket, _required(text)), ticket.cited
    ticket.answer(text, by=desk.person.key, at=desk.now, citations=[*found.known, *cited])
    await attach(desk, ticket, attachments)
    facts = await ticket_facts(desk, ticket) | {"text": text}
    await desk.tell(
        ticket.requester,
        "ticket.answered",
        ticket=number,
        prefer=ticket.conversation,
        attachments=attachments,
        choices=requester_choices(ticket),
        more=_below_an_answer(cited, found.outside),
        **facts,
    )
    return ticket


async def hand_over(desk: Desk, number: int, department: str, reason: str) -> Ticket:
    """To the department that it concerns (chuyển), with a reason; the requester knows, the new queue is told."""
    ticket = await desk.tx.tickets.get(number)
    require(desk.person, Act.HAND_OVER, ticket)
    if department not in desk.knowledge.departments:
        raise Refusal("department.unknown", department=department)
    if not await _staffed(desk, department):
        raise Refusal("department.nobody", department=department_name(desk, department))
    former = department_name(desk, ticket.department)
    due_at = desk.due(desk.rules.answer_time)
    ticket.hand_over(department, reason, by=desk.person.key, at=desk.now, due_at=due_at)
    facts = await ticket_facts(desk, ticket) | {"former": former, "text": reason}
    await desk.tell(ticket.requester, "ticket.handed_over", ticket=number, prefer=ticket.conversation, **facts)
    await tell_queue(desk, ticket, "ticket.new_handed_over", former=former, text=reason)
    return ticket


async def release(desk: Desk, number: int) -> Ticket:
    """Back to the queue (trả lại phiếu); a leader may do it for somebody who is away."""
    ticket = await desk.tx.tickets.get(number)
    require(desk.person, Act.RELEASE, ticket)
    await put_back(desk, ticket, by=desk.person.key)
    return ticket


async def put_back(desk: Desk, ticket: Ticket, *, by: int | None) -> None:
    """Take a ticket out of its holder's hands; the requester knows, the queue is told again."""
    ticket.release(by=by, at=desk.now, due_at=_due_after_waiting(desk, ticket))
    facts = await ticket_facts(desk, ticket)
    await desk.tell(ticket.requester, "ticket.released", ticket=ticket.id, prefer=ticket.conversation, **facts)
    await tell_queue(desk, ticket, "ticket.new_released")


async def accept(desk: Desk, number: int) -> Ticket:
    """The requester is content (đồng ý); the ticket closes and the specialist hears it."""
    ticket = await desk.tx.tickets.get(number)
    require(desk.person, Act.ACCEPT, ticket)
    ticket.accept(by=desk.person.key, at=desk.now)
    if ticket.assignee is not None:
        await desk.tell(ticket.assignee, "ticket.accepted", ticket=number, **await ticket_facts(desk, ticket))
    return ticket


async def reopen(desk: Desk, number: int, text: str) -> Ticket:
    """Still unclear (mở lại): back to whoever answered, with a new clock."""
    ticket = await desk.tx.tickets.get(number)
    require(desk.person, Act.REOPEN, ticket)
    ticket.reopen(_required(text), by=desk.person.key, at=desk.now, due_at=desk.due(desk.rules.answer_time))
    if ticket.assignee is not None and not (await desk.tx.people.get(ticket.assignee)).active:
        ticket.release(by=None, at=desk.now)  # whoever answered has lost the post since
    facts = await ticket_facts(desk, ticket) | {"text": text}
    if ticket.assignee is None:
        await tell_queue(desk, ticket, "ticket.reopened", text=text)
    else:
        choices = handler_choices(ticket, holder=True)
        await desk.tell(ticket.assignee, "ticket.reopened", ticket=number, choices=choices, **facts)
    return ticket


async def tell_queue(desk: Desk, ticket: Ticket, key: str, *, attachments: Sequence[int] = (), **more: str) -> None:
    """Tell the people of the ticket's department, with enough of the question to act on."""
    facts = await ticket_facts(desk, ticket) | more
    related = sources.paragraphs(await sources.of_ticket(desk, ticket))
    files = [a.key for a in await desk.tx.attachments.of_ticket(ticket.id)] or list(attachments)
    for person in await queue_of(desk, ticket.department, but=ticket.requester):
        choices = handler_choices(ticket, holder=False)
        await desk.tell(person.key, key, ticket=ticket.id, choices=choices, attachments=files, more=related, **facts)


async def queue_of(desk: Desk, department: str, *, but: int | None = None) -> list[Person]:
    """Who hears of a department's queue: its specialists, else its leaders.

    `but` is the requester: nobody answers their own question. What triage has nobody for goes to the province's
    leaders, else to the operators: somebody must hear of every ticket.
    """
    people = desk.tx.people
    found = await people.in_unit(department, Role.SPECIALIST) or await people.in_unit(department, Role.LEADER)
    found = [person for person in found if person.id != but] or await people.in_unit(department, Role.LEADER)
    if department == desk.rules.triage:
        found = found or await people.in_unit(PROVINCE_UNIT, Role.LEADER) or await people.with_role(Role.OPERATOR)
    return [person for person in found if person.id != but]


async def attach(desk: Desk, ticket: Ticket, attachments: Sequence[int]) -> None:
    """Files that came with a message now belong to the ticket."""
    for file in await desk.tx.attachments.some(list(attachments)):
        file.ticket = ticket.id


async def _asked_already(turn: Turn, exchange: Exchange) -> Ticket | None:
    """The same words of the same person, still at work; and no more tickets in an hour than people write."""
    recent = await turn.tx.tickets.opened_by(turn.person.key, turn.now - timedelta(hours=1))
    if sum(ticket.opened_at >= turn.now - timedelta(hours=1) for ticket in recent) >= MOST_TICKETS_AN_HOUR:
        raise Refusal("question.too_many", limit=MOST_TICKETS_AN_HOUR)
    asked = fold(exchange.question)
    return next((t for t in recent if t.status in AT_WORK and fold(t.question) == asked), None)


async def _store(turn: Turn, exchange: Exchange) -> Ticket:
    ticket = await turn.tx.tickets.open(
        Ticket(
            requester=turn.person.key,
            unit=turn.person.unit,
            conversation=turn.conversation.key,
            exchange=exchange.key,
            question=exchange.question,
            field=exchange.field,
            department=await _department(turn, exchange.department),
            opened_at=turn.now,
            due_at=turn.due(turn.rules.answer_time),
            changed_at=turn.now,
        )
    )
    if exchange.incoming is not None:
        files = await turn.tx.attachments.of_message(exchange.incoming)
        await attach(turn, ticket, [file.key for file in files])
    return ticket


async def _department(desk: Desk, department: str | None) -> str:
    """Where a question goes: a department without people would let it lie, so triage gets it instead."""
    return department if department and await _staffed(desk, department) else desk.rules.triage


async def _staffed(desk: Desk, department: str) -> bool:
    return department == desk.rules.triage or bool(await queue_of(desk, department))


def _due_after_waiting(desk: Desk, ticket: Ticket) -> datetime | None:
    """The due moment, put off by the working time that the ticket has waited for its requester."""
    waited = desk.workdays.working_time(ticket.paused_at, desk.now) if ticket.paused_at else None
    return desk.workdays.due(ticket.due_at, waited) if waited else None


def _required(text: str) -> str:
    if not text.strip():
        raise Refusal("ticket.text_missing")
    return text


def _below_an_answer(cited: Sequence[str], outside: Sequence[str]) -> list[Paragraph]:
    """What was put under an answer by a tap, and what it cites that the base cannot check."""
    below = [Paragraph("answer.sources", {"sources": cited})] if cited else []
    return [*below, Paragraph("answer.cites_outside", {"documents": outside})] if outside else below


async def last_answer(desk: Desk, ticket: Ticket) -> str:
    """The latest answer to a ticket, empty when there is none."""
    found = await desk.tx.tickets.last_event(ticket.id, Happening.ANSWERED)
    return found.text if found else ""
