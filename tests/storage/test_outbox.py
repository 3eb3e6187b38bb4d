"""Promises: which goes next, which must wait, who may take it, and what becomes of one that fails."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from storage import Database, Transaction
from storage.conversations import Conversation
from storage.outbox import LEASE, MOST_ATTEMPTS, OutgoingMessage, Priority, Sending
from tests.storage.rows import NOW, after, chat, officer, promise

BOTH = frozenset({"web", "telegram"})


async def _talks(tx: Transaction, *channels: str) -> list[Conversation]:
    person = await officer(tx)
    return [(await chat(tx, person, name, f"{name}-{place}"))[1] for place, name in enumerate(channels)]


async def _promised(tx: Transaction, *messages: OutgoingMessage) -> None:
    for message in messages:
        await tx.outbox.add(message)


async def _next(tx: Transaction, *, at: float = 0, channels: frozenset[str] = BOTH, limit: int = 50) -> list[str]:
    heads = await tx.outbox.heads(after(seconds=at), channels, limit=limit)
    return [(await tx.outbox.get(head.id)).key for head in heads]


async def test_each_conversation_has_one_head_in_the_order_promised(database: Database) -> None:
    async with database.transaction() as tx:
        a, b = await _talks(tx, "web", "web")
        first, second, other = promise(a, "1"), promise(a, "2"), promise(b, "3")
        await _promised(tx, first, second, other)
        assert await _next(tx) == ["1", "3"]
        assert await _next(tx, limit=1) == ["1"]
        first.sent(NOW, "…")
        assert await _next(tx) == ["2", "3"]


async def test_replies_go_before_reminders_before_broadcasts(database: Database) -> None:
    async with database.transaction() as tx:
        a, b = await _talks(tx, "web", "web")
        broadcast, reminder, reply = (
            promise(a, "broadcast", priority=Priority.BROADCAST),
            promise(a, "reminder", priority=Priority.REMINDER),
            promise(a, "reply"),
        )
        await _promised(tx, broadcast, reminder, promise(b, "elsewhere", priority=Priority.REMINDER), reply)
        order = []
        for message in (reply, reminder, broadcast):
            order.append(await _next(tx))
            message.sent(NOW, "…")
        assert order == [["reply", "elsewhere"], ["reminder", "elsewhere"], ["elsewhere", "broadcast"]]


async def test_one_in_flight_for_each_conversation(database: Database) -> None:
    async with database.transaction() as tx:
        a, b = await _talks(tx, "web", "web")
        first = promise(a, "1")
        await _promised(tx, first, promise(a, "2"), promise(a, "urgent", priority=-1), promise(b, "3"))
        first.begin(NOW)
        assert await _next(tx) == ["3"]
        first.uncertain("time-out")
        assert await _next(tx) == ["urgent", "3"]


async def test_one_that_must_wait_keeps_its_place(database: Database) -> None:
    async with database.transaction() as tx:
        a, b = await _talks(tx, "web", "web")
        first = promise(a, "1")
        await _promised(tx, first, promise(a, "2"), promise(b, "3"))
        first.begin(NOW)
        first.try_again(NOW, timedelta(seconds=30), "429")
        assert await _next(tx, at=29) == ["3"]
        assert await _next(tx, at=30) == ["1", "3"]


async def test_only_channels_that_are_open_now(database: Database) -> None:
    async with database.transaction() as tx:
        web, telegram = await _talks(tx, "web", "telegram")
        await _promised(tx, promise(web, "web"), promise(telegram, "telegram"))
        assert await _next(tx, channels=frozenset({"telegram"})) == ["telegram"]
        assert await _next(tx, channels=frozenset()) == []
        [head] = await tx.outbox.heads(NOW, frozenset({"web"}), limit=5)
        assert (head.channel, head.address, head.group) == ("web", web.address, False)


async def test_what_has_no_address_is_no_head_and_stops_nobody(database: Database) -> None:
    async with database.transaction() as tx:
        [talk] = await _talks(tx, "web")
        lost, held = promise(None, "lost", channel="web"), promise(talk, "held")
        await _promised(tx, lost, held, promise(talk, "next"))
        lost.begin(NOW)
        held.hold("blocked")
        assert await _next(tx) == ["next"]


async def test_a_lost_lease_gives_the_promise_back(database: Database) -> None:
    async with database.transaction() as tx:
        [talk] = await _talks(tx, "web")
        message = promise(talk, "1")
        await _promised(tx, message)
        message.begin(NOW)
        end = NOW + LEASE
        assert (await tx.outbox.any_lost(end), await tx.outbox.lost(end)) == (False, [])
        late = end + timedelta(seconds=1)
        assert await tx.outbox.any_lost(late)
        [found] = await tx.outbox.lost(late)
        found.try_again(late, timedelta(0), "its sender died")
        assert (found.status, found.attempts, found.lease_until) == (Sending.WAITING, 1, None)
        assert await tx.outbox.lost(late) == []


async def test_tries_get_rarer_until_it_is_a_dead_letter(database: Database) -> None:
    message, waits = promise(None, "1"), []
    while message.status != Sending.FAILED:
        message.begin(NOW)
        message.try_again(NOW, timedelta(0), "503")
        waits.append((message.not_before or NOW) - NOW)
    assert len(waits) == MOST_ATTEMPTS
    assert waits[:-1] == sorted(waits[:-1])
    assert max(waits) == timedelta(seconds=900)
    async with database.transaction() as tx:
        [message.conversation], message.channel = [talk.key for talk in await _talks(tx, "web")], "web"
        await _promised(tx, message)
        assert await _next(tx, at=9999) == []
        assert [dead.row for dead in await tx.outbox.dead()] == [message.row]
        message.requeue()
        assert await _next(tx) == ["1"]


async def test_an_outage_of_the_channel_is_not_counted() -> None:
    message = promise(None, "1")
    for _ in range(3 * MOST_ATTEMPTS):
        message.begin(NOW)
        message.try_again(NOW, timedelta(seconds=5), "down", counted=False)
    assert (message.status, message.attempts, message.not_before) == (Sending.WAITING, 0, after(seconds=5))


async def test_what_was_promised_once_is_not_promised_again(database: Database) -> None:
    async with database.transaction() as tx:
        [talk] = await _talks(tx, "web")
        await _promised(tx, promise(talk, "1", once="remind:12"))
        assert (await tx.outbox.promised("remind:12"), await tx.outbox.promised("remind:1")) == (True, False)


async def test_parts_sent_in_a_month_are_counted(database: Database) -> None:
    async with database.transaction() as tx:
        web, telegram = await _talks(tx, "web", "telegram")
        for talk, parts, hours in ((web, 3, 1), (web, 1, 2), (web, 5, -1), (telegram, 7, 1)):
            message = promise(talk, "1")
            for part in range(parts):
                message.part_sent(f"{hours}-{part}")
            message.sent(after(hours=hours), "…")
            await _promised(tx, message)
        assert await tx.outbox.sent_since("web", NOW) == 4
        assert await tx.outbox.sent_since("zalo_bot", NOW) == 0
        behind = await tx.outbox.behind(web.key, "1-2")
        assert behind is not None
        assert behind.platform_ids == ["1-0", "1-1", "1-2"]
        assert await tx.outbox.behind(telegram.key, "2-0") is None


async def test_what_waits_for_the_next_word(database: Database) -> None:
    async with database.transaction() as tx:
        person = await officer(tx)
        _, talk = await chat(tx, person)
        messages = [promise(talk, str(number), person=person.key) for number in range(4)]
        await _promised(tx, *messages)
        messages[0].uncertain("time-out")
        messages[1].hold("blocked")
        messages[2].give_up("rejected")
        assert [message.key for message in await tx.outbox.kept_for(person.key)] == ["0", "1"]
        assert await tx.outbox.count_by_status() == {"uncertain": 1, "held": 1, "failed": 1, "waiting": 1}


async def test_two_senders_never_claim_the_same_promise(postgres: Database) -> None:
    async with postgres.transaction() as tx:
        messages = [promise(talk, talk.address) for talk in await _talks(tx, *["web"] * 12)]
        await _promised(tx, *messages)
    keys, claimed = [message.row for message in messages], asyncio.Barrier(2)

    async def sender(limit: int) -> list[int]:
        async with postgres.transaction() as tx:
            found = await tx.outbox.claim(keys[:limit])
            await asyncio.wait_for(claimed.wait(), 5)
            for message in found:
                message.begin(NOW)
        return [message.row for message in found]

    one, other = await asyncio.gather(sender(8), sender(12))
    assert not set(one) & set(other)
    assert sorted(one + other) == keys
    async with postgres.transaction() as tx:
        assert await tx.outbox.claim(keys) == []
        assert {message.attempts for message in [await tx.outbox.get(key) for key in keys]} == {1}
