"""One update delivered three times, and many at once in any order: each is handled once."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from knowledge import KnowledgeBase
from tests.durability import ledger
from tests.durability.hooks import Hooks, hooks, telegram_update, zalo_update

PEOPLE, EACH, COPIES = 12, 3, 3
AT_ONCE = 24
Post = Callable[[bytes], Awaitable[int]]


def questions(hook: Hooks, platform: str) -> tuple[Post, list[bytes], Counter[str]]:
    """How to post, every update as often as it is delivered, and what is asked."""
    asked = {n: f"thủ tục cấp phép nuôi voi ở xã, hộ số {n}" for n in range(100, 100 + PEOPLE * EACH)}
    bodies = []
    for number, text in asked.items():
        if platform == "telegram":
            person = hook.telegram.user(5000 + number % PEOPLE, "Cán bộ")
            bodies += [telegram_update(number, person.id, text)] * COPIES
        else:
            phone = hook.zalo.user(f"{number % PEOPLE:020x}", "Cán bộ")
            phone.known = True
            bodies += [zalo_update(number, phone.id, text, wrapped=copy > 0) for copy in range(COPIES)]
    post = hook.telegram_posts if platform == "telegram" else hook.zalo_posts
    return post, bodies, Counter(asked.values())


async def delivered(post: Post, bodies: list[bytes]) -> Counter[int]:
    """Post all of them, so many at once; the answers by status. As the platforms do, again until taken."""
    gate, statuses = asyncio.Semaphore(AT_ONCE), Counter[int]()

    async def one(body: bytes) -> None:
        async with gate:
            while (status := await post(body)) != 200:
                statuses[status] += 1
                await asyncio.sleep(0.01)
            statuses[status] += 1

    await asyncio.gather(*(one(body) for body in bodies))
    return statuses


@pytest.mark.parametrize("platform", ["telegram", "zalo"])
async def test_shuffled_repeats_are_handled_once(
    tmp_path: Path, knowledge_base: KnowledgeBase, database_url: str, platform: str
) -> None:
    async with hooks(tmp_path, knowledge_base, database_url) as hook:
        post, bodies, asked = questions(hook, platform)
        random.Random(3).shuffle(bodies)
        assert await delivered(post, bodies) == {200: PEOPLE * EACH * COPIES}
        await hook.settled()
        books = await ledger.read(database_url)
        ledger.check_handled_once(books, asked)
        ledger.check_promised_once(books)
        inboxes = hook.telegram.chats.values() if platform == "telegram" else hook.zalo.chats.values()
        assert [len(chat.inbox) for chat in inboxes] == [EACH] * PEOPLE


async def test_the_same_update_three_times_in_a_row(
    tmp_path: Path, knowledge_base: KnowledgeBase, database_url: str
) -> None:
    async with hooks(tmp_path, knowledge_base, database_url) as hook:
        lan = hook.telegram.user(5001, "Cán bộ")
        body = telegram_update(7, lan.id, "chào em")
        assert await hook.telegram_posts(body) == 200
        await lan.expects("Chào")
        assert [await hook.telegram_posts(body) for _ in range(2)] == [200, 200]
        await hook.settled()
        assert len(lan.inbox) == 1
