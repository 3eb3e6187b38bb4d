"""Polling: an update is confirmed only once it is stored, and nothing ends the loop but the program's end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_client import Patience
from handlers.turn import Kind
from tests.support.fake_telegram import FakeTelegram
from tests.support.fake_telegram.host import Host

HASTY = Patience(connect=0.5, answer=1, poll=1, shortest_pause=0.02, longest_pause=0.1)
STICKER = {
    "file_id": "s",
    "file_unique_id": "u",
    "type": "regular",
    "width": 512,
    "height": 512,
    "is_animated": False,
    "is_video": False,
}
Polling = tuple[FakeTelegram, Host]


def poller(fake: FakeTelegram) -> TelegramChannel:
    return TelegramChannel(fake.token, api_root=fake.url, mode="polling", patience=HASTY)


@pytest.fixture
async def polling() -> AsyncIterator[Polling]:
    async with FakeTelegram() as fake, Host() as host:
        await host.runs(poller(fake))
        yield fake, host


async def test_whole_conversation_by_polling(polling: Polling) -> None:
    fake, host = polling
    lan, group = fake.user(5001, "Lan", "Nguyễn Thị"), fake.group(-1001, "Tổ Tư pháp")
    await lan.says("/start MA-7Q2K")
    await lan.sends_document("đơn.pdf", b"PDF", "Đơn đây ạ")
    await lan.sends_photo(b"JPEG" * 10)
    await lan.sends({"sticker": STICKER})
    await lan.says("Trưa nay ăn gì?", group=group)
    await lan.says("@XongViecThuBot hạn là bao giờ?", group=group)
    got = await host.gets(5)
    assert [(each.kind, each.text, each.group) for each in got] == [
        (Kind.TEXT, "/start MA-7Q2K", False),
        (Kind.TEXT, "Đơn đây ạ", False),
        (Kind.TEXT, "", False),
        (Kind.UNSUPPORTED, "", False),
        (Kind.TEXT, "hạn là bao giờ?", True),
    ]
    assert {each.sender_name for each in got} == {"Lan Nguyễn Thị"}
    assert [each.address for each in got] == ["5001"] * 4 + ["-1001"]


async def test_an_update_is_confirmed_only_after_it_is_stored(polling: Polling) -> None:
    fake, host = polling
    host.failures_left = 3
    await fake.user(5001, "Lan").says("đừng mất")
    await host.until(lambda: host.attempts >= 2)
    assert len(fake.updates.waiting) == 1
    await host.gets(1)
    await host.until(lambda: not fake.updates.waiting)
    assert host.attempts == 4


async def test_what_was_not_confirmed_comes_again_after_a_restart() -> None:
    async with FakeTelegram() as fake, Host() as host:
        host.failures_left = 10_000
        await host.runs(poller(fake))
        await fake.user(5001, "Lan").says("đừng mất")
        await host.until(lambda: host.attempts >= 1)
        await host.stops()
        host.failures_left = 0
        await host.runs(poller(fake))
        assert [each.text for each in await host.gets(1)] == ["đừng mất"]


async def test_one_failure_in_a_shuffled_batch_loses_nothing(polling: Polling) -> None:
    fake, host = polling
    fake.faults.reorder, fake.faults.duplicate = 4, True
    host.failures_left = 1
    lan = fake.user(5001, "Lan")
    for number in range(4):
        await lan.says(f"câu {number}")
    got = await host.gets(4)
    assert [each.text for each in got] == [f"câu {number}" for number in range(4)]
    await host.until(lambda: not fake.updates.waiting)


async def test_errors_and_lost_connections_are_ridden_out(polling: Polling, caplog: pytest.LogCaptureFixture) -> None:
    fake, host = polling
    fake.faults.fail_next(2, 500, method="getUpdates")
    fake.faults.drop_next(1, method="getUpdates", accept=False)
    await fake.user(5001, "Lan").says("vẫn tới")
    fake.faults.fail_next(1, 401, "Unauthorized", method="getUpdates")
    await host.gets(1)
    assert fake.token.partition(":")[2] not in caplog.text


async def test_an_update_that_cannot_be_read_does_not_block_the_next(polling: Polling) -> None:
    fake, host = polling
    fake.updates.add("message", {"message_id": 1, "date": "hôm qua", "chat": {"id": [], "type": 5}})
    await fake.user(5001, "Lan").says("câu sau")
    assert [each.text for each in await host.gets(1)] == ["câu sau"]


async def test_removes_a_webhook_left_over_without_losing_updates() -> None:
    async with FakeTelegram() as fake, Host() as host:
        await fake.webhook.start("http://127.0.0.1:9/", "x", 1)
        await fake.user(5001, "Lan").says("trước khi đổi")
        await host.runs(poller(fake))
        assert [each.text for each in await host.gets(1)] == ["trước khi đổi"]
        assert fake.webhook.url == ""


async def test_a_second_poller_is_reported_and_outlived(polling: Polling, caplog: pytest.LogCaptureFixture) -> None:
    fake, host = polling
    await host.until(lambda: fake.calls.get("getupdates", 0) == 1)
    async with aiohttp.ClientSession() as session:
        url = f"{fake.url}/bot{fake.token}/getUpdates"
        answer = await session.get(url, params={"timeout": "0"})
        assert answer.status == 200
    await host.until(lambda: "another program polls" in caplog.text)
    assert any(record.levelno == logging.ERROR for record in caplog.records)
    await fake.user(5001, "Lan").says("sau xung đột")
    await host.gets(1)


async def test_outage_at_the_start_is_waited_for() -> None:
    async with FakeTelegram() as fake, Host() as host:
        fake.faults.down = True
        await host.runs(poller(fake))
        await host.until(lambda: fake.calls.get("getme", 0) >= 3)
        fake.faults.down = False
        await fake.user(5001, "Lan").says("chào")
        await host.gets(1)


async def test_stops_at_once_in_the_middle_of_a_long_poll() -> None:
    async with FakeTelegram() as fake, Host() as host:
        patience = Patience(connect=1, answer=30, poll=30)
        await host.runs(TelegramChannel(fake.token, api_root=fake.url, mode="polling", patience=patience))
        await host.until(lambda: fake.calls.get("getupdates", 0) == 1)
        async with asyncio.timeout(2):
            await host.stops()


def test_pauses_grow_with_jitter_up_to_the_longest() -> None:
    pauses = Patience(shortest_pause=1, longest_pause=8).pauses()
    first = [next(pauses) for _ in range(6)]
    assert all(most / 2 <= pause <= most for pause, most in zip(first, [1, 2, 4, 8, 8, 8], strict=True))
