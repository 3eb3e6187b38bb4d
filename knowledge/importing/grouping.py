"""Parts, chapters and sections over articles (phần, chương, mục, tiểu mục)."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.importing.headings import Rank, begins_unit, group_mark, is_heading

_MOST_LINES = 12
"""Part, chapter, section and sub-section at once, each with a heading of two lines."""


def groups_before(texts: Sequence[str], inside: Sequence[bool], start: int, floor: int) -> int:
    """Where the headings over the article at `start` begin; `start` itself when there are none.

    Only headings that lead up to an article count: within an article, "Mục 2. …" is a line of a list or a form.
    """
    begin = start
    for index in range(start - 1, max(floor, start - _MOST_LINES) - 1, -1):
        if inside[index]:
            break
        if group_mark(texts[index]) is not None:
            begin = index
        elif begins_unit(texts[index]) or not is_heading(texts[index]):
            break
    return begin


class Groups:
    """Which part, chapter and section one is in while going through a document."""

    def __init__(self) -> None:
        self._over: dict[Rank, str] = {}

    def enter(self, texts: Sequence[str]) -> tuple[str, str]:
        """Pass the headings before an article; returns chapter and section as Article keeps them."""
        rank, label, words = Rank.PART, "", list[str]()
        for text in texts:
            mark = group_mark(text)
            if mark is None:
                words.append(text)
                continue
            self._name(rank, label, words)
            rank, label, words = mark.rank, mark.label, [mark.heading] if mark.heading else []
        self._name(rank, label, words)
        return self._lines(Rank.PART, Rank.CHAPTER), self._lines(Rank.SECTION, Rank.SUBSECTION)

    def _name(self, rank: Rank, label: str, words: Sequence[str]) -> None:
        if label:
            self._over = {other: text for other, text in self._over.items() if other < rank}
            self._over[rank] = f"{label}. {' '.join(words)}".removesuffix(". ")

    def _lines(self, *ranks: Rank) -> str:
        return "\n".join(self._over[rank] for rank in ranks if rank in self._over)
