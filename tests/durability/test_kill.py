"""kill -9 at random moments while people ask: no question is lost, none is handled or promised twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.durability.runs import opened

pytestmark = pytest.mark.slow


async def test_thirty_deaths(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    async with opened(tmp_path, people=30, each=10, mode="webhook") as run:
        for _ in range(30):
            await run.lives_and_dies(questions=10)
        await run.lives_on()
        figures = await run.check()
    _tell(figures, record_property)
    assert (figures["kills"], figures["questions"]) == (30, 300)
    assert min(figures["answers"], figures["tickets"]) >= 75
    assert min(figures["sends cut off"], figures["messages cut off"]) > 0, "no death fell where it hurts"


async def test_deaths_while_polling(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    async with opened(tmp_path, people=6, each=8, mode="polling") as run:
        for _ in range(3):
            await run.lives_and_dies(questions=12)
        await run.lives_on()
        _tell(await run.check(), record_property)


async def test_deaths_on_postgres(
    tmp_path: Path, postgres_database: str, record_property: Callable[[str, object], None]
) -> None:
    async with opened(tmp_path, people=6, each=8, mode="webhook", database=postgres_database) as run:
        for _ in range(3):
            await run.lives_and_dies(questions=12)
        await run.lives_on()
        _tell(await run.check(), record_property)


def _tell(figures: dict[str, float], record_property: Callable[[str, object], None]) -> None:
    """Into the summary of -rP, and into a JUnit report."""
    print(", ".join(f"{name}: {number}" for name, number in figures.items()))
    for name, number in figures.items():
        record_property(name, number)
