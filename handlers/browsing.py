"""Browsing (tra cứu): by field, by document number."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from handlers import told
from handlers.commands import Command
from handlers.desk import Turn
from handlers.permissions import Act, require
from handlers.turn import Choice
from handlers.views import document_name, entry_paragraphs, history, standing
from knowledge.entries import Entry, LegalDocument
from storage.errors import Refusal
from storage.journal import Exchange

PAGE = 8
BROWSED = "browsed"
"""Instead of a decision, in an exchange that no question began."""


def handle(name: str) -> str:
    """A short stable name for an entry or document, fit for a button."""
    return hashlib.sha256(name.encode()).hexdigest()[:12]


async def fields(turn: Turn, command: Command) -> None:
    """The fields there is something about today."""
    require(turn.person, Act.ASK)
    choices = [
        Choice(f"field:{code}", "choice.field", {"field": field.name, "count": len(entries)})
        for code, field in turn.knowledge.fields.items()
        if (entries := turn.knowledge.entries_in(code, turn.today))
    ]
    await turn.reply("browse.fields", choices=choices)


async def field(turn: Turn, command: Command) -> None:
    """The entries of one field, a page at a time."""
    require(turn.person, Act.ASK)
    known = turn.knowledge.fields.get(command.about[0] if command.about else "")
    if known is None:
        raise Refusal("browse.unknown")
    page = command.part(1)
    entries = turn.knowledge.entries_in(known.code, turn.today)
    choices = _titles(entries[page * PAGE : (page + 1) * PAGE])
    if len(entries) > (page + 1) * PAGE:
        choices.append(Choice(f"field:{known.code}:{page + 1}", "choice.more"))
    await turn.reply("browse.field", field=known.name, count=len(entries), choices=choices)


async def entry(turn: Turn, command: Command) -> None:
    """One entry, found by browsing."""
    require(turn.person, Act.ASK)
    wanted = command.about[0] if command.about else ""
    found = next((e for e in turn.knowledge.entries.values() if handle(e.id) == wanted), None)
    if found is None or not turn.knowledge.in_force(found, turn.today):
        raise Refusal("answer.no_longer_valid")
    told.note(turn, await _write_down(turn, found), found)
    await turn.reply("answer.entry", title=found.title, body=found.answer, more=entry_paragraphs(turn, found))


async def _write_down(turn: Turn, entry: Entry) -> Exchange:
    """Nobody asked, and yet they were told: the journal must know."""
    return await turn.tx.journal.record(
        Exchange(
            person=turn.person.key,
            conversation=turn.conversation.key,
            incoming=turn.incoming.id,
            question=entry.title,
            as_of=turn.today,
            decision=BROWSED,
            confidence=1.0,
            field=entry.field,
            matches=[{"entry": entry.id, "revision": entry.revision, "score": 1.0}],
            knowledge=turn.knowledge.revision,
            at=turn.now,
        )
    )


async def document(turn: Turn, command: Command) -> None:
    """One legal document, chosen from several."""
    require(turn.person, Act.ASK)
    wanted = command.about[0] if command.about else ""
    found = [d for d in turn.knowledge.documents.values() if handle(d.number) == wanted]
    if not found:
        raise Refusal("browse.unknown")
    await show_documents(turn, found)


async def show_documents(turn: Turn, documents: Sequence[LegalDocument]) -> None:
    """A document with its validity and the entries that rest on it; several: which one."""
    if len(documents) > 1:
        choices = [
            Choice(f"document:{handle(d.number)}", "choice.document", {"document": document_name(d), "title": d.title})
            for d in documents[:PAGE]
        ]
        await turn.reply("browse.documents", choices=choices)
        return
    found = documents[0]
    entries = turn.knowledge.entries_citing(found.number, turn.today)
    await turn.reply(
        "browse.document" if entries else "browse.document_alone",
        document=document_name(found),
        title=found.title,
        issuer=found.issuer,
        more=[standing(turn.today, found), *history(turn, found)],
        choices=_titles(entries[:PAGE]),
    )


def _titles(entries: Iterable[Entry]) -> list[Choice]:
    return [Choice(f"entry:{handle(e.id)}", "choice.entry", {"title": e.title}) for e in entries]
