"""Recalls (đính chính): one correction, decided by two people, to exactly those who were told otherwise, once.

`handlers.recallable` draws a recall up. Nothing goes out before a second person has agreed; then a sweep promises it
batch by batch, so that a crash in between changes nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from handlers.commands import Command
from handlers.desk import Desk, Turn
from handlers.permissions import PROVINCE_UNIT, Act, require
from handlers.recallable import LOOK_BACK
from handlers.told import Told, local_day, told
from handlers.turn import Choice, Paragraph
from storage.errors import Refusal
from storage.outbox import Priority
from storage.people import Role
from storage.recalls import Recall, RecallNotice, RecallStatus

LONGEST_TEXT = 3000
BATCH = 40
"""How many people are told in one transaction, so that a recall to thousands never keeps a question waiting."""
READING_TIME = timedelta(hours=15)
"""Working time after which whoever has not confirmed is asked once more (two working days)."""


async def propose(desk: Desk, recall: Recall, *, text: str, reason: str) -> Recall:
    """Propose what was drawn up, with the one text that everybody will read (đề xuất); somebody else decides."""
    require(desk.person, Act.CURATE)
    recall.text, recall.reason = _words(text, reason)
    recall.told_until = min(recall.told_until, desk.now)
    people = await told(desk, recall)
    if not people:
        raise Refusal("recall.nobody")
    for other in await desk.tx.recalls.standing(desk.now - LOOK_BACK):
        if other.status == RecallStatus.PROPOSED and (other.ended, other.entries) == (recall.ended, recall.entries):
            raise Refusal("recall.proposed_already", number=other.key)
    await desk.tx.recalls.add(recall)
    desk.tx.audit.write("recall.proposed", _subject(recall), at=desk.now, actor=desk.person.id, people=len(people))
    await _tell_deciders(desk, recall, len(people))
    return recall


async def rewrite(desk: Desk, key: int, *, text: str, reason: str) -> Recall:
    """Improve what nobody has decided yet; whoever writes may no longer approve."""
    require(desk.person, Act.CURATE)
    recall = await desk.tx.recalls.get(key)
    recall.rewrite(*_words(text, reason), by=desk.person.key)
    desk.tx.audit.write("recall.rewritten", _subject(recall), at=desk.now, actor=desk.person.id)
    return recall


async def approve(desk: Desk, key: int) -> Recall:
    """A second person agrees (duyệt); the sweep sends it."""
    recall = await desk.tx.recalls.get(key)
    _require_decider(desk, recall)
    recall.approve(by=desk.person.key, at=desk.now)
    facts = {"author": recall.author, "people": len(await told(desk, recall))}
    desk.tx.audit.write("recall.approved", _subject(recall), at=desk.now, actor=desk.person.id, **facts)
    await _tell_author(desk, recall, "recall.approved")
    return recall


async def reject(desk: Desk, key: int, objection: str) -> Recall:
    """It does not go out (không duyệt): a second person says why, or the author takes it back."""
    require(desk.person, Act.CURATE)
    recall = await desk.tx.recalls.get(key)
    if recall.author != desk.person.id:
        _require_decider(desk, recall)
    recall.reject(objection, by=desk.person.key, at=desk.now)
    desk.tx.audit.write("recall.rejected", _subject(recall), at=desk.now, actor=desk.person.id, author=recall.author)
    await _tell_author(desk, recall, "recall.rejected", reason=objection)
    return recall


async def send_due(desk: Desk) -> int:
    """Promise approved recalls to the next BATCH people whom they concern; how many. The schedule calls it again."""
    for recall in await desk.tx.recalls.on_their_way():
        people = await told(desk, recall)
        left = await _left(desk, recall, people)
        for one in left:
            await _promise(desk, recall, one)
        if left:
            return len(left)
        promised = len(await desk.tx.recalls.promised(recall.key))
        recall.finish()
        facts = {"promised": promised, "skipped": len(people) - promised}
        desk.tx.audit.write("recall.done", _subject(recall), at=desk.now, actor=None, **facts)
    return 0


async def remind_unread(desk: Desk) -> int:
    """Ask those once more who got a recall two working days ago and have not confirmed it; never a third time."""
    unread = await desk.tx.recalls.unread(desk.now - timedelta(days=1))
    late = [(notice, at) for notice, at in unread if desk.workdays.due(at, READING_TIME) <= desk.now][:BATCH]
    for notice, at in late:
        notice.remind(desk.now)
        recall = await desk.tx.recalls.get(notice.recall)
        facts: dict[str, Any] = {"what": what(recall), "day": local_day(desk, at)}
        await desk.tell(
            notice.person, "recall.unread", once=f"{notice.once}:unread", priority=Priority.BROADCAST,
            choices=[_have_read(recall)], **facts,
        )  # fmt: skip
    return len(late)


async def read(turn: Turn, command: Command) -> None:
    """ "read-recall:7": they have read it (đã đọc); pressed again, it says since when."""
    notice = await turn.tx.recalls.notice(command.number, turn.person.key)
    if notice is None:
        raise Refusal("recall.unknown")
    if notice.read(turn.now):
        await turn.reply("recall.read")
    else:
        await turn.reply("recall.read_already", at=notice.read_at)


def what(recall: Recall) -> str:
    """What a recall is about, as people call it: the document that has ended, or the entry."""
    return recall.titles[recall.ended or recall.entries[0]]


async def _left(desk: Desk, recall: Recall, people: list[Told]) -> list[Told]:
    """The next who have not been promised it; whoever has lost the post hears nothing more of its business."""
    promised, left = await desk.tx.recalls.promised(recall.key), list[Told]()
    for one in people:
        if one.person not in promised and (await desk.tx.people.get(one.person)).active:
            left.append(one)
        if len(left) == BATCH:
            break
    return left


async def _promise(desk: Desk, recall: Recall, one: Told) -> None:
    notice = RecallNotice(recall=recall.key, person=one.person, told_at=one.at, promised_at=desk.now)
    await desk.tx.recalls.promise(notice)
    await desk.tell(
        one.person, "recall.notice", once=notice.once, priority=Priority.BROADCAST, text=recall.text,
        more=[*_once_told(desk, one), *_below(recall)], choices=[_have_read(recall)],
    )  # fmt: skip


def _once_told(desk: Desk, one: Told) -> list[Paragraph]:
    """What they were told, and on which day."""
    rows = [(thing, {"title": thing.title, "day": local_day(desk, thing.at)}) for thing in one.things]
    entries = [row for thing, row in rows if not thing.ticket]
    tickets = [row | {"ticket": thing.ticket} for thing, row in rows if thing.ticket]
    found = [Paragraph("recall.told", {"rows": entries})] if entries else []
    return [*found, Paragraph("recall.told_tickets", {"rows": tickets})] if tickets else found


def _below(recall: Recall) -> list[Paragraph]:
    """What stands below for everybody: what has ended, what holds, who says so."""
    ended = Paragraph("recall.ended", {"document": what(recall), "day": recall.ended_on})
    holds = Paragraph("recall.sources", {"sources": recall.sources})
    return [*[ended] * bool(recall.ended), *[holds] * bool(recall.sources), Paragraph("recall.please")]


def _have_read(recall: Recall) -> Choice:
    return Choice(f"read-recall:{recall.key}", "choice.read_recall")


def _words(text: str, reason: str) -> tuple[str, str]:
    if not text.strip() or not reason.strip():
        raise Refusal("recall.words_missing")
    if len(text) > LONGEST_TEXT or len(reason) > LONGEST_TEXT:
        raise Refusal("recall.too_long", limit=LONGEST_TEXT)
    return text.strip(), reason.strip()


def _require_decider(desk: Desk, recall: Recall) -> None:
    """Curators and the province's leaders decide on everything; a department's leader on what it answers for."""
    require(desk.person, Act.CURATE)
    if desk.person.role != Role.LEADER or desk.person.unit == PROVINCE_UNIT:
        return
    fields = {desk.knowledge.fields.get(entry.split("/")[0]) for entry in recall.entries}
    if {field.department if field else "" for field in fields} != {desk.person.unit}:
        raise Refusal("recall.other_department")


async def _tell_deciders(desk: Desk, recall: Recall, people: int) -> None:
    """Everybody who may decide on anything: where there is but one curator, the province's leaders must know."""
    found = await desk.tx.people.with_role(Role.CURATOR) + await desk.tx.people.in_unit(PROVINCE_UNIT, Role.LEADER)
    facts: dict[str, Any] = {"number": recall.key, "what": what(recall), "by": desk.person.name, "people": people}
    for person in found:
        if person.id != recall.author:
            await desk.tell(person.key, "recall.waiting", once=f"recall-waiting:{recall.key}:{person.key}", **facts)


async def _tell_author(desk: Desk, recall: Recall, key: str, **facts: Any) -> None:
    if desk.person.id != recall.author:
        said = {"number": recall.key, "what": what(recall), "by": desk.person.name, **facts}
        await desk.tell(recall.author, key, once=f"recall-decided:{recall.key}", **said)


def _subject(recall: Recall) -> str:
    return f"recall:{recall.key}"
