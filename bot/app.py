"""The composition root: builds the parts, joins them, starts and stops them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from datetime import datetime

from aiohttp import web

from bot import demo, health
from bot.channels import Channel
from bot.console import add_console
from bot.delivery import Delivery
from bot.downloads import add_downloads
from bot.handbook.routes import add_handbook
from bot.handbook.shelf import Shelf
from bot.intake import Intake
from bot.pacing import Pace
from bot.schedule import Schedule
from bot.service import Service, now
from bot.settings import Settings
from knowledge import KnowledgeBase
from storage import schema

log = logging.getLogger(__name__)

LONGEST_UPLOAD = 21 * 1024 * 1024
STOP_SECONDS = 20.0


class App(Service):
    """A whole XongViệc: what `run` serves, what `chat` talks to, what tests start."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = now,
        knowledge_base: KnowledgeBase | None = None,
    ) -> None:
        super().__init__(settings, clock=clock, knowledge_base=knowledge_base)
        self.intake = Intake(
            database=self.database, knowledge=lambda: self.knowledge, workdays=self.workdays, rules=settings.rules,
            clock=clock, channels=frozenset(self.channels), files=self.files, poll_seconds=settings.poll_seconds,
        )  # fmt: skip
        self.shelf = Shelf(settings.data_dir / "handbook", lambda: self.knowledge, self.wording, clock)
        self.delivery = Delivery(
            database=self.database, channels=self.channels, wording=self.wording, clock=clock, files=self.files,
            base_url=settings.base_url, poll_seconds=settings.poll_seconds, make=self.shelf.find,
        )  # fmt: skip
        self.schedule = Schedule(self)

    def web_app(self) -> web.Application:
        """The aiohttp application with every route; starting it starts the workers."""
        app = web.Application(client_max_size=LONGEST_UPLOAD)
        app.cleanup_ctx.append(self._life)
        app.on_shutdown.append(self._stop_work)  # before the channels close: sends under way need them
        health.add_health(app, self)
        add_downloads(app, self.database, self.files, self.clock)
        add_handbook(app, self.shelf)
        add_console(app, self)
        if self.settings.demo_mode:
            demo.add_demo(app, self)
        for channel in self.channels.values():
            channel.listen(app, self.intake.receive)
        return app

    def add_channel(self, channel: Channel) -> None:
        """One more channel than the settings name, before anything is served (the terminal)."""
        self.channels[channel.name] = channel
        self.intake.channels = frozenset(self.channels)
        self.delivery.paces[channel.name] = Pace(channel.abilities.rates)

    async def prepare(self) -> None:
        """Bring the schema up to date, take in what was published, and fill an empty demo."""
        await schema.upgrade(self.database)
        await self.library.refresh()
        await asyncio.to_thread(self.files.forget_old_uploads, self.clock())
        if self.settings.demo_mode:
            async with self.database.transaction() as tx:
                await demo.seed(tx, self.clock())

    async def serve(self, ready: Callable[[], None] = lambda: None) -> None:
        """Serve until cancelled."""
        runner = web.AppRunner(self.web_app(), access_log=None, shutdown_timeout=2.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, self.settings.host, self.settings.port, backlog=1024).start()
            ready()
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    async def settle(self) -> None:
        """Handle and send all that waits now (the terminal, and tests with a frozen clock)."""
        await self.intake.drain()
        await self.delivery.drain()

    async def _life(self, app: web.Application) -> AsyncIterator[None]:
        await self.prepare()
        self.database.wakeups.start()
        self.workers = [
            asyncio.create_task(self.intake.run(), name="intake"),
            asyncio.create_task(self.delivery.run(), name="delivery"),
        ]
        self.schedule.start()
        library = asyncio.create_task(self.library.run(), name="library")
        yield
        library.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await library
        await self.database.close()

    async def _stop_work(self, app: web.Application) -> None:
        """Let turns and sends that have begun end; only then cut off."""
        self.schedule.stop()
        self.intake.stop()
        self.delivery.stop()
        _, late = await asyncio.wait(self.workers, timeout=STOP_SECONDS)
        for worker in late:
            worker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await worker
