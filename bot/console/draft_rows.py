"""What the console shows of proposals (đề xuất): rows, and one with faults, twins and differences."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.console.differences import difference, lines_of, lines_of_text
from bot.console.entry_form import BOXES
from bot.console.entry_shown import as_read, cited
from bot.console.faults import faults_of
from handlers.curation import barrier
from handlers.desk import Desk
from handlers.examining import Examination, examine, title_of
from handlers.permissions import Act, may
from knowledge.entries import Entry
from knowledge.publishing import text_of
from storage.drafts import Deed, Draft, DraftStatus


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A proposal in a list."""

    number: int
    title: str
    deed: str
    new: bool
    author: str
    editor: str
    status: str
    created_at: datetime
    changed_at: datetime
    decided_by: str
    note: str
    reason: str
    ticket: int | None
    mine: bool
    place: str
    """The page of what it is about."""


async def draft_row(desk: Desk, draft: Draft) -> DraftRow:
    """A proposal with its people by name."""
    editor = await _name(desk, draft.editor)
    return DraftRow(
        number=draft.key,
        title=title_of(desk.knowledge, draft),
        deed=draft.deed,
        new=not draft.base_revision,
        author=await _name(desk, draft.author),
        editor="" if draft.editor == draft.author else editor,
        status=draft.status,
        created_at=draft.created_at,
        changed_at=draft.changed_at,
        decided_by=await _name(desk, draft.decided_by),
        note=draft.note,
        reason=draft.reason,
        ticket=draft.ticket,
        mine=draft.author == desk.person.id,
        place=draft.name.removesuffix(".md").removesuffix(".yaml"),
    )


async def shown(desk: Desk, draft: Draft) -> dict[str, Any]:
    """All that the page of a proposal shows."""
    found = await asyncio.to_thread(examine, desk.knowledge, draft, desk.today)
    waits = draft.status == DraftStatus.PROPOSED
    decides = may(desk.person, Act.CURATE)
    return {
        "draft": await draft_row(desk, draft),
        "version": draft.version,
        "known": text_of(desk.knowledge, draft.name) is not None,
        "read": as_read(desk, found.value) if isinstance(found.value, Entry) else [],
        "cited": cited(desk, found.value) if isinstance(found.value, Entry) else [],
        "lines": [] if isinstance(found.value, Entry) else lines_of_text(desk.knowledge, draft.name, draft.text),
        "own": found.value.answer if isinstance(found.value, Entry) else "",
        "headings": BOXES,
        "asked_as": found.value.asked_as if isinstance(found.value, Entry) else (),
        "faults": faults_of(desk.knowledge, found.problems, found.value) if waits else (),
        "moved_on": found.moved_on and waits,
        "twins": found.twins if waits else (),
        "rows": difference(lines_of_text(desk.knowledge, draft.name, found.now), _later(desk, draft, found))
        if waits
        else [],
        "waits": waits,
        "barrier": barrier(desk, draft) if decides else None,
        "decides": decides,
        "writes": waits and draft.deed == Deed.TEXT,
    }


def _later(desk: Desk, draft: Draft, found: Examination) -> list[Any]:
    """The lines that there will be: of the text, of what the release brings, none."""
    if draft.deed == Deed.RELEASE:
        return lines_of_text(desk.knowledge, draft.name, text_of(desk.knowledge.release, draft.name))
    if draft.deed == Deed.RETIRE:
        return []
    return (
        lines_of(desk.knowledge, found.value) if found.value else lines_of_text(desk.knowledge, draft.name, draft.text)
    )


async def _name(desk: Desk, person: int | None) -> str:
    return "" if person is None else (await desk.tx.people.get(person)).name
