"""The library: what is published or imported anywhere is served by every process, without a restart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.library import Library
from knowledge import KnowledgeBase
from knowledge.entries import Decision
from knowledge.publishing import entry_name, revision_of
from knowledge.writing import entry_to_text
from storage import Database
from storage.drafts import Deed, Publication
from storage.imports import ImportedDocument, ImportRun
from tests.support.stage import MONDAY

DAY = date(2026, 11, 23)
WORDS = ["tram", "quan", "sat", "vu", "tru"]
QUESTION = "đăng ký khai sinh quá hạn cần giấy tờ gì"


async def _publish(database: Database, base: KnowledgeBase, deed: Deed = Deed.TEXT, text: str = "") -> str:
    entry = base.look_up(QUESTION, as_of=DAY).matches[0].entry
    text = text or entry_to_text(replace(entry, answer="Câu trả lời mới của tỉnh."))
    async with database.transaction() as tx:
        await tx.drafts.publish(
            Publication(
                name=entry_name(entry.id), deed=deed, text="" if deed != Deed.TEXT else text,
                revision=revision_of(text), at=MONDAY,
            )
        )  # fmt: skip
        tx.wake("knowledge")
    return entry.id


def _says(library: Library) -> str:
    finding = library.current.look_up(QUESTION, as_of=DAY)
    return finding.matches[0].entry.answer if finding.decision == Decision.ANSWER else ""


async def test_two_processes_serve_what_one_published(
    database: Database, knowledge_base: KnowledgeBase, tmp_path: Path
) -> None:
    other = Database(database.url.render_as_string(hide_password=False))
    libraries = [Library(each, knowledge_base, tmp_path / f"{n}") for n, each in enumerate((database, other))]
    for library in libraries:
        assert not await library.refresh(), "nothing was published yet"
    before = _says(libraries[0])
    await _publish(database, knowledge_base)
    for library in libraries:
        assert await library.refresh()
        assert _says(library) == "Câu trả lời mới của tỉnh."
        assert not await library.refresh(), "nothing new since"
    await _publish(database, knowledge_base, Deed.RELEASE)
    for library in libraries:
        await library.refresh()
        assert _says(library) == before
    await other.close()


async def test_what_is_retired_is_not_served(database: Database, knowledge_base: KnowledgeBase, tmp_path: Path) -> None:
    key = await _publish(database, knowledge_base, Deed.RETIRE)
    library = Library(database, knowledge_base, tmp_path)
    await library.refresh()
    assert key not in library.current.entries


async def test_a_publication_that_became_faulty_is_not_served_nor_what_it_replaced(
    database: Database, knowledge_base: KnowledgeBase, tmp_path: Path
) -> None:
    entry = knowledge_base.look_up(QUESTION, as_of=DAY).matches[0].entry
    gone = replace(entry.citations[0], document="1/1999/NĐ-CP")
    key = await _publish(database, knowledge_base, text=entry_to_text(replace(entry, citations=(gone,))))
    library = Library(database, knowledge_base, tmp_path)
    await library.refresh()
    assert key not in library.current.entries
    assert [problem.path for problem in library.problems] == [entry_name(key)] * len(library.problems)
    assert library.problems


async def _import(database: Database, number: str, text: str) -> None:
    async with database.transaction() as tx:
        run = await tx.imports.begin(ImportRun(kind="decree", name=number, digest=number, at=MONDAY))
        rows = [{"number": "1", "heading": "Trạm vũ trụ", "text": text, "position": 0}]
        await tx.imports.put_document(ImportedDocument(run=run.id, number=number, title="Luật mới"), rows)


async def test_imports_reach_the_library_and_the_index_is_kept(
    database: Database, knowledge_base: KnowledgeBase, tmp_path: Path
) -> None:
    await _import(database, "1/2030/QH16", "Lắp đặt trạm quan sát vũ trụ")
    library = Library(database, knowledge_base, tmp_path)
    assert await library.refresh()
    assert [head.document.number for head in library.current.layers.articles] == ["1/2030/QH16"]
    kept = {file.name for file in (tmp_path / "index").iterdir()}
    await _import(database, "2/2030/QH16", "Tàu vũ trụ")
    await library.refresh()
    assert len(library.current.layers.articles) == 2
    assert not kept & {file.name for file in (tmp_path / "index").iterdir()}, "the former index is taken away"


@pytest.mark.parametrize("content", [b"", b"not an index", b"PK\x03\x04 cut short"])
async def test_a_damaged_index_is_built_anew(
    database: Database, knowledge_base: KnowledgeBase, tmp_path: Path, content: bytes
) -> None:
    """A power cut leaves an empty file: no reason not to start."""
    await _import(database, "1/2030/QH16", "Lắp đặt trạm quan sát vũ trụ")
    await Library(database, knowledge_base, tmp_path).refresh()
    for file in (tmp_path / "index").iterdir():
        file.write_bytes(content)
    for _ in range(2):
        library = Library(database, knowledge_base, tmp_path)
        await library.refresh()
        assert library.current.layers.related(WORDS, DAY, knowledge_base)


async def test_an_index_that_cannot_be_kept_is_used_all_the_same(
    database: Database, knowledge_base: KnowledgeBase, tmp_path: Path
) -> None:
    await _import(database, "1/2030/QH16", "Lắp đặt trạm quan sát vũ trụ")
    (tmp_path / "index").write_text("a file where the folder should be")
    library = Library(database, knowledge_base, tmp_path)
    await library.refresh()
    assert library.current.layers.related(WORDS, DAY, knowledge_base)


async def test_what_a_killed_import_left_in_the_folder_is_taken_away(
    database: Database, knowledge_base: KnowledgeBase, tmp_path: Path
) -> None:
    (tmp_path / "index").mkdir()
    left = tmp_path / "index" / "articles-0123456789abcdef.npz.4711"
    left.write_bytes(b"half")
    await _import(database, "1/2030/QH16", "Lắp đặt trạm quan sát vũ trụ")
    await Library(database, knowledge_base, tmp_path).refresh()
    assert not left.exists()
