"""How entries, documents and tickets are put into words: paragraphs of wording keys and facts, no sentences here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from handlers.desk import Desk
from handlers.turn import Choice, Paragraph
from knowledge import KnowledgeBase
from knowledge.entries import Citation, Confidence, Decision, Entry, Finding, Interval, LegalDocument
from knowledge.relations import Kind
from storage.people import Person
from storage.tickets import Status, Ticket

YEAR = 366
DAY = timedelta(days=1)
_DONE_TO_IT = {
    Kind.AMENDS: "document.amended_by",
    Kind.REPLACES: "document.replaced_by",
    Kind.CUTS: "document.cut_by",
}
_DONE_BY_IT = {Kind.AMENDS: "document.amends", Kind.REPLACES: "document.replaces", Kind.CUTS: "document.cuts"}


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


def entry_paragraphs(desk: Reads, entry: Entry, asked: Interval | None = None) -> list[Paragraph]:
    """What stands below the short answer: sections, sources, validity, whether the department has confirmed it.

    `asked` are the past days that the question is about, when it is not about today.
    """
    paragraphs = [Paragraph("answer.section", {"heading": s.heading, "text": s.text}) for s in entry.sections]
    if entry.procedure:
        paragraphs.append(Paragraph("answer.procedure", {"code": entry.procedure}))
    paragraphs.append(Paragraph("answer.sources", {"sources": [source(desk, c) for c in entry.citations]}))
    paragraphs += [_validity(desk, entry)] if asked is None else _validity_then(desk, entry, asked)
    if not entry.confirmed:
        paragraphs.append(Paragraph(unconfirmed(entry), {"checked": entry.checked.on}))
    paragraphs.append(Paragraph("answer.automatic"))
    return paragraphs


def _validity(desk: Reads, entry: Entry) -> Paragraph:
    until = desk.knowledge.validity(entry, desk.today).until
    if until is not None and (until - desk.today).days <= YEAR:
        return Paragraph("answer.valid_until", {"last": until - DAY, "until": until})
    return Paragraph("answer.valid", {"day": desk.today})


def _validity_then(desk: Reads, entry: Entry, asked: Interval) -> list[Paragraph]:
    """As of a day gone by: which day, whether it is still so, and whether it changed within the month or year."""
    day = last_day(asked)
    validity = desk.knowledge.validity(entry, day)
    paragraphs = [Paragraph("answer.valid_then", {"day": day})]
    if validity.until is not None and validity.until <= desk.today:
        paragraphs = [Paragraph("answer.valid_then_no_more", {"day": day, "until": validity.until})]
    if validity.since is not None and validity.since > asked.since:
        paragraphs.append(Paragraph("answer.valid_then_since", {"first": asked.since, "since": validity.since}))
    return paragraphs


def last_day(days: Interval) -> date:
    """The last of some days that have an end."""
    assert days.until is not None
    return days.until - DAY


def unconfirmed(entry: Entry) -> str:
    """The wording key that says how far an entry nobody has confirmed may be relied on."""
    return "answer.unconfirmed" if entry.checked.confidence is Confidence.A else "answer.awaiting"


def gone_paragraphs(desk: Reads, finding: Finding) -> list[Paragraph]:
    """What would have answered had it been in force on the day asked about, and why it was not.

    Beside choices it is told only of a day gone by: today's choices stand for what has ended.
    """
    offered = finding.decision is Decision.CHOICES and finding.matches
    if not finding.lapsed or (offered and finding.as_of >= desk.today):
        return []
    entry, day = finding.lapsed[0], finding.as_of
    sources = [source(desk, citation) for citation in desk.knowledge.validity(entry, day).lapsed]
    return [Paragraph("answer.not_in_force", {"title": entry.title, "sources": sources, "day": day})]


def source(desk: Reads, citation: Citation) -> str:
    """A citation as people write it: "khoản 2 Điều 15 Nghị định 123/2015/NĐ-CP"."""
    document = desk.knowledge.documents.get(citation.document)
    named = document_name(document) if document else citation.document
    return " ".join(part for part in (citation.clause, citation.article, named) if part)


def document_name(document: LegalDocument) -> str:
    """A document as people call it: "Nghị định 123/2015/NĐ-CP"."""
    return f"{document.kind[:1].upper()}{document.kind[1:]} {document.number}"


def standing(day: date, document: LegalDocument) -> Paragraph:
    """Whether a document is in force on a day, since or until when, and what took its place."""
    interval = document.in_force
    days = {"since": interval.since, "until": interval.until}
    if day < interval.since:
        return Paragraph("document.not_yet", days)
    if interval.until is not None and day >= interval.until:
        successor = ", ".join(document.replaced_by)
        return Paragraph("document.replaced" if successor else "document.ended", {**days, "successor": successor})
    return Paragraph("document.in_force_until" if interval.until else "document.in_force", days)


def history(desk: Reads, document: LegalDocument) -> list[Paragraph]:
    """What was done to a document, and what it does to others; `standing` has told what replaced a dead one."""
    told: dict[str, list[str]] = {}
    for relation in desk.knowledge.relations.history(document.number):
        passive = relation.earlier == document.number
        if passive and relation.kind is Kind.REPLACES and not document.in_force.covers(desk.today):
            continue
        key = _DONE_TO_IT[relation.kind] if passive else _DONE_BY_IT[relation.kind]
        told.setdefault(key, []).append(relation.later if passive else relation.earlier)
    return [Paragraph(key, {"documents": ", ".join(dict.fromkeys(numbers))}) for key, numbers in told.items()]


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
