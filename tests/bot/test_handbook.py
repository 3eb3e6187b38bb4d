"""The offline handbook as files: what is in them, how large they are, that they are the same each time."""

from __future__ import annotations

import dataclasses
import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from pypdf import PdfReader
from reportlab.pdfbase.ttfonts import TTFontFace

from bot import wording
from bot.cli import main
from bot.handbook import write_handbook
from bot.handbook.page import page
from bot.handbook.pdf import FONTS, write_pdf
from knowledge import KnowledgeBase
from knowledge.entries import Entry
from knowledge.text import fold

DAY = date(2026, 11, 23)
WORDING = wording.load(ZoneInfo("Asia/Ho_Chi_Minh"))
SMALL = "van-hoa-xa-hoi"
LARGEST = 3_000_000
VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")


@pytest.fixture(scope="module")
def html(knowledge_base: KnowledgeBase) -> str:
    return page(knowledge_base, DAY, WORDING)


def book(html: str) -> dict[str, Any]:
    """The data inside a page."""
    found = re.search(r'<script id="book" type="application/json">(.*?)</script>', html, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def changed(kb: KnowledgeBase, **given: Any) -> tuple[KnowledgeBase, Entry]:
    """The small field alone, with one of its entries told differently."""
    entry = dataclasses.replace(kb.entries_in(SMALL, DAY)[0], **given)
    return kb.publishing([entry], retired=[key for key, e in kb.entries.items() if e.field != SMALL]), entry


def lines(kb: KnowledgeBase, folder: Path) -> Iterator[str]:
    """The lines of a small field's PDF."""
    write_pdf(kb, folder / "x.pdf", kb.fields[SMALL], DAY, WORDING)
    for sheet in PdfReader(folder / "x.pdf").pages:
        yield from sheet.extract_text().splitlines()


class TestPage:
    def test_every_entry_in_force_is_there_once_and_no_other(self, knowledge_base: KnowledgeBase, html: str) -> None:
        written = [entry["id"] for entry in book(html)["entries"]]
        assert sorted(written) == sorted(
            e.id for e in knowledge_base.entries.values() if knowledge_base.in_force(e, DAY)
        )

    def test_what_is_not_in_force_on_the_day_is_left_out(self, knowledge_base: KnowledgeBase) -> None:
        ending = {key: until for key in knowledge_base.entries if (until := _until(knowledge_base, key))}
        some = min(ending, key=lambda key: ending[key])
        before, after = (
            book(page(knowledge_base, day, WORDING)) for day in (ending[some] - timedelta(1), ending[some])
        )
        [entry] = [entry for entry in before["entries"] if entry["id"] == some]
        assert entry["last"] == (ending[some] - timedelta(1)).isoformat()
        assert some not in {entry["id"] for entry in after["entries"]}

    def test_an_entry_says_what_it_rests_on_and_who_has_confirmed_it(
        self, knowledge_base: KnowledgeBase, html: str
    ) -> None:
        [entry] = [e for e in book(html)["entries"] if e["id"] == "tu-phap-ho-tich/khai-sinh-qua-han"]
        assert "khoản 1 Điều 16 Luật 60/2014/QH13" in entry["sources"]
        assert entry["checked"] == knowledge_base.entries[entry["id"]].checked.on.isoformat()
        assert "confirmed" not in entry

    def test_nothing_outside_the_file_is_needed(self, html: str) -> None:
        without_data = re.sub(r'<script id="book".*?</script>', "", html, flags=re.DOTALL)
        assert not re.findall(r"(?:https?:)?//[\w.-]+\.\w+", without_data)
        assert not re.findall(r'(?:src|href)="(?!#|data:)[^"]*"', without_data)
        assert not re.search(r"\bfetch\(|\bimport\b|XMLHttpRequest", without_data)

    def test_it_stays_small_even_with_a_thousand_entries(self, knowledge_base: KnowledgeBase, html: str) -> None:
        entries = [len(json.dumps(entry, ensure_ascii=False).encode()) for entry in book(html)["entries"]]
        rest = len(html.encode()) - sum(entries)
        assert rest + 1000 * sum(entries) / len(entries) < LARGEST

    def test_knowledge_cannot_end_the_script_it_stands_in(self, knowledge_base: KnowledgeBase) -> None:
        evil = "</script><script>alert(1)</script><!-- &amp; {{ 7 * 7 }}"
        kb, entry = changed(knowledge_base, title=evil)
        made = page(kb, DAY, WORDING)
        assert "alert(1)</script>" not in made
        assert [e["title"] for e in book(made)["entries"] if e["id"] == entry.id] == [evil]


class TestPdf:
    def test_it_holds_each_entry_with_marks_sources_and_validity(
        self, knowledge_base: KnowledgeBase, tmp_path: Path
    ) -> None:
        text = " ".join(lines(knowledge_base, tmp_path))
        assert unicodedata.is_normalized("NFC", text)
        flat = "".join(text.split())
        for entry in knowledge_base.entries_in(SMALL, DAY):
            assert flat.count("".join(entry.title.split())) >= 2, "in the contents and above the answer"
            assert "".join(entry.answer.split()) in flat
            assert all(citation.document in flat for citation in entry.citations)
        sure = [entry.checked.confidence == "A" for entry in knowledge_base.entries_in(SMALL, DAY)]
        assert flat.count("sởchuyênngànhchưaxácnhận") == sum(sure), "each says that nobody has confirmed it"
        assert flat.count("đangchờsởchuyênngànhxácnhận") == len(sure) - sum(sure) > 0

    def test_the_end_of_validity_is_the_last_day_in_force(self, knowledge_base: KnowledgeBase, tmp_path: Path) -> None:
        ending = [e for e in knowledge_base.entries_in(SMALL, DAY) if _until(knowledge_base, e.id)]
        text = " ".join(lines(knowledge_base, tmp_path))
        said = re.findall(r"Hết hiệu lực sau ngày (\d\d)/(\d\d)/(\d{4})", text)
        expected = [_until(knowledge_base, e.id) for e in ending]
        assert sorted(date(int(y), int(m), int(d)) + timedelta(1) for d, m, y in said) == sorted(filter(None, expected))

    def test_the_contents_tell_the_page(self, knowledge_base: KnowledgeBase, tmp_path: Path) -> None:
        file = tmp_path / "x.pdf"
        write_pdf(knowledge_base, file, knowledge_base.fields[SMALL], DAY, WORDING)
        reader = PdfReader(file)
        assert [mark["/Title"] for mark in reader.outline] == sorted(
            (e.title for e in knowledge_base.entries_in(SMALL, DAY)), key=fold
        )
        told = [int(page) for page in re.findall(r"\. (\d+)$", reader.pages[0].extract_text(), re.MULTILINE)]
        really = [(reader.get_destination_page_number(mark) or 0) + 1 for mark in reader.outline]
        assert told == really
        for mark, number in zip(reader.outline, really, strict=True):
            assert "".join(mark["/Title"].split()) in "".join(reader.pages[number - 1].extract_text().split())

    def test_fonts_are_inside_and_cut_down(self, knowledge_base: KnowledgeBase, tmp_path: Path) -> None:
        file = tmp_path / "x.pdf"
        write_pdf(knowledge_base, file, knowledge_base.fields[SMALL], DAY, WORDING)
        fonts = {
            font.get_object()["/BaseFont"]: font.get_object()["/FontDescriptor"].get_object()
            for sheet in PdfReader(file).pages
            for font in sheet["/Resources"]["/Font"].values()
            if font.get_object()["/Subtype"] == "/TrueType"
        }
        assert fonts
        assert all("Roboto" in name and "+" in name and "/FontFile2" in facts for name, facts in fonts.items())

    def test_markup_in_knowledge_is_shown_as_it_is(self, knowledge_base: KnowledgeBase, tmp_path: Path) -> None:
        kb, _ = changed(knowledge_base, title="<b>Ba & bốn</b> <a href='x'>", answer="<font size=90>to</font>")
        text = " ".join(lines(kb, tmp_path))
        assert "<b>Ba & bốn</b> <a href='x'>" in text
        assert "<font size=90>to</font>" in text


@pytest.mark.parametrize("file", ["Roboto-Regular.ttf", "Roboto-Bold.ttf"])
def test_the_fonts_have_every_letter(knowledge_base: KnowledgeBase, file: str) -> None:
    small = {unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES} | {"đ"}
    assert len(small) == 12 * 6 + 1
    told = {
        e.title + e.answer + "".join(s.heading + s.text for s in e.sections) for e in knowledge_base.entries.values()
    }
    told |= {document.number + document.kind for document in knowledge_base.documents.values()}
    told |= {str(words) for key, words in WORDING.sentences["vi"].items() if key.startswith(("handbook.", "answer."))}
    needed = small | {letter.upper() for letter in small} | set("".join(told)) - {"\n"}
    assert not sorted(letter for letter in needed if ord(letter) not in TTFontFace(str(FONTS / file)).charToGlyph)


def test_the_whole_handbook_is_written_and_is_the_same_again(knowledge_base: KnowledgeBase, tmp_path: Path) -> None:
    few = knowledge_base.publishing(
        (), retired=[k for k, e in knowledge_base.entries.items() if e.field not in (SMALL, "bau-cu")]
    )
    first, again = (write_handbook(few, tmp_path / name / "in", DAY, WORDING) for name in ("a", "b"))
    assert sorted(file.name for file in first) == ["bau-cu.pdf", "so-tay.html", f"{SMALL}.pdf"]
    assert [file.read_bytes() for file in first] == [file.read_bytes() for file in again]
    later = write_handbook(few, tmp_path / "c", DAY + timedelta(1), WORDING)
    assert all(one.read_bytes() != other.read_bytes() for one, other in zip(first, later, strict=True))


def test_the_command_writes_it_for_the_day_that_is_asked(
    knowledge_base: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few, _ = changed(knowledge_base)
    monkeypatch.setattr("bot.commands.knowledge._served", lambda: few)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["kb", "handbook", "out", "--on", "2026-12-01"])
    assert done.exit_code == 0, done.output
    assert [line.split()[-1] for line in done.stdout.splitlines()] == ["out/so-tay.html", f"out/{SMALL}.pdf"]
    assert book((tmp_path / "out" / "so-tay.html").read_text("utf-8"))["made"] == "2026-12-01"


def _until(kb: KnowledgeBase, key: str) -> date | None:
    return kb.validity(kb.entries[key], DAY).until
