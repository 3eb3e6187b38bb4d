"""Two at once: on PostgreSQL the slower of two overlapping changes hears of it, on SQLite writers queue."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.orm.exc import StaleDataError

from storage import Conflict, Database
from tests.storage.rows import NOW, after, chat, officer, opened


async def _chat_of_an_officer(database: Database) -> int:
    async with database.transaction() as tx:
        _, talk = await chat(tx, await officer(tx))
        return talk.key


async def test_the_slower_of_two_overlapping_changes_is_stale_on_postgres(postgres: Database) -> None:
    key, both_have_read = await _chat_of_an_officer(postgres), asyncio.Barrier(2)

    async def waits_for(verb: str) -> str:
        async with postgres.transaction() as tx:
            talk = await tx.conversations.get(key)
            await both_have_read.wait()
            talk.wait_for(verb, at=NOW)
        return verb

    outcomes = await asyncio.gather(waits_for("details"), waits_for("answer"), return_exceptions=True)
    stale = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    [won] = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert [type(error) for error in stale] == [StaleDataError]
    async with postgres.reading() as tx:
        talk = await tx.conversations.get(key)
    assert (talk.awaits, talk.version) == ({"verb": won}, 2)


async def test_the_slower_change_of_a_ticket_is_stale_on_postgres(postgres: Database) -> None:
    """Whoever only looked at a ticket, without the lock of `get`, cannot overwrite what happened since."""
    async with postgres.transaction() as tx:
        asker = await officer(tx)
        number = (await opened(tx, asker, (await chat(tx, asker))[1])).id

    async def late() -> None:
        async with postgres.transaction() as slow:
            seen = await slow.tickets.look(number)
            assert seen is not None
            async with postgres.transaction() as fast:
                (await fast.tickets.get(number)).add_details("Nhanh", by=asker.key, at=after(hours=1))
            seen.add_details("Chậm", by=asker.key, at=after(hours=2))

    with pytest.raises(StaleDataError):
        await late()
    async with postgres.reading() as tx:
        assert [event.text for event in await tx.tickets.events(number)][1:] == ["Nhanh"]


async def test_writers_queue_on_sqlite_and_nothing_is_lost(sqlite: Database) -> None:
    key = await _chat_of_an_officer(sqlite)

    async def offers(number: int) -> None:
        async with sqlite.transaction() as tx:
            talk = await tx.conversations.get(key)
            await asyncio.sleep(0)
            talk.offered = [*talk.offered, str(number)]

    await asyncio.gather(*(offers(number) for number in range(30)))
    async with sqlite.reading() as tx:
        talk = await tx.conversations.get(key)
    assert sorted(map(int, talk.offered)) == list(range(30))
    assert talk.version == 31


async def test_two_processes_on_one_sqlite_file_lose_nothing(sqlite: Database) -> None:
    """No turnstile between processes: the file's own lock must do, held from the first read on."""
    databases = [sqlite, Database(sqlite.url.render_as_string())]
    key = await _chat_of_an_officer(databases[0])

    async def offers(database: Database, number: int) -> None:
        async with database.transaction() as tx:
            talk = await tx.conversations.get(key)
            await asyncio.sleep(0)
            talk.offered = [*talk.offered, str(number)]

    await asyncio.gather(*(offers(databases[number % 2], number) for number in range(10)))
    async with databases[0].reading() as tx:
        assert sorted(map(int, (await tx.conversations.get(key)).offered)) == list(range(10))
    await databases[1].close()


async def test_a_reader_forgets_what_it_changed_and_waits_for_nobody(database: Database) -> None:
    key = await _chat_of_an_officer(database)
    async with database.transaction() as writer:
        (await writer.conversations.get(key)).heard_at = after(hours=1)
        async with asyncio.timeout(5), database.reading() as reader:
            talk = await reader.conversations.get(key)
            assert talk.heard_at == NOW
            talk.heard_at = after(hours=9)
    async with database.reading() as tx:
        assert (await tx.conversations.get(key)).heard_at == after(hours=1)


async def test_a_locked_conversation_is_skipped_by_others_on_postgres(postgres: Database) -> None:
    key = await _chat_of_an_officer(postgres)
    async with postgres.transaction() as first, postgres.transaction() as second:
        assert await first.conversations.lock(key) is not None
        async with asyncio.timeout(5):
            assert await second.conversations.lock(key) is None
    async with postgres.transaction() as third:
        assert await third.conversations.lock(key) is not None
