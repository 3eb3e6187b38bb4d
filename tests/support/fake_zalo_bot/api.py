"""The documented methods of the Bot API, strict where the documents are, and faults on demand."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Literal

from aiohttp import web

from tests.support.fake_zalo_bot.people import Chat, Group, Received
from tests.support.fake_zalo_bot.webhooks import Refusal, Webhooks

if TYPE_CHECKING:
    from tests.support.fake_zalo_bot.server import FakeZaloBot

Parameters = dict[str, Any]
Fault = int | Literal["html", "hang", "hang after", "drop", "drop after"]
"""An error code; a page instead of JSON; silence or a cut line, before or after the call took effect."""

DESCRIPTIONS = {401: "Unauthorized", 403: "Internal server error", 404: "Not Found", 429: "Quota exceeded"}
PAGE = "<html><body>Service unavailable</body></html>"


class BotApi:
    """`/bot<token>/<method>` for the one bot of a town."""

    def __init__(self, fake: FakeZaloBot) -> None:
        self._fake = fake
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.calls: list[tuple[str, Parameters]] = []
        self.closing = asyncio.Event()
        hooks = Webhooks(fake)
        self._methods: dict[str, Callable[[Parameters], Awaitable[Any]]] = {
            "getMe": self._get_me,
            "getUpdates": self._get_updates,
            "setWebhook": hooks.set,
            "deleteWebhook": hooks.delete,
            "getWebhookInfo": hooks.info,
            "sendMessage": self._send_message,
            "sendPhoto": self._send_photo,
            "sendSticker": self._send_sticker,
            "sendVoice": self._send_voice,
            "sendChatAction": self._send_chat_action,
        }

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one call, whichever way its parameters came."""
        if request.match_info["token"] != self._fake.token:
            return self._bad_token()
        method = request.match_info["method"]
        parameters = await read_parameters(request)
        self.calls.append((method, parameters))
        fault = self.faults[method].popleft() if self.faults[method] else None
        if fault is None or str(fault).endswith("after"):
            answer = await self._answer(method, parameters)
        else:
            answer = refusal(fault, DESCRIPTIONS.get(fault, "Forced")) if isinstance(fault, int) else page(502)
        if isinstance(fault, str) and fault != "html":
            await self._break(request, fault)
        return answer

    async def _answer(self, method: str, parameters: Parameters) -> web.Response:
        known = self._methods.get(method)
        if known is None:
            return refusal(404, "Not Found")
        try:
            result = await known(parameters)
        except Refusal as error:
            return refusal(error.code, error.description)
        return web.json_response({"ok": True} if result is None else {"ok": True, "result": result})

    async def _break(self, request: web.Request, fault: str) -> None:
        if fault.startswith("hang"):
            await self.closing.wait()
        if request.transport is not None:
            request.transport.close()

    def _bad_token(self) -> web.Response:
        return page(401) if self._fake.settings.bad_token_mode == "html" else refusal(401, "Unauthorized")

    async def _get_me(self, _parameters: Parameters) -> Any:
        return {
            "id": self._fake.token.partition(":")[0],
            "account_name": self._fake.account_name,
            "account_type": "BASIC",
            "can_join_groups": True,
            "display_name": self._fake.bot_name,
        }

    async def _get_updates(self, parameters: Parameters) -> Any:
        if self._fake.updates.webhook.url:
            raise Refusal(400, "Bad Request: getUpdates does not work while a webhook is set")
        asked = str(parameters.get("timeout", "30"))
        if not asked.isdigit():
            raise Refusal(400, "Bad Request: timeout must be a number")
        hold = self._fake.settings.idle
        update = await self._fake.updates.poll(int(asked) if hold is None else min(hold, int(asked)))
        if update is None:
            raise Refusal(408, "Request timeout")
        return [update] if self._fake.settings.result_mode == "array" else update

    async def _send_message(self, parameters: Parameters) -> Any:
        if parameters.get("parse_mode") not in (None, "markdown", "html"):
            raise Refusal(400, "Bad Request: unknown parse_mode")
        return self._deliver(parameters, "text", text=_words(parameters, "text", least=1))

    async def _send_photo(self, parameters: Parameters) -> Any:
        photo = str(parameters.get("photo", ""))
        if not photo.startswith(("http://", "https://")):
            raise Refusal(400, "Bad Request: photo must be a public URL")
        return self._deliver(parameters, "photo", text=_words(parameters, "caption", least=0), media=photo)

    async def _send_sticker(self, parameters: Parameters) -> Any:
        return self._deliver(parameters, "sticker", media=_words(parameters, "sticker", least=1))

    async def _send_voice(self, parameters: Parameters) -> Any:
        voice = str(parameters.get("voice_url", ""))
        if not voice.endswith(".aac"):
            raise Refusal(400, "Bad Request: voice_url must end in .aac")
        return self._deliver(parameters, "voice", media=voice)

    async def _send_chat_action(self, parameters: Parameters) -> Any:
        self._chat(parameters)
        if parameters.get("action") != "typing":
            raise Refusal(400, "Bad Request: unknown action")

    def _deliver(self, parameters: Parameters, kind: str, *, text: str = "", media: str = "") -> Any:
        chat = self._chat(parameters)
        self._fake.count_against_quotas(chat)
        message = Received(self._fake.new_id(), chat.id, kind, text, media, self._fake.now_ms())
        self._fake.outbox.append(message)
        if kind != "voice" or not isinstance(chat, Group):  # the platform says ok and delivers no voice there
            chat.receive(message)
        return {"message_id": message.message_id, "date": message.date}

    def _chat(self, parameters: Parameters) -> Chat:
        chat = self._fake.chats.get(str(parameters.get("chat_id", "")))
        if chat is None or not chat.known or chat.blocked:
            code = self._fake.settings.unknown_chat
            raise Refusal(code, "Not Found" if code == 404 else "Bad Request: chat not found")
        return chat


async def read_parameters(request: web.Request) -> Parameters:
    """Parameters from the address, and from a form, a multipart form or JSON."""
    found: Parameters = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError:
            body = {}
        found.update(body if isinstance(body, dict) else {})
    elif request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        found.update(await request.post())
    return found


def refusal(code: int, description: str) -> web.Response:
    """An error in the platform's envelope, its code also the HTTP status."""
    return web.json_response({"ok": False, "error_code": code, "description": description}, status=code)


def page(status: int) -> web.Response:
    """Something that is no JSON."""
    return web.Response(text=PAGE, content_type="text/html", status=status)


def _words(parameters: Parameters, name: str, *, least: int) -> str:
    text = str(parameters.get(name, ""))
    if not least <= len(text.encode("utf-16-le", "surrogatepass")) // 2 <= 2000:
        raise Refusal(400, f"Bad Request: {name} must have {least} to 2000 characters")
    return text
