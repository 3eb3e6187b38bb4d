"""The web chat's API: what it accepts, what it refuses and how, and that an open page misses nothing."""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.channels.web_api import LONGEST_BODY, LONGEST_FILE
from knowledge import KnowledgeBase
from tests.support.cast import Listener, WebActor
from tests.support.stage import Stage, staged

QUESTION = "dang ky khai sinh qua han can giay to gi"
API = "/chat/api/messages"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def stage(tmp_path: Path, knowledge_base: KnowledgeBase) -> AsyncIterator[Stage]:
    async with staged(tmp_path, knowledge_base) as playing:
        yield playing


@pytest.fixture
async def mai(stage: Stage) -> AsyncIterator[WebActor]:
    async with browser(stage) as actor:
        await actor.becomes(stage.people["Lò Thị Mai"].key)
        yield actor


def browser(stage: Stage) -> Browser:
    return Browser(stage.url)


class Browser:
    """A browser as a context."""

    def __init__(self, url: str) -> None:
        self.session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.actor = WebActor(url, self.session)

    async def __aenter__(self) -> WebActor:
        return self.actor

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()


async def post(actor: WebActor, body: Any, path: str = API, **more: Any) -> int:
    """The status of a POST, which must never be ours to blame."""
    given = (
        {"data": body} if isinstance(body, bytes | str | aiohttp.MultipartWriter | aiohttp.FormData) else {"json": body}
    )
    async with actor.http.post(f"{actor.url}{path}", **given, **more) as response:
        if response.status != 202:
            said = await response.text()
            assert "Traceback" not in said
        return response.status


async def heard(actor: WebActor, count: int) -> list[dict[str, Any]]:
    """The page, once it has so many lines."""
    async with asyncio.timeout(8):
        while len(lines := await actor.lines()) < count:
            await asyncio.sleep(0.02)
    return lines


async def test_without_a_session_nothing_is_served(stage: Stage) -> None:
    async with browser(stage) as stranger:
        for path in (API, "/chat/api/events", "/chat/api/history", "/chat/api/me"):
            async with stranger.http.get(stage.url + path) as response:
                assert response.status == 401
                assert "tải lại trang" in (await response.json())["error"]
        assert await post(stranger, {"text": "chào"}) == 401
        assert await post(stranger, b"x", "/chat/api/files") == 401
        for cookie in ("short", "ế" * 30, "x" * 200):
            async with stranger.http.get(stage.url + API, headers={"Cookie": f"xongviec={cookie}"}) as response:
                assert response.status == 401


MALFORMED = [
    b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 60_000, b'{"text": "a\\u0000b"}', b'{"text": "\\ud800"}',
    b'{"text": 7}', b'{"text": ["a"]}', b'{"text": {"a": 1}}', b'{"text": "  "}', b'{"choice": ""}',
    b'{"choice": "\\u0000"}', b'{"choice": ["send:1"]}', b'{"choice": "' + b"x" * 201 + b'"}', b"{}",
]  # fmt: skip


async def test_malformed_bodies_are_refused_politely(mai: WebActor) -> None:
    for body in MALFORMED:
        assert await post(mai, body, headers=JSON) == 400, body[:40]
    assert await mai.lines() == []


async def test_a_body_too_large_is_413_with_and_without_a_length(mai: WebActor) -> None:
    async def stream() -> AsyncIterator[bytes]:
        for _ in range(LONGEST_BODY // 1024 + 2):
            yield b" " * 1024

    assert await post(mai, b" " * (LONGEST_BODY + 1), headers=JSON) == 413
    async with mai.http.post(mai.url + API, data=stream(), headers=JSON) as response:
        assert response.status == 413


async def test_a_body_that_comes_in_pieces_is_put_together(mai: WebActor) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        whole = json.dumps({"text": "chào em"}).encode()
        for at in range(0, len(whole), 5):
            yield whole[at : at + 5]
            await asyncio.sleep(0.02)

    async with mai.http.post(mai.url + API, data=pieces(), headers=JSON) as response:
        assert response.status == 202
    [line] = await heard(mai, 1)
    assert "Chào anh/chị" in line["text"]


async def test_another_site_may_not_write(mai: WebActor) -> None:
    for origin in ("https://evil.example", "http://127.0.0.1:1", "null"):
        assert await post(mai, {"text": "chào em"}, headers={"Origin": origin}) == 403
    assert await post(mai, {"text": "chào em"}, headers={"Origin": mai.url}) == 202


async def test_a_repeated_message_id_is_one_message(mai: WebActor) -> None:
    for _ in range(3):
        assert await post(mai, {"text": "chào em"}, headers={"X-Message-Id": "same-id-0001"}) == 202
    assert await post(mai, {"text": "cảm ơn nhé"}, headers={"X-Message-Id": "other-id-002"}) == 202
    greeting, thanks = await heard(mai, 2)
    assert "Chào anh/chị" in greeting["text"]
    assert "Không có gì" in thanks["text"]


def part(disposition: str, content: str, more: str = "") -> str:
    """One part of a form."""
    return f"--x\r\nContent-Disposition: form-data; {disposition}\r\n{more}\r\n{content}\r\n"


FORM = "multipart/form-data; boundary=x"
MALFORMED_UPLOADS = [
    ("garbage", "multipart/form-data"),
    ("garbage", FORM),
    ("--x\r\n\r\n", FORM),
    ("a=b", "application/x-www-form-urlencoded"),
    (part("name=text", "no file") + "--x--\r\n", FORM),
    (part("name=file", "no name") + "--x--\r\n", FORM),
    (part("name=text", "t", "Content-Type: text/plain; charset=odd\r\n") + "--x--\r\n", FORM),
    (part("name=file; filename=a", "b") + part("name=text", "\x00") + "--x--\r\n", FORM),
]


async def test_malformed_uploads_are_refused_politely(mai: WebActor) -> None:
    for body, media_type in MALFORMED_UPLOADS:
        assert await post(mai, body.encode(), "/chat/api/files", headers={"Content-Type": media_type}) == 400, body


async def test_a_file_too_large_is_413(mai: WebActor) -> None:
    form = aiohttp.FormData()
    form.add_field("file", io.BytesIO(b"x" * (LONGEST_FILE + 1)), filename="to.pdf")
    assert await post(mai, form, "/chat/api/files") == 413


async def test_an_uploaded_file_reaches_the_specialist_as_a_link_that_downloads(stage: Stage, mai: WebActor) -> None:
    async with browser(stage) as ha:
        await ha.becomes(stage.people["Nguyễn Thu Hà"].key)
        form = aiohttp.FormData()
        form.add_field("file", b"%PDF-1.7 x", filename="../đơn xin.pdf", content_type="application/pdf")
        form.add_field("text", QUESTION)
        assert await post(mai, form, "/chat/api/files") == 202
        await heard(mai, 1)
        await mai.presses("Gửi chuyên viên")
        [line] = await heard(ha, 1)
        address = line["text"].split()[-1]
        assert f'<a href="{address}">' in line["html"]
        assert address.startswith(f"{stage.url}/files/")
        assert ".." not in address
        async with aiohttp.ClientSession() as nobody:
            async with nobody.get(address) as response:
                assert (response.status, await response.read()) == (200, b"%PDF-1.7 x")
                assert response.headers["Content-Disposition"] == "attachment"
                assert response.headers["Content-Type"] == "application/octet-stream"
                assert response.headers["X-Content-Type-Options"] == "nosniff"
            secret = address.split("/")[4]
            for wrong in (secret[:-1], secret[:-1] + "\u0000", "x" * len(secret), "%2e%2e", secret.swapcase()):
                async with nobody.get(f"{stage.url}/files/{wrong}/don.pdf") as response:
                    assert response.status == 404


async def test_after_resumes_without_gap_or_repeat(mai: WebActor) -> None:
    for n in range(5):
        assert await post(mai, {"text": "chào em"}) == 202
        await heard(mai, n + 1)
    everything = [line["id"] for line in await mai.lines()]
    for place, seen in enumerate([0, *everything]):
        assert [line["id"] for line in await mai.lines(after=seen)] == everything[place:]
    for odd in ("-1", "x", "1e9", "9" * 16, "١"):
        async with mai.http.get(mai.url + API, params={"after": odd}) as response:
            assert response.status == 400


async def test_events_come_within_a_second_and_resume_where_they_ended(mai: WebActor) -> None:
    seen: list[int] = []
    for n, header in enumerate([None, "Last-Event-ID", "Last-Event-ID"]):
        headers = {header: str(seen[-1])} if header else {}
        async with mai.http.get(f"{mai.url}/chat/api/events", headers=headers) as events:
            assert events.content_type == "text/event-stream"
            begun = time.monotonic()
            await mai.says("chào em")
            key, line = await next_event(events)
            assert time.monotonic() - begun < 1
            assert "Chào anh/chị" in line["text"]
            assert key == line["id"]
            seen.append(key)
        await mai.says("cảm ơn nhé")  # said while no page is open
        await heard(mai, 2 * n + 2)
        if n < 2:
            async with mai.http.get(f"{mai.url}/chat/api/events", params={"after": seen[-1]}) as events:
                key, line = await next_event(events)
                assert "Không có gì" in line["text"]
                seen.append(key)
    assert seen == sorted(set(seen))
    assert seen == [line["id"] for line in await mai.lines()][: len(seen)]


async def next_event(events: aiohttp.ClientResponse) -> tuple[int, dict[str, Any]]:
    """The id and the data of the next event."""
    block = ":"
    async with asyncio.timeout(5):
        while block.startswith(":"):  # a sign of life
            block = (await events.content.readuntil(b"\n\n")).decode()
    found = dict(line.split(": ", 1) for line in block.strip().splitlines())
    return int(found["id"]), json.loads(found["data"])


async def test_nobody_reads_anothers_page(stage: Stage, mai: WebActor) -> None:
    await mai.says(QUESTION)
    await heard(mai, 1)
    async with browser(stage) as sung:
        await sung.becomes(stage.people["Vàng A Sùng"].key)
        assert await sung.lines() == []
        async with sung.http.get(f"{stage.url}/chat/api/history") as response:
            assert await response.json() == []
        async with sung.http.get(f"{stage.url}/chat/api/events", params={"after": 0}) as events:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.4):
                    await next_event(events)
    async with browser(stage) as stranger:
        async with stranger.http.get(f"{stage.url}/") as page:
            assert "xongviec" in page.cookies
        assert await stranger.lines() == []


async def test_a_choice_of_anothers_question_is_refused(stage: Stage, mai: WebActor) -> None:
    await mai.says(QUESTION)
    [line] = await heard(mai, 1)
    [send] = [choice["id"] for choice in line["choices"] if choice["id"].startswith("send:")]
    async with browser(stage) as sung:
        await sung.becomes(stage.people["Vàng A Sùng"].key)
        assert await post(sung, {"choice": send}) == 202
        await Listener("sung", sung).hears("chưa có câu hỏi nào")


async def test_history_tells_both_sides_in_order(mai: WebActor) -> None:
    await mai.says(QUESTION)
    await heard(mai, 1)
    await mai.presses("Đúng ý")
    await heard(mai, 2)
    async with mai.http.get(f"{mai.url}/chat/api/history") as response:
        rows = await response.json()
    assert [row["from"] for row in rows] == ["me", "bot", "me", "bot"]
    assert [row["text"] for row in rows if row["from"] == "me"] == [QUESTION, "Đúng ý"]
