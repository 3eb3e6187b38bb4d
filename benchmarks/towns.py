"""Towns whose people ask over the fake Telegram, or on open pages of the web chat."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import cycle

import aiohttp

from benchmarks.load import Meter
from bot.channels.web_session import COOKIE, hash_of
from tests.support.fake_telegram import FakeTelegram, Received
from tests.support.fake_telegram.records import Chat

FIRST_ID = 10_000


def telegram_ids(count: int) -> list[int]:
    """Ids of the people of a Telegram town."""
    return list(range(FIRST_ID, FIRST_ID + count))


def sessions(count: int) -> list[str]:
    """Cookies of the people of a web town."""
    return [f"session-of-the-benchmark-{place:05}" for place in range(count)]


def page_of(session: str) -> str:
    """The address of the page that a browser with this cookie shows."""
    return hash_of(session)


class TelegramTown:
    """`asking` people write by turns; messages to all others are only counted."""

    def __init__(self, fake: FakeTelegram, ids: list[int]) -> None:
        self.meter = Meter()
        self.people: Iterator[int] = cycle(ids)
        self.others = 0
        self._asking = frozenset(ids)
        self._users = {number: fake.user(number, f"Người {number}") for number in ids}
        fake.on_message = self._arrived

    async def ask(self, person: int, text: str, due: float) -> None:
        """Write to the bot."""
        self.meter.asked(person, due)
        await self._users[person].says(text)

    def _arrived(self, chat: Chat, _: Received) -> None:
        if chat.id in self._asking:
            self.meter.answered(chat.id)
        else:
            self.others += 1


class WebTown:
    """Every page is open and listens for events, as in a browser."""

    def __init__(self, http: aiohttp.ClientSession, url: str, cookies: list[str]) -> None:
        self.meter = Meter()
        self.people: Iterator[int] = cycle(range(len(cookies)))
        self._http, self._url = http, f"{url}/chat/api"
        self._headers = [{"Cookie": f"{COOKIE}={cookie}"} for cookie in cookies]

    async def ask(self, person: int, text: str, due: float) -> None:
        """Post a message as the page does."""
        self.meter.asked(person, due)
        url, headers = f"{self._url}/messages", self._headers[person]
        async with self._http.post(url, json={"text": text}, headers=headers) as answer:
            answer.raise_for_status()

    async def listen(self, person: int, opened: asyncio.Barrier) -> None:
        """Hold a page open; each event is a message."""
        async with self._http.get(f"{self._url}/events", headers=self._headers[person]) as stream:
            await opened.wait()
            async for line in stream.content:
                if line.startswith(b"data:"):
                    self.meter.answered(person)


@asynccontextmanager
async def web_town(url: str, cookies: list[str]) -> AsyncIterator[WebTown]:
    """A town with all its pages open until the end of the block."""
    limits = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=limits, timeout=aiohttp.ClientTimeout(total=None)) as http:
        town = WebTown(http, url, cookies)
        opened = asyncio.Barrier(len(cookies) + 1)
        pages = [asyncio.create_task(town.listen(person, opened)) for person in range(len(cookies))]
        await opened.wait()
        try:
            yield town
        finally:
            for page in pages:
                page.cancel()
            with contextlib.suppress(aiohttp.ClientError):
                await asyncio.gather(*pages, return_exceptions=True)
