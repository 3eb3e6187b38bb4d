"""The machine a figure comes from, and what a process uses of it (Linux: read from /proc)."""

from __future__ import annotations

import os
import platform
import sqlite3
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.figures import milliseconds, percentile

LIBRARIES = ("aiohttp", "sqlalchemy", "aiosqlite", "asyncpg", "python-telegram-bot")
FSYNCS = 100


def describe() -> str:
    """A paragraph of facts: when, on what, with which versions, how busy, how fast the disk."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return "\n".join(
        (
            f"* {datetime.now(UTC):%d %B %Y, %H:%M} UTC; load average before the run {load_average()}.",
            f"* {os.cpu_count()} cores ({_processor()}), {memory:.0f} GiB of memory, {platform.system()}; "
            f"writing 4 KiB and fsync: {milliseconds(_fsync_seconds())} ms (median).",
            f"* Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}; {libraries}.",
        )
    )


def load_average() -> str:
    """Over one, five and fifteen minutes."""
    return " ".join(f"{value:.1f}" for value in os.getloadavg())


def cpu_seconds(pid: int) -> float:
    """Processor time a process has used so far, in user and kernel mode."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int, what: str = "VmRSS") -> float:
    """Resident memory of a process in MB; `VmHWM` for the most it ever had."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{what}:")) / 1000


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def _fsync_seconds() -> float:
    """Commits of both databases end in one; the same disk as the benchmarks' databases."""
    took = []
    with tempfile.TemporaryFile() as file:
        for _ in range(FSYNCS):
            file.write(b"x" * 4096)
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    return percentile(took, 0.5)
