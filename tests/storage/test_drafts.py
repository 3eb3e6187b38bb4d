"""Proposals and publications as they are stored: what waits, what counts, and that two cannot decide at once."""

from __future__ import annotations

from collections.abc import Awaitable

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from storage import Database, Refusal, Transaction
from storage.drafts import Deed, Draft, DraftStatus, Publication
from tests.storage.rows import NOW, after, officer

A, B = "entries/dat-dai/a.md", "entries/dat-dai/b.md"


async def draft(tx: Transaction, name: str, author: int, **given: object) -> Draft:
    facts = {"name": name, "author": author, "editor": author, "created_at": NOW, "changed_at": NOW, **given}
    return await tx.drafts.propose(Draft(**facts))


async def publication(tx: Transaction, name: str, text: str, **given: object) -> Publication:
    return await tx.drafts.publish(Publication(**{"name": name, "text": text, "at": NOW, **given}))


async def _undone(tx: Transaction, act: Awaitable[object]) -> None:
    async with tx.savepoint():
        await act


async def _stored(database: Database, seen: Draft) -> None:
    async with database.transaction() as tx:
        tx._session.add(seen)


async def test_the_latest_version_of_every_name_counts(database: Database) -> None:
    async with database.transaction() as tx:
        assert (await tx.drafts.state(), await tx.drafts.current()) == (0, [])
        first = await publication(tx, A, "một")
        other = await publication(tx, B, "khác")
        last = await publication(tx, A, "", deed=Deed.RETIRE)
    async with database.reading() as tx:
        assert [p.id for p in await tx.drafts.current()] == [other.id, last.id]
        assert [p.id for p in await tx.drafts.history(A)] == [last.id, first.id]
        assert await tx.drafts.state() == 3
        assert (await tx.drafts.version(first.key)).text == "một"
        with pytest.raises(Refusal, match=r"publication\.unknown"):
            await tx.drafts.version(999)


async def test_a_proposal_is_published_once(database: Database) -> None:
    async with database.transaction() as tx:
        found = await draft(tx, A, (await officer(tx)).key)
        await publication(tx, A, "một", draft=found.key)
        with pytest.raises(IntegrityError):
            await _undone(tx, publication(tx, A, "hai", draft=found.key))
    async with database.reading() as tx:
        assert [p.text for p in await tx.drafts.history(A)] == ["một"]


async def test_what_waits_and_what_was_decided(database: Database) -> None:
    async with database.transaction() as tx:
        one, two = await officer(tx), await officer(tx, "Vàng A Sùng")
        first, second, third = [await draft(tx, name, one.key) for name in (A, B, A)]
        own = await draft(tx, B, two.key, ticket=None)
        second.reject("thiếu", by=two.key, at=after(hours=1))
        first.approve(by=two.key, at=after(hours=2))
        own.withdraw(by=two.key, at=after(minutes=1))
    async with database.reading() as tx:
        assert [d.id for d in await tx.drafts.waiting()] == [third.id]
        assert [d.id for d in await tx.drafts.decided()] == [first.id, second.id, own.id]
        assert [d.id for d in await tx.drafts.decided(limit=1)] == [first.id]
        assert [d.id for d in await tx.drafts.of_author(one.key)] == [third.id, second.id, first.id]
        assert [d.id for d in await tx.drafts.of_name(A)] == [third.id, first.id]
        assert (await tx.drafts.get(second.key)).reason == "thiếu"
        with pytest.raises(Refusal, match=r"draft\.unknown"):
            await tx.drafts.get(999)


async def test_two_who_decide_at_once_do_not_both(database: Database) -> None:
    async with database.transaction() as tx:
        author, decider = await officer(tx), await officer(tx, "Vàng A Sùng")
        key = (await draft(tx, A, author.key)).key
    async with database.reading() as reading:
        seen = await reading.drafts.get(key)
    async with database.transaction() as tx:
        (await tx.drafts.get(key)).reject("không", by=decider.key, at=NOW)
    seen.approve(by=decider.key, at=NOW)
    with pytest.raises(StaleDataError):
        await _stored(database, seen)
    async with database.reading() as tx:
        assert (await tx.drafts.get(key)).status == DraftStatus.REJECTED
