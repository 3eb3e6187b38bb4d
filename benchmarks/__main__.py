"""`make bench`, `python -m benchmarks [--quick] [--only answer layers start throughput fanout]`."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Coroutine
from datetime import date
from pathlib import Path
from typing import Any

import knowledge
from benchmarks import answer, fanout, layers, machine, start, throughput
from benchmarks.figures import Section, write_between
from benchmarks.questions import phrasings

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
LONGEST_ANSWER = 2500
"""Characters; a longer one may go out in parts, and parts are what platforms count."""


def main() -> None:
    """Measure, print; a whole run also rewrites docs/performance.md."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure XongViệc on this machine.")
    parser.add_argument("--quick", action="store_true", help="a smoke run of about a minute; writes nothing")
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS), help="writes nothing")
    given = parser.parse_args()
    report = [machine.describe()]
    print(report[0], flush=True)
    for name in given.only:
        for section in asyncio.run(PARTS[name](given.quick)):
            report.append(section.markdown())
            print(f"\n{report[-1]}", flush=True)
    report.append(f"Load average after the run: {machine.load_average()}.")
    if not given.quick and given.only == list(PARTS):
        write_between(PAGE, "\n\n".join(part.strip() for part in report))


def _questions() -> list[str]:
    """Phrasings that are answered in one message."""
    base, today = knowledge.load(), date.today()  # noqa: DTZ011 - the day on this machine is the day to look up
    found = ((phrase, base.look_up(phrase, as_of=today)) for phrase in phrasings(base, 300))
    return [
        phrase
        for phrase, finding in found
        if finding.decision == "answer" and len(finding.matches[0].entry.answer) < LONGEST_ANSWER
    ]


async def _answer(quick: bool) -> list[Section]:
    return [answer.measure(50 if quick else 1000)]


async def _layers(quick: bool) -> list[Section]:
    return [layers.measure(*((400, 2000, 20) if quick else (1000, 20_000, 300)))]


async def _start(quick: bool) -> list[Section]:
    return [await start.measure(1 if quick else 5)]


async def _throughput(quick: bool) -> list[Section]:
    plan = throughput.Plan(steady=2, climb=1, steps=1, idle=1) if quick else throughput.Plan()
    return await throughput.measure(plan, _questions())


async def _fanout(quick: bool) -> list[Section]:
    return [await fanout.measure(*((200, 3.0) if quick else (3400, 60.0)), _questions())]


PARTS: dict[str, Callable[[bool], Coroutine[Any, Any, list[Section]]]] = {
    "answer": _answer,
    "layers": _layers,
    "start": _start,
    "throughput": _throughput,
    "fanout": _fanout,
}

if __name__ == "__main__":
    main()
