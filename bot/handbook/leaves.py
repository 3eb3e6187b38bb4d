"""Leaves (tờ): what the handbook says about one entry, the same on the page and in the PDFs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from handlers.views import Reader, source, unconfirmed
from knowledge import KnowledgeBase
from knowledge.entries import Entry, Field
from knowledge.text import fold

Said = tuple[str, dict[str, date]]
"""A wording key and its facts."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """An entry with its sources in words and its last day in force, if one is known."""

    entry: Entry
    sources: tuple[str, ...]
    last_day: date | None

    @property
    def lasts(self) -> Said:
        """Until when it may be relied on."""
        return ("handbook.open_ended", {}) if self.last_day is None else ("handbook.lasts", {"day": self.last_day})

    @property
    def standing(self) -> Said:
        """Whether the department has confirmed it, and when it was compared with its sources."""
        if self.entry.review is None:
            return unconfirmed(self.entry), {"checked": self.entry.checked.on}
        return "handbook.confirmed", {"day": self.entry.review.on, "checked": self.entry.checked.on}


def fields_with_entries(kb: KnowledgeBase, day: date) -> list[Field]:
    """The fields that have something in force on the day, in the order of the base."""
    return [field for code, field in kb.fields.items() if kb.entries_in(code, day)]


def leaves_of(kb: KnowledgeBase, field: str, day: date) -> list[Leaf]:
    """The leaves of a field in force on the day, in the order of the alphabet."""
    reader = Reader(kb, day)
    return [
        Leaf(entry, tuple(source(reader, citation) for citation in entry.citations), _last_day(kb, entry, day))
        for entry in sorted(kb.entries_in(field, day), key=lambda entry: fold(entry.title))
    ]


def _last_day(kb: KnowledgeBase, entry: Entry, day: date) -> date | None:
    """The day before the first without force: what people understand by "sau ngày"."""
    until = kb.validity(entry, day).until
    return None if until is None else until - timedelta(days=1)
