"""Tickets at the console: the queue, the story, and every act with what it does for the officer in the chat."""

from __future__ import annotations

import asyncio
import html
import re
from datetime import timedelta
from typing import Any

from aiohttp import FormData

House = Any
Browser = Any

SPECIALIST, COLLEAGUE, LEADER, OFFICER = "Nguyễn Thu Hà", "Đỗ Quang Vinh", "Cao Thanh Bình", "Lò Thị Mai"
ANSWER = "Đề nghị hướng dẫn công dân nộp tờ khai tại xã.\nTrả trong ngày."


async def arrives(browser: Browser, text: str) -> str:
    """Wait until the bot has said this in the person's web chat."""
    async with asyncio.timeout(5):
        while not (found := [line for line in await browser.chat() if text in line]):
            await asyncio.sleep(0.02)
    assert len(found) == 1
    return str(found[0])


async def page_of(browser: Browser, number: int, status: int = 200) -> str:
    return html.unescape(await browser.read(f"/console/tickets/{number}", status))


async def version_of(browser: Browser, number: int) -> str:
    """The version that the ticket's forms carry."""
    found = re.search(r'name="version" value="(\d+)"', await page_of(browser, number))
    assert found is not None
    return found[1]


async def taken(house: House, name: str = SPECIALIST) -> tuple[int, Browser, str]:
    """A ticket that a specialist has taken at the console: its number, the browser, the version shown."""
    number = await house.ticket()
    browser = await house.visit(name)
    answer = await browser.submit(f"/console/tickets/{number}/take", version=await version_of(browser, number))
    assert answer.status == 303
    return number, browser, await version_of(browser, number)


async def test_take_and_answer_reach_the_officer(house: House) -> None:
    officer = await house.visit(OFFICER)
    number, browser, version = await taken(house)
    assert SPECIALIST in await arrives(officer, "đã có")
    answer = await browser.submit(f"/console/tickets/{number}/answer", version=version, text=ANSWER)
    assert (answer.status, answer.headers["Location"]) == (303, f"/console/tickets/{number}?done=answer")
    assert SPECIALIST in await arrives(officer, ANSWER)
    page = html.unescape(await browser.read(answer.headers["Location"]))
    assert house.say("console.done.answer", number=number) in page
    assert house.say("status.answered") in page
    assert await house.happened(number) == ["opened", "assigned", "answered"]


async def test_the_story_is_told_in_order_with_who_and_when(house: House) -> None:
    number, browser, version = await taken(house)
    house.clock.now += timedelta(hours=1)
    await browser.submit(f"/console/tickets/{number}/ask_back", version=version, text="Công dân sinh năm nào?")
    page = await page_of(browser, number)
    story = page[page.index(house.say("console.story")) :]
    places = [story.index(house.say(f"console.event.{what}")) for what in ("opened", "assigned", "asked_back")]
    assert places == sorted(places)
    assert f"{OFFICER}, Xã Suối Mơ · 09:00 ngày 18/11/2026" in story
    assert f"{SPECIALIST}, Sở Tư pháp · 10:00 ngày 18/11/2026" in story
    assert "Công dân sinh năm nào?" in story


async def test_ask_back_stops_the_clock_and_asks_in_the_chat(house: House) -> None:
    officer = await house.visit(OFFICER)
    number, browser, version = await taken(house)
    await browser.submit(f"/console/tickets/{number}/ask_back", version=version, text="Công dân sinh năm nào?")
    await arrives(officer, "Công dân sinh năm nào?")
    assert (await house.look(number)).status == "pending"
    assert house.say("console.urgency.paused") in await page_of(browser, number)


async def test_a_double_submit_answers_once(house: House) -> None:
    officer = await house.visit(OFFICER)
    number, browser, version = await taken(house)
    path = f"/console/tickets/{number}/answer"
    both = await asyncio.gather(*(browser.submit(path, version=version, text=ANSWER) for _ in range(2)))
    assert sorted(answer.status for answer in both) == [303, 409]
    await arrives(officer, ANSWER)
    assert (await house.happened(number)).count("answered") == 1


async def test_a_stale_form_does_nothing_and_keeps_what_was_typed(house: House) -> None:
    number, browser, version = await taken(house)
    await browser.submit(f"/console/tickets/{number}/ask_back", version=version, text="Công dân sinh năm nào?")
    answer = await browser.submit(f"/console/tickets/{number}/answer", version=version, text=ANSWER)
    page = html.unescape(await answer.text())
    assert answer.status == 409
    assert house.say("console.stale", number=number) in page
    assert ANSWER in page
    assert "answered" not in await house.happened(number)


async def test_a_form_without_its_version_does_nothing(house: House) -> None:
    number, browser, _ = await taken(house)
    assert (await browser.submit(f"/console/tickets/{number}/answer", text=ANSWER)).status == 409
    assert "answered" not in await house.happened(number)


async def test_the_second_taker_hears_who_was_faster(house: House) -> None:
    number = await house.ticket()
    first, second = await house.visit(SPECIALIST), await house.visit(COLLEAGUE)
    version = await version_of(second, number)
    assert (await first.submit(f"/console/tickets/{number}/take", version=version)).status == 303
    answer = await second.submit(f"/console/tickets/{number}/take", version=version)
    assert answer.status == 409
    assert house.say("ticket.taken", number=number, holder=SPECIALIST) in html.unescape(await answer.text())
    assert (await house.look(number)).assignee == (await house.person(SPECIALIST)).key


async def test_a_colleague_is_not_offered_the_answer_and_cannot_force_it(house: House) -> None:
    number, browser, version = await taken(house)
    assert f"/console/tickets/{number}/answer" in await page_of(browser, number)
    colleague = await house.visit(COLLEAGUE)
    page = await page_of(colleague, number)
    assert f"/console/tickets/{number}/answer" not in page
    assert f"/console/tickets/{number}/hand_over" in page
    answer = await colleague.submit(f"/console/tickets/{number}/answer", version=version, text=ANSWER)
    page = html.unescape(await answer.text())
    assert answer.status == 409
    assert house.say("permission.answer", number=number) in page
    assert ANSWER in page


async def test_the_leader_of_the_province_reads_all_and_does_nothing(house: House) -> None:
    number = await house.ticket()
    other = await house.ticket("Trợ cấp một lần tính thế nào?", department="so-noi-vu", asks="Vàng A Sùng")
    browser = await house.visit(LEADER)
    queue = html.unescape(await browser.read("/console"))
    assert "Sở Tư pháp" in queue
    assert "Sở Nội vụ" in queue
    for one in (number, other):
        assert "<form" not in await page_of(browser, one)
    assert (await browser.submit(f"/console/tickets/{number}/take", version="1")).status == 409
    assert (await house.look(number)).status == "open"


async def test_handing_over_moves_it_to_the_other_queue(house: House) -> None:
    officer = await house.visit(OFFICER)
    number, browser, version = await taken(house)
    fields = {"version": version, "department": "so-noi-vu", "text": "Thuộc chế độ cán bộ"}
    answer = await browser.submit(f"/console/tickets/{number}/hand_over", **fields)
    assert answer.headers["Location"] == f"/console?done=hand_over&ticket={number}"
    done = html.unescape(await browser.read(answer.headers["Location"]))
    assert house.say("console.done.hand_over", number=number) in done
    await page_of(browser, number, 404)
    assert "Thuộc chế độ cán bộ" in await arrives(officer, "Sở Nội vụ")
    page = await page_of(await house.visit("Phạm Hồng Nhung"), number)
    assert house.say("console.from_to", former="Sở Tư pháp", to="Sở Nội vụ") in page


async def test_a_refusal_says_the_sentence_of_the_chat(house: House) -> None:
    number, browser, version = await taken(house)
    fields = {"version": version, "department": "so-y-te", "text": "Việc của y tế"}
    answer = await browser.submit(f"/console/tickets/{number}/hand_over", **fields)
    page = html.unescape(await answer.text())
    assert answer.status == 409
    assert house.say("department.nobody", department="Sở Y tế") in page
    assert re.search(r'value="so-y-te"\s+selected', page)
    assert "Việc của y tế" in page
    assert (await house.look(number)).department == "so-tu-phap"
    bare = await browser.submit(f"/console/tickets/{number}/hand_over", version=version)
    assert bare.status == 409
    assert house.say("department.unknown", department="") in html.unescape(await bare.text())


async def test_an_answer_resting_on_dead_law_is_held_back(house: House) -> None:
    house.clock.now += timedelta(days=120)
    number, browser, version = await taken(house)
    today = house.clock.now.date()
    dead = next(d for d in house.app.knowledge.documents.values() if d.in_force.until and d.in_force.until <= today)
    text = f"Thực hiện theo {dead.number}."
    answer = await browser.submit(f"/console/tickets/{number}/answer", version=version, text=text)
    page = html.unescape(await answer.text())
    key = "answer.cites_replaced" if dead.replaced_by else "answer.cites_dead"
    assert answer.status == 409
    assert house.say(key, document=dead.number, successor=", ".join(dead.replaced_by)) in page
    assert text in page
    assert (await house.look(number)).status == "assigned"


async def test_an_empty_or_endless_answer_is_refused(house: House) -> None:
    number, browser, version = await taken(house)
    for text, key in (("  \r\n ", "ticket.text_missing"), ("a" * 8001, "question.too_long")):
        answer = await browser.submit(f"/console/tickets/{number}/answer", version=version, text=text)
        assert answer.status == 409
        assert house.say(key, limit=8000) in html.unescape(await answer.text())


async def test_the_longest_answer_goes_through_however_it_is_written(house: House) -> None:
    number, browser, version = await taken(house)
    answer = await browser.submit(f"/console/tickets/{number}/answer", version=version, text="ệ" * 8000)
    assert answer.status == 303


async def test_own_tickets_come_first_and_what_is_late_says_so(house: House) -> None:
    late = await house.ticket("Câu hỏi đã trễ", due=timedelta(hours=-1))
    soon = await house.ticket("Câu hỏi sắp trễ", due=timedelta(hours=1))
    calm = await house.ticket("Câu hỏi còn lâu", due=timedelta(days=5))
    browser = await house.visit(SPECIALIST)
    await browser.submit(f"/console/tickets/{calm}/take", version="1")
    page = html.unescape(await browser.read("/console"))
    places = [page.index(f'href="/console/tickets/{number}"') for number in (calm, late, soon)]
    assert places == sorted(places)
    assert page.index(house.say("console.urgency.overdue")) < page.index(house.say("console.urgency.soon"))
    assert page.count(house.say("console.urgency.overdue")) == 1


async def test_who_moves_to_another_department_leaves_its_tickets_behind(house: House) -> None:
    number, browser, _ = await taken(house)
    async with house.app.database.transaction() as tx:
        (await tx.people.get((await house.person(SPECIALIST)).key)).unit = "so-noi-vu"
    assert f"/console/tickets/{number}" not in await browser.read("/console")
    await page_of(browser, number, 404)


async def test_the_filter_shows_one_status(house: House) -> None:
    opened = await house.ticket("Câu hỏi chưa ai nhận")
    held = await house.ticket("Câu hỏi đã có người nhận", due=timedelta(hours=-1))
    browser = await house.visit(SPECIALIST)
    await browser.submit(f"/console/tickets/{held}/take", version="1")
    shown = {}
    for wanted in ("all", "open", "assigned", "pending", "overdue", "nonsense"):
        page = await browser.read(f"/console?status={wanted}")
        shown[wanted] = {n for n in (opened, held) if f'href="/console/tickets/{n}"' in page}
    assert shown == {
        "all": {opened, held}, "open": {opened}, "assigned": {held}, "pending": set(), "overdue": {held},
        "nonsense": {opened, held},
    }  # fmt: skip


async def test_a_ticket_is_found_by_its_number(house: House) -> None:
    browser = await house.visit(SPECIALIST)
    found = await browser.get("/console/tickets?number=12", follow=False)
    assert found.headers["Location"] == "/console/tickets/12"
    for wrong in ("", "//evil.example", "١٢", "9" * 40):
        answer = await browser.get(f"/console/tickets?number={wrong}", follow=False)
        assert answer.headers["Location"] == "/console"


async def test_what_people_write_never_becomes_markup(house: House) -> None:
    evil = "<script>alert('1')</script>\"><img src=x onerror=alert(1)>"
    number = await house.ticket(evil)
    browser = await house.visit(SPECIALIST)
    await browser.submit(f"/console/tickets/{number}/take", version="1")
    version = await version_of(browser, number)
    refused = await browser.submit(
        f"/console/tickets/{number}/hand_over", version=version, department=evil, text=f"</textarea>{evil}"
    )
    assert refused.status == 409
    await browser.submit(f"/console/tickets/{number}/answer", version=version, text=evil)
    pages = [await refused.text(), await browser.read("/console"), await browser.read(f"/console/tickets/{number}")]
    for page in pages:
        assert "<script" not in page
        assert "<img" not in page
    assert pages[2].count("&lt;script&gt;") == 2


async def test_a_photo_sent_in_the_chat_can_be_opened_from_the_console(house: House) -> None:
    officer, leader = await house.visit(OFFICER), await house.visit(LEADER)
    form = FormData({"text": "Mẫu con dấu thôn ghi như trong ảnh có đúng không, xin hỏi chuyên viên?"})
    form.add_field("file", b"\x89PNG such a seal", filename="con dấu <b>.png", content_type="image/png")
    assert (await officer.post("/chat/api/files", data=form, headers={"Origin": house.url})).status == 202
    await officer.post_json("/chat/api/messages", {"text": "gửi chuyên viên"})
    async with asyncio.timeout(10):
        while "/files/" not in (page := await (await leader.get("/console/tickets/1")).text()):
            await asyncio.sleep(0.05)
    link = re.search(r'href="(/files/[^"]+)"', page)
    assert link is not None
    assert await (await leader.get(html.unescape(link[1]))).read() == b"\x89PNG such a seal"
