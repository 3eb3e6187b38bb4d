"""Delivery to the bot's webhook: in order within a chat, many chats at once, again until it is taken."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import Any

import aiohttp

from tests.support.fake_telegram.updates import Json, Updates

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Webhook:
    """The one webhook of the bot; `pause` is the wait before a redelivery, doubling up to `longest_pause`."""

    def __init__(self, updates: Updates, *, pause: float = 0.05, longest_pause: float = 1.0) -> None:
        self.url = ""
        self.secret = ""
        self.max_connections = 40
        self.pause = pause
        self.longest_pause = longest_pause
        self.delivered = 0
        self.failed = 0
        self.last_error: tuple[float, str] | None = None
        self._updates = updates
        self._lines: dict[Any, deque[int]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    async def start(self, url: str, secret: str, max_connections: int) -> None:
        """Deliver to `url` from now on, what has waited first."""
        await self.stop()
        self.url, self.secret, self.max_connections = url, secret, max_connections
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=max_connections),
            timeout=aiohttp.ClientTimeout(total=30),
        )
        self._updates.on_entry = self._line_up
        for entry, update in list(self._updates.waiting.items()):
            self._line_up(entry, update)

    async def stop(self) -> None:
        """Deliver no more; what was not taken waits for polling or the next webhook."""
        self._updates.on_entry = None
        workers = list(self._workers)
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        if self._session:
            await self._session.close()
        self.url, self._session, self._lines = "", None, {}

    def info(self) -> Json:
        """The WebhookInfo object."""
        info: Json = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.waiting),
        }
        if self.url:
            info |= {"max_connections": self.max_connections, "allowed_updates": sorted(self._updates.allowed)}
        if self.last_error:
            info |= {"last_error_date": int(self.last_error[0]), "last_error_message": self.last_error[1]}
        return info

    def _line_up(self, entry: int, update: Json) -> None:
        chat = _chat_of(update)
        if chat in self._lines:
            self._lines[chat].append(entry)
            return
        self._lines[chat] = deque([entry])
        worker = asyncio.create_task(self._work(chat))
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    async def _work(self, chat: Any) -> None:
        line = self._lines[chat]
        while line:
            update = self._updates.waiting.get(line[0])
            if update is not None:
                await self._deliver(update)
                self._updates.waiting.pop(line[0], None)
            line.popleft()
        del self._lines[chat]

    async def _deliver(self, update: Json) -> None:
        pause = self.pause
        while not await self._post(update):
            self.failed += 1
            await asyncio.sleep(pause)
            pause = min(pause * 2, self.longest_pause)
        self.delivered += 1

    async def _post(self, update: Json) -> bool:
        assert self._session
        headers = {SECRET_HEADER: self.secret} if self.secret else {}
        try:
            async with self._session.post(self.url, json=update, headers=headers) as answer:
                if 200 <= answer.status < 300:
                    return True
                problem = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            problem = f"Connection failed: {type(error).__name__}"
        self.last_error = (time.time(), problem)
        return False


def _chat_of(update: Json) -> Any:
    body = next(value for key, value in update.items() if key != "update_id")
    return (body.get("message") or body)["chat"]["id"]
