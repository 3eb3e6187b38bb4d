"""The recall drill: of 500 people 60 were told the old rule; 60 hear of it once, 0 others, whatever breaks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

import pytest

from bot.app import App
from bot.schedule import Line
from handlers import recalls
from handlers.browsing import handle
from handlers.desk import Desk
from handlers.turn import Incoming, Kind
from storage.people import Role
from storage.recalls import Figures, RecallStatus
from tests.app.recalling import QUESTION, SWEEP, is_recalled, rule_changes
from tests.bot.conftest import Platform
from tests.handlers.recalled import ENTRY, TEXT, small
from tests.support.stage import Clock, settings

PEOPLE, OLD, NEW, READ = 500, 60, 30, 10


class Crash(Exception):
    """The process dies here, as far as the database can tell."""


@dataclass
class Province:
    """A program that is started anew now and then, the platform in front of it, and the people there."""

    folder: Path
    database_url: str
    clock: Clock = field(default_factory=Clock)
    phone: Platform = field(default_factory=lambda: Platform("phone"))
    ids: count[int] = field(default_factory=lambda: count(1))

    async def starts(self) -> None:
        """A process takes up what the former one left."""
        chosen = settings(self.folder, database_url=self.database_url, demo=False)
        self.app = App(chosen, clock=self.clock, knowledge_base=small())
        self.app.add_channel(self.phone)
        await self.app.prepare()

    async def populated(self) -> None:
        """Officers with a phone each, and two curators."""
        async with self.app.database.transaction() as tx:
            for number in range(PEOPLE):
                officer = await tx.people.add(f"Cán bộ {number}", Role.REQUESTER, "xa-suoi-mo", at=self.clock())
                await tx.people.add_account(officer, "phone", f"p{number}", at=self.clock())
                await tx.conversations.open("phone", f"p{number}", group=False, at=self.clock())
            self.author = await tx.people.add("Người soạn", Role.CURATOR, "so-tu-phap", at=self.clock())
            self.other = await tx.people.add("Người duyệt", Role.CURATOR, "so-tu-phap", at=self.clock())

    async def hears(self, number: int, text: str = "", choice: str = "") -> None:
        """Somebody writes, or presses."""
        kind = Kind.CHOICE if choice else Kind.TEXT
        message = Incoming(
            channel="phone", external_id=f"m{next(self.ids)}", address=f"p{number}", sender=f"p{number}", kind=kind,
            text=text, choice=choice,
        )  # fmt: skip
        await self.app.intake.receive(message)

    async def asks(self, numbers: range) -> None:
        """Each asks, and is answered."""
        for number in numbers:
            await self.hears(number, QUESTION)
        await self.app.settle()

    async def presses(self, numbers: range, label: str) -> None:
        """Each presses a button of the last message they got."""
        for number in numbers:
            last = [letter for letter in self.phone.letters if letter.address == f"p{number}"][-1]
            await self.hears(number, choice=next(b.id for b in last.message.buttons if label in b.label))
        await self.app.settle()

    async def promised(self, key: int) -> int:
        async with self.app.database.reading() as tx:
            return len(await tx.recalls.promised(key))

    def corrected(self) -> Counter[str]:
        """How often the correction has arrived where."""
        return Counter(letter.address for letter in self.phone.letters if TEXT in letter.text)


def dies_before_batch(number: int) -> Line:
    """The sweep of a process that dies between two batches."""
    batches = count(1)

    async def sweep(desk: Desk) -> int:
        if next(batches) == number:
            raise Crash
        return await recalls.send_due(desk)

    return replace(SWEEP, sweep=sweep)


def dies_before_commit() -> Line:
    """The sweep of a process that dies when a batch is promised and not committed yet."""

    async def sweep(desk: Desk) -> int:
        assert await recalls.send_due(desk) > 0
        raise Crash

    return replace(SWEEP, sweep=sweep)


async def dies(province: Province, line: Line) -> None:
    """A process dies in a sweep; another starts."""
    with pytest.raises(Crash):
        await province.app.schedule.sweep(line)
    await province.app.database.close()
    await province.starts()


async def test_sixty_of_five_hundred(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recalls, "BATCH", 13)
    province = Province(tmp_path, database_url)
    await province.starts()
    await province.populated()
    await province.asks(range(40))
    for number in range(40, 50):
        await province.hears(number, "chứng thực")
    for number in range(50, OLD):
        await province.hears(number, choice=f"entry:{handle(ENTRY)}")
    await province.app.settle()
    await province.presses(range(40, 50), "Chứng thực bản sao")

    province.clock.moves(hours=1)
    await rule_changes(province.app, province.author, province.other)
    await province.asks(range(OLD, OLD + NEW))
    province.clock.moves(hours=1)
    key = await is_recalled(province.app, province.author, province.other, people=OLD)

    await dies(province, dies_before_batch(3))
    assert await province.promised(key) == 26
    await province.app.settle()
    await dies(province, dies_before_commit())
    assert await province.promised(key) == 26
    assert len(province.corrected()) == 26

    assert await province.app.schedule.sweep(SWEEP) == OLD - 26
    await province.app.settle()
    exactly = Counter({f"p{number}": 1 for number in range(OLD)})
    assert province.corrected() == exactly
    assert await province.app.schedule.sweep(SWEEP) == 0
    await province.app.settle()
    assert province.corrected() == exactly

    await province.presses(range(READ), "Đã đọc")
    async with province.app.database.reading() as tx:
        assert (await tx.recalls.get(key)).status == RecallStatus.DONE
        assert (await tx.recalls.figures([key]))[key] == Figures(promised=OLD, delivered=OLD, read=READ)
    await province.app.database.close()
