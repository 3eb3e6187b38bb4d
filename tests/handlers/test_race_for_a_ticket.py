"""Two hundred specialists want one ticket in the same moment: one has it, the others hear who."""

from __future__ import annotations

import asyncio

import pytest

from handlers import escalation
from knowledge import KnowledgeBase
from storage import Database, Refusal
from storage.people import Person, Role
from storage.ticket_events import Happening
from storage.tickets import Status
from tests.handlers.desks import desk, keys, somebody, talk_of
from tests.storage.rows import opened, specialist

MANY = 200


async def test_one_of_two_hundred_takes_it(database: Database, knowledge_base: KnowledgeBase) -> None:
    async with database.transaction() as tx:
        mai = await somebody(tx, "Lò Thị Mai", Role.REQUESTER, "xa-suoi-mo")
        number = (await opened(tx, mai, await talk_of(tx, mai))).id
        crowd = [await specialist(tx, f"Chuyên viên {place}") for place in range(MANY)]
    everybody_is_here = asyncio.Barrier(MANY)

    async def takes(person: Person) -> Refusal | None:
        await everybody_is_here.wait()
        try:
            async with database.transaction() as tx:
                await escalation.take(desk(tx, knowledge_base, person), number)
        except Refusal as refusal:
            return refusal
        return None

    outcomes = await asyncio.gather(*(takes(person) for person in crowd))

    [winner] = [person for person, refusal in zip(crowd, outcomes, strict=True) if refusal is None]
    told = [(refusal.key, refusal.facts) for refusal in outcomes if refusal is not None]
    assert told == [("ticket.taken", {"number": number, "holder": winner.name})] * (MANY - 1)
    async with database.reading() as tx:
        ticket = await tx.tickets.look(number)
        assert ticket is not None
        assert (ticket.assignee, ticket.status, ticket.version) == (winner.id, Status.ASSIGNED, 2)
        events = [(event.what, event.actor) for event in await tx.tickets.events(number)]
        assert events == [(Happening.OPENED, mai.id), (Happening.ASSIGNED, winner.id)]
        assert await keys(tx) == ["ticket.assigned"]


async def test_taking_one_s_own_ticket_again_is_said_differently(
    sqlite: Database, knowledge_base: KnowledgeBase
) -> None:
    async with sqlite.transaction() as tx:
        mai = await somebody(tx, "Lò Thị Mai", Role.REQUESTER, "xa-suoi-mo")
        ha = await specialist(tx)
        number = (await opened(tx, mai, await talk_of(tx, mai))).id
        await escalation.take(desk(tx, knowledge_base, ha), number)
        with pytest.raises(Refusal, match=r"ticket\.yours_already"):
            await escalation.take(desk(tx, knowledge_base, ha), number)
