"""A stage: the real app on a free loopback port, with fake platforms around it, all in one process."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.app import App
from bot.settings import Settings
from knowledge import KnowledgeBase
from storage.people import Person

MONDAY = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
"""Monday 23 November 2026, 08:30 in Viet Nam: everybody is at work."""


@dataclass
class Clock:
    """A clock that stands still until it is told to move."""

    moment: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.moment

    def moves(self, **by: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**by)


@dataclass
class Stage:
    """The app that is playing, and where."""

    app: App
    url: str
    clock: Callable[[], datetime]
    people: dict[str, Person] = field(default_factory=dict)

    async def invite(self, name: str) -> str:
        """A fresh one-time code for a person."""
        async with self.app.database.transaction() as tx:
            return await tx.people.invite(self.people[name], at=self.clock())


def free_port() -> int:
    """A port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings(folder: Path, **given: Any) -> Settings:
    """Settings that look at nothing outside the folder."""
    return Settings(
        _env_file=None, data_dir=folder, **{"demo": True, "poll_seconds": 0.2, "secret_key": "t" * 32, **given}
    )


@asynccontextmanager
async def staged(
    folder: Path, knowledge: KnowledgeBase, *, clock: Callable[[], datetime] | None = None, **given: Any
) -> AsyncIterator[Stage]:
    """Play: the whole app with its workers, until the block ends."""
    port = given.pop("port", 0) or free_port()
    chosen = settings(folder, port=port, **given)
    app = App(chosen, knowledge_base=knowledge, clock=clock) if clock else App(chosen, knowledge_base=knowledge)
    runner = web.AppRunner(app.web_app(), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        async with app.database.reading() as tx:
            people = {person.name: person for person in await tx.people.all()}
        yield Stage(app, f"http://127.0.0.1:{port}", app.clock, people)
    finally:
        await runner.cleanup()
