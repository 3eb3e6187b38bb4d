"""What the console shows of entries (bài): rows with their marks, and the versions of one, without sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from handlers.desk import Desk
from handlers.examining import value_of
from knowledge import KnowledgeBase
from knowledge.entries import Entry
from knowledge.publishing import entry_id, entry_name, text_of
from knowledge.text import fold
from storage.drafts import Deed, Publication

SOON = timedelta(days=366)
RELEASE = "release"
"""What the release brings, among the versions of a file."""


class Mark(StrEnum):
    """What a curator should know of an entry at a glance."""

    LAPSED = "lapsed"
    LAPSES = "lapses"
    UNCONFIRMED = "unconfirmed"
    PROVINCE = "province"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry in a list; `until` is the first day without it, when that is known and near."""

    id: str
    title: str
    field: str
    marks: tuple[Mark, ...]
    until: date | None = None


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of a file: what was done, by whom, when and why; `text` is None where there is none to read."""

    id: str
    deed: str
    text: str | None
    current: bool
    author: str = ""
    approver: str = ""
    at: datetime | None = None
    note: str = ""


def rows(desk: Desk, published: Iterable[Publication]) -> list[EntryRow]:
    """All entries, and those that were retired, by field and title."""
    current = {publication.name: publication for publication in published if publication.name.startswith("entries/")}
    own = {entry_id(name) for name, publication in current.items() if publication.deed == Deed.TEXT}
    found = [_row(desk, entry, own) for entry in desk.knowledge.entries.values()]
    gone = [entry_id(name) for name in current if entry_id(name) not in desk.knowledge.entries]
    found += [_retired(desk.knowledge, key) for key in gone if current[entry_name(key)].deed != Deed.RELEASE]
    return sorted(found, key=lambda row: (row.field, row.title))


def searched(desk: Desk, words: str, among: Sequence[EntryRow], field: str | None) -> list[EntryRow]:
    """The rows that words are about: as people would ask, by what is in the title, by what is cited."""
    by_id = {row.id: row for row in among}
    matches = desk.knowledge.look_up(words, as_of=desk.today, field=field).matches
    keys = [match.entry.id for match in matches]
    wanted = fold(words).strip()
    keys += [row.id for row in among if wanted and wanted in fold(row.title)]
    named = desk.knowledge.documents_named(words)
    keys += [entry.id for document in named for entry in desk.knowledge.entries_citing(document.number)]
    return [by_id[key] for key in dict.fromkeys(keys) if key in by_id]


async def versions(desk: Desk, name: str) -> list[VersionRow]:
    """Every version of a file, the latest first, what the release brings last."""
    published = await desk.tx.drafts.history(name)
    release = text_of(desk.knowledge.release, name)
    found = [await _version(desk, one, release, current=number == 0) for number, one in enumerate(published)]
    if release is not None:
        found.append(VersionRow(RELEASE, RELEASE, release, current=not published))
    return found


def last_text(found: Sequence[VersionRow]) -> str | None:
    """The latest text among versions, also of something that was retired since."""
    return next((version.text for version in found if version.text is not None), None)


def _row(desk: Desk, entry: Entry, own: set[str]) -> EntryRow:
    in_force = desk.knowledge.in_force(entry, desk.today)
    until = desk.knowledge.validity(entry, desk.today).until if in_force else None
    soon = until is not None and until - desk.today <= SOON
    holds = {
        Mark.LAPSED: not in_force,
        Mark.LAPSES: soon,
        Mark.UNCONFIRMED: not entry.confirmed,
        Mark.PROVINCE: entry.id in own,
    }
    marks = tuple(mark for mark, so in holds.items() if so)
    return EntryRow(entry.id, entry.title, entry.field, marks, until if soon else None)


def _retired(knowledge: KnowledgeBase, key: str) -> EntryRow:
    entry = knowledge.release.entries.get(key)
    return EntryRow(key, entry.title if entry else key, key.partition("/")[0], (Mark.RETIRED,))


async def _version(desk: Desk, one: Publication, release: str | None, *, current: bool) -> VersionRow:
    texts: Mapping[str, str | None] = {Deed.TEXT: one.text, Deed.RETIRE: None, Deed.RELEASE: release}
    return VersionRow(
        id=str(one.key),
        deed=one.deed,
        text=texts[one.deed],
        current=current,
        author=await _name(desk, one.author),
        approver=await _name(desk, one.approver),
        at=one.at,
        note="" if one.draft is None else (await desk.tx.drafts.get(one.draft)).note,
    )


async def _name(desk: Desk, person: int | None) -> str:
    return "" if person is None else (await desk.tx.people.get(person)).name


def entry_in(text: str | None, name: str) -> Entry | None:
    """The entry of a text; None where there is none, or it cannot be read."""
    value = None if text is None else value_of(name, text)
    return value if isinstance(value, Entry) else None
