"""Curation (biên tập): propose, improve, approve, reject, retire, roll back. Nothing is published by one person alone.

A proposal may be incomplete (a sketch from a ticket's answer); only what has no fault can be approved. Approving
writes a publication; every process lays it over the release within a minute.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from typing import Any

from handlers.desk import Desk
from handlers.examining import canonical, moved_on, read, title_of
from handlers.naming import is_new
from handlers.permissions import PROVINCE_UNIT, Act, may, require
from knowledge import KnowledgeBase
from knowledge.entries import Entry, LegalDocument, Review
from knowledge.publishing import revision_of, text_of
from knowledge.structure import LISTS
from knowledge.writing import document_to_text, entry_to_text
from storage.drafts import Deed, Draft, Publication
from storage.errors import Refusal
from storage.people import Person, Role
from storage.wakeups import KNOWLEDGE

LONGEST_TEXT = 60_000
_NAME = re.compile(r"entries/[a-z0-9-]+/[a-z0-9-]+\.md|documents/\d{4}/[a-z0-9-]+\.yaml")


@dataclass(frozen=True, slots=True)
class Conflict:
    """A file that the province has changed, and a newer release too (xung đột): a person decides."""

    ours: Publication
    theirs: str | None
    """What the release has now; None when it has taken the file away."""


async def propose(
    desk: Desk, name: str, text: str, *, note: str, deed: Deed = Deed.TEXT, ticket: int | None = None
) -> Draft:
    """Propose that a file of the knowledge base read so (đề xuất); somebody else decides.

    `note` says why; a ticket speaks for itself.
    """
    require(desk.person, Act.PROPOSE)
    _check(name, text)
    now = text_of(desk.knowledge, name)
    if deed == Deed.TEXT and canonical(name, text) == now:
        raise Refusal("draft.no_change")
    if deed != Deed.TEXT and now is None and not await desk.tx.drafts.history(name):
        raise Refusal("draft.nothing_there", name=name)
    return await _propose(desk, name, text, note=note, deed=deed, ticket=ticket)


async def rewrite(desk: Desk, key: int, text: str, note: str, *, name: str = "") -> Draft:
    """Improve a proposal that nobody has decided yet; whoever writes may no longer approve.

    Something new may be given another `name`, as its field is corrected.
    """
    draft = await desk.tx.drafts.get(key)
    require_writer(desk, draft)
    if name and name != draft.name and not await is_new(desk, draft.name):
        raise Refusal("draft.keeps_name")
    _check(name or draft.name, text)
    if not note.strip():
        raise Refusal("draft.note_missing")
    draft.rewrite(text if draft.deed == Deed.TEXT else "", note, by=desk.person.key, at=desk.now)
    draft.name = name or draft.name
    draft.base_revision = revision_of(text_of(desk.knowledge, draft.name))
    desk.tx.audit.write("draft.rewritten", draft.name, at=desk.now, actor=desk.person.id, draft=draft.key)
    return draft


async def approve(desk: Desk, key: int) -> Publication:
    """A second person agrees (duyệt), and it is published; refuses what has a fault or was overtaken."""
    draft = await desk.tx.drafts.get(key)
    _require_decider(desk, draft)
    draft.require_approvable(by=desk.person.key)
    value, problems = await asyncio.to_thread(read, desk.knowledge, draft, desk.today)
    if problems:
        raise Refusal("draft.faulty", count=len(problems))
    if moved_on(desk.knowledge, draft):
        raise Refusal("draft.moved_on")
    draft.approve(by=desk.person.key, at=desk.now)
    publication = await _publish(desk, draft, _reviewed(desk, draft.text, value))
    facts: dict[str, Any] = {"name": title_of(desk.knowledge, draft), "by": desk.person.name}
    await desk.tell(draft.author, "draft.approved", once=f"draft:{draft.key}:approved", **facts)
    return publication


async def reject(desk: Desk, key: int, reason: str) -> Draft:
    """A second person does not agree (không duyệt), and says why."""
    draft = await desk.tx.drafts.get(key)
    _require_decider(desk, draft)
    draft.reject(reason, by=desk.person.key, at=desk.now)
    desk.tx.audit.write("draft.rejected", draft.name, at=desk.now, actor=desk.person.id, draft=draft.key)
    facts: dict[str, Any] = {"name": title_of(desk.knowledge, draft), "by": desk.person.name, "reason": reason}
    await desk.tell(draft.author, "draft.rejected", once=f"draft:{draft.key}:rejected", **facts)
    return draft


async def withdraw(desk: Desk, key: int) -> Draft:
    """The author takes it back (rút lại)."""
    require(desk.person, Act.PROPOSE)
    draft = await desk.tx.drafts.get(key)
    draft.withdraw(by=desk.person.key, at=desk.now)
    desk.tx.audit.write("draft.withdrawn", draft.name, at=desk.now, actor=desk.person.id, draft=draft.key)
    return draft


async def retire(desk: Desk, entry: str, note: str) -> Draft:
    """Propose to answer with an entry no more (ngừng dùng)."""
    return await propose(desk, f"entries/{entry}.md", "", note=note, deed=Deed.RETIRE)


async def roll_back(desk: Desk, version: int, note: str) -> Draft:
    """Propose to put an earlier version in place again (quay lại bản cũ)."""
    former = await desk.tx.drafts.version(version)
    if former.deed != Deed.TEXT:
        raise Refusal("draft.nothing_there", name=former.name)
    return await propose(desk, former.name, former.text, note=note)


async def to_release(desk: Desk, name: str, note: str) -> Draft:
    """Propose to go back to what the release brings (lấy bản phát hành), even where it has taken the file away."""
    ours = await _ours(desk, name)
    if text_of(desk.knowledge.release, name) is None and not ours.over:
        raise Refusal("draft.nothing_there", name=name)
    return await propose(desk, name, "", note=note, deed=Deed.RELEASE)


async def keep_ours(desk: Desk, name: str, note: str) -> Draft:
    """Propose to keep the province's version against a newer release (giữ bản của tỉnh)."""
    require(desk.person, Act.PROPOSE)
    ours = await _ours(desk, name)
    return await _propose(desk, name, ours.text, note=note, deed=Deed(ours.deed))


async def conflicts(desk: Desk) -> list[Conflict]:
    """What the province and a newer release have both changed, in order of publication."""
    found = []
    for ours in await desk.tx.drafts.current():
        if ours.name in LISTS:
            continue
        theirs = text_of(desk.knowledge.release, ours.name)
        same = theirs == (ours.text if ours.deed == Deed.TEXT else None)
        if ours.deed != Deed.RELEASE and not same and revision_of(theirs) != ours.over:
            found.append(Conflict(ours, theirs))
    return found


def require_writer(desk: Desk, draft: Draft) -> None:
    """The author writes on it, and whoever decides."""
    require(desk.person, Act.PROPOSE)
    if draft.author != desk.person.id and not may(desk.person, Act.CURATE):
        raise Refusal("draft.not_own")


def barrier(desk: Desk, draft: Draft) -> Refusal | None:
    """Why the person may not approve a proposal; None when they may."""
    try:
        _require_decider(desk, draft)
        draft.require_other(desk.person.key)
    except Refusal as refusal:
        return refusal
    return None


async def _publish(desk: Desk, draft: Draft, text: str) -> Publication:
    over = revision_of(text_of(desk.knowledge.release, draft.name))
    publication = await desk.tx.drafts.publish(
        Publication(
            name=draft.name, deed=draft.deed, text=text, revision=revision_of(text or None), over=over,
            draft=draft.key, author=draft.editor, approver=desk.person.id, at=desk.now,
        )
    )  # fmt: skip
    desk.tx.audit.write(
        "draft.approved", draft.name, at=desk.now, actor=desk.person.id, draft=draft.key, version=publication.key
    )
    desk.tx.wake(KNOWLEDGE)
    return publication


def _reviewed(desk: Desk, text: str, value: Entry | LegalDocument | None) -> str:
    """The text as published: an entry carries who has confirmed it, by department where there is one, and when."""
    if isinstance(value, LegalDocument):
        return document_to_text(value)
    if value is None:
        return text
    department = desk.knowledge.departments.get(desk.person.unit)
    return entry_to_text(replace(value, review=Review(department.name if department else desk.person.name, desk.today)))


def _check(name: str, text: str) -> None:
    if not _NAME.fullmatch(name):
        raise Refusal("draft.bad_name", name=name)
    if len(text) > LONGEST_TEXT:
        raise Refusal("draft.too_long", limit=LONGEST_TEXT)


async def _propose(desk: Desk, name: str, text: str, *, note: str, deed: Deed, ticket: int | None = None) -> Draft:
    if ticket is None and not note.strip():
        raise Refusal("draft.note_missing")
    draft = await desk.tx.drafts.propose(
        Draft(
            name=name, deed=deed, text=text, base_revision=revision_of(text_of(desk.knowledge, name)), note=note,
            author=desk.person.key, editor=desk.person.key, ticket=ticket, created_at=desk.now, changed_at=desk.now,
        )
    )  # fmt: skip
    desk.tx.audit.write("draft.proposed", name, at=desk.now, actor=desk.person.id, draft=draft.key)
    await _tell_deciders(desk, draft)
    return draft


async def _ours(desk: Desk, name: str) -> Publication:
    published = await desk.tx.drafts.history(name)
    if not published:
        raise Refusal("draft.nothing_there", name=name)
    return published[0]


def _require_decider(desk: Desk, draft: Draft) -> None:
    require(desk.person, Act.CURATE)
    if not _answers_for(desk.knowledge, desk.person, draft):
        raise Refusal("draft.other_department")


def _answers_for(knowledge: KnowledgeBase, person: Person, draft: Draft) -> bool:
    """Curators decide on everything; a leader on what their department answers for, the province's on all."""
    if person.role != Role.LEADER or person.unit == PROVINCE_UNIT:
        return True
    field = knowledge.fields.get(draft.name.removeprefix("entries/").partition("/")[0])
    return field is not None and field.department == person.unit


async def _tell_deciders(desk: Desk, draft: Draft) -> None:
    """Curators hear of what waits; where there is none but the author, the leaders who may decide."""
    people = desk.tx.people
    curators = [person for person in await people.with_role(Role.CURATOR) if person.id != draft.author]
    leaders = [person for person in await people.with_role(Role.LEADER) if person.id != draft.author]
    facts: dict[str, Any] = {
        "name": title_of(desk.knowledge, draft), "by": desk.person.name, "number": draft.key,
    }  # fmt: skip
    for person in curators or [leader for leader in leaders if _answers_for(desk.knowledge, leader, draft)]:
        await desk.tell(person.key, "draft.waiting", once=f"draft:{draft.key}:waiting:{person.key}", **facts)
