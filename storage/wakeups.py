"""Wake-ups: the event makes it fast; the poll, which every waiter has too, makes it correct."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url

log = logging.getLogger(__name__)

RECONNECT_AFTER = 2.0

KNOWLEDGE = "knowledge"
"""The topic of publications and imports: the libraries of all processes wait for it."""


class Wakeups:
    """Topics and who waits for them: in this process directly, in others through PostgreSQL's NOTIFY."""

    def __init__(self, url: str | None) -> None:
        self._url = url
        self._bells: dict[str, set[Callable[[], None]]] = {}
        self._listener: asyncio.Task[None] | None = None

    def on(self, topic: str, bell: Callable[[], None]) -> Callable[[], None]:
        """Call `bell` when the topic is woken; what is returned takes it off again."""
        self._bells.setdefault(topic, set()).add(bell)
        return lambda: self._off(topic, bell)

    def count(self, topic: str) -> int:
        """How many wait for a topic in this process."""
        return len(self._bells.get(topic, ()))

    def ring(self, topics: Iterable[str]) -> None:
        """Wake whoever waits in this process."""
        for topic in topics:
            for bell in tuple(self._bells.get(topic, ())):
                bell()

    def start(self) -> None:
        """Begin to listen to other processes; needs a running loop."""
        if self._url is not None and self._listener is None:
            self._listener = asyncio.create_task(self._listen(self._url), name="wakeups")

    async def close(self) -> None:
        """Stop listening."""
        if self._listener is not None:
            self._listener.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listener
            self._listener = None

    def _off(self, topic: str, bell: Callable[[], None]) -> None:
        bells = self._bells.get(topic, set())
        bells.discard(bell)
        if not bells:
            self._bells.pop(topic, None)

    async def _listen(self, url: str) -> None:
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        while True:
            try:
                await self._listen_until_lost(plain)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("lost the wake-up line to PostgreSQL (%s); polling meanwhile", type(error).__name__)
            await asyncio.sleep(RECONNECT_AFTER)

    async def _listen_until_lost(self, url: str) -> None:
        connection: Any = await asyncpg.connect(url)
        lost = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _connection: lost.set())
            await connection.add_listener("xongviec", lambda _c, _pid, _channel, topic: self.ring([topic]))
            await lost.wait()
        finally:
            await connection.close(timeout=2)
