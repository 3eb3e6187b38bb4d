"""Two people at work on a running app: they change an entry, and recall what it used to tell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.app import App
from bot.schedule import TABLE
from handlers import curation, recallable, recalls
from knowledge.writing import entry_to_text
from storage import Refusal
from storage.people import Person
from tests.handlers.recalled import ENTRY, REASON, TEXT

QUESTION = "sao y bản chính cần mang gì"
(SWEEP,) = [line for line in TABLE if line.name == "recall"]


async def rule_changes(app: App, author: Person, other: Person) -> None:
    """One rewrites the entry, the other approves; it is served without a restart."""
    text = entry_to_text(replace(app.knowledge.entries[ENTRY], answer="Mang bản chính và căn cước; nhận trong ngày."))
    async with app.database.transaction() as tx:
        draft = await curation.propose(app.desk(tx, author), f"entries/{ENTRY}.md", text, note=REASON)
        await curation.approve(app.desk(tx, other), draft.key)
    await app.library.refresh()
    assert "căn cước" in app.knowledge.entries[ENTRY].answer


async def is_recalled(app: App, author: Person, other: Person, *, people: int) -> int:
    """Proposed by one, whom nobody lets approve it; nothing goes out; approved by the other. Its number."""
    async with app.database.transaction() as tx:
        desk = app.desk(tx, author)
        (found,) = await recallable.candidates(desk)
        assert (found.entry, found.people) == (ENTRY, people)
        drawn = await recallable.about_entry(desk, found.entry)
        recall = await recalls.propose(desk, drawn, text=TEXT, reason=REASON)
        with pytest.raises(Refusal, match=r"recall\.own"):
            await recalls.approve(desk, recall.key)
    assert await app.schedule.sweep(SWEEP) == 0
    async with app.database.transaction() as tx:
        await recalls.approve(app.desk(tx, other), recall.key)
    return recall.key
