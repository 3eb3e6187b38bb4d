"""What may have to be recalled (cần đính chính): entries that tell something else now, documents that have ended."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from handlers.desk import Desk
from handlers.permissions import Act, require
from handlers.told import Told, outdated, told
from handlers.views import Reader, document_name, source
from knowledge import KnowledgeBase
from knowledge.entries import Citation, LegalDocument
from knowledge.publishing import Version, entry_name, read_versions
from knowledge.reports import lapse_report
from knowledge.validity import ending_exceptions
from storage.errors import Refusal
from storage.recalls import Recall
from storage.told import Edition

LOOK_BACK = timedelta(days=365)
"""How long ago somebody may have been told what is corrected."""
RECENT = timedelta(days=30)
"""How long what has changed or ended stands among the candidates."""
BEFORE_THE_END = timedelta(days=90)
"""How long before a document's end an answer resting on it is presumed to be still in use."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that people were told and is no longer so: an entry, or a document that has ended."""

    entry: str
    document: str
    title: str
    people: int
    since: datetime
    last: datetime


@dataclass(slots=True)
class Ending:
    """A document, or a place in it ("Điều 26 123/2015/NĐ-CP"), that has ended, and what rested on it."""

    place: str
    name: str
    on: date
    successors: tuple[str, ...]
    entries: list[str] = field(default_factory=list)


async def about_entry(
    desk: Desk,
    entry: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    but: frozenset[str] = frozenset(),
) -> Recall:
    """A recall of what an entry used to tell, not yet kept; `but` are revisions left out.

    Refuses when nobody was told anything else than what holds now.
    """
    require(desk.person, Act.CURATE)
    found = [edition for edition in await editions(desk, entry) if edition.revision not in but]
    if not found:
        raise Refusal("recall.nobody")
    now = desk.knowledge.entries[entry] if _served(desk, entry) else None
    return _drawn_up(
        desk,
        entries=[entry],
        titles={entry: await _title(desk, entry)},
        revisions=[edition.revision for edition in found],
        sources=[source(desk, citation) for citation in now.citations] if now else [],
        told_since=since or min(edition.first for edition in found),
        told_until=until or desk.now,
    )


async def about_document(
    desk: Desk, place: str, *, since: datetime | None = None, until: datetime | None = None
) -> Recall:
    """A recall of what rested on a document, or a place in it, that has ended; not yet kept. Refuses another."""
    require(desk.person, Act.CURATE)
    ending = (await asyncio.to_thread(endings, desk.knowledge, desk.today)).get(place)
    if ending is None:
        raise Refusal("recall.not_ended", document=place)
    return _of_ending(desk, ending, since, until)


async def editions(desk: Desk, entry: str) -> list[Edition]:
    """The revisions of an entry that told people what is no longer so; every one, when it is not answered today."""
    found = await desk.tx.told.editions(desk.now - LOOK_BACK, entry)
    return outdated(desk, found) if _served(desk, entry) else found


async def candidates(desk: Desk) -> list[Candidate]:
    """What has lately changed or ended, and people were told otherwise, and nobody has drafted a recall of."""
    require(desk.person, Act.CURATE)
    standing = await desk.tx.recalls.standing(desk.now - LOOK_BACK)
    drawn = [*await _of_changed(desk, standing), *await _of_ended(desk, standing)]
    found = [(recall, await told(desk, recall)) for recall in drawn]
    return [_candidate(recall, people) for recall, people in found if people]


def endings(knowledge: KnowledgeBase, today: date) -> dict[str, Ending]:
    """All that has ended by a day, as a whole or in part, with the entries that are answered no more for it."""
    found = {d.number: _whole(knowledge, d, until) for d in knowledge.documents.values() if (until := _end(d, today))}
    report = lapse_report(knowledge, today)
    for lapse in (*report.ending, *report.gone):
        for reason in lapse.because:
            for ending in _behind(knowledge, reason.citation, today, found):
                ending.entries.append(lapse.entry.id)
    return found


def _behind(knowledge: KnowledgeBase, citation: Citation, today: date, found: dict[str, Ending]) -> list[Ending]:
    """What has ended of what an entry cites: the document, else the places in it that were ended early."""
    if citation.document in found:
        return [found[citation.document]]
    behind = []
    for exception in ending_exceptions(citation, knowledge.documents, today):
        until, reader = exception.in_force.until, Reader(knowledge, today)
        place = " ".join(part for part in (exception.clause, exception.article, citation.document) if part)
        name = source(reader, Citation(citation.document, exception.article, exception.clause))
        by = (exception.by,) if exception.by not in ("", citation.document) else ()
        behind.append(found.setdefault(place, Ending(place, name, until or today, by)))
    return behind


def _whole(knowledge: KnowledgeBase, document: LegalDocument, until: date) -> Ending:
    alive = tuple(found.number for found in knowledge.relations.replacement(document.number, until))
    successors = alive or knowledge.relations.successors(document.number)
    return Ending(document.number, document_name(document), until, successors)


def _end(document: LegalDocument, today: date) -> date | None:
    until = document.in_force.until
    return until if until is not None and until <= today else None


async def _of_changed(desk: Desk, standing: list[Recall]) -> list[Recall]:
    """Entries that tell something else than they did, changed lately or told lately, and not recalled since."""
    published = {version.name: version.at for version in await desk.tx.drafts.current()}
    drawn = []
    for entry, found in groupby(await desk.tx.told.editions(desk.now - LOOK_BACK), key=lambda one: one.entry):
        changed = published.get(entry_name(entry))
        left = {one.revision: one for one in outdated(desk, found) if not _covered(one, changed, standing)}
        moments = [one.last for one in left.values()] + ([changed] if changed else [])
        if left and max(moments) >= desk.now - RECENT:
            but = {one.revision for one in await editions(desk, entry)} - left.keys()
            drawn.append(await about_entry(desk, entry, but=frozenset(but)))
    return drawn


def _covered(edition: Edition, changed: datetime | None, standing: list[Recall]) -> bool:
    """Whether a recall made since the entry last changed reaches everybody who was told this revision."""
    return any(
        edition.entry in recall.entries
        and edition.last < recall.told_until
        and (not recall.revisions or edition.revision in recall.revisions)
        and (changed is None or recall.created_at >= changed)
        for recall in standing
    )


async def _of_ended(desk: Desk, standing: list[Recall]) -> list[Recall]:
    """Documents that have lately ended, as a whole or in part, and are not recalled yet."""
    known = {(recall.ended, recall.ended_on) for recall in standing}
    found = await asyncio.to_thread(endings, desk.knowledge, desk.today)
    lately = [ending for ending in found.values() if ending.on > desk.today - RECENT]
    return [_of_ending(desk, ending) for ending in lately if (ending.place, ending.on) not in known]


def _of_ending(desk: Desk, ending: Ending, since: datetime | None = None, until: datetime | None = None) -> Recall:
    entries = sorted(set(ending.entries))
    documents = [(number, desk.knowledge.documents.get(number)) for number in ending.successors]
    return _drawn_up(
        desk,
        entries=entries,
        titles={ending.place: ending.name} | {key: desk.knowledge.entries[key].title for key in entries},
        ended=ending.place,
        ended_on=ending.on,
        sources=[document_name(document) if document else number for number, document in documents],
        told_since=since or _morning(desk, ending.on) - BEFORE_THE_END,
        told_until=until or desk.now,
    )


def _drawn_up(desk: Desk, **about: Any) -> Recall:
    me = desk.person.key
    return Recall(**about, text="", reason="", author=me, editor=me, created_at=desk.now)


def _served(desk: Desk, entry: str) -> bool:
    now = desk.knowledge.entries.get(entry)
    return now is not None and desk.knowledge.in_force(now, desk.today)


async def _title(desk: Desk, entry: str) -> str:
    """The entry's title as people know it, also of one that was taken away."""
    now = desk.knowledge.entries.get(entry) or desk.knowledge.release.entries.get(entry)
    if now is not None:
        return now.title
    history = await desk.tx.drafts.history(entry_name(entry))
    read = read_versions([Version(former.name, former.text) for former in history if former.text])
    return next((item.value.title for item in read.entries), entry)


def _candidate(recall: Recall, people: list[Told]) -> Candidate:
    moments = [thing.at for one in people for thing in one.things]
    entry = "" if recall.ended else recall.entries[0]
    title = recall.titles[recall.ended or entry]
    return Candidate(entry, recall.ended, title, len(people), min(moments), max(moments))


def _morning(desk: Desk, day: date) -> datetime:
    return datetime.combine(day, time(), desk.rules.timezone).astimezone(UTC)
