"""kill -9 at random moments while people ask: no question is lost, none is handled or promised twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.durability.runs import Run, opened

pytestmark = pytest.mark.slow

DEATHS = 30
"""Every other one amid work; the rest, which cost less time, amid the start."""


async def test_thirty_deaths(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    async with opened(tmp_path, people=30, each=10, mode="webhook") as run:
        for number in range(DEATHS):
            await run.lives_and_dies(questions=10, at_work=number % 2 == 0)
        figures = await ended(run, record_property)
    assert (figures["kills"], figures["questions"]) == (DEATHS, 300)
    assert min(figures["answers"], figures["tickets"]) >= 75
    assert figures["messages cut off"] > 0


async def test_deaths_while_polling(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    async with opened(tmp_path, people=6, each=8, mode="polling") as run:
        for _ in range(3):
            await run.lives_and_dies(questions=12)
        await ended(run, record_property)


async def test_deaths_on_postgres(
    tmp_path: Path, postgres_database: str, record_property: Callable[[str, object], None]
) -> None:
    async with opened(tmp_path, people=6, each=8, mode="webhook", database=postgres_database) as run:
        for _ in range(3):
            await run.lives_and_dies(questions=12)
        await ended(run, record_property)


async def ended(run: Run, record_property: Callable[[str, object], None]) -> dict[str, float]:
    """The last life, the books, and the figures: into the summary of -rP, and into a JUnit report."""
    await run.lives_on()
    figures = await run.check()
    print(", ".join(f"{name}: {number}" for name, number in figures.items()))
    for name, number in figures.items():
        record_property(name, number)
    assert figures["sends cut off"] > 0, "no death fell where it hurts"
    return figures
