"""The fake town: its people, its plan's caps, its control API and its terminal."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import unused_port

from tests.support.fake_zalo_bot import FakeZaloBot
from tests.support.fake_zalo_bot.play import HELP, Play

Answer = dict[str, Any]


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot(idle=0.05) as fake:
        yield fake


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def send(http: aiohttp.ClientSession, fake: FakeZaloBot, chat_id: str, text: str) -> int:
    body = {"chat_id": chat_id, "text": text}
    async with http.post(f"{fake.url}/bot{fake.token}/sendMessage", json=body) as response:
        return response.status


async def control(http: aiohttp.ClientSession, fake: FakeZaloBot, path: str, body: Answer | None = None) -> Answer:
    verb = "GET" if body is None else "POST"
    async with http.request(verb, f"{fake.url}/control/{path}", json=body) as response:
        return {"status": response.status} | (await response.json() if response.status == 200 else {})


async def test_expects_waits_and_goes_on_after_what_it_found(http: aiohttp.ClientSession, fake: FakeZaloBot) -> None:
    lan = fake.user("lan", "Lan")
    await lan.says("Xin chào")
    waiting = asyncio.create_task(lan.expects(lambda message: message.text.endswith("hai")))
    for text in ("Câu một", "Câu hai", "Câu ba"):
        await send(http, fake, "lan", text)
    assert (await waiting).text == "Câu hai"
    assert (await lan.expects("Câu")).text == "Câu ba"
    with pytest.raises(AssertionError, match=r"Lan waited for 'Câu' and got \[\]"):
        await lan.expects("Câu", timeout=0.01)


async def test_who_never_wrote_or_blocked_is_not_reached(http: aiohttp.ClientSession, fake: FakeZaloBot) -> None:
    lan = fake.user("lan")
    assert await send(http, fake, "lan", "Chào") == 404
    await lan.says("Xin chào")
    assert await send(http, fake, "lan", "Chào") == 200
    lan.blocks()
    assert await send(http, fake, "lan", "Chào") == 404
    lan.unblocks()
    assert await send(http, fake, "lan", "Chào") == 200
    fake.settings.unknown_chat = 400
    assert await send(http, fake, "minh", "Chào") == 400
    assert len(lan.inbox) == 2


async def test_groups_let_through_mentions_and_replies(http: aiohttp.ClientSession, fake: FakeZaloBot) -> None:
    group, lan = fake.group("zgr-1", "Tổ"), fake.user("lan")
    await lan.says("chuyện riêng", to=group)
    assert not fake.updates.waiting
    await send(http, fake, "zgr-1", "Có việc mới")
    await lan.says("để tôi", to=group, reply_to=group.inbox[0])
    await lan.says("@BOT THỦ TỤC việc của tôi", to=group)
    assert [u["message"]["text"] for u in fake.updates.waiting] == ["để tôi", "@BOT THỦ TỤC việc của tôi"]
    assert fake.updates.waiting[0]["message"]["reply_to"] == {"message_id": group.inbox[0].message_id}


async def test_user_cap(http: aiohttp.ClientSession, fake: FakeZaloBot) -> None:
    fake.settings.user_cap = 2
    for name in ("lan", "minh", "hoa"):
        await fake.user(name).says("Xin chào")
    assert [await send(http, fake, name, "Chào") for name in ("lan", "minh", "lan", "hoa")] == [200, 200, 200, 429]


async def test_group_cap(http: aiohttp.ClientSession, fake: FakeZaloBot) -> None:
    for number in range(4):
        fake.group(f"zgr-{number}")
    assert [await send(http, fake, f"zgr-{n}", "Chào") for n in range(4)] == [200, 200, 200, 429]


async def test_the_months_cap_ends_with_the_month(http: aiohttp.ClientSession, fake: FakeZaloBot) -> None:
    assert fake.settings.monthly_cap == 3000
    fake.settings.monthly_cap = 2
    await fake.user("lan").says("Xin chào")
    assert [await send(http, fake, "lan", "Chào") for _ in range(3)] == [200, 200, 429]
    fake.advance(days=32)
    assert await send(http, fake, "lan", "Chào") == 200


async def test_unsupported_without_a_message(fake: FakeZaloBot) -> None:
    await fake.user("lan").sends_file()
    fake.settings.unsupported_message = False
    await fake.user("lan").sends_file()
    assert [sorted(update) for update in fake.updates.waiting] == [["event_name", "message"], ["event_name"]]


async def test_control(http: aiohttp.ClientSession, fake: FakeZaloBot) -> None:
    said = await control(http, fake, "users/lan/says", {"text": "Xin chào", "name": "Lan"})
    assert fake.updates.waiting[0]["message"]["message_id"] == said["message_id"]
    for what in ("image", "voice", "sticker", "file"):
        assert (await control(http, fake, "users/lan/sends", {"what": what}))["status"] == 200
    assert [u["event_name"].split(".")[1] for u in fake.updates.waiting] == [
        "text", "image", "voice", "sticker", "unsupported",
    ]  # fmt: skip
    await control(http, fake, "groups/zgr-1", {"name": "Tổ"})
    await control(http, fake, "users/lan/says", {"text": "@bot.thutuc ơi", "group": "zgr-1"})
    assert fake.updates.waiting[-1]["message"]["chat"]["id"] == "zgr-1"

    waiting = asyncio.create_task(control(http, fake, "wait?chat=lan&count=2"))
    await send(http, fake, "lan", "một")
    await send(http, fake, "lan", "hai")
    assert [m["text"] for m in (await waiting)["messages"]] == ["một", "hai"]
    assert (await control(http, fake, "wait?chat=lan&count=9&timeout=0.01"))["status"] == 408
    assert len((await control(http, fake, "outbox"))["messages"]) == 2
    assert (await control(http, fake, "outbox?chat=minh"))["messages"] == []

    await control(http, fake, "faults", {"method": "sendMessage", "faults": [429]})
    assert await send(http, fake, "lan", "ba") == 429
    await control(http, fake, "users/lan/blocks", {"blocked": True})
    assert await send(http, fake, "lan", "ba") == 404


async def test_control_of_settings_clock_and_reset(http: aiohttp.ClientSession, fake: FakeZaloBot) -> None:
    await fake.user("lan").says("Xin chào")
    answer = await control(http, fake, "settings", {"payload_mode": "wrapped", "monthly_cap": 1})
    assert answer["settings"]["payload_mode"] == "wrapped"
    assert (await control(http, fake, "settings", {"colour": "blue"}))["status"] == 400
    assert (await control(http, fake, "settings"))["settings"]["monthly_cap"] == 1
    assert [await send(http, fake, "lan", "Chào") for _ in range(2)] == [200, 429]
    await control(http, fake, "clock", {"days": 32})
    assert await send(http, fake, "lan", "Chào") == 200
    await control(http, fake, "reset", {})
    assert not fake.chats
    assert not fake.updates.waiting
    assert await send(http, fake, "lan", "Chào") == 404


async def test_one_person_plays_the_town(http: aiohttp.ClientSession, fake: FakeZaloBot) -> None:
    shown: list[str] = []
    game = Play(fake, shown.append)
    for line in ("nobody yet", "Lan: Xin chào", "còn nữa: gấp lắm", "Lan @Team: @Bot Thủ Tục việc", "/image Lan", ""):
        assert await game.line(line)
    assert [u["message"].get("text", "photo") for u in fake.updates.waiting] == [
        "Xin chào", "còn nữa: gấp lắm", "@Bot Thủ Tục việc", "photo",
    ]  # fmt: skip
    await send(http, fake, "user-Lan", "Chào chị\nLan")
    game.news()
    game.news()
    await game.line("/block Lan")
    await game.line("/who")
    await game.line("/dance Lan")
    assert shown == [HELP, "→ Lan: Chào chị\n    Lan", "Lan, Team", HELP]
    assert fake.user("user-Lan").blocked
    assert not await game.line("/quit")


async def test_it_runs_by_hand(http: aiohttp.ClientSession) -> None:
    port = unused_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.fake_zalo_bot", "--port", str(port), "--play",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    first = (await process.stdout.readline()).decode()
    assert first.startswith(f"API root http://127.0.0.1:{port}  token ")
    process.stdin.write("Lan: Xin chào\n".encode())
    async with http.get(f"http://127.0.0.1:{port}/bot{first.split()[-1]}/getUpdates?timeout=30") as response:
        assert (await response.json())["result"]["message"]["text"] == "Xin chào"
    process.stdin.write(b"/quit\n")
    await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0
