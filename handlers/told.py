"""Who was told what, since when (đã nói với ai): written down as it is said, read when it is so no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from handlers.citing import says_ended
from handlers.desk import Desk, Turn
from knowledge.entries import Entry
from knowledge.writing import substance
from storage.journal import Exchange
from storage.recalls import Recall
from storage.told import SHOWN, Edition, Reply, Showing


@dataclass(frozen=True, slots=True)
class Thing:
    """What a person was told, and last when: an entry by title and revision, or the answer to a ticket by number."""

    at: datetime
    title: str = ""
    revision: str = ""
    ticket: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """A person who was told what a recall corrects, the earliest first."""

    person: int
    things: tuple[Thing, ...]

    @property
    def at(self) -> datetime:
        """When they were last told any of it."""
        return self.things[-1].at


def note(turn: Turn, exchange: Exchange, entry: Entry) -> None:
    """Write down that an entry was shown, in which revision, and what that told."""
    facts = {"entry": entry.id, "revision": entry.revision, "substance": substance(entry)}
    turn.tx.journal.note(exchange.key, SHOWN, at=turn.now, **facts)


async def told(desk: Desk, recall: Recall) -> list[Told]:
    """Exactly those whom a recall concerns, by person; the same on every reading, for the journal only grows."""
    since, until = recall.told_since, recall.told_until
    found: dict[int, dict[tuple[str, int], Thing]] = {}
    for showing in await desk.tx.told.showings(recall.entries, since, until):
        if _concerns(desk, recall, showing):
            thing = Thing(showing.at, recall.titles.get(showing.entry, showing.entry), showing.revision)
            found.setdefault(showing.person, {})[showing.entry, 0] = thing
    for reply in await desk.tx.told.replies(since, until) if recall.ended else ():
        if _rests_on(desk, recall, reply):
            found.setdefault(reply.person, {})["", reply.ticket] = Thing(reply.at, ticket=reply.ticket)
    return [Told(person, _in_order(things.values())) for person, things in sorted(found.items())]


def outdated(desk: Desk, editions: Iterable[Edition]) -> list[Edition]:
    """Those that told people something else than the entry does now; all, when it is answered with no more."""
    return [edition for edition in editions if _differs(desk.knowledge.entries.get(edition.entry), edition)]


def local_day(desk: Desk, at: datetime) -> date:
    """The day in the province."""
    return at.astimezone(desk.rules.timezone).date()


def _differs(now: Entry | None, edition: Edition) -> bool:
    """Before fingerprints of what is told were kept, another revision counts as something else."""
    if now is None:
        return True
    return edition.substance != substance(now) if edition.substance else edition.revision != now.revision


def _concerns(desk: Desk, recall: Recall, showing: Showing) -> bool:
    """Who asked, after the end, about a day before it was told of that day, and told so."""
    if recall.revisions and showing.revision not in recall.revisions:
        return False
    ended = recall.ended_on
    return ended is None or not showing.as_of < ended <= local_day(desk, showing.at)


def _rests_on(desk: Desk, recall: Recall, reply: Reply) -> bool:
    """Whether an answer cites the document, as a whole or a place in it; not when it says that it has ended."""
    if not any(cited == recall.ended or cited.endswith(f" {recall.ended}") for cited in reply.citations):
        return False
    over = recall.ended_on is not None and recall.ended_on <= local_day(desk, reply.at)
    return not (over and says_ended(reply.text))


def _in_order(things: Iterable[Thing]) -> tuple[Thing, ...]:
    return tuple(sorted(things, key=lambda thing: thing.at))
