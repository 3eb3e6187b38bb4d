"""What came in: stored once however often and in whatever order it is delivered; the oldest of a chat first."""

from __future__ import annotations

import asyncio
import random

from storage import Database
from storage.conversations import Conversation
from storage.inbox import IncomingMessage
from storage.people import Role
from tests.storage.rows import NOW, after, chat, everything, heard, officer


async def _accept(database: Database, address: str, external_id: str) -> bool:
    """Accept a delivery as the intake does, from somebody perhaps never heard of."""
    async with database.transaction() as tx:
        if await tx.inbox.known("telegram", external_id):
            return False
        account = await tx.people.meet("telegram", address, name="Lò Thị Mai", at=NOW)
        talk = await tx.conversations.open("telegram", address, group=False, at=NOW)
        return await tx.inbox.add(heard(talk, account, external_id))


async def test_three_deliveries_of_each_message_at_once_are_stored_once(database: Database) -> None:
    """The very first messages of strangers: nobody, no account and no chat exists before."""
    wanted = [(f"chat{number % 3}", f"m{number}") for number in range(9)]
    deliveries = wanted * 3
    random.Random(11).shuffle(deliveries)
    taken = await asyncio.gather(*(_accept(database, *delivery) for delivery in deliveries))
    assert sorted(delivery for delivery, new in zip(deliveries, taken, strict=True) if new) == sorted(wanted)
    rows = await everything(database)
    assert {name: len(rows[name]) for name in ("incoming_message", "person", "account", "conversation")} == {
        "incoming_message": 9,
        "person": 3,
        "account": 3,
        "conversation": 3,
    }


async def test_the_same_id_on_another_channel_is_another_message(database: Database) -> None:
    async with database.transaction() as tx:
        person = await officer(tx)
        for channel in ("web", "telegram"):
            account, talk = await chat(tx, person, channel)
            assert await tx.inbox.add(heard(talk, account, "1"))
            assert not await tx.inbox.add(heard(talk, account, "1"))
            assert await tx.inbox.known(channel, "1")
        assert not await tx.inbox.known("zalo_bot", "1")
        assert await tx.inbox.waiting() == (2, NOW)


async def _three_chats(database: Database) -> tuple[list[Conversation], dict[str, int]]:
    """Nine waiting messages, a0 b0 c0 a1 b1 c1 a2 b2 c2, and their ids."""
    ids: dict[str, int] = {}
    talks = []
    async with database.transaction() as tx:
        person = await officer(tx)
        chats = [await chat(tx, person, address=name) for name in "abc"]
        for turn in range(3):
            for account, talk in chats:
                message = heard(talk, account, f"{talk.address}{turn}")
                assert await tx.inbox.add(message)
                ids[message.external_id] = message.key
        talks = [talk for _, talk in chats]
    return talks, ids


async def test_one_head_for_each_conversation_oldest_first(database: Database) -> None:
    talks, ids = await _three_chats(database)
    a, b, c = (talk.key for talk in talks)
    async with database.transaction() as tx:
        assert await tx.inbox.heads(NOW, limit=10) == [(ids["a0"], a), (ids["b0"], b), (ids["c0"], c)]
        assert await tx.inbox.heads(NOW, limit=2) == [(ids["a0"], a), (ids["b0"], b)]
        (await _message(tx.inbox.get(ids["a0"]))).handled(NOW)
        assert await tx.inbox.heads(NOW, limit=10) == [(ids["b0"], b), (ids["c0"], c), (ids["a1"], a)]


async def test_a_postponed_head_blocks_its_own_conversation_only(database: Database) -> None:
    talks, ids = await _three_chats(database)
    a, b, c = (talk.key for talk in talks)
    async with database.transaction() as tx:
        stumbling = await _message(tx.inbox.get(ids["a0"]))
        stumbling.postpone(NOW)
        assert (stumbling.attempts, stumbling.not_before) == (1, after(seconds=2))
        assert await tx.inbox.heads(NOW, limit=10) == [(ids["b0"], b), (ids["c0"], c)]
        assert await tx.inbox.heads(after(seconds=2), limit=10) == [(ids["a0"], a), (ids["b0"], b), (ids["c0"], c)]


async def test_postponed_heads_do_not_use_up_the_limit(database: Database) -> None:
    talks, ids = await _three_chats(database)
    async with database.transaction() as tx:
        for name in ("a0", "b0"):
            (await _message(tx.inbox.get(ids[name]))).postpone(NOW)
        assert await tx.inbox.heads(NOW, limit=2) == [(ids["c0"], talks[2].key)]


async def test_waiting_grows_up_to_a_minute() -> None:
    message = IncomingMessage(
        channel="web", external_id="1", conversation=1, account=1, kind="text", received_at=NOW, attempts=0
    )
    waits = []
    for _ in range(8):
        message.postpone(NOW)
        assert message.not_before is not None
        waits.append((message.not_before - NOW).total_seconds())
    assert waits == [2, 4, 8, 16, 32, 60, 60, 60]


async def test_only_the_oldest_waiting_message_is_head(database: Database) -> None:
    _, ids = await _three_chats(database)
    async with database.transaction() as tx:
        first, second = [await _message(tx.inbox.get(ids[name])) for name in ("a0", "a1")]
        assert (await tx.inbox.is_head(first), await tx.inbox.is_head(second)) == (True, False)
        first.handled(NOW, incident="0badcafe")
        assert await tx.inbox.is_head(second)
    async with database.reading() as tx:
        done = await _message(tx.inbox.get(ids["a0"]))
        assert (done.status, done.handled_at, done.incident) == ("handled", NOW, "0badcafe")


async def test_said_in_gives_the_last_ones_in_order(database: Database) -> None:
    talks, _ = await _three_chats(database)
    async with database.reading() as tx:
        said = await tx.inbox.said_in(talks[1].key, last=2)
    assert [message.external_id for message in said] == ["b1", "b2"]


async def test_meeting_somebody_known_makes_no_guest(database: Database) -> None:
    async with database.transaction() as tx:
        person = await officer(tx)
        account, _ = await chat(tx, person, "zalo_bot", "abc")
        account.reachable = False
    async with database.transaction() as tx:
        met = await tx.people.meet("zalo_bot", "abc", name="Ai đó", at=after(hours=1))
        assert (met.person, met.reachable, met.heard_at) == (person.key, True, after(hours=1))
        stranger = await tx.people.meet("zalo_bot", "xyz", name="", at=NOW)
        guest = await tx.people.get(stranger.person)
        assert (guest.role, guest.unit, guest.enrolled) == (Role.GUEST, "", False)


async def _message(found: object) -> IncomingMessage:
    message = await found  # type: ignore[misc]
    assert isinstance(message, IncomingMessage)
    return message
