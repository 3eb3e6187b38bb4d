"""A small base whose entry on certified copies changes, and people who were told before and after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import knowledge
from handlers import recallable, recalls, told
from handlers.desk import Desk
from knowledge import KnowledgeBase
from knowledge.entries import Entry
from knowledge.writing import fingerprint, substance
from storage import Transaction
from storage.journal import Exchange
from storage.people import Person, Role
from storage.recalls import Recall
from tests.handlers.desks import desk, somebody, talk_of
from tests.storage.rows import NOW, after

SMALL = Path(__file__).parents[1] / "knowledge" / "content"
ENTRY = "chung-thuc/sao-y"
TEXT = "Từ nay phải mang theo căn cước; hồ sơ nhận trước đây vẫn dùng được."
REASON = "Bài đã sửa phần giấy tờ phải mang."
LATER = after(days=3)
"""When the correction is made: three days after people were told, on a Thursday."""


@cache
def small() -> KnowledgeBase:
    """The small base as released."""
    return knowledge.load(SMALL)


def with_entry(base: KnowledgeBase, **changes: Any) -> KnowledgeBase:
    """The base after the entry was changed."""
    entry = replace(base.entries[ENTRY], **changes)
    return base.publishing([replace(entry, revision=fingerprint(entry))])


@dataclass
class Cast:
    """Who decides, and the base before and after."""

    author: Person
    other: Person
    leader: Person
    before: KnowledgeBase
    after: KnowledgeBase


async def cast(tx: Transaction) -> Cast:
    base = small()
    return Cast(
        await somebody(tx, "Vũ Ngọc Diệp", Role.CURATOR, "so-tu-phap"),
        await somebody(tx, "Lý Thanh Hoa", Role.CURATOR, "so-noi-vu"),
        await somebody(tx, "Cao Thanh Bình", Role.LEADER, "ubnd-tinh"),
        base,
        with_entry(base, answer="Mang bản chính và căn cước; nhận trong ngày."),
    )


async def officers(tx: Transaction, count: int, *, first: int = 1) -> list[Person]:
    """Officers with an account each, in two communes."""
    units = ("xa-suoi-mo", "xa-nam-thanh")
    names = range(first, first + count)
    return [await somebody(tx, f"Cán bộ {n}", Role.REQUESTER, units[n % 2]) for n in names]


async def is_told(
    tx: Transaction,
    person: Person,
    entry: Entry,
    *,
    at: datetime = NOW,
    as_of: datetime | None = None,
    kept: bool = True,
) -> None:
    """The journal says that an entry was shown, as handlers write it down; not `kept`: as they once did."""
    talk = await talk_of(tx, person)
    exchange = await tx.journal.record(
        Exchange(
            person=person.key, conversation=talk.key, question="Hỏi gì?", as_of=(as_of or at).date(), at=at,
            decision="answer", confidence=0.9, knowledge="0",
        )
    )  # fmt: skip
    facts = {"entry": entry.id, "revision": entry.revision, "substance": substance(entry) if kept else ""}
    tx.journal.note(exchange.key, "shown", at=at, **facts)


async def proposed(tx: Transaction, cast: Cast, *, at: datetime = LATER) -> Recall:
    """A recall of what the entry used to tell, by the author."""
    at_desk = desk(tx, cast.after, cast.author, at=at)
    return await recalls.propose(at_desk, await recallable.about_entry(at_desk, ENTRY), text=TEXT, reason=REASON)


async def approved(tx: Transaction, cast: Cast) -> Recall:
    """The same, approved by the other curator an hour later."""
    recall = await proposed(tx, cast)
    return await recalls.approve(desk(tx, cast.after, cast.other, at=LATER + timedelta(hours=1)), recall.key)


async def sweep(tx: Transaction, cast: Cast, *, at: datetime = LATER + timedelta(hours=2)) -> int:
    """One batch, as the schedule has it done."""
    nobody = Person(name="", role=Role.GUEST.value, created_at=at)
    return await recalls.send_due(desk(tx, cast.after, nobody, at=at))


async def who(at_desk: Desk, recall: Recall) -> set[int]:
    """The people whom a recall concerns."""
    return {one.person for one in await told.told(at_desk, recall)}
