"""`python -m tests.support.fake_zalo_bot --port 8082 [--play]`"""

from __future__ import annotations

import argparse
import asyncio
import contextlib

from tests.support.fake_zalo_bot.play import play
from tests.support.fake_zalo_bot.server import FakeZaloBot


async def serve(port: int, token: str, *, playing: bool) -> None:
    """Run the platform until interrupted, or until the player leaves."""
    async with FakeZaloBot(port=port, token=token, allow_local=True) as fake:
        print(f"API root {fake.url}  token {fake.token}", flush=True)
        await (play(fake) if playing else asyncio.Event().wait())


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="A fake Zalo Bot Platform on loopback.")
    parser.add_argument("--port", type=int, default=8082)
    parser.add_argument("--token", default="12345689:fake-secret")
    parser.add_argument("--play", action="store_true", help="play the town's people in this terminal")
    given = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(given.port, given.token, playing=given.play))


if __name__ == "__main__":
    main()
