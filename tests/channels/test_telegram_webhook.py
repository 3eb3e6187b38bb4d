"""The webhook: only Telegram gets in, what it says is stored before it is thanked, and nothing breaks it."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.channels.telegram import PATH, SECRET_HEADER, TelegramChannel
from bot.channels.telegram_client import Patience
from handlers.turn import Kind
from tests.support.fake_telegram import FakeTelegram
from tests.support.fake_telegram.host import Host

SECRET = "bi-mat_webhook-1"
HASTY = Patience(connect=0.5, answer=0.5, poll=1, shortest_pause=0.02, longest_pause=0.1)
TEXT: dict[str, Any] = {
    "update_id": 1,
    "message": {
        "message_id": 1,
        "date": 1790000000,
        "chat": {"id": 5001, "type": "private", "first_name": "Lan"},
        "from": {"id": 5001, "is_bot": False, "first_name": "Lan"},
        "text": "Khai sinh cần gì?",
    },
}
Hook = tuple[FakeTelegram, Host]


def hooked(fake: FakeTelegram, host: Host) -> TelegramChannel:
    return TelegramChannel(
        fake.token,
        api_root=fake.url,
        mode="webhook",
        webhook_secret=SECRET,
        public_url=host.url + "/",
        patience=HASTY,
    )


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    async with FakeTelegram() as fake, Host() as host:
        await host.runs(hooked(fake, host))
        await host.until(lambda: bool(fake.webhook.url))
        yield fake, host


async def post(host: Host, body: object, secret: str | None = SECRET, **rest: Any) -> int:
    headers = {"Content-Type": "application/json", **rest.pop("headers", {})}
    headers |= {} if secret is None else {SECRET_HEADER: secret}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with aiohttp.request("POST", host.url + PATH, data=io.BytesIO(data), headers=headers, **rest) as answer:
        return answer.status


@pytest.mark.parametrize("secret", ["", "a b", "mật-khẩu", "x" * 257])
def test_webhook_needs_a_secret_telegram_takes(secret: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        TelegramChannel("1:x", mode="webhook", webhook_secret=secret, public_url="https://bot.invalid")


async def test_registers_itself_with_all_it_wants(hook: Hook) -> None:
    fake, host = hook
    info = fake.webhook.info()
    assert info["url"] == f"{host.url}/webhooks/telegram"
    assert info["allowed_updates"] == ["callback_query", "edited_message", "message", "my_chat_member"]
    assert fake.webhook.secret == SECRET


async def test_whole_conversation_by_webhook(hook: Hook) -> None:
    fake, host = hook
    lan = fake.user(5001, "Lan")
    await lan.says("Khai sinh cần gì?")
    await lan.edits("Khai tử cần gì?")
    lan.blocks()
    lan.unblocks()
    got = await host.gets(4)
    assert [each.kind for each in got] == [Kind.TEXT, Kind.EDIT, Kind.STOPPED, Kind.STARTED]
    assert got[1].edited == got[0].platform_id


async def test_press_is_acknowledged_and_never_waited_for(hook: Hook) -> None:
    fake, host = hook
    lan = fake.user(5001, "Lan")
    async with aiohttp.ClientSession() as session:
        markup = {"inline_keyboard": [[{"text": "Nhận", "callback_data": "take:12"}]]}
        body = {"chat_id": 5001, "text": "Phiếu 12", "reply_markup": markup}
        await session.post(f"{fake.url}/bot{fake.token}/sendMessage", json=body)
    fake.faults.fail_next(1, 400, "Bad Request: query is too old", method="answerCallbackQuery")
    late = lan.presses("Nhận")
    press = lan.presses("Nhận")
    got = await host.gets(2)
    assert [each.choice for each in got] == ["take:12", "take:12"]
    await host.until(lambda: fake.calls.get("answercallbackquery", 0) == 2)
    await host.until(lambda: len(fake.answered & {late, press}) == 1)


@pytest.mark.parametrize("secret", [None, "", "sai", SECRET + "x", "b\u1ead"])
async def test_wrong_secret_is_403_and_stores_nothing(hook: Hook, secret: str | None) -> None:
    _, host = hook
    assert await post(host, TEXT, secret) == 403
    assert host.attempts == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"[]",
        b'"text"',
        {},
        {"update_id": "1"},
        {"update_id": True},
        {"update_id": 1.5},
        {"update_id": -1},
        {"update_id": 2**63},
        b'{"update_id": 1, "x": NaN}',
        b'{"update_id": 1, "x": 1e999}',
        b'{"update_id": ' + b"9" * 5000 + b"}",
        b'{"update_id": 1, "x": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    ],
)
async def test_malformed_body_is_400(hook: Hook, body: object) -> None:
    _, host = hook
    assert await post(host, body) == 400
    assert host.attempts == 0


async def test_body_that_is_not_the_zip_it_claims_is_400(hook: Hook) -> None:
    _, host = hook
    assert await post(host, b"not a zip", headers={"Content-Encoding": "gzip"}, compress=False) == 400


async def test_body_over_one_mebibyte_is_413(hook: Hook) -> None:
    _, host = hook
    padding = 1024 * 1024 - len(json.dumps(TEXT)) - len(', "x": ""')
    assert await post(host, TEXT | {"x": "a" * padding}) == 200
    assert await post(host, TEXT | {"x": "a" * (padding + 1)}) == 413
    assert len(host.stored) == 1


async def test_unknown_kind_is_thanked_and_ignored(hook: Hook) -> None:
    _, host = hook
    assert await post(host, {"update_id": 5, "something_of_tomorrow": {}}) == 200
    assert host.attempts == 0


async def test_a_text_no_database_takes_is_cleaned(hook: Hook) -> None:
    _, host = hook
    update = json.loads(json.dumps(TEXT))
    update["message"]["text"] = "a\0b\ud83d c 😀"
    assert await post(host, update) == 200
    assert host.stored[0].text == "ab\ufffd c 😀"
    assert host.stored[0].raw["message"]["text"] == "ab\ufffd c 😀"


async def test_failing_store_is_503_and_the_repeat_is_stored_once(hook: Hook) -> None:
    fake, host = hook
    host.failures_left = 1
    assert await post(host, TEXT) == 503
    assert [await post(host, TEXT), await post(host, TEXT)] == [200, 200]
    assert len(host.stored) == 1
    host.failures_left = 2
    await fake.user(5002, "Bình").says("Có ai không?")
    await host.until(lambda: len(host.stored) == 2)
    assert fake.webhook.failed == 2
    assert "503" in fake.webhook.info()["last_error_message"]


async def test_doubled_and_shuffled_updates_are_stored_once(hook: Hook) -> None:
    fake, host = hook
    fake.faults.duplicate, fake.faults.reorder = True, 3
    lan = fake.user(5001, "Lan")
    for number in range(6):
        await lan.says(f"câu {number}")
    got = await host.gets(6)
    await host.until(lambda: host.attempts == 12)
    assert sorted(each.text for each in got) == [f"câu {number}" for number in range(6)]
    assert len(host.stored) == 6


async def test_outage_of_telegram_does_not_stop_the_start() -> None:
    async with FakeTelegram() as fake, Host() as host:
        fake.faults.down = True
        channel = hooked(fake, host)
        await host.runs(channel)
        assert await post(host, TEXT) == 200
        group = TEXT["message"] | {"chat": {"id": -1001, "type": "group", "title": "Tổ"}}
        # Nothing the caller did: we do not know our own name yet, and ask for the update again.
        assert await post(host, {"update_id": 2, "message": group}) == 503
        fake.faults.down = False
        await host.until(lambda: bool(fake.webhook.url))
        assert await post(host, {"update_id": 2, "message": group}) == 200
        assert [each.external_id for each in host.stored] == ["1"]


async def test_stops_in_the_middle_of_an_outage() -> None:
    async with FakeTelegram() as fake, Host() as host:
        fake.faults.slow = 30
        await host.runs(hooked(fake, host))
        await host.until(lambda: fake.calls.get("getme", 0) == 1)
        async with asyncio.timeout(2):
            await host.stops()


def test_polling_adds_no_route() -> None:
    async def receive(_: Any) -> bool:
        return True

    app = web.Application()
    TelegramChannel("1:x", mode="polling").listen(app, receive)
    assert [route.resource for route in app.router.routes()] == []
