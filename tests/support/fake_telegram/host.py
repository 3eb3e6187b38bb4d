"""The smallest program around a channel: a web server, and a store that refuses what a database would."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Self

from aiohttp import web

from bot.channels import Channel
from handlers.turn import Incoming


class Host:
    """`async with Host() as host: await host.runs(channel)`; `host.url` is known before."""

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.stored: list[Incoming] = []
        self.attempts = 0
        self.failures_left = 0
        self._runner: web.AppRunner | None = None
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stops()
        self._socket.close()

    async def runs(self, channel: Channel) -> None:
        """Start the program with this channel."""
        app = web.Application()
        channel.listen(app, self.receive)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.SockSite(self._runner, self._socket.dup()).start()

    async def stops(self) -> None:
        """Stop it; what was stored stays."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def receive(self, incoming: Incoming) -> bool:
        """Store once per external id, unless told to fail."""
        self.attempts += 1
        self._changed.set()
        if self.failures_left:
            self.failures_left -= 1
            raise OSError("the disk is full")
        content = json.dumps(asdict(incoming), default=str, ensure_ascii=False, allow_nan=False)
        if "\\u0000" in content:
            raise ValueError("NUL")
        content.encode()
        if any(each.external_id == incoming.external_id for each in self.stored):
            return False
        self.stored.append(incoming)
        return True

    async def until(self, true: Callable[[], bool], timeout: float = 5.0) -> None:
        """Wait until `true` holds, looking after each message; raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while not true():
                self._changed.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), 0.02)

    async def gets(self, count: int, timeout: float = 5.0) -> list[Incoming]:
        """The first `count` messages, in the order stored."""
        await self.until(lambda: len(self.stored) >= count, timeout)
        return self.stored[:count]
