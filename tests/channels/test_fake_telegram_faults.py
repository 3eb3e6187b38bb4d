"""The fake's faults and its control by HTTP, as an independent client meets them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from tests.support.fake_telegram import FakeTelegram

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


async def test_ordered_faults(peer: Peer) -> None:
    fake, bot = peer
    lan = fake.user(5001, "Lan")
    fake.faults.flood(3)
    with pytest.raises(TelegramRetryAfter) as caught:
        await bot.send_message(5001, "x")
    assert caught.value.retry_after == 3
    fake.faults.flood(0)
    fake.faults.fail_next(2, 500)
    for _ in range(2):
        with pytest.raises(TelegramServerError):
            await bot.send_message(5001, "x")
    fake.faults.drop_next(1, accept=False)
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(5001, "chưa nhận")
    fake.faults.drop_next(1)
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(5001, "đã nhận")
    await bot.send_message(5001, "bình thường")
    assert [message.text for message in lan.inbox] == ["đã nhận", "bình thường"]


async def test_flood_limits_are_counted(peer: Peer) -> None:
    fake, bot = peer
    fake.limits.enabled = True
    for number in range(32):
        fake.user(number + 1, "Người")
    await bot.send_message(1, "một")
    with pytest.raises(TelegramRetryAfter) as caught:
        await bot.send_message(1, "hai ngay sau đó")
    assert caught.value.retry_after == 1
    answers = await asyncio.gather(
        *(bot.send_message(number + 1, "x") for number in range(1, 32)), return_exceptions=True
    )
    assert sum(isinstance(answer, TelegramRetryAfter) for answer in answers) == 2
    assert fake.limits.refused == 3


async def test_group_limit_counts_a_minute(peer: Peer) -> None:
    fake, bot = peer
    fake.group(-1001, "Tổ")
    fake.limits.enabled, fake.limits.per_chat = True, 100
    for _ in range(20):
        await bot.send_message(-1001, "x")
    with pytest.raises(TelegramRetryAfter) as caught:
        await bot.send_message(-1001, "x")
    assert 55 <= caught.value.retry_after <= 60


async def test_control_by_http(peer: Peer) -> None:
    fake, bot = peer
    async with aiohttp.ClientSession(fake.url) as session:

        async def control(path: str, **given: object) -> tuple[int, Any]:
            async with session.post(f"/control/{path}", json=given) as answer:
                body = await answer.json()
                return answer.status, body.get("result", body.get("error"))

        assert (await control("users", id=5001, first_name="Lan"))[0] == 200
        status, update_id = await control("users/5001/says", text="Chào")
        assert [u.update_id for u in await bot.get_updates()] == [update_id]
        waiting = asyncio.create_task(session.get("/control/users/5001/inbox", params={"wait": "2"}))
        await bot.send_message(5001, "Dạ", reply_markup=TAKE)
        (message,) = (await (await waiting).json())["result"]
        assert (message["text"], message["buttons"]) == ("Dạ", [["Nhận việc", "take:12"]])
        status, press = await control("users/5001/presses", button="Nhận việc")
        assert status == 200
        assert press in fake.presses
        assert (await control("users/5001/presses", button="Không có"))[0] == 400
        assert (await control("users/404/says", text="x"))[0] == 400
        assert (await control("faults", duplicate=True))[1]["duplicate"] is True
        assert (await control("faults", typo=True))[0] == 400
        assert (await control("faults/fail_next", times=1, status=500))[0] == 200
        with pytest.raises(TelegramServerError):
            await bot.send_message(5001, "x")
        async with session.get("/control/stats") as answer:
            assert (await answer.json())["result"]["received"] == 1
