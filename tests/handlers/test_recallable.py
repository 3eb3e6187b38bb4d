"""What has to be recalled, and who was told: by the journal, by substance, by what has ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from handlers import recallable, recalls
from handlers.browsing import handle
from handlers.recallable import Candidate
from knowledge import KnowledgeBase
from knowledge.entries import ArticleException, Interval
from storage import Database, Refusal, Transaction
from storage.people import Person, Role
from tests.handlers.desks import desk, does, presses, promised, somebody, talk_of
from tests.handlers.recalled import (
    ENTRY,
    LATER,
    REASON,
    TEXT,
    approved,
    cast,
    is_told,
    officers,
    proposed,
    small,
    who,
    with_entry,
)
from tests.storage.rows import NOW, after, opened

DECREE = "23/2015/NĐ-CP"
END = date(2026, 11, 25)


def ended(base: KnowledgeBase) -> KnowledgeBase:
    """The base after everybody learnt that the decree on certified copies ended on Wednesday."""
    decree = base.documents[DECREE]
    return base.publishing([], documents=[replace(decree, in_force=Interval(decree.in_force.since, END))])


async def test_asked_picked_and_browsed_all_count_as_told(database: Database) -> None:
    async with database.transaction() as tx:
        play = await cast(tx)
        asks, picks, browses, looks = await officers(tx, 4)
        await does(tx, play.before, asks, "sao y bản chính cần mang gì")
        await does(tx, play.before, picks, "chứng thực")
        (offer,) = [message for message in await promised(tx, picks) if message.choices]
        pick = next(c["id"] for c in offer.choices if c["facts"].get("title") == play.before.entries[ENTRY].title)
        assert await presses(tx, play.before, picks, pick) is None
        assert await presses(tx, play.before, browses, f"entry:{handle(ENTRY)}") is None
        await does(tx, play.before, looks, "lĩnh vực")
        at_desk = desk(tx, play.after, play.author, at=LATER)
        recall = await recallable.about_entry(at_desk, ENTRY)
        assert await who(at_desk, recall) == {asks.key, picks.key, browses.key}


async def test_browsing_is_no_question_to_go_on_from(database: Database) -> None:
    async with database.transaction() as tx:
        play = await cast(tx)
        (mai,) = await officers(tx, 1)
        await presses(tx, play.before, mai, f"entry:{handle(ENTRY)}")
        refusal = await does(tx, play.before, mai, "gửi chuyên viên")
        assert refusal is not None
        assert refusal.key == "question.none_yet"


async def test_another_revision_that_tells_the_same_needs_no_recall(database: Database) -> None:
    async with database.transaction() as tx:
        play = await cast(tx)
        (mai,) = await officers(tx, 1)
        await is_told(tx, mai, play.before.entries[ENTRY])
        asked_otherwise = with_entry(play.before, asked_as=(*play.before.entries[ENTRY].asked_as, "sao y ở đâu"))
        assert asked_otherwise.entries[ENTRY].revision != play.before.entries[ENTRY].revision
        assert await recallable.candidates(desk(tx, asked_otherwise, play.author, at=LATER)) == []
        with pytest.raises(Refusal, match=r"recall\.nobody"):
            await recallable.about_entry(desk(tx, asked_otherwise, play.author, at=LATER), ENTRY)


async def test_what_was_told_before_fingerprints_were_kept_counts_by_revision(database: Database) -> None:
    async with database.transaction() as tx:
        play = await cast(tx)
        one, two = await officers(tx, 2)
        await is_told(tx, one, play.before.entries[ENTRY], kept=False)
        await is_told(tx, two, play.after.entries[ENTRY], kept=False)
        (found,) = await recallable.candidates(desk(tx, play.after, play.author, at=LATER))
        assert (found.entry, found.people) == (ENTRY, 1)


async def test_a_change_stands_among_the_candidates_until_it_is_recalled(database: Database) -> None:
    async with database.transaction() as tx:
        play = await cast(tx)
        for person, hours in zip(await officers(tx, 3), (0, 1, 2), strict=True):
            await is_told(tx, person, play.before.entries[ENTRY], at=after(hours=hours))

        async def candidates(base: KnowledgeBase, at: datetime = LATER) -> list[Candidate]:
            return await recallable.candidates(desk(tx, base, play.author, at=at))

        title = play.before.entries[ENTRY].title
        assert await candidates(play.before) == []
        assert await candidates(play.after) == [Candidate(ENTRY, "", title, 3, NOW, after(hours=2))]
        assert await candidates(play.after, NOW + timedelta(days=31)) == [], "nobody was told for a month"
        first = await proposed(tx, play)
        assert await candidates(play.after) == []
        await recalls.reject(desk(tx, play.after, play.author, at=LATER), first.key, "Viết lại.")
        assert len(await candidates(play.after)) == 1
        await approved(tx, play)
        assert await candidates(play.after) == []


async def test_an_entry_taken_away_concerns_everybody_who_was_told_it(database: Database) -> None:
    async with database.transaction() as tx:
        play = await cast(tx)
        for person in await officers(tx, 2):
            await is_told(tx, person, play.before.entries[ENTRY])
        gone = play.before.publishing([], retired=[ENTRY])
        (found,) = await recallable.candidates(desk(tx, gone, play.author, at=LATER))
        assert (found.title, found.people) == (play.before.entries[ENTRY].title, 2)


async def test_revisions_may_be_left_out_and_days_chosen(database: Database) -> None:
    async with database.transaction() as tx:
        play = await cast(tx)
        middle = with_entry(play.before, answer="Bản giữa.")
        one, two, three = await officers(tx, 3)
        await is_told(tx, one, play.before.entries[ENTRY])
        await is_told(tx, two, middle.entries[ENTRY], at=after(hours=1))
        await is_told(tx, three, play.before.entries[ENTRY], at=after(hours=2))
        at_desk = desk(tx, play.after, play.author, at=LATER)

        async def concerned(**chosen: object) -> set[int]:
            return await who(at_desk, await recallable.about_entry(at_desk, ENTRY, **chosen))  # type: ignore[arg-type]

        assert await concerned() == {one.key, two.key, three.key}
        assert await concerned(but=frozenset({middle.entries[ENTRY].revision})) == {one.key, three.key}
        assert await concerned(since=after(hours=1)) == {two.key, three.key}
        assert await concerned(until=after(hours=2)) == {one.key, two.key}
        assert await concerned(since=after(hours=1), until=after(hours=2)) == {two.key}


async def test_a_document_that_ended_concerns_those_told_what_rested_on_it(database: Database) -> None:
    """But not who asked, after its end, about a day before it."""
    async with database.transaction() as tx:
        play = await cast(tx)
        before, late, past, long_ago = await officers(tx, 4)
        entry, over = play.before.entries[ENTRY], ended(small())
        await is_told(tx, before, entry)
        await is_told(tx, late, entry, at=after(days=2.5))
        await is_told(tx, past, entry, at=after(days=2.5), as_of=NOW)
        await is_told(tx, long_ago, entry, at=after(days=-120))
        at_desk = desk(tx, over, play.author, at=LATER)
        assert [found.document for found in await recallable.candidates(at_desk)] == [DECREE]
        recall = await recallable.about_document(at_desk, DECREE)
        assert (recall.ended_on, ENTRY in recall.entries) == (END, True)
        assert await who(at_desk, recall) == {before.key, late.key}
        await recalls.propose(at_desk, recall, text=TEXT, reason=REASON)
        assert await recallable.candidates(at_desk) == []


async def test_a_document_in_force_cannot_be_recalled(database: Database) -> None:
    async with database.transaction() as tx:
        play = await cast(tx)
        with pytest.raises(Refusal, match=r"recall\.not_ended"):
            await recallable.about_document(desk(tx, play.before, play.author), DECREE)


async def test_only_what_rested_on_a_place_that_ended_is_concerned(database: Database) -> None:
    decree = small().documents[DECREE]
    article_20 = ArticleException("Điều 20", "", Interval(decree.in_force.since, END), by="1/2026/NĐ-CP")
    partly = small().publishing([], documents=[replace(decree, exceptions=(article_20,))])
    async with database.transaction() as tx:
        play = await cast(tx)
        on_it, elsewhere, whole, part = await officers(tx, 4)
        await is_told(tx, on_it, small().entries[ENTRY])
        await is_told(tx, elsewhere, small().entries["chung-thuc/chu-ky"])
        await answered(tx, whole, "Theo Nghị định.", [DECREE], NOW)
        await answered(tx, part, "Theo Điều 20.", [f"Điều 20 {DECREE}"], NOW)
        at_desk = desk(tx, partly, play.author, at=LATER)
        (found,) = await recallable.candidates(at_desk)
        assert (found.document, found.title) == (f"Điều 20 {DECREE}", f"Điều 20 Nghị định {DECREE}")
        recall = await recallable.about_document(at_desk, found.document)
        assert await who(at_desk, recall) == {on_it.key, part.key}
        assert recall.sources == ["1/2026/NĐ-CP"]


async def answered(tx: Transaction, asker: Person, text: str, citations: list[str], at: datetime) -> int:
    ticket = await opened(tx, asker, await talk_of(tx, asker), opened_at=at)
    ticket.assign(asker.key, at=at)
    ticket.answer(text, by=asker.key, at=at, citations=citations)
    return ticket.id


async def test_who_got_a_specialists_answer_citing_it_is_told_with_the_tickets_number(database: Database) -> None:
    async with database.transaction() as tx:
        play = await cast(tx)
        whole, part, other, knows = [await somebody(tx, n, Role.REQUESTER, "xa-suoi-mo") for n in "ABCD"]
        number = await answered(tx, whole, "Theo Nghị định.", [DECREE], NOW)
        await answered(tx, part, "Theo Điều 20.", [f"Điều 20 {DECREE}"], NOW)
        await answered(tx, other, "Theo luật khác.", ["60/2014/QH13"], NOW)
        await answered(tx, knows, f"{DECREE} đã hết hiệu lực.", [DECREE], after(days=2.5))
        over = ended(small())
        at_desk = desk(tx, over, play.author, at=LATER)
        recall = await recallable.about_document(at_desk, DECREE)
        assert await who(at_desk, recall) == {whole.key, part.key}
        await recalls.propose(at_desk, recall, text=TEXT, reason=REASON)
        await recalls.approve(desk(tx, over, play.other, at=LATER), recall.key)
        assert await recalls.send_due(at_desk) == 2
        message = (await promised(tx, whole))[-1]
        assert [more["key"] for more in message.facts["more"]] == [
            "recall.told_tickets",
            "recall.ended",
            "recall.please",
        ]
        assert message.facts["more"][0]["facts"]["rows"][0]["ticket"] == number
        assert message.facts["more"][1]["facts"] == {"document": "Nghị định 23/2015/NĐ-CP", "day": "2026-11-25"}
