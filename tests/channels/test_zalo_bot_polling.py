"""Polling the fake platform, whichever way it hands out updates."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.channels.zalo_bot import ZaloBotChannel
from bot.channels.zalo_bot_client import Pace
from handlers.turn import Kind
from tests.support.fake_zalo_bot import FakeZaloBot
from tests.support.fake_zalo_bot.host import Host

FLOOR = 0.02
SWIFT = Pace(connect=1, total=1, poll=1, floor=FLOOR)
Town = tuple[FakeZaloBot, Host]


@asynccontextmanager
async def town(pace: Pace = SWIFT, **settings: Any) -> AsyncIterator[Town]:
    async with FakeZaloBot(**settings) as fake:
        channel = ZaloBotChannel(fake.token, api_root=fake.url, mode="polling", pace=pace)
        async with Host(channel) as host:
            yield fake, host


async def passes(condition: Callable[[], bool], timeout: float = 5.0) -> None:
    async with asyncio.timeout(timeout):
        while not condition():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("updates_mode", ["consume", "replay"])
@pytest.mark.parametrize("result_mode", ["object", "array"])
async def test_each_message_comes_in_once(updates_mode: str, result_mode: str) -> None:
    async with town(updates_mode=updates_mode, result_mode=result_mode, duplicates=1) as (fake, host):
        lan, minh = fake.user("lan", "Lan"), fake.user("minh", "Minh")
        await lan.says("Câu một")
        await minh.says("Câu hai")
        await lan.says("Câu ba")
        await host.until(3)
        await host.until_offered(5)
        assert [(i.address, i.text) for i in host.incoming] == [
            ("lan", "Câu một"),
            ("minh", "Câu hai"),
            ("lan", "Câu ba"),
        ]
        assert fake.updates.most_pollers == 1


async def test_polls_ask_for_thirty_seconds() -> None:
    async with town(pace=Pace(), idle=0.01) as (fake, _):
        await passes(lambda: bool(fake.calls("getUpdates")))
        assert fake.calls("getUpdates")[0] == {"timeout": 30}


async def test_an_idle_platform_is_not_spun() -> None:
    async with town(idle=0) as (fake, host):
        began = asyncio.get_running_loop().time()
        await passes(lambda: fake.updates.polls >= 10)
        assert asyncio.get_running_loop().time() - began >= 8 * FLOOR
        await fake.user("lan").says("Còn đó không?")
        await host.until(1)


async def test_a_replaying_platform_is_asked_less_and_still_heard() -> None:
    async with town(updates_mode="replay") as (fake, host):
        await fake.user("lan").says("Câu một")
        await host.until_offered(5)
        began, before = asyncio.get_running_loop().time(), fake.updates.polls
        await passes(lambda: fake.updates.polls >= before + 3)
        assert asyncio.get_running_loop().time() - began >= 2 * 5 * FLOOR
        await fake.user("lan").says("Câu hai")
        await host.until(2)


@pytest.mark.parametrize("faults", [[500, 403], [429], ["html", "html"], ["drop"], [401]])
async def test_a_fault_is_outlived(faults: list[Any]) -> None:
    async with FakeZaloBot() as fake:
        fake.fail("getMe", *faults)
        fake.fail("getUpdates", *faults)
        channel = ZaloBotChannel(fake.token, api_root=fake.url, mode="polling", pace=SWIFT)
        async with Host(channel) as host:
            await fake.user("lan").says("Xin chào")
            await host.until(1)


async def test_an_answer_that_never_comes_is_given_up() -> None:
    async with town(pace=Pace(connect=1, total=0.1, poll=0, floor=FLOOR)) as (fake, host):
        fake.fail("getUpdates", "hang")
        await passes(lambda: "hang" not in fake.api.faults["getUpdates"])
        await fake.user("lan").says("Xin chào")
        await host.until(1)


async def test_an_older_webhook_is_removed() -> None:
    async with FakeZaloBot(allow_local=True) as fake:
        fake.updates.webhook.url = "http://127.0.0.1:9/webhooks/zalo-bot"
        channel = ZaloBotChannel(fake.token, api_root=fake.url, mode="polling", pace=SWIFT)
        async with Host(channel) as host:
            await passes(lambda: not fake.updates.webhook.url)
            await fake.user("lan").says("Xin chào")
            await host.until(1)


@pytest.mark.parametrize("mode", ["consume", "replay"])
async def test_nothing_is_lost_while_storing_fails(mode: str) -> None:
    async with town(updates_mode=mode) as (fake, host):
        host.broken = True
        await fake.user("lan").says("Câu một")
        await fake.user("lan").says("Câu hai")
        await host.until_offered(3)
        assert not host.incoming
        host.broken = False
        await host.until(2)


async def test_stopping_does_not_break_off_storing() -> None:
    async with town() as (fake, host):
        host.slowness = 0.3
        await fake.user("lan").says("Câu cuối")
        await host.until_offered(1)
    assert [i.text for i in host.incoming] == ["Câu cuối"]


async def test_stopping_ends_a_poll_under_way() -> None:
    began = asyncio.get_running_loop().time()
    async with town(pace=Pace()) as (fake, _):
        await passes(lambda: fake.updates.pollers == 1)
    assert asyncio.get_running_loop().time() - began < 3


async def test_malformed_updates_do_not_stop_it() -> None:
    async with town() as (fake, host):
        fake.tell_bot("message.text.received", {"text": "from nobody"})
        fake.updates.push({"no": "event"})
        await fake.user("lan").says("Xin chào")
        await host.until(1)


async def test_photos_and_what_cannot_be_read() -> None:
    async with town(photo_field="photo") as (fake, host):
        lan = fake.user("lan", "Lan")
        await lan.sends_image(caption="Đúng mẫu chưa?")
        await lan.sends_sticker()
        await lan.sends_file()
        image, sticker, document = await host.until(3)
        assert image.text == "Đúng mẫu chưa?"
        assert image.attachments[0].media_type == "image/png"
        assert (sticker.kind, document.kind) == (Kind.UNSUPPORTED, Kind.UNSUPPORTED)


async def test_groups_hear_only_what_is_meant_for_the_bot() -> None:
    async with town() as (fake, host):
        group, lan = fake.group("zgr-1", "Tổ Tư pháp"), fake.user("lan", "Lan")
        await lan.says("chuyện riêng", to=group)
        await lan.sends_sticker(to=group)
        await lan.says("@bot thủ tục lệ phí bản sao?", to=group)
        (asked,) = await host.until(1)
        assert (asked.text, asked.group, asked.address) == ("lệ phí bản sao?", True, "zgr-1")
        assert asked.sender == "lan"
