"""A document ends, an article of it, a new one comes: proposals whose approval takes entries out on the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

import knowledge
from handlers import curation, ending
from knowledge import KnowledgeBase
from knowledge.entries import Checked, Confidence, Interval, LegalDocument
from storage import Database, Transaction
from storage.drafts import Draft
from tests.handlers.curators import Team, at, refused, served, team
from tests.knowledge.conftest import SMALL

LAW, DECREE = "60/2014/QH13", "123/2015/NĐ-CP"
NEW = LegalDocument(
    number="99/2026/NĐ-CP", kind="nghị định", title="Về hộ tịch", issuer="Chính phủ", issued=date(2026, 10, 1),
    in_force=Interval(date(2027, 1, 1)), source="Công báo", checked=Checked(date(2026, 11, 23), Confidence.A),
)  # fmt: skip
LAST, FIRST_WITHOUT = date(2026, 12, 31), date(2027, 1, 1)


@pytest.fixture(scope="session")
def kb() -> KnowledgeBase:
    return knowledge.load(SMALL)


async def approved(tx: Transaction, kb: KnowledgeBase, people: Team, draft: Draft) -> KnowledgeBase:
    await curation.approve(await at(tx, kb, people.decider), draft.key)
    return await served(tx, kb)


async def test_an_ended_document_takes_out_what_rests_on_it(database: Database, kb: KnowledgeBase) -> None:
    async with database.transaction() as tx:
        people = await team(tx)
        draft = await ending.end_document(await at(tx, kb, people.author), LAW, FIRST_WITHOUT, "", "luật mới")
        assert (await served(tx, kb)).documents[LAW].in_force.until is None, "one person alone changes nothing"
        base = await approved(tx, kb, people, draft)
        resting = base.entries_citing(LAW)
        assert resting
        assert all(base.in_force(entry, LAST) and not base.in_force(entry, FIRST_WITHOUT) for entry in resting)
        assert base.documents[LAW].checked.on == date(2026, 11, 23)


async def test_a_successor_is_told_in_both_files(database: Database, kb: KnowledgeBase) -> None:
    async with database.transaction() as tx:
        people = await team(tx)
        author = await at(tx, kb, people.author)
        assert await refused(ending.add_document(author, replace(NEW, number=DECREE), "x")) == "document_form.exists"
        await approved(tx, kb, people, await ending.add_document(author, NEW, "nghị định mới"))
        ended = await ending.end_document(
            await at(tx, kb, people.author), DECREE, FIRST_WITHOUT, "NĐ 99/2026, 98/2026/NĐ-CP", "bị thay thế"
        )
        base = await approved(tx, kb, people, ended)
        assert base.documents[DECREE].replaced_by == (NEW.number, "98/2026/NĐ-CP")
        assert base.documents[NEW.number].replaces == (DECREE,)
        assert [d.number for d in base.relations.replacement(DECREE, FIRST_WITHOUT)] == [NEW.number]


async def test_an_article_ends_before_its_document(sqlite: Database, kb: KnowledgeBase) -> None:
    async with sqlite.transaction() as tx:
        people = await team(tx)
        author = await at(tx, kb, people.author)
        ended = ending.end_article(author, LAW, "33", "", FIRST_WITHOUT, "154/2025/NĐ-CP", "bãi bỏ")
        base = await approved(tx, kb, people, await ended)
        assert base.documents[LAW].exceptions[-1].article == "Điều 33"
        assert not base.in_force(base.entries["tu-phap-ho-tich/khai-tu"], FIRST_WITHOUT)
        others = [entry for entry in base.entries_citing(LAW) if all(c.article != "Điều 33" for c in entry.citations)]
        assert others
        assert all(base.in_force(entry, FIRST_WITHOUT) for entry in others)


async def test_what_cannot_be_is_refused_or_faulty(sqlite: Database, kb: KnowledgeBase) -> None:
    async with sqlite.transaction() as tx:
        people = await team(tx)
        author, specialist = await at(tx, kb, people.author), await at(tx, kb, people.specialist)
        day = FIRST_WITHOUT
        assert await refused(ending.end_document(author, "1/1999/X", day, "", "x")) == "draft.nothing_there"
        assert await refused(ending.end_document(author, LAW, day, "luật nào đó", "x")) == "document_form.number_wrong"
        assert await refused(ending.end_document(author, LAW, day, "", " ")) == "draft.note_missing"
        assert await refused(ending.end_article(author, LAW, " ", "", day, "", "x")) == "document_form.article_missing"
        assert await refused(ending.end_document(specialist, LAW, day, "", "x")) == "permission.curate"
        assert await refused(ending.add_document(specialist, NEW, "x")) == "permission.curate"
        early = await ending.end_document(author, LAW, date(2010, 1, 1), "", "x")
        assert await refused(curation.approve(await at(tx, kb, people.decider), early.key)) == "draft.faulty"
