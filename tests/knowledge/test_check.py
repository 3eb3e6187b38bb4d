"""Every fault that can be planted in the content is named, with its file and the line it stands on."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

import knowledge
from knowledge.check import LEAST_PHRASINGS
from tests.knowledge.conftest import SMALL

ENTRY = "entries/tu-phap-ho-tich/khai-tu.md"
DECREE = "documents/2025/154-2025-nd-cp.yaml"
OLD = "documents/2024/73-2024-nd-cp.yaml"
NEW = "documents/2026/161-2026-nd-cp.yaml"
CIVIL = "documents/2015/123-2015-nd-cp.yaml"
AMENDING = "documents/2026/18-2026-nd-cp.yaml"
TODAY = date(2026, 11, 22)
SOURCE = "source: bản gốc trên Công báo\n"
CUT = "exceptions:\n  - article: Điều 5\n    since: {since}\n    until: {until}\n    by: {by}\n"

Plant = Callable[[Path], None]


class Fault(NamedTuple):
    """What is done to the content, in which file the fault is named, on the line with which text, saying what."""

    plant: Plant
    name: str
    line: str
    says: str


def swap(name: str, old: str, new: str) -> Plant:
    """Replace words of a file."""

    def plant(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), "utf-8")

    return plant


def add(name: str, before: str, new: str) -> Plant:
    """Put words before others."""
    return swap(name, before, new + before)


def both(*plants: Plant) -> Plant:
    """Several faults that make one."""

    def plant(folder: Path) -> None:
        for each in plants:
            each(folder)

    return plant


def copy(name: str, there: str) -> Plant:
    """The same file twice."""

    def plant(folder: Path) -> None:
        (folder / there).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(folder / name, folder / there)

    return plant


def write(name: str, content: bytes) -> Plant:
    """A file of these bytes."""

    def plant(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return plant


def cut(name: str, since: str, until: str, by: str) -> Plant:
    """An article with a life of its own."""
    return add(name, SOURCE, CUT.format(since=since, until=until, by=by))


def few_phrasings(folder: Path) -> None:
    """One too few, and the last of them once more in capitals."""
    lines = (folder / ENTRY).read_text("utf-8").splitlines(keepends=True)
    first = lines.index("asked_as:\n") + 1
    kept = lines[first : first + LEAST_PHRASINGS - 1]
    rest = lines[lines.index("citations:\n") :]
    (folder / ENTRY).write_text("".join([*lines[:first], *kept, kept[-1].upper(), *rest]), "utf-8")


def sections(text: str) -> Plant:
    """An answer with further sections."""

    def plant(folder: Path) -> None:
        with (folder / ENTRY).open("a", encoding="utf-8") as file:
            file.write(text)

    return plant


FAULTS = {
    # -- reading
    "broken YAML": Fault(swap(ENTRY, "title: Đăng", "title: [Đăng"), ENTRY, "field:", "not valid YAML"),
    "a tab": Fault(swap(ENTRY, "  - dk kt", "\t- dk kt"), ENTRY, "dk kt", "not valid YAML"),
    "an unknown key": Fault(add(ENTRY, "field:", "fields: x\n"), ENTRY, "fields:", "not a key that belongs here"),
    "a missing key": Fault(swap(ENTRY, "title: Đăng ký khai tử\n", ""), ENTRY, "id:", "`title` is missing"),
    "a key written twice": Fault(add(ENTRY, "field:", "title: x\n"), ENTRY, "title: x", "written twice"),
    "confidence C": Fault(swap(ENTRY, "confidence: A", "confidence: C"), ENTRY, "confidence", "A or B, not C"),
    "an impossible day": Fault(swap(DECREE, "2027-03-01", "2027-02-30"), DECREE, "until", "as a day"),
    "letters in pieces": Fault(swap(ENTRY, "- đăng ký", "- đa\u0306ng ky\u0301"), ENTRY, "khai tử ở", "NFC"),
    "a zero-width space": Fault(swap(ENTRY, "thủ tục", "thủ\u200b tục"), ENTRY, "báo tử", "invisible"),
    "a byte order mark": Fault(write(AMENDING, b"\xef\xbb\xbfnumber: x\n"), AMENDING, "number", "invisible"),
    "not UTF-8": Fault(write(AMENDING, "number: 1\nkind: nghị định\n".encode("utf-16")), AMENDING, "", "UTF-8"),
    "no front matter": Fault(swap(ENTRY, "---\n", ""), ENTRY, "id:", "begin the file with"),
    # -- names and references
    "an id that is not the path": Fault(swap(ENTRY, "ho-tich/khai-tu", "ho-tich/bao-tu"), ENTRY, "id:", "be the path"),
    "the same id twice": Fault(copy(ENTRY, "entries/tu-phap-ho-tich/bao-tu.md"), ENTRY, "id:", "unique"),
    "the wrong folder": Fault(swap(ENTRY, "field: tu-phap-ho-tich", "field: dat-dai"), ENTRY, "field:", "folder must"),
    "an unknown field": Fault(swap(ENTRY, "field: tu-phap-ho-tich", "field: x"), ENTRY, "field:", "no field has"),
    "an unknown department": Fault(add(ENTRY, "field:", "department: so-x\n"), ENTRY, "department:", "no department"),
    "a field without a department": Fault(
        swap("fields.yaml", "department: so-xay-dung", "department: so-xd"),
        "fields.yaml",
        "xay-dung-giao",
        "no department",
    ),
    "a malformed code": Fault(
        add(ENTRY, "asked_as", 'procedure: "1.0193"\n'), ENTRY, "procedure", "code of a procedure"
    ),
    # -- what an entry says
    "a phrasing of another entry": Fault(
        swap(ENTRY, "dk kt cho ong noi", "DKKH o xã nào"), ENTRY, "DKKH", "already asked as"
    ),
    "a phrasing of signs only": Fault(swap(ENTRY, "dk kt cho ong noi", '"?!…"'), ENTRY, '"?!…"', "has no words"),
    "too few phrasings": Fault(few_phrasings, ENTRY, "asked_as:", f"at least {LEAST_PHRASINGS}"),
    "no answer": Fault(
        swap(ENTRY, "Người thân nộp", "## Hồ sơ\n\nNgười thân nộp"), ENTRY, "", "write the short answer"
    ),
    "a long answer": Fault(swap(ENTRY, "nộp tờ", "rất " * 200 + "nộp tờ"), ENTRY, "", "600 at most"),
    "bold": Fault(swap(ENTRY, "Người thân", "**Người** thân"), ENTRY, "", "no bold"),
    "a link": Fault(sections("\n## Hồ sơ\n\n[tờ khai](x)\n"), ENTRY, "## Hồ sơ", "no bold, table, link"),
    "HTML": Fault(sections("\n## Hồ sơ\n\n<b>tờ khai</b>\n"), ENTRY, "## Hồ sơ", "or HTML"),
    "a table": Fault(sections("\n## Hồ sơ\n\n| a | b |\n"), ENTRY, "## Hồ sơ", "table"),
    "an unknown heading": Fault(sections("\n## Khác\n\nx\n"), ENTRY, "## Khác", "a heading is one of"),
    "an empty section": Fault(sections("\n## Lệ phí\n"), ENTRY, "## Lệ phí", "this section is empty"),
    "a telephone number": Fault(sections("\n## Lưu ý\n\nGọi 0912 345 678.\n"), ENTRY, "## Lưu ý", "telephone"),
    "a telephone number in a phrasing": Fault(
        swap(ENTRY, "dk kt cho ong noi", "dk kt goi 0912345678"), ENTRY, "0912345678", "telephone"
    ),
    "an identity number": Fault(sections("\n## Lưu ý\n\nSố 001203004005.\n"), ENTRY, "## Lưu ý", "identity number"),
    "an old identity number": Fault(swap(ENTRY, "Người thân", "Anh 123456789"), ENTRY, "", "identity number"),
    # -- what it rests on
    "an unknown document": Fault(
        swap(ENTRY, "60/2014/QH13", "61/2014/QH13"), ENTRY, "61/2014", "no file for the document"
    ),
    "a clause without its article": Fault(
        swap(ENTRY, "article: Điều 33", "clause: khoản 1"), ENTRY, "60/2014", "its article"
    ),
    "no citation": Fault(
        swap(ENTRY, "citations:\n  - document: 60/2014/QH13\n    article: Điều 33\n", "citations: []\n"),
        ENTRY,
        "citations",
        "cite at least one",
    ),
    "never in force together": Fault(
        add(ENTRY, "checked:", "  - document: 73/2024/NĐ-CP\n  - document: 161/2026/NĐ-CP\n"),
        ENTRY,
        "citations",
        "no day on",
    ),
    "checked in the future": Fault(swap(ENTRY, "on: 2026-11-21", "on: 2026-11-23"), ENTRY, "on:", "yet to come"),
    "a document checked in the future": Fault(
        swap(DECREE, "on: 2026-11-21", "on: 2027-01-01"), DECREE, "on:", "yet to come"
    ),
    "reviewed in the future": Fault(
        add(ENTRY, "checked:", "reviewed:\n  by: Sở Tư pháp\n  on: 2026-12-01\n"), ENTRY, "2026-12-01", "yet to come"
    ),
    "reviewed by nobody": Fault(
        add(ENTRY, "checked:", 'reviewed:\n  by: "–"\n  on: 2026-11-21\n'), ENTRY, "reviewed:", "say who"
    ),
    # -- documents by themselves
    "a document in the wrong folder": Fault(
        copy(DECREE, "documents/2024/154-2025-nd-cp.yaml"), "documents/2024/154-2025-nd-cp.yaml", "number", "belongs in"
    ),
    "two documents of one number": Fault(
        copy(DECREE, "documents/2025/154.2025-nd-cp.yaml"), "documents/2025/154.2025-nd-cp.yaml", "number", "unique"
    ),
    "a number spelt twice": Fault(
        both(
            copy(DECREE, "documents/2025/155-2025-nd-cp.yaml"),
            swap("documents/2025/155-2025-nd-cp.yaml", "NĐ-CP", "nđ-cp"),
        ),
        "documents/2025/155-2025-nd-cp.yaml",
        "number",
        "unique",
    ),
    "in force before it was issued": Fault(
        swap(DECREE, "issued: 2025-07-01", "issued: 2026-07-01"), DECREE, "issued", "issued after"
    ),
    "ended when it began": Fault(swap(DECREE, "2027-03-01", "2025-07-01"), DECREE, "in_force", "no longer in force"),
    # -- exceptions
    "an article that ended as it began": Fault(
        cut(DECREE, "2025-07-01", "2025-07-01", '""'), DECREE, "article", "after `since`"
    ),
    "an article before its document": Fault(
        cut(DECREE, "2025-06-01", "2026-01-01", '""'), DECREE, "article", "before its document"
    ),
    "an article after its document": Fault(
        cut(DECREE, "2027-03-01", "2028-01-01", '""'), DECREE, "article", "has ended"
    ),
    "no article": Fault(
        add(DECREE, SOURCE, 'exceptions:\n  - article: ""\n    since: 2025-07-01\n    until: null\n'),
        DECREE,
        "article",
        "which article",
    ),
    "an article cut by an unknown document": Fault(
        cut(DECREE, "2025-07-01", "2026-01-01", "1/2026/NĐ-CP"), DECREE, "article", "no file for the document 1/2026"
    ),
    "an article cut by an older document": Fault(
        cut(DECREE, "2025-07-01", "2026-01-01", "73/2024/NĐ-CP"), DECREE, "article", "older than this document"
    ),
    # -- relations
    "naming itself": Fault(add(DECREE, SOURCE, "replaces:\n  - 154/2025/NĐ-CP\n"), DECREE, "replaces", "name itself"),
    "both above and below": Fault(add(NEW, SOURCE, "replaced_by:\n  - 73/2024/NĐ-CP\n"), NEW, "replaces", "under both"),
    "a circle of replacements": Fault(
        both(
            add(NEW, SOURCE, "replaced_by:\n  - 73/2024/NĐ-CP\n"), add(OLD, SOURCE, "replaces:\n  - 161/2026/NĐ-CP\n")
        ),
        OLD,
        "replaced_by",
        "leads back",
    ),
    "a circle of amendments": Fault(
        both(
            add(AMENDING, SOURCE, "amended_by:\n  - 123/2015/NĐ-CP\n"),
            add(CIVIL, SOURCE, "amends:\n  - 18/2026/NĐ-CP\n"),
        ),
        CIVIL,
        "amended_by",
        "leads back",
    ),
    "replaced by an older one": Fault(
        both(
            add(DECREE, SOURCE, "replaced_by:\n  - 73/2024/NĐ-CP\n"),
            add(OLD, SOURCE, "replaces:\n  - 154/2025/NĐ-CP\n"),
        ),
        DECREE,
        "replaced_by",
        "73/2024/NĐ-CP is older",
    ),
    "replacing a younger one": Fault(
        both(
            add(DECREE, SOURCE, "replaced_by:\n  - 73/2024/NĐ-CP\n"),
            add(OLD, SOURCE, "replaces:\n  - 154/2025/NĐ-CP\n"),
        ),
        OLD,
        "replaces",
        "154/2025/NĐ-CP is younger",
    ),
    "amended by an older one without a file": Fault(
        add(DECREE, SOURCE, "amended_by:\n  - 99/2020/NĐ-CP\n"), DECREE, "amended_by", "99/2020/NĐ-CP is older"
    ),
    "replaced without an end": Fault(
        swap(OLD, "until: 2026-07-01", "until: null"), OLD, "replaced_by", "from 2026-07-01"
    ),
    "a replacement only one file knows": Fault(
        swap(OLD, "replaced_by:\n  - 161/2026/NĐ-CP\n", ""),
        NEW,
        "replaces",
        "must name this document under `replaced_by`",
    ),
    "an amendment only one file knows": Fault(
        swap(AMENDING, "amends:\n  - 123/2015/NĐ-CP\n", ""),
        CIVIL,
        "amended_by",
        "must name this document under `amends`",
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(SMALL, tmp_path / "content")
    return tmp_path / "content"


def test_the_small_content_is_sound() -> None:
    assert knowledge.check(knowledge.read_content(SMALL), on=TODAY) == []


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_planted_fault_is_named_with_file_and_line(folder: Path, fault: Fault) -> None:
    fault.plant(folder)
    found = knowledge.check(knowledge.read_content(folder), on=TODAY)
    here = [problem for problem in found if problem.path == str(folder / fault.name) and fault.says in problem.message]
    assert here, [str(problem) for problem in found]
    lines = (folder / fault.name).read_bytes().decode("utf-8", "replace").splitlines()
    assert any(fault.line in lines[problem.line - 1] for problem in here), here


@pytest.mark.parametrize(
    "text",
    ["Mức 2.340.000 đồng, tối đa 500.000.000 đồng.", "Từ ngày 01/7/2025 đến 01.7.2026.", "Thủ tục 1.001193.",
     "Nghị định 154/2025/NĐ-CP.", "Gọi 111 hoặc 1022."],
)  # fmt: skip
def test_other_numbers_may_stand_in_an_entry(folder: Path, text: str) -> None:
    sections(f"\n## Lưu ý\n\n{text}\n")(folder)
    assert knowledge.check(knowledge.read_content(folder)) == []


def test_the_day_matters_only_when_it_is_given(folder: Path) -> None:
    swap(ENTRY, "on: 2026-11-21", "on: 2026-11-23")(folder)
    content = knowledge.read_content(folder)
    assert knowledge.check(content) == []
    assert len(knowledge.check(content, on=date(2026, 11, 22))) == 1
    assert knowledge.check(content, on=date(2026, 11, 23)) == []


def test_an_article_may_outlive_its_document_and_be_cut_by_it(folder: Path) -> None:
    cut(DECREE, "2025-07-01", "2028-01-01", "154/2025/NĐ-CP")(folder)
    assert knowledge.check(knowledge.read_content(folder)) == []


def test_an_old_review_is_told_only_when_a_limit_is_given(folder: Path) -> None:
    add(ENTRY, "checked:", "reviewed:\n  by: Sở Tư pháp\n  on: 2025-01-01\n")(folder)
    content = knowledge.read_content(folder)
    assert knowledge.check(content) == []
    (problem,) = knowledge.check(content, reviewed_since=date(2026, 1, 1))
    lines = (folder / ENTRY).read_text("utf-8").splitlines()
    assert lines[problem.line - 1] == "reviewed:"


def test_loading_unsound_content_names_every_fault(folder: Path) -> None:
    swap(ENTRY, "id: tu-phap-ho-tich/khai-tu", "id: x/khai-tu")(folder)
    swap(DECREE, "until: 2027-03-01", "until: 2025-03-01")(folder)
    with pytest.raises(knowledge.ContentError) as caught:
        knowledge.load(folder)
    assert {Path(problem.path).name for problem in caught.value.problems} >= {"khai-tu.md", "154-2025-nd-cp.yaml"}
    assert all(re.search(r":\d+: ", str(problem)) for problem in caught.value.problems)
