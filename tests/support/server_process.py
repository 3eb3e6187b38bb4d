"""The real server as a process of its own, to be killed without warning and started again in the same place."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import Process
from pathlib import Path
from typing import Self

import aiohttp

from tests.support.stage import free_port

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
QUIET_SECONDS = 90.0
_LOOK_EVERY = 0.05
_WAITING = re.compile(r'(?m)^xongviec_(?:inbox_waiting|outbox\{status="\w+"\}) (\S+)$')


class ServerProcess:
    """`async with ServerProcess(folder, XONGVIEC_…="…") as server`, then `start`, `ready`, `kill`, `stop`.

    One port and one data folder for every life. Settings come from the arguments alone: the process works in
    the data folder, so that no developer's .env is read.
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.lives = 0
        self._folder = folder
        self._log = folder / "server.log"
        self._process: Process | None = None
        self._environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONPATH": str(ROOT),
            "XONGVIEC_PORT": str(self.port),
            "XONGVIEC_DATA_DIR": str(folder),
            "XONGVIEC_LOG_LEVEL": "WARNING",
            **settings,
        }

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()
        await self._http.close()

    @property
    def log(self) -> str:
        """What all lives wrote to stderr."""
        return self._log.read_text("utf-8") if self._log.exists() else ""

    async def start(self) -> None:
        """Begin another life; it is not ready yet."""
        assert self._process is None, "it lives"
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=self._folder, env=self._environment,
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self.lives += 1

    async def ready(self) -> None:
        """Wait until it says that it can work; AssertionError with its log when it does not."""
        deadline = asyncio.get_running_loop().time() + START_SECONDS
        while await self._status("/readyz") != 200:
            assert self._process is not None, "it was not started"
            assert self._process.returncode is None, f"it died: {self.log[-3000:]}"
            assert asyncio.get_running_loop().time() < deadline, f"not ready: {self.log[-3000:]}"
            await asyncio.sleep(_LOOK_EVERY)

    async def quiet(self) -> None:
        """Wait until nothing waits: every message is handled, every promise sent. AssertionError with how many."""
        deadline = asyncio.get_running_loop().time() + QUIET_SECONDS
        while (waiting := await self._waiting()) > 0:
            assert asyncio.get_running_loop().time() < deadline, f"{waiting} still wait"
            await asyncio.sleep(_LOOK_EVERY)

    async def kill(self) -> None:
        """SIGKILL: no warning, nothing is finished, nothing is written down."""
        if self._process is None:
            return
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        self._process = None

    async def stop(self, within: float) -> int:
        """SIGTERM; the exit code, or TimeoutError when it takes longer than `within` seconds."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(within):
            code = await self._process.wait()
        self._process = None
        return code

    async def _status(self, path: str) -> int:
        try:
            async with self._http.get(self.url + path) as response:
                return response.status
        except (aiohttp.ClientError, TimeoutError):
            return 0

    async def _waiting(self) -> float:
        async with self._http.get(f"{self.url}/metrics") as response:
            assert response.status == 200
            return sum(float(number) for number in _WAITING.findall(await response.text()))
