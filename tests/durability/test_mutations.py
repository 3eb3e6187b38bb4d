"""Broken and hostile bodies by the hundred at every door of the whole app: no 5xx, and it goes on answering."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.channels import web_api
from knowledge import KnowledgeBase
from tests.durability import ledger
from tests.durability.hooks import SECRET, Hooks, hooks, telegram_update
from tests.support.fake_zalo_bot.mutations import mutated

PAYLOADS = Path(__file__).parents[1] / "payloads"
WEBHOOK_BODIES, WEB_BODIES, FALSE_EVERY = 520, 320, 20
WEB_COOKIE = {"Cookie": "xongviec=" + "s" * 43}
WEB_PATH = "/chat/api/messages"


def telegram_bodies() -> list[bytes]:
    """What Telegram sends, one value to a line."""
    updates = [json.loads(file.read_text("utf-8"))["update"] for file in sorted(PAYLOADS.glob("telegram/*.json"))]
    return [json.dumps(update, indent=1, ensure_ascii=False).encode() for update in updates]


def zalo_bodies() -> list[bytes]:
    """What Zalo sends."""
    return [file.read_bytes() for file in sorted(PAYLOADS.glob("zalo_bot/*.json"))]


async def posted(post: Callable[[bytes, str], Awaitable[int]], bodies: list[bytes], seed: int) -> Counter[int]:
    """The answers to mutants by status; every twentieth call has no right to be heard."""
    chance, statuses = random.Random(seed), Counter[int]()
    for number in range(WEBHOOK_BODIES):
        secret = "not-the-secret" if number % FALSE_EVERY == 0 else SECRET
        status = await post(mutated(chance, chance.choice(bodies)), secret)
        assert (status == 403) == (secret != SECRET)
        statuses[status] += 1
    return statuses


async def check_alive(hook: Hooks) -> None:
    """All that was accepted is digested without an incident, no worker has died, and a question is answered."""
    await hook.handled()
    books = await ledger.read(hook.stage.app.database.url.render_as_string(hide_password=False))
    assert [message.text for message in books.incoming if message.incident] == []
    async with hook.http.get(f"{hook.stage.url}/readyz") as response:
        assert (await response.json())["faults"] == {}
    lan = hook.telegram.user(90001, "Lan")
    assert (
        await hook.telegram_posts(telegram_update(90_001_000, lan.id, "đăng ký khai sinh quá hạn cần giấy tờ gì"))
        == 200
    )
    await lan.expects("khai sinh quá hạn", timeout=20)


async def test_webhooks(tmp_path: Path, knowledge_base: KnowledgeBase, database_url: str) -> None:
    async with hooks(tmp_path, knowledge_base, database_url) as hook:
        from_telegram = await posted(hook.telegram_posts, telegram_bodies(), seed=20261121)
        from_zalo = await posted(hook.zalo_posts, zalo_bodies(), seed=20261122)
        for statuses in (from_telegram, from_zalo):
            assert statuses.keys() <= {200, 400, 403, 413}, statuses
            assert min(statuses[200], statuses[400]) > 50, statuses
        await check_alive(hook)


@pytest.mark.parametrize("body", [b'{"text": "ch\\u00e0o em"}', b'{\n"text": "ch\\u00e0o em",\n"choice": "fields"\n}'])
async def test_web_chat(tmp_path: Path, knowledge_base: KnowledgeBase, database_url: str, body: bytes) -> None:
    chance, statuses = random.Random(20261123), Counter[int]()
    async with hooks(tmp_path, knowledge_base, database_url) as hook:
        for _ in range(WEB_BODIES // 2):
            statuses[await hook.post(WEB_PATH, mutated(chance, body), **WEB_COOKIE)] += 1
        statuses[await hook.post(WEB_PATH, body + b" " * web_api.LONGEST_BODY, **WEB_COOKIE)] += 1
        assert statuses.keys() <= {202, 400, 413}, statuses
        assert min(statuses[202], statuses[400], statuses[413]) > 0, statuses
        await check_alive(hook)
