"""The town by HTTP, for a test in another process: `/control/…`, JSON both ways."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.support.fake_zalo_bot.people import Chat, Group

if TYPE_CHECKING:
    from tests.support.fake_zalo_bot.server import FakeZaloBot


class Control:
    """Routes that speak and listen for the people of a town, and turn its platform's switches."""

    def __init__(self, fake: FakeZaloBot) -> None:
        self._fake = fake

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_routes(
            [
                web.post("/control/users/{id}/says", self._says),
                web.post("/control/users/{id}/sends", self._sends),
                web.post("/control/users/{id}/blocks", self._blocks),
                web.post("/control/groups/{id}", self._group),
                web.get("/control/outbox", self._outbox),
                web.get("/control/wait", self._wait),
                web.get("/control/settings", self._state),
                web.post("/control/settings", self._set),
                web.post("/control/faults", self._fail),
                web.post("/control/clock", self._clock),
                web.post("/control/reset", self._reset),
            ]
        )

    async def _says(self, request: web.Request) -> web.Response:
        """`{"text", "name"?, "group"?}`"""
        body = await _body(request)
        user = self._fake.user(request.match_info["id"], body.get("name", ""))
        return _ok(message_id=await user.says(body["text"], to=self._named_group(body)))

    async def _sends(self, request: web.Request) -> web.Response:
        """`{"what": "image" | "voice" | "sticker" | "file", "caption"?, "name"?}`"""
        body = await _body(request)
        user = self._fake.user(request.match_info["id"], body.get("name", ""))
        if body.get("what") == "image":
            return _ok(message_id=await user.sends_image(caption=body.get("caption", "")))
        senders: dict[str, Callable[[], Awaitable[str]]] = {
            "voice": user.sends_voice,
            "sticker": user.sends_sticker,
            "file": user.sends_file,
        }
        send = senders.get(body.get("what", ""))
        if send is None:
            raise web.HTTPBadRequest(text="what: image, voice, sticker or file")
        return _ok(message_id=await send())

    async def _blocks(self, request: web.Request) -> web.Response:
        """`{"blocked": true | false}`"""
        body = await _body(request)
        self._fake.user(request.match_info["id"]).blocked = body.get("blocked", True)
        return _ok()

    async def _group(self, request: web.Request) -> web.Response:
        """`{"name"?}`"""
        self._fake.group(request.match_info["id"], (await _body(request)).get("name", ""))
        return _ok()

    async def _outbox(self, request: web.Request) -> web.Response:
        """`?chat=ID`: what the bot wrote there, without it everywhere."""
        return _ok(messages=[asdict(m) for m in self._written(request)])

    async def _wait(self, request: web.Request) -> web.Response:
        """`?chat=ID&count=N&timeout=SECONDS`: as outbox, once there are N messages; 408 when there are not."""
        count, timeout = int(request.query.get("count", "1")), float(request.query.get("timeout", "5"))
        try:
            async with asyncio.timeout(timeout):
                while len(self._written(request)) < count:
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise web.HTTPRequestTimeout from None
        return await self._outbox(request)

    async def _state(self, _request: web.Request) -> web.Response:
        return _ok(**self._fake.state())

    async def _set(self, request: web.Request) -> web.Response:
        """Any of the settings."""
        body = await _body(request)
        unknown = set(body) - {field.name for field in fields(self._fake.settings)}
        if unknown:
            raise web.HTTPBadRequest(text=f"unknown: {', '.join(sorted(unknown))}")
        for name, value in body.items():
            setattr(self._fake.settings, name, value)
        return await self._state(request)

    async def _fail(self, request: web.Request) -> web.Response:
        """`{"method", "faults": […]}`"""
        body = await _body(request)
        self._fake.fail(body["method"], *body["faults"])
        return _ok()

    async def _clock(self, request: web.Request) -> web.Response:
        """`{"days"?, "hours"?, …}` to move on by."""
        self._fake.advance(**await _body(request))
        return _ok(now=self._fake.now().isoformat())

    async def _reset(self, _request: web.Request) -> web.Response:
        self._fake.reset()
        return _ok()

    def _written(self, request: web.Request) -> list[Any]:
        chat: Chat | None = self._fake.chats.get(request.query.get("chat", ""))
        if "chat" in request.query:
            return chat.inbox if chat else []
        return self._fake.outbox

    def _named_group(self, body: dict[str, Any]) -> Group | None:
        return self._fake.group(body["group"]) if body.get("group") else None


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError:
        raise web.HTTPBadRequest(text="not JSON") from None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="not an object")
    return body


def _ok(**answer: Any) -> web.Response:
    return web.json_response({"ok": True, **answer})
