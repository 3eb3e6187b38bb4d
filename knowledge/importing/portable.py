"""A PDF into lines with their places on the page. Only text is read; scans have none."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from pypdf import PdfReader
from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

from knowledge.importing import limits
from knowledge.importing.faults import Fault, ImportFault
from knowledge.importing.letters import clean
from knowledge.importing.lines import Line
from knowledge.importing.spacing import mended

_BROKEN = (
    PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, OverflowError,
    NotImplementedError, AssertionError, ZeroDivisionError, OSError,
)  # fmt: skip
"""pypdf meets whatever a file says; on hostile files it fails in every way Python knows."""
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"(?:trang\s*)?[-–]?\s*\d{1,4}(?:\s*/\s*\d{1,4})?\s*[-–]?", re.IGNORECASE)
_EDGE = 3
"""Lines at the top and at the bottom of a page that may be headers and footers."""
_OFTEN = 3
_SHARE = 0.25
"""A header stands on so many pages, and on such a share of them: odd and even pages may have their own."""
_LEAST_LETTERS = 20
"""A page of a scan has none; a stamp or a page number may have been added to it."""


def pdf_lines(data: bytes) -> list[Line]:
    """Lines of a PDF in reading order, without headers, footers and page numbers. Raises ImportFault."""
    try:
        reader = PdfReader(io.BytesIO(data))
        _require_open(reader)
        if len(reader.pages) > limits.PDF_PAGES:
            raise ImportFault(Fault.TOO_MANY_PAGES, str(len(reader.pages)))
        pages = list(_pages(reader))
    except ImportFault:
        raise
    except LimitReachedError as error:
        raise ImportFault(Fault.BOMB) from error
    except _BROKEN as error:
        raise ImportFault(Fault.DAMAGED) from error
    if sum(len(line.text) for lines in pages for line in lines) < _LEAST_LETTERS * max(len(pages), 1):
        raise ImportFault(Fault.SCANNED)
    return [line for lines in without_edges(pages) for line in lines]


def _require_open(reader: PdfReader) -> None:
    """Many files only forbid changes: their password for reading is empty."""
    if not reader.is_encrypted:
        return
    try:
        opened = reader.decrypt("")
    except (DependencyError, NotImplementedError) as error:
        raise ImportFault(Fault.ENCRYPTED) from error
    if not opened:
        raise ImportFault(Fault.ENCRYPTED)


def _pages(reader: PdfReader) -> Iterator[list[Line]]:
    length = 0
    for number, page in enumerate(reader.pages):
        pieces: list[tuple[str, float, float]] = []

        def keep(text: str, cm: Any, tm: Any, *_: Any, pieces: list[tuple[str, float, float]] = pieces) -> None:
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            pieces.append((text, float(x), float(y)))

        page.extract_text(visitor_text=keep)
        lines = mended(list(_lines(pieces, number)), page)
        length += sum(len(line.text) for line in lines)
        if length > limits.TEXT_CHARACTERS:
            raise ImportFault(Fault.TOO_LARGE)
        yield lines


def _lines(pieces: Sequence[tuple[str, float, float]], page: int) -> Iterator[Line]:
    """A line stands where its first word does."""
    words: list[str] = []
    place: tuple[float, float] | None = None
    for text, x, y in [*pieces, ("\n", 0.0, 0.0)]:
        first, *others = text.split("\n")
        for index, part in enumerate([first, *others]):
            if index:
                if place is not None:
                    yield Line("".join(words), *place, page)
                words, place = [], None
            words.append(part)
            if place is None and part.strip():
                place = (x, y)


def without_edges(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without page numbers and without lines that many pages have at the same edge."""
    edges = [_edges(lines) for lines in pages]
    seen = Counter(key for lines in edges for key in {_key(line) for line in lines})
    often = {key for key, count in seen.items() if count >= max(_OFTEN, _SHARE * len(pages))}
    return [
        [line for line in lines if line not in edge or not (_is_number(line) or _key(line) in often)]
        for lines, edge in zip(pages, edges, strict=True)
    ]


def _edges(lines: Sequence[Line]) -> set[Line]:
    """The lines that stand highest and lowest, wherever the file names them."""
    by_height = sorted(lines, key=lambda line: line.y)
    return {*by_height[:_EDGE], *by_height[-_EDGE:]}


def _key(line: Line) -> tuple[str, int]:
    return _DIGITS.sub("#", clean(line.text)), round(line.y)


def _is_number(line: Line) -> bool:
    return _PAGE_NUMBER.fullmatch(clean(line.text)) is not None
