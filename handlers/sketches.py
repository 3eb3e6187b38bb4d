"""From a ticket's answer to a proposal (từ phiếu thành bài): so that the next officer need not wait for a person."""

from __future__ import annotations

from handlers import curation
from handlers.commands import Command
from handlers.desk import Desk, Turn
from handlers.permissions import Act, require
from knowledge.entries import Checked, Citation, Confidence, Entry
from knowledge.writing import entry_to_text
from storage.drafts import Draft
from storage.errors import Refusal
from storage.ticket_events import Happening, TicketEvent
from storage.tickets import Ticket

LONGEST_TITLE = 90


async def from_ticket(desk: Desk, number: int) -> Draft:
    """Propose an entry from the question and the answer of a ticket; a ticket is proposed once."""
    require(desk.person, Act.PROPOSE)
    ticket = await desk.tx.tickets.get(number)
    require(desk.person, Act.READ, ticket)
    answered = await desk.tx.tickets.last_event(ticket.id, Happening.ANSWERED)
    if answered is None:
        raise Refusal("ticket.not_answered", number=number)
    earlier = await desk.tx.drafts.of_ticket(ticket.id)
    if earlier:
        return earlier[0]
    entry = _sketch(desk, ticket, answered)
    return await curation.propose(desk, f"entries/{entry.id}.md", entry_to_text(entry), note="", ticket=ticket.id)


async def propose(turn: Turn, command: Command) -> None:
    """ "propose:12", pressed after answering."""
    draft = await from_ticket(turn, command.number)
    await turn.reply("draft.proposed", ticket=command.number, number=command.number, draft=draft.key)


def _sketch(desk: Desk, ticket: Ticket, answered: TicketEvent) -> Entry:
    """What is known already; a curator adds how else it is asked, and takes out what is about one person."""
    field = ticket.field or next(code for code, f in desk.knowledge.fields.items() if _fits(f.department, ticket))
    title = ticket.question.strip().rstrip("?").splitlines()[0][:LONGEST_TITLE]
    slug = curation.slug_of(title) or "phieu"
    known = [number for number in answered.facts.get("citations", []) if number in desk.knowledge.documents]
    return Entry(
        id=f"{field}/{slug}-{ticket.id}",
        title=title,
        field=field,
        asked_as=(" ".join(ticket.question.split()),),
        answer=answered.text.strip(),
        sections=(),
        citations=tuple(Citation(number) for number in known),
        checked=Checked(desk.today, Confidence.B),
    )


def _fits(department: str, ticket: Ticket) -> bool:
    return department == ticket.department
