"""The schedule (lịch quét): a table of what and when. APScheduler only ticks; a sweep may run twice or miss a day."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.service import Service
from handlers import recalls, reminders
from handlers.desk import Desk
from storage import Conflict
from storage.people import Person, Role

log = logging.getLogger(__name__)

MOST_BATCHES = 200

Sweep = Callable[[Desk], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Line:
    """What to sweep, and how often, in seconds."""

    name: str
    every: int
    sweep: Sweep


TABLE = (
    Line("due-soon", 60, reminders.remind_due),
    Line("overdue", 60, reminders.warn_overdue),
    Line("pending", 600, reminders.remind_pending),
    Line("stale", 600, reminders.close_stale),
    Line("recall", 30, recalls.send_due),
    Line("recall-unread", 600, recalls.remind_unread),
)


class Schedule:
    """Ticks the sweeps of the table; of several processes only one does each sweep at a time."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._ticker: AsyncIOScheduler | None = None

    def start(self) -> None:
        """Begin to tick; needs a running loop."""
        self._ticker = AsyncIOScheduler(timezone=self._service.settings.timezone)
        for line in TABLE:
            self._ticker.add_job(
                self.sweep, IntervalTrigger(seconds=line.every), args=(line,), id=line.name,
                max_instances=1, coalesce=True,
            )  # fmt: skip
        self._ticker.start()

    def stop(self) -> None:
        """Tick no more."""
        if self._ticker is not None:
            self._ticker.shutdown(wait=False)
            self._ticker = None

    async def sweep(self, line: Line) -> int:
        """Do one sweep as of now, a batch a transaction; 0 when another process is at it."""
        said = 0
        try:
            for _ in range(MOST_BATCHES):
                batch = await self._batch(line)
                said += batch
                if not batch:
                    break
        except Conflict as error:
            log.warning("sweep %s will run again: %s", line.name, type(error).__name__)
        return said

    async def _batch(self, line: Line) -> int:
        nobody = Person(name="", role=Role.GUEST.value, created_at=self._service.clock())
        async with self._service.database.transaction() as tx:
            if not await tx.alone(f"sweep:{line.name}"):
                return 0
            return await line.sweep(self._service.desk(tx, nobody))
