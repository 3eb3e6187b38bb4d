"""Rows for tests: invented people, chats, tickets and messages, with as little said as the test needs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from storage import Database, Transaction, schema
from storage.conversations import Conversation
from storage.inbox import IncomingMessage
from storage.outbox import OutgoingMessage
from storage.people import Account, Person, Role
from storage.tickets import Ticket

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
"""Monday 23 November 2026, 08:30 in Viet Nam."""


def after(**by: float) -> datetime:
    """So much later than NOW."""
    return NOW + timedelta(**by)


async def officer(tx: Transaction, name: str = "Lò Thị Mai", unit: str = "xa-suoi-mo") -> Person:
    """A commune officer."""
    return await tx.people.add(name, Role.REQUESTER, unit, at=NOW)


async def specialist(tx: Transaction, name: str = "Nguyễn Thu Hà", unit: str = "so-tu-phap") -> Person:
    """A department's specialist."""
    return await tx.people.add(name, Role.SPECIALIST, unit, at=NOW)


async def chat(
    tx: Transaction, person: Person, channel: str = "web", address: str = ""
) -> tuple[Account, Conversation]:
    """An account of a person on a channel, and its conversation."""
    address = address or f"{channel}-{person.key}"
    account = await tx.people.add_account(person, channel, address, at=NOW)
    return account, await tx.conversations.open(channel, address, group=False, at=NOW)


def draft(requester: int, conversation: int, **given: Any) -> Ticket:
    """A ticket that nobody has stored yet."""
    facts = {"question": "Ai ký giấy này?", "department": "so-tu-phap", "opened_at": NOW, "changed_at": NOW}
    return Ticket(requester=requester, conversation=conversation, **{**facts, "due_at": after(days=2), **given})


async def opened(tx: Transaction, requester: Person, talk: Conversation, **given: Any) -> Ticket:
    """A stored ticket."""
    return await tx.tickets.open(draft(requester.key, talk.key, unit=requester.unit, **given))


def heard(talk: Conversation, account: Account, external_id: str, **given: Any) -> IncomingMessage:
    """A message that came in."""
    assert account.id is not None
    facts = {"channel": talk.channel, "kind": "text", "text": external_id, "received_at": NOW}
    return IncomingMessage(conversation=talk.key, account=account.id, external_id=external_id, **{**facts, **given})


def promise(talk: Conversation | None, key: str, **given: Any) -> OutgoingMessage:
    """Something to say."""
    where = {} if talk is None else {"conversation": talk.key, "channel": talk.channel}
    return OutgoingMessage(key=key, created_at=NOW, **{**where, **given})


async def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in a fixed order."""
    async with database.engine.connect() as connection:
        found = {}
        for table in schema.TABLES:
            rows = (await connection.execute(select(table))).all()
            found[table.name] = sorted((tuple(row) for row in rows), key=repr)
        return found
