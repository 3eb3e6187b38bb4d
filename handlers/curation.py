"""Curation (biên tập): propose, improve, approve, reject, retire, roll back. Nothing is published by one person alone.

A proposal may be incomplete (a sketch from a ticket's answer); only what has no fault can be approved. Approving
writes a publication; every process lays it over the release within a minute.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from handlers.desk import Desk
from handlers.permissions import PROVINCE_UNIT, Act, may, require
from handlers.views import unit_name
from knowledge.entries import Entry, LegalDocument, Review
from knowledge.files import Content
from knowledge.publishing import Version, entry_id, faults_among, read_versions, revision_of, text_of
from knowledge.text import fold
from knowledge.twins import Twin, twins
from knowledge.writing import document_to_text, entry_to_text
from knowledge.yaml_lines import Problem
from storage.drafts import Deed, Draft, Publication
from storage.errors import Refusal
from storage.people import Role

TOPIC = "knowledge"
"""What the libraries of all processes are woken by."""
LONGEST_TEXT = 60_000
_NAME = re.compile(r"entries/[a-z0-9-]+/[a-z0-9-]+\.md|documents/\d{4}/[a-z0-9-]+\.yaml")


@dataclass(frozen=True, slots=True)
class Examination:
    """What is known of a proposed text before anybody decides: its value, its faults, and entries like it."""

    value: Entry | LegalDocument | None
    problems: tuple[Problem, ...]
    twins: tuple[Twin, ...]
    now: str | None
    """The text that it would replace; None for something new."""
    moved_on: bool
    """Whether that has changed since the proposal was made."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A file that the province has changed, and a newer release too (xung đột): a person decides."""

    ours: Publication
    theirs: str | None
    """What the release has now; None when it has taken the file away."""


async def propose(
    desk: Desk, name: str, text: str, *, note: str, deed: Deed = Deed.TEXT, ticket: int | None = None
) -> Draft:
    """Propose that a file of the knowledge base read so (đề xuất); somebody else decides."""
    require(desk.person, Act.PROPOSE)
    if not _NAME.fullmatch(name):
        raise Refusal("draft.bad_name", name=name)
    if len(text) > LONGEST_TEXT:
        raise Refusal("draft.too_long", limit=LONGEST_TEXT)
    if deed != Deed.TEXT and text_of(desk.knowledge, name) is None and not await desk.tx.drafts.history(name):
        raise Refusal("draft.nothing_there", name=name)
    draft = await desk.tx.drafts.propose(
        Draft(
            name=name, deed=deed, text=text, base_revision=revision_of(text_of(desk.knowledge, name)), note=note,
            author=desk.person.key, editor=desk.person.key, ticket=ticket, created_at=desk.now, changed_at=desk.now,
        )
    )  # fmt: skip
    desk.tx.audit.write("draft.proposed", name, at=desk.now, actor=desk.person.id, draft=draft.key)
    await _tell_deciders(desk, draft)
    return draft


async def rewrite(desk: Desk, key: int, text: str, note: str) -> Draft:
    """Improve a proposal that nobody has decided yet; whoever writes may no longer approve."""
    require(desk.person, Act.PROPOSE)
    draft = await desk.tx.drafts.get(key)
    if draft.author != desk.person.id and not may(desk.person, Act.CURATE):
        raise Refusal("draft.not_own")
    if len(text) > LONGEST_TEXT:
        raise Refusal("draft.too_long", limit=LONGEST_TEXT)
    draft.rewrite(text, note, by=desk.person.key, at=desk.now)
    draft.base_revision = revision_of(text_of(desk.knowledge, draft.name))
    return draft


async def approve(desk: Desk, key: int) -> Publication:
    """A second person agrees (duyệt), and it is published; refuses what has a fault or was overtaken."""
    draft = await desk.tx.drafts.get(key)
    _require_decider(desk, draft)
    draft.approve(by=desk.person.key, at=desk.now)
    found = examine(desk, draft)
    if found.problems:
        raise Refusal("draft.faulty", count=len(found.problems))
    if found.moved_on:
        raise Refusal("draft.moved_on")
    publication = await _publish(desk, draft, _reviewed(desk, draft, found))
    facts: dict[str, Any] = {"name": _title(desk, draft), "by": desk.person.name}
    await desk.tell(draft.author, "draft.approved", once=f"draft:{draft.key}:approved", **facts)
    return publication


async def reject(desk: Desk, key: int, reason: str) -> Draft:
    """A second person does not agree (không duyệt), and says why."""
    draft = await desk.tx.drafts.get(key)
    _require_decider(desk, draft)
    draft.reject(reason, by=desk.person.key, at=desk.now)
    facts: dict[str, Any] = {"name": _title(desk, draft), "by": desk.person.name, "reason": reason}
    await desk.tell(draft.author, "draft.rejected", once=f"draft:{draft.key}:rejected", **facts)
    return draft


async def withdraw(desk: Desk, key: int) -> Draft:
    """The author takes it back (rút lại)."""
    require(desk.person, Act.PROPOSE)
    draft = await desk.tx.drafts.get(key)
    draft.withdraw(by=desk.person.key, at=desk.now)
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
    """Propose to go back to what the release brings (lấy bản phát hành)."""
    if text_of(desk.knowledge.release, name) is None:
        raise Refusal("draft.nothing_there", name=name)
    return await propose(desk, name, "", note=note, deed=Deed.RELEASE)


async def keep_ours(desk: Desk, name: str, note: str) -> Draft:
    """Propose to keep the province's version against a newer release (giữ bản của tỉnh)."""
    ours = (await desk.tx.drafts.history(name))[:1]
    if not ours:
        raise Refusal("draft.nothing_there", name=name)
    return await propose(desk, name, ours[0].text, note=note, deed=Deed(ours[0].deed))


async def conflicts(desk: Desk) -> list[Conflict]:
    """What the province and a newer release have both changed, in order of publication."""
    found = []
    for ours in await desk.tx.drafts.current():
        theirs = text_of(desk.knowledge.release, ours.name)
        both = ours.deed != Deed.RELEASE and revision_of(theirs) != ours.over and theirs != ours.text
        if both and (ours.over or theirs is not None):
            found.append(Conflict(ours, theirs))
    return found


def examine(desk: Desk, draft: Draft) -> Examination:
    """What is known of a proposal now."""
    now = text_of(desk.knowledge, draft.name)
    moved_on = draft.base_revision != revision_of(now)
    if draft.deed != Deed.TEXT:
        return Examination(None, (), (), now, moved_on)
    read = read_versions([Version(draft.name, draft.text)])
    problems = (*read.problems, *faults_among(desk.knowledge, read), *_misplaced(read, draft.name))
    values: list[Entry | LegalDocument] = [i.value for i in read.entries] + [i.value for i in read.documents]
    value = next(iter(values), None)
    alike = twins(desk.knowledge, value, desk.today) if isinstance(value, Entry) else ()
    return Examination(value, tuple(dict.fromkeys(problems)), alike, now, moved_on)


def slug_of(title: str) -> str:
    """A short name for a new entry, from its title: small letters without marks, hyphens."""
    words = re.findall(r"[a-z0-9]+", fold(title))
    return "-".join(words)[:60].strip("-")


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
    desk.tx.wake(TOPIC)
    return publication


def _reviewed(desk: Desk, draft: Draft, found: Examination) -> str:
    """The text as published: an entry carries which unit has confirmed it, and when."""
    if isinstance(found.value, LegalDocument):
        return document_to_text(found.value)
    if not isinstance(found.value, Entry):
        return ""
    unit = unit_name(desk, desk.person.unit, {}) or desk.person.name
    return entry_to_text(replace(found.value, review=Review(unit, desk.today)))


def _misplaced(read: Content, name: str) -> list[Problem]:
    """An entry whose id is not its file's name would take another's place."""
    return [
        Problem(name, 1, f"the id must be {entry_id(name)}") for item in read.entries if item.value.id != entry_id(name)
    ]


def _require_decider(desk: Desk, draft: Draft) -> None:
    """Curators decide on everything; a leader on what their department answers for, the province's on all."""
    require(desk.person, Act.CURATE)
    if desk.person.role != Role.LEADER or desk.person.unit == PROVINCE_UNIT:
        return
    field = desk.knowledge.fields.get(draft.name.split("/")[1])
    if field is None or field.department != desk.person.unit:
        raise Refusal("draft.other_department")


async def _tell_deciders(desk: Desk, draft: Draft) -> None:
    facts: dict[str, Any] = {"name": _title(desk, draft), "by": desk.person.name, "number": draft.key}
    for curator in await desk.tx.people.with_role(Role.CURATOR):
        if curator.id != draft.author:
            await desk.tell(curator.key, "draft.waiting", once=f"draft:{draft.key}:waiting:{curator.key}", **facts)


def _title(desk: Desk, draft: Draft) -> str:
    """What people call it: the entry's title, or the file's name where there is none to read."""
    read = read_versions([Version(draft.name, draft.text or text_of(desk.knowledge, draft.name))])
    values = (*(item.value.title for item in read.entries), *(item.value.number for item in read.documents))
    return next(iter(values), entry_id(draft.name))
