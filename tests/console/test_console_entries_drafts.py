"""Proposals at the console: shown with faults, twins and differences, decided by another person, at work at once."""

from __future__ import annotations

import asyncio
import html
import re
from datetime import timedelta
from typing import Any

import pytest

import knowledge
from knowledge import KnowledgeBase
from tests.console.curating import (
    COLLEAGUE,
    CURATOR,
    KEY,
    LEADER,
    OFFICER,
    PAGE,
    SPECIALIST,
    approved,
    decided,
    fields,
    proposed,
    read,
    sent,
)
from tests.knowledge.conftest import SMALL

House = Any


@pytest.fixture(scope="session")
def knowledge_base() -> KnowledgeBase:
    return knowledge.load(SMALL)


@pytest.fixture(autouse=True)
def later(house: House) -> None:
    """A day after the content was checked."""
    house.clock.now += timedelta(days=7)


async def test_approved_by_another_it_is_answered_with_at_once(house: House) -> None:
    author, leader = await house.visit(CURATOR), await house.visit(LEADER)
    number = await proposed(author, "vì luật mới", answer="Nộp trong 15 ngày.")
    page = await read(author, f"/console/drafts/{number}")
    assert house.say("draft.own") in page
    assert f"/console/drafts/{number}/approve" not in page
    refused = await decided(author, number, "approve")
    assert refused.status == 409
    assert house.say("draft.own") in html.unescape(await refused.text())
    assert house.app.knowledge.entries[KEY].answer != "Nộp trong 15 ngày."

    page = await read(leader, f"/console/drafts/{number}")
    assert "vì luật mới" in page
    assert "Nộp trong 15 ngày." in page
    await approved(leader, number)
    assert house.app.knowledge.entries[KEY].answer == "Nộp trong 15 ngày."
    page = await read(leader, f"/console/drafts/{number}?done=approve")
    assert house.say("console.draft.done.approve") in page
    assert LEADER in page
    assert f"/console/drafts/{number}/approve" not in page


async def test_each_sees_their_own_and_those_who_decide_see_all(house: House) -> None:
    specialist, colleague = await house.visit(SPECIALIST), await house.visit(COLLEAGUE)
    number = await proposed(specialist, answer="Một.")
    for path in (f"/console/drafts/{number}", f"/console/drafts/{number}/edit"):
        await specialist.read(path)
        assert await colleague.read(path, 404) == await colleague.read(path.replace(str(number), "777"), 404)
    assert f'"/console/drafts/{number}"' in await specialist.read("/console/drafts")
    assert f'"/console/drafts/{number}"' not in await colleague.read("/console/drafts")
    assert f'"/console/drafts/{number}"' in await (await house.visit(CURATOR)).read("/console/drafts")
    await (await house.visit(OFFICER)).read(f"/console/drafts/{number}", 403)
    for verb in ("approve", "reject", "withdraw"):
        answer = await colleague.submit(f"/console/drafts/{number}/{verb}", version="1", reason="x")
        assert answer.status == 404
    page = await specialist.read(f"/console/drafts/{number}")
    assert "/approve" not in page
    assert "/reject" not in page
    answer = await decided(specialist, number, "approve")
    assert answer.status == 409
    assert house.say("permission.curate") in html.unescape(await answer.text())


async def test_faults_are_told_in_vietnamese_beside_their_box(house: House) -> None:
    browser = await house.visit(SPECIALIST)
    wrong = {
        "asked_as": "một câu\nđăng ký kết hôn ở đâu\n0912345678", "answer": "**đậm** " + "a" * 700,
        "citations": "60/2014/QH13 | Điều 33\n999/2030/NĐ-CP", "procedure": "12", "section-2": "xem [ở đây](http://x)",
    }  # fmt: skip
    number = await proposed(browser, **wrong)
    page = await read(browser, f"/console/drafts/{number}/edit")
    boxes = {
        box: part for box, part in re.findall(r'(?s)<div class="box wrong">.*?for="([\w-]+)".*?(<ul.*?</ul>)', page)
    }
    assert set(boxes) == {"asked_as", "answer", "citations", "procedure", "section-2"}
    say = house.say
    assert say("console.kb.line", number=3) in boxes["asked_as"]
    assert say("check.private", found="0912345678") in boxes["asked_as"]
    assert say("check.document_unknown", number="999/2030/NĐ-CP") in boxes["citations"]
    assert say("console.kb.line", number=2) in boxes["citations"]
    assert say("check.procedure_code", code="12") in boxes["procedure"]
    assert say("check.markup") in boxes["section-2"]
    assert not re.search(r"\b(must|write|there is no)\b", "".join(boxes.values()))
    leader = await house.visit(LEADER)
    page = await read(leader, f"/console/drafts/{number}")
    assert say("check.private", found="0912345678") in page
    assert say("console.draft.mend_first") in page
    answer = await leader.submit(f"/console/drafts/{number}/approve", version="1")
    assert answer.status == 409
    assert "draft.faulty" not in await answer.text()
    assert house.app.knowledge.entries[KEY].procedure != "12"


async def test_a_twin_is_shown_side_by_side(house: House) -> None:
    browser = await house.visit(SPECIALIST)
    there = house.app.knowledge.entries[KEY]
    form = fields(await browser.read("/console/entries/new"))
    new = {
        **form, "title": "Báo tử cho người thân", "field": there.field, "answer": "Câu trả lời khác.",
        "asked_as": "\n".join(there.asked_as[:4]), "citations": "60/2014/QH13", "note": "x",
    }  # fmt: skip
    number = await sent(browser, "/console/entries/new", **new)
    page = await read(browser, f"/console/drafts/{number}")
    assert house.say("console.draft.twins") in page
    assert house.say("console.draft.answered_by_twin", count=4) in page
    twin = page[page.index("twin") :]
    assert f'"{PAGE}"' in twin
    assert there.answer in twin
    assert house.say("check.phrasing_elsewhere", phrasing=there.asked_as[0], owner=there.title) in page
    assert house.say("console.draft.twins") not in await read(
        browser, f"/console/drafts/{await proposed(browser, answer='Một.')}"
    )


async def test_a_rejection_reaches_the_author_in_the_chat(house: House) -> None:
    specialist, curator = await house.visit(SPECIALIST), await house.visit(CURATOR)
    number = await proposed(specialist, answer="Một.")
    bare = await decided(curator, number, "reject", reason=" ")
    assert bare.status == 409
    assert house.say("draft.reason_missing") in html.unescape(await bare.text())
    assert (await decided(curator, number, "reject", reason="Thiếu <căn cứ>")).status == 303
    async with asyncio.timeout(5):
        while not any("Thiếu <căn cứ>" in line for line in await specialist.chat()):
            await asyncio.sleep(0.02)
    page = await read(specialist, f"/console/drafts/{number}")
    assert "Thiếu <căn cứ>" in page
    assert f"/console/drafts/{number}/edit" not in page
    late = await specialist.submit(
        f"/console/drafts/{number}/edit",
        **{**fields(await specialist.read(f"{PAGE}/edit")), "note": "x", "version": "2"},
    )
    assert late.status == 409
    assert house.say("draft.decided", status="draft_status.rejected") in html.unescape(await late.text())


async def test_withdrawn_it_waits_no_more(house: House) -> None:
    specialist = await house.visit(SPECIALIST)
    number = await proposed(specialist, answer="Một.")
    assert (await decided(specialist, number, "withdraw")).status == 303
    async with house.app.database.reading() as tx:
        assert await tx.drafts.waiting() == []


async def test_who_edits_a_proposal_may_no_longer_approve_it(house: House) -> None:
    specialist, curator, leader = [await house.visit(name) for name in (SPECIALIST, CURATOR, LEADER)]
    number = await proposed(specialist, answer="Một.")
    form = fields(await curator.read(f"/console/drafts/{number}/edit"))
    await sent(curator, f"/console/drafts/{number}/edit", **{**form, "answer": "Hai.", "note": "rõ hơn"})
    page = await read(curator, f"/console/drafts/{number}")
    assert house.say("draft.own") in page
    assert (await decided(curator, number, "approve")).status == 409
    await approved(leader, number)
    assert house.app.knowledge.entries[KEY].answer == "Hai."


async def test_what_changed_since_it_was_shown_is_not_decided(house: House) -> None:
    specialist, curator, leader = [await house.visit(name) for name in (SPECIALIST, CURATOR, LEADER)]
    number = await proposed(specialist, answer="Một.")
    old = fields(await specialist.read(f"/console/drafts/{number}/edit"))
    await sent(curator, f"/console/drafts/{number}/edit", **{**old, "answer": "Hai.", "note": "x"})
    for browser, verb in ((leader, "approve"), (leader, "reject"), (specialist, "withdraw")):
        answer = await browser.submit(f"/console/drafts/{number}/{verb}", version="1", reason="lý do đã gõ")
        page = html.unescape(await answer.text())
        assert answer.status == 409
        assert house.say("console.draft.stale") in page
    answer = await specialist.submit(f"/console/drafts/{number}/edit", **{**old, "answer": "Ba.", "note": "x"})
    assert answer.status == 409
    assert "Ba." in await answer.text()
    assert house.app.knowledge.entries[KEY].answer not in ("Một.", "Hai.", "Ba.")


async def test_the_second_on_one_entry_is_told_and_can_be_saved_again(house: House) -> None:
    specialist, curator, leader = [await house.visit(name) for name in (SPECIALIST, CURATOR, LEADER)]
    first, second = await proposed(curator, answer="Một."), await proposed(specialist, answer="Hai.")
    assert house.say("console.kb.waiting") in await read(leader, PAGE)
    await approved(leader, first)
    page = await read(leader, f"/console/drafts/{second}")
    assert house.say("draft.moved_on") in page
    assert re.search(r'(?s)class="removed".*?Một\.', page), "the difference is to what is in use now"
    assert (await decided(leader, second, "approve")).status == 409
    form = fields(await specialist.read(f"/console/drafts/{second}/edit"))
    await sent(specialist, f"/console/drafts/{second}/edit", **{**form, "note": "đã so lại"})
    await approved(leader, second)
    assert house.app.knowledge.entries[KEY].answer == "Hai."
