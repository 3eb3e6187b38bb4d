"""From `python -m bot run` to the first "ready", cold and warm."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from pathlib import Path

from benchmarks import server
from benchmarks.figures import Section, number

PACKAGES = ("bot", "handlers", "knowledge", "storage")


async def measure(times: int) -> Section:
    """Start so many times each way; the median counts."""
    cold, warm, memory = [], [], 0.0
    for _ in range(times):
        with tempfile.TemporaryDirectory(prefix="xongviec-bench-") as name:
            folder = Path(name)
            copy = _never_compiled(folder)
            first, _ = await _start(folder, copy)
            second, memory = await _start(folder, copy)
            cold.append(first)
            warm.append(second)
    return Section(
        f"Start until /readyz, {times} times",
        ("start", "median, s", "longest, s"),
        (_row("cold", cold), _row("warm", warm)),
        (
            "Cold: our four packages never compiled to bytecode, no database yet (SQLite); libraries compiled, as pip "
            "leaves them; files in the system's cache.",
            "Warm: the same once more, as a second `make run` does.",
            f"Memory of the process when ready: {number(memory)} MB.",
        ),
    )


def _row(name: str, took: list[float]) -> tuple[str, ...]:
    return name, number(statistics.median(took), 2), number(max(took), 2)


def _never_compiled(folder: Path) -> Path:
    root = folder / "program"
    for package in PACKAGES:
        shutil.copytree(server.ROOT / package, root / package, ignore=shutil.ignore_patterns("__pycache__"))
    return root


async def _start(folder: Path, root: Path) -> tuple[float, float]:
    port = server.free_port()
    chosen = server.settings(folder, port)
    async with server.running("bot", "run", port=port, folder=folder, environment=chosen, root=root) as program:
        return program.ready_after, program.memory()
