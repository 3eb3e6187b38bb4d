"""SIGTERM in the middle of work: it ends soon and in order, and nothing is lost, doubled or left half sent."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.durability import ledger
from tests.durability.runs import opened

pytestmark = pytest.mark.slow

STOP_SECONDS = 8.0
SLOW_API = 0.4
"""Seconds Telegram takes to answer, so that sends are certainly under way when the signal comes."""


@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_stopping_loses_and_doubles_nothing(tmp_path: Path, mode: str) -> None:
    chance = random.Random(7)
    async with opened(tmp_path, people=8, each=6, mode=mode) as run:
        run.fake.faults.slow = SLOW_API
        await run.server.start()
        await run.server.ready()
        await run.town.asks(24)
        await run.amid_sending(chance.randint(1, 10))
        assert await run.server.stop(within=STOP_SECONDS) == 0, run.server.log
        left = await ledger.interrupted(run.database)
        assert left.sends == 0, "a send had begun and was not written down"
        await run.lives_on()
        figures = await run.check()
    assert figures["seen twice"] == 0
    assert figures["questions"] == 48
