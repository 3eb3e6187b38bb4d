"""A web application around one channel, which keeps what comes in as intake would."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.channels import Channel
from handlers.turn import Incoming


class Host:
    """An async context manager; `url` is where it listens, `incoming` every new message in order."""

    def __init__(self, channel: Channel, port: int = 0) -> None:
        self.channel = channel
        self.incoming: list[Incoming] = []
        self.offered = 0
        """Messages handed over, repeats included."""
        self.broken = False
        """Whether nothing can be stored."""
        self.slowness = 0.0
        """Seconds that storing takes."""
        self.url = ""
        self._port = port
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application()
        self.channel.listen(app, self._receive)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    async def until(self, count: int, timeout: float = 5.0) -> list[Incoming]:
        """The messages, once there are `count` of them. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while len(self.incoming) < count:
                self._news.clear()
                await self._news.wait()
        return self.incoming

    async def until_offered(self, count: int, timeout: float = 5.0) -> None:
        """Wait until `count` messages were handed over, stored or not. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while self.offered < count:
                self._news.clear()
                await self._news.wait()

    async def _receive(self, incoming: Incoming) -> bool:
        self.offered += 1
        self._news.set()
        await asyncio.sleep(self.slowness)
        if self.broken:
            raise RuntimeError("the database is away")
        if incoming.external_id in [known.external_id for known in self.incoming]:
            return False
        self.incoming.append(incoming)
        self._news.set()
        return True
