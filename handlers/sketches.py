"""From a ticket's answer to a proposal (từ phiếu thành bài): so that the next officer need not wait for a person."""

from __future__ import annotations

from handlers import curation
from handlers.commands import Command
from handlers.desk import Desk, Turn
from handlers.naming import slug_of
from handlers.permissions import Act, require
from knowledge.citing import cited_in
from knowledge.entries import Checked, Citation, Confidence, Entry
from knowledge.tidying import tidy_line, tidy_text
from knowledge.writing import entry_to_text
from storage.drafts import Draft, DraftStatus
from storage.errors import Refusal
from storage.ticket_events import Happening, TicketEvent
from storage.tickets import Ticket

LONGEST_TITLE = 90
_STILL_MEANT = (DraftStatus.PROPOSED, DraftStatus.APPROVED)
"""What was rejected or taken back may be proposed again."""


async def from_ticket(desk: Desk, number: int) -> Draft:
    """Propose an entry from the question and the answer of a ticket; a ticket is proposed once."""
    require(desk.person, Act.PROPOSE)
    ticket = await desk.tx.tickets.get(number)
    require(desk.person, Act.READ, ticket)
    answered = await desk.tx.tickets.last_event(ticket.id, Happening.ANSWERED)
    if answered is None:
        raise Refusal("ticket.not_answered", number=number)
    earlier = [d for d in await desk.tx.drafts.of_ticket(ticket.id) if d.status in _STILL_MEANT]
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
    field = _field(desk, ticket)
    question = tidy_line(ticket.question)
    title = question.rstrip("? ")[:LONGEST_TITLE].strip()
    return Entry(
        id=f"{field}/{slug_of(title) or 'phieu'}-{ticket.id}",
        title=title,
        field=field,
        asked_as=(question,),
        answer=tidy_text(answered.text),
        sections=(),
        citations=_citations(desk, answered),
        checked=Checked(desk.today, Confidence.B),
    )


def _field(desk: Desk, ticket: Ticket) -> str:
    """The field asked about, else one of the ticket's department, else any: it can be chosen in the form."""
    fields = desk.knowledge.fields
    if ticket.field in fields:
        return str(ticket.field)
    return next((code for code, field in fields.items() if field.department == ticket.department), next(iter(fields)))


def _citations(desk: Desk, answered: TicketEvent) -> tuple[Citation, ...]:
    """The places that the answer cites, as exactly as it says."""
    text = "\n".join([answered.text, *answered.facts.get("citations", [])])
    cited = [one for one in cited_in(text, desk.knowledge.documents) if one.document]
    places = dict.fromkeys(place for one in cited for place in one.places)
    exact = {place.document for place in places if place.article}
    return tuple(place for place in places if place.article or place.document not in exact)
