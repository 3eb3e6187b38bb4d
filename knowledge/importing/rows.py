"""Which of the lines that look numbered belong to one row: quoted and listed numbers come in between."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.importing.headings import Place

ARTICLES = 10_000
CLAUSES = 10
POINTS = 4
"""How far a row may leap where something was repealed; a greater leap is another row: roman numbers, years."""


def in_row(places: Sequence[Place], at: int, farthest: int) -> list[bool]:
    """Whether each place goes on in the one row of a document, an article or a clause.

    `at` says which part of a place counts on: 0 for numbers ("9", then "9a" or "10"), 1 for letters ("d", "đ").
    A leap is taken only when what it leaps over does not come later.
    """
    last = {place[at]: index for index, place in enumerate(places)}
    reached: Place = (0, 0, 0)
    expected, kept = 1, []
    for index, place in enumerate(places):
        takes = place > reached and place[at] - reached[at] <= farthest and not _leaps(place[at], expected, last, index)
        if takes:
            reached, expected = place, place[at] + 1
        kept.append(takes)
    return kept


def _leaps(count: int, expected: int, last: dict[int, int], index: int) -> bool:
    return count > expected and last.get(expected, -1) > index
