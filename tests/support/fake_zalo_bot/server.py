"""The fake platform: one bot, the town that talks to it, and its HTTP server on loopback."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from aiohttp import web

from tests.support.fake_zalo_bot.api import BotApi, Fault
from tests.support.fake_zalo_bot.control import Control
from tests.support.fake_zalo_bot.media import TYPES
from tests.support.fake_zalo_bot.people import Chat, Group, Received, User
from tests.support.fake_zalo_bot.settings import Settings
from tests.support.fake_zalo_bot.updates import Updates
from tests.support.fake_zalo_bot.webhooks import Refusal

HERE = ZoneInfo("Asia/Ho_Chi_Minh")


class FakeZaloBot:
    """An async context manager; `url` is the API root and `token` the bot's. Any of Settings may be given."""

    def __init__(
        self,
        *,
        token: str = "12345689:fake-secret",
        port: int = 0,
        bot_name: str = "Bot Thủ Tục",
        account_name: str = "bot.thutuc",
        **settings: Any,
    ) -> None:
        self.token = token
        self.bot_name = bot_name
        self.account_name = account_name
        self.settings = Settings(**settings)
        self.url = ""
        self.chats: dict[str, Chat] = {}
        self.outbox: list[Received] = []
        """Everything the bot sent and the platform took."""
        self.updates = Updates(self.settings)
        self.api = BotApi(self)
        self._port = port
        self._ahead = timedelta()
        self._media: dict[str, bytes] = {}

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._bringing = asyncio.create_task(self.updates.bring())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.api.closing.set()
        self.updates.close()
        self._bringing.cancel()
        await asyncio.gather(self._bringing, return_exceptions=True)
        await self._runner.cleanup()

    def user(self, user_id: str, display_name: str = "") -> User:
        """The person with this id, moving in if new."""
        chat = self.chats.setdefault(user_id, User(self, user_id, display_name or user_id))
        assert isinstance(chat, User), f"{user_id} is a group"
        return chat

    def group(self, group_id: str, name: str = "") -> Group:
        """The group with this id, with the bot in it."""
        chat = self.chats.setdefault(group_id, Group(self, group_id, name or group_id))
        assert isinstance(chat, Group), f"{group_id} is a person"
        return chat

    def fail(self, method: str, *faults: Fault) -> None:
        """The next calls of `method` go wrong, one after another, as named."""
        self.api.faults[method].extend(faults)

    def calls(self, method: str) -> list[dict[str, Any]]:
        """Parameters of every call of `method` so far."""
        return [parameters for name, parameters in self.api.calls if name == method]

    def tell_bot(self, event: str, message: dict[str, Any]) -> None:
        """An update about `message` is on its way."""
        bare = event == "message.unsupported.received" and not self.settings.unsupported_message
        self.updates.push({"event_name": event} if bare else {"event_name": event, "message": message})

    def keep_media(self, content: bytes, ending: str) -> str:
        """Keep a file, and return its address."""
        name = f"{self.new_id()}.{ending}"
        self._media[name] = content
        return f"{self.url}/media/{name}"

    def advance(self, **by: float) -> None:
        """Move the platform's clock on, by what timedelta understands: the month's quota hangs on it."""
        self._ahead += timedelta(**by)

    def now(self) -> datetime:
        """The platform's time."""
        return datetime.now(UTC) + self._ahead

    def now_ms(self) -> int:
        """The platform's time in epoch milliseconds."""
        return int(self.now().timestamp() * 1000)

    def new_id(self) -> str:
        """An id such as the platform gives: 20 hexadecimal digits."""
        return secrets.token_hex(10)

    def count_against_quotas(self, chat: Chat) -> None:
        """Raise Refusal where writing to `chat` breaks the plan's caps on users, groups or messages a month."""
        kind, cap = (Group, self.settings.group_cap) if isinstance(chat, Group) else (User, self.settings.user_cap)
        written = [other for other in self.chats.values() if type(other) is kind and other.inbox]
        month = _month(self.now())
        sent = sum(_month(datetime.fromtimestamp(m.date / 1000, UTC)) == month for m in self.outbox)
        if sent >= self.settings.monthly_cap or (chat not in written and len(written) >= cap):
            raise Refusal(429, "Quota exceeded")

    def reset(self) -> None:
        """Everybody moves out, nothing was ever said; settings and webhook stay."""
        self.chats.clear()
        self.outbox.clear()
        self.updates.clear()
        self.api.calls.clear()
        self.api.faults.clear()

    def state(self) -> dict[str, Any]:
        """Settings and webhook, for the control API."""
        return {"settings": asdict(self.settings), "webhook": self.updates.webhook.url}

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self.api.handle)
        app.router.add_get("/media/{name}", self._serve_media)
        Control(self).add_to(app)
        return app

    async def _serve_media(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in self._media:
            raise web.HTTPNotFound
        return web.Response(body=self._media[name], content_type=TYPES[name.rpartition(".")[2]])


def _month(moment: datetime) -> tuple[int, int]:
    local = moment.astimezone(HERE)
    return local.year, local.month
