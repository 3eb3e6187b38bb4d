"""The body of an article into its clauses and points."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from knowledge.importing import rows
from knowledge.importing.headings import clause_mark, place, point_mark
from knowledge.importing.values import Clause, Point

Mark = tuple[int, str, str]
"""The line where a unit begins, its number, and its first words."""


def article_body(texts: Sequence[str], quoted: Sequence[bool]) -> tuple[str, tuple[Clause, ...]]:
    """What comes before the first clause, and the clauses; no word is lost, and none changes its order."""
    marks = _row(_marks(texts, quoted, clause_mark), 0, rows.CLAUSES)
    ends = [index for index, _, _ in [*marks[1:], (len(texts), "", "")]]
    first = marks[0][0] if marks else len(texts)
    intro, points = _pointed(texts[:first], quoted[:first])
    clauses = [Clause("", "", points)] if points else []
    for (start, number, words), end in zip(marks, ends, strict=False):
        text, points = _pointed(texts[start + 1 : end], quoted[start + 1 : end])
        clauses.append(Clause(number, "\n".join(filter(None, [words, text])), points))
    return intro, tuple(clauses)


def _pointed(texts: Sequence[str], quoted: Sequence[bool]) -> tuple[str, tuple[Point, ...]]:
    """What comes before the first point, and the points."""
    marks = _row(_marks(texts, quoted, point_mark), 1, rows.POINTS)
    ends = [index for index, _, _ in [*marks[1:], (len(texts), "", "")]]
    first = marks[0][0] if marks else len(texts)
    points = [
        Point(label, "\n".join([words, *texts[start + 1 : end]]))
        for (start, label, words), end in zip(marks, ends, strict=False)
    ]
    return "\n".join(texts[:first]), tuple(points)


def _marks(texts: Sequence[str], quoted: Sequence[bool], read: Callable[[str], tuple[str, str] | None]) -> list[Mark]:
    found = ((index, read(text)) for index, text in enumerate(texts) if not quoted[index])
    return [(index, *mark) for index, mark in found if mark is not None]


def _row(marks: Sequence[Mark], at: int, farthest: int) -> list[Mark]:
    kept = rows.in_row([place(number) for _, number, _ in marks], at, farthest)
    return [mark for mark, keeps in zip(marks, kept, strict=True) if keeps]
