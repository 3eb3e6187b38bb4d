"""A headless Chromium, spoken to over its DevTools protocol: just enough to use a page as a person does."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp

FOUND = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
    "--lang=vi",
)
START_SECONDS = 60
PATIENCE_SECONDS = 20


class Page:
    """The one tab of a browser. Scripts that fail raise AssertionError with the page's own words."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.numbers = itertools.count(1)
        self.answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.expected: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.problems: list[str] = []
        """What the page complained about: thrown errors, refused content."""
        self.listener = asyncio.create_task(self._listen())

    async def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One DevTools command and its result."""
        number = next(self.numbers)
        self.answers[number] = asyncio.get_running_loop().create_future()
        await self.socket.send_json({"id": number, "method": method, "params": parameters})
        answer = await asyncio.wait_for(self.answers[number], PATIENCE_SECONDS)
        assert "error" not in answer, f"{method}: {answer['error']}"
        result: dict[str, Any] = answer["result"]
        return result

    @asynccontextmanager
    async def paused(self, pattern: str) -> AsyncIterator[asyncio.Future[dict[str, Any]]]:
        """Hold back the answer to the next request to `pattern`; its facts come when the server has answered."""
        holding = self.expected["Fetch.requestPaused"] = asyncio.get_running_loop().create_future()
        await self.command("Fetch.enable", patterns=[{"urlPattern": pattern, "requestStage": "Response"}])
        yield holding
        await self.command("Fetch.disable")

    async def run(self, script: str) -> Any:
        """The value of a JavaScript expression."""
        answer = await self.command("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]["exception"]["description"]
        return answer["result"].get("value")

    async def until(self, script: str) -> None:
        """Wait until an expression is true."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not await self.run(f"Boolean({script})"):
                    await asyncio.sleep(0.05)
        except TimeoutError:
            shown = await self.run("document.body?.innerText")
            raise AssertionError(f"never true: {script}\n{shown}\n{self.problems}") from None

    async def open(self, address: str, ready: str) -> None:
        """Go to an address and wait until `ready` holds there."""
        await self.command("Page.navigate", url=address)
        await self.until(f"document.readyState === 'complete' && ({ready})")

    async def type(self, words: str) -> None:
        """Type into what has the focus."""
        await self.command("Input.insertText", text=words)

    async def press(self, key: str, code: int, *, shift: bool = False) -> None:
        """Press and release a key."""
        facts = {"key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": 8 if shift else 0}
        text = {"text": "\r"} if key == "Enter" else {}
        await self.command("Input.dispatchKeyEvent", type="keyDown", **facts, **text)
        await self.command("Input.dispatchKeyEvent", type="keyUp", **facts)

    async def choose(self, element: str, file: Path) -> None:
        """Choose a file in a file input."""
        found = await self.command("Runtime.evaluate", expression=element)
        await self.command("DOM.setFileInputFiles", files=[str(file)], objectId=found["result"]["objectId"])

    async def size(self, width: int, height: int, *, phone: bool = False) -> None:
        """Be a screen of this many CSS pixels."""
        await self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone
        )

    async def picture(self, file: Path) -> None:
        """Save what is seen as PNG."""
        answer = await self.command("Page.captureScreenshot", format="png")
        file.write_bytes(base64.b64decode(answer["data"]))

    async def _listen(self) -> None:
        async for message in self.socket:
            said = json.loads(message.data)
            if said.get("id") in self.answers:
                self.answers.pop(said["id"]).set_result(said)
            elif said.get("method") in self.expected:
                self.expected.pop(said["method"]).set_result(said["params"])
            elif said.get("method") == "Runtime.exceptionThrown":
                self.problems.append(said["params"]["exceptionDetails"]["exception"].get("description", "?"))
            elif said.get("method") == "Log.entryAdded" and said["params"]["entry"]["source"] == "security":
                self.problems.append(said["params"]["entry"]["text"])


@asynccontextmanager
async def browser() -> AsyncIterator[Page]:
    """A fresh browser with no memory; closed at the end."""
    assert FOUND, "no Chromium"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        quiet = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(
            FOUND, *FLAGS, f"--user-data-dir={home}", "about:blank", stdout=quiet, stderr=quiet
        )
        try:
            port = await _port(Path(home) / "DevToolsActivePort")
            async with aiohttp.ClientSession() as client, client.ws_connect(await _tab(client, port)) as socket:
                page = Page(socket)
                for domain in ("Page", "Runtime", "Log", "Network"):
                    await page.command(f"{domain}.enable")
                yield page
                page.listener.cancel()
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
            await process.wait()


async def _port(place: Path) -> int:
    async with asyncio.timeout(START_SECONDS):
        while not (place.exists() and place.read_text().strip()):
            await asyncio.sleep(0.05)
    return int(place.read_text().split()[0])


async def _tab(client: aiohttp.ClientSession, port: int) -> str:
    async with asyncio.timeout(START_SECONDS):
        while True:
            async with client.get(f"http://127.0.0.1:{port}/json/list") as response:
                pages = [tab for tab in await response.json() if tab["type"] == "page"]
            if pages:
                return str(pages[0]["webSocketDebuggerUrl"])
            await asyncio.sleep(0.05)
