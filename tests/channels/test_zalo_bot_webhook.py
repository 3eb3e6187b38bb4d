"""The webhook: what the platform brings, and what anybody else may throw at it."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port

from bot.channels import Outgoing
from bot.channels.zalo_bot import BODY_CAP, PATH, SECRET_HEADER, ZaloBotChannel
from bot.channels.zalo_bot_client import Pace
from bot.wording.rich import rich
from tests.support.fake_zalo_bot import FakeZaloBot
from tests.support.fake_zalo_bot.host import Host
from tests.support.fake_zalo_bot.mutations import mutated

SECRET = "a-long-enough-secret"
SWIFT = Pace(connect=0.5, total=0.5, poll=1, floor=0.02)
PAYLOADS = Path(__file__).parent.parent / "payloads" / "zalo_bot"
Town = tuple[FakeZaloBot, Host]


@asynccontextmanager
async def town(*, secret: str = SECRET, registered: bool = True, **settings: Any) -> AsyncIterator[Town]:
    port = unused_port()
    async with FakeZaloBot(allow_local=True, **settings) as fake:
        channel = ZaloBotChannel(
            fake.token,
            api_root=fake.url,
            mode="webhook",
            webhook_secret=secret,
            public_url=f"http://127.0.0.1:{port}/",
            pace=SWIFT,
        )
        async with Host(channel, port) as host:
            if registered:
                await _registered(fake)
            yield fake, host


async def _registered(fake: FakeZaloBot) -> None:
    async with asyncio.timeout(5):
        while not fake.updates.webhook.url:
            await asyncio.sleep(0.01)


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    async with town() as (_, host):
        yield host


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers={SECRET_HEADER: SECRET}) as session:
        yield session


async def post(http: aiohttp.ClientSession, host: Host, body: Any, **headers: str) -> int:
    async with http.post(host.url + PATH, data=body, headers=headers) as response:
        return response.status


@pytest.mark.parametrize("payload_mode", ["flat", "wrapped"])
async def test_a_conversation(payload_mode: str) -> None:
    async with town(payload_mode=payload_mode) as (fake, host):
        lan = fake.user("lan", "Lan")
        await lan.says("Lệ phí khai sinh?")
        (asked,) = await host.until(1)
        await host.channel.send(asked.address, Outgoing(rich("Miễn lệ phí"), once="1"))
        await lan.expects("Miễn")
        assert asked.text == "Lệ phí khai sinh?"
        await fake.updates.settled()
        assert fake.updates.answers == [200]
        assert fake.updates.webhook.url == host.url + PATH


async def test_duplicates_out_of_order_and_late() -> None:
    async with town(duplicates=2, reorder=True, delay=0.05) as (fake, host):
        for number in range(5):
            await fake.user("lan").says(f"Câu {number}")
        await host.until(5)
        await host.until_offered(15)
        await fake.updates.settled()
        assert sorted(i.text for i in host.incoming) == [f"Câu {n}" for n in range(5)]
        assert fake.updates.answers == [200] * 15


async def test_the_mention_is_cut_in_groups() -> None:
    async with town() as (fake, host):
        await fake.user("lan").says("@Bot Thủ Tục việc của tôi", to=fake.group("zgr-1"))
        (asked,) = await host.until(1)
        assert asked.text == "việc của tôi"


async def test_a_platform_that_cannot_reach_us_is_asked_again() -> None:
    async with FakeZaloBot(allow_local=True) as fake:
        fake.fail("setWebhook", 500, "html")
        port, probes = unused_port(), asyncio.Queue[tuple[bytes, str]]()
        channel = ZaloBotChannel(
            fake.token,
            api_root=fake.url,
            mode="webhook",
            webhook_secret=SECRET,
            public_url=f"http://127.0.0.1:{port}",
            pace=SWIFT,
        )

        async def answer(request: web.Request) -> web.Response:
            await probes.put((await request.read(), request.headers[SECRET_HEADER]))
            return web.Response(status=403 if probes.qsize() == 1 else 200)

        front = web.Application()
        front.router.add_post(PATH, answer)
        async with Host(channel), asyncio.timeout(5):
            while len(fake.calls("setWebhook")) < 4:
                await asyncio.sleep(0.01)
            runner = web.AppRunner(front, access_log=None)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", port).start()
            while probes.qsize() < 2:
                await asyncio.sleep(0.01)
            assert probes.get_nowait() == (b"", SECRET)
            await runner.cleanup()


async def test_a_webhook_registered_by_hand_is_left_alone() -> None:
    async with FakeZaloBot(allow_local=True) as fake:
        channel = ZaloBotChannel(fake.token, api_root=fake.url, mode="webhook", webhook_secret=SECRET, pace=SWIFT)
        async with Host(channel) as host, aiohttp.ClientSession(headers={SECRET_HEADER: SECRET}) as http:
            assert await post(http, host, (PAYLOADS / "text.json").read_bytes()) == 200
            await host.until(1)
        assert not fake.calls("setWebhook")


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], "ü\udcff"])
async def test_a_wrong_secret_is_forbidden(host: Host, secret: str | None) -> None:
    given = "" if secret is None else f"{SECRET_HEADER}: {secret}\r\n"
    body = (PAYLOADS / "text.json").read_bytes()
    head = f"POST {PATH} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {len(body)}\r\n{given}\r\n"
    address = host.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(address[0], int(address[1]))
    writer.write(head.encode("utf-8", "surrogateescape") + body)
    assert (await reader.readline()).split()[1] == b"403"
    writer.close()
    await writer.wait_closed()
    assert not host.incoming


async def test_a_probe_is_welcome(host: Host, http: aiohttp.ClientSession) -> None:
    assert await post(http, host, b"") == 200
    assert not host.incoming


async def test_size(host: Host, http: aiohttp.ClientSession) -> None:
    body = (PAYLOADS / "text.json").read_bytes()
    assert await post(http, host, body + b" " * (BODY_CAP - len(body))) == 200
    assert await post(http, host, body + b" " * (BODY_CAP + 1 - len(body))) == 413
    bomb = gzip.compress(body + b" " * 10 * BODY_CAP)
    assert await post(http, host, bomb, **{"Content-Encoding": "gzip"}) == 413
    assert len(host.incoming) == 1


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"nonsense", {}),
        (b"[1]", {}),
        (b'{"ok": true, "result": {}}', {}),
        (b"not gzip", {"Content-Encoding": "gzip"}),
        (b'{"event_name": "message.text.received", "message": {"text": "from nobody"}}', {}),
    ],
)
async def test_malformed_bodies(host: Host, http: aiohttp.ClientSession, body: bytes, headers: dict[str, str]) -> None:
    assert await post(http, host, body, **headers) == 400


@pytest.mark.parametrize("name", ["unknown_event", "unsupported_bare", "from_a_bot", "sticker"])
async def test_what_we_do_not_know_is_accepted(host: Host, http: aiohttp.ClientSession, name: str) -> None:
    assert await post(http, host, (PAYLOADS / f"{name}.json").read_bytes()) == 200


async def test_a_repeat_is_accepted(host: Host, http: aiohttp.ClientSession) -> None:
    for name in ("text", "text", "text_wrapped"):
        assert await post(http, host, (PAYLOADS / f"{name}.json").read_bytes()) == 200
    assert len(host.incoming) == 1


async def test_what_was_not_stored_is_not_accepted(host: Host, http: aiohttp.ClientSession) -> None:
    body = (PAYLOADS / "text.json").read_bytes()
    host.broken = True
    assert await post(http, host, body) == 503
    host.broken = False
    assert await post(http, host, body) == 200
    assert len(host.incoming) == 1


async def test_redelivery_brings_what_was_not_stored() -> None:
    async with town(redeliver=20) as (fake, host):
        host.broken = True
        await fake.user("lan").says("Xin chào")
        await host.until_offered(2)
        host.broken = False
        await host.until(1)
        await fake.updates.settled()
        assert fake.updates.answers[0] == 503
        assert fake.updates.answers[-1] == 200


@pytest.mark.parametrize("rest", [b"", b"not a length\r\n"])
async def test_a_body_that_never_ends(host: Host, rest: bytes) -> None:
    head = f"POST {PATH} HTTP/1.1\r\nHost: a\r\n{SECRET_HEADER}: {SECRET}\r\nTransfer-Encoding: chunked\r\n\r\n"
    address = host.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(address[0], int(address[1]))
    writer.write(head.encode() + b"1\r\n{\r\n")
    await writer.drain()
    writer.write(rest)
    async with asyncio.timeout(5):
        assert (await reader.readline()).split()[1] == b"400"
    writer.close()
    await writer.wait_closed()


async def test_a_caller_who_hangs_up(host: Host, http: aiohttp.ClientSession) -> None:
    address = host.url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(address[0], int(address[1]))
    writer.write(f"POST {PATH} HTTP/1.1\r\nHost: a\r\n{SECRET_HEADER}: {SECRET}\r\n".encode())
    writer.write(b"Content-Length: 500\r\n\r\n{")
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert await post(http, host, (PAYLOADS / "text.json").read_bytes()) == 200


async def test_mutated_bodies_never_break_it(host: Host, http: aiohttp.ClientSession) -> None:
    chance = random.Random(20251009)
    bodies = [path.read_bytes() for path in sorted(PAYLOADS.glob("*.json"))]
    answers: dict[int, int] = {}
    for _ in range(800):
        secret = SECRET if chance.random() < 0.95 else mutated(chance, SECRET.encode()).hex()
        body = mutated(chance, chance.choice(bodies))
        status = await post(http, host, body, **{SECRET_HEADER: secret})
        answers[status] = answers.get(status, 0) + 1
    assert set(answers) == {200, 400, 403, 413}
    assert answers[200] > 50
    assert answers[400] > 200
    for incoming in host.incoming:  # what got through can be stored
        assert all(part and len(part) <= 200 for part in (incoming.address, incoming.sender, incoming.external_id))
        stored = json.dumps(incoming.raw, allow_nan=False, ensure_ascii=False)
        assert "\\u0000" not in (stored + incoming.text).encode().decode()
