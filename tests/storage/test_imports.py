"""Imports as they are stored: an article keeps its key for good, and nothing that was committed is overlooked."""

from __future__ import annotations

from storage import Database, Transaction
from storage.drafts import Publication
from storage.imports import ImportedDocument, ImportRun
from tests.storage.rows import NOW


async def _import(tx: Transaction, number: str, *articles: str, title: str = "") -> None:
    run = await tx.imports.begin(ImportRun(kind="decree", name=number, digest=number, at=NOW))
    rows = [
        {"number": article, "heading": "", "place": "", "text": f"{title}{article}", "position": position}
        for position, article in enumerate(articles)
    ]
    await tx.imports.put_document(ImportedDocument(run=run.id, number=number, title=title), rows)


async def _keys(tx: Transaction) -> dict[str, int]:
    return {row.number: row.id for row in await tx.imports.article_rows(texts=False)}


async def test_a_key_leads_to_the_same_article_however_often_it_is_imported(database: Database) -> None:
    """An old button, or a ticket, names an article by its key: another under that key would be cited for it."""
    async with database.transaction() as tx:
        await _import(tx, "1/2026/NĐ-CP", "1", "2", "3")
        before = await _keys(tx)
    async with database.transaction() as tx:
        await _import(tx, "1/2026/NĐ-CP", "1", "1a", "2", title="mới ")
        now = await _keys(tx)
        found = await tx.imports.article(before["2"])
        assert await tx.imports.article(before["3"]) is None
    assert found is not None
    assert (found[0].title, found[1].text) == ("mới ", "mới 2")
    assert {number: now[number] for number in ("1", "2")} == {number: before[number] for number in ("1", "2")}
    assert now["1a"] not in before.values(), "the key of the article that is gone belongs to nobody else"


async def test_what_is_committed_after_a_later_one_changes_the_state_too(database: Database) -> None:
    """Of two that run at once, the one that took its number first may be the last to end."""
    async with database.transaction() as tx:
        tx._session.add(ImportRun(id=2, kind="decree", name="b", digest="b", at=NOW))
        tx._session.add(Publication(id=2, name="entries/x/b.md", at=NOW))
    async with database.reading() as tx:
        before = await tx.imports.state(), await tx.drafts.state()
    async with database.transaction() as tx:
        tx._session.add(ImportRun(id=1, kind="decree", name="a", digest="a", at=NOW))
        tx._session.add(Publication(id=1, name="entries/x/a.md", at=NOW))
    async with database.reading() as tx:
        after = await tx.imports.state(), await tx.drafts.state()
    assert all(one != other for one, other in zip(before, after, strict=True))
