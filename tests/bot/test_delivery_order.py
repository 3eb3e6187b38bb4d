"""Delivery: what fails, what waits for it, and what must not."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.channels import Rejected, TryAgain, Uncertain, Unreachable
from handlers.turn import Kind
from storage.conversations import Conversation
from storage.outbox import LEASE, MOST_ATTEMPTS, OutgoingMessage, Priority, Sending
from storage.people import Person
from tests.bot.conftest import Office, until


async def test_order_is_kept_behind_a_failing_head_and_others_do_not_wait(office: Office) -> None:
    await office.person("Mai", "telegram:a")
    await office.person("Sùng", "telegram:b")
    office.telegram.faults["telegram:a"] = [TryAgain("busy")]
    for number in (1, 2, 3):
        await office.promise("telegram:a", number)
    await office.promise("telegram:b", 4)
    await office.delivery.drain()
    assert office.telegram.at("telegram:a") == []
    assert len(office.telegram.at("telegram:b")) == 1
    office.clock.moves(seconds=2)
    await office.delivery.drain()
    assert [text.split()[4] for text in office.telegram.at("telegram:a")] == ["1", "2", "3"]


async def test_a_platform_that_names_a_time_is_left_alone_so_long(office: Office) -> None:
    await office.person("Mai", "telegram:a")
    office.telegram.faults["telegram:a"] = [TryAgain("flood", after=timedelta(seconds=40))]
    await office.promise("telegram:a", 1)
    await office.delivery.drain()
    office.clock.moves(seconds=39)
    await office.delivery.drain()
    assert len(office.telegram.tried) == 1
    office.clock.moves(seconds=1)
    await office.delivery.drain()
    assert len(office.telegram.letters) == 1


async def test_it_is_tried_ever_slower_and_then_given_up_and_can_be_requeued(office: Office) -> None:
    await office.person("Mai", "telegram:a")
    office.telegram.faults["telegram:a"] = [TryAgain("busy")] * MOST_ATTEMPTS
    first, second = await office.promise("telegram:a", 1), await office.promise("telegram:a", 2)
    waits = []
    for _ in range(MOST_ATTEMPTS):
        await office.delivery.drain()
        not_before = (await office.look(first)).not_before
        assert not_before is not None
        waits.append((not_before - office.clock()).total_seconds())
        office.clock.moment = max(not_before, office.clock())
    assert waits[:3] == [2, 4, 8]
    assert waits[:-1] == sorted(waits[:-1])
    assert (await office.look(first)).status == Sending.FAILED
    await office.delivery.drain()
    assert (await office.look(second)).status == Sending.SENT  # those behind a dead letter are heard
    async with office.database.transaction() as tx:
        [dead] = await tx.outbox.dead()
        dead.requeue()
    await office.delivery.drain()
    assert (await office.look(first)).status == Sending.SENT


async def test_an_outage_rests_one_channel_costs_no_attempts_and_ends(office: Office) -> None:
    await office.person("Mai", "telegram:a")
    await office.person("Sùng", "zalo:b")
    office.telegram.down = TryAgain("no route", whole_channel=True)
    key = await office.promise("telegram:a", 1)
    for number in range(2 * MOST_ATTEMPTS):
        await office.promise("zalo:b", number)
        await office.delivery.drain()
        office.clock.moves(seconds=6)
    assert len(office.zalo.letters) == 2 * MOST_ATTEMPTS
    assert len(office.telegram.tried) == 2 * MOST_ATTEMPTS
    assert (await office.look(key)).attempts == 0
    office.telegram.down = None
    await office.delivery.drain()
    assert len(office.telegram.letters) == 1


async def test_while_a_channel_rests_nobody_on_it_is_tried(office: Office) -> None:
    for name in "abc":
        await office.person(name, f"telegram:{name}")
    office.telegram.faults["telegram:a"] = [TryAgain("down", whole_channel=True)]
    await office.promise("telegram:a", 1)
    await office.delivery.drain()
    await office.promise("telegram:b", 2)
    await office.delivery.drain()
    assert office.telegram.tried == ["telegram:a"]
    office.clock.moves(seconds=5)
    await office.delivery.drain()
    assert sorted(office.telegram.tried) == ["telegram:a", "telegram:a", "telegram:b"]


@pytest.mark.parametrize("fault", [Rejected("too odd"), RuntimeError("bug in a channel")])
async def test_a_refused_message_is_a_dead_letter_at_once(office: Office, fault: Exception) -> None:
    await office.person("Mai", "telegram:a")
    office.telegram.faults["telegram:a"] = [fault]
    first, second = await office.promise("telegram:a", 1), await office.promise("telegram:a", 2)
    await office.delivery.drain()
    assert (await office.look(first)).status == Sending.FAILED
    assert (await office.look(second)).status == Sending.SENT


async def test_a_promise_that_cannot_be_put_into_words_keeps_nobody_back(office: Office) -> None:
    await office.person("Mai", "telegram:a")
    await office.person("Sùng", "telegram:b")
    bad = await office.promise("telegram:a", 1, key="no.such_sentence")
    await office.promise("telegram:a", 2)
    await office.promise("telegram:b", 3)
    await office.delivery.drain()
    assert (await office.look(bad)).status == Sending.FAILED
    assert len(office.telegram.at("telegram:a")) == len(office.telegram.at("telegram:b")) == 1


async def test_a_hanging_chat_delays_nobody_else(office: Office) -> None:
    await office.person("Mai", "zalo:a")
    await office.person("Sùng", "telegram:b")
    office.zalo.gate = asyncio.Event()
    worker = asyncio.create_task(office.delivery.run())
    await office.promise("zalo:a", 1)
    await until(lambda: office.zalo.tried)
    await office.promise("telegram:b", 2)
    await until(lambda: office.telegram.letters)
    assert not office.zalo.letters
    office.delivery.stop()
    office.zalo.gate.set()
    await worker
    assert len(office.zalo.letters) == 1  # what had begun was finished


async def test_a_crash_between_send_and_writing_down_repeats_once_after_the_lease(office: Office) -> None:
    await office.person("Mai", "telegram:a")
    office.telegram.after = asyncio.Event()
    key = await office.promise("telegram:a", 1)
    worker = asyncio.create_task(office.delivery.run())
    await until(lambda: office.telegram.letters)
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    assert (await office.look(key)).status == Sending.SENDING
    office.telegram.after = None
    await office.delivery.drain()
    assert len(office.telegram.letters) == 1  # the lease is not over: perhaps another process has it
    office.clock.moves(seconds=LEASE.total_seconds() + 1)
    await office.delivery.drain()
    office.clock.moves(seconds=2)
    await office.delivery.drain()
    assert len(office.telegram.letters) == 2
    office.clock.moves(hours=1)
    await office.delivery.drain()
    assert len(office.telegram.letters) == 2
    assert (await office.look(key)).status == Sending.SENT


async def test_a_send_that_outlives_its_lease_is_not_begun_again_beside_itself(office: Office) -> None:
    await office.person("Mai", "telegram:a")
    office.telegram.gate = asyncio.Event()
    await office.promise("telegram:a", 1)
    worker = asyncio.create_task(office.delivery.run())
    await until(lambda: office.telegram.tried)
    office.clock.moves(minutes=5)
    await office.promise("telegram:a", 2)
    await asyncio.sleep(0.3)  # several polls
    office.clock.moves(minutes=5)
    await asyncio.sleep(0.3)
    assert len(office.telegram.tried) == 1
    office.telegram.gate.set()
    await until(lambda: len(office.telegram.letters) == 2)
    office.delivery.stop()
    await worker
    assert ["1" in letter.text for letter in office.telegram.letters] == [True, False]


async def test_replies_go_before_reminders_before_broadcasts(office: Office) -> None:
    people = [await office.person(str(n), f"telegram:{n}") for n in range(6)]
    office.telegram.gate = asyncio.Event()
    office.telegram.gate.set()
    kinds = [Priority.BROADCAST, Priority.REMINDER, Priority.REPLY]
    for place, _ in enumerate(people):
        await office.promise(f"telegram:{place}", place, priority=kinds[place % 3])
    await office.delivery.drain()
    assert [int(address[-1]) % 3 for address in office.telegram.tried] == [2, 2, 1, 1, 0, 0]


async def test_a_reply_overtakes_a_backlog_of_broadcasts(office: Office) -> None:
    at = office.clock()
    async with office.database.transaction() as tx:
        talks = [Conversation(channel="telegram", address=f"telegram:{n}", heard_at=at) for n in range(500)]
        tx._session.add_all(talks)
        await tx._session.flush()
        tx._session.add_all(
            OutgoingMessage(
                key="cancel.done", conversation=talk.key, channel="telegram", priority=Priority.BROADCAST, created_at=at
            )
            for talk in talks
        )
    await office.person("Mai", "telegram:mai")
    await office.promise("telegram:mai", 900)
    jobs = await office.delivery._claim()
    assert jobs[0].address == "telegram:mai"


async def test_a_blocked_person_delays_nobody(office: Office) -> None:
    await office.person("Mai", "telegram:a")
    await office.person("Sùng", "telegram:b")
    office.telegram.faults["telegram:a"] = [Unreachable("blocked")]
    held = await office.promise("telegram:a", 1)
    await office.promise("telegram:b", 2)
    await office.delivery.drain()
    assert (await office.look(held)).status == Sending.HELD
    assert len(office.telegram.at("telegram:b")) == 1


async def test_the_next_account_gets_it_and_with_none_left_the_next_word_brings_it_out(office: Office) -> None:
    mai: Person = await office.person("Mai", "telegram:a", "zalo:a")
    office.telegram.faults["telegram:a"] = [Unreachable("blocked")]
    office.zalo.faults["zalo:a"] = [None, Unreachable("gone")]
    await office.promise("telegram:a", 1)
    await office.delivery.drain()
    assert office.zalo.at("zalo:a") == ["Cảm ơn anh/chị. Phiếu 1 đã đóng; nếu cần, anh/chị vẫn có thể hỏi tiếp."]
    held = await office.promise("zalo:a", 2)
    await office.delivery.drain()
    assert (await office.look(held)).status == Sending.HELD
    async with office.database.transaction() as tx:
        account = await tx.people.add_account(mai, "telegram", "telegram:new", at=office.clock())
        await tx.conversations.open("telegram", account.address, group=False, at=office.clock())
    await office.writes("telegram:new", "chào em")
    await office.delivery.drain()
    first, second = office.telegram.at("telegram:new")
    assert "Phiếu 2 đã đóng" in first  # what waited comes before the answer to the greeting
    assert "Chào anh/chị" in second


async def test_perhaps_delivered_is_repeated_once_with_a_note_at_the_next_word(office: Office) -> None:
    await office.person("Mai", "telegram:a")
    office.telegram.faults["telegram:a"] = [Uncertain("timed out")]
    key = await office.promise("telegram:a", 1)
    for _ in range(3):
        await office.delivery.drain()
        office.clock.moves(hours=2)
    assert (await office.look(key)).status == Sending.UNCERTAIN
    assert office.telegram.tried == ["telegram:a"]
    for _ in range(2):
        await office.writes("telegram:a", "chào em")
        await office.delivery.drain()
    repeated = [text for text in office.telegram.at("telegram:a") if "Phiếu 1" in text]
    assert len(repeated) == 1
    assert repeated[0].startswith("Tin gửi lại vì mạng chập chờn")


async def test_a_pressed_button_proves_that_the_message_arrived(office: Office) -> None:
    await office.person("Mai", "telegram:a")
    office.telegram.faults["telegram:a"] = [Uncertain("timed out")]
    choices = [{"id": "mine", "key": "choice.mine", "facts": {}, "say": ""}]
    key = await office.promise("telegram:a", 1, choices=choices)
    await office.delivery.drain()
    await office.writes("telegram:a", "", kind=Kind.CHOICE, choice="mine")
    await office.delivery.drain()
    assert not [text for text in office.telegram.at("telegram:a") if "Phiếu 1" in text]
    assert (await office.look(key)).status == Sending.SENT


async def test_a_spent_month_goes_by_another_account_else_waits(office: Office) -> None:
    office.zalo.abilities = type(office.zalo.abilities)(
        buttons=False, text_limit=400, rates=office.zalo.abilities.rates, monthly_cap=2
    )
    await office.person("Mai", "zalo:a", "telegram:a", "zalo:a2")
    await office.person("Sùng", "zalo:b", "zalo:b2")
    for number in (1, 2, 3):
        await office.promise("zalo:a", number)
        await office.delivery.drain()
    await office.delivery.drain()  # the third was only sent elsewhere by the first
    assert (len(office.zalo.letters), len(office.telegram.letters)) == (2, 1)
    waiting = await office.promise("zalo:b", 4)
    await office.delivery.drain()
    assert (await office.look(waiting)).status == Sending.HELD
    async with office.database.reading() as tx:
        assert all(account.reachable for account in await tx.people.accounts(1))
    office.clock.moves(days=9)  # December
    await office.writes("zalo:b", "chào em")
    await office.delivery.drain()
    assert "Phiếu 4" in office.zalo.at("zalo:b")[0]
