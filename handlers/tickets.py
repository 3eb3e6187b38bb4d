"""Tickets in chat: what buttons and words do, and what the next words are for when something was left to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers import escalation, sources
from handlers.commands import Command
from handlers.desk import Turn
from handlers.permissions import Act, may, require
from handlers.turn import Choice
from handlers.views import department_name, handler_choices, requester_choices, ticket_facts
from knowledge.text import fold
from storage.errors import Refusal
from storage.tickets import AT_WORK, Status, Ticket

LONGEST_TEXT = 8000


async def take(turn: Turn, command: Command) -> None:
    """ "nhận 12"."""
    ticket = await escalation.take(turn, command.number)
    facts = await ticket_facts(turn, ticket)
    files = [file.key for file in await turn.tx.attachments.of_ticket(ticket.id)]
    related = await sources.of_ticket(turn, ticket)
    choices = [*handler_choices(ticket, holder=True), *sources.to_cite(ticket, related)]
    more = sources.paragraphs(related)
    await turn.reply("ticket.you_have", ticket=ticket.id, choices=choices, more=more, attachments=files, **facts)


async def ask_back(turn: Turn, command: Command) -> None:
    """ "hỏi lại 12 …"."""
    await _check(turn, command, Act.ASK_BACK)
    if await _left_to_say(turn, command, "ask-back"):
        return
    ticket = await escalation.ask_back(turn, command.number, command.rest)
    await turn.reply("ticket.asked_back_sent", ticket=ticket.id, **await ticket_facts(turn, ticket))


async def answer(turn: Turn, command: Command) -> None:
    """ "trả lời 12 …"."""
    ticket = await turn.tx.tickets.get(command.number)
    require(turn.person, Act.TAKE if ticket.assignee is None else Act.ANSWER, ticket)
    if await _left_to_say(turn, command, "answer"):
        return
    ticket = await escalation.answer(turn, command.number, command.rest, attachments=await _files(turn))
    choices = [Choice(f"propose:{ticket.id}", "choice.propose")] if may(turn.person, Act.PROPOSE) else []
    await turn.reply("ticket.answer_sent", ticket=ticket.id, choices=choices, **await ticket_facts(turn, ticket))


async def details(turn: Turn, command: Command) -> None:
    """ "bổ sung 12 …"."""
    await _check(turn, command, Act.ADD_DETAILS)
    command = await _earlier_words(turn, command)
    if await _left_to_say(turn, command, "details"):
        return
    ticket = await escalation.add_details(turn, command.number, command.rest, attachments=await _files(turn))
    await turn.reply("ticket.details_sent", ticket=ticket.id, **await ticket_facts(turn, ticket))


async def hand_over(turn: Turn, command: Command) -> None:
    """ "chuyển 12 so-tai-chinh vì …", or step by step with buttons."""
    ticket = await turn.tx.tickets.get(command.number)
    require(turn.person, Act.HAND_OVER, ticket)
    department, reason = _destination(turn, command)
    if not department:
        await turn.reply("hand_over.where", ticket=ticket.id, choices=_destinations(turn, ticket), number=ticket.id)
        return
    if not reason:
        turn.conversation.wait_for("hand-over", at=turn.now, number=ticket.id, department=department)
        await turn.reply("hand_over.why", number=ticket.id, department=department_name(turn, department))
        return
    ticket = await escalation.hand_over(turn, ticket.id, department, reason)
    await turn.reply("hand_over.done", ticket=ticket.id, **await ticket_facts(turn, ticket))


async def release(turn: Turn, command: Command) -> None:
    """ "trả lại 12"."""
    ticket = await escalation.release(turn, command.number)
    await turn.reply("ticket.released_done", ticket=ticket.id, **await ticket_facts(turn, ticket))


async def accept(turn: Turn, command: Command) -> None:
    """ "đồng ý 12"."""
    ticket = await escalation.accept(turn, command.number)
    await turn.reply("ticket.closed_thanks", ticket=ticket.id, number=ticket.id)


async def reopen(turn: Turn, command: Command) -> None:
    """ "mở lại 12 …"."""
    await _check(turn, command, Act.REOPEN)
    if await _left_to_say(turn, command, "reopen"):
        return
    ticket = await escalation.reopen(turn, command.number, command.rest)
    await turn.reply("ticket.reopened_sent", ticket=ticket.id, **await ticket_facts(turn, ticket))


async def show(turn: Turn, command: Command) -> None:
    """One ticket as the person may see it (xem phiếu)."""
    ticket = await turn.tx.tickets.get(command.number)
    require(turn.person, Act.READ, ticket)
    mine = ticket.requester == turn.person.id
    holder = ticket.assignee == turn.person.id
    choices = requester_choices(ticket) if mine else handler_choices(ticket, holder=holder)
    if not may(turn.person, Act.HAND_OVER, ticket) and not mine:
        choices = []
    related = await sources.of_ticket(turn, ticket)
    if holder and ticket.status in AT_WORK:
        choices += sources.to_cite(ticket, related)
    facts = await ticket_facts(turn, ticket)
    answered = await escalation.last_answer(turn, ticket)
    key = "ticket.view_answered" if answered else "ticket.view_held" if ticket.assignee else "ticket.view"
    files = [file.key for file in await turn.tx.attachments.of_ticket(ticket.id)]
    more = sources.paragraphs(related) if ticket.status in AT_WORK else []
    await turn.reply(key, ticket=ticket.id, choices=choices, attachments=files, more=more, text=answered, **facts)


async def mine(turn: Turn, command: Command) -> None:
    """The tickets I asked (phiếu của tôi)."""
    require(turn.person, Act.ASK)
    await _list(turn, await turn.tx.tickets.of_requester(turn.person.key, limit=10), "list.mine")


async def queue(turn: Turn, command: Command) -> None:
    """What my department still owes (hàng đợi)."""
    require(turn.person, Act.SEE_QUEUE)
    await _list(turn, await turn.tx.tickets.queue(turn.person.unit, limit=10), "list.queue")


async def replied(turn: Turn, number: int) -> None:
    """A reply to a message about a ticket is about that ticket: an answer, details, or a question back to us."""
    ticket = await turn.tx.tickets.get(number)
    command = Command(_verb_of_reply(turn, ticket), (str(number),), turn.incoming.text)
    await {"answer": answer, "details": details, "reopen": reopen, "take": take, "ticket": show}[command.verb](
        turn, command
    )


def _verb_of_reply(turn: Turn, ticket: Ticket) -> str:
    if ticket.requester == turn.person.id:
        return "reopen" if ticket.status in (Status.ANSWERED, Status.CLOSED) else "details"
    if not turn.incoming.text.strip() and not turn.incoming.attachments:
        return "ticket"
    first_words = " ".join(fold(turn.incoming.text).split()[:3])
    return "take" if first_words in ("nhan", "nhan phieu", "toi nhan", "em nhan") else "answer"


async def _list(turn: Turn, tickets: Sequence[Ticket], key: str) -> None:
    rows = [await ticket_facts(turn, ticket) for ticket in tickets]
    choices = [
        Choice(f"ticket:{t.id}", "choice.ticket_row", {"number": t.id, "question": t.question[:40]}, "say.ticket")
        for t in tickets
    ]
    if rows:
        await turn.reply(key, rows=rows, count=len(rows), choices=choices[:8])
    else:
        await turn.reply(f"{key}_empty")


async def _check(turn: Turn, command: Command, act: Act) -> None:
    require(turn.person, act, await turn.tx.tickets.get(command.number))


async def _left_to_say(turn: Turn, command: Command, verb: str) -> bool:
    """Pressed or typed without the words themselves: ask for them, and take what comes next as them."""
    if len(command.rest) > LONGEST_TEXT:
        raise Refusal("question.too_long", limit=LONGEST_TEXT)
    if command.rest.strip():
        return False
    turn.conversation.wait_for(verb, at=turn.now, number=command.number)
    await turn.reply(f"await.{verb.replace('-', '_')}", ticket=command.number, number=command.number)
    return True


async def _earlier_words(turn: Turn, command: Command) -> Command:
    """ "details:12:345": what was said in message 345 of this chat was meant for ticket 12."""
    said = await turn.tx.inbox.get(command.part(1)) if command.part(1) else None
    if said is None or said.conversation != turn.conversation.id:
        return command
    return replace(command, rest=said.text)


async def _files(turn: Turn) -> list[int]:
    return [file.key for file in await turn.tx.attachments.of_message(turn.incoming.key)]


def _destination(turn: Turn, command: Command) -> tuple[str, str]:
    """Department and reason from a button ("hand-over:12:so-tai-chinh"), or words ("Sở Tài chính vì …")."""
    if len(command.about) > 1:
        return command.about[1], command.rest
    wanted = fold(command.rest)
    for department in turn.knowledge.departments.values():
        for name in (department.code, fold(department.name), fold(department.short_name)):
            if wanted.startswith(name):
                words = len(name.split())
                return department.code, " ".join(command.rest.split()[words:]).strip(" :,.-")
    return "", command.rest


def _destinations(turn: Turn, ticket: Ticket) -> list[Choice]:
    return [
        Choice(f"hand-over:{ticket.id}:{department.code}", "choice.department", {"department": department.short_name})
        for department in turn.knowledge.departments.values()
        if department.code != ticket.department
    ]
