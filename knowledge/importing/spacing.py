"""Words of a PDF that fell apart: where a page changes fonts within a word, "Điều" is read as "Đi ề u"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from pypdf import PageObject

from knowledge.importing.lines import Line

_LONE = re.compile("(?<!\\S)[à-ỹđĐ\u00c0-\u1ef8](?!\\S)")
_WORDS = ("ở", "ý", "ô", "à", "đ", "Ở", "Ý")
"""Words, and labels of points, that are one letter."""
_MANY = 0.03
_SAME_LINE = 1.0
"""Points by which the letters of two fonts may stand higher or lower on a line."""


def mended(lines: Sequence[Line], page: PageObject) -> list[Line]:
    """The lines of a page with their words whole. Only broken pages are read again, by the slow way that measures."""
    whole = _on_one_height(lines)
    if not _broken(whole):
        return whole
    measured = page.extract_text(extraction_mode="layout").split("\n")
    spaced = {"".join(text.split()): " ".join(text.split()) for text in measured}
    return [replace(line, text=spaced.get("".join(line.text.split()), line.text)) for line in whole]


def _on_one_height(lines: Sequence[Line]) -> list[Line]:
    if not lines:
        return []
    whole = [lines[0]]
    for before, line in pairwise(lines):
        if abs(before.y - line.y) < _SAME_LINE and before.x <= line.x:
            whole[-1] = replace(whole[-1], text=f"{whole[-1].text} {line.text}")
        else:
            whole.append(line)
    return whole


def _broken(lines: Sequence[Line]) -> bool:
    lone = words = 0
    for line in lines:
        lone += sum(letter not in _WORDS for letter in _LONE.findall(line.text))
        words += line.text.count(" ") + 1
    return lone > _MANY * words
