"""The web chat (trò chuyện trên web): the default channel, embedded, needing nobody's permission.

Its "network" is our own transcript: `send` writes a line, and open pages are woken. A line is written once
however often delivery repeats it, so here nobody sees a message twice.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import hdrs, web

from bot.channels import Abilities, Outgoing, Rates, Receive, Unreachable
from bot.wording import Wording
from bot.wording.rich import as_html, plain
from handlers.turn import Attachment, Incoming, Kind
from storage import Database
from storage.inbox import IncomingMessage
from storage.transcript import WebLine

COOKIE = "xongviec"
COOKIE_DAYS = 60
PAGE = Path(__file__).parent / "web_page"
LONGEST_BODY = 64 * 1024
LONGEST_FILE = 20 * 1024 * 1024
KEEP_ALIVE_SECONDS = 15.0
POLL_SECONDS = 2.0
SECURITY = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
ABILITIES = Abilities(
    buttons=True, text_limit=16_000, rates=Rates(overall=1000, per_chat=50, per_group_minute=1000), links=True
)
_MESSAGE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


def new_session() -> str:
    """A fresh session token for a cookie."""
    return secrets.token_urlsafe(32)


def hash_of(session: str) -> str:
    """What the database knows of a session: a hash, so that reading it gives nobody a session."""
    return hashlib.sha256(session.encode()).hexdigest()[:40]


def set_session(response: web.StreamResponse, session: str, *, secure: bool) -> None:
    """Give a browser its session. Lax, not Strict: who follows a link from Zalo must not look like a stranger."""
    response.set_cookie(
        COOKIE, session, max_age=COOKIE_DAYS * 86400, httponly=True, samesite="Lax", secure=secure, path="/"
    )


@dataclass(slots=True)
class WebChannel:
    """The embedded chat: a page, a small JSON API, server-sent events."""

    database: Database
    clock: Callable[[], datetime]
    wording: Wording
    data_dir: Path
    departments: Callable[[], dict[str, str]] = dict
    """Names of the departments by code."""
    secure: bool = False
    demo: bool = False
    name: str = "web"
    abilities: Abilities = ABILITIES

    def listen(self, app: web.Application, receive: Receive) -> None:
        """Serve the page and its API."""
        self_receive = receive

        async def post_message(request: web.Request) -> web.Response:
            return await self._post_message(request, self_receive)

        async def post_file(request: web.Request) -> web.Response:
            return await self._post_file(request, self_receive)

        app.router.add_get("/", self._page)
        app.router.add_static("/static", PAGE, append_version=False)
        app.router.add_post("/chat/api/messages", post_message)
        app.router.add_post("/chat/api/files", post_file)
        app.router.add_get("/chat/api/messages", self._messages)
        app.router.add_get("/chat/api/events", self._events)
        app.router.add_get("/chat/api/history", self._history)
        app.router.add_get("/chat/api/me", self._me)

    async def send(self, address: str, message: Outgoing) -> str:
        """Write a line on somebody's page."""
        line = WebLine(
            address=address,
            once=message.once,
            text=plain(message.text),
            html=as_html(message.text),
            choices=[{"id": button.id, "label": button.label} for button in message.buttons],
            at=self.clock(),
        )
        async with self.database.transaction() as tx:
            key = await tx.transcript.write(line)
            tx.wake(f"web:{address}")
        return str(key)

    async def fetch(self, attachment: Attachment) -> bytes:
        """The bytes a page uploaded."""
        place = self.data_dir / "uploads" / attachment.reference
        if not re.fullmatch(r"[0-9a-f]{32}", attachment.reference) or not place.is_file():
            raise Unreachable("no such upload")
        return await asyncio.to_thread(place.read_bytes)

    async def _page(self, request: web.Request) -> web.StreamResponse:
        response = web.FileResponse(PAGE / "index.html", headers={**SECURITY, hdrs.CACHE_CONTROL: "no-cache"})
        if not request.cookies.get(COOKIE):
            set_session(response, new_session(), secure=self.secure)
        return response

    async def _post_message(self, request: web.Request, receive: Receive) -> web.Response:
        address = await self._address(request)
        body = await self._json(request)
        text, choice = body.get("text"), body.get("choice")
        if isinstance(choice, str) and 0 < len(choice) <= 200:
            kind, text = Kind.CHOICE, ""
        elif isinstance(text, str) and text.strip() and "\x00" not in text:
            kind, choice = Kind.TEXT, ""
        else:
            raise self._error(web.HTTPBadRequest, "web.body_wrong")
        await receive(self._incoming(request, address, kind=kind, text=text or "", choice=choice))
        return web.json_response({"accepted": True}, status=202)

    async def _post_file(self, request: web.Request, receive: Receive) -> web.Response:
        address = await self._address(request)
        self._same_origin(request)
        if not request.content_type.startswith("multipart/"):
            raise self._error(web.HTTPBadRequest, "web.body_wrong")
        form = await request.post()
        file, text = form.get("file"), form.get("text", "")
        if not isinstance(file, web.FileField) or not isinstance(text, str):
            raise self._error(web.HTTPBadRequest, "web.body_wrong")
        data = await asyncio.to_thread(file.file.read)
        attachment = await asyncio.to_thread(self._keep_upload, data, file.filename, file.content_type)
        await receive(self._incoming(request, address, kind=Kind.TEXT, text=text, attachments=(attachment,)))
        return web.json_response({"accepted": True}, status=202)

    def _keep_upload(self, data: bytes, name: str, media_type: str) -> Attachment:
        reference = secrets.token_hex(16)
        place = self.data_dir / "uploads" / reference
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        return Attachment(reference=reference, name=name, media_type=media_type, size=len(data))

    def _incoming(self, request: web.Request, address: str, **what: Any) -> Incoming:
        given = request.headers.get("X-Message-Id", "")
        external = given if _MESSAGE_ID.fullmatch(given) else secrets.token_hex(16)
        return Incoming(
            channel=self.name,
            external_id=f"{address}:{external}",
            address=address,
            sender=address,
            platform_id=external,
            sent_at=self.clock(),
            **what,
        )

    async def _messages(self, request: web.Request) -> web.Response:
        address = await self._address(request)
        async with self.database.reading() as tx:
            lines = await tx.transcript.after(address, self._after(request))
        return web.json_response([_line(line) for line in lines], dumps=_dumps)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        address, last = await self._address(request), self._after(request)
        response = web.StreamResponse(
            headers={hdrs.CONTENT_TYPE: "text/event-stream", hdrs.CACHE_CONTROL: "no-store", "X-Accel-Buffering": "no"}
        )
        await response.prepare(request)
        bell = asyncio.Event()
        silence = self.database.wakeups.on(f"web:{address}", bell.set)
        try:
            await self._stream(response, address, last, bell)
        except (ConnectionResetError, ConnectionError):
            pass
        finally:
            silence()
        return response

    async def _stream(self, response: web.StreamResponse, address: str, last: int, bell: asyncio.Event) -> None:
        quiet = 0.0
        while True:
            bell.clear()
            async with self.database.reading() as tx:
                lines = await tx.transcript.after(address, last)
            for line in lines:
                last = line.key
                data = json.dumps(_line(line), ensure_ascii=False)
                await response.write(f"id: {last}\ndata: {data}\n\n".encode())
            quiet = 0.0 if lines else quiet + POLL_SECONDS
            if quiet >= KEEP_ALIVE_SECONDS:
                quiet = 0.0
                await response.write(b": still here\n\n")
            try:
                async with asyncio.timeout(POLL_SECONDS):
                    await bell.wait()
            except TimeoutError:
                pass

    async def _history(self, request: web.Request) -> web.Response:
        address = await self._address(request)
        async with self.database.reading() as tx:
            lines = [
                (line.at, 1, {"from": "bot", **_line(line)}) for line in await tx.transcript.last(address, limit=100)
            ]
            talk = await tx.conversations.at(self.name, address)
            said = [] if talk is None else await tx.inbox.said_in(talk.key, last=100)
            labels = {choice["id"]: choice["label"] for _, _, line in lines for choice in line["choices"]}
            own = [(m.received_at, 0, _own(m, labels)) for m in said]
        ordered = sorted(lines + own, key=lambda row: row[:2])[-100:]
        return web.json_response([line for _, _, line in ordered], dumps=_dumps)

    async def _me(self, request: web.Request) -> web.Response:
        address = await self._address(request)
        async with self.database.reading() as tx:
            account = await tx.people.account(self.name, address)
            person = None if account is None else await tx.people.get(account.person)
            communes = await tx.people.communes()
        if person is None:
            return web.json_response({"name": "", "role": "guest", "unit": "", "unit_name": "", "demo": self.demo})
        unit_name = communes.get(person.unit) or self.departments().get(person.unit, "")
        return web.json_response(
            {"name": person.name, "role": person.role, "unit": person.unit, "unit_name": unit_name, "demo": self.demo}
        )

    async def _address(self, request: web.Request) -> str:
        session = request.cookies.get(COOKIE, "")
        if not 20 <= len(session) <= 100:
            raise self._error(web.HTTPUnauthorized, "web.no_session")
        async with self.database.reading() as tx:
            return await tx.transcript.page_of(hash_of(session))

    def _after(self, request: web.Request) -> int:
        given = request.headers.get("Last-Event-ID") or request.query.get("after", "0")
        if not re.fullmatch(r"[0-9]{1,15}", given):
            raise self._error(web.HTTPBadRequest, "web.body_wrong")
        return int(given)

    async def _json(self, request: web.Request) -> dict[str, Any]:
        self._same_origin(request)
        if (request.content_length or 0) > LONGEST_BODY:
            raise self._error(
                web.HTTPRequestEntityTooLarge,
                "web.too_large",
                max_size=LONGEST_BODY,
                actual_size=request.content_length,
            )
        raw = await request.content.read(LONGEST_BODY + 1)
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise self._error(web.HTTPBadRequest, "web.body_wrong")
        return body

    def _same_origin(self, request: web.Request) -> None:
        """A page of another site may not write in somebody's name (and the cookie is not sent along either)."""
        origin = request.headers.get(hdrs.ORIGIN)
        if origin and origin.split("://", 1)[-1] != request.host:
            raise self._error(web.HTTPForbidden, "web.other_site")

    def _error(self, kind: type[web.HTTPException], key: str, **extra: Any) -> web.HTTPException:
        body = json.dumps({"error": self.wording.text(key, {}, "vi")}, ensure_ascii=False)
        return kind(text=body, content_type="application/json", **extra)


def _line(line: WebLine) -> dict[str, Any]:
    return {
        "id": line.key,
        "text": line.text,
        "html": line.html,
        "choices": line.choices,
        "files": line.files,
        "at": line.at.isoformat(),
    }


def _own(message: IncomingMessage, labels: dict[str, str]) -> dict[str, Any]:
    names = ", ".join(str(file["name"]) for file in message.attachments)
    text = message.text or labels.get(message.choice, names) or "…"
    return {"id": None, "from": "me", "text": text, "choices": [], "files": [], "at": message.received_at.isoformat()}


def _dumps(value: Any) -> str:
    """JSON with the letters as they are: half the bytes on a poor network."""
    return json.dumps(value, ensure_ascii=False)
