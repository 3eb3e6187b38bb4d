"""The handbook of one field as a PDF (bản in): A4, readable on a phone, with contents, page numbers and validity."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, CondPageBreak, Flowable, Frame, PageBreak, PageTemplate, Paragraph
from reportlab.platypus.tableofcontents import TableOfContents

from bot.handbook.leaves import Leaf, Said, leaves_of
from bot.wording import Wording
from knowledge import KnowledgeBase
from knowledge.entries import Field

FONTS = Path(__file__).parent / "fonts"
PLAIN, BOLD = "Handbook", "Handbook-Bold"
INK, QUIET, BRAND = HexColor(0x17211F), HexColor(0x55625F), HexColor(0x0B5D57)
MARGIN, FOOT = 18 * mm, 12 * mm
ROOM_FOR_A_TITLE = 45 * mm


def write_pdf(kb: KnowledgeBase, file: Path, field: Field, day: date, wording: Wording) -> None:
    """Write the PDF of a field; the same bytes for the same base, day and program."""
    _fonts()
    leaves = leaves_of(kb, field.code, day)
    words = _Words(wording)
    _Book(file, field, day, words).multiBuild([*_front(kb, field, day, len(leaves), words), *_body(leaves, words)])


@cache
def _fonts() -> None:
    for name, file in ((PLAIN, "Roboto-Regular.ttf"), (BOLD, "Roboto-Bold.ttf")):
        pdfmetrics.registerFont(TTFont(name, str(FONTS / file)))
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)


class _Words:
    """Sentences as paragraphs: what is filled in can never become markup."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def text(self, key: str, **facts: Any) -> str:
        return self._wording.text(key, facts, "vi")

    def line(self, key: str, style: str, **facts: Any) -> Paragraph:
        return _paragraph(self.text(key, **facts), style)

    def said(self, said: Said, style: str) -> Paragraph:
        return self.line(said[0], style, **said[1])


class _Book(BaseDocTemplate):  # type: ignore[misc]
    """A4 in one column; every entry's title goes into the contents and the bookmarks."""

    def __init__(self, file: Path, field: Field, day: date, words: _Words) -> None:
        super().__init__(
            str(file), pagesize=A4, invariant=1, lang="vi",
            title=words.text("handbook.pdf_title", field=field.name), author="XongViệc",
            subject=words.text("handbook.pdf_day", day=day),
        )  # fmt: skip
        width, height = A4
        frame = Frame(MARGIN, MARGIN + FOOT, width - 2 * MARGIN, height - 2 * MARGIN - FOOT, 0, 0, 0, 0)
        self._foot = words.text("handbook.pdf_foot", field=field.name, day=day)
        self.addPageTemplates(PageTemplate("page", [frame], onPage=self._number))

    def _number(self, canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont(PLAIN, 9)
        canvas.setFillColor(QUIET)
        canvas.drawString(MARGIN, MARGIN, self._foot)
        canvas.drawRightString(A4[0] - MARGIN, MARGIN, str(document.page))

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 - reportlab's name
        name = getattr(flowable, "entry", "")
        if name:
            self.canv.bookmarkPage(name)
            self.canv.addOutlineEntry(flowable.getPlainText(), name, 0)
            self.notify("TOCEntry", (0, escape(flowable.getPlainText()), self.page, name))


def _front(kb: KnowledgeBase, field: Field, day: date, count: int, words: _Words) -> Iterator[Flowable]:
    yield words.line("handbook.pdf_name", "over")
    yield _paragraph(field.name, "field")
    yield words.line("handbook.made", "quiet", day=day, count=count)
    yield words.line("handbook.department", "quiet", department=kb.departments[field.department].name)
    yield words.line("handbook.notice", "quiet")
    yield words.line("handbook.contents", "part")
    contents = TableOfContents(dotsMinLevel=0)
    contents.levelStyles = [_style("contents")]
    yield contents
    yield PageBreak()


def _body(leaves: list[Leaf], words: _Words) -> Iterator[Flowable]:
    for leaf in leaves:
        yield from _leaf(leaf, words)


def _leaf(leaf: Leaf, words: _Words) -> Iterator[Flowable]:
    entry = leaf.entry
    yield CondPageBreak(ROOM_FOR_A_TITLE)
    title = _paragraph(entry.title, "title")
    title.entry = entry.id
    yield title
    yield words.said(leaf.lasts, "validity")
    yield from _passage(entry.answer)
    for section in entry.sections:
        yield _paragraph(section.heading, "heading")
        yield from _passage(section.text)
    yield words.line("handbook.sources", "heading")
    yield from (_paragraph(f"– {source}", "item") for source in leaf.sources)
    if entry.procedure:
        yield words.line("answer.procedure", "quiet", code=entry.procedure)
    yield words.said(leaf.standing, "quiet")


def _passage(text: str) -> Iterator[Flowable]:
    for line in filter(None, map(str.strip, text.splitlines())):
        yield _paragraph(f"– {line[2:]}", "item") if line.startswith("- ") else _paragraph(line, "body")


def _paragraph(text: str, style: str) -> Paragraph:
    return Paragraph(escape(text), _style(style))


@cache
def _style(name: str) -> ParagraphStyle:
    """A style by name; sizes for A4 shown on the width of a phone."""
    known: dict[str, Any] = {"fontName": PLAIN, "fontSize": 13, "leading": 19, "textColor": INK, "spaceAfter": 5}
    own: dict[str, dict[str, Any]] = {
        "body": {},
        "item": {"leftIndent": 12, "firstLineIndent": -12},
        "quiet": {"fontSize": 11, "leading": 16, "textColor": QUIET},
        "validity": {"fontName": BOLD, "fontSize": 11, "leading": 16, "textColor": QUIET},
        "over": {"fontName": BOLD, "textColor": BRAND},
        "field": {"fontName": BOLD, "fontSize": 24, "leading": 30, "spaceAfter": 10},
        "title": {
            "fontName": BOLD, "fontSize": 17, "leading": 22, "textColor": BRAND, "spaceBefore": 22, "keepWithNext": 1,
        },
        "part": {"fontName": BOLD, "spaceBefore": 14},  # the contents may begin right below and go over pages
        "heading": {"fontName": BOLD, "spaceBefore": 8, "keepWithNext": 1},
        "contents": {"spaceAfter": 3, "rightIndent": 24, "leftIndent": 12, "firstLineIndent": -12},
    }  # fmt: skip
    return ParagraphStyle(name, **{**known, **own[name]})
