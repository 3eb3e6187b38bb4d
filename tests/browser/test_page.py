"""The web chat page as people use it: in a real browser, against the whole app."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

import knowledge
from tests.browser.chromium import FOUND, Page, browser
from tests.support.stage import Stage, staged

LOOKS = (Path(__file__).parent / "looks.js").read_text("utf-8")
"""Names every text with less than 4.5:1 contrast and every target lower than 44 px."""

pytestmark = pytest.mark.skipif(not FOUND, reason="no Chromium on this machine")
loaded = cache(knowledge.load)

QUESTION = "dk khai sinh qua han can giay to gi"
MAI = "Lò Thị Mai"
JOINED = "!document.getElementById('send').disabled"
LAST_BOT = "[...document.querySelectorAll('.line.bot')].at(-1)"


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path, loaded()) as playing:
        yield playing


@pytest_asyncio.fixture
async def page(stage: Stage) -> AsyncIterator[Page]:
    """The page of a commune officer of the demo province, on a phone."""
    async with browser() as tab:
        await tab.size(390, 844, phone=True)
        await tab.open(stage.url, JOINED)
        await become(tab, stage, MAI)
        yield tab


async def become(page: Page, stage: Stage, name: str) -> None:
    await page.until("!document.getElementById('demo').hidden")
    pick = f"s => {{ s.value = '{stage.people[name].key}'; s.dispatchEvent(new Event('change')); }}"
    await page.run(f"window.before = true, ({pick})(document.getElementById('person'))")
    await page.until(f"!window.before && document.readyState === 'complete' && {JOINED}")


async def say(page: Page, words: str) -> None:
    await page.run("document.getElementById('text').focus()")
    await page.type(words)
    await page.run("document.getElementById('composer').requestSubmit()")


async def press(page: Page, label: str) -> None:
    button = f"[...document.querySelectorAll('.latest button')].find(b => b.dataset.label === '{label}')"
    await page.until(button)
    await page.run(f"{button}.click()")


async def texts(page: Page, which: str) -> list[str]:
    found: list[str] = await page.run(f"[...document.querySelectorAll('{which}')].map(n => n.innerText)")
    return found


async def offline(page: Page, off: bool) -> None:
    await page.command(
        "Network.emulateNetworkConditions", offline=off, latency=0, downloadThroughput=-1, uploadThroughput=-1
    )


async def reload(page: Page, ready: str = JOINED) -> None:
    await page.run("window.before = true, location.reload()")
    await page.until(f"!window.before && document.readyState === 'complete' && {ready}")


async def answer(page: Page, held: asyncio.Future[dict[str, Any]], status: int, body: object) -> None:
    """Answer a held request in the server's place."""
    encoded = base64.b64encode(json.dumps(body).encode()).decode()
    await page.command("Fetch.fulfillRequest", requestId=(await held)["requestId"], responseCode=status, body=encoded)


async def test_a_question_its_answer_and_a_press_survive_a_reload_and_show_once(page: Page) -> None:
    await say(page, QUESTION)
    await page.until(f"{LAST_BOT}?.querySelector('p.heading b')")
    assert "Điều 15" in (await texts(page, ".line.bot"))[-1]
    await press(page, "Gửi chuyên viên")
    await page.until("[...document.querySelectorAll('.line.bot b')].some(b => /^phiếu \\d+$/.test(b.innerText))")
    before = await texts(page, ".bubble")
    assert before[0] == QUESTION
    assert await texts(page, ".choices .pressed") == ["Gửi chuyên viên\n(đã chọn)"]

    await reload(page)
    assert await texts(page, ".bubble") == before
    assert await texts(page, ".choices .pressed") == ["Gửi chuyên viên\n(đã chọn)"]
    assert page.problems == []


async def test_a_message_written_without_network_goes_out_once_when_it_is_back(page: Page) -> None:
    await offline(page, True)
    await say(page, QUESTION)
    await page.until("document.querySelector('.mine[data-state=waiting]')")
    assert await texts(page, "#state") == ["Mất mạng"]
    await offline(page, False)
    await page.until(f"{LAST_BOT}?.querySelector('p.heading b')")
    assert await page.run("document.querySelector('.mine').dataset.state") == "sent"
    assert await page.run("Object.values(localStorage).join()") == "[]"
    assert len(await texts(page, ".line.mine")) == len(await texts(page, ".line.bot")) == 1


async def test_a_message_whose_receipt_was_lost_is_sent_again_but_handled_once(page: Page) -> None:
    async with page.paused("*/chat/api/messages") as holding:
        await say(page, QUESTION)
        await page.command("Fetch.failRequest", requestId=(await holding)["requestId"], errorReason="ConnectionReset")
    await page.until("document.querySelector('.mine[data-state=sent]')")
    history = await page.run("fetch('/chat/api/history').then(answer => answer.json())")
    assert [line["from"] for line in history] == ["me", "bot"]


async def test_a_message_left_from_before_a_reload_is_sent_and_shown_once(page: Page) -> None:
    key = f"xongviec.outbox.requester.xa-suoi-mo.{MAI}"
    item = {"id": "0" * 32, "body": {"text": QUESTION}, "shown": QUESTION, "at": datetime.now(UTC).isoformat()}
    await page.run(f"localStorage.setItem({json.dumps(key)}, {json.dumps(json.dumps([item]))})")
    await reload(page, f"{LAST_BOT}?.querySelector('p.heading b')")
    assert await texts(page, ".mine .bubble") == [QUESTION]


async def test_a_refused_message_says_why_and_can_be_changed(page: Page) -> None:
    async with page.paused("*/chat/api/messages") as holding:
        await say(page, QUESTION)
        await answer(page, holding, 413, {"error": "Tin quá lớn."})
    await page.until("document.querySelector('.mine[data-state=failed]')")
    assert "Tin quá lớn." in (await texts(page, ".mine .foot"))[0]
    await page.run("document.querySelector('.mine .foot button').click()")
    assert await page.run("document.getElementById('text').value") == QUESTION
    assert await texts(page, ".mine") == []


async def test_without_server_sent_events_the_page_asks_again_and_again(page: Page) -> None:
    await page.command("Network.setBlockedURLs", urls=["*/chat/api/events*"])
    await reload(page)
    await page.until("document.getElementById('state').dataset.state === 'online'")
    await say(page, QUESTION)
    await page.until(f"{LAST_BOT}?.querySelector('p.heading b')")


async def test_of_html_only_bold_and_web_links_are_shown_and_times_are_vietnamese(page: Page) -> None:
    evil = (
        "<img src=x onerror=window.hacked=1><script>window.hacked=1</script><b onclick=x>đậm</b>"
        '<a href="javascript:window.hacked=1">xấu</a><a href="https://a.example/">tốt</a>'
    )
    line = {"id": 1, "from": "bot", "text": "x", "html": evil, "choices": [], "files": [], "at": "2026-01-01T17:30:00Z"}
    async with page.paused("*/chat/api/history") as holding:
        await page.run("window.before = true, location.reload()")
        await answer(page, holding, 200, [line])
    await page.until(f"!window.before && {LAST_BOT}")
    inside = await page.run(f"{LAST_BOT}.querySelector('.bubble').innerHTML")
    assert "<img" not in inside
    assert "<script" not in inside
    assert "<b>đậm</b>" in inside
    assert await page.run(f"[...{LAST_BOT}.querySelectorAll('a')].map(a => a.href)") == ["https://a.example/"]
    assert await page.run("window.hacked === undefined")
    assert await texts(page, ".line.bot time") == ["00:30"]
    assert "2 tháng 1" in (await texts(page, ".day"))[0]


async def test_a_starter_question_is_asked_with_one_press(page: Page) -> None:
    shown = await texts(page, ".starters.for-officer button")
    hidden = "[...document.querySelectorAll('.starters.for-desk button')].every(b => !b.checkVisibility())"
    assert await page.run(hidden)
    assert len(shown) == 3
    await page.run("document.querySelector('.starters.for-officer button').click()")
    await page.until(f"{LAST_BOT}?.querySelector('p.heading b')")
    assert await texts(page, ".mine .bubble") == [shown[0]]
    assert await page.run("document.getElementById('welcome').hidden")


async def test_a_file_is_sent_with_what_is_written_beside_it(page: Page, tmp_path: Path) -> None:
    photo = tmp_path / "giấy chứng sinh.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    await page.run("document.getElementById('text').focus()")
    await page.type(QUESTION)
    await page.choose("document.getElementById('file')", photo)
    await page.until("document.querySelector('.mine[data-state=sent]')")
    assert (await texts(page, ".mine .bubble"))[0].splitlines()[-1] == photo.name
    assert await page.run("document.getElementById('text').value") == ""
    await page.until(LAST_BOT)
    history = await page.run("fetch('/chat/api/history').then(answer => answer.json())")
    assert [line["text"] for line in history if line["from"] == "me"] == [QUESTION]


async def test_what_a_person_types_is_never_markup(page: Page) -> None:
    await say(page, "<b>khai sinh</b> <img src=x onerror=window.hacked=1>")
    await page.until(LAST_BOT)
    assert (await texts(page, ".mine .bubble"))[0].startswith("<b>khai sinh</b> <img")
    assert await page.run("document.querySelector('.mine .bubble').querySelector('b, img') === null")


async def test_enter_sends_and_shift_enter_breaks_the_line(page: Page) -> None:
    await page.size(1280, 800)
    await reload(page)
    await page.run("document.getElementById('text').focus()")
    await page.type("một")
    await page.press("Enter", 13, shift=True)
    await page.type("hai")
    assert await page.run("document.getElementById('text').value") == "một\nhai"
    await page.press("Enter", 13)
    await page.until("document.querySelector('.mine')")
    assert (await texts(page, ".mine .bubble"))[0].split() == ["một", "hai"]


async def test_the_demo_says_that_its_people_are_invented_and_groups_them(page: Page, stage: Stage) -> None:
    await page.until("!document.getElementById('demo').hidden")
    assert "hư cấu" in (await texts(page, "#demo"))[0]
    assert await texts(page, "#me") == [f"{MAI} · Xã Suối Mơ"]
    groups = await page.run("[...document.querySelectorAll('#person optgroup')].map(g => g.label)")
    assert groups == ["Cán bộ xã", "Chuyên viên", "Lãnh đạo", "Biên tập viên", "Quản trị"]
    await become(page, stage, "Nguyễn Thu Hà")
    assert (await texts(page, "#me"))[0].startswith("Nguyễn Thu Hà · ")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everything_can_be_read_and_hit_with_a_thumb(page: Page, stage: Stage, scheme: str) -> None:
    await page.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    await say(page, QUESTION)
    await press(page, "Gửi chuyên viên")
    await page.until("document.querySelectorAll('.line.bot').length === 2")
    for width in (320, 390, 1280):
        await page.size(width, 844, phone=width < 500)
        assert await page.run("document.documentElement.scrollWidth") == width
        assert await page.run(LOOKS) == []
