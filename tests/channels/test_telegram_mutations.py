"""Broken and hostile webhook bodies by the hundred: never a 5xx, never something a database would refuse."""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp

from bot.channels.telegram import PATH, SECRET_HEADER, TelegramChannel
from tests.support.fake_telegram import FakeTelegram
from tests.support.fake_telegram.host import Host

SECRET = "bi-mat_webhook-1"
PAYLOADS = sorted((Path(__file__).parents[1] / "payloads" / "telegram").glob("*.json"))
ODD: list[object] = [None, True, 0, -1, 2**70, 1.5, "", "x" * 300, "\0", "\ud800", [], {}, [[]], {"id": {}}, "1e999"]


def mutated(source: dict[str, Any], chance: random.Random) -> bytes:
    """An update with one to three things wrong, in its structure or in its bytes."""
    update = json.loads(json.dumps(source))
    for _ in range(chance.randint(1, 3)):
        damage(update, chance)
    body = bytearray(json.dumps(update).encode())
    if chance.random() < 0.3:
        for _ in range(chance.randint(1, 5)):
            body[chance.randrange(len(body))] = chance.randrange(256)
    if chance.random() < 0.1:
        del body[chance.randrange(len(body)) :]
    return bytes(body)


def damage(value: Any, chance: random.Random) -> None:
    """Replace, remove or rename something at a random depth."""
    while isinstance(value, dict | list) and value:
        key = chance.choice(list(value)) if isinstance(value, dict) else chance.randrange(len(value))
        inner = value[key]
        if isinstance(inner, dict | list) and inner and chance.random() < 0.7:
            value = inner
            continue
        act = chance.randrange(3)
        if act == 0 or isinstance(value, list):
            value[key] = copy.deepcopy(chance.choice(ODD))
        elif act == 1:
            del value[key]
        else:
            value[chance.choice(["x", "text", "entities", "chat", "from", "photo"])] = value.pop(key)
        return


async def post_mutants(url: str, count: int) -> Counter[int]:
    """Post mutants, every twentieth with a wrong secret, and count the answers by status."""
    chance = random.Random(20260701)
    sources = [json.loads(path.read_text(encoding="utf-8"))["update"] for path in PAYLOADS]
    statuses: Counter[int] = Counter()
    async with aiohttp.ClientSession() as session:
        for number in range(count):
            headers = {SECRET_HEADER: SECRET if number % 20 else "sai"}
            body = mutated(chance.choice(sources), chance)
            async with session.post(url, data=body, headers=headers) as answer:
                statuses[answer.status] += 1
    return statuses


async def test_nothing_a_caller_sends_breaks_the_webhook() -> None:
    async with FakeTelegram() as fake, Host() as host:
        await host.runs(
            TelegramChannel(fake.token, api_root=fake.url, mode="webhook", webhook_secret=SECRET, public_url=host.url)
        )
        await host.until(lambda: bool(fake.webhook.url))
        statuses = await post_mutants(host.url + PATH, 800)
    assert statuses.keys() == {200, 400, 403}, statuses
    assert statuses[403] == 40
    assert len(host.stored) > 10, "too few mutants are still messages to prove anything"
