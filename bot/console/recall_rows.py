"""What the console shows of recalls: who was told what when, who has got and read the correction, by unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from handlers.desk import Desk
from handlers.recallable import candidates, editions
from handlers.recalls import what
from handlers.told import local_day, told
from handlers.views import unit_name
from storage.people import Person
from storage.recalls import Figures, Recall, RecallNotice

MOST_PEOPLE = 300
"""How many people a page names; those who have not read it come first."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a person was told, on which day."""

    title: str
    revision: str
    ticket: int
    day: date


@dataclass(frozen=True, slots=True)
class Reader:
    """One person whom a recall concerns."""

    name: str
    unit: str
    lines: tuple[Line, ...]
    active: bool
    promised: bool
    delivered: datetime | None
    read: datetime | None


@dataclass(frozen=True, slots=True)
class Unit:
    """How far a recall is in one commune or department, in people."""

    name: str
    people: int
    delivered: int
    read: int


@dataclass(frozen=True, slots=True)
class Row:
    """A recall in the list."""

    number: int
    what: str
    status: str
    day: date
    figures: Figures


@dataclass(frozen=True, slots=True)
class EditionRow:
    """A revision that told something else, and whether it is left out."""

    revision: str
    people: int
    first: date
    last: date
    skipped: bool


async def listed(desk: Desk) -> dict[str, Any]:
    """What should be recalled, and all recalls, newest first."""
    found = await desk.tx.recalls.latest()
    figures = await desk.tx.recalls.figures([recall.key for recall in found])
    return {
        "candidates": [_with_days(desk, candidate) for candidate in await candidates(desk)],
        "recalls": [
            Row(one.key, what(one), one.status, local_day(desk, one.created_at), figures.get(one.key, Figures()))
            for one in found
        ],
    }


async def edition_rows(desk: Desk, entry: str, skipped: Iterable[str]) -> list[EditionRow]:
    """The revisions of an entry that told people something else than it does now."""
    left_out = frozenset(skipped)
    return [
        EditionRow(one.revision, one.people, local_day(desk, one.first), local_day(desk, one.last),
                   one.revision in left_out)
        for one in await editions(desk, entry)
    ]  # fmt: skip


async def concerned(desk: Desk, recall: Recall) -> dict[str, Any]:
    """Everybody whom a recall concerns, those who have not read it first, and the same counted by unit."""
    readers = sorted(await _readers(desk, recall), key=lambda one: (one.read is not None, one.unit, one.name))
    asked = [one for one in readers if one.active or one.promised]
    return {
        "people": asked[:MOST_PEOPLE],
        "count": len(asked),
        "most": MOST_PEOPLE,
        "skipped": [one for one in readers if not one.active and not one.promised],
        "units": _units(asked),
    }


async def _readers(desk: Desk, recall: Recall) -> list[Reader]:
    stored = recall.id is not None
    notices = {one.person: one for one in await desk.tx.recalls.notices(recall.key)} if stored else {}
    delivered = await desk.tx.recalls.delivered(recall.key) if stored else {}
    known = {person.key: person for person in await desk.tx.people.all()}
    communes = await desk.tx.people.communes()
    readers = []
    for one in await told(desk, recall):
        person = known.get(one.person) or await desk.tx.people.get(one.person)
        lines = tuple(Line(t.title, t.revision[:8], t.ticket, local_day(desk, t.at)) for t in one.things)
        unit = unit_name(desk, person.unit, communes)
        readers.append(_reader(person, unit, lines, notices.get(one.person), delivered.get(one.person)))
    return readers


def _reader(
    person: Person, unit: str, lines: tuple[Line, ...], notice: RecallNotice | None, delivered: datetime | None
) -> Reader:
    read = notice.read_at if notice else None
    return Reader(person.name, unit, lines, person.active, notice is not None, delivered, read)


def _units(readers: list[Reader]) -> list[Unit]:
    found = []
    for name, members in groupby(sorted(readers, key=lambda one: one.unit), key=lambda one: one.unit):
        people = list(members)
        delivered, read = sum(p.delivered is not None for p in people), sum(p.read is not None for p in people)
        found.append(Unit(name, len(people), delivered, read))
    return found


def _with_days(desk: Desk, candidate: Any) -> dict[str, Any]:
    return {
        "entry": candidate.entry,
        "document": candidate.document,
        "title": candidate.title,
        "people": candidate.people,
        "since": local_day(desk, candidate.since),
        "last": local_day(desk, candidate.last),
    }
