"""A province in a database: its people, enrolled before the program under measurement starts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from storage import Database, Transaction, schema
from storage.outbox import OutgoingMessage, Priority
from storage.people import Role

COMMUNE = "26001"
NOTICE = "remind.closed_by_silence"
"""A sentence of about the length of a notice, with one blank."""


async def enrol(url: str, channel: str, addresses: Iterable[str], *, notices: bool = False) -> None:
    """Make the schema and a person behind each address; with `notices`, each is promised a broadcast."""
    database, now = Database(url), datetime.now(UTC)
    try:
        await schema.upgrade(database)
        async with database.transaction() as tx:
            if await tx.people.commune(COMMUNE) is None:
                await tx.people.add_commune(COMMUNE, "Xã Thử")
            for address in addresses:
                await _one(tx, channel, address, now, notices)
    finally:
        await database.close()


async def _one(tx: Transaction, channel: str, address: str, now: datetime, notice: bool) -> None:
    person = await tx.people.add(f"Cán bộ {address[:12]}", Role.REQUESTER, COMMUNE, at=now)
    await tx.people.add_account(person, channel, address, name=person.name, at=now)
    talk = await tx.conversations.open(channel, address, group=False, at=now)
    if notice:
        await tx.outbox.add(_notice(person.key, talk.key, channel, now))


def _notice(person: int, talk: int, channel: str, now: datetime) -> OutgoingMessage:
    return OutgoingMessage(
        person=person, conversation=talk, channel=channel, priority=Priority.BROADCAST, key=NOTICE,
        facts={"number": person}, created_at=now,
    )  # fmt: skip
