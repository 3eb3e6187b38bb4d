"""A town of invented people who ask by Telegram, whether or not anybody is at home."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, deque
from datetime import UTC, datetime

from storage import Database, schema
from storage.people import Role
from tests.support.fake_telegram import FakeTelegram
from tests.support.fake_telegram.people import FakeUser

UNKNOWN = (
    "thủ tục cấp phép nuôi voi ở xã, hộ số {n}",
    "xã tôi có {n} hộ cần dời mộ khỏi hành lang suối thì hồ sơ ra sao",
    "hộ số {n} xin di dời cột phát sóng viễn thông gần nhà thì nộp ở đâu",
)
KNOWN = (
    "đăng ký khai sinh quá hạn cần giấy tờ gì",
    "dang ky khai tu can giay to gi",
    "thủ tục đăng ký kết hôn cần giấy tờ gì",
    "mức lương cơ sở hiện nay là bao nhiêu",
)
DEPARTMENTS = ("so-noi-vu", "so-nong-nghiep-va-moi-truong", "van-phong-ubnd-tinh")
COURTESY = ("chào em", "cảm ơn em", "con meo nha em dep khong")
LONGEST_GAP = 0.08


class Town:
    """`people` people with `each` questions in random order; every unknown question is worded like no other."""

    def __init__(self, fake: FakeTelegram, chance: random.Random, *, people: int, each: int) -> None:
        users = [fake.user(1001 + n, f"Cán bộ {n + 1}") for n in range(people)]
        texts = [_text(number) for number in range(people * each)]
        chance.shuffle(texts)
        self.people = people
        self.asked: Counter[str] = Counter()
        self._chance = chance
        self._left: deque[tuple[FakeUser, str]] = deque(zip(users * each, texts, strict=True))

    async def asks(self, count: int) -> None:
        """The next `count` questions, one shortly after the other, without waiting for answers."""
        for _ in range(min(count, len(self._left))):
            user, text = self._left.popleft()
            self.asked[text] += 1
            await user.says(text)
            await asyncio.sleep(self._chance.uniform(0, LONGEST_GAP))

    async def asks_the_rest(self) -> None:
        """All that is left to ask."""
        await self.asks(len(self._left))


def _text(number: int) -> str:
    kind, place = number % 5, number // 5
    if kind < 2:
        return UNKNOWN[place % len(UNKNOWN)].format(n=100 + number)
    return KNOWN[place % len(KNOWN)] if kind < 4 else COURTESY[place % len(COURTESY)]


async def seat_specialists(url: str) -> None:
    """A fresh database, with specialists who sit at the web chat, so that tickets reach somebody."""
    database, at = Database(url), datetime.now(UTC)
    await schema.upgrade(database)
    async with database.transaction() as tx:
        for number, unit in enumerate(DEPARTMENTS * 2, 1):
            person = await tx.people.add(f"Chuyên viên {number}", Role.SPECIALIST, unit, at=at)
            await tx.people.add_account(person, "web", f"seat-{number}", at=at)
            await tx.conversations.open("web", f"seat-{number}", group=False, at=at)
    await database.close()
