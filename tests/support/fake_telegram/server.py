"""The fake itself: one bot, its chats, and the HTTP server that plays the Bot API."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any, Self

from aiohttp import web

from tests.support.fake_telegram.control import add_control
from tests.support.fake_telegram.errors import Refused, bad_request
from tests.support.fake_telegram.faults import Faults, Limits, Planned
from tests.support.fake_telegram.methods import METHODS
from tests.support.fake_telegram.parameters import Parameters
from tests.support.fake_telegram.people import FakeGroup, FakeUser
from tests.support.fake_telegram.records import Chat, Json, Received, StoredFile
from tests.support.fake_telegram.updates import Updates
from tests.support.fake_telegram.webhook import Webhook

TOKEN = "700100:fake-bot-token-for-loopback-only"

_dumps = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


class FakeTelegram:
    """Telegram on loopback: `async with FakeTelegram() as fake`, then `fake.url` and `fake.token`.

    `keep` bounds how many messages a chat remembers, for long load runs.
    """

    def __init__(
        self, token: str = TOKEN, *, port: int = 0, username: str = "XongViecThuBot", keep: int = 1000
    ) -> None:
        self.token = token
        self.me: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "XongViệc thử",
            "username": username,
        }
        self.faults = Faults()
        self.limits = Limits()
        self.updates = Updates(self.faults)
        self.webhook = Webhook(self.updates)
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.presses: dict[str, str] = {}
        self.answered: set[str] = set()
        self.calls: dict[str, int] = {}
        self.message_ids = count(1)
        self.on_message: Callable[[Chat, Received], None] | None = None
        self._keep = keep
        self._port = port
        self._people: dict[int, FakeUser] = {}
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        add_control(app, self)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.webhook.stop()
        self.updates.stop_polling()
        if self._runner:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """What a bot calls `api_root`."""
        return f"http://127.0.0.1:{self._port}"

    def user(self, user_id: int, first_name: str, last_name: str = "") -> FakeUser:
        """The person with this id, made on first mention."""
        if user_id not in self._people:
            names = {"first_name": first_name} | ({"last_name": last_name} if last_name else {})
            self.chats[user_id] = Chat(user_id, "private", names, self._keep)
            self._people[user_id] = FakeUser(self, user_id, names)
        return self._people[user_id]

    def person(self, user_id: int) -> FakeUser:
        """The person with this id; raises KeyError."""
        return self._people[user_id]

    def group(self, group_id: int, title: str) -> FakeGroup:
        """A supergroup with topics; its id is negative."""
        names = {"title": title, "is_forum": True}
        chat = self.chats.setdefault(group_id, Chat(group_id, "supergroup", names, self._keep))
        return FakeGroup(self, chat)

    def chat(self, given: Parameters) -> Chat:
        """The chat a call is for; raises 400 or 403 as Telegram does."""
        if not given.text("chat_id"):
            raise bad_request("chat_id is empty")
        chat = self.chats.get(given.number("chat_id"))
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to:
            moved = {"migrate_to_chat_id": chat.migrated_to}
            raise Refused(400, "Bad Request: group chat was upgraded to a supergroup chat", moved)
        if chat.blocked:
            group = chat.kind != "private"
            why = "bot was kicked from the group chat" if group else "bot was blocked by the user"
            raise Refused(403, f"Forbidden: {why}")
        self.faults.check_flood(chat.id)
        return chat

    def new_message(self, chat: Chat, sender: Json, content: Json) -> Json:
        """A Message object not yet delivered to anyone."""
        head = {"message_id": next(self.message_ids), "date": int(time.time())}
        return head | {"chat": chat.as_json(), "from": sender} | content

    def deliver(self, chat: Chat, message: Json, received: Received) -> None:
        """Put a message of the bot into a chat."""
        chat.add(message, received)
        if self.on_message:
            self.on_message(chat, received)

    def store(self, name: str, content: bytes) -> StoredFile:
        """Keep a file for download."""
        file = StoredFile(f"file{len(self.files) + 1:06}", name, content)
        self.files[file.file_id] = file
        return file

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"].lower()
        self.calls[method] = self.calls.get(method, 0) + 1
        try:
            return _answer({"ok": True, "result": await self._result(request, method)})
        except Refused as refused:
            return _answer(refused.as_json(), refused.code)
        except ConnectionAbortedError:
            if request.transport:
                request.transport.abort()
            return web.Response()

    async def _result(self, request: web.Request, method: str) -> Any:
        if self.faults.down:
            raise ConnectionAbortedError
        if request.match_info["token"] != self.token:
            raise Refused(401, "Unauthorized")
        handler = METHODS.get(method)
        if handler is None:
            raise Refused(404, "Not Found")
        given = await Parameters.of(request)
        await asyncio.sleep(self.faults.slow)
        planned = self.faults.take(method)
        if planned and not planned.accept:
            _refuse(planned)
        result = await handler(self, given)
        if planned:
            await asyncio.sleep(planned.wait)
            _refuse(planned)
        return result

    async def _download(self, request: web.Request) -> web.Response:
        file_id = request.match_info["path"].removeprefix("files/")
        if request.match_info["token"] != self.token or file_id not in self.files:
            return _answer(Refused(404, "Not Found").as_json(), 404)
        return web.Response(body=self.files[file_id].content)


def _refuse(planned: Planned) -> None:
    if planned.drop:
        raise ConnectionAbortedError
    if planned.refusal:
        raise planned.refusal


def _answer(body: Json, status: int = 200) -> web.Response:
    return web.json_response(body, status=status, dumps=_dumps)
