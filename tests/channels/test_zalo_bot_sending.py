"""Sending through the fake platform: what arrives, and what each way of failing means."""

from __future__ import annotations

import logging
import socket
import unicodedata
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port

from bot.channels import Button, Outgoing, Rejected, TryAgain, Uncertain, Unreachable
from bot.channels.zalo_bot import ZaloBotChannel
from bot.channels.zalo_bot_client import ApiError, Pace
from bot.wording.rich import Span, rich
from tests.support.fake_zalo_bot import FakeZaloBot, User

SWIFT = Pace(connect=1, total=0.3, poll=1, floor=0.01)


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot() as fake:
        yield fake


@pytest.fixture
async def lan(fake: FakeZaloBot) -> User:
    lan = fake.user("6ede9afa66b88fe6d6a9", "Nguyễn Thị Lan")
    await lan.says("Xin chào")
    return lan


@pytest.fixture
async def channel(fake: FakeZaloBot) -> AsyncIterator[ZaloBotChannel]:
    channel = ZaloBotChannel(fake.token, api_root=fake.url, mode="polling", pace=SWIFT)
    yield channel
    await channel._client.close()


def words(text: str) -> Outgoing:
    return Outgoing(rich(text), once="once-1")


async def test_words_arrive_plain_and_composed(channel: ZaloBotChannel, lan: User) -> None:
    message = Outgoing(
        (Span(unicodedata.normalize("NFD", "Lệ phí"), bold=True), Span(" xem đây", link="https://a.vn/")),
        once="once-1",
        buttons=(Button("yes", "Có"),),
    )
    sent = await channel.send(lan.id, message)
    received = await lan.expects("Lệ phí")
    assert received.text == unicodedata.normalize("NFC", "Lệ phí xem đây (https://a.vn/)")
    assert received.message_id == sent
    assert set(lan.fake.calls("sendMessage")[0]) == {"chat_id", "text"}


async def test_groups_are_written_to(channel: ZaloBotChannel, fake: FakeZaloBot) -> None:
    group = fake.group("zgr-1", "Tổ Tư pháp")
    await channel.send("zgr-1", Outgoing(rich("Có việc mới"), once="once-1", group=True))
    await group.expects("việc mới")


@pytest.mark.parametrize(
    ("fault", "error", "after", "whole"),
    [
        (401, TryAgain, timedelta(minutes=5), True),
        (403, TryAgain, None, False),
        (408, TryAgain, None, False),
        (429, TryAgain, None, False),
        (500, TryAgain, None, False),
        (503, TryAgain, None, False),
        ("html", TryAgain, None, False),
    ],
)
async def test_what_can_be_tried_again(
    channel: ZaloBotChannel, lan: User, fault: Any, error: type[TryAgain], after: timedelta | None, whole: bool
) -> None:
    lan.fake.fail("sendMessage", fault)
    with pytest.raises(error) as caught:
        await channel.send(lan.id, words("Chào chị"))
    assert (caught.value.after, caught.value.whole_channel) == (after, whole)
    assert not lan.inbox
    await channel.send(lan.id, words("Chào chị"))
    assert len(lan.inbox) == 1


@pytest.mark.parametrize("fault", ["hang", "hang after", "drop", "drop after"])
async def test_silence_is_uncertain(channel: ZaloBotChannel, lan: User, fault: Any) -> None:
    lan.fake.fail("sendMessage", fault)
    with pytest.raises(Uncertain):
        await channel.send(lan.id, words("Chào chị"))
    assert len(lan.inbox) == ("after" in fault)


@pytest.mark.parametrize("code", [400, 404])
async def test_a_chat_that_is_gone(channel: ZaloBotChannel, lan: User, code: Any) -> None:
    lan.fake.settings.unknown_chat = code
    with pytest.raises(Unreachable):
        await channel.send("nobody", words("Chào"))
    lan.blocks()
    with pytest.raises(Unreachable):
        await channel.send(lan.id, words("Chào"))


@pytest.mark.parametrize("text", ["", "x" * 2001])
async def test_what_is_never_taken(channel: ZaloBotChannel, lan: User, text: str) -> None:
    with pytest.raises(Rejected):
        await channel.send(lan.id, words(text))


async def test_other_refusals_are_ours_to_mend(channel: ZaloBotChannel, lan: User) -> None:
    lan.fake.fail("sendMessage", 400, 418)
    for _ in range(2):
        with pytest.raises(Rejected):
            await channel.send(lan.id, words("Chào"))


async def test_nobody_listens() -> None:
    channel = ZaloBotChannel("1:t", api_root=f"http://127.0.0.1:{unused_port()}", mode="polling", pace=SWIFT)
    with pytest.raises(TryAgain) as caught:
        await channel.send("a", words("Chào"))
    assert caught.value.whole_channel
    await channel._client.close()


async def test_a_host_that_does_not_take_the_call() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:  # fill the queue of those who want to connect
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        pace = Pace(connect=0.2, total=5)
        root = f"http://127.0.0.1:{full.getsockname()[1]}"
        channel = ZaloBotChannel("1:t", api_root=root, mode="polling", pace=pace)
        with pytest.raises(TryAgain) as caught:
            await channel.send("a", words("Chào"))
        assert caught.value.whole_channel
        await channel._client.close()
        for one in waiting:
            one.close()


async def test_a_redirect_does_not_carry_the_token_away(fake: FakeZaloBot, lan: User) -> None:
    async def away(request: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect(fake.url + request.path)

    app = web.Application()
    app.router.add_post("/{path:.*}", away)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    root = f"http://127.0.0.1:{runner.addresses[0][1]}"
    channel = ZaloBotChannel(fake.token, api_root=root, mode="polling", pace=SWIFT)
    with pytest.raises(TryAgain):
        await channel.send(lan.id, words("Chào"))
    assert not lan.inbox
    await channel._client.close()
    await runner.cleanup()


@pytest.mark.parametrize("mode", ["json", "html"])
async def test_a_wrong_token_stops_the_channel(fake: FakeZaloBot, mode: Any) -> None:
    fake.settings.bad_token_mode = mode
    channel = ZaloBotChannel("99:wrong", api_root=fake.url, mode="polling", pace=SWIFT)
    with pytest.raises(TryAgain) as caught:
        await channel.send("a", words("Chào"))
    assert caught.value.whole_channel
    assert caught.value.after == timedelta(minutes=5)
    await channel._client.close()


@pytest.mark.parametrize("fault", [400, 401, 403, 404, 500, "html", "hang", "drop"])
async def test_the_token_is_told_to_nobody(
    fake: FakeZaloBot, lan: User, fault: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    channel = ZaloBotChannel(fake.token, api_root=fake.url, mode="polling", pace=SWIFT)
    fake.fail("sendMessage", fault)
    with pytest.raises((TryAgain, Uncertain, Unreachable, Rejected)) as caught:
        await channel.send(lan.id, words("Chào"))
    secret = fake.token.partition(":")[2]
    assert secret not in _everything(caught.value) + caplog.text + repr(channel._client)
    await channel._client.close()


async def test_no_connection_tells_no_token() -> None:
    root = f"http://127.0.0.1:{unused_port()}"
    channel = ZaloBotChannel("1:very-secret", api_root=root, mode="polling", pace=SWIFT)
    with pytest.raises(TryAgain) as caught:
        await channel.send("a", words("Chào"))
    assert "very-secret" not in _everything(caught.value)
    await channel._client.close()


async def test_a_description_that_repeats_the_token(fake: FakeZaloBot) -> None:
    client = ZaloBotChannel(fake.token, api_root=fake.url, mode="polling", pace=SWIFT)._client
    assert client._redacted(f"no bot {fake.token}") == "no bot <token>"
    await client.close()


@pytest.mark.parametrize(
    "settings",
    [
        {"mode": "webhook"},
        {"mode": "webhook", "webhook_secret": "short"},
        {"mode": "webhook", "webhook_secret": "x" * 257},
        {"mode": "carrier pigeon"},
        {"mode": "polling", "token": ""},
        {"mode": "polling", "api_root": "bot-api.zaloplatforms.com"},
    ],
)
def test_settings_that_cannot_work(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Zalo bot"):
        ZaloBotChannel(**{"token": "1:t"} | settings)


def _everything(error: BaseException) -> str:
    """What an error tracker would see: the error, its causes and contexts."""
    told, current = "", error
    while current is not None:
        told += f"{current!r} {current} {vars(current)}"
        current = current.__cause__ or current.__context__  # type: ignore[assignment]
    assert not isinstance(error, ApiError)
    return told
