"""Forged button ids: whatever is pressed, nothing but a polite no, and nobody else's ticket or question is touched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import SQLModel

from handlers import VERBS
from knowledge import KnowledgeBase
from storage import Database, Transaction
from storage.journal import Exchange
from storage.people import Person, Role
from tests.handlers.desks import does, presses, promised, somebody, talk_of
from tests.storage.rows import NOW, after, heard, opened

TABLES = SQLModel.metadata.tables
QUESTION = "Câu hỏi riêng của chị Mai"
HOSTILE = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
NUMBERS = st.one_of(
    st.integers(0, 12).map(str),
    st.integers().map(str),
    st.integers(10**9, 10**60).map(str),
    st.text("٠١٢٣४५６７²½-+. 0", max_size=12),
    st.sampled_from(["so-tu-phap", "so-noi-vu", "tu-phap-ho-tich", ""]),
    HOSTILE,
)
CHOICES = st.one_of(
    HOSTILE,
    st.lists(NUMBERS, max_size=3).flatmap(
        lambda about: st.sampled_from(sorted(VERBS)).map(lambda verb: ":".join([verb, *about])[:200])
    ),
)
ROLES = {
    "officer": (Role.REQUESTER, "xa-nam-thanh"),
    "specialist": (Role.SPECIALIST, "so-noi-vu"),
    "curator": (Role.CURATOR, "so-tu-phap"),
    "guest": (Role.GUEST, ""),
}


class _Over(Exception):
    """Undoes everything an example did."""


async def _founded(tx: Transaction) -> dict[str, Person]:
    """An officer with a ticket in each state and a question, a specialist, and four who would like to get at them."""
    mai = await somebody(tx, "Lò Thị Mai", Role.REQUESTER, "xa-suoi-mo")
    ha = await somebody(tx, "Nguyễn Thu Hà", Role.SPECIALIST, "so-tu-phap")
    talk, account = await talk_of(tx, mai), (await tx.people.accounts(mai.key))[0]
    await tx.inbox.add(heard(talk, account, "m1", text=QUESTION))
    for place in range(4):
        exchange = await tx.journal.record(
            Exchange(
                person=mai.key, conversation=talk.key, question=QUESTION, as_of=NOW.date(), decision="choices",
                confidence=0.5, knowledge="0", at=NOW, matches=[{"entry": "x/y", "revision": "1", "score": 0.5}],
            )
        )  # fmt: skip
        ticket = await opened(tx, mai, talk, question=QUESTION, exchange=exchange.key)
        if place > 0:
            ticket.assign(ha.key, at=after(hours=1))
        if place == 2:
            ticket.ask_back("Ở đâu?", by=ha.key, at=after(hours=2))
        if place == 3:
            ticket.answer("Được.", by=ha.key, at=after(hours=2))
    return {name: await somebody(tx, name, *post) for name, post in ROLES.items()}


@dataclass
class Province:
    """Where the forgers are, and what there is of Mai's."""

    database: Database
    knowledge: KnowledgeBase
    people: dict[str, Person]
    before: list[Any]


@pytest.fixture
async def province(sqlite: Database, knowledge_base: KnowledgeBase) -> Province:
    """Founded once for all attempts of a test."""
    async with sqlite.transaction() as tx:
        people = await _founded(tx)
        return Province(sqlite, knowledge_base, people, await _belongings(tx))


async def _belongings(tx: Transaction) -> list[Any]:
    """Everything of Mai's that could be touched."""
    session, mine = tx._session, range(1, 5)
    await session.flush()
    connection = await session.connection()
    queries = (
        select(TABLES["ticket"]).where(TABLES["ticket"].c.number.in_(mine)),
        select(TABLES["ticket_event"]).where(TABLES["ticket_event"].c.ticket.in_(mine)),
        select(TABLES["exchange"]).where(TABLES["exchange"].c.id.in_(mine)),
        select(TABLES["exchange_note"]).where(TABLES["exchange_note"].c.exchange.in_(mine)),
        select(TABLES["incoming_message"]).where(TABLES["incoming_message"].c.id == 1),
        select(TABLES["account"].c.person).where(TABLES["account"].c.id == 1),
    )
    return [(await connection.execute(query)).all() for query in queries]


async def _attempt(province: Province, who: str, *choices: str, words: str = "Dạ vâng ạ") -> None:
    """Press each, write something after; then look what became of Mai's, and undo it all."""
    person = province.people[who]
    async with province.database.transaction() as tx:
        for choice in choices:
            await presses(tx, province.knowledge, person, choice)
        await does(tx, province.knowledge, person, words)
        assert await _belongings(tx) == province.before
        assert QUESTION not in repr([message.model_dump() for message in await promised(tx, person)])
        raise _Over


@given(choice=CHOICES, who=st.sampled_from(sorted(ROLES)), words=st.sampled_from(["", "Được", "nhận 1", "2", "có ạ"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_forging_gains_nothing(choice: str, who: str, words: str, province: Province) -> None:
    with pytest.raises(_Over):
        await _attempt(province, who, choice, words=words)


@pytest.mark.parametrize("who", sorted(ROLES))
async def test_every_verb_on_somebody_else_s(who: str, province: Province) -> None:
    for verb in sorted(VERBS):
        abouts = ("1", "2:so-noi-vu", "3:1", "4", "")
        with pytest.raises(_Over):
            await _attempt(province, who, *(f"{verb}:{about}".rstrip(":") for about in abouts))


async def test_the_attempts_would_be_seen(province: Province) -> None:
    """The same presses by those they belong to do change something: the test above is not blind."""
    async with province.database.reading() as tx:
        ticket = await tx.tickets.look(4)
        assert ticket is not None
        mai = await tx.people.get(ticket.requester)
    for choice in ("accept:4", "helped:1", "send:1"):
        with pytest.raises((AssertionError, _Over)) as seen:
            await _attempt(replace(province, people={"mai": mai}), "mai", choice)
        assert seen.type is AssertionError
