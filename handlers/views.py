"""How entries, documents and tickets are put into words: paragraphs of wording keys and facts, no sentences here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from handlers.desk import Desk
from handlers.turn import Choice, Paragraph
from knowledge import KnowledgeBase
from knowledge.entries import Citation, Entry, LegalDocument
from storage.people import Person
from storage.tickets import Status, Ticket

YEAR = 366


class Reads(Protocol):
    """Whoever reads the knowledge base on a day: a desk, or the command line."""

    @property
    def knowledge(self) -> KnowledgeBase: ...

    @property
    def today(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader without a desk."""

    knowledge: KnowledgeBase
    today: date


def entry_paragraphs(desk: Reads, entry: Entry) -> list[Paragraph]:
    """What stands below the short answer: sections, sources, validity, whether the department has confirmed it."""
    paragraphs = [Paragraph("answer.section", {"heading": s.heading, "text": s.text}) for s in entry.sections]
    if entry.procedure:
        paragraphs.append(Paragraph("answer.procedure", {"code": entry.procedure}))
    paragraphs.append(Paragraph("answer.sources", {"sources": [source(desk, c) for c in entry.citations]}))
    paragraphs.append(_validity(desk, entry))
    if not entry.confirmed:
        paragraphs.append(Paragraph("answer.unconfirmed", {"checked": entry.checked.on}))
    paragraphs.append(Paragraph("answer.automatic"))
    return paragraphs


def _validity(desk: Reads, entry: Entry) -> Paragraph:
    until = desk.knowledge.validity(entry, desk.today).until
    if until is not None and (until - desk.today).days <= YEAR:
        return Paragraph("answer.valid_until", {"day": desk.today, "until": until})
    return Paragraph("answer.valid", {"day": desk.today})


def source(desk: Reads, citation: Citation) -> str:
    """A citation as people write it: "khoản 2 Điều 15 Nghị định 123/2015/NĐ-CP"."""
    document = desk.knowledge.documents.get(citation.document)
    named = document_name(document) if document else citation.document
    return " ".join(part for part in (citation.clause, citation.article, named) if part)


def document_name(document: LegalDocument) -> str:
    """A document as people call it: "Nghị định 123/2015/NĐ-CP"."""
    return f"{document.kind[:1].upper()}{document.kind[1:]} {document.number}"


def unit_name(desk: Reads, unit: str, communes: dict[str, str]) -> str:
    """The name of a department or commune."""
    department = desk.knowledge.departments.get(unit)
    return department.name if department else communes.get(unit, unit)


def department_name(desk: Reads, code: str) -> str:
    """The name of a department."""
    department = desk.knowledge.departments.get(code)
    return department.name if department else code


async def ticket_facts(desk: Desk, ticket: Ticket) -> dict[str, Any]:
    """What is said about a ticket: number, question, who asks, who holds it, until when."""
    requester = await desk.tx.people.get(ticket.requester)
    holder: Person | None = None if ticket.assignee is None else await desk.tx.people.get(ticket.assignee)
    communes = await desk.tx.people.communes()
    return {
        "number": ticket.id,
        "question": ticket.question,
        "requester": requester.name,
        "unit": unit_name(desk, ticket.unit, communes),
        "department": department_name(desk, ticket.department),
        "holder": holder.name if holder else "",
        "due": ticket.due_at,
        "status": f"status.{ticket.status}",
    }


def handler_choices(ticket: Ticket, *, holder: bool) -> list[Choice]:
    """What a specialist may press on a ticket."""
    number = {"number": ticket.id}
    hand_over = Choice(f"hand-over:{ticket.id}", "choice.hand_over", number, "say.hand_over")
    if ticket.status == Status.OPEN:
        take = Choice(f"take:{ticket.id}", "choice.take", number, "say.take")
        return [take, Choice(f"ticket:{ticket.id}", "choice.ticket", number, "say.ticket"), hand_over]
    if holder and ticket.status in (Status.ASSIGNED, Status.PENDING):
        return [
            Choice(f"answer:{ticket.id}", "choice.answer", number, "say.answer"),
            Choice(f"ask-back:{ticket.id}", "choice.ask_back", number, "say.ask_back"),
            hand_over,
        ]
    return []


def requester_choices(ticket: Ticket) -> list[Choice]:
    """What the person who asked may press on a ticket."""
    number = {"number": ticket.id}
    if ticket.status == Status.ANSWERED:
        return [
            Choice(f"accept:{ticket.id}", "choice.accept", number, "say.accept"),
            Choice(f"reopen:{ticket.id}", "choice.reopen", number, "say.reopen"),
        ]
    if ticket.status == Status.CLOSED:
        return [Choice(f"reopen:{ticket.id}", "choice.reopen", number, "say.reopen")]
    return [Choice(f"details:{ticket.id}", "choice.details", number, "say.details")]
