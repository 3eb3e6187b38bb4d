"""Writes paragraphs as the files that offices send: Word, PDF, web page, text."""

from __future__ import annotations

import html
import importlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

CENTRE, BODY, CLAUSE, POINT = "centre", "body", "clause", "point"
SYSTEM_FONTS = Path("/usr/share/fonts/truetype")
LETTERS = "ẩữĐơ"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of a page. `label` is the number before its text ("1.", "a)", "Điều 9."), which may be automatic."""

    text: str
    style: str = BODY
    label: str = ""

    @property
    def whole(self) -> str:
        return f"{self.label} {self.text}".strip()


@lru_cache(maxsize=1)
def font() -> str:
    """A font with Vietnamese letters, registered with reportlab; skips the test where the machine has none."""
    for path in _fonts():
        face = TTFont("Vietnamese", str(path))
        if all(ord(letter) in face.face.charToGlyph for letter in LETTERS):
            pdfmetrics.registerFont(face)
            return "Vietnamese"
    pytest.skip("no font with Vietnamese letters on this machine: install font-roboto or DejaVu")


def _fonts() -> Iterable[Path]:
    try:
        roboto = importlib.import_module("font_roboto")
    except ImportError:
        pass
    else:
        yield Path(roboto.Roboto)
    yield from sorted(SYSTEM_FONTS.glob("*/DejaVuSerif.ttf"))
    yield from sorted(SYSTEM_FONTS.glob("*/*Sans*.ttf"))


def as_text(blocks: Sequence[Block], *, encoding: str = "utf-8") -> bytes:
    return "\n".join(block.whole for block in blocks).encode(encoding)


def as_html(blocks: Sequence[Block]) -> bytes:
    lines = [f"<p class='{block.style}'>{html.escape(block.whole)}</p>" for block in blocks]
    head = "<!DOCTYPE html><html><head><title>Văn bản</title><style>p { margin: 0 }</style></head>"
    return f"{head}<body><script>document.title</script>{''.join(lines)}</body></html>".encode()


def as_pdf(blocks: Sequence[Block], *, indent: float = 28, spacing: float = 6, pages: bool = True) -> bytes:
    """A PDF as a gazette sets it: justified, first lines standing in, a header and a number on every page."""
    base: dict[str, Any] = {"fontName": font(), "fontSize": 12, "leading": 16}
    body = ParagraphStyle(BODY, **base, firstLineIndent=indent, spaceBefore=spacing, alignment=4)
    centre = ParagraphStyle(CENTRE, **base, spaceBefore=spacing, alignment=1)
    story: list[Any] = [
        Paragraph(html.escape(block.whole), centre if block.style == CENTRE else body) for block in blocks
    ]
    file = io.BytesIO()
    furniture = _furniture if pages else _nothing
    SimpleDocTemplate(file, pageCompression=1).build(
        [*story, PageBreak()], onFirstPage=furniture, onLaterPages=furniture
    )
    return file.getvalue()


def _furniture(canvas: Any, document: Any) -> None:
    canvas.setFont(font(), 9)
    canvas.drawString(72, 800, "CÔNG BÁO/Số 733 + 734/Ngày 25-6-2025")
    canvas.drawCentredString(297, 30, str(document.page))


def _nothing(canvas: Any, document: Any) -> None:
    pass


def as_docx(blocks: Sequence[Block], *, automatic: bool = False) -> bytes:
    """A Word file; `automatic` leaves the numbers of clauses and points to Word, which keeps them out of the text."""
    document = docx.Document()
    lists = _Lists(document) if automatic else None
    for block in blocks:
        paragraph = document.add_paragraph()
        if lists is not None and lists.take(paragraph, block):
            paragraph.add_run(block.text)
        else:
            # Word splits runs wherever somebody put the cursor.
            middle = len(block.label) // 2
            paragraph.add_run(block.whole[:middle]).bold = True
            paragraph.add_run(block.whole[middle:])
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


class _Lists:
    """Automatic numbers: one pattern of two levels, a list of its own for each article."""

    def __init__(self, document: Any) -> None:
        self._numbering = document.part.numbering_part.element
        self._article = 900
        self._reached = ""
        levels = "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
            for level, form, text in ((0, "decimal", "%1."), (1, "lowerLetter", "%2)"))
        )
        pattern = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="900">{levels}</w:abstractNum>')
        self._numbering.insert(0, pattern)

    def take(self, paragraph: Any, block: Block) -> bool:
        """Number the paragraph automatically where Word would come to its label by itself."""
        if block.label.startswith("Điều"):
            self._begin_article()
        level = {CLAUSE: 0, POINT: 1}.get(block.style)
        # Word counts d, e, f: authors type the "đ)" in between, and what comes after e, by hand.
        if level is None or block.label[0] in "đgh":
            return False
        properties = paragraph._p.get_or_add_pPr()
        named = f'<w:ilvl w:val="{level}"/><w:numId w:val="{self._article}"/>'
        properties.append(parse_xml(f"<w:numPr {nsdecls('w')}>{named}</w:numPr>"))
        return True

    def _begin_article(self) -> None:
        self._article += 1
        restart = "".join(
            f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="1"/></w:lvlOverride>' for level in (0, 1)
        )
        inner = f'<w:abstractNumId w:val="900"/>{restart}'
        named = f'<w:num {nsdecls("w")} w:numId="{self._article}">{inner}</w:num>'
        self._numbering.append(parse_xml(named))
