"""From a ticket's answer to a proposal: what it knows already, and that it is made once."""

from __future__ import annotations

from datetime import date

import pytest

import knowledge
from handlers import curation, escalation, sketches
from handlers.examining import examine, value_of
from knowledge import KnowledgeBase
from knowledge.entries import Citation, Entry
from storage import Database, Transaction
from storage.drafts import Draft
from storage.tickets import Ticket
from tests.handlers.curators import Team, at, refused, team
from tests.handlers.desks import desk, keys, presses, talk_of
from tests.knowledge.conftest import SMALL
from tests.storage.rows import opened

QUESTION = "Người nước ngoài  chết ở xã\u200b thì khai tử thế nào?\nGấp ạ"
ANSWER = "• Theo khoản 2 Điều 33 Luật số 60/2014/QH13, nộp tại xã.\n• Không thu phí."


@pytest.fixture(scope="session")
def kb() -> KnowledgeBase:
    return knowledge.load(SMALL)


async def answered(tx: Transaction, kb: KnowledgeBase, people: Team, **given: object) -> Ticket:
    """A ticket that the specialist has answered."""
    talk = await talk_of(tx, people.officer)
    ticket = await opened(tx, people.officer, talk, question=QUESTION, **given)
    await escalation.answer(desk(tx, kb, people.specialist), ticket.id, ANSWER)
    return ticket


def entry_of(draft: Draft) -> Entry:
    value = value_of(draft.name, draft.text)
    assert isinstance(value, Entry)
    return value


async def test_what_is_known_is_filled_in(database: Database, kb: KnowledgeBase) -> None:
    async with database.transaction() as tx:
        people = await team(tx)
        ticket = await answered(tx, kb, people, field="tu-phap-ho-tich")
        assert await presses(tx, kb, people.specialist, f"propose:{ticket.id}") is None
        [draft] = await tx.drafts.waiting()
        assert (draft.ticket, draft.author) == (ticket.id, people.specialist.id)
        assert (await keys(tx, people.specialist))[-1] == "draft.proposed"
        assert "draft.waiting" in await keys(tx, people.author)
        entry = entry_of(draft)
        assert entry.title == "Người nước ngoài chết ở xã thì khai tử thế nào? Gấp ạ"
        assert entry.asked_as == (entry.title,)
        assert entry.answer.splitlines() == [
            "- Theo khoản 2 Điều 33 Luật số 60/2014/QH13, nộp tại xã.",
            "- Không thu phí.",
        ]
        assert entry.citations == (Citation("60/2014/QH13", "Điều 33", "khoản 2"),)
        rules = {problem.rule for problem in examine(kb, draft, date(2026, 11, 23)).problems}
        assert rules == {"phrasings_few"}, "all that is left to do is to say how else it is asked"


async def test_a_ticket_is_proposed_once_unless_it_came_to_nothing(sqlite: Database, kb: KnowledgeBase) -> None:
    async with sqlite.transaction() as tx:
        people = await team(tx)
        ticket = await answered(tx, kb, people)
        specialist = await at(tx, kb, people.specialist)
        first = await sketches.from_ticket(specialist, ticket.id)
        assert (await sketches.from_ticket(specialist, ticket.id)).key == first.key
        await curation.reject(await at(tx, kb, people.decider), first.key, "chỉ đúng cho một xã")
        assert (await sketches.from_ticket(specialist, ticket.id)).key != first.key


async def test_who_may_not_read_the_ticket_proposes_nothing_of_it(sqlite: Database, kb: KnowledgeBase) -> None:
    async with sqlite.transaction() as tx:
        people = await team(tx)
        ticket = await answered(tx, kb, people)
        assert await refused(sketches.from_ticket(await at(tx, kb, people.decider), ticket.id)) == "ticket.unknown"
        assert await refused(sketches.from_ticket(await at(tx, kb, people.officer), ticket.id)) == "permission.propose"


async def test_a_ticket_of_a_department_without_a_field(sqlite: Database, kb: KnowledgeBase) -> None:
    async with sqlite.transaction() as tx:
        people = await team(tx)
        people.specialist.unit = "van-phong-ubnd-tinh"
        ticket = await answered(tx, kb, people, department="van-phong-ubnd-tinh", field="da-bo")
        draft = await sketches.from_ticket(await at(tx, kb, people.specialist), ticket.id)
        assert entry_of(draft).field in kb.fields
