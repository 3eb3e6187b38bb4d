"""Sweeps: each person is told once per due moment, however often they run, and even after a missed day."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from handlers import reminders
from handlers.desk import Desk
from handlers.permissions import PROVINCE_UNIT
from knowledge import KnowledgeBase
from storage import Database
from storage.people import Person, Role
from storage.tickets import Status
from tests.handlers.desks import RULES, all_keys, desk, somebody, talk_of
from tests.storage.rows import NOW, opened

Sweep = Callable[[Desk], Awaitable[int]]


def at(day: int, hour: float = 8.5) -> datetime:
    """A moment in December 2026 by the clock on the wall in Viet Nam; the 7th is a Monday, no holiday is near."""
    return datetime(2026, 12, day, tzinfo=RULES.timezone) + timedelta(hours=hour)


DUE = at(9)


@dataclass
class Office:
    """A department with a leader and two specialists, and an officer with a ticket due on Wednesday at 08:30."""

    database: Database
    knowledge: KnowledgeBase
    mai: Person
    ha: Person
    vinh: Person
    chau: Person
    number: int

    async def sweeps(self, sweep: Sweep, when: datetime) -> int:
        """One sweep, as the schedule does it."""
        nobody = Person(name="", created_at=NOW)
        async with self.database.transaction() as tx:
            return await sweep(desk(tx, self.knowledge, nobody, at=when))

    async def told(self) -> dict[str, list[str]]:
        """What was promised to each since the office opened."""
        names = {"mai": self.mai, "ha": self.ha, "vinh": self.vinh, "chau": self.chau}
        heard = await all_keys(self.database, names.values())
        return {name: said for name, said in zip(names, heard, strict=True) if said}

    async def taken(self) -> None:
        """Hà takes the ticket."""
        async with self.database.transaction() as tx:
            (await tx.tickets.get(self.number)).assign(self.ha.key, at=NOW)

    async def answered(self, when: datetime) -> None:
        """Hà answers it."""
        await self.taken()
        async with self.database.transaction() as tx:
            (await tx.tickets.get(self.number)).answer("Được.", by=self.ha.key, at=when)

    async def status(self) -> str:
        """Where the ticket stands."""
        async with self.database.reading() as tx:
            ticket = await tx.tickets.look(self.number)
            assert ticket is not None
            return ticket.status


async def _open(database: Database, knowledge: KnowledgeBase) -> Office:
    async with database.transaction() as tx:
        mai = await somebody(tx, "Lò Thị Mai", Role.REQUESTER, "xa-suoi-mo")
        ha = await somebody(tx, "Nguyễn Thu Hà", Role.SPECIALIST, "so-tu-phap")
        vinh = await somebody(tx, "Đỗ Quang Vinh", Role.SPECIALIST, "so-tu-phap")
        chau = await somebody(tx, "Lê Bảo Châu", Role.LEADER, "so-tu-phap")
        await somebody(tx, "Bùi Đức Thắng", Role.LEADER, "so-noi-vu")
        ticket = await opened(tx, mai, await talk_of(tx, mai), due_at=DUE)
    return Office(database, knowledge, mai, ha, vinh, chau, ticket.id)


@pytest.fixture
async def office(database: Database, knowledge_base: KnowledgeBase) -> Office:
    """On both databases."""
    return await _open(database, knowledge_base)


async def test_the_holder_is_reminded_four_working_hours_before(office: Office) -> None:
    await office.taken()
    assert await office.sweeps(reminders.remind_due, at(8, 13.9)) == 0
    assert await office.told() == {}
    for hour, said in ((14.1, 1), (14.1, 0), (16.9, 0)):
        assert await office.sweeps(reminders.remind_due, at(8, hour)) == said
    assert await office.told() == {"ha": ["remind.due_soon"]}


async def test_where_nobody_took_it_the_queue_is_reminded(office: Office) -> None:
    for _ in range(2):
        await office.sweeps(reminders.remind_due, at(9, 8))
    assert await office.told() == {"ha": ["remind.due_soon"], "vinh": ["remind.due_soon"]}


async def test_an_overdue_ticket_is_said_once_to_holder_and_leader(office: Office) -> None:
    await office.taken()
    assert await office.sweeps(reminders.warn_overdue, DUE) == 0
    for day in (9, 9, 11):
        await office.sweeps(reminders.warn_overdue, at(day, 8.6))
    assert await office.told() == {"ha": ["remind.overdue"], "chau": ["remind.overdue_leader"]}


async def test_a_department_without_leaders_is_the_province_s_business(office: Office) -> None:
    async with office.database.transaction() as tx:
        await tx.people.revoke(await tx.people.get(office.chau.key), at=NOW)
        binh = await somebody(tx, "Cao Thanh Bình", Role.LEADER, PROVINCE_UNIT)
    for _ in range(2):
        await office.sweeps(reminders.warn_overdue, at(11))
    assert await all_keys(office.database, [office.chau, binh]) == [[], ["remind.overdue_leader_open"]]


async def test_a_day_without_sweeps_loses_no_warning(office: Office) -> None:
    """Nothing ran while it was due soon, nor on the day after: no late reminder, but the warning, once."""
    for said in (3, 0):
        assert await office.sweeps(reminders.remind_due, at(11)) == 0
        assert await office.sweeps(reminders.warn_overdue, at(11)) == said
    told = await office.told()
    assert told == {"ha": ["remind.overdue"], "vinh": ["remind.overdue"], "chau": ["remind.overdue_leader_open"]}


async def test_a_new_due_moment_is_reminded_anew(office: Office) -> None:
    await office.answered(at(8))
    async with office.database.transaction() as tx:
        ticket = await tx.tickets.get(office.number)
        ticket.reopen("Vẫn vướng", by=office.mai.key, at=at(8, 9), due_at=at(10, 9))
    await office.sweeps(reminders.warn_overdue, at(9))
    assert await office.told() == {}
    for day, times in ((10, 1), (11, 2)):
        await office.sweeps(reminders.warn_overdue, at(day, 9.5))
        if times == 1:
            async with office.database.transaction() as tx:
                (await tx.tickets.get(office.number)).due_at = at(11, 9)
    assert (await office.told())["ha"] == ["remind.overdue", "remind.overdue"]


@pytest.mark.parametrize("sweep", [reminders.remind_due, reminders.warn_overdue])
@pytest.mark.parametrize("when", [at(8, 16), at(11)])
async def test_a_ticket_that_waits_for_the_requester_is_not_reminded(
    sweep: Sweep, when: datetime, office: Office
) -> None:
    await office.taken()
    async with office.database.transaction() as tx:
        (await tx.tickets.get(office.number)).ask_back("Ở đâu?", by=office.ha.key, at=at(8))
    assert await office.sweeps(sweep, when) == 0
    assert await office.told() == {}


async def test_who_lets_a_ticket_wait_is_asked_once_more_then_its_holder_hears(office: Office) -> None:
    """Asked back on Monday the 7th at 08:30: after two working days, and after five."""
    await office.taken()
    async with office.database.transaction() as tx:
        (await tx.tickets.get(office.number)).ask_back("Ở đâu?", by=office.ha.key, at=at(7))
    assert await office.sweeps(reminders.remind_pending, at(9, 8.4)) == 0
    for said in (1, 0):
        assert await office.sweeps(reminders.remind_pending, at(9)) == said
    assert await office.told() == {"mai": ["remind.pending"]}
    assert await office.sweeps(reminders.remind_pending, at(13)) == 0
    for said in (1, 0):
        assert await office.sweeps(reminders.remind_pending, at(14)) == said
    assert await office.told() == {"mai": ["remind.pending"], "ha": ["remind.pending_holder"]}


async def test_a_backlog_is_said_in_batches_each_once(sqlite: Database, knowledge_base: KnowledgeBase) -> None:
    office = await _open(sqlite, knowledge_base)
    async with sqlite.transaction() as tx:
        for _ in range(24):
            await opened(tx, office.mai, await talk_of(tx, office.mai), due_at=DUE)
    said = [await office.sweeps(reminders.warn_overdue, at(11)) for _ in range(3)]
    assert said == [reminders.BATCH, 25 * 3 - reminders.BATCH, 0]
    told = await office.told()
    assert told == {name: [told[name][0]] * 25 for name in ("ha", "vinh", "chau")}


async def test_an_answered_ticket_is_not_reminded(office: Office) -> None:
    await office.answered(at(8))
    assert await office.sweeps(reminders.warn_overdue, at(11)) == 0
    assert await office.told() == {}


async def test_silence_closes_after_five_working_days_only(office: Office) -> None:
    """Answered on Friday at 10:00: a weekend lies between, so it is Friday again."""
    await office.answered(at(4, 10))
    for day, hour in ((6, 10), (9, 10), (11, 9.9)):
        assert await office.sweeps(reminders.close_stale, at(day, hour)) == 0
        assert await office.status() == Status.ANSWERED
    assert await office.sweeps(reminders.close_stale, at(11, 10)) == 1
    assert await office.sweeps(reminders.close_stale, at(14, 10)) == 0
    assert await office.status() == Status.CLOSED
    assert await office.told() == {"mai": ["remind.closed_by_silence"]}


async def test_a_later_answer_starts_the_silence_anew(office: Office) -> None:
    await office.answered(at(1))
    async with office.database.transaction() as tx:
        (await tx.tickets.get(office.number)).answer("Sửa lại: không.", by=office.ha.key, at=at(4))
    assert await office.sweeps(reminders.close_stale, at(10)) == 0
    assert await office.sweeps(reminders.close_stale, at(11, 9)) == 1


async def test_of_two_sweeps_at_once_one_works_on_postgres(postgres: Database, knowledge_base: KnowledgeBase) -> None:
    office, both_have_asked = await _open(postgres, knowledge_base), asyncio.Barrier(2)

    async def process() -> int | None:
        async with postgres.transaction() as tx:
            alone = await tx.alone("sweep:overdue")
            await asyncio.wait_for(both_have_asked.wait(), 5)
            if not alone:
                return None
            return await reminders.warn_overdue(desk(tx, knowledge_base, office.ha, at=at(11)))

    assert sorted(await asyncio.gather(process(), process()), key=str) == [3, None]
    assert (await office.told())["ha"] == ["remind.overdue"]
    async with postgres.transaction() as tx:
        assert await tx.alone("sweep:overdue"), "free again once the transaction has ended"
        assert await tx.alone("sweep:stale")


async def test_two_sweeps_without_a_guard_still_say_it_once(postgres: Database, knowledge_base: KnowledgeBase) -> None:
    """What is recorded guards too: the slower one is undone as a whole and finds nothing to do when it runs again."""
    office = await _open(postgres, knowledge_base)
    await asyncio.gather(*(office.sweeps(reminders.warn_overdue, at(11)) for _ in range(3)), return_exceptions=True)
    await office.sweeps(reminders.warn_overdue, at(11))
    told = await office.told()
    assert told == {"ha": ["remind.overdue"], "vinh": ["remind.overdue"], "chau": ["remind.overdue_leader_open"]}
