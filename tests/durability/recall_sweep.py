"""A process that does nothing but the sweep of recalls, to be killed in the middle: `python -m … FOLDER DATABASE`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.app import App
from bot.schedule import TABLE
from tests.handlers.recalled import small
from tests.support.stage import Clock, settings


async def main(folder: Path, database_url: str) -> None:
    """Sweep until nothing is left to promise."""
    app = App(settings(folder, database_url=database_url, demo=False), clock=Clock(), knowledge_base=small())
    for line in TABLE:
        if line.name == "recall":
            await app.schedule.sweep(line)
    await app.database.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
