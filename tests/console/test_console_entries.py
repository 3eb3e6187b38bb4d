"""Entries at the console: found, read, changed by a form, with what was typed kept; and who may see what."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest

import knowledge
from knowledge import KnowledgeBase
from knowledge.check import LEAST_PHRASINGS
from tests.console.curating import (
    COLLEAGUE,
    CURATOR,
    KEY,
    LEADER,
    OFFICER,
    OPERATOR,
    PAGE,
    SPECIALIST,
    approved,
    fields,
    proposed,
    read,
    sent,
)
from tests.knowledge.conftest import SMALL

House = Any

PLACES = ("/console/entries", PAGE, f"{PAGE}/edit", "/console/entries/new", "/console/drafts")
DECIDING = (
    "/console/documents",
    "/console/documents/2014/60-2014-qh13",
    "/console/documents/new",
    "/console/conflicts",
)


@pytest.fixture(scope="session")
def knowledge_base() -> KnowledgeBase:
    return knowledge.load(SMALL)


@pytest.fixture(autouse=True)
def later(house: House) -> None:
    """A day after the content was checked."""
    house.clock.now += timedelta(days=7)


@pytest.mark.parametrize(
    ("name", "proposing", "deciding"),
    [
        (SPECIALIST, 200, 403),
        (CURATOR, 200, 200),
        (LEADER, 200, 200),
        (OPERATOR, 403, 403),
        (OFFICER, 403, 403),
        ("", 401, 401),
    ],
)
async def test_who_comes_in(house: House, name: str, proposing: int, deciding: int) -> None:
    browser = await (house.visit(name) if name else house.browser())
    for path in PLACES:
        await browser.read(path, proposing)
    for path in DECIDING:
        await browser.read(path, deciding)
    if proposing == 403:
        assert house.say("permission.propose") in await read(browser, PAGE, 403)
        assert "/console/entries" not in await browser.read("/")


async def test_the_menu_shows_what_one_may_open(house: House) -> None:
    shown = {}
    for name in (SPECIALIST, CURATOR):
        page = await (await house.visit(name)).read("/console/entries")
        shown[name] = [part for part in ("drafts", "documents", "conflicts") if f'"/console/{part}"' in page]
    assert shown == {SPECIALIST: ["drafts"], CURATOR: ["drafts", "documents", "conflicts"]}


async def test_a_curator_begins_at_the_proposals(house: House) -> None:
    answer = await (await house.visit(CURATOR)).get("/console", follow=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/console/drafts")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=lam+giay+khai+tu+can+gi", "tu-phap-ho-tich/khai-tu"),
        ("q=KHAI+T%E1%BB%AC", "tu-phap-ho-tich/khai-tu"),
        ("q=154%2F2025", "che-do-chinh-sach"),
        ("field=chung-thuc", "chung-thuc/sao-y"),
        ("mark=lapsed", "che-do-chinh-sach/luong-co-so-cu"),
        ("mark=unconfirmed&field=chung-thuc", "chung-thuc/chu-ky"),
    ],
)
async def test_entries_are_found(house: House, query: str, found: str) -> None:
    page = await (await house.visit(SPECIALIST)).read(f"/console/entries?{query}")
    links = re.findall(r'href="/console/entries/([a-z-]+/[a-z0-9-]+)"', page)
    if "154" in query:
        assert len(links) == len(house.app.knowledge.entries_citing("154/2025/NĐ-CP"))
    else:
        assert found in links
    assert len(links) < len(house.app.knowledge.entries)


async def test_nothing_found_is_said_and_odd_questions_do_no_harm(house: House) -> None:
    browser = await house.visit(SPECIALIST)
    assert house.say("console.entry.none") in await read(browser, "/console/entries?q=zzzqqq")
    for odd in ("field=nothing", "mark=nothing", "q=" + "a" * 5000, "q=%00", "q=%22%3E%3Cscript%3E"):
        page = await browser.read(f"/console/entries?{odd}")
        assert "<script" not in page
    await browser.read("/console/entries/dat-dai/khong-co", 404)
    await browser.read("/console/entries/dat-dai/khong-co/edit", 404)


async def test_marks_say_since_when_and_that_a_day_comes(house: House) -> None:
    browser = await house.visit(CURATOR)
    entry = next(
        e for e in house.app.knowledge.entries.values()
        if house.app.knowledge.validity(e, house.clock.now.date()).until and e.id != "che-do-chinh-sach/luong-co-so-cu"
    )  # fmt: skip
    until = house.app.knowledge.validity(entry, house.clock.now.date()).until
    house.clock.now += timedelta(days=(until - house.clock.now.date()).days - 30)
    page = await read(browser, "/console/entries?mark=lapses")
    assert f"{house.say('console.entry.until', day=until)}" in page
    assert entry.title in page
    house.clock.now += timedelta(days=60)
    assert entry.title in await read(browser, "/console/entries?mark=lapsed")
    page = await read(browser, f"/console/entries/{entry.id}")
    assert house.say("console.kb.not_in_force") in page
    assert "Còn hiệu lực" not in page


async def test_an_entry_is_shown_as_people_read_it(house: House) -> None:
    page = await read(await house.visit(SPECIALIST), PAGE)
    entry = house.app.knowledge.entries[KEY]
    assert f"<b>{entry.title}</b>\n\n{entry.answer}" in page
    assert house.say("answer.automatic") in page
    assert all(phrasing in page for phrasing in entry.asked_as)
    assert "Điều 33 Luật 60/2014/QH13" in page
    assert house.say("console.kb.release") in page
    assert "/console/documents" not in page, "a specialist may not open documents"
    assert '"/console/documents/2014/60-2014-qh13"' in await (await house.visit(CURATOR)).read(PAGE)


async def test_a_form_untouched_says_that_nothing_changed(house: House) -> None:
    browser = await house.visit(SPECIALIST)
    form = fields(await browser.read(f"{PAGE}/edit"))
    answer = await browser.submit(f"{PAGE}/edit", **{**form, "note": "x"})
    assert answer.status == 409
    assert house.say("draft.no_change") in html.unescape(await answer.text())


async def test_a_refused_form_keeps_every_word(house: House) -> None:
    browser = await house.visit(SPECIALIST)
    form = fields(await browser.read(f"{PAGE}/edit"))
    typed = {**form, "answer": "Chữ vừa viết <b>", "citations": "a | b | c | d", "note": "Lý do rất dài"}
    answer = await browser.submit(f"{PAGE}/edit", **typed)
    page = await answer.text()
    assert answer.status == 409
    assert house.say("entry_form.citation_line", number=1, line="a | b | c | d") in html.unescape(page)
    kept = fields(page)
    assert {name: kept[name] for name in typed} == typed
    for wrong in ({"note": " "}, {"title": ""}, {"checked": "x"}, {"field": ""}):
        answer = await browser.submit(f"{PAGE}/edit", **{**form, "note": "x", "answer": "Còn đây", **wrong})
        assert answer.status == 409
        assert "Còn đây" in await answer.text()


async def test_a_form_of_an_older_version_is_refused_and_kept(house: House) -> None:
    author, leader, late = await house.visit(CURATOR), await house.visit(LEADER), await house.visit(SPECIALIST)
    form = fields(await late.read(f"{PAGE}/edit"))
    await approved(leader, await proposed(author, answer="Bản mới."))
    answer = await late.submit(f"{PAGE}/edit", **{**form, "answer": "Viết trên bản cũ", "note": "x"})
    page = html.unescape(await answer.text())
    assert answer.status == 409
    assert house.say("console.entry.stale") in page
    assert "Viết trên bản cũ" in page
    again = await late.submit(f"{PAGE}/edit", **{**form, "answer": "Viết trên bản cũ", "note": "x"})
    assert again.status == 409, "pressing twice does not help"


async def test_something_new_from_nothing(house: House) -> None:
    browser = await house.visit(SPECIALIST)
    form = fields(await browser.read("/console/entries/new?field=dat-dai"))
    assert form["field"] == "dat-dai"
    new = {
        **form, "title": "Tách thửa đất ở", "asked_as": "tách thửa ở đâu\ntach thua", "answer": "Nộp tại xã.",
        "citations": "31/2024/QH15 | Điều 220", "note": "xã hỏi nhiều",
    }  # fmt: skip
    number = await sent(browser, "/console/entries/new", **new)
    page = await read(browser, f"/console/drafts/{number}?done=proposed")
    assert house.say("console.draft.done.proposed") in page
    assert house.say("check.phrasings_few", least=LEAST_PHRASINGS) in page
    twice = await sent(browser, "/console/entries/new", **new)
    names = [draft.name for draft in await drafts(house)]
    assert names == ["entries/dat-dai/tach-thua-dat-o.md", "entries/dat-dai/tach-thua-dat-o-2.md"]
    edit = fields(await browser.read(f"/console/drafts/{twice}/edit"))
    await sent(browser, f"/console/drafts/{twice}/edit", **{**edit, "field": "chung-thuc", "title": "Khác"})
    assert (await drafts(house))[1].name == "entries/chung-thuc/khac.md"


async def drafts(house: House) -> list[Any]:
    async with house.app.database.reading() as tx:
        found: list[Any] = await tx.drafts.waiting()
    return found


async def test_versions_are_listed_and_compared(house: House) -> None:
    author, leader = await house.visit(CURATOR), await house.visit(LEADER)
    await approved(leader, await proposed(author, "rút gọn", answer="Bản một."))
    await approved(leader, await proposed(author, "sửa lại", answer="Bản hai."))
    page = await read(author, PAGE)
    assert page.index("sửa lại") < page.index("rút gọn") < page.rindex(house.say("console.kb.release"))
    assert house.say("console.kb.by", author=CURATOR, approver=LEADER) in page
    page = await read(author, f"{PAGE}?a=release&b=1")
    removed = re.findall(r'(?s)<li class="removed">(.*?)</li>', page)
    added = re.findall(r'(?s)<li class="added">(.*?)</li>', page)
    assert (len(removed), len(added)) == (1, 1)
    assert house.app.knowledge.release.entries[KEY].answer in removed[0]
    assert "Bản một." in added[0]
    assert house.say("console.kb.added") in added[0]
    assert house.say("console.kb.no_difference") in await read(author, f"{PAGE}?a=2&b=2")
    assert '<ol class="difference"' not in await author.read(f"{PAGE}?a=99&b=x")
    assert house.say("mark.province") in await read(author, "/console/entries?mark=province")


async def test_retire_go_back_and_take_the_release_again(house: House) -> None:
    author, leader = await house.visit(CURATOR), await house.visit(LEADER)
    await approved(leader, await proposed(author, answer="Bản một."))
    await approved(leader, await sent(author, f"{PAGE}/retire", note="sai rồi"))
    assert KEY not in house.app.knowledge.entries
    page = await read(author, PAGE)
    assert house.say("mark.retired") in page
    assert f"{PAGE}/retire" not in page
    assert KEY in await author.read("/console/entries?mark=retired")
    await approved(leader, await sent(author, f"{PAGE}/roll_back", note="đúng lại", version="1"))
    assert house.app.knowledge.entries[KEY].answer == "Bản một."
    await approved(leader, await sent(author, f"{PAGE}/to_release", note="theo bản chung"))
    assert house.app.knowledge.entries[KEY] == house.app.knowledge.release.entries[KEY]
    for wrong in ("", "x", "99", "9" * 30, "٣"):
        answer = await author.submit(f"{PAGE}/roll_back", note="x", version=wrong)
        assert answer.status == 409
        assert house.say("publication.unknown") in html.unescape(await answer.text())
    bare = await author.submit(f"{PAGE}/retire", note="  ")
    assert bare.status == 409
    assert house.say("draft.note_missing") in html.unescape(await bare.text())


async def test_a_form_of_another_site_proposes_nothing(house: House) -> None:
    browser = await house.visit(CURATOR)
    form = fields(await browser.read(f"{PAGE}/edit"))
    for path in (f"{PAGE}/edit", f"{PAGE}/retire", "/console/entries/new", "/console/conflicts/keep"):
        answer = await browser.submit(path, {"Origin": "https://evil.example"}, **{**form, "note": "x"})
        assert answer.status == 403
    assert await drafts(house) == []


async def test_what_people_write_never_becomes_markup(house: House) -> None:
    evil = "<script>alert('1')</script>\"><img src=x onerror=alert(1)>"
    browser, leader = await house.visit(COLLEAGUE), await house.visit(LEADER)
    new = {
        **fields(await browser.read("/console/entries/new")), "title": evil, "field": "dat-dai", "asked_as": evil,
        "answer": evil, "section-1": f"</textarea>{evil}", "citations": evil, "note": evil, "procedure": evil,
    }  # fmt: skip
    number = await sent(browser, "/console/entries/new", **new)
    pages = [
        await leader.read(path)
        for path in ("/console/drafts", f"/console/drafts/{number}", f"/console/drafts/{number}/edit")
    ]
    refused = await browser.submit("/console/entries/new", **{**new, "checked": evil})
    for page in [*pages, await refused.text()]:
        assert "<script" not in page
        assert "<img" not in page
    assert "&lt;script&gt;" in pages[1]


async def test_every_page_carries_the_policy_and_needs_no_script(house: House) -> None:
    curator = await house.visit(CURATOR)
    number = await proposed(curator, answer="Bản một.")
    raw = "/console/documents/2014/60-2014-qh13/edit"
    for path in (*PLACES, *DECIDING, raw, f"{PAGE}?a=release&b=release", f"/console/drafts/{number}"):
        answer = await curator.get(path)
        assert answer.status == 200
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=", await answer.text())
