"""A ticket's whole life in chat, step by step: rows that are only ever added, and rights that end when revoked."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from handlers import escalation, people
from knowledge import KnowledgeBase
from storage import Database, Transaction
from storage.people import FAILURES_BEFORE_LOCK, Person, Role
from storage.ticket_events import Happening
from storage.tickets import Status, Ticket
from tests.handlers.desks import desk, does, hears, keys, presses, promised, somebody, talk_of
from tests.storage.rows import NOW, after, chat, opened

ONLY_ADDED = ("ticket_event", "exchange", "exchange_note", "audit_line")
QUESTION = "thẩm quyền phê duyệt quyết toán công trình nước sạch do dân góp vốn tại thôn biên giới"


async def _recorded(database: Database) -> dict[str, list[Any]]:
    async with database.engine.connect() as connection:
        tables = {name: SQLModel.metadata.tables[name] for name in ONLY_ADDED}
        return {
            name: [tuple(row) for row in (await connection.execute(select(table).order_by(table.c.id))).all()]
            for name, table in tables.items()
        }


async def test_what_is_recorded_is_never_changed(database: Database, knowledge_base: KnowledgeBase) -> None:
    async with database.transaction() as tx:
        mai = await somebody(tx, "Lò Thị Mai", Role.REQUESTER, "xa-suoi-mo")
        duc = await somebody(tx, "Bùi Đức Thắng", Role.SPECIALIST, "so-tai-chinh")
        ha = await somebody(tx, "Nguyễn Thu Hà", Role.SPECIALIST, "so-tu-phap")
    before = await _recorded(database)

    async def step(person: Person, text: str) -> None:
        nonlocal before
        async with database.transaction() as tx:
            refusal = await does(tx, knowledge_base, person, text, at=after(minutes=len(before["ticket_event"])))
            assert refusal is None, f"{text}: {refusal}"
        now = await _recorded(database)
        for name in ONLY_ADDED:
            assert now[name][: len(before[name])] == before[name], f"{name} after {text!r}"
        before = now

    await step(mai, QUESTION)
    async with database.reading() as tx:
        [ticket] = await tx.tickets.of_requester(mai.key)
    number = ticket.id
    assert ticket.department == "so-tai-chinh"
    for person, text in (
        (duc, f"nhận {number}"),
        (duc, f"trả lại {number}"),
        (duc, f"nhận {number}"),
        (duc, f"hỏi lại {number} công trình năm nào?"),
        (mai, f"bổ sung {number} năm 2025"),
        (duc, f"chuyển {number} Sở Tư pháp vì vướng thẩm quyền"),
        (ha, f"trả lời {number} Chủ tịch Ủy ban nhân dân xã"),
        (mai, f"chưa rõ {number} vốn của dân thì sao"),
        (ha, f"trả lời {number} cũng vậy"),
        (mai, f"đồng ý {number}"),
        (mai, "chưa đúng"),
    ):
        await step(person, text)

    async with database.reading() as tx:
        found = await tx.tickets.look(number)
        assert found is not None
        assert (found.status, found.assignee, found.paused_at) == (Status.CLOSED, ha.id, None)
        events = [Happening(event.what) for event in await tx.tickets.events(number)]
    assert events == [
        Happening.OPENED,
        Happening.ASSIGNED,
        Happening.RELEASED,
        Happening.ASSIGNED,
        Happening.ASKED_BACK,
        Happening.DETAILS,
        Happening.HANDED_OVER,
        Happening.ASSIGNED,
        Happening.ANSWERED,
        Happening.REOPENED,
        Happening.ANSWERED,
        Happening.ACCEPTED,
    ]


async def test_revoking_ends_every_right_on_every_channel(sqlite: Database, knowledge_base: KnowledgeBase) -> None:
    async with sqlite.transaction() as tx:
        mai = await somebody(tx, "Lò Thị Mai", Role.REQUESTER, "xa-suoi-mo")
        ha = await somebody(tx, "Nguyễn Thu Hà", Role.SPECIALIST, "so-tu-phap")
        await chat(tx, ha, "telegram")
        accounts = await tx.people.accounts(ha.key)
        number = (await opened(tx, mai, await talk_of(tx, mai))).id
        await people.revoke(desk(tx, knowledge_base, mai), ha)
        for account in accounts:
            await hears(tx, knowledge_base, account, "hàng đợi")
            await hears(tx, knowledge_base, account, kind="choice", choice=f"take:{number}")
            await hears(tx, knowledge_base, account, f"trả lời {number} được")
            await hears(tx, knowledge_base, account, QUESTION)
        assert len(accounts) == 2
        assert set(await keys(tx, ha)) == {"start.stranger"}
        assert [event.what for event in await tx.tickets.events(number)] == [Happening.OPENED]
        assert len(await tx.tickets.of_requester(ha.key)) == 0


async def _two_specialists(tx: Transaction) -> tuple[Person, Person, Person, Ticket]:
    mai = await somebody(tx, "Lò Thị Mai", Role.REQUESTER, "xa-suoi-mo")
    ha = await somebody(tx, "Nguyễn Thu Hà", Role.SPECIALIST, "so-tu-phap")
    vinh = await somebody(tx, "Đỗ Quang Vinh", Role.SPECIALIST, "so-tu-phap")
    ticket = await opened(tx, mai, await talk_of(tx, mai))
    ticket.assign(ha.key, at=NOW)
    return mai, ha, vinh, ticket


async def test_what_the_revoked_held_goes_back_to_the_queue(database: Database, knowledge_base: KnowledgeBase) -> None:
    async with database.transaction() as tx:
        mai, ha, vinh, ticket = await _two_specialists(tx)
        ticket.ask_back("Ở đâu?", by=ha.key, at=NOW)
        await people.revoke(desk(tx, knowledge_base, mai, at=after(days=2)), ha)
        assert (ticket.status, ticket.assignee, ticket.paused_at) == (Status.OPEN, None, None)
        assert ticket.due_at == after(days=3), "it waited two days, one of them a holiday"
        assert (await keys(tx, mai), await keys(tx, ha)) == (["ticket.released"], [])
        assert await keys(tx, vinh) == ["ticket.new_released"]
        await escalation.take(desk(tx, knowledge_base, vinh), ticket.id)
        assert ticket.assignee == vinh.id


async def test_reopened_after_its_answerer_was_revoked(database: Database, knowledge_base: KnowledgeBase) -> None:
    """There is nobody to go back to: the queue hears the objection, and may take it."""
    async with database.transaction() as tx:
        mai, ha, vinh, ticket = await _two_specialists(tx)
        ticket.answer("Được.", by=ha.key, at=NOW)
        await people.revoke(desk(tx, knowledge_base, mai), ha)
        assert ticket.status == Status.ANSWERED
        await escalation.reopen(desk(tx, knowledge_base, mai, at=after(hours=1)), ticket.id, "Vẫn vướng")
        assert (ticket.status, ticket.assignee) == (Status.OPEN, None)
        assert (await keys(tx, ha), await keys(tx, vinh)) == ([], ["ticket.reopened"])
        [told] = await promised(tx, vinh)
        assert told.facts["text"] == "Vẫn vướng"
        await escalation.take(desk(tx, knowledge_base, vinh), ticket.id)


async def test_wrong_codes_are_counted_though_nothing_came_of_them(
    sqlite: Database, knowledge_base: KnowledgeBase
) -> None:
    async with sqlite.transaction() as tx:
        guest = await somebody(tx, "Khách", Role.GUEST, "")
        mai = await tx.people.add("Lò Thị Mai", Role.REQUESTER, "xa-suoi-mo", at=NOW)
        code = await tx.people.invite(mai, at=NOW)
        for _ in range(FAILURES_BEFORE_LOCK):
            await does(tx, knowledge_base, guest, "LK AAAA3333")
        await does(tx, knowledge_base, guest, f"LK {code}")
        assert await keys(tx, guest) == ["enrolment.unknown"] * FAILURES_BEFORE_LOCK + ["enrolment.locked"]
        await does(tx, knowledge_base, guest, f"LK {code}", at=after(minutes=15))
        assert await keys(tx, mai) == ["enrolment.done"]
        assert [account.address for account in await tx.people.accounts(mai.key)] == [f"web-{guest.key}"]


@pytest.mark.parametrize("choice", ["link", "link:", "link:AAAA3333", "link:" + "9" * 60])
async def test_a_forged_link_button_is_a_wrong_code(
    choice: str, sqlite: Database, knowledge_base: KnowledgeBase
) -> None:
    async with sqlite.transaction() as tx:
        guest = await somebody(tx, "Khách", Role.GUEST, "")
        assert await presses(tx, knowledge_base, guest, choice) is None
        assert await keys(tx, guest) == ["enrolment.unknown"]
        assert (await tx.people.accounts(guest.key))[0].code_failures == 1
