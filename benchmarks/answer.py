"""One answer in process: a look-up in the real knowledge base, and what building that base costs.

Measured in a process of its own (`python -m benchmarks.answer COUNT`), so that the memory is that of the base.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import date
from typing import Any

from benchmarks.figures import Section, milliseconds, number, percentile
from benchmarks.machine import memory_mb


def measure(count: int) -> Section:
    """Look up so many questions in each style, and show what it took."""
    command = [sys.executable, "-m", "benchmarks.answer", str(count)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    rows = tuple(
        (name, *(milliseconds(percentile(style["took"], share)) for share in (0.5, 0.99, 1.0)), f"{style['right']:.1%}")
        for name, style in found["styles"].items()
    )
    return Section(
        f"One answer in process: {found['count']} questions, {found['entries']} entries",
        ("typed", "p50, ms", "p99, ms", "longest, ms", "answered from its entry"),
        rows,
        (
            f"Reading, checking and indexing the knowledge base: {number(found['load'], 2)} s.",
            f"Memory of the process: {number(found['before'])} MB before, {number(found['after'])} MB with the base.",
            "The questions are the entries' own phrasings, so the last column says how typing harms, not how often "
            "real questions are answered.",
        ),
    )


def _measure_here(count: int) -> dict[str, Any]:
    import knowledge
    from benchmarks.questions import STYLES, phrasings

    before, began = memory_mb(os.getpid()), time.perf_counter()
    base = knowledge.load()
    took, after = time.perf_counter() - began, memory_mb(os.getpid())
    chosen = phrasings(base, count)
    return {
        "count": len(chosen), "entries": len(base.entries), "load": took, "before": before, "after": after,
        "styles": {name: _style(base, chosen, typed) for name, typed in STYLES.items()},
    }  # fmt: skip


def _style(base: Any, chosen: list[str], typed: Any) -> dict[str, Any]:
    owner = {phrase: entry.id for entry in base.entries.values() for phrase in entry.asked_as}
    today, took, right = date.today(), [], 0  # noqa: DTZ011 - the day on this machine is the day to look up
    for phrase in chosen:
        text = typed(phrase)
        began = time.perf_counter()
        finding = base.look_up(text, as_of=today)
        took.append(time.perf_counter() - began)
        right += finding.decision == "answer" and finding.matches[0].entry.id == owner[phrase]
    return {"took": took, "right": right / len(chosen)}


if __name__ == "__main__":
    print(json.dumps(_measure_here(int(sys.argv[1]))))
