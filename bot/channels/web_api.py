"""The routes of the web chat: the page, a small JSON API, server-sent events."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import hdrs, web

from bot.channels import Receive
from bot.channels.web_session import COOKIE, SECURITY, hash_of, new_session, set_session
from bot.files import safe_name
from handlers.turn import Attachment, Incoming, Kind
from storage import Transaction
from storage.inbox import IncomingMessage
from storage.people import Person
from storage.transcript import WebLine

if TYPE_CHECKING:
    from bot.channels.web import WebChannel

PAGE = Path(__file__).parent / "web_page"
LONGEST_BODY = 64 * 1024
LONGEST_FILE = 20 * 1024 * 1024
POLL_SECONDS = 15.0
"""Between looks for new lines; being woken makes it fast. Each look that finds nothing keeps the line alive."""
MOST_STREAMS = 6
"""Open event streams of one page; a further one is told to poll."""
SHORTEST_SESSION, LONGEST_SESSION = 20, 100
_MESSAGE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


@dataclass(slots=True)
class WebApi:
    """What a browser may ask of the web chat."""

    channel: WebChannel
    receive: Receive

    def add_routes(self, app: web.Application) -> None:
        """Serve the page and its API."""
        app.router.add_get("/", self._page)
        app.router.add_static("/static", PAGE, append_version=False)
        app.router.add_post("/chat/api/messages", self._post_message)
        app.router.add_post("/chat/api/files", self._post_file)
        app.router.add_get("/chat/api/messages", self._messages)
        app.router.add_get("/chat/api/events", self._events)
        app.router.add_get("/chat/api/history", self._history)
        app.router.add_get("/chat/api/me", self._me)

    async def _page(self, request: web.Request) -> web.StreamResponse:
        response = web.FileResponse(PAGE / "index.html", headers={**SECURITY, hdrs.CACHE_CONTROL: "no-cache"})
        session = request.cookies.get(COOKIE, "")
        if not SHORTEST_SESSION <= len(session) <= LONGEST_SESSION:
            session = new_session()
        set_session(response, session, secure=self.channel.secure)  # each visit renews it
        return response

    # in

    async def _post_message(self, request: web.Request) -> web.Response:
        address = await self._address(request)
        body = await self._json(request)
        text, choice = body.get("text"), body.get("choice")
        if isinstance(choice, str) and 0 < len(choice) <= 200 and _storable(choice):
            kind, text = Kind.CHOICE, ""
        elif isinstance(text, str) and text.strip() and _storable(text):
            kind, choice = Kind.TEXT, ""
        else:
            raise self._error(web.HTTPBadRequest, "web.body_wrong")
        await self.receive(self._incoming(request, address, kind=kind, text=text, choice=choice))
        return web.json_response({"accepted": True}, status=202)

    async def _post_file(self, request: web.Request) -> web.Response:
        address = await self._address(request)
        self._same_origin(request)
        await self._known_person(address)
        file, text = await self._upload(request)
        data = await asyncio.to_thread(file.file.read)
        if len(data) > LONGEST_FILE:
            raise self._too_large(LONGEST_FILE, len(data))
        keep = self.channel.keep
        kept: Attachment = await asyncio.to_thread(keep, data, safe_name(file.filename), file.content_type)
        await self.receive(self._incoming(request, address, kind=Kind.TEXT, text=text, attachments=(kept,)))
        return web.json_response({"accepted": True}, status=202)

    async def _known_person(self, address: str) -> None:
        """Files only from people with a post: anybody else could fill the disk."""
        async with self.channel.database.reading() as tx:
            person = await _person(tx, self.channel.name, address)
        if not self.channel.open_access and (person is None or not person.enrolled):
            raise self._error(web.HTTPForbidden, "web.enrol_first")

    async def _upload(self, request: web.Request) -> tuple[web.FileField, str]:
        try:
            form = await request.post() if request.content_type.startswith("multipart/") else {}
        except (ValueError, LookupError, AssertionError):  # aiohttp's words for a body that is no form
            form = {}
        file, text = form.get("file"), form.get("text", "")
        if isinstance(file, web.FileField) and isinstance(text, str) and _storable(text):
            return file, text
        raise self._error(web.HTTPBadRequest, "web.body_wrong")

    def _incoming(self, request: web.Request, address: str, **what: Any) -> Incoming:
        given = request.headers.get("X-Message-Id", "")
        external = given if _MESSAGE_ID.fullmatch(given) else secrets.token_hex(16)
        return Incoming(
            channel=self.channel.name,
            external_id=f"{address}:{external}",
            address=address,
            sender=address,
            platform_id=external,
            sent_at=self.channel.clock(),
            **what,
        )

    # out

    async def _messages(self, request: web.Request) -> web.Response:
        address = await self._address(request)
        async with self.channel.database.reading() as tx:
            lines = await tx.transcript.after(address, self._after(request))
        return web.json_response([_line(line) for line in lines], dumps=_dumps)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        address, last = await self._address(request), self._after(request)
        if self.channel.database.wakeups.count(f"web:{address}") >= MOST_STREAMS:
            raise self._error(web.HTTPTooManyRequests, "web.too_many_pages")
        response = web.StreamResponse(
            headers={hdrs.CONTENT_TYPE: "text/event-stream", hdrs.CACHE_CONTROL: "no-store", "X-Accel-Buffering": "no"}
        )
        await response.prepare(request)
        bell = asyncio.Event()
        silence = self.channel.database.wakeups.on(f"web:{address}", bell.set)
        try:
            await self._stream(response, address, last, bell)
        except (ConnectionResetError, ConnectionError):
            pass
        finally:
            silence()
        return response

    async def _stream(self, response: web.StreamResponse, address: str, last: int, bell: asyncio.Event) -> None:
        while True:
            bell.clear()
            async with self.channel.database.reading() as tx:
                lines = await tx.transcript.after(address, last)
            for line in lines:
                last = line.key
                await response.write(f"id: {last}\ndata: {_dumps(_line(line))}\n\n".encode())
            if not lines:
                await response.write(b": still here\n\n")
            try:
                async with asyncio.timeout(POLL_SECONDS):
                    await bell.wait()
            except TimeoutError:
                pass

    async def _history(self, request: web.Request) -> web.Response:
        address = await self._address(request)
        async with self.channel.database.reading() as tx:
            lines = [
                (line.at, 1, {"from": "bot", **_line(line)}) for line in await tx.transcript.last(address, limit=100)
            ]
            talk = await tx.conversations.at(self.channel.name, address)
            said = [] if talk is None else await tx.inbox.said_in(talk.key, last=100)
            labels = {choice["id"]: choice["label"] for _, _, line in lines for choice in line["choices"]}
            own = [(m.received_at, 0, _own(m, labels)) for m in said]
        ordered = sorted(lines + own, key=lambda row: row[:2])[-100:]
        return web.json_response([line for _, _, line in ordered], dumps=_dumps)

    async def _me(self, request: web.Request) -> web.Response:
        address, demo = await self._address(request), self.channel.demo
        async with self.channel.database.reading() as tx:
            account = await tx.people.account(self.channel.name, address)
            person = None if account is None else await tx.people.get(account.person)
            communes = await tx.people.communes()
        if person is None:
            return web.json_response({"name": "", "role": "guest", "unit": "", "unit_name": "", "demo": demo})
        unit_name = communes.get(person.unit) or self.channel.departments().get(person.unit, "")
        return web.json_response(
            {"name": person.name, "role": person.role, "unit": person.unit, "unit_name": unit_name, "demo": demo}
        )

    # what a request must be

    async def _address(self, request: web.Request) -> str:
        session = request.cookies.get(COOKIE, "")
        if not SHORTEST_SESSION <= len(session) <= LONGEST_SESSION or not session.isascii():
            raise self._error(web.HTTPUnauthorized, "web.no_session")
        async with self.channel.database.reading() as tx:
            address = await tx.transcript.page_of(hash_of(session))
            person = await _person(tx, self.channel.name, address)
        if person is not None and not person.active:
            raise self._error(web.HTTPUnauthorized, "web.revoked")
        return address

    def _after(self, request: web.Request) -> int:
        given = request.headers.get("Last-Event-ID") or request.query.get("after", "0")
        if not re.fullmatch(r"[0-9]{1,15}", given):
            raise self._error(web.HTTPBadRequest, "web.body_wrong")
        return int(given)

    async def _json(self, request: web.Request) -> dict[str, Any]:
        self._same_origin(request)
        raw = b""
        async for piece in request.content.iter_any():  # on a poor network a body comes in pieces
            raw += piece
            if len(raw) > LONGEST_BODY:
                raise self._too_large(LONGEST_BODY, request.content_length or len(raw))
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise self._error(web.HTTPBadRequest, "web.body_wrong")
        return body

    def _same_origin(self, request: web.Request) -> None:
        """A page of another site may not write in somebody's name (the cookie is Strict as well)."""
        origin = request.headers.get(hdrs.ORIGIN)
        if origin and origin.split("://", 1)[-1] != request.host:
            raise self._error(web.HTTPForbidden, "web.other_site")

    def _too_large(self, most: int, size: int) -> web.HTTPException:
        return self._error(web.HTTPRequestEntityTooLarge, "web.too_large", max_size=most, actual_size=size)

    def _error(self, kind: type[web.HTTPException], key: str, **extra: Any) -> web.HTTPException:
        body = json.dumps({"error": self.channel.wording.text(key, {}, "vi")}, ensure_ascii=False)
        return kind(text=body, content_type="application/json", **extra)


def _storable(text: str) -> bool:
    """Databases know neither NUL nor half a character."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


async def _person(tx: Transaction, channel: str, address: str) -> Person | None:
    account = await tx.people.account(channel, address)
    return None if account is None else await tx.people.get(account.person)


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
