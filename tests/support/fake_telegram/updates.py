"""Updates on their way to the bot: kept until confirmed by an offset or taken by the webhook."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count
from typing import Any

from tests.support.fake_telegram.errors import Refused
from tests.support.fake_telegram.faults import Faults

Json = dict[str, Any]
DEFAULT_KINDS = frozenset({"message", "edited_message", "callback_query", "my_chat_member"})


class Updates:
    """The queue; entries have their own number because a fault may put one update in twice."""

    def __init__(self, faults: Faults) -> None:
        self.waiting: dict[int, Json] = {}
        self.allowed: frozenset[str] = DEFAULT_KINDS
        self.total = 0
        self.on_entry: Callable[[int, Json], None] | None = None
        self._faults = faults
        self._ids = count(500_001)
        self._entries = count(1)
        self._held: list[Json] = []
        self._arrived = asyncio.Event()
        self._poller: asyncio.Future[None] | None = None

    def add(self, kind: str, body: Json) -> int:
        """Queue an update and return its id, 0 when the bot did not ask for this kind."""
        if kind not in self.allowed:
            return 0
        number = next(self._ids)
        update = {"update_id": number, kind: body}
        self.total += 1
        if self._faults.delay:
            asyncio.get_running_loop().call_later(self._faults.delay, self._arrive, update)
        else:
            self._arrive(update)
        return number

    def _arrive(self, update: Json) -> None:
        self._held.append(update)
        if len(self._held) < self._faults.reorder:
            return
        held, self._held = self._held, []
        for each in reversed(held):
            for _ in range(2 if self._faults.duplicate else 1):
                self._enter(each)

    def _enter(self, update: Json) -> None:
        entry = next(self._entries)
        self.waiting[entry] = update
        self._arrived.set()
        if self.on_entry:
            self.on_entry(entry, update)

    def confirm(self, offset: int) -> None:
        """Forget what lies before `offset`; a negative one keeps only that many from the end."""
        if offset < 0:
            kept = list(self.waiting)[offset:]
            self.waiting = {entry: self.waiting[entry] for entry in kept}
        elif offset:
            self.waiting = {e: u for e, u in self.waiting.items() if u["update_id"] >= offset}

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Json]:
        """A long poll; raises 409 when another one begins meanwhile."""
        if self._poller and not self._poller.done():
            self._poller.set_result(None)
        poller = self._poller = asyncio.get_running_loop().create_future()
        self.confirm(offset)
        deadline = asyncio.get_running_loop().time() + timeout
        while not self.waiting:
            self._arrived.clear()
            if not await self._wait(poller, deadline):
                break
        return list(self.waiting.values())[:limit]

    async def _wait(self, poller: asyncio.Future[None], deadline: float) -> bool:
        """False at the deadline."""
        left = deadline - asyncio.get_running_loop().time()
        arrival = asyncio.ensure_future(self._arrived.wait())
        either: set[asyncio.Future[Any]] = {arrival, poller}
        try:
            done, _ = await asyncio.wait(either, timeout=max(0.0, left), return_when="FIRST_COMPLETED")
        finally:
            arrival.cancel()
        if poller.done():
            raise Refused(
                409,
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
            )
        return bool(done)

    def stop_polling(self) -> None:
        """End a running long poll with 409, as at the end of the fake."""
        if self._poller and not self._poller.done():
            self._poller.set_result(None)
