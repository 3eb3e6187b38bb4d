"""Desks and turns for tests: handlers at work on a real database, without a platform around them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import select

from handlers import dispatch
from handlers.desk import Desk, Rules, Turn
from knowledge import CONTENT, KnowledgeBase, load_workdays
from storage import Database, Refusal, Transaction
from storage.conversations import Conversation
from storage.outbox import OutgoingMessage
from storage.people import Account, Person, Role
from tests.storage.rows import NOW, chat, heard

RULES = Rules(timezone=ZoneInfo("Asia/Ho_Chi_Minh"))
WORKDAYS = load_workdays(CONTENT / "workdays.yaml")
CHANNELS = frozenset({"web", "telegram"})
_ids = count(1)


def desk(tx: Transaction, knowledge: KnowledgeBase, person: Person, *, at: datetime = NOW) -> Desk:
    """A desk as the console has it."""
    return Desk(
        tx=tx, knowledge=knowledge, workdays=WORKDAYS, rules=RULES, now=at, person=person, channels=CHANNELS
    )  # fmt: skip


async def somebody(tx: Transaction, name: str, role: Role, unit: str, *, channel: str = "web") -> Person:
    """A person with an account and a chat."""
    person = await tx.people.add(name, role, unit, at=NOW)
    await chat(tx, person, channel)
    return person


async def does(
    tx: Transaction, knowledge: KnowledgeBase, person: Person, text: str = "", *, at: datetime = NOW, **given: Any
) -> Refusal | None:
    """A person's message goes through the routes; the refusal, when it was refused and undone."""
    account = (await tx.people.accounts(person.key))[0]
    return await hears(tx, knowledge, account, text, at=at, **given)


async def hears(
    tx: Transaction, knowledge: KnowledgeBase, account: Account, text: str = "", *, at: datetime = NOW, **given: Any
) -> Refusal | None:
    """An account's message goes through the routes, whoever it is bound to now."""
    talk = await tx.conversations.at(account.channel, account.address)
    assert talk is not None
    message = heard(talk, account, f"{next(_ids)}", text=text, received_at=at, **given)
    await tx.inbox.add(message)
    person = await tx.people.get(account.person)
    turn = Turn(
        tx=tx, knowledge=knowledge, workdays=WORKDAYS, rules=RULES, now=at, person=person, channels=CHANNELS,
        incoming=message, conversation=talk, account=account,
    )  # fmt: skip
    talk.heard_at = at
    try:
        async with tx.savepoint():
            await dispatch(turn)
    except Refusal as refusal:
        await tx.reread(message, talk, account, person)
        return refusal
    return None


async def presses(tx: Transaction, knowledge: KnowledgeBase, person: Person, choice: str) -> Refusal | None:
    """A person presses a button, or pretends to."""
    return await does(tx, knowledge, person, kind="choice", choice=choice)


async def promised(tx: Transaction, *people: Person) -> list[OutgoingMessage]:
    """What is promised to these people, or to everybody, in order."""
    query = select(OutgoingMessage).order_by(OutgoingMessage.id)  # type: ignore[arg-type]
    found = (await tx._session.exec(query)).all()
    wanted = {person.id for person in people}
    return [message for message in found if not wanted or message.person in wanted]


async def keys(tx: Transaction, *people: Person) -> list[str]:
    """Only the wording keys of it."""
    return [message.key for message in await promised(tx, *people)]


async def talk_of(tx: Transaction, person: Person) -> Conversation:
    """A person's first chat."""
    account = (await tx.people.accounts(person.key))[0]
    talk = await tx.conversations.at(account.channel, account.address)
    assert talk is not None
    return talk


async def all_keys(database: Database, people: Iterable[Person]) -> list[list[str]]:
    """The wording keys promised to each, as committed."""
    async with database.reading() as tx:
        return [await keys(tx, person) for person in people]
