"""What each failure of sending means, and that no failure shows the token."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.channels import Outgoing, Rejected, TryAgain, Uncertain, Unreachable
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_client import Patience
from bot.channels.telegram_errors import failure
from bot.wording.rich import rich
from tests.support.fake_telegram import FakeTelegram, FakeUser
from tests.support.fake_telegram.host import Host

SECRET = "fake-bot-token-for-loopback-only"
HASTY = Patience(connect=0.5, answer=0.4, poll=1, shortest_pause=0.02, longest_pause=0.1)
Sending = tuple[FakeTelegram, FakeUser, TelegramChannel]


@pytest.fixture
async def sending() -> AsyncIterator[Sending]:
    async with FakeTelegram() as fake, Host() as host:
        channel = TelegramChannel(fake.token, api_root=fake.url, mode="polling", patience=HASTY)
        await host.runs(channel)
        yield fake, fake.user(5001, "Lan"), channel


def say(text: str, once: str = "1", **rest: object) -> Outgoing:
    return Outgoing(rich(text), once, **rest)  # type: ignore[arg-type]


async def test_flood_is_try_again_with_the_wait_asked_for(sending: Sending) -> None:
    fake, lan, channel = sending
    fake.faults.flood(7, chat=5001)
    with pytest.raises(TryAgain) as caught:
        await channel.send("5001", say("x"))
    assert caught.value.after == timedelta(seconds=7)
    assert not caught.value.whole_channel
    assert lan.inbox == []


async def test_server_error_is_try_again(sending: Sending) -> None:
    fake, lan, channel = sending
    fake.faults.fail_next(1, 502, "Bad Gateway")
    with pytest.raises(TryAgain) as caught:
        await channel.send("5001", say("x"))
    assert not caught.value.whole_channel
    assert lan.inbox == []


@pytest.mark.parametrize("how", ["stall", "drop"])
async def test_no_answer_after_the_request_left_is_uncertain(sending: Sending, how: str) -> None:
    fake, lan, channel = sending
    if how == "stall":
        fake.faults.stall_next(1, seconds=0.8)
    else:
        fake.faults.drop_next(1)
    with pytest.raises(Uncertain):
        await channel.send("5001", say("đã tới chưa"))
    assert [m.text for m in lan.inbox] == ["đã tới chưa"]


async def test_no_connection_stops_the_whole_channel() -> None:
    async with FakeTelegram() as fake:
        gone = fake.url
    channel = TelegramChannel("1:x", api_root=gone, mode="polling", patience=HASTY)
    with pytest.raises(TryAgain) as caught:
        await channel.send("5001", say("x"))
    assert caught.value.whole_channel


async def test_blocked_and_unknown_chats_are_unreachable(sending: Sending) -> None:
    _, lan, channel = sending
    lan.blocks()
    for address in ("5001", "404404", "@tenlan"):
        with pytest.raises(Unreachable):
            await channel.send(address, say("x"))


async def test_refused_token_pauses_the_channel_and_never_shows(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with FakeTelegram() as fake, Host() as host:
        token = f"700100:wrong-{SECRET}"
        channel = TelegramChannel(token, api_root=fake.url, mode="polling", patience=HASTY)
        await host.runs(channel)
        with pytest.raises(TryAgain) as caught:
            await channel.send("5001", say("x"))
        await host.until(lambda: fake.calls.get("getme", 0) > 1)
    assert caught.value.whole_channel
    assert caught.value.after == timedelta(minutes=5)
    assert any(r.levelno == logging.ERROR for r in caplog.records)
    assert "Telegram is not ready" in caplog.text
    assert SECRET not in caplog.text + repr(caught.value)


async def test_token_stays_out_of_the_logs_of_ordinary_work(caplog: pytest.LogCaptureFixture, sending: Sending) -> None:
    caplog.set_level(logging.DEBUG)
    fake, _, channel = sending
    await channel.send("5001", say("x"))
    fake.faults.drop_next(1)
    with pytest.raises(Uncertain):
        await channel.send("5001", say("x", "2"))
    assert SECRET not in caplog.text


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "kind", "whole"),
    [
        (caused(TimedOut(), httpx.ConnectTimeout("")), TryAgain, True),
        (caused(TimedOut(), httpx.PoolTimeout("")), TryAgain, False),
        (caused(TimedOut(), httpx.ReadTimeout("")), Uncertain, None),
        (caused(TimedOut(), httpx.WriteTimeout("")), Uncertain, None),
        (caused(NetworkError("x"), httpx.ConnectError("")), TryAgain, True),
        (caused(NetworkError("x"), httpx.ProxyError("")), TryAgain, True),
        (caused(NetworkError("x"), httpx.RemoteProtocolError("")), Uncertain, None),
        (caused(NetworkError("x"), RuntimeError("")), Uncertain, None),
        (NetworkError("Request Entity Too Large"), Rejected, None),
        (TelegramError("Invalid server response"), Uncertain, None),
        (RetryAfter(3), TryAgain, False),
        (Forbidden("Forbidden: user is deactivated"), Unreachable, None),
        (BadRequest("Not enough rights to send text messages to the chat"), Unreachable, None),
        (BadRequest("Button_data_invalid"), Rejected, None),
    ],
)
def test_each_failure_has_one_meaning(error: TelegramError, kind: type[Exception], whole: bool | None) -> None:
    meant = failure(error, "1:x")
    assert type(meant) is kind
    assert getattr(meant, "whole_channel", None) is whole


def test_token_is_cut_from_errors() -> None:
    assert SECRET not in str(failure(NetworkError(f"https://t/bot1:{SECRET}/getMe"), f"1:{SECRET}"))
    assert SECRET not in str(failure(NetworkError(f"https://t/bot1%3A{SECRET}/getMe"), f"1:{SECRET}"))
