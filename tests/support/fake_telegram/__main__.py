"""Run the fake by hand: `python -m tests.support.fake_telegram --port 8081 [--play] [--limits]`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib

from tests.support.fake_telegram.play import play
from tests.support.fake_telegram.server import TOKEN, FakeTelegram


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="A fake Telegram on loopback.")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--play", action="store_true", help="play a whole town in this terminal")
    parser.add_argument("--limits", action="store_true", help="enforce Telegram's flood limits")
    parser.add_argument("--keep", type=int, default=200, help="messages remembered per chat")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(parser.parse_args()))


async def _serve(given: argparse.Namespace) -> None:
    async with FakeTelegram(given.token, port=given.port, keep=given.keep) as fake:
        fake.limits.enabled = given.limits
        print(f"api root {fake.url}  token {fake.token}  control {fake.url}/control/stats", flush=True)
        await (play(fake) if given.play else asyncio.Event().wait())


if __name__ == "__main__":
    main()
