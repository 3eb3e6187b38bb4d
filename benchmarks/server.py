"""Programs under measurement: XongViệc as it is served, in a process of its own, and what it uses."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from benchmarks.machine import cpu_seconds, memory_mb

ROOT = Path(__file__).parent.parent
START_SECONDS = 60.0
SECRET = "secret-of-the-benchmark"


@dataclass(frozen=True, slots=True)
class Program:
    """A running program: where it listens, and since it was started how long until it was ready."""

    pid: int
    url: str
    ready_after: float

    @property
    def cpu(self) -> float:
        """Seconds of processor time used so far."""
        return cpu_seconds(self.pid)

    def memory(self, what: str = "VmRSS") -> float:
        """MB of resident memory."""
        return memory_mb(self.pid, what)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings(folder: Path, port: int, **more: str) -> dict[str, str]:
    """The environment of a XongViệc that keeps its data in `folder`; keys of `more` without XONGVIEC_."""
    chosen = {"data_dir": str(folder / "var"), "port": str(port), "access": "open", "demo": "false", **more}
    return {f"XONGVIEC_{name.upper()}": value for name, value in chosen.items()}


def on_telegram(api_root: str, token: str) -> dict[str, str]:
    """Settings of the Telegram channel, by webhook."""
    given = {"token": token, "api_root": api_root, "mode": "webhook", "webhook_secret": SECRET}
    return {f"telegram__{name}": value for name, value in given.items()}


@asynccontextmanager
async def running(
    *arguments: str, port: int, folder: Path, environment: Mapping[str, str], root: Path = ROOT, ready: str = "/readyz"
) -> AsyncIterator[Program]:
    """Run `python -m …` until the end of the block; RuntimeError with its log when it does not get ready."""
    log = folder / "server.log"
    with log.open("ab") as output:
        began = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *arguments, stdout=output, stderr=output, cwd=folder,
            env={**_plain_environment(), "PYTHONPATH": str(root), **environment},
        )  # fmt: skip
        try:
            url = f"http://127.0.0.1:{port}"
            await _until_ready(process, url + ready, log)
            yield Program(process.pid, url, time.perf_counter() - began)
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()


def _plain_environment() -> dict[str, str]:
    """Ours, without what somebody has set for another XongViệc."""
    return {name: value for name, value in os.environ.items() if not name.startswith("XONGVIEC_")}


async def _until_ready(process: asyncio.subprocess.Process, url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    async with aiohttp.ClientSession() as session:
        while time.monotonic() < deadline and process.returncode is None:
            try:
                async with session.get(url) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.01)
    raise RuntimeError(f"the program did not get ready: {log.read_text()[-2000:]}")
