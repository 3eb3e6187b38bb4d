"""The library (kho tri thức đang dùng): the release, what was published over it, what was imported below it.

Every process keeps its own, and makes it anew when the database says that something has changed: woken at once, by
the poll at the latest.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path

from bot.shelves import Shelves
from knowledge import KnowledgeBase
from knowledge.publishing import Published, Version, publish
from knowledge.yaml_lines import Problem
from storage import Conflict, Database, Transaction
from storage.drafts import Deed, Publication
from storage.wakeups import KNOWLEDGE

log = logging.getLogger(__name__)

POLL_SECONDS = 20.0
"""A publication reaches every process within a minute, even where the wake-up is lost."""


@dataclass(frozen=True, slots=True)
class State:
    """What of the database a library shows: so many publications and imports; they only ever get more."""

    published: int = 0
    imported: int = 0


class Library:
    """The knowledge base as it is served now. Nobody may keep `current`; a turn keeps the one it began with."""

    def __init__(self, database: Database, release: KnowledgeBase, data_dir: Path) -> None:
        self._database = database
        self.release = release
        self.current = release
        self.problems: tuple[Problem, ...] = ()
        """What is published and cannot be served, for curators and `doctor`."""
        self.state = State()
        self._published = Published(release)
        self._shelves = Shelves(data_dir)
        self._refreshing = asyncio.Lock()

    async def refresh(self) -> bool:
        """Make the base anew if something has changed; whether it has."""
        async with self._refreshing:
            async with self._database.reading(snapshot=True) as tx:
                state = await _state(tx)
                versions = None if state.published == self.state.published else await tx.drafts.current()
                shelf = None if state.imported == self.state.imported else await self._shelves.stock(tx)
            if versions is None and shelf is None:
                return False
            if versions is not None:
                self._published = await asyncio.to_thread(publish, self.release, versions_of(versions))
            layers = self.current.layers if shelf is None else await asyncio.to_thread(self._shelves.layers, shelf)
            self.current = self._published.base.with_layers(layers)
            self.problems, self.state = self._published.problems, state
            self._tell()
            return True

    async def run(self) -> None:
        """Until cancelled: refresh when woken, or by the poll."""
        bell = asyncio.Event()
        silence = self._database.wakeups.on(KNOWLEDGE, bell.set)
        try:
            while True:
                bell.clear()
                await self._refresh_stubbornly()
                await _rest(bell)
        finally:
            silence()

    async def _refresh_stubbornly(self) -> None:
        try:
            await self.refresh()
        except Conflict as error:
            log.warning("the library stays as it is for now: %s", type(error).__name__)
        except Exception:
            log.exception("the library could not be made anew; the former one is served")

    def _tell(self) -> None:
        base = self.current
        log.info("library: %s entries, %s articles, revision %s", len(base.entries), len(base.layers.articles),
                 base.revision[:12])  # fmt: skip
        for problem in self.problems:
            log.error("published, but not served: %s", problem)


async def _state(tx: Transaction) -> State:
    return State(await tx.drafts.state(), await tx.imports.state())


def versions_of(publications: list[Publication]) -> list[Version]:
    """What stands over the release; what went back to the release is not among them."""
    kept = [publication for publication in publications if publication.deed != Deed.RELEASE]
    return [Version(p.name, None if p.deed == Deed.RETIRE else p.text) for p in kept]


async def _rest(bell: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(POLL_SECONDS):
            await bell.wait()
    except TimeoutError:
        pass
