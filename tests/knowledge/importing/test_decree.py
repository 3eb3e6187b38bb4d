"""A decree of forty pages comes out the same from every kind of file it is kept in."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace

import pypdf
import pytest

from knowledge.importing import Decree, read_decree
from tests.knowledge.importing import sample
from tests.knowledge.importing.layouts import Block, as_docx, as_html, as_pdf, as_text

DECREE = sample.decree()
PAGES = sample.pages(DECREE)
TONES = "\u0300\u0301\u0303\u0309\u0323"

Write = Callable[[Sequence[Block]], bytes]


def unindented(blocks: Sequence[Block]) -> bytes:
    """Paragraphs told only by the space between them."""
    return as_pdf(blocks, indent=0, pages=False)


def unspaced(blocks: Sequence[Block]) -> bytes:
    """Paragraphs told only by their first lines standing in."""
    return as_pdf(blocks, spacing=0)


def automatic(blocks: Sequence[Block]) -> bytes:
    """Numbers counted by Word, which are not in the text of the file."""
    return as_docx(blocks, automatic=True)


def old_windows(blocks: Sequence[Block]) -> bytes:
    """Tones apart from their letters, as Windows kept Vietnamese before Unicode."""
    return "".join(map(tone_apart, as_text(blocks).decode())).encode("cp1258")


def tone_apart(letter: str) -> str:
    pieces = unicodedata.normalize("NFD", letter)
    tone = "".join(piece for piece in pieces if piece in TONES)
    return unicodedata.normalize("NFC", "".join(piece for piece in pieces if piece not in TONES)) + tone


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("nghi-dinh.docx", as_docx),
        ("tu-dong.docx", automatic),
        ("nghi-dinh.pdf", as_pdf),
        ("khong-thut-dong.pdf", unindented),
        ("khong-gian-dong.pdf", unspaced),
        ("nghi-dinh.html", as_html),
        ("nghi-dinh.txt", as_text),
        ("utf16.txt", lambda blocks: as_text(blocks, encoding="utf-16")),
        ("khong-dau-hieu.txt", lambda blocks: as_text(blocks, encoding="utf-16-le")),
        ("windows.txt", old_windows),
        ("khong-duoi", as_docx),
    ],
)
def test_every_kind_of_file_gives_the_same_decree(name: str, write: Write) -> None:
    found = read_decree(write(PAGES), name)
    for got, expected in zip(found.articles, DECREE.articles, strict=True):
        assert got == expected
    assert replace(found, warnings=()) == DECREE
    assert found.warnings == ("appendix: PHỤ LỤC I", "attached: (Kèm theo Nghị định số 987/2025/NĐ-CP)")


def test_the_sample_is_as_long_as_it_claims() -> None:
    assert len(pypdf.PdfReader(io.BytesIO(as_pdf(PAGES))).pages) >= 40
    assert len(DECREE.articles) >= 60


def test_the_text_of_an_article_keeps_paragraphs_and_numbers() -> None:
    amending = next(article for article in found().articles if "Sửa đổi" in article.text)
    lines = amending.text.split("\n")
    assert lines[0].startswith("1. Sửa đổi, bổ sung Điều ")
    assert lines[1].startswith("“Điều ")
    assert lines[2] == "1. Hồ sơ gồm đơn đề nghị và bản sao giấy tờ kèm theo;"
    assert lines[-1].startswith("2. ")
    assert [clause.number for clause in amending.clauses] == ["1", "2"]


def found() -> Decree:
    return read_decree(as_text(PAGES), "nghi-dinh.txt")
