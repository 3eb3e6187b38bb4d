"""The whole app with both webhooks open, and a caller who posts to them as the platforms do, or worse."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bot.channels import telegram, zalo_bot
from knowledge import KnowledgeBase
from tests.support.fake_telegram import FakeTelegram
from tests.support.fake_zalo_bot import FakeZaloBot
from tests.support.stage import Stage, staged

SECRET = "a-secret-for-tests"
SETTLE_SECONDS = 60.0


@dataclass
class Hooks:
    """The app on its stage, the platforms around it, and an HTTP session to call its doors with."""

    stage: Stage
    telegram: FakeTelegram
    zalo: FakeZaloBot
    http: aiohttp.ClientSession

    async def post(self, path: str, body: bytes, **headers: str) -> int:
        """The status that a body is answered with."""
        async with self.http.post(self.stage.url + path, data=body, headers=headers) as response:
            return response.status

    async def telegram_posts(self, body: bytes, secret: str = SECRET) -> int:
        """A call from Telegram, or from somebody who says so."""
        return await self.post(telegram.PATH, body, **{telegram.SECRET_HEADER: secret})

    async def zalo_posts(self, body: bytes, secret: str = SECRET) -> int:
        """A call from Zalo, or from somebody who says so."""
        return await self.post(zalo_bot.PATH, body, **{zalo_bot.SECRET_HEADER: secret})

    async def handled(self) -> None:
        """Wait until every accepted message is handled."""
        async with asyncio.timeout(SETTLE_SECONDS):
            while (await self._waiting())[0]:
                await asyncio.sleep(0.05)

    async def settled(self) -> None:
        """Wait until, besides, no promise waits for a sender."""
        async with asyncio.timeout(SETTLE_SECONDS):
            while any(await self._waiting()):
                await asyncio.sleep(0.05)

    async def _waiting(self) -> tuple[int, int]:
        async with self.stage.app.database.reading() as tx:
            messages, _ = await tx.inbox.waiting()
            promises = await tx.outbox.count_by_status()
        return messages, promises.get("waiting", 0) + promises.get("sending", 0)


@asynccontextmanager
async def hooks(folder: Path, knowledge: KnowledgeBase, database_url: str) -> AsyncIterator[Hooks]:
    """Serve everybody, enrolled or not."""
    async with FakeTelegram() as telegram_, FakeZaloBot(allow_local=True) as zalo, aiohttp.ClientSession() as http:
        mode: dict[str, Any] = {"mode": "webhook", "webhook_secret": SECRET}
        async with staged(
            folder, knowledge, database_url=database_url, demo=False, access="open",
            telegram={"token": telegram_.token, "api_root": telegram_.url, **mode},
            zalo_bot={"token": zalo.token, "api_root": zalo.url, **mode},
        ) as stage:  # fmt: skip
            await _registered(telegram_, zalo)
            yield Hooks(stage, telegram_, zalo, http)


async def _registered(telegram_: FakeTelegram, zalo: FakeZaloBot) -> None:
    async with asyncio.timeout(10):
        while not (telegram_.webhook.url and zalo.updates.webhook.url):
            await asyncio.sleep(0.02)


def telegram_update(number: int, person: int, text: str) -> bytes:
    """A question in a private chat."""
    sender = {"id": person, "is_bot": False, "first_name": "Cán bộ"}
    chat = {"id": person, "type": "private", "first_name": "Cán bộ"}
    message = {"message_id": number, "date": 1790000000 + number, "chat": chat, "from": sender, "text": text}
    return json.dumps({"update_id": number, "message": message}).encode()


def zalo_update(number: int, person: str, text: str, *, wrapped: bool = False) -> bytes:
    """A question in a private chat, flat or wrapped as the platform is seen to send both."""
    message = {
        "message_id": f"{number:020x}",
        "date": 1790000000000 + number,
        "from": {"id": person, "display_name": "Cán bộ", "is_bot": False},
        "chat": {"id": person, "chat_type": "PRIVATE"},
        "message_type": "CHAT_MESSAGE",
        "text": text,
    }
    update = {"event_name": "message.text.received", "message": message}
    return json.dumps({"ok": True, "result": update} if wrapped else update).encode()
