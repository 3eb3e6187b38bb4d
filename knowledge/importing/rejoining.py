"""Lines of a page into paragraphs: PDF knows no paragraphs, only where each line stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import quantiles

from knowledge.importing.headings import article_mark, begins_unit
from knowledge.importing.letters import clean
from knowledge.importing.lines import Line

_INDENT = 6.0
"""Points by which the first line of a paragraph stands in; officially a centimetre (28 points) or more."""
_WIDER = 1.2
"""A gap so much wider than that between lines parts paragraphs; officially six points on some sixteen."""
_SHARE = 0.03
_MOSTLY = 0.6
_SHORT = 0.75
"""A line shorter than this share of a full one was not broken for want of room."""
_ENDED = re.compile(r"[.;:!?…][\"”’)\]]*$")
_GLUED = re.compile(r"(?:\w[-–]|/)$")
"""Numbers of documents are broken behind a hyphen or a stroke (154/2025/ · NĐ- · CP); a dash has a space before it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file sets its text: left margins of odd and even pages, the step from line to line, a full line."""

    margins: tuple[float, float]
    step: float
    full: int
    indents: bool
    """Whether first lines of paragraphs stand in, so that a line that does not goes on with the one before."""

    def stands_in(self, line: Line) -> bool:
        return line.x > self.margins[line.page % 2] + _INDENT


def join_lines(lines: Sequence[Line]) -> list[str]:
    """Paragraphs of the lines of a PDF."""
    tidy = [Line(text, line.x, line.y, line.page) for line in lines if (text := clean(line.text))]
    if not tidy:
        return []
    layout, marked, opening = _layout(tidy), [(tidy[0].text, True)], tidy[0]
    for before, line in pairwise(tidy):
        start = _starts(opening, before, line, layout)
        opening = line if start else opening
        marked.append((line.text, start))
    return _join(marked)


def join_wrapped(lines: Iterable[str]) -> list[str]:
    """Paragraphs of a text file, where a line may be broken for its width and empty lines part paragraphs."""
    marked: list[tuple[str, bool]] = []
    before = ""
    for line in map(clean, lines):
        if line:
            marked.append((line, not before or not _goes_on(before, line)))
        before = line
    return _join(marked)


def _join(lines: Iterable[tuple[str, bool]]) -> list[str]:
    paragraphs: list[list[str]] = []
    for text, start in lines:
        if start:
            paragraphs.append([text])
        else:
            paragraphs[-1] += ["" if _GLUED.search(paragraphs[-1][-1]) else " ", text]
    return ["".join(pieces) for pieces in paragraphs]


def _goes_on(before: str, line: str) -> bool:
    return line[0].islower() and not begins_unit(line) and not _ENDED.search(before)


def _layout(lines: Sequence[Line]) -> Layout:
    margins = (_margin(lines, 0), _margin(lines, 1))
    steps = [before.y - line.y for before, line in pairwise(lines) if before.page == line.page and before.y > line.y]
    step = quantiles(steps, n=4)[0] if len(steps) > 1 else 0.0
    full = sorted(len(line.text) for line in lines)[len(lines) * 9 // 10]
    layout = Layout(margins, step, full, indents=False)
    firsts = [layout.stands_in(line) for line in lines if begins_unit(line.text)]
    others = [layout.stands_in(line) for line in lines if line.text[0].islower() and not begins_unit(line.text)]
    indents = _mostly(firsts) and bool(others) and not _mostly(others)
    return Layout(margins, step, full, indents)


def _mostly(flags: Sequence[bool]) -> bool:
    return bool(flags) and sum(flags) >= _MOSTLY * len(flags)


def _margin(lines: Sequence[Line], parity: int) -> float:
    """The leftmost place where a fair share of the lines of every other page begin."""
    places = Counter(round(line.x) for line in lines if line.page % 2 == parity)
    often = [place for place, count in places.items() if count >= _SHARE * places.total()]
    return float(min(often, default=0))


def _starts(opening: Line, before: Line, line: Line, layout: Layout) -> bool:
    """Whether a line begins a paragraph; `opening` is the first line of the one that it may go on with."""
    if before.page == line.page and (before.y - line.y > _WIDER * layout.step or line.y > before.y + layout.step):
        return True
    if layout.indents:
        return layout.stands_in(line)
    if layout.stands_in(before) and not layout.stands_in(line):
        return True
    if _GLUED.search(before.text):
        return False
    ended = _ENDED.search(before.text) is not None
    short = len(before.text) < _SHORT * layout.full
    if begins_unit(line.text):
        return ended or short or article_mark(opening.text) is not None
    return short and (ended or not line.text[0].islower())
