"""The fake platform as others see it: an independent client library, and bare HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import zalo_bot  # type: ignore[import-untyped]
from zalo_bot.error import (  # type: ignore[import-untyped]
    BadRequest,
    Forbidden,
    InvalidToken,
    NetworkError,
)

from tests.support.fake_zalo_bot import FakeZaloBot, User
from tests.support.fake_zalo_bot.media import PHOTO

Answer = dict[str, Any]


@pytest.fixture
async def fake() -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot(idle=0.05) as fake:
        yield fake


@pytest.fixture
async def lan(fake: FakeZaloBot) -> User:
    """Somebody the bot may write to; what she said is not waiting any more."""
    lan = fake.user("6ede9afa66b88fe6d6a9", "Nguyễn Thị Lan")
    await lan.says("Xin chào")
    fake.updates.clear()
    return lan


@pytest.fixture
async def peer(fake: FakeZaloBot) -> AsyncIterator[zalo_bot.Bot]:
    async with zalo_bot.Bot(fake.token, base_url=fake.url) as bot:
        yield bot


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def call(http: aiohttp.ClientSession, fake: FakeZaloBot, method: str, **how: Any) -> Answer:
    async with http.request(how.pop("verb", "POST"), f"{fake.url}/bot{fake.token}/{method}", **how) as response:
        answer: Answer = await response.json()
        assert response.status == answer.get("error_code", 200)
        return answer


async def test_peer_knows_who_the_bot_is(fake: FakeZaloBot, peer: zalo_bot.Bot) -> None:
    me = await peer.get_me()
    assert (me.id, me.account_name, me.account_type) == ("12345689", "bot.thutuc", "BASIC")
    assert me.display_name == "Bot Thủ Tục"


async def test_peer_writes(peer: zalo_bot.Bot, lan: User) -> None:
    sent = await peer.send_message(lan.id, "Lệ phí: miễn")
    received = await lan.expects("miễn")
    assert received.message_id == sent.message_id
    assert abs(sent.date.timestamp() - received.date / 1000) < 1
    await peer.send_photo(lan.id, "Mẫu tờ khai", "https://example.org/mau.png")
    photo = await lan.expects("Mẫu")
    assert (photo.kind, photo.media) == ("photo", "https://example.org/mau.png")
    await peer.send_sticker(lan.id, "0e078a2d1c6bf5e1")
    assert lan.inbox[-1].kind == "sticker"
    await peer.send_chat_action(lan.id, "typing")
    assert len(lan.inbox) == 3


async def test_peer_polls(peer: zalo_bot.Bot, lan: User) -> None:
    message_id = await lan.says("Lệ phí bao nhiêu?")
    update = await peer.get_update(timeout=1)
    message = update.message
    assert message is not None
    assert (message.message_id, message.text, message.chat.type) == (message_id, "Lệ phí bao nhiêu?", "PRIVATE")
    assert message.from_user.display_name == "Nguyễn Thị Lan"
    await lan.sends_image(caption="Đúng không?")
    photo = await peer.get_update(timeout=1)
    assert photo.message is not None
    assert photo.message.photo_url.startswith(lan.fake.url)


async def test_peer_sees_an_idle_poll_as_408(peer: zalo_bot.Bot) -> None:
    with pytest.raises(NetworkError, match=r"Request timeout \(408\)"):
        await peer.get_update(timeout=1)


async def test_peer_sees_a_clean_webhook_as_404(fake: FakeZaloBot, peer: zalo_bot.Bot) -> None:
    with pytest.raises(InvalidToken, match="Not Found"):
        await peer._get_webhook_info_async()
    fake.settings.webhook_info_mode = "empty"
    assert (await peer._get_webhook_info_async()).url == ""


async def test_peer_sees_refusals(fake: FakeZaloBot, peer: zalo_bot.Bot, lan: User) -> None:
    with pytest.raises(BadRequest):
        await peer.send_message(lan.id, "x" * 2001)
    with pytest.raises(InvalidToken):
        await peer.send_message("nobody", "Chào")
    fake.fail("sendMessage", 403)
    with pytest.raises(Forbidden):
        await peer.send_message(lan.id, "Chào")
    stranger = zalo_bot.Bot("1:wrong", base_url=fake.url)
    with pytest.raises(InvalidToken):
        await stranger.get_me()
    await stranger.shutdown()


@pytest.mark.parametrize(
    "how",
    [
        {"json": {"chat_id": "{id}", "text": "Chào"}},
        {"data": {"chat_id": "{id}", "text": "Chào"}},
        {"params": {"chat_id": "{id}", "text": "Chào"}},
        {"params": {"chat_id": "{id}", "text": "Chào"}, "verb": "GET"},
        {"multipart": {"chat_id": "{id}", "text": "Chào"}},
    ],
    ids=["json", "form", "query", "get", "multipart"],
)
async def test_parameters_in_every_form(
    http: aiohttp.ClientSession, fake: FakeZaloBot, lan: User, how: dict[str, Any]
) -> None:
    how = {name: _filled(value, lan.id) for name, value in how.items()}
    if "multipart" in how:
        how = {"data": _multipart(how["multipart"])}
    answer = await call(http, fake, "sendMessage", **how)
    assert answer["ok"] is True
    assert (await lan.expects("Chào")).message_id == answer["result"]["message_id"]


@pytest.mark.parametrize(
    ("method", "parameters", "code"),
    [
        ("sendDocument", {}, 404),
        ("SendMessage", {}, 404),
        ("sendMessage", {"chat_id": "6ede9afa66b88fe6d6a9"}, 400),
        ("sendMessage", {"chat_id": "6ede9afa66b88fe6d6a9", "text": "😀" * 1001}, 400),
        ("sendMessage", {"chat_id": "6ede9afa66b88fe6d6a9", "text": "a", "parse_mode": "latex"}, 400),
        ("sendPhoto", {"chat_id": "6ede9afa66b88fe6d6a9", "photo": "file.png"}, 400),
        ("sendVoice", {"chat_id": "6ede9afa66b88fe6d6a9", "voice_url": "https://a.vn/a.mp3"}, 400),
        ("sendChatAction", {"chat_id": "6ede9afa66b88fe6d6a9", "action": "dancing"}, 400),
        ("getUpdates", {"timeout": "soon"}, 400),
        ("setWebhook", {"url": "http://example.org/hook", "secret_token": "long-enough"}, 400),
        ("setWebhook", {"url": "https://localhost/hook", "secret_token": "long-enough"}, 400),
        ("setWebhook", {"url": "https://10.0.0.1/hook", "secret_token": "long-enough"}, 400),
    ],
)
async def test_what_is_refused(
    http: aiohttp.ClientSession, fake: FakeZaloBot, lan: User, method: str, parameters: Answer, code: int
) -> None:
    answer = await call(http, fake, method, json=parameters)
    assert (answer["ok"], answer["error_code"]) == (False, code)
    assert not lan.inbox


async def test_a_voice_in_a_group_is_lost(http: aiohttp.ClientSession, fake: FakeZaloBot) -> None:
    group = fake.group("zgr-1")
    voice = {"chat_id": "zgr-1", "voice_url": "https://a.vn/a.aac"}
    assert (await call(http, fake, "sendVoice", json=voice))["ok"] is True
    assert not group.inbox


async def test_a_webhook_is_kept_whatever_the_probe_finds(http: aiohttp.ClientSession, fake: FakeZaloBot) -> None:
    fake.settings.allow_local = True
    hook = {"url": "http://127.0.0.1:9/hook", "secret_token": "short"}
    assert (await call(http, fake, "setWebhook", json=hook))["error_code"] == 400
    answer = await call(http, fake, "setWebhook", json=hook | {"secret_token": "long-enough"})
    assert answer["result"]["verification"]["ok"] is False
    assert (await call(http, fake, "getWebhookInfo"))["result"]["url"] == hook["url"]
    assert "webhook" in (await call(http, fake, "getUpdates"))["description"]
    assert (await call(http, fake, "deleteWebhook"))["result"]["url"] == ""
    assert (await call(http, fake, "getUpdates"))["error_code"] == 408


async def test_replay_comes_back_at_once(http: aiohttp.ClientSession, fake: FakeZaloBot) -> None:
    fake.settings.updates_mode = "replay"
    await fake.user("lan").says("Xin chào")
    twice = [await call(http, fake, "getUpdates", json={"timeout": 30}) for _ in range(2)]
    assert twice[0] == twice[1]
    fake.settings.updates_mode = "consume"
    assert (await call(http, fake, "getUpdates"))["error_code"] == 408


async def test_a_held_poll_is_answered_when_somebody_speaks(http: aiohttp.ClientSession, fake: FakeZaloBot) -> None:
    fake.settings.idle = None
    held = asyncio.create_task(call(http, fake, "getUpdates", json={"timeout": "30"}))
    while not fake.updates.pollers:
        await asyncio.sleep(0)
    message_id = await fake.user("lan").says("Xin chào")
    async with asyncio.timeout(5):
        assert (await held)["result"]["message"]["message_id"] == message_id


async def test_media_are_served(http: aiohttp.ClientSession, fake: FakeZaloBot) -> None:
    async with http.get(fake.keep_media(PHOTO, "png")) as response:
        assert (response.content_type, await response.read()) == ("image/png", PHOTO)
    async with http.get(f"{fake.url}/media/none.png") as response:
        assert response.status == 404


def _filled(value: Any, user_id: str) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: item.replace("{id}", user_id) for name, item in value.items()}


def _multipart(fields: dict[str, str]) -> aiohttp.MultipartWriter:
    writer = aiohttp.MultipartWriter("form-data")
    for name, value in fields.items():
        writer.append(value).set_content_disposition("form-data", name=name)
    return writer
