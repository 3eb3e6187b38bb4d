"""Fetching what people sent: only from Zalo's hosts, only what it should be, only so much of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from yarl import URL

from bot.channels import TryAgain, Unreachable
from bot.channels import zalo_bot_media as media
from bot.channels.zalo_bot import ZaloBotChannel
from bot.channels.zalo_bot_client import Pace
from handlers.turn import Attachment
from tests.support.fake_zalo_bot import FakeZaloBot
from tests.support.fake_zalo_bot.host import Host
from tests.support.fake_zalo_bot.media import PHOTO, VOICE


async def _answer(request: web.Request) -> web.Response:
    """A media server that does as its address says."""
    what = request.match_info["what"]
    if what == "page":
        return web.Response(text="<html>", content_type="text/html")
    if what == "big":
        return web.Response(body=b"x" * 1001, content_type="image/png")
    if what == "round":
        raise web.HTTPFound("/round")
    if what == "away":
        raise web.HTTPFound("http://localhost/secret")
    if what == "on":
        raise web.HTTPFound("/photo")
    if what == "photo":
        return web.Response(body=PHOTO, content_type="image/png")
    return web.Response(status=int(what))


@pytest.fixture
async def origin() -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/{what}", _answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def channel(origin: str) -> AsyncIterator[ZaloBotChannel]:
    channel = ZaloBotChannel("1:t", api_root=origin, mode="polling", media_origins=[origin])
    yield channel
    await channel._client.close()


async def get(channel: ZaloBotChannel, address: str) -> bytes:
    return await channel.fetch(Attachment(address, "photo.png", "image/png"))


async def test_what_people_send_is_fetched() -> None:
    async with FakeZaloBot() as fake:
        lan = fake.user("lan", "Lan")
        pace = Pace(poll=1, floor=0.01)
        channel = ZaloBotChannel(fake.token, api_root=fake.url, mode="polling", pace=pace, media_origins=[fake.url])
        async with Host(channel) as host:
            await lan.sends_image(caption="Đúng mẫu chưa?")
            await lan.sends_voice()
            image, voice = await host.until(2)
            assert await channel.fetch(image.attachments[0]) == PHOTO
            assert await channel.fetch(voice.attachments[0]) == VOICE


async def test_a_redirect_on_the_list_is_followed(channel: ZaloBotChannel, origin: str) -> None:
    assert await get(channel, f"{origin}/on") == PHOTO


@pytest.mark.parametrize("what", ["page", "away", "round", "403", "404", "410"])
async def test_what_will_never_be_fetched(channel: ZaloBotChannel, origin: str, what: str) -> None:
    with pytest.raises(Unreachable):
        await get(channel, f"{origin}/{what}")


@pytest.mark.parametrize("what", ["429", "500", "503"])
async def test_what_may_be_fetched_later(channel: ZaloBotChannel, origin: str, what: str) -> None:
    with pytest.raises(TryAgain):
        await get(channel, f"{origin}/{what}")


async def test_too_much_is_refused(channel: ZaloBotChannel, origin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert media.SIZE_CAP == 20 * 1024 * 1024
    monkeypatch.setattr(media, "SIZE_CAP", 1001)
    assert len(await get(channel, f"{origin}/big")) == 1001
    monkeypatch.setattr(media, "SIZE_CAP", 1000)
    with pytest.raises(Unreachable):
        await get(channel, f"{origin}/big")


@pytest.mark.parametrize(
    "address",
    [
        "http://photo-stal-1.zdn.vn/a.jpg",
        "https://photo-stal-1.zdn.vn:8443/a.jpg",
        "https://zdn.vn.example.org/a.jpg",
        "https://evilzdn.vn/a.jpg",
        "https://user@photo-stal-1.zdn.vn/a.jpg",
        "https://127.0.0.1/a.jpg",
        "https://169.254.169.254/latest/meta-data",
        "file:///etc/hostname",
        "//photo-stal-1.zdn.vn/a.jpg",
        "photo.jpg",
        "https://[::1",
        "",
    ],
)
async def test_addresses_never_asked(channel: ZaloBotChannel, address: str) -> None:
    with pytest.raises(Unreachable):
        await get(channel, address)


@pytest.mark.parametrize("host", ["photo-stal-1.zdn.vn", "voice-aac-dl.zdn.vn", "zalo-api.zadn.vn", "A.ZDN.VN"])
def test_zalos_own_hosts(host: str) -> None:
    assert media.allowed(URL(f"https://{host}/a.jpg"))
