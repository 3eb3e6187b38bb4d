"""An entry as facts for a page (bài trên trang): as people read it, what it cites, and what its form offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.console.entry_form import BOXES, form_of
from bot.console.faults import Fault
from handlers.curation import LONGEST_TEXT
from handlers.desk import Desk
from handlers.turn import Paragraph
from handlers.views import entry_paragraphs, source
from knowledge.check import LEAST_PHRASINGS, LONGEST_ANSWER
from knowledge.entries import Entry
from knowledge.writing import document_name


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation: as people write it, its document's title and page, and whether it is in force."""

    source: str
    title: str
    place: str
    in_force: bool


def as_read(desk: Desk, entry: Entry) -> list[Paragraph]:
    """What people get, paragraph by paragraph; of what is not in force it is not said that it is."""
    below = entry_paragraphs(desk, entry)
    if not desk.knowledge.in_force(entry, desk.today):
        below = [paragraph for paragraph in below if not paragraph.key.startswith("answer.valid")]
    return [Paragraph("answer.entry", {"title": entry.title, "body": entry.answer}), *below]


def cited(desk: Desk, entry: Entry) -> list[Cited]:
    """What the entry rests on, and how that stands today."""
    found = []
    for citation in entry.citations:
        document = desk.knowledge.documents.get(citation.document)
        place = document_name(document).removesuffix(".yaml") if document else ""
        alive = desk.knowledge.citation_in_force(citation, desk.today)
        found.append(Cited(source(desk, citation), document.title if document else "", place, alive))
    return found


def form_facts(
    desk: Desk,
    form: dict[str, str],
    *,
    entry: Entry | None = None,
    faults: tuple[Fault, ...] = (),
    key: str = "",
    title: str = "",
) -> dict[str, Any]:
    """What the form of an entry shows beside what is in its boxes; `key` is the id of an entry that has one."""
    by_box: dict[str, list[Fault]] = {}
    for fault in faults:
        by_box.setdefault(fault.box, []).append(fault)
    return {
        "boxes": form or (form_of(entry) if entry else {}),
        "headings": BOXES,
        "faults": by_box,
        "cited": cited(desk, entry) if entry else [],
        "fields": list(desk.knowledge.fields.values()),
        "departments": list(desk.knowledge.departments.values()),
        "key": key,
        "title": title,
        "least": LEAST_PHRASINGS,
        "longest": LONGEST_ANSWER,
        "longest_text": LONGEST_TEXT,
    }
