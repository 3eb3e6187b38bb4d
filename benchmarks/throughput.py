"""Webhook → reply sent, on each database: at a steady rate, and the most that is held, beside a bare handler."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import databases, province, server
from benchmarks.figures import Section, milliseconds, number, percentile
from benchmarks.load import PATIENCE, Step, Town, most_held, step
from benchmarks.server import Program
from benchmarks.towns import TelegramTown, page_of, sessions, telegram_ids, web_town
from bot.channels.telegram import TelegramChannel
from bot.pacing import FLOWS
from tests.support.fake_telegram import FakeTelegram

CHATS, PAGES = 400, 100
RATE = 10.0
TELEGRAM_RATE = float(int(TelegramChannel.abilities.rates.overall * FLOWS))
"""Messages a second that our own pace lets through, a little under the platform's limit."""
WARM_UP = 2.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to measure, in seconds and steps."""

    steady: float = 30.0
    climb: float = 8.0
    steps: int = 9
    idle: float = 10.0


@dataclass(frozen=True, slots=True)
class Measured:
    """What one program did: at the steady rate, at most, and at which cost per question (seconds, MB)."""

    name: str
    steady: Step
    most: Step
    cpu: float
    memory: float
    bound: str = ""
    idle: float = 0.0
    """Share of one core while nobody asks."""


async def measure(plan: Plan, questions: list[str]) -> list[Section]:
    """A table for each database."""
    return [await _on(kind, plan, questions) for kind in databases.KINDS]


async def _on(kind: str, plan: Plan, questions: list[str]) -> Section:
    with tempfile.TemporaryDirectory(prefix="xongviec-bench-") as name, databases.server(kind) as root:
        folder = Path(name)
        bare = await _bare(await databases.fresh(root, folder), folder, plan, questions)
        telegram, web = await _ours(await databases.fresh(root, folder), folder, plan, questions)
    return _section(kind, bare, telegram, web)


async def _bare(url: str, folder: Path, plan: Plan, questions: list[str]) -> Measured:
    port = server.free_port()
    async with FakeTelegram(keep=20) as fake:
        arguments = ("benchmarks.bare", url, str(port), fake.url, fake.token)
        async with server.running(*arguments, port=port, folder=folder, environment={}) as program:
            await fake.webhook.start(f"{program.url}/webhooks/telegram", "", 40)
            town = TelegramTown(fake, telegram_ids(CHATS))
            steady, cpu = await _steady(program, town, plan, questions)
            most = await most_held(town, questions, steady, seconds=plan.climb, steps=plan.steps)
            return Measured("bare aiohttp handler", steady, most, cpu, program.memory())


async def _ours(url: str, folder: Path, plan: Plan, questions: list[str]) -> tuple[Measured, Measured]:
    cookies, ids = sessions(PAGES), telegram_ids(CHATS)
    await province.enrol(url, "telegram", map(str, ids))
    await province.enrol(url, "web", map(page_of, cookies))
    async with FakeTelegram(keep=20) as fake, xongviec(fake, url, folder) as program:
        telegram = await _over_telegram(program, TelegramTown(fake, ids), plan, questions)
        async with web_town(program.url, cookies) as town:
            idle = await _idle(program, plan.idle)
            steady, cpu = await _steady(program, town, plan, questions)
            most = await most_held(town, questions, steady, seconds=plan.climb, steps=plan.steps)
        return telegram, Measured("XongViệc, web chat", steady, most, cpu, program.memory(), idle=idle)


@asynccontextmanager
async def xongviec(fake: FakeTelegram, url: str, folder: Path) -> AsyncIterator[Program]:
    """XongViệc as served, ready, with its webhook registered at the fake."""
    port = server.free_port()
    chosen = server.settings(folder, port, database_url=url, **server.on_telegram(fake.url, fake.token))
    async with server.running("bot", "run", port=port, folder=folder, environment=chosen) as program:
        while not fake.webhook.url:
            await asyncio.sleep(0.01)
        yield program


async def _over_telegram(program: Program, town: TelegramTown, plan: Plan, questions: list[str]) -> Measured:
    """Our own pace ends at the platform's limit, so there is nothing to find above it."""
    steady, cpu = await _steady(program, town, plan, questions)
    limit = await step(town, questions, TELEGRAM_RATE, plan.climb)
    return Measured("XongViệc, Telegram", steady, limit, cpu, program.memory(), bound="platform's limit")


async def _idle(program: Program, seconds: float) -> float:
    before = program.cpu
    await asyncio.sleep(seconds)
    return (program.cpu - before) / seconds


async def _steady(program: Program, town: Town, plan: Plan, questions: list[str]) -> tuple[Step, float]:
    await step(town, questions, RATE, min(WARM_UP, plan.steady))
    before = program.cpu
    result = await step(town, questions, RATE, plan.steady)
    return result, (program.cpu - before) / max(len(result.took), 1)


def _section(kind: str, bare: Measured, *ours: Measured) -> Section:
    rows = [_row(one, bare) for one in (bare, *ours)]
    columns = (
        kind, "10/s: p50, ms", "p99, ms", "× bare (p50)", "CPU per question, ms", "× bare",
        "most held, questions/s", "p99 there, ms", "memory, MB",
    )  # fmt: skip
    notes = (
        f"{PAGES} pages of the web chat that are open while nobody asks: {ours[-1].idle:.1%} of a core.",
        f"Held: p99 at most {number(PATIENCE)} s and no queue left. Telegram is not asked for more than its own limit.",
    )
    return Section(f"Webhook → reply sent, {kind}", columns, tuple(rows), notes)


def _row(one: Measured, bare: Measured) -> tuple[str, ...]:
    middle, base = percentile(one.steady.took, 0.5), percentile(bare.steady.took, 0.5)
    return (
        one.name, milliseconds(middle), milliseconds(percentile(one.steady.took, 0.99)), number(middle / base, 1),
        milliseconds(one.cpu), number(one.cpu / bare.cpu, 1), _most(one), milliseconds(percentile(one.most.took, 0.99)),
        number(one.memory),
    )  # fmt: skip


def _most(one: Measured) -> str:
    rate = number(one.most.rate)
    if not one.most.held:
        return f"less than {rate}"
    return f"{rate} ({one.bound})" if one.bound else rate
