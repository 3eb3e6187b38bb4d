"""Out to files and in again: a whole base comes back as it was, on an empty database, by differences alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

import knowledge
from bot.content_import import ContentReport, import_folder
from bot.library import Library
from handlers import curation, ending
from knowledge import KnowledgeBase
from knowledge.entries import LegalDocument
from knowledge.publishing import entry_name
from knowledge.reports import export
from knowledge.writing import document_name, document_to_text, entry_to_text
from storage import Database, schema
from storage.drafts import Deed
from tests.handlers.curators import team
from tests.handlers.desks import desk
from tests.knowledge.conftest import SMALL
from tests.storage.rows import NOW

KEY, RETIRED, LAW = "tu-phap-ho-tich/khai-tu", "chung-thuc/sao-y", "60/2014/QH13"
DAY = NOW.date()


@pytest.fixture(scope="session")
def kb() -> KnowledgeBase:
    return knowledge.load(SMALL)


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[Database]:
    """Another database, in which nothing was published."""
    opened = Database(f"sqlite+aiosqlite:///{tmp_path / 'other.db'}", secret="s" * 32)
    await schema.upgrade(opened)
    yield opened
    await opened.close()


async def library(database: Database, release: KnowledgeBase, folder: Path) -> Library:
    found = Library(database, release, folder)
    await found.refresh()
    return found


def files(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text("utf-8") for p in sorted(folder.rglob("*")) if p.is_file()}


async def taken_in(database: Database, served: KnowledgeBase, place: Path, *, dry_run: bool = False) -> ContentReport:
    async with database.transaction() as tx:
        return await import_folder(tx, served, place, at=NOW, on=DAY, dry_run=dry_run)


async def changed(database: Database, kb: KnowledgeBase, folder: Path) -> KnowledgeBase:
    """A base in which a province has changed an entry, retired one, written one, and ended a document."""
    new = replace(
        kb.entries[KEY], id="dat-dai/ong", field="dat-dai", title="Nuôi ong",
        asked_as=tuple(f"nuôi ong mật cách hỏi {n}" for n in range(8)),
    )  # fmt: skip
    async with database.transaction() as tx:
        people = await team(tx)
        author, decider = desk(tx, kb, people.author), desk(tx, kb, people.decider)
        text = entry_to_text(replace(kb.entries[KEY], answer="Bản của tỉnh."))
        drafts = [
            await curation.propose(author, entry_name(KEY), text, note="x"),
            await curation.propose(author, entry_name(new.id), entry_to_text(new), note="x"),
            await curation.retire(author, RETIRED, "x"),
            await ending.end_document(author, "73/2024/NĐ-CP", DAY.replace(year=2027), "", "x"),
        ]
        for draft in drafts:
            await curation.approve(decider, draft.key)
    return (await library(database, kb, folder)).current


async def test_a_base_goes_round(database: Database, empty: Database, kb: KnowledgeBase, tmp_path: Path) -> None:
    served = await changed(database, kb, tmp_path)
    export(served, tmp_path / "out")
    looked = await taken_in(empty, kb, tmp_path / "out", dry_run=True)
    assert (await library(empty, kb, tmp_path)).current.revision == kb.revision, "a dry run publishes nothing"

    report = await taken_in(empty, kb, tmp_path / "out")
    assert report == looked
    assert report.faults == ()
    expected = {entry_name(KEY), entry_name("dat-dai/ong"), document_name(served.documents["73/2024/NĐ-CP"])}
    assert (set(report.published), report.retired) == (expected, (entry_name(RETIRED),))
    again = await library(empty, kb, tmp_path)
    assert again.current.revision == served.revision
    export(again.current, tmp_path / "again")
    assert files(tmp_path / "again") == files(tmp_path / "out")
    async with empty.reading() as tx:
        current = await tx.drafts.current()
        assert {(p.author, p.approver) for p in current} == {(None, None)}
        assert {p.name for p in current if p.deed == Deed.RETIRE} == {entry_name(RETIRED)}

    twice = await taken_in(empty, again.current, tmp_path / "out")
    assert (twice.published, twice.retired) == ((), ())
    assert twice.unchanged == len(served.entries) + len(served.documents) + 2


async def test_a_folder_of_some_files_takes_nothing_away(empty: Database, kb: KnowledgeBase, tmp_path: Path) -> None:
    place = tmp_path / "some" / entry_name(KEY)
    place.parent.mkdir(parents=True)
    place.write_text(entry_to_text(replace(kb.entries[KEY], answer="Từ tệp.")), "utf-8")
    report = await taken_in(empty, kb, tmp_path / "some")
    assert (report.published, report.retired) == ((entry_name(KEY),), ())
    now = (await library(empty, kb, tmp_path)).current
    assert (now.entries[KEY].answer, len(now.entries)) == ("Từ tệp.", len(kb.entries))


async def test_a_single_file_goes_where_its_number_says(empty: Database, kb: KnowledgeBase, tmp_path: Path) -> None:
    law: LegalDocument = replace(kb.documents[LAW], note="bản có ghi chú")
    (tmp_path / "bất kỳ.yaml").write_text(document_to_text(law), "utf-8")
    (tmp_path / "x.md").write_text(entry_to_text(replace(kb.entries[KEY], answer="Từ tệp.")), "utf-8")
    assert (await taken_in(empty, kb, tmp_path / "bất kỳ.yaml")).published == (document_name(law),)
    assert (await taken_in(empty, kb, tmp_path / "x.md")).published == (entry_name(KEY),)
    now = (await library(empty, kb, tmp_path)).current
    assert (now.documents[LAW].note, now.entries[KEY].answer) == ("bản có ghi chú", "Từ tệp.")


async def test_any_fault_and_nothing_comes_in(empty: Database, kb: KnowledgeBase, tmp_path: Path) -> None:
    export(kb, tmp_path / "out")
    good, bad = tmp_path / "out" / entry_name(RETIRED), tmp_path / "out" / entry_name(KEY)
    good.write_text(good.read_text("utf-8").replace("\n---\n\n", "\n---\n\nThêm. ", 1), "utf-8")
    text = bad.read_text("utf-8").replace("document: 60/2014/QH13", "document: 61/2014/QH13")
    bad.write_text(text, "utf-8")
    broken = tmp_path / "out" / "entries" / "dat-dai" / "hong.md"
    broken.write_bytes(b"---\n\xff\n---\n")
    report = await taken_in(empty, kb, tmp_path / "out")
    line = text[: text.index("61/2014")].count("\n") + 1
    assert [(fault.path, fault.line, fault.rule) for fault in report.faults] == [
        (str(broken), 2, "not_utf8"),
        (str(bad), line, "document_unknown"),
    ]
    assert (report.published, report.retired) == ((), ())
    async with empty.reading() as tx:
        assert await tx.drafts.current() == []


async def test_a_place_without_content_is_said(empty: Database, kb: KnowledgeBase, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    (tmp_path / "x.md").write_bytes(b"\xff\xfe")
    for place, rule in (("nothing", "nothing"), ("x.md", "not_utf8")):
        assert [fault.rule for fault in (await taken_in(empty, kb, tmp_path / place)).faults] == [rule]
