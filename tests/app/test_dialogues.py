"""Every dialogue of tests/conversations through the real app, on the web chat, Telegram, Zalo and a mix of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.pacing import Pace
from knowledge import KnowledgeBase
from tests.support.cast import Actor, Listener, TelegramActor, WebActor, ZaloActor
from tests.support.dialogue import Dialogue, dialogues, play
from tests.support.fake_telegram import FakeTelegram
from tests.support.fake_zalo_bot import FakeZaloBot
from tests.support.stage import Clock, Stage, staged

PLAYS = dialogues()
TELEGRAM_SECRET = "telegram-secret-for-tests"
ZALO_SECRET = "zalo-secret-for-tests"


class Theatre:
    """The app and both platforms; hands out an actor on whatever platform a person is to use."""

    def __init__(self, stage: Stage, telegram: FakeTelegram, zalo: FakeZaloBot, stack: AsyncExitStack) -> None:
        self.stage, self.telegram, self.zalo, self.stack = stage, telegram, zalo, stack

    async def actor(self, name: str, platform: str) -> Actor:
        person = self.stage.people[name]
        if platform == "web":
            web = WebActor(self.stage.url, await self.stack.enter_async_context(_browser()))
            await web.becomes(person.key)
            return web
        code = await self.stage.invite(name)
        if platform == "telegram":
            user = self.telegram.user(1000 + person.key, name)
            await user.says(f"/start {code}")
            await user.expects("đã được nối")
            return TelegramActor(user)
        zalo = self.zalo.user(f"{person.key:020x}", name)
        await zalo.says(f"LK {code}")
        await zalo.expects("đã được nối")
        return ZaloActor(zalo)

    async def listener(self, name: str, platform: str) -> Listener:
        listener = Listener(name, await self.actor(name, platform))
        listener.at = len(await listener.actor.heard())
        return listener


def _browser() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


@asynccontextmanager
async def theatre(folder: Path, knowledge: KnowledgeBase, mode: str, **given: Any) -> AsyncIterator[Theatre]:
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(FakeTelegram())
        zalo = await stack.enter_async_context(FakeZaloBot(allow_local=True))
        stage = await stack.enter_async_context(
            staged(
                folder,
                knowledge,
                clock=Clock(),
                telegram={
                    "token": telegram.token,
                    "api_root": telegram.url,
                    "mode": mode,
                    "webhook_secret": TELEGRAM_SECRET,
                },
                zalo_bot={"token": zalo.token, "api_root": zalo.url, "mode": mode, "webhook_secret": ZALO_SECRET},
                **given,
            )
        )
        for name, pace in stage.app.delivery.paces.items():  # the platforms' pace has tests of its own
            stage.app.delivery.paces[name] = Pace(replace(pace.rates, overall=500, per_chat=100))
        yield Theatre(stage, telegram, zalo, stack)


MIXES = {
    "web": ["web"],
    "telegram": ["telegram"],
    "zalo": ["zalo"],
    "officer on zalo, others on telegram": ["zalo", "telegram"],
    "officer on telegram, others on zalo": ["telegram", "zalo"],
}
WHOLE = "ticket there and back"
"""The dialogue that goes through every platform in both modes; the others on the web and on one mix."""


def _performances() -> list[Any]:
    everywhere = [(mix, mode) for mix in MIXES for mode in ("polling", "webhook") if (mix, mode) != ("web", "webhook")]
    elsewhere = [("web", "polling"), ("officer on zalo, others on telegram", "webhook")]
    return [
        pytest.param(play, mix, mode, id=f"{play.name}-{mix}-{mode}")
        for play in PLAYS
        for mix, mode in (everywhere if play.name == WHOLE else elsewhere)
    ]


@pytest.mark.parametrize(("dialogue", "mix", "mode"), _performances())
async def test_dialogue(dialogue: Dialogue, mix: str, mode: str, tmp_path: Path, knowledge_base: KnowledgeBase) -> None:
    async with theatre(tmp_path, knowledge_base, mode) as house:
        platforms = MIXES[mix]
        cast = {}
        for place, (alias, name) in enumerate(dialogue.cast.items()):
            cast[alias] = await house.listener(name, platforms[min(place, len(platforms) - 1)])
        await play(dialogue, cast)


def test_one_dialogue_goes_everywhere() -> None:
    assert [each.name for each in PLAYS].count(WHOLE) == 1
