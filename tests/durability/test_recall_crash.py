"""kill -9 while a recall goes out: everybody concerned still hears of it once, and nobody else."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import Counter
from pathlib import Path

import pytest
from sqlmodel import select

from bot.app import App
from handlers.recalls import BATCH
from storage import Database, schema
from storage.transcript import WebLine
from tests.durability import recall_sweep
from tests.handlers.recalled import ENTRY, TEXT, approved, cast, is_told, officers, small
from tests.support.server_process import ROOT
from tests.support.stage import Clock, settings

pytestmark = pytest.mark.slow

TOLD, OTHERS = 200, 10
LONGEST_LIFE = 60.0


async def prepared(database_url: str) -> tuple[int, set[str]]:
    """An approved recall that nobody has been promised yet: its number, and the pages of those whom it concerns."""
    database = Database(database_url)
    await schema.upgrade(database)
    async with database.transaction() as tx:
        play = await cast(tx)
        people = await officers(tx, TOLD + OTHERS)
        for person in people[:TOLD]:
            await is_told(tx, person, play.before.entries[ENTRY])
        recall = await approved(tx, play)
    await database.close()
    return recall.key, {f"web-{person.key}" for person in people[:TOLD]}


async def sweeping(folder: Path, database_url: str) -> Process:
    environment = {"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(ROOT)}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", recall_sweep.__name__, str(folder), database_url, cwd=folder, env=environment,
        stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE,
    )  # fmt: skip


async def promised(database: Database, recall: int) -> int:
    async with database.reading() as tx:
        return len(await tx.recalls.promised(recall))


async def test_killed_in_the_middle(tmp_path: Path, database_url: str) -> None:
    key, concerned = await prepared(database_url)
    app = App(settings(tmp_path, database_url=database_url, demo=False), clock=Clock(), knowledge_base=small())

    first = await sweeping(tmp_path, database_url)
    async with asyncio.timeout(LONGEST_LIFE):
        while await promised(app.database, key) < BATCH:
            await asyncio.sleep(0.005)
    first.kill()
    await first.wait()
    at_death = await promised(app.database, key)
    assert BATCH <= at_death < TOLD, "it was killed in the middle"
    assert at_death % BATCH == 0, "a batch is promised as a whole or not at all"
    await app.settle()

    second = await sweeping(tmp_path, database_url)
    _, said = await asyncio.wait_for(second.communicate(), LONGEST_LIFE)
    assert second.returncode == 0, said.decode()
    await app.settle()
    async with app.database.reading() as tx:
        lines = (await tx._session.exec(select(WebLine))).all()
    await app.database.close()
    assert Counter(line.address for line in lines if TEXT in line.text) == Counter(concerned)
