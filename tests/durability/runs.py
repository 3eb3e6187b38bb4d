"""A run: a town asks, the server lives and dies, and at the end the books must balance."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.durability import ledger
from tests.durability.ledger import Interrupted
from tests.durability.town import Town, seat_specialists
from tests.support.fake_telegram import FakeTelegram
from tests.support.server_process import ServerProcess

SEED = 20261121
SLOW_API = 0.05
"""Seconds Telegram takes to answer, so that deaths do fall between sending and writing down."""
LONGEST_START = 1.6
"""Seconds within which a death at the start comes."""
LONGEST_LIFE = 3.0
"""Seconds after which a death comes even if nothing happens."""


@dataclass
class Run:
    """A server, the platform, the town, and the deaths so far."""

    server: ServerProcess
    fake: FakeTelegram
    town: Town
    database: str
    chance: random.Random
    deaths: list[Interrupted] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    async def lives_and_dies(self, questions: int, *, at_work: bool = True) -> None:
        """One life that ends by SIGKILL at a random moment of its work, or of its start; people ask all the while."""
        await self.town.asks(questions // 3)
        await self.server.start()
        asking = asyncio.create_task(self.town.asks(questions - questions // 3))
        if at_work:
            await self.server.ready()
            count = self._deliveries if len(self.deaths) % 8 == 2 else self._sends
            await self._amid(count, self.chance.randint(1, self.town.people))
            await asyncio.sleep(self.chance.uniform(0, SLOW_API))
        else:
            await asyncio.sleep(self.chance.uniform(0.1, LONGEST_START))
        await self.server.kill()
        await asking
        self.deaths.append(await ledger.interrupted(self.database))

    async def amid_sending(self, messages: int) -> None:
        """Until so many more messages have reached the platform, which has not answered the last one yet."""
        await self._amid(self._sends, messages)

    async def _amid(self, count: Callable[[], int], events: int) -> None:
        """Counted rather than timed, so that a slow machine is interrupted in its work as well."""
        end, latest = count() + events, asyncio.get_running_loop().time() + LONGEST_LIFE
        while count() < end and asyncio.get_running_loop().time() < latest:
            await asyncio.sleep(0.002)

    def _deliveries(self) -> int:
        return self.fake.webhook.delivered

    def _sends(self) -> int:
        return self.fake.calls.get("sendmessage", 0)

    async def lives_on(self) -> None:
        """The last life: what has waited is done, then it stops in order."""
        await self.town.asks_the_rest()
        await self.server.start()
        await self.server.ready()
        async with asyncio.timeout(60):
            while self.fake.updates.waiting:
                await asyncio.sleep(0.05)
        await self.server.quiet()
        assert await self.server.stop(within=10) == 0

    async def check(self) -> dict[str, float]:
        """Everything is there exactly once; the figures of the run."""
        books = await ledger.read(self.database)
        ledger.check_handled_once(books, self.town.asked)
        ledger.check_promised_once(books)
        ledger.check_in_order(books)
        assert "Traceback" not in self.server.log, self.server.log[-3000:]
        return {
            "kills": len(self.deaths),
            "restarts": self.server.lives - 1,
            "questions": len(books.incoming),
            "answers": sum(exchange.decision == "answer" for exchange in books.exchanges),
            "tickets": len(books.tickets),
            "sends cut off": sum(death.sends for death in self.deaths),
            "messages cut off": sum(death.messages for death in self.deaths),
            "seen twice": ledger.count_repeats(books, self.fake),
            "redeliveries": self.fake.webhook.failed,
            "seconds": round(time.monotonic() - self.began, 1),
        }


@asynccontextmanager
async def opened(folder: Path, *, people: int, each: int, mode: str, database: str = "") -> AsyncIterator[Run]:
    """A town with its specialists seated, in front of a server not yet started."""
    place = database or f"sqlite+aiosqlite:///{folder / 'xongviec.db'}"
    await seat_specialists(place)
    async with FakeTelegram() as fake, ServerProcess(folder, **_settings(fake, mode, place)) as server:
        fake.faults.slow = SLOW_API
        fake.webhook.longest_pause = 0.4
        town = Town(fake, random.Random(SEED), people=people, each=each)
        yield Run(server, fake, town, place, chance=random.Random(SEED))


def _settings(fake: FakeTelegram, mode: str, database: str) -> dict[str, str]:
    return {
        "XONGVIEC_DATABASE_URL": database,
        "XONGVIEC_ACCESS": "open",
        "XONGVIEC_TELEGRAM__TOKEN": fake.token,
        "XONGVIEC_TELEGRAM__API_ROOT": fake.url,
        "XONGVIEC_TELEGRAM__MODE": mode,
        "XONGVIEC_TELEGRAM__WEBHOOK_SECRET": "a-secret-for-tests" if mode == "webhook" else "",
    }
