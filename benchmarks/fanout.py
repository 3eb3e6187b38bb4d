"""A notice to a whole province on Telegram's pace, and what it does to somebody who asks meanwhile."""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks import databases, province
from benchmarks.figures import Section, milliseconds, number, percentile
from benchmarks.load import Step, step
from benchmarks.server import Program
from benchmarks.throughput import xongviec
from benchmarks.towns import TelegramTown, telegram_ids
from tests.support.fake_telegram import FakeTelegram

ASKING = 60
RATE = 1.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What happened while the notice went out: notices a second, answers, share of one core, MB at most."""

    rate: float
    answers: Step
    cpu: float
    memory: float
    refused: int


async def measure(people: int, seconds: float, questions: list[str]) -> Section:
    """Watch so many seconds of the fan-out on each database."""
    rows = []
    for kind in databases.KINDS:
        with tempfile.TemporaryDirectory(prefix="xongviec-bench-") as name, databases.server(kind) as root:
            seen = await _watch(await databases.fresh(root, Path(name)), Path(name), people, seconds, questions)
        rows.append(_row(kind, seen))
    columns = (
        "database", "notices/s", "answer p50, ms", "p99, ms", "longest, ms", "share of a core", "memory at most, MB",
        "refused by the platform",
    )  # fmt: skip
    note = (
        f"The first {number(seconds)} s of it; the fake enforces Telegram's limits (30 messages a second over all, "
        "1 a second and chat), and one question a second comes from people who are not among the addressed."
    )
    return Section(f"A notice to {number(people)} people", columns, tuple(rows), (note,))


async def _watch(url: str, folder: Path, people: int, seconds: float, questions: list[str]) -> Seen:
    ids = telegram_ids(people + ASKING)
    addressed, asking = ids[ASKING:], ids[:ASKING]
    await province.enrol(url, "telegram", map(str, asking))
    await province.enrol(url, "telegram", map(str, addressed), notices=True)
    async with FakeTelegram(keep=20) as fake:
        fake.limits.enabled = True
        for number_ in addressed:
            fake.user(number_, f"Người {number_}")
        town = TelegramTown(fake, asking)
        async with xongviec(fake, url, folder) as program:
            await asyncio.sleep(1)
            return await _meanwhile(program, fake, town, seconds, questions)


async def _meanwhile(
    program: Program, fake: FakeTelegram, town: TelegramTown, seconds: float, questions: list[str]
) -> Seen:
    cpu, sent, began = program.cpu, town.others, time.perf_counter()
    answers = await step(town, questions, RATE, seconds)
    took = time.perf_counter() - began
    return Seen(
        (town.others - sent) / took, answers, (program.cpu - cpu) / took, program.memory("VmHWM"), fake.limits.refused
    )


def _row(kind: str, seen: Seen) -> tuple[str, ...]:
    took = [milliseconds(percentile(seen.answers.took, share)) for share in (0.5, 0.99, 1.0)]
    return kind, number(seen.rate, 1), *took, f"{seen.cpu:.0%}", number(seen.memory), number(seen.refused)
