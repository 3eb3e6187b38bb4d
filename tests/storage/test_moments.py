"""Moments: without a time zone refused, whatever zone they came in back in UTC, and comparable in queries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError

from storage import Database
from tests.storage.rows import NOW, after, chat, officer, opened

VIET_NAM = timezone(timedelta(hours=7))


async def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        person = await officer(tx)
    naive = datetime(2026, 11, 23, 8, 30)  # noqa: DTZ001

    async def writes() -> None:
        async with database.transaction() as tx:
            await tx.people.add_account(person, "web", "page", at=naive)

    with pytest.raises(StatementError, match="a moment needs a time zone"):
        await writes()
    async with database.reading() as tx:
        assert await tx.people.accounts(person.key) == []
        with pytest.raises(StatementError, match="a moment needs a time zone"):
            await tx.tickets.due_before(naive)


async def test_a_moment_comes_back_in_utc(database: Database) -> None:
    local = datetime(2026, 11, 23, 8, 30, 0, 123456, tzinfo=VIET_NAM)
    async with database.transaction() as tx:
        person = await officer(tx)
        await tx.people.add_account(person, "web", "page", at=local)
    async with database.reading() as tx:
        [account] = await tx.people.accounts(person.key)
    assert (account.heard_at, account.heard_at.tzinfo) == (local, UTC)
    assert (account.heard_at.hour, account.heard_at.microsecond) == (1, 123456)


async def test_moments_of_different_zones_are_compared_rightly(database: Database) -> None:
    async with database.transaction() as tx:
        asker = await officer(tx)
        ticket = await opened(tx, asker, (await chat(tx, asker))[1], due_at=after(hours=1))
    async with database.reading() as tx:
        at_the_moment = (NOW + timedelta(hours=1)).astimezone(VIET_NAM)
        assert await tx.tickets.due_before(at_the_moment) == []
        [due] = await tx.tickets.due_before(at_the_moment + timedelta(microseconds=1))
    assert due.id == ticket.id
