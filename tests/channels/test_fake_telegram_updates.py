"""The fake's updates: valid for other eyes, by polling and by webhook."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramConflictError,
)
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Update, User
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.support.fake_telegram import FakeTelegram
from tests.support.fake_telegram.webhook import SECRET_HEADER

Peer = tuple[FakeTelegram, Bot]
TAKE = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Nhận việc", callback_data="take:12")]])


def client(fake: FakeTelegram, token: str = "") -> Bot:
    session = AiohttpSession(api=TelegramAPIServer.from_base(fake.url))
    return Bot(token or fake.token, session=session, default=DefaultBotProperties(parse_mode="HTML"))


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with FakeTelegram() as fake:
        bot = client(fake)
        yield fake, bot
        await bot.session.close()


async def test_every_update_is_valid_for_other_eyes(peer: Peer) -> None:
    fake, bot = peer
    lan, group = fake.user(5001, "Lan", "Nguyễn Thị"), fake.group(-1001, "Tổ Tư pháp")
    await bot.send_message(5001, "Phiếu", reply_markup=TAKE)
    await lan.says("/start MA-7Q2K")
    await lan.says("@XongViecThuBot chào", reply_to=lan.last_message_id)
    await lan.edits("sửa")
    await lan.sends_photo(b"JPEG" * 10, "ảnh")
    await lan.sends_document("a.pdf", b"PDF")
    await lan.says("chào cả tổ", group=group)
    lan.presses("take:12")
    lan.blocks()
    lan.unblocks()
    group.kicks_the_bot(lan)
    kinds = []
    for raw in fake.updates.waiting.values():
        update = Update.model_validate(raw)
        kinds.append(update.event_type)
        assert not unknown_fields(update), raw
    assert kinds.count("message") == 5
    assert set(kinds) == {"message", "edited_message", "callback_query", "my_chat_member"}


def unknown_fields(model: Any) -> set[str]:
    """Fields that aiogram's types do not know, at any depth."""
    found = set(model.model_extra or {})
    for name in type(model).model_fields:
        value = getattr(model, name)
        for each in value if isinstance(value, list) else [value]:
            if hasattr(type(each), "model_fields"):
                found |= unknown_fields(each)
    return found


def test_the_check_for_unknown_fields_can_fail() -> None:
    assert unknown_fields(User.model_validate({"id": 1, "is_bot": False, "first_name": "L", "odd": 1})) == {"odd"}


async def test_polling_confirms_by_offset(peer: Peer) -> None:
    fake, bot = peer
    lan = fake.user(5001, "Lan")
    first, second = await lan.says("một"), await lan.says("hai")
    assert [u.update_id for u in await bot.get_updates(limit=1)] == [first]
    assert [u.update_id for u in await bot.get_updates()] == [first, second]
    assert [u.update_id for u in await bot.get_updates(offset=second)] == [second]
    assert [u.update_id for u in await bot.get_updates()] == [second]
    assert await bot.get_updates(offset=second + 1) == []


async def test_long_poll_answers_when_something_comes(peer: Peer) -> None:
    fake, bot = peer
    lan = fake.user(5001, "Lan")
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    while not fake.calls.get("getupdates"):
        await asyncio.sleep(0)
    await lan.says("một")
    assert len(await asyncio.wait_for(poll, 2)) == 1


async def test_allowed_updates_stick(peer: Peer) -> None:
    fake, bot = peer
    await bot.get_updates(allowed_updates=["callback_query"])
    assert await fake.user(5001, "Lan").says("không ai nghe") == 0
    assert await bot.get_updates() == []


async def test_conflicts(peer: Peer) -> None:
    fake, bot = peer
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    while not fake.calls.get("getupdates"):
        await asyncio.sleep(0)
    await asyncio.sleep(0.05)
    assert await bot.get_updates() == []
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates"):
        await poll
    await bot.set_webhook("http://127.0.0.1:9/hook", secret_token="bi-mat", max_connections=7)
    with pytest.raises(TelegramConflictError, match="webhook is active"):
        await bot.get_updates()
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections, info.pending_update_count) == ("http://127.0.0.1:9/hook", 7, 0)
    await fake.user(5001, "Lan").says("không ai ở đó")
    while not fake.webhook.failed:
        await asyncio.sleep(0.01)
    info = await bot.get_webhook_info()
    assert info.pending_update_count == 1
    assert info.last_error_message
    await bot.delete_webhook()
    assert len(await bot.get_updates()) == 1


async def test_webhook_keeps_order_within_a_chat_and_serves_chats_at_once() -> None:
    got: list[tuple[int, str, str]] = []
    at_once, most, failed = 0, 0, False

    async def hook(request: web.Request) -> web.Response:
        nonlocal at_once, most, failed
        at_once += 1
        most = max(most, at_once)
        message = (await request.json())["message"]
        await asyncio.sleep(0.01)
        at_once -= 1
        if message["text"] == "5001 câu 1" and not failed:
            failed = True
            return web.Response(status=500)
        got.append((message["chat"]["id"], message["text"], request.headers[SECRET_HEADER]))
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", hook)
    async with FakeTelegram() as fake, client(fake) as bot, TestServer(app) as server:
        await bot.set_webhook(str(server.make_url("/hook")), secret_token="bi-mat", max_connections=2)
        people = [fake.user(number, "Người") for number in (5001, 5002, 5003)]
        for number in range(4):
            for person in people:
                await person.says(f"{person.id} câu {number}")
        async with asyncio.timeout(5):
            while len(got) < 12:
                await asyncio.sleep(0.01)
        assert fake.webhook.failed == 1
    for person in people:
        texts = [text for chat, text, _ in got if chat == person.id]
        assert texts == [f"{person.id} câu {number}" for number in range(4)]
    assert most == 2
    assert {secret for _, _, secret in got} == {"bi-mat"}


async def test_delayed_updates_come_later(peer: Peer) -> None:
    fake, bot = peer
    fake.faults.delay = 0.1
    await fake.user(5001, "Lan").says("chậm")
    assert await bot.get_updates() == []
    assert len(await bot.get_updates(timeout=5)) == 1
