"""Where the articles end: signature, recipients (nơi nhận), appendices (phụ lục), attached regulations."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from knowledge.importing.headings import Place

_CLOSERS = re.compile(
    r"Nơi nhận\s?:|NƠI NHẬN|(?:TM|KT|TL|TUQ|Q|T/M)\.\s?[A-ZĐÀ-Ỹ]{2}|PHỤ LỤC\b|Phụ lục\s+(?:[IVX]{1,6}|\d{1,3})$"
    r"|(?:CHỦ TỊCH QUỐC HỘI|CHỦ TỊCH NƯỚC|THỦ TƯỚNG|BỘ TRƯỞNG|CHỦ TỊCH|CHÁNH ÁN|THỐNG ĐỐC|TỔNG THANH TRA)$"
    r"|(?!.*hiệu lực)(?:Hiến pháp|Bộ luật|Luật|Pháp lệnh|Nghị quyết) này\s.{0,20}được .{0,120}thông qua\s.{0,20}ngày"
)
"""A resolution says in its last article when it was passed and takes effect; that line is law."""
_APPENDIX = re.compile(r"PHỤ LỤC\b|Phụ lục\s+(?:[IVX]{1,6}|\d{1,3})$")
_ATTACHED = re.compile(r"\(?\s*(?:Ban hành )?[Kk]èm theo (?:Nghị định|Thông tư|Quyết định|Nghị quyết)\b")


def end_of_articles(texts: Sequence[str], quoted: Sequence[bool], marks: Sequence[tuple[int, Place]]) -> int:
    """The index of the first paragraph behind the articles.

    `marks` are the lines that look like beginnings of articles, with their numbers. A closing line behind which
    the numbers simply go on closes nothing: forms and lists within an article have such lines.
    """
    positions = [index for index, _ in marks]
    for index in range(positions[0] + 1 if positions else 0, len(texts)):
        if not quoted[index] and _CLOSERS.match(texts[index]):
            after = bisect_left(positions, index)
            if after == len(marks) or marks[after][1] <= marks[after - 1][1]:
                return index
    return len(texts)


def appendices(tail: Sequence[str]) -> list[str]:
    """Headings of appendices in what follows the articles."""
    return [text for text in tail if _APPENDIX.match(text)]


def attached(tail: Sequence[str]) -> list[str]:
    """Lines that name a regulation attached to the document (quy chế ban hành kèm theo)."""
    return [text for text in tail if _ATTACHED.match(text)]
