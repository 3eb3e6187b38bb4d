"""Quoted text in amending documents: what stands in it are articles of another document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_MARK = re.compile('["“”„‟«»]')
_OPENERS = "“„«"
_BEFORE_WORDS = "([{/-–"


def quoted(paragraphs: Sequence[str]) -> tuple[list[bool], list[int]]:
    """Whether each paragraph begins within a quotation begun in an earlier one; and where some begin that never end.

    Marks are told by their place rather than by their shape, which people and keyboards mix up.
    """
    open_at: list[int] = []
    steps = [0] * (len(paragraphs) + 1)
    for index, text in enumerate(paragraphs):
        for opens in _marks(text):
            if opens:
                open_at.append(index)
            elif open_at:
                begun = open_at.pop()
                steps[begun + 1] += 1
                steps[index + 1] -= 1
    return _within(steps)[:-1], open_at


def _within(steps: Sequence[int]) -> list[bool]:
    depth, within = 0, []
    for step in steps:
        depth += step
        within.append(depth > 0)
    return within


def _marks(text: str) -> Iterator[bool]:
    """True for each mark that opens, False for each that closes."""
    for match in _MARK.finditer(text):
        before = text[match.start() - 1] if match.start() else " "
        after = text[match.end()] if match.end() < len(text) else " "
        starts = before.isspace() or before in _BEFORE_WORDS or before in _OPENERS
        if starts == after.isspace():
            yield match.group() in _OPENERS
        else:
            yield starts
