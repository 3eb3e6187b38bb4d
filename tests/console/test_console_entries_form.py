"""The form of an entry and the entry it stands for: nothing is lost either way, whatever is typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import knowledge
from bot.console.document_form import blank_document, document_of
from bot.console.entry_form import BOXES, FIELDS, blank_form, box_of, citation_line, entry_of, form_of
from knowledge import read_entry
from knowledge.check import HEADINGS
from knowledge.entries import Checked, Citation, Confidence, Entry, Review, Section
from knowledge.tidying import tidy_line, tidy_text
from knowledge.writing import entry_to_text
from storage import Refusal

DAY = date(2026, 11, 23)
TEXTS = st.text(max_size=80).filter(lambda text: "#" not in text).map(tidy_text).filter(bool)
LINES = st.text(max_size=40).map(lambda text: tidy_line(text.replace("|", ""))).filter(lambda line: line[:1].isalnum())
"""What stands on a line of its own: something that begins with a letter or digit, not with a bullet."""
SECTIONS = st.dictionaries(st.sampled_from(HEADINGS), TEXTS, max_size=4).map(
    lambda found: tuple(Section(heading, text) for heading, text in found.items())
)
ENTRIES = st.builds(
    Entry,
    id=st.just("dat-dai/x"),
    title=st.text(max_size=60).map(tidy_line).filter(bool),
    field=st.just("dat-dai"),
    asked_as=st.lists(LINES, max_size=5, unique=True).map(tuple),
    answer=st.just("") | TEXTS,
    sections=SECTIONS,
    citations=st.lists(st.builds(Citation, LINES, st.just("") | LINES, st.just("") | LINES), max_size=3).map(tuple),
    checked=st.builds(Checked, st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(Confidence)),
    department=st.sampled_from(("", "so-tu-phap")),
    procedure=st.sampled_from(("", "1.001193")),
    review=st.none() | st.builds(Review, st.just("Sở Tư pháp"), st.just(DAY)),
)


@given(ENTRIES)
def test_an_entry_comes_back_from_its_form(entry: Entry) -> None:
    assert entry_of(form_of(entry), entry.id, entry) == entry


@given(ENTRIES)
def test_and_from_the_file_that_the_form_writes(entry: Entry) -> None:
    text = entry_to_text(entry_of(form_of(entry), entry.id, entry))
    assert replace(read_entry(text), revision="") == entry


@given(st.fixed_dictionaries({name: st.text(max_size=60) for name in ("title", "asked_as", "answer", *BOXES)}))
def test_whatever_is_typed_saving_twice_changes_nothing(typed: dict[str, str]) -> None:
    form = blank_form("dat-dai", DAY) | typed | {"title": "Tên " + typed["title"]}
    once = form_of(entry_of(form, "dat-dai/x"))
    assert form_of(entry_of(once, "dat-dai/x")) == once


def test_every_entry_there_is_survives_its_form() -> None:
    for entry in knowledge.load().entries.values():
        assert replace(entry_of(form_of(entry), entry.id, entry), path=entry.path, revision=entry.revision) == entry


def test_what_is_pasted_from_a_document_becomes_plain_lines() -> None:
    form = blank_form("dat-dai", DAY) | {
        "title": "  Tách\u00a0thửa  đất ",
        "asked_as": "- tách thửa ở đâu\r\n\r\n• tach thua o dau \ntách thửa ở đâu",
        "answer": "• Nộp tại xã.\n– Không thu phí.",
        "section-1": "Đơn\u200b đề nghị",
        "citations": "31/2024/QH15|Điều 220\n\n 31/2024/QH15 | Điều 5 | khoản 1 ",
    }
    entry = entry_of(form, "dat-dai/tach-thua")
    assert entry.title == "Tách thửa đất"
    assert entry.asked_as == ("tách thửa ở đâu", "tach thua o dau")
    assert entry.answer == "- Nộp tại xã.\n- Không thu phí."
    assert entry.sections == (Section(HEADINGS[1], "Đơn đề nghị"),)
    assert entry.citations == (Citation("31/2024/QH15", "Điều 220"), Citation("31/2024/QH15", "Điều 5", "khoản 1"))
    assert entry.checked == Checked(DAY, Confidence.B)


def test_parts_keep_the_order_they_had_and_new_ones_follow() -> None:
    former = entry_of(blank_form("dat-dai", DAY) | {"title": "x"}, "dat-dai/x")
    former = replace(former, sections=(Section("Lưu ý", "a"), Section("Hồ sơ", "b")))
    form = form_of(former) | {"section-0": "c"}
    headings = [section.heading for section in entry_of(form, "dat-dai/x", former).sections]
    assert headings == ["Lưu ý", "Hồ sơ", "Điều kiện"]


def test_a_heading_that_is_known_no_more_is_not_lost() -> None:
    former = replace(
        entry_of(blank_form("dat-dai", DAY) | {"title": "x"}, "dat-dai/x"),
        sections=(Section("Mẹo", "chữ cũ"), Section("Lưu ý", "có sẵn")),
    )
    assert form_of(former)["section-8"] == "Mẹo:\nchữ cũ\n\ncó sẵn"


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"title": " "}, "entry_form.missing"),
        ({"field": ""}, "entry_form.missing"),
        ({"confidence": "C"}, "entry_form.missing"),
        ({"checked": "23/11/2026"}, "entry_form.day"),
        ({"checked": ""}, "entry_form.day"),
        ({"citations": "a | b | c | d"}, "entry_form.citation_line"),
        ({"citations": "x\n| Điều 5"}, "entry_form.citation_line"),
    ],
)
def test_what_no_entry_can_be_made_of(changes: dict[str, str], key: str) -> None:
    with pytest.raises(Refusal) as caught:
        entry_of(blank_form("dat-dai", DAY) | {"title": "x", **changes}, "dat-dai/x")
    assert caught.value.key == key
    if key == "entry_form.citation_line":
        assert caught.value.facts["number"] == len(changes["citations"].splitlines())


def test_a_fault_finds_its_box() -> None:
    entry = entry_of(blank_form("dat-dai", DAY) | {"title": "x", "section-3": "y"}, "dat-dai/x")
    found = {key: box_of(key, entry) for key in ("title", "asked_as.2", "sections.0", "sections.9", "checked.on", "id")}
    assert found == {
        "title": "title", "asked_as.2": "asked_as", "sections.0": "section-3", "sections.9": "",
        "checked.on": "checked", "id": "",
    }  # fmt: skip
    assert set(blank_form("dat-dai", DAY)) == set(FIELDS)
    assert citation_line(Citation("1/2020/X", "", "khoản 1")) == "1/2020/X |  | khoản 1"


def test_a_new_document() -> None:
    form = blank_document(DAY) | {
        "number": " 99/2026/NĐ-CP ", "kind": "Nghị định", "title": "Về\u00a0hộ tịch", "issuer": "Chính phủ",
        "since": "2027-01-01", "source": "Công báo",
    }  # fmt: skip
    document = document_of(form)
    assert (document.number, document.kind, document.issued) == ("99/2026/NĐ-CP", "nghị định", None)
    assert (document.title, document.in_force.since) == ("Về hộ tịch", date(2027, 1, 1))
    for wrong, key in (({"since": ""}, "entry_form.day"), ({"source": ""}, "entry_form.missing")):
        with pytest.raises(Refusal) as caught:
            document_of(form | wrong)
        assert caught.value.key == key
