"""Recalls at the console: who sees who was told, drafting, the second person, and who has read it."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest

from bot.schedule import TABLE
from storage.journal import Exchange

House = Any
Browser = Any

CURATOR, LEADER, SPECIALIST, OPERATOR = "Vũ Ngọc Diệp", "Cao Thanh Bình", "Nguyễn Thu Hà", "Mai Xuân Trường"
MAI, SUNG, KHOI = "Lò Thị Mai", "Vàng A Sùng", "Trần Minh Khôi"
ENTRY = "chung-thuc/giay-uy-quyen"
NEW = f"/console/recalls/new?entry={ENTRY}"
OLD, OLDER = "0123456789abcdef", "fedcba9876543210"
WORDS = {"text": "Từ nay mang theo căn cước.", "reason": "Bài đã sửa."}


def words(page: str) -> str:
    """A page as it is read: entities are letters again."""
    return html.unescape(page)


async def is_told(house: House, name: str, *, revision: str = OLD, days: float = 1) -> None:
    """The journal says that somebody was shown the entry, some days ago, when it said something else."""
    await house.visit(name)
    person, at = await house.person(name), house.clock.now - timedelta(days=days)
    async with house.app.database.transaction() as tx:
        talk = await tx.conversations.at("web", f"demo-{person.key}")
        exchange = await tx.journal.record(
            Exchange(
                person=person.key, conversation=talk.key, question="Hỏi?", as_of=at.date(), decision="answer",
                confidence=0.9, knowledge="0", at=at,
            )
        )  # fmt: skip
        tx.journal.note(exchange.key, "shown", at=at, entry=ENTRY, revision=revision, substance=revision)


async def sent(browser: Browser, path: str, **fields: str) -> str:
    """Where a form leads to; it must have been taken."""
    answer = await browser.submit(path, **fields)
    assert answer.status == 303, words(await answer.text())
    return str(answer.headers["Location"])


async def refused(browser: Browser, path: str, **fields: str) -> str:
    """The page that shows a form again."""
    answer = await browser.submit(path, **fields)
    assert answer.status == 409
    return words(await answer.text())


def title(house: House) -> str:
    return str(house.app.knowledge.entries[ENTRY].title)


@pytest.mark.parametrize(
    ("name", "status"), [(CURATOR, 200), (LEADER, 200), (SPECIALIST, 403), (MAI, 403), (OPERATOR, 403)]
)
async def test_only_those_who_curate_see_who_was_told(house: House, name: str, status: int) -> None:
    await is_told(house, SUNG)
    browser = await house.visit(name)
    for path in ("/console/recalls", NEW):
        page = words(await browser.read(path, status))
        assert (SUNG in page) == (status == 200 and path == NEW)
    assert (await browser.submit("/console/recalls/new", entry=ENTRY, **WORDS)).status == (
        303 if status == 200 else 403
    )
    await browser.read("/console/recalls/1", status)


async def test_a_stranger_sees_nothing(house: House) -> None:
    await (await house.browser()).read("/console/recalls", 401)


async def test_the_list_names_what_changed_with_how_many_were_told(house: House) -> None:
    for name in (MAI, SUNG):
        await is_told(house, name)
    curator = await house.visit(CURATOR)
    page = words(await curator.read("/console/recalls"))
    row = page.partition(title(house))[2].partition("</tr>")[0]
    assert ">2<" in row
    assert "17/11/2026" in row
    (link,) = re.findall(r'href="(/console/recalls/new[^"]*)"', row)
    assert house.say("recalls.who_count", count=2) in words(await curator.read(link))


async def test_from_the_draft_to_who_has_read_it(house: House) -> None:
    for name in (MAI, SUNG):
        await is_told(house, name)
    curator, leader, mai = await house.visit(CURATOR), await house.visit(LEADER), await house.visit(MAI)
    page = words(await curator.read(NEW))
    assert house.say("recalls.who_count", count=2) in page
    assert [name in page for name in (MAI, "Xã Suối Mơ", SUNG, KHOI)] == [True, True, True, False]
    there = await sent(curator, "/console/recalls/new", entry=ENTRY, **WORDS)
    one = there.partition("?")[0]
    page = words(await curator.read(there))
    assert house.say("recall_done.proposed") in page
    assert house.say("recalls.own") in page
    assert f"{one}/approve" in page
    assert house.say("recalls.approve") not in page
    assert house.say("recall.own") in await refused(curator, f"{one}/approve", version="1")
    assert house.say("recalls.approve_hint", count=2) in words(await leader.read(one))
    await sent(leader, f"{one}/approve", version="1")
    for line in TABLE:
        await house.app.schedule.sweep(line)
    await house.app.settle()
    (said,) = [line for line in await mai.chat() if WORDS["text"] in line]
    assert title(house) in said
    assert "17/11/2026" in said
    key = one.rpartition("/")[2]
    assert (await mai.post_json("/chat/api/messages", {"choice": f"read-recall:{key}"})).status == 202
    await house.app.settle()
    page = words(await curator.read(one))
    assert house.say("recalls.figures", promised=2, delivered=2, read=1) in page
    assert house.say("recall_status.done") in page
    assert page.index(SUNG) < page.index(MAI), "who has not read it comes first"
    cells = re.findall(r"<td[^>]*>(\d+)</td>", words(await curator.read("/console/recalls")))
    assert cells == ["2", "2", "1"]


async def test_revisions_and_days_narrow_who_is_concerned(house: House) -> None:
    await is_told(house, MAI)
    await is_told(house, SUNG, revision=OLDER, days=9)
    curator = await house.visit(CURATOR)
    for chosen, names in {
        "": (True, True),
        f"&skip-{OLDER}=1": (True, False),
        "&since=2026-11-12": (True, False),
        "&until=2026-11-12T08:00": (False, True),
    }.items():
        page = words(await curator.read(NEW + chosen))
        assert (MAI in page, SUNG in page) == names, chosen
    page = words(await curator.read(f"{NEW}&skip-{OLDER}=1&skip-{OLD}=1"))
    assert house.say("recall.nobody") in page
    assert f"skip-{OLDER}" in page
    there = await sent(curator, "/console/recalls/new", entry=ENTRY, **{f"skip-{OLDER}": "1"}, **WORDS)
    page = words(await curator.read(there))
    assert (MAI in page, SUNG in page) == (True, False)


@pytest.mark.parametrize(
    ("chosen", "key", "facts"),
    [
        ("entry=khong/co", "recall.nobody", {}),
        ("", "recall.nobody", {}),
        ("document=99/2099/NĐ-CP", "recall.not_ended", {"document": "99/2099/NĐ-CP"}),
        (f"entry={ENTRY}&since=hôm qua", "recall.bad_day", {}),
        (f"entry={ENTRY}&until=0001-01-01T00:00", "recall.bad_day", {}),
    ],
)
async def test_what_cannot_be_recalled_is_said(house: House, chosen: str, key: str, facts: dict[str, str]) -> None:
    await is_told(house, MAI)
    page = words(await (await house.visit(CURATOR)).read(f"/console/recalls/new?{chosen}"))
    assert house.say(key, **facts) in page
    assert "<textarea" not in page


async def test_what_was_typed_is_kept_when_it_is_refused_and_never_becomes_markup(house: House) -> None:
    await is_told(house, MAI)
    curator = await house.visit(CURATOR)
    nasty = "<script>alert(1)</script>"
    answer = await curator.submit("/console/recalls/new", entry=ENTRY, text=nasty, reason=" ")
    assert answer.status == 409
    page = await answer.text()
    assert house.say("recall.words_missing") in words(page)
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    there = await sent(curator, "/console/recalls/new", entry=ENTRY, text=nasty, reason=nasty)
    assert "<script" not in await curator.read(there)


async def test_an_old_page_changes_nothing(house: House) -> None:
    await is_told(house, MAI)
    curator, leader = await house.visit(CURATOR), await house.visit(LEADER)
    one = (await sent(curator, "/console/recalls/new", entry=ENTRY, **WORDS)).partition("?")[0]
    await sent(curator, f"{one}/edit", version="1", text="Lời mới.", reason="Lý do mới.")
    for verb, typed in (("approve", {}), ("edit", {"text": "Cũ", "reason": "Cũ"}), ("reject", {"objection": "Cũ"})):
        page = await refused(leader, f"{one}/{verb}", version="1", **typed)
        assert house.say("recall.stale") in page
        assert "Lời mới." in page
        assert all(words_ in page for words_ in typed.values())
    page = words(await leader.read(await sent(leader, f"{one}/reject", version="2", objection="Chưa cần gửi.")))
    assert "Chưa cần gửi." in page
    assert house.say("recall_status.rejected") in page
    assert "/approve" not in page


async def test_another_site_can_do_nothing_in_somebodys_name(house: House) -> None:
    await is_told(house, MAI)
    curator = await house.visit(CURATOR)
    evil = {"Origin": "https://evil.example"}
    assert (await curator.submit("/console/recalls/new", evil, entry=ENTRY, **WORDS)).status == 403
    async with house.app.database.reading() as tx:
        assert await tx.recalls.latest() == []
    await curator.read("/console/recalls/77", 404)
