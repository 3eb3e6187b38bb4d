"""Documents and conflicts at the console: an end that takes its entries along, a file for those who can, both sides."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

import knowledge
from bot.library import Library
from knowledge import KnowledgeBase
from knowledge.entries import Citation
from tests.console.curating import CURATOR, KEY, LEADER, PAGE, approved, fields, proposed, read, sent
from tests.knowledge.conftest import SMALL

House = Any

LAW = "/console/documents/2014/60-2014-qh13"


@pytest.fixture(scope="session")
def knowledge_base() -> KnowledgeBase:
    return knowledge.load(SMALL)


@pytest.fixture(autouse=True)
def later(house: House) -> None:
    """A day after the content was checked."""
    house.clock.now += timedelta(days=7)


async def test_a_document_shows_how_it_stands_and_what_rests_on_it(house: House) -> None:
    browser = await house.visit(CURATOR)
    page = await read(browser, LAW)
    base = house.app.knowledge
    assert all(entry.title in page for entry in base.entries_citing("60/2014/QH13"))
    assert house.say("document.in_force", since=base.documents["60/2014/QH13"].in_force.since) in page
    listed = await browser.read("/console/documents?q=73/2024")
    assert re.findall(r'href="/console/(documents/\d{4}/[^"]+)"', listed)[0] == "documents/2024/73-2024-nd-cp"
    assert house.say("console.document.none") in await read(browser, "/console/documents?q=zzz")
    await browser.read("/console/documents/1999/1-1999-nd-cp", 404)


async def test_an_end_takes_entries_out_on_the_day_and_not_before(house: House) -> None:
    author, leader = await house.visit(CURATOR), await house.visit(LEADER)
    number = await sent(author, f"{LAW}/end", until="2026-12-01", replaced_by="", note="Luật mới")
    assert house.say("deed.text") in await read(leader, f"/console/drafts/{number}")
    await approved(leader, number)
    base = house.app.knowledge
    entry = base.entries[KEY]
    assert base.in_force(entry, date(2026, 11, 30))
    assert not base.in_force(entry, date(2026, 12, 1))
    assert house.say("console.entry.until", day=date(2026, 12, 1)) in await read(author, "/console/entries?mark=lapses")
    house.clock.now += timedelta(days=10)
    assert entry.title in await read(author, "/console/entries?mark=lapsed")


async def test_an_article_ends(house: House) -> None:
    author, leader = await house.visit(CURATOR), await house.visit(LEADER)
    form = {"article": "33", "clause": "", "until": "2026-12-01", "by": "", "note": "bãi bỏ"}
    await approved(leader, await sent(author, f"{LAW}/end_article", **form))
    base = house.app.knowledge
    assert not base.in_force(base.entries[KEY], date(2026, 12, 1))
    assert base.in_force(base.entries["tu-phap-ho-tich/khai-sinh"], date(2026, 12, 1))
    page = await read(author, f"{LAW}?a=release&b=1")
    assert re.search(r'(?s)class="added".*?Điều 33', page)


@pytest.mark.parametrize(
    ("verb", "wrong", "key"),
    [
        ("end", {"until": ""}, "entry_form.day"),
        ("end", {"replaced_by": "luật mới"}, "document_form.number_wrong"),
        ("end", {"note": " "}, "draft.note_missing"),
        ("end_article", {"article": " "}, "document_form.article_missing"),
    ],
)
async def test_a_wrong_end_keeps_what_was_typed(house: House, verb: str, wrong: dict[str, str], key: str) -> None:
    browser = await house.visit(CURATOR)
    article = {"article": "5", "clause": "", "by": ""} if verb == "end_article" else {"replaced_by": "1/2026/QH16"}
    answer = await browser.submit(f"{LAW}/{verb}", **{"until": "2026-12-01", "note": "Lý do đã gõ", **article, **wrong})
    page = html.unescape(await answer.text())
    assert answer.status == 409
    assert house.say(key, number="luật mới", text="") in page
    if "note" not in wrong:
        assert "Lý do đã gõ" in page


async def test_a_new_document_can_be_cited_after_two_people(house: House) -> None:
    author, leader = await house.visit(CURATOR), await house.visit(LEADER)
    form = fields(await author.read("/console/documents/new"))
    new = {
        **form, "number": "99/2026/NĐ-CP", "kind": "Nghị định", "title": "Về hộ tịch", "issuer": "Chính phủ",
        "issued": "2026-10-01", "since": "2026-11-01", "source": "Công báo", "note": "mới ban hành",
    }  # fmt: skip
    wrong = await author.submit("/console/documents/new", **{**new, "since": "01/11/2026"})
    assert wrong.status == 409
    assert "Về hộ tịch" in html.unescape(await wrong.text())
    await approved(leader, await sent(author, "/console/documents/new", **new))
    await read(author, "/console/documents/2026/99-2026-nd-cp")
    await approved(leader, await proposed(author, citations="99/2026/NĐ-CP | Điều 1"))
    assert house.app.knowledge.entries[KEY].citations == (Citation("99/2026/NĐ-CP", "Điều 1"),)
    again = await author.submit("/console/documents/new", **new)
    assert again.status == 409
    assert house.say("document_form.exists", number="99/2026/NĐ-CP") in html.unescape(await again.text())


async def test_the_file_itself_for_those_who_can(house: House) -> None:
    author, leader = await house.visit(CURATOR), await house.visit(LEADER)
    form = fields(await author.read(f"{LAW}/edit"))
    broken = await sent(author, f"{LAW}/edit", **{**form, "text": form["text"] + "lạ: [", "note": "x"})
    page = await read(leader, f"/console/drafts/{broken}")
    assert "lạ: [" in page, "what cannot be read is shown as it stands"
    assert house.say("console.draft.mend_first") in page
    edit = fields(await author.read(f"/console/drafts/{broken}/edit"))
    mended = form["text"].replace("title:", "title: Luật").replace("Luật ", "Luật sửa ", 1)
    await sent(author, f"/console/drafts/{broken}/edit", **{**edit, "text": mended, "note": "đã chữa"})
    await approved(leader, broken)
    assert house.app.knowledge.documents["60/2014/QH13"].title.startswith("Luật sửa")
    stale = await author.submit(f"{LAW}/edit", **{**form, "text": "một chữ", "note": "x"})
    assert stale.status == 409
    assert "một chữ" in await stale.text()


def released(base: KnowledgeBase, **changes: Any) -> KnowledgeBase:
    """A later release in which the entry is otherwise."""
    entries = [replace(entry, **changes) if entry.id == KEY else entry for entry in base.entries.values()]
    return KnowledgeBase(
        fields=base.fields.values(), departments=base.departments.values(), documents=base.documents.values(),
        entries=entries, abbreviations=base.abbreviations, scope=base.scope,
    )  # fmt: skip


async def upgraded(house: House, release: KnowledgeBase) -> None:
    """The same program with the content of a later release."""
    old = house.app.library
    new = Library(house.app.database, release, house.app.settings.data_dir)
    await new.refresh()
    old.release, old.current, old.problems, old._published = release, new.current, new.problems, new._published


@pytest.mark.parametrize(("verb", "answer"), [("keep", "Bản của tỉnh."), ("take", "Bản phát hành mới.")])
async def test_a_conflict_is_settled_by_two_people(house: House, verb: str, answer: str) -> None:
    author, leader = await house.visit(CURATOR), await house.visit(LEADER)
    await approved(leader, await proposed(author, answer="Bản của tỉnh."))
    assert house.say("console.conflict.none") in await read(author, "/console/conflicts")
    await upgraded(house, released(house.app.knowledge.release, answer="Bản phát hành mới."))
    assert house.app.knowledge.entries[KEY].answer == "Bản của tỉnh."
    page = await read(author, "/console/conflicts")
    assert re.search(r'(?s)class="removed".*?Bản của tỉnh\.', page)
    assert re.search(r'(?s)class="added".*?Bản phát hành mới\.', page)
    form = fields(page)
    bare = await author.submit(f"/console/conflicts/{verb}", **{**form, "note": " "})
    assert bare.status == 409
    number = await sent(author, f"/console/conflicts/{verb}", **{**form, "note": "đã đọc cả hai"})
    assert f'"/console/drafts/{number}"' in await author.read("/console/conflicts")
    await approved(leader, number)
    assert house.app.knowledge.entries[KEY].answer == answer
    assert house.say("console.conflict.none") in await read(author, "/console/conflicts")


async def test_what_a_release_made_faulty_is_listed_with_its_reason(house: House) -> None:
    author, leader = await house.visit(CURATOR), await house.visit(LEADER)
    await approved(leader, await proposed(author, answer="Bản của tỉnh."))
    release = house.app.knowledge.release
    documents = [document for document in release.documents.values() if document.number != "60/2014/QH13"]
    resting = {entry.id for entry in release.entries_citing("60/2014/QH13")}
    without = KnowledgeBase(
        fields=release.fields.values(), departments=release.departments.values(), documents=documents,
        entries=[entry for entry in release.entries.values() if entry.id not in resting],
        abbreviations=release.abbreviations, scope=release.scope,
    )  # fmt: skip
    await upgraded(house, without)
    assert KEY not in house.app.knowledge.entries
    page = await read(author, "/console/conflicts")
    assert house.say("console.conflict.faulty") in page
    assert house.say("check.document_unknown", number="60/2014/QH13") in page
    form = fields(await author.read(f"{PAGE}/edit"))
    assert form["answer"] == "Bản của tỉnh.", "it can be mended where it was left"


async def test_forged_conflicts_are_refused(house: House) -> None:
    browser = await house.visit(CURATOR)
    for verb in ("keep", "take"):
        for name in ("", "entries/x/y.md", "../../etc/passwd", "fields.yaml"):
            answer = await browser.submit(f"/console/conflicts/{verb}", name=name, note="x")
            assert answer.status == 409
