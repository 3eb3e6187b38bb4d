"""People who curate, and desks over a base with what was published laid over it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from handlers.desk import Desk
from knowledge import KnowledgeBase
from knowledge.entries import Entry
from knowledge.publishing import Version, entry_name, publish
from knowledge.writing import entry_to_text
from storage import Refusal, Transaction
from storage.drafts import Deed
from storage.people import Person, Role
from tests.handlers.desks import desk, somebody

ENTRY = "tu-phap-ho-tich/khai-tu"
NAME = entry_name(ENTRY)


@dataclass
class Team:
    """Who writes and who decides."""

    author: Person
    decider: Person
    specialist: Person
    officer: Person


async def team(tx: Transaction) -> Team:
    """Two curators, a specialist, a commune officer."""
    return Team(
        author=await somebody(tx, "Vũ Ngọc Diệp", Role.CURATOR, "so-tu-phap"),
        decider=await somebody(tx, "Hà Kim Oanh", Role.CURATOR, "so-noi-vu"),
        specialist=await somebody(tx, "Nguyễn Thu Hà", Role.SPECIALIST, "so-tu-phap"),
        officer=await somebody(tx, "Lò Thị Mai", Role.REQUESTER, "xa-suoi-mo"),
    )


async def served(tx: Transaction, release: KnowledgeBase) -> KnowledgeBase:
    """The base as servers have it now."""
    kept = [p for p in await tx.drafts.current() if p.deed != Deed.RELEASE]
    return publish(release, [Version(p.name, None if p.deed == Deed.RETIRE else p.text) for p in kept]).base


async def at(tx: Transaction, release: KnowledgeBase, person: Person, **given: Any) -> Desk:
    """The desk of a person, over what is served now."""
    return desk(tx, await served(tx, release), person, **given)


def edited(base: KnowledgeBase, key: str = ENTRY, **changes: Any) -> str:
    """The text of an entry with changes."""
    entry: Entry = base.entries[key]
    return entry_to_text(replace(entry, **changes))


async def refused(act: Any) -> str:
    """The key of the refusal that an act ends with."""
    try:
        await act
    except Refusal as refusal:
        return refusal.key
    raise AssertionError("it was not refused")
