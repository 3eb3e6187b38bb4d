"""Who comes into the console, what each role sees there, and what another site cannot do."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

House = Any

SPECIALIST, COLLEAGUE, ELSEWHERE = "Nguyễn Thu Hà", "Đỗ Quang Vinh", "Phạm Hồng Nhung"
LEADER, CURATOR, OPERATOR, OFFICER = "Cao Thanh Bình", "Vũ Ngọc Diệp", "Mai Xuân Trường", "Lò Thị Mai"


def words(page: str) -> str:
    """A page as it is read: entities are letters again."""
    return html.unescape(page)


@pytest.mark.parametrize("path", ["/console", "/console/", "/console/tickets/1", "/console/outbox"])
async def test_a_stranger_is_told_how_to_come_in(house: House, path: str) -> None:
    page = words(await (await house.browser()).read(path, 401))
    assert house.say("console.sign_in") in page
    assert house.say("console.sign_in_demo") in page


async def test_a_guest_of_the_web_chat_is_still_a_stranger(house: House) -> None:
    browser = await house.browser()
    await browser.get("/")
    assert (await browser.post_json("/chat/api/messages", {"text": "xin chào"})).status == 202
    await browser.read("/console", 401)


async def test_the_console_speaks_the_language_of_its_reader(house: House) -> None:
    number = await house.ticket()
    browser = await house.visit(SPECIALIST)
    async with house.app.database.transaction() as tx:
        (await tx.people.get((await house.person(SPECIALIST)).key)).language = "en"
    page = words(await browser.read(f"/console/tickets/{number}"))
    assert '<html lang="en">' in page
    assert house.app.wording.text("console.verb.take", {}, "en") in page
    assert house.say("console.verb.take") not in page


async def test_a_revoked_person_is_out_at_once(house: House) -> None:
    browser = await house.visit(SPECIALIST)
    await browser.read("/console")
    async with house.app.database.transaction() as tx:
        person = await tx.people.get((await house.person(SPECIALIST)).key)
        await tx.people.revoke(person, at=house.clock.now)
    await browser.read("/console", 401)


@pytest.mark.parametrize(
    ("name", "queue", "ticket", "outbox"),
    [
        (SPECIALIST, 200, 200, 403),
        (COLLEAGUE, 200, 200, 403),
        (ELSEWHERE, 200, 404, 403),
        (LEADER, 200, 200, 403),
        (CURATOR, 200, 403, 403),
        (OFFICER, 403, 403, 403),
    ],
)
async def test_each_role_sees_what_is_its_own(house: House, name: str, queue: int, ticket: int, outbox: int) -> None:
    number = await house.ticket()
    browser = await house.visit(name)
    page = words(await browser.read("/console", queue))
    assert ("Trích lục khai sinh" in page) == (ticket == 200)
    assert ("Trích lục khai sinh" in words(await browser.read(f"/console/tickets/{number}", ticket))) == (ticket == 200)
    await browser.read("/console/outbox", outbox)
    if queue == 403:
        assert house.say("permission.see_queue") in page


async def test_an_operator_goes_to_the_outbox_and_sees_no_ticket(house: House) -> None:
    number = await house.ticket()
    browser = await house.visit(OPERATOR)
    answer = await browser.get("/console", follow=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/console/outbox")
    await browser.read("/console/outbox")
    await browser.read(f"/console/tickets/{number}", 403)


async def test_a_ticket_of_others_looks_like_one_that_is_not_there(house: House) -> None:
    number = await house.ticket()
    browser = await house.visit(ELSEWHERE)
    hidden = await browser.read(f"/console/tickets/{number}", 404)
    missing = await browser.read("/console/tickets/777", 404)
    assert hidden.replace(str(number), "777") == missing.replace(str(number), "777")
    answer = await browser.submit(f"/console/tickets/{number}/take", version="1")
    assert answer.status == 404
    assert (await house.look(number)).status == "open"


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {}, {"Referer": "https://evil.example/console"}],
    ids=["other origin", "opaque origin", "neither", "other referer"],
)
async def test_a_form_of_another_site_does_nothing(house: House, headers: dict[str, str]) -> None:
    number = await house.ticket()
    browser = await house.visit(SPECIALIST)
    answer = await browser.submit(f"/console/tickets/{number}/take", headers, version="1")
    assert answer.status == 403
    assert house.say("web.other_site") in words(await answer.text())
    assert (await house.look(number)).status == "open"


async def test_a_referer_of_ours_is_enough(house: House) -> None:
    number = await house.ticket()
    browser = await house.visit(SPECIALIST)
    referer = {"Referer": f"{house.url}/console/tickets/{number}"}
    assert (await browser.submit(f"/console/tickets/{number}/take", referer, version="1")).status == 303


async def test_every_answer_carries_the_policy_and_no_page_needs_script(house: House) -> None:
    number = await house.ticket()
    browser = await house.visit(SPECIALIST)
    paths = (
        "/console",
        f"/console/tickets/{number}",
        "/console/outbox",
        "/console/nothing",
        "/console/static/console.css",
    )
    for path in paths:
        answer = await browser.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe-inline" not in policy
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=", await answer.text())


@pytest.mark.parametrize(
    ("path", "status"),
    [("/console/nothing", 404), ("/console/tickets/x", 404), ("/console/tickets/99999999999", 404)],
)
async def test_what_is_not_there_is_said_calmly(house: House, path: str, status: int) -> None:
    page = await (await house.visit(SPECIALIST)).read(path, status)
    assert house.say("console.not_found") in words(page)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"data": b"text=%00&version=1"}, 400),
        ({"data": "text=lời".encode()}, 400),
        ({"data": b"a=1&" * 30}, 400),
        ({"data": b"x" * 200_000}, 413),
    ],
    ids=["NUL", "not encoded", "too many fields", "too large"],
)
async def test_a_body_no_page_of_ours_sends_is_refused(house: House, more: dict[str, bytes], status: int) -> None:
    number = await house.ticket()
    browser = await house.visit(SPECIALIST)
    headers = {"Origin": house.url, "Content-Type": "application/x-www-form-urlencoded"}
    answer = await browser.post(f"/console/tickets/{number}/take", headers=headers, **more)
    assert answer.status == status
    assert (await house.look(number)).status == "open"
