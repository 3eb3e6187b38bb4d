"""The benchmarks' own arithmetic; the measuring itself is `make bench`."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks import load
from benchmarks.figures import BEGIN, END, Section, milliseconds, percentile, write_between
from benchmarks.questions import STYLES


class Clerk:
    """Answers one question after the other, `speed` a second."""

    def __init__(self, speed: float) -> None:
        self.meter = load.Meter()
        self.people: Iterator[int] = cycle(range(1000))
        self._pause, self._turn = 1 / speed, asyncio.Lock()

    async def ask(self, person: int, text: str, due: float) -> None:
        self.meter.asked(person, due)
        async with self._turn:
            await asyncio.sleep(self._pause)
            self.meter.answered(person)


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(value) for value in range(100, 0, -1)]
    assert percentile(values, 0.5) == 50
    assert percentile(values, 0.99) == 99
    assert percentile([7.0], 0.99) == 7
    assert math.isnan(percentile([], 0.5))
    assert milliseconds(math.nan) == "–"


def test_a_section_becomes_a_table_between_the_markers(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    write_between(page, Section("Speed", ("what", "ms"), (("answer", "3.10"),), ("a note",)).markdown())
    written = page.read_text()
    assert written.startswith("before\n")
    assert written.endswith("\nafter\n")
    assert "old" not in written
    assert "| what | ms |\n| --- | ---: |\n| answer | 3.10 |\n\n* a note" in written
    page.write_text("no markers")
    with pytest.raises(ValueError, match="no markers"):
        write_between(page, "x")


def test_the_page_that_is_rewritten_has_its_markers() -> None:
    page = command.PAGE.read_text(encoding="utf-8")
    assert page.index(BEGIN) < page.index(END)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same judgement within tenths of a second."""
    monkeypatch.setattr(load, "PATIENCE", 0.2)


@pytest.mark.usefixtures("impatient")
async def test_who_keeps_up_holds_the_rate_and_who_does_not_falls_behind() -> None:
    swift = await load.step(Clerk(speed=400), ["?"], rate=50, seconds=0.4)
    assert swift.behind <= 5
    assert len(swift.took) == 20
    slow = await load.step(Clerk(speed=50), ["?"], rate=200, seconds=0.3)
    assert not slow.held
    assert len(slow.took) == 60  # late, but none is lost
    assert max(slow.took) > 0.5  # the queue counts, not only the clerk's own time


@pytest.mark.usefixtures("impatient")
async def test_the_most_held_is_no_more_than_was_done() -> None:
    held = load.Step(20, [0.01], 0)
    most = await load.most_held(Clerk(speed=100), ["?"], held, seconds=0.6, steps=9)
    assert 20 <= most.rate < 200


@pytest.mark.parametrize("text", ["Đăng ký khai sinh cần giấy tờ gì?", "ở xã"])
def test_each_style_of_typing_is_the_same_every_time(text: str) -> None:
    typed = {name: style(text) for name, style in STYLES.items()}
    assert typed == {name: style(text) for name, style in STYLES.items()}
    assert typed["as the entry has it"] == text
    assert typed["without marks"].isascii()
    assert sorted(typed["one slip of the thumb"]) == sorted(text)
