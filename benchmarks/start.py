"""From `python -m bot run` to the first "ready", cold and warm."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks import server
from benchmarks.figures import Section, number

PACKAGES = ("bot", "handlers", "knowledge", "storage")


@dataclass(frozen=True, slots=True)
class Started:
    """What one start took: seconds until ready, of them on the processor, and MB then."""

    seconds: float
    cpu: float
    memory: float


async def measure(times: int) -> Section:
    """Start so many times each way; the median counts."""
    cold, warm = [], []
    for _ in range(times):
        with tempfile.TemporaryDirectory(prefix="xongviec-bench-") as name:
            folder = Path(name)
            copy = _never_compiled(folder)
            cold.append(await _start(folder, copy))
            warm.append(await _start(folder, copy))
    return Section(
        f"Start until /readyz, {times} times",
        ("start", "median, s", "longest, s", "processor time, s"),
        (_row("cold", cold), _row("warm", warm)),
        (
            "Cold: our four packages never compiled to bytecode, no database yet (SQLite); libraries compiled, as pip "
            "leaves them; files in the system's cache.",
            "Warm: the same once more, as a second `make run` does.",
            f"Memory of the process when ready: {number(warm[-1].memory)} MB.",
            "Processor time (median) is what the start takes on a machine with nothing else to do.",
        ),
    )


def _row(name: str, starts: list[Started]) -> tuple[str, ...]:
    took, cpu = [start.seconds for start in starts], [start.cpu for start in starts]
    return name, number(statistics.median(took), 2), number(max(took), 2), number(statistics.median(cpu), 2)


def _never_compiled(folder: Path) -> Path:
    root = folder / "program"
    for package in PACKAGES:
        shutil.copytree(server.ROOT / package, root / package, ignore=shutil.ignore_patterns("__pycache__"))
    return root


async def _start(folder: Path, root: Path) -> Started:
    port = server.free_port()
    chosen = server.settings(folder, port)
    async with server.running("bot", "run", port=port, folder=folder, environment=chosen, root=root) as program:
        return Started(program.ready_after, program.cpu, program.memory())
