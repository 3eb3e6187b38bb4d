"""Pacing: never more than the platform allows, whatever is asked and when."""

from __future__ import annotations

import asyncio
import time

from hypothesis import given
from hypothesis import strategies as st

from bot.channels import Abilities, Rates
from bot.pacing import Bucket, Pace
from tests.bot.conftest import Office

STEPS = st.lists(st.floats(0, 5), min_size=1, max_size=60)


@given(rate=st.floats(0.2, 50), size=st.integers(1, 40), steps=STEPS)
def test_a_bucket_never_gives_more_than_its_rate_and_its_burst(rate: float, size: int, steps: list[float]) -> None:
    bucket, now, begun, spent = Bucket(rate, size), 100.0, 100.0, 0
    for step in steps:
        now += step
        while bucket.wait(now) == 0:
            bucket.spend(now)
            spent += 1
        assert spent <= rate * (now - begun) + size + 1e-6


@given(rate=st.floats(0.2, 50), steps=STEPS)
def test_who_waits_as_told_gets_a_token(rate: float, steps: list[float]) -> None:
    bucket, now = Bucket(rate, 1), 100.0
    for step in steps:
        now += step + bucket.wait(now + step) + 1e-6
        assert bucket.wait(now) == 0
        bucket.spend(now)


def test_a_busy_chat_does_not_slow_down_another() -> None:
    pace = Pace(Rates(overall=30, per_chat=1, per_group_minute=20))
    while pace.wait("a", group=False, now=10.0) == 0:
        pace.spend("a", group=False, now=10.0)
    assert pace.wait("a", group=False, now=10.0) > 0
    assert pace.wait("b", group=False, now=10.0) == 0


def test_a_group_gets_at_most_so_many_a_minute() -> None:
    pace, now, sent = Pace(Rates(overall=30, per_chat=1, per_group_minute=20)), 10.0, 0
    while now < 70:
        if pace.wait("g", group=True, now=now) == 0:
            pace.spend("g", group=True, now=now)
            sent += 1
        now += 0.05
    assert 15 <= sent <= 20  # the burst and what a minute gives, never more than the platform allows


async def test_delivery_keeps_the_pace_and_loses_nothing(office: Office) -> None:
    office.telegram.abilities = Abilities(buttons=True, text_limit=4000, rates=Rates(20, 20, 20))
    office.delivery.__post_init__()
    for n in range(30):
        await office.person(str(n), f"telegram:{n}")
        await office.promise(f"telegram:{n}", n)
    begun = time.monotonic()
    worker = asyncio.create_task(office.delivery.run())
    async with asyncio.timeout(10):
        while len(office.telegram.letters) < 30:
            await asyncio.sleep(0.02)
            assert len(office.telegram.letters) <= 20 * (time.monotonic() - begun) + 20 + 1
    office.delivery.stop()
    await worker
    assert time.monotonic() - begun >= 0.45  # ten more than the burst, at twenty a second
