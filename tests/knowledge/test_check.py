from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

import knowledge
from tests.knowledge.conftest import SMALL

ENTRY = "entries/tu-phap-ho-tich/khai-tu.md"
DECREE = "documents/2025/154-2025-nd-cp.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(SMALL, tmp_path / "content")
    return tmp_path / "content"


def _messages(folder: Path) -> list[str]:
    return [str(problem) for problem in knowledge.check(knowledge.read_content(folder))]


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_small_content_is_sound() -> None:
    assert knowledge.check(knowledge.read_content(SMALL)) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "says"),
    [
        (ENTRY, "id: tu-phap-ho-tich/khai-tu", "id: tu-phap-ho-tich/bao-tu", 2, "path"),
        (ENTRY, "field: tu-phap-ho-tich", "field: ho-tich", 4, "no field has the code"),
        (ENTRY, "field: tu-phap", "department: so-x\nfield: tu-phap", 4, "no department has the code"),
        (ENTRY, "document: 60/2014/QH13", "document: 61/2014/QH13", 13, "no file for the document"),
        (ENTRY, "dk kt cho ong noi", "DKKH o xã nào", 8, "already asked as"),
        (ENTRY, "  - dk kt cho ong noi\n  - xin trich luc khai tu\n", "", 5, ""),
        (DECREE, "until: 2027-03-01", "until: 2025-03-01", 6, "first day no longer in force"),
        (DECREE, "issued: 2025-07-01", "issued: 2026-07-01", 5, "issued after"),
        (DECREE, "number: 154", "number: 155", 1, "belongs in"),
        (DECREE, "source:", "replaces:\n  - 154/2025/NĐ-CP\nsource:", 9, "name itself"),
        (
            DECREE,
            "source:",
            "exceptions:\n  - article: Điều 5\n    since: 2025-07-01\n    until: 2025-07-01\nsource:",
            10,
            "after `since`",
        ),
        ("fields.yaml", "department: so-xay-dung", "department: so-xd", 4, "no department has the code"),
    ],
)
def test_a_fault_is_found_on_its_line(folder: Path, name: str, old: str, new: str, line: int, says: str) -> None:
    if not says:
        _edit(folder / name, "  - dk kt cho ong noi\n", "")
        _edit(folder / name, "  - xin trich luc khai tu\n", "")
        says = "at least 5"
    else:
        _edit(folder / name, old, new)
    assert any(f"{name}:{line}:" in message and says in message for message in _messages(folder)), _messages(folder)


def test_markup_headings_and_long_answers_are_faults(folder: Path) -> None:
    _edit(folder / ENTRY, "Người thân nộp", "**Người** thân " + "rất " * 200 + "nộp")
    with (folder / ENTRY).open("a", encoding="utf-8") as file:
        file.write("\n## Khác\n\n<b>x</b>\n")
    found = "\n".join(_messages(folder))
    assert "600 at most" in found
    assert "no bold" in found
    assert "a heading is one of" in found


def test_citations_never_in_force_together(folder: Path) -> None:
    _edit(
        folder / ENTRY,
        "checked:",
        "  - document: 73/2024/NĐ-CP\n  - document: 161/2026/NĐ-CP\nchecked:",
    )
    assert any("no day" in message for message in _messages(folder))


def test_a_circle_of_replacements(folder: Path) -> None:
    _edit(folder / "documents/2026/161-2026-nd-cp.yaml", "source:", "replaced_by:\n  - 73/2024/NĐ-CP\nsource:")
    assert any("leads back" in message for message in _messages(folder))


def test_an_old_review_is_told_only_when_a_limit_is_given(folder: Path) -> None:
    _edit(folder / ENTRY, "checked:", "reviewed:\n  by: Sở Tư pháp\n  on: 2025-01-01\nchecked:")
    content = knowledge.read_content(folder)
    assert knowledge.check(content) == []
    (problem,) = knowledge.check(content, reviewed_since=date(2026, 1, 1))
    assert problem.line == 15


def test_loading_unsound_content_names_every_fault(folder: Path) -> None:
    _edit(folder / ENTRY, "id: tu-phap-ho-tich/khai-tu", "id: x/khai-tu")
    _edit(folder / DECREE, "until: 2027-03-01", "until: 2025-03-01")
    with pytest.raises(knowledge.ContentError) as caught:
        knowledge.load(folder)
    assert {Path(problem.path).name for problem in caught.value.problems} >= {"khai-tu.md", "154-2025-nd-cp.yaml"}
