from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import knowledge
from knowledge.entries import (
    ArticleException,
    Checked,
    Citation,
    Confidence,
    Entry,
    Interval,
    LegalDocument,
    Review,
    Section,
)
from knowledge.text import normalise
from knowledge.writing import fingerprint

_LETTERS = st.characters(categories=["L", "Nd", "Zs", "P"])
_line = st.text(_LETTERS, max_size=40).map(lambda text: " ".join(normalise(text).split())).filter(bool)
_maybe = st.one_of(st.just(""), _line)
_body = (
    st.lists(_line.filter(lambda line: not line.startswith(("#", "---"))), min_size=1, max_size=4)
    .map("\n".join)
    .map(str.strip)
)
_day = st.dates(date(1990, 1, 1), date(2100, 1, 1))
_checked = st.builds(Checked, _day, st.sampled_from(Confidence))
_interval = st.builds(Interval, _day, st.none() | _day)

_entries = st.builds(
    Entry,
    id=_line,
    title=_line,
    field=_line,
    asked_as=st.lists(_line, max_size=6).map(tuple),
    answer=_body,
    sections=st.lists(st.builds(Section, _line, _body), max_size=3).map(tuple),
    citations=st.lists(st.builds(Citation, _line, _maybe, _maybe), max_size=3).map(tuple),
    checked=_checked,
    department=_maybe,
    procedure=st.sampled_from(["", "1.001193", "2.000635"]),
    review=st.none() | st.builds(Review, _line, _day),
)
_many = st.lists(_line, max_size=3).map(tuple)
_documents = st.builds(
    LegalDocument,
    number=_line,
    kind=_line,
    title=_line,
    issuer=_line,
    issued=st.none() | _day,
    in_force=_interval,
    source=_line,
    checked=_checked,
    replaces=_many,
    replaced_by=_many,
    amends=_many,
    amended_by=_many,
    exceptions=st.lists(st.builds(ArticleException, _line, _maybe, _interval, _maybe, _maybe), max_size=2).map(tuple),
    note=_maybe,
)


@given(_entries)
def test_an_entry_survives_the_round_trip(entry: Entry) -> None:
    again = knowledge.read_entry(knowledge.entry_to_text(entry))
    assert again == replace(entry, revision=fingerprint(entry))


@given(_documents)
def test_a_document_survives_the_round_trip(document: LegalDocument) -> None:
    assert knowledge.read_document(knowledge.document_to_text(document)) == document


_GOOD = """---
id: a/b
title: Đăng ký
field: a
procedure: "1.001193"
asked_as:
  - một
citations:
  - document: 60/2014/QH13
checked:
  on: 2026-11-21
  confidence: A
---

Trả lời.

## Hồ sơ

- Tờ khai
"""


def _faults(text: str) -> list[tuple[int, str]]:
    with pytest.raises(knowledge.ContentError) as caught:
        knowledge.read_entry(text, "entries/a/b.md")
    return [(problem.line, problem.message) for problem in caught.value.problems]


def test_a_good_file_is_read() -> None:
    entry = knowledge.read_entry(_GOOD, "entries/a/b.md")
    assert (entry.answer, entry.procedure) == ("Trả lời.", "1.001193")
    assert entry.sections == (Section("Hồ sơ", "- Tờ khai"),)


def test_every_fault_is_told_with_its_line() -> None:
    text = _GOOD.replace('"1.001193"', "1.001193").replace("  - một", "  - yes").replace("title", "titel")
    lines = [line for line, _ in _faults(text)]
    assert sorted(lines) == [2, 3, 5, 7]
    assert any("quotes" in message for _, message in _faults(text))


def test_a_wrong_day_a_wrong_confidence_and_a_key_too_many() -> None:
    text = _GOOD.replace("2026-11-21", "hôm nay").replace("confidence: A", "confidence: C\n  who: me")
    assert [line for line, _ in _faults(text)] == [11, 13, 12]


def test_broken_yaml_is_told_where() -> None:
    (line, message), *_ = _faults(_GOOD.replace("field: a", "field: [a"))
    assert line in (4, 5)
    assert "YAML" in message


def test_a_file_without_front_matter() -> None:
    assert _faults("Chỉ có chữ")[0][0] == 1


def test_letters_in_pieces_are_a_fault() -> None:
    assert _faults(_GOOD.replace("Trả lời", "Tra\u0309 lời"))[0][0] == 15


def test_a_later_folder_wins_by_id(tmp_path: Path) -> None:
    small = Path(__file__).parent / "content"
    entry = knowledge.load(small).entries["tu-phap-ho-tich/khai-tu"]
    changed = replace(entry, answer="Tỉnh sửa.")
    file = tmp_path / "entries/tu-phap-ho-tich/khai-tu.md"
    file.parent.mkdir(parents=True)
    file.write_text(knowledge.entry_to_text(changed), encoding="utf-8")
    merged = knowledge.load(small, tmp_path)
    assert merged.entries[entry.id].answer == "Tỉnh sửa."
    assert len(merged.entries) == len(knowledge.load(small).entries)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(knowledge.ContentError, match="does not exist"):
        knowledge.load(tmp_path / "nowhere")
