"""Questions at a steady rate, whether or not the earlier ones are answered (open loop), and how long each took.

A question's time runs from the moment it was due to be asked: a program that keeps its askers waiting cannot make
its figures better by that.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import Protocol

from benchmarks.figures import percentile

PATIENCE = 2.0
"""Seconds: a p99 above it, or as much work left undone, and the program does not hold the rate."""
DRAIN_SECONDS = 40.0
GROWTH = 1.5


@dataclass(slots=True)
class Meter:
    """Questions under way, and seconds each took to be answered; the first message after a question counts."""

    took: list[float] = field(default_factory=list)
    messages: int = 0
    waiting: int = 0
    _begun: defaultdict[Hashable, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def asked(self, who: Hashable, at: float) -> None:
        """Somebody's question was due at this moment (time.perf_counter)."""
        self._begun[who].append(at)
        self.waiting += 1

    def answered(self, who: Hashable) -> None:
        """A message came to somebody."""
        self.messages += 1
        if self._begun[who]:
            self.took.append(time.perf_counter() - self._begun[who].popleft())
            self.waiting -= 1


class Town(Protocol):
    """People who ask one program, and their meter."""

    meter: Meter
    people: Iterator[int]

    async def ask(self, person: int, text: str, due: float) -> None:
        """Have somebody ask; returns when the question is on its way."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one rate, in questions a second, gave: seconds per answer, and how many still waited at the end."""

    rate: float
    took: list[float]
    behind: int

    @property
    def held(self) -> bool:
        """Whether the program kept up."""
        return percentile(self.took, 0.99) <= PATIENCE and self.behind <= self.rate * PATIENCE / 2


async def step(town: Town, questions: list[str], rate: float, seconds: float) -> Step:
    """Ask at a rate for so long, then wait until all is answered (at most DRAIN_SECONDS)."""
    town.meter.took.clear()
    texts, under_way, began = cycle(questions), set(), time.perf_counter()
    for place in range(round(rate * seconds)):
        due = began + place / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        task = asyncio.create_task(town.ask(next(town.people), next(texts), due))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
    behind = town.meter.waiting
    deadline = time.perf_counter() + DRAIN_SECONDS
    while (town.meter.waiting or under_way) and time.perf_counter() < deadline:
        await asyncio.sleep(0.02)
    return Step(rate, list(town.meter.took), behind)


async def most_held(town: Town, questions: list[str], held: Step, *, seconds: float, steps: int) -> Step:
    """The highest rate that is held: from one that was, ever higher until one is not, then once in between."""
    if not held.held:
        return held
    for _ in range(steps):
        tried = await step(town, questions, round(held.rate * GROWTH), seconds)
        if not tried.held:
            between = await step(town, questions, round((held.rate + tried.rate) / 2), seconds)
            return between if between.held else held
        held = tried
    return held
