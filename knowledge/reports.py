"""What the keepers of the base ask of it: figures, what lapses when, and a copy as files."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from knowledge.base import KnowledgeBase
from knowledge.entries import Citation, Entry, LegalDocument
from knowledge.validity import stretches_of_citation
from knowledge.writing import (
    departments_to_text,
    document_name,
    document_to_text,
    entry_to_text,
    fields_to_text,
)

_SOON = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Lapse:
    """An entry that stops being answered, on which day (the first without it), and because of what."""

    entry: Entry
    on: date
    because: tuple[Citation, ...]


def lapse_report(kb: KnowledgeBase, on: date) -> tuple[Lapse, ...]:
    """Entries in force on `on` that a known end will take out of service, the earliest first."""
    found = []
    for entry in kb.entries.values():
        validity = kb.validity(entry, on)
        if validity.in_force and validity.until is not None:
            found.append(Lapse(entry, validity.until, _ending(kb, entry, validity.until)))
    return tuple(sorted(found, key=lambda lapse: (lapse.on, lapse.entry.id)))


def stats(kb: KnowledgeBase, on: date) -> dict[str, Any]:
    """Figures of the base on a day, ready for JSON."""
    entries = list(kb.entries.values())
    by_field = Counter(entry.field for entry in entries)
    return {
        "on": on.isoformat(),
        "revision": kb.revision,
        "entries": len(entries),
        "in_force": sum(kb.in_force(entry, on) for entry in entries),
        "documents": len(kb.documents),
        "phrasings": sum(len(entry.asked_as) for entry in entries),
        "fields": {code: by_field[code] for code in kb.fields},
        "confirmed": sum(entry.confirmed for entry in entries),
        "confidence": dict(sorted(Counter(str(e.checked.confidence) for e in entries).items())),
        "lapsing_within_a_year": sum(lapse.on <= on + _SOON for lapse in lapse_report(kb, on)),
    }


def export(kb: KnowledgeBase, folder: Path) -> None:
    """Write the base as files that load back to the same revision."""
    _write(folder / "fields.yaml", fields_to_text(kb.fields.values()))
    _write(folder / "departments.yaml", departments_to_text(kb.departments.values()))
    for document in kb.documents.values():
        _write(folder / document_name(document), document_to_text(document))
    for entry in kb.entries.values():
        _write(folder / "entries" / f"{entry.id}.md", entry_to_text(entry))


def _ending(kb: KnowledgeBase, entry: Entry, day: date) -> tuple[Citation, ...]:
    ended = (
        citation
        for citation in entry.citations
        if any(stretch.until == day for stretch in stretches_of_citation(citation, kb.documents))
    )
    return tuple(dict.fromkeys(ended))


def documents_ending(kb: KnowledgeBase, since: date, until: date) -> tuple[LegalDocument, ...]:
    """Documents whose first day without force lies in [since, until), the earliest first."""
    ending = [
        (document.in_force.until, document.number, document)
        for document in kb.documents.values()
        if document.in_force.until is not None and since <= document.in_force.until < until
    ]
    return tuple(document for _, _, document in sorted(ending, key=lambda item: item[:2]))


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")
