"""Strangers: how somebody gets in with a code, and why guessing does not pay."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from knowledge import KnowledgeBase
from tests.app.test_web_api import Browser
from tests.support.cast import Listener
from tests.support.stage import Clock, Stage, staged


@pytest.fixture
async def stage(tmp_path: Path, knowledge_base: KnowledgeBase) -> AsyncIterator[Stage]:
    async with staged(tmp_path, knowledge_base, clock=Clock()) as playing:
        yield playing


@pytest.fixture
async def stranger(stage: Stage) -> AsyncIterator[Listener]:
    async with Browser(stage.url) as actor:
        async with actor.http.get(f"{stage.url}/") as page:
            assert page.status == 200
        yield Listener("stranger", actor)


async def test_a_stranger_is_told_how_to_get_in_and_nothing_else(stranger: Listener) -> None:
    for text in ("dang ky khai sinh qua han can giay to gi", "phiếu 1", "hàng đợi", "1"):
        await stranger.actor.says(text)
        await stranger.hears("mã tham gia", without=("Căn cứ", "Phiếu"))


async def test_a_code_lets_one_account_in_once(stage: Stage, stranger: Listener) -> None:
    code = await stage.invite("Vàng A Sùng")
    await stranger.actor.says(f"lk {code.lower()}")
    await stranger.hears("Vàng A Sùng", "Xã Nậm Thanh", "đã được nối")
    async with Browser(stage.url) as actor:
        async with actor.http.get(f"{stage.url}/"):
            pass
        await actor.says(f"LK {code}")
        await Listener("second", actor).hears("đã dùng")


async def test_five_wrong_codes_lock_the_account_even_for_the_right_one(stage: Stage, stranger: Listener) -> None:
    code = await stage.invite("Vàng A Sùng")
    for _ in range(5):
        await stranger.actor.says("LK AAAAAAAA")
        await stranger.hears("Mã không đúng")
    await stranger.actor.says(f"LK {code}")
    await stranger.hears("nhập sai nhiều lần", "thử lại sau")
    assert isinstance(stage.clock, Clock)
    stage.clock.moves(minutes=16)
    await stranger.actor.says(f"LK {code}")
    await stranger.hears("đã được nối")


async def test_a_code_that_is_too_old_is_refused(stage: Stage, stranger: Listener) -> None:
    code = await stage.invite("Vàng A Sùng")
    assert isinstance(stage.clock, Clock)
    stage.clock.moves(days=8)
    await stranger.actor.says(f"LK {code}")
    await stranger.hears("hết hạn")
