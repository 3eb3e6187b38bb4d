"""Recalls: two people decide, everybody concerned is told once, nobody else, and who has read it is known."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers import recalls
from storage import Database, Refusal, Transaction
from storage.outbox import Priority, Sending
from storage.people import Person, Role
from storage.recalls import RecallStatus
from tests.handlers.desks import desk, does, presses, promised, somebody, talk_of
from tests.handlers.recalled import (
    ENTRY,
    LATER,
    REASON,
    TEXT,
    Cast,
    approved,
    cast,
    is_told,
    officers,
    proposed,
    sweep,
)
from tests.storage.rows import NOW, after


async def notices(tx: Transaction, *people: Person) -> list[str]:
    return [message.key for message in await promised(tx, *people) if message.key.startswith("recall.notice")]


async def test_those_told_the_old_text_hear_of_it_once_and_nobody_else(database: Database) -> None:
    async with database.transaction() as tx:
        play = await cast(tx)
        old, new, none = [await officers(tx, 2, first=first) for first in (1, 3, 5)]
        for person in old:
            await is_told(tx, person, play.before.entries[ENTRY])
        for person in new:
            await is_told(tx, person, play.after.entries[ENTRY], at=after(days=2))
        await approved(tx, play)
        assert [await sweep(tx, play), await sweep(tx, play)] == [2, 0]
        assert [await notices(tx, person) for person in old] == [["recall.notice"]] * 2
        assert await notices(tx, *new, *none) == []
        (recall,) = await tx.recalls.latest()
        assert recall.status == RecallStatus.DONE
        acts = [(line.act, line.actor, line.facts) for line in await tx.audit.about(f"recall:{recall.key}")]
    assert acts == [
        ("recall.proposed", play.author.key, {"people": 2}),
        ("recall.approved", play.other.key, {"people": 2, "author": play.author.key}),
        ("recall.done", None, {"promised": 2, "skipped": 0}),
    ]


async def test_the_message_says_what_was_told_when_and_what_holds(database: Database) -> None:
    async with database.transaction() as tx:
        play = await cast(tx)
        (mai,) = await officers(tx, 1)
        await is_told(tx, mai, play.before.entries[ENTRY], at=after(hours=20))  # 04:30 of the next day
        recall = await approved(tx, play)
        await sweep(tx, play)
        (message,) = await promised(tx, mai)
    assert (message.priority, message.facts["text"]) == (Priority.BROADCAST, TEXT)
    told, sources, please = message.facts["more"]
    assert told["facts"]["rows"] == [{"title": "Chứng thực bản sao từ bản chính", "day": "2026-11-24"}]
    assert sources["facts"]["sources"] == ["Điều 20 Nghị định 23/2015/NĐ-CP"]
    assert please["key"] == "recall.please"
    assert [choice["id"] for choice in message.choices] == [f"read-recall:{recall.key}"]


async def test_nobody_approves_what_they_wrote_or_edited(database: Database) -> None:
    async with database.transaction() as tx:
        play = await cast(tx)
        for person in await officers(tx, 1):
            await is_told(tx, person, play.before.entries[ENTRY])
        recall = await proposed(tx, play)
        with pytest.raises(Refusal, match=r"recall\.own"):
            await recalls.approve(desk(tx, play.after, play.author), recall.key)
        await recalls.rewrite(desk(tx, play.after, play.other), recall.key, text="Khác.", reason=REASON)
        with pytest.raises(Refusal, match=r"recall\.own"):
            await recalls.approve(desk(tx, play.after, play.other), recall.key)
        assert await sweep(tx, play) == 0
        await recalls.approve(desk(tx, play.after, play.leader), recall.key)
        with pytest.raises(Refusal, match=r"recall\.decided"):
            await recalls.rewrite(desk(tx, play.after, play.author), recall.key, text="Nữa.", reason=REASON)
        assert await sweep(tx, play) == 1
        assert "recall.approved" in [message.key for message in await promised(tx, play.author)]


async def test_both_who_may_decide_hear_of_a_proposal_and_its_author_of_the_refusal(database: Database) -> None:
    async with database.transaction() as tx:
        play = await cast(tx)
        for person in await officers(tx, 1):
            await is_told(tx, person, play.before.entries[ENTRY])
        recall = await proposed(tx, play)
        heard = [[m.key for m in await promised(tx, person)] for person in (play.author, play.other, play.leader)]
        assert heard == [[], ["recall.waiting"], ["recall.waiting"]]
        with pytest.raises(Refusal, match=r"recall\.objection_missing"):
            await recalls.reject(desk(tx, play.after, play.other), recall.key, " ")
        await recalls.reject(desk(tx, play.after, play.other), recall.key, "Chưa cần.")
        assert [m.facts["reason"] for m in await promised(tx, play.author)] == ["Chưa cần."]
        assert await sweep(tx, play) == 0


@pytest.mark.parametrize(
    ("role", "unit", "refusal"),
    [
        (Role.LEADER, "so-tu-phap", ""),
        (Role.LEADER, "so-noi-vu", "recall.other_department"),
        (Role.SPECIALIST, "so-tu-phap", "permission.curate"),
        (Role.OPERATOR, "so-tu-phap", "permission.curate"),
    ],
)
async def test_who_may_decide(database: Database, role: Role, unit: str, refusal: str) -> None:
    async with database.transaction() as tx:
        play = await cast(tx)
        for person in await officers(tx, 1):
            await is_told(tx, person, play.before.entries[ENTRY])
        recall = await proposed(tx, play)
        decider = desk(tx, play.after, await somebody(tx, "Người duyệt", role, unit))
        if refusal:
            with pytest.raises(Refusal, match=refusal):
                await recalls.approve(decider, recall.key)
        else:
            assert (await recalls.approve(decider, recall.key)).status == RecallStatus.APPROVED


async def test_what_would_reach_nobody_or_says_nothing_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        play = await cast(tx)
        with pytest.raises(Refusal, match=r"recall\.nobody"):
            await proposed(tx, play)
        for person in await officers(tx, 1):
            await is_told(tx, person, play.before.entries[ENTRY])
        recall = await proposed(tx, play)
        with pytest.raises(Refusal, match=r"recall\.proposed_already"):
            await proposed(tx, play)
        for text, reason in ((" ", REASON), (TEXT, ""), ("x" * 3001, REASON)):
            with pytest.raises(Refusal, match=r"recall\.(words_missing|too_long)"):
                await recalls.rewrite(desk(tx, play.after, play.author), recall.key, text=text, reason=reason)


async def test_a_batch_is_small_and_who_lost_the_post_hears_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        play = await cast(tx)
        people = await officers(tx, recalls.BATCH + 3)
        for person in people:
            await is_told(tx, person, play.before.entries[ENTRY])
        await approved(tx, play)
        await tx.people.revoke(people[0], at=LATER)
        assert [await sweep(tx, play) for _ in range(3)] == [recalls.BATCH, 2, 0]
        (recall,) = await tx.recalls.latest()
        assert people[0].key not in await tx.recalls.promised(recall.key)
        assert (await tx.audit.about(f"recall:{recall.key}"))[-1].facts == {"promised": 42, "skipped": 1}


async def told_and_sent(tx: Transaction, play: Cast, count: int) -> list[Person]:
    """Officers to whom the recall has gone out, two hours after it was proposed."""
    people = await officers(tx, count)
    for person in people:
        await is_told(tx, person, play.before.entries[ENTRY])
    await approved(tx, play)
    await sweep(tx, play)
    for message in await promised(tx, *people):
        message.sent(LATER + timedelta(hours=2), "…")
    return people


async def test_reading_is_confirmed_once_and_by_those_who_got_it(database: Database) -> None:
    async with database.transaction() as tx:
        play = await cast(tx)
        mai, _ = await told_and_sent(tx, play, 2)
        (recall,) = await tx.recalls.latest()
        for _ in range(2):
            assert await presses(tx, play.after, mai, f"read-recall:{recall.key}") is None
        said = [m for m in await promised(tx, mai) if m.key.startswith("recall.read")]
        assert [m.key for m in said] == ["recall.read", "recall.read_already"]
        for person, choice in (
            (play.other, f"read-recall:{recall.key}"),
            (mai, "read-recall:99"),
            (mai, "read-recall"),
        ):
            refusal = await presses(tx, play.after, person, choice)
            assert refusal is not None
            assert refusal.key == "recall.unknown"
        figures = (await tx.recalls.figures([recall.key]))[recall.key]
        assert (figures.promised, figures.delivered, figures.read) == (2, 2, 1)
        assert [notice.read_at is not None for notice in await tx.recalls.notices(recall.key)] == [True, False]


async def test_confirming_does_not_end_what_somebody_was_about_to_write(database: Database) -> None:
    async with database.transaction() as tx:
        play = await cast(tx)
        (mai,) = await told_and_sent(tx, play, 1)
        (await talk_of(tx, mai)).wait_for("details", at=NOW, number=1)
        (recall,) = await tx.recalls.latest()
        await presses(tx, play.after, mai, f"read-recall:{recall.key}")
        assert (await tx.recalls.figures([recall.key]))[recall.key].read == 1
        assert (await talk_of(tx, mai)).awaited(NOW) == {"verb": "details", "number": 1}


async def test_who_has_not_confirmed_is_reminded_once_after_two_working_days(database: Database) -> None:
    """Delivered on Thursday at 10:30; due again on Monday at 10:30, the weekend not counted."""
    async with database.transaction() as tx:
        play = await cast(tx)
        read, unread, unsent = await told_and_sent(tx, play, 3)
        (message,) = await promised(tx, unsent)
        message.status, message.sent_at = Sending.HELD, None
        (recall,) = await tx.recalls.latest()
        pressed = {"kind": "choice", "choice": f"read-recall:{recall.key}"}
        await does(tx, play.after, read, at=LATER + timedelta(hours=3), **pressed)

        async def remind(days: float) -> int:
            nobody = desk(tx, play.after, play.author, at=LATER + timedelta(days=days, hours=2, minutes=1))
            return await recalls.remind_unread(nobody)

        assert [await remind(days) for days in (1, 3.9, 4, 4, 20)] == [0, 0, 1, 0, 0]
        reminders = [m for m in await promised(tx) if m.key == "recall.unread"]
        assert [(m.person, m.choices[0]["id"]) for m in reminders] == [(unread.key, pressed["choice"])]
