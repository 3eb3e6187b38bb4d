"""What the keepers of the base ask of it: figures, what lapses when, and a copy as files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from knowledge.base import KnowledgeBase
from knowledge.entries import Citation, Entry
from knowledge.validity import ending_exceptions, stretches_of_citation
from knowledge.writing import (
    departments_to_text,
    document_name,
    document_to_text,
    entry_to_text,
    fields_to_text,
)

_SOON = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an entry lapses: what it cites, the first day that is without force, and what takes its place.

    `until` is None for a citation that has not come into force yet, and for a document the base does not have.
    """

    citation: Citation
    until: date | None
    successors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lapse:
    """An entry that stops being answered, on which day (the first without it), and because of what.

    `on` is None when it never was in force up to the day reported on.
    """

    entry: Entry
    on: date | None
    because: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class LapseReport:
    """What a day takes out of service (sắp hết căn cứ): the entries of three kinds, each the earliest first.

    `ending` are answered the day before and not on the day; `coming` are answered on the day and will stop within
    a year after it; `gone` are answered neither on the day nor the day before.
    """

    on: date
    ending: tuple[Lapse, ...]
    coming: tuple[Lapse, ...]
    gone: tuple[Lapse, ...]


def lapse_report(kb: KnowledgeBase, on: date) -> LapseReport:
    """What stops being answerable on a day, within a year after it, and what already is not."""
    before = on - timedelta(days=1)
    entries = kb.entries.values()
    ending = [e for e in entries if kb.in_force(e, before) and not kb.in_force(e, on)]
    gone = [e for e in entries if not kb.in_force(e, before) and not kb.in_force(e, on)]
    coming = [e for e in entries if kb.in_force(e, on) and _ends(kb, e, on) <= on + _SOON]
    return LapseReport(
        on,
        ending=_sorted(Lapse(e, on, _reasons(kb, e, on)) for e in ending),
        coming=_sorted(Lapse(e, _ends(kb, e, on), _reasons(kb, e, _ends(kb, e, on))) for e in coming),
        gone=_sorted(_long_gone(kb, e, on) for e in gone),
    )


def stats(kb: KnowledgeBase, on: date) -> dict[str, Any]:
    """Figures of the base on a day, ready for JSON; `oldest_check` is the day of the oldest check of an entry."""
    entries = list(kb.entries.values())
    by_field = Counter(entry.field for entry in entries)
    lapses = lapse_report(kb, on)
    return {
        "on": on.isoformat(),
        "revision": kb.revision,
        "entries": len(entries),
        "in_force": sum(kb.in_force(entry, on) for entry in entries),
        "documents": len(kb.documents),
        "phrasings": sum(len(entry.asked_as) for entry in entries),
        "by_field": {code: by_field[code] for code in kb.fields},
        "confirmed": sum(entry.confirmed for entry in entries),
        "by_confidence": dict(sorted(Counter(str(e.checked.confidence) for e in entries).items())),
        "oldest_check": min((entry.checked.on.isoformat() for entry in entries), default=None),
        "lapsing_within_a_year": len(lapses.coming),
    }


def export(kb: KnowledgeBase, folder: Path) -> None:
    """Write the base as files that load back to the same revision."""
    _write(folder / "fields.yaml", fields_to_text(kb.fields.values()))
    _write(folder / "departments.yaml", departments_to_text(kb.departments.values()))
    for document in kb.documents.values():
        _write(folder / document_name(document), document_to_text(document))
    for entry in kb.entries.values():
        _write(folder / "entries" / f"{entry.id}.md", entry_to_text(entry))


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")


def _ends(kb: KnowledgeBase, entry: Entry, day: date) -> date:
    """The first day on which an entry in force on `day` no longer is."""
    return kb.validity(entry, day).until or date.max


def _long_gone(kb: KnowledgeBase, entry: Entry, on: date) -> Lapse:
    validity = kb.validity(entry, on)
    if validity.until is not None and validity.until <= on:
        return Lapse(entry, validity.until, _reasons(kb, entry, validity.until))
    return Lapse(entry, None, tuple(_reason(kb, citation, on) for citation in dict.fromkeys(validity.lapsed)))


def _reasons(kb: KnowledgeBase, entry: Entry, day: date) -> tuple[Reason, ...]:
    """What the entry cites that has no force on the day."""
    return tuple(_reason(kb, citation, day) for citation in dict.fromkeys(kb.validity(entry, day).lapsed))


def _reason(kb: KnowledgeBase, citation: Citation, day: date) -> Reason:
    ends = [life.until for life in stretches_of_citation(citation, kb.documents) if life.until]
    until = max((end for end in ends if end <= day), default=None)
    return Reason(citation, until, _successors(kb, citation, day) if until else ())


def _successors(kb: KnowledgeBase, citation: Citation, day: date) -> tuple[str, ...]:
    """Who ended the place early, else what took the document's place; numbers without a file included."""
    enders = ending_exceptions(citation, kb.documents, day)
    if enders:
        return tuple(dict.fromkeys(e.by for e in enders if e.by not in ("", citation.document)))
    alive = tuple(document.number for document in kb.relations.replacement(citation.document, day))
    return alive or kb.relations.successors(citation.document)


def _sorted(lapses: Iterable[Lapse]) -> tuple[Lapse, ...]:
    return tuple(sorted(lapses, key=lambda lapse: (lapse.on or date.max, lapse.entry.id)))
