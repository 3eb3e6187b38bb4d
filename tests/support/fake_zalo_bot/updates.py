"""Updates on their way to the bot: handed out to a poll, or brought to its webhook, never both."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.support.fake_zalo_bot.settings import Settings

SECRET_HEADER = "X-Bot-Api-Secret-Token"
HEADERS = {"User-Agent": "Java/17"}
TIMEOUT = aiohttp.ClientTimeout(total=10)
Update = dict[str, Any]


@dataclass
class Webhook:
    """Where the bot wants its updates; no `url`, no webhook."""

    url: str = ""
    secret: str = ""
    updated_at: int = 0


@dataclass
class Updates:
    """The queue, its two exits, and a record of what the webhook answered."""

    settings: Settings
    webhook: Webhook = field(default_factory=Webhook)
    waiting: list[Update] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    """HTTP status of each delivery to the webhook; 0 where nobody answered."""
    polls: int = 0
    pollers: int = 0
    most_pollers: int = 0
    _last: Update | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _closed: bool = False
    _idle: asyncio.Event = field(default_factory=asyncio.Event)

    def push(self, update: Update) -> None:
        """An update comes up, now or after the delay set."""
        self._idle.clear()
        if self.settings.delay:
            asyncio.get_running_loop().call_later(self.settings.delay, self._add, update)
        else:
            self._add(update)

    def nudge(self) -> None:
        """The webhook was set or removed: look again."""
        self._changed.set()

    def close(self) -> None:
        """End every poll."""
        self._closed = True
        self._changed.set()

    def clear(self) -> None:
        """Forget everything that waits or was handed out."""
        self.waiting.clear()
        self.answers.clear()
        self._last = None

    async def poll(self, seconds: float) -> Update | None:
        """The next update, None when `seconds` have passed without one."""
        self.polls += 1
        self.pollers += 1
        self.most_pollers = max(self.most_pollers, self.pollers)
        try:
            async with asyncio.timeout(seconds):
                await self._until(lambda: bool(self.waiting) or self._replayed() is not None)
        except TimeoutError:
            return None
        finally:
            self.pollers -= 1
        return self._take() if self.waiting else self._replayed()

    async def bring(self) -> None:
        """Bring updates to the webhook, one after another, until closed."""
        async with aiohttp.ClientSession(headers=HEADERS, timeout=TIMEOUT) as session:
            while not self._closed:
                await self._until(lambda: bool(self.waiting) and bool(self.webhook.url))
                if self.waiting and self.webhook.url:
                    await self._deliver(session, self._take())
                if not self.waiting:
                    self._idle.set()

    async def settled(self, timeout: float = 5.0) -> None:
        """Wait until the webhook has been brought everything. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            await self._idle.wait()

    async def probe(self, url: str, secret: str) -> int:
        """What the address answers to an empty body; 0 where nobody answers."""
        async with aiohttp.ClientSession(headers=HEADERS, timeout=TIMEOUT) as session:
            return await _post(session, url, b"", {SECRET_HEADER: secret})

    async def _deliver(self, session: aiohttp.ClientSession, update: Update) -> None:
        wrapped = self.settings.payload_mode == "wrapped"
        body = json.dumps({"ok": True, "result": update} if wrapped else update, ensure_ascii=False).encode()
        headers = {SECRET_HEADER: self.webhook.secret, "Content-Type": "application/json"}
        for _ in range(1 + self.settings.redeliver):
            self.answers.append(await _post(session, self.webhook.url, body, headers))
            if self.answers[-1] == 200:
                return

    def _add(self, update: Update) -> None:
        self.waiting.extend([update] * (1 + self.settings.duplicates))
        self._changed.set()

    def _take(self) -> Update:
        self._last = self.waiting.pop(-1 if self.settings.reorder else 0)
        return self._last

    def _replayed(self) -> Update | None:
        return self._last if self.settings.updates_mode == "replay" else None

    async def _until(self, ready: Callable[[], bool]) -> None:
        while not self._closed and not ready():
            self._changed.clear()
            await self._changed.wait()


async def _post(session: aiohttp.ClientSession, url: str, body: bytes, headers: dict[str, str]) -> int:
    kind = () if body else ("Content-Type",)
    try:
        async with session.post(url, data=body, headers=headers, skip_auto_headers=kind) as response:
            return response.status
    except (aiohttp.ClientError, TimeoutError):
        return 0
