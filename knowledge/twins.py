"""Near-duplicates (bài trùng): entries of the base that answer what a proposed entry answers already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from knowledge.base import KnowledgeBase
from knowledge.entries import Decision, Entry
from knowledge.text import fold

ALIKE_TITLE = 88
"""Of 100: "Cấp lại giấy chứng nhận bị mất" and "Cấp lại giấy chứng nhận do bị mất" are alike, no two sisters are."""
SHARE_ANSWERED = 0.25
"""Of the phrasings, answered by the other entry alone: more is no coincidence."""


@dataclass(frozen=True, slots=True)
class Twin:
    """Another entry, how alike the titles are (0 to 100), and the phrasings that it answers."""

    entry: Entry
    alike: int
    answered: tuple[str, ...]


def twins(base: KnowledgeBase, proposed: Entry, day: date) -> tuple[Twin, ...]:
    """Entries that may be the same as the proposed one, the likeliest first; its own former version is none."""
    others = {key: entry for key, entry in base.entries.items() if key != proposed.id and base.in_force(entry, day)}
    answered = list(_answered(base, proposed, day))
    count = Counter(key for key, _ in answered)
    alike = {key: round(fuzz.token_sort_ratio(fold(proposed.title), fold(e.title))) for key, e in others.items()}
    enough = SHARE_ANSWERED * len(proposed.asked_as)
    found = [key for key in others if alike[key] >= ALIKE_TITLE or (count[key] and count[key] >= enough)]
    found.sort(key=lambda key: (-count[key], -alike[key], key))
    return tuple(Twin(others[key], alike[key], tuple(p for k, p in answered if k == key)) for key in found)


def _answered(base: KnowledgeBase, proposed: Entry, day: date) -> Iterator[tuple[str, str]]:
    """Each phrasing that another entry answers, with the id of that entry."""
    for phrasing in proposed.asked_as:
        finding = base.look_up(phrasing, as_of=day)
        first = finding.matches[0].entry.id if finding.matches else ""
        if finding.decision == Decision.ANSWER and first != proposed.id:
            yield first, phrasing
