"""The cast: scripted people on any platform, who see only what that platform shows them."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from typing import Any, Protocol

import aiohttp

from tests.support.fake_telegram.people import FakeUser
from tests.support.fake_zalo_bot.people import User

PATIENCE = 8.0
QUIET = 0.6


class Actor(Protocol):
    """Somebody who can say, press and hear."""

    async def says(self, text: str) -> None:
        """Write to the bot."""

    async def presses(self, label: str) -> None:
        """Press a button, or type its number where there are none."""

    async def heard(self) -> list[str]:
        """Everything heard so far, oldest first."""


class Listener:
    """Waits for what an actor hears, going forward only: nothing is heard twice."""

    def __init__(self, name: str, actor: Actor) -> None:
        self.name, self.actor, self.at = name, actor, 0

    async def hears(self, *parts: str, without: tuple[str, ...] = ()) -> str:
        """The next message with all the parts; AssertionError with what came instead."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        heard: list[str] = []
        while asyncio.get_running_loop().time() < deadline:
            heard = (await self.actor.heard())[self.at :]
            for place, text in enumerate(heard):
                if all(_plain(part) in _plain(text) for part in parts):
                    self.at += place + 1
                    assert not [word for word in without if _plain(word) in _plain(text)], text
                    return text
            await asyncio.sleep(0.03)
        raise AssertionError(f"{self.name} waited for {parts} and heard {heard}")

    async def hears_nothing(self) -> None:
        """Nothing new comes for a while."""
        await asyncio.sleep(QUIET)
        heard = (await self.actor.heard())[self.at :]
        assert not heard, f"{self.name} should hear nothing and heard {heard}"


class WebActor:
    """A browser on the web chat, by its HTTP API only."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url, self.http = url, session

    async def becomes(self, person: int) -> None:
        """Choose a person of the demo."""
        async with self.http.post(f"{self.url}/demo/session", json={"person": person}) as response:
            assert response.status == 200, await response.text()

    async def says(self, text: str) -> None:
        await self._post({"text": text})

    async def presses(self, label: str) -> None:
        for line in reversed(await self.lines()):
            for choice in line["choices"]:
                if _plain(label) in _plain(choice["label"]):
                    await self._post({"choice": choice["id"]})
                    return
        raise AssertionError(f"no button {label!r}")

    async def heard(self) -> list[str]:
        return [line["text"] for line in await self.lines()]

    async def lines(self, after: int = 0) -> list[dict[str, Any]]:
        """The messages with their choices."""
        async with self.http.get(f"{self.url}/chat/api/messages", params={"after": after}) as response:
            assert response.status == 200, await response.text()
            found: list[dict[str, Any]] = await response.json()
            return found

    async def _post(self, body: dict[str, str]) -> None:
        async with self.http.post(f"{self.url}/chat/api/messages", json=body) as response:
            assert response.status == 202, await response.text()


class TelegramActor:
    """A phone with Telegram."""

    def __init__(self, user: FakeUser) -> None:
        self.user = user

    async def says(self, text: str) -> None:
        await self.user.says(text)

    async def presses(self, label: str) -> None:
        for message in reversed(self.user.inbox):
            for shown, data in message.buttons:
                if _plain(label) in _plain(shown):
                    self.user.presses(data, message)
                    return
        raise AssertionError(f"no button {label!r}")

    async def heard(self) -> list[str]:
        return [message.text for message in self.user.inbox]


class ZaloActor:
    """A phone with Zalo: no buttons, so a number is typed."""

    def __init__(self, user: User) -> None:
        self.user = user

    async def says(self, text: str) -> None:
        await self.user.says(text)

    async def presses(self, label: str) -> None:
        for message in reversed(self.user.inbox):
            for number, shown in re.findall(r"(?m)^(\d+)\. (.+)$", message.text):
                if _plain(label) in _plain(shown):
                    await self.user.says(number)
                    return
        raise AssertionError(f"no numbered choice {label!r}")

    async def heard(self) -> list[str]:
        return [message.text for message in self.user.inbox]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
