"""Sources of the imported layers (căn cứ nhập): shown as what may bear on a question, read, cited; never an answer."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import asdict
from itertools import accumulate
from typing import Any

from handlers.commands import Command
from handlers.desk import Desk, Turn
from handlers.permissions import Act, may, require
from handlers.turn import Choice, Paragraph
from handlers.views import standing
from knowledge import KnowledgeBase
from knowledge.entries import Entry, Finding, Related
from storage.errors import Refusal
from storage.imports import ImportedArticle, ImportedDocument, ImportedProcedure
from storage.journal import Exchange
from storage.tickets import AT_WORK, Ticket

LONGEST_SHOWN = 6000
"""Characters of an article in a chat; some run to thirty pages."""
LONGEST_LIST = 3000
"""Characters of a dossier or a legal basis in a chat."""
MOST_TO_CITE_IN = 3
MOST_NAMED = 8
"""Of the documents that bear a number, the youngest; with the year there is hardly more than one."""
_TOLD = (
    ("procedure.time", "time"),
    ("procedure.fee", "fee"),
    ("procedure.dossier", "dossier"),
    ("procedure.legal_basis", "legal_basis"),
)
"""What is told of a procedure where the catalogue says it, and in which words."""


def rows(related: Iterable[Related]) -> list[dict[str, Any]]:
    """As an exchange keeps them."""
    return [asdict(one) for one in related]


def paragraphs(related: Sequence[Related]) -> list[Paragraph]:
    """What may bear on the question, said to be no answer; nothing when there is nothing."""
    return [Paragraph("related.list", {"items": [_line(one) for one in related]})] if related else []


def to_read(related: Iterable[Related]) -> list[Choice]:
    """One tap to read each."""
    return [Choice(f"{one.kind}:{one.key}", "choice.read", {"source": name_of(one)}) for one in related]


def to_cite(ticket: Ticket, related: Iterable[Related]) -> list[Choice]:
    """One tap to put each under the answer to a ticket."""
    return [
        Choice(f"cite:{ticket.id}:{one.kind}:{one.key}", "choice.cite", {"source": name_of(one)})
        for one in related
        if name_of(one) not in ticket.cited
    ]


def name_of(one: Related) -> str:
    """A source as people write it: "Điều 9 154/2025/NĐ-CP", "thủ tục 1.001193"."""
    return f"{one.article} {one.number}" if one.kind == "article" else f"TTHC {one.number}"


def kept(desk: Desk, exchange: Exchange) -> list[Related]:
    """What was found for an exchange and is not dead today."""
    found = [Related(**row) for row in exchange.related]
    return [one for one in found if one.kind == "procedure" or _alive(desk, one)]


async def of_ticket(desk: Desk, ticket: Ticket) -> list[Related]:
    """What goes along with a ticket."""
    exchange = None if ticket.exchange is None else await desk.tx.journal.get(ticket.exchange)
    return kept(desk, exchange) if exchange else []


async def show_documents(turn: Turn, numbers: Sequence[str]) -> None:
    """Documents of which nothing but their articles is known."""
    await turn.reply("browse.imported", items=titles(turn.knowledge, numbers[:MOST_NAMED]))


def titles(knowledge: KnowledgeBase, numbers: Iterable[str]) -> list[str]:
    """Imported documents in a line each."""
    texts = (knowledge.layers.documents[number] for number in numbers)
    return [f"{text.number}: {text.title}" for text in texts]


async def show_named(turn: Turn, finding: Finding, offered: Sequence[tuple[Choice, str]]) -> None:
    """The article or procedure that a message names by number, with the entries about it among those offered.

    Which one, where it may be several, or where an entry is about a procedure: what is curated comes first.
    """
    one, *others = finding.named
    numbers = {one.number, *(document.number for document in finding.documents), *(other.number for other in others)}
    curated = [choice for choice, key in offered if _is_about(turn.knowledge.entries[key], numbers)]
    alone = numbers == {one.number} and not others
    if alone and one.kind == "article":
        await _show_article(turn, one.key, curated)
    elif alone and not curated:
        await _show_procedure(turn, one.key)
    else:
        await turn.reply("browse.named", choices=[*curated, *map(_by_title, finding.named[:MOST_NAMED])])


def _is_about(entry: Entry, numbers: Container[str]) -> bool:
    """Whether an entry answers for one of the procedures, or rests on one of the documents."""
    return entry.procedure in numbers or any(citation.document in numbers for citation in entry.citations)


def _by_title(one: Related) -> Choice:
    return Choice(f"{one.kind}:{one.key}", "choice.document", {"document": name_of(one), "title": one.title})


async def article(turn: Turn, command: Command) -> None:
    """ "article:345": one imported article with its validity."""
    require(turn.person, Act.ASK)
    await _show_article(turn, command.about[0] if command.about else "")


async def procedure(turn: Turn, command: Command) -> None:
    """ "procedure:1.001193": one imported procedure."""
    require(turn.person, Act.ASK)
    await _show_procedure(turn, command.about[0] if command.about else "")


async def cite(turn: Turn, command: Command) -> None:
    """ "cite:12:article:345": the source goes under the answer to come, which is asked for next."""
    ticket = await turn.tx.tickets.get(command.number)
    source = await pick(turn, ticket, ":".join(command.about[1:]))
    turn.conversation.wait_for("answer", at=turn.now, number=ticket.id)
    await turn.reply("cite.done", ticket=ticket.id, number=ticket.id, source=source)


async def pick_for(desk: Desk, number: int, place: str) -> Ticket:
    """The same from a form."""
    ticket = await desk.tx.tickets.get(number)
    await pick(desk, ticket, place)
    return ticket


async def pick(desk: Desk, ticket: Ticket, place: str) -> str:
    """Put a source ("article:345") under the answer to come; refuses what is not in force today. Returns its name."""
    require(desk.person, Act.ANSWER, ticket)
    kind, _, key = place.partition(":")
    if kind == "procedure":
        name = f"TTHC {(await _procedure(desk, key)).code}"
    elif kind != "article":
        raise Refusal("browse.unknown")
    else:
        document, found = await _article(desk, key)
        name = f"{_named(found)} {document.number}"
        if _stands(desk, document, found) is False:
            raise Refusal("article.ended", article=_named(found), document=document.number, day=desk.today)
    ticket.cite(name, by=desk.person.key, at=desk.now)
    return name


async def _show_article(turn: Turn, key: str, curated: Sequence[Choice] = ()) -> None:
    document, found = await _article(turn, key)
    await turn.reply(
        "article.imported",
        article=_named(found),
        heading=found.heading,
        document=document.number,
        title=document.title,
        text=_cut(found.text),
        more=[*_standing(turn, document, found), Paragraph("article.not_curated")],
        choices=[*curated, *await _cite_choices(turn, f"article:{key}")],
    )


async def _show_procedure(turn: Turn, code: str) -> None:
    found = await _procedure(turn, code)
    imported = (await turn.tx.imports.run(found.run)).at.astimezone(turn.rules.timezone).date()
    told = [Paragraph(key, {name: _short(value)}) for key, name in _TOLD if (value := found.detail.get(name))]
    await turn.reply(
        "procedure.imported",
        code=found.code,
        name=found.name,
        more=[*told, Paragraph("procedure.not_curated", {"day": imported})],
        choices=await _cite_choices(turn, f"procedure:{code}"),
    )


async def _cite_choices(turn: Turn, place: str) -> list[Choice]:
    """Where a specialist who reads it may cite it: the tickets they hold."""
    held = await turn.tx.tickets.held_by(turn.person.key, limit=MOST_TO_CITE_IN)
    return [
        Choice(f"cite:{ticket.id}:{place}", "choice.cite_in", {"number": ticket.id})
        for ticket in held
        if ticket.status in AT_WORK and may(turn.person, Act.ANSWER, ticket)
    ]


async def _article(desk: Desk, key: str) -> tuple[ImportedDocument, ImportedArticle]:
    found = await desk.tx.imports.article(int(key)) if key.isascii() and key.isdigit() and len(key) < 10 else None
    if found is None:
        raise Refusal("browse.unknown")
    return found


async def _procedure(desk: Desk, code: str) -> ImportedProcedure:
    found = await desk.tx.imports.procedure(code)
    if found is None:
        raise Refusal("browse.unknown")
    return found


def _alive(desk: Desk, one: Related) -> bool:
    head = desk.knowledge.layers.article(one.number, one.article.removeprefix("Điều "))
    return head is None or desk.knowledge.layers.standing(head, desk.today, desk.knowledge) is not False


def _stands(desk: Desk, document: ImportedDocument, found: ImportedArticle) -> bool | None:
    head = desk.knowledge.layers.article(document.number, found.number)
    return None if head is None else desk.knowledge.layers.standing(head, desk.today, desk.knowledge)


def _standing(turn: Turn, document: ImportedDocument, found: ImportedArticle) -> list[Paragraph]:
    """Whether it is in force today: the document by the knowledge base, and the article by itself."""
    known = turn.knowledge.documents.get(document.number)
    stands = _stands(turn, document, found)
    article = {"article": _named(found), "document": document.number, "day": turn.today}
    ended = [Paragraph("article.ended", article)] if stands is False else []
    if known is not None:
        return [standing(turn.today, known), *ended]
    return ended or [Paragraph("article.in_force" if stands else "article.unknown_force", article)]


def _named(found: ImportedArticle) -> str:
    return f"Điều {found.number}"


def _line(one: Related) -> str:
    return f"{name_of(one)}: {one.title}"


def _short(told: str | list[str]) -> str | list[str]:
    """What the catalogue says, a list cut between its items."""
    if isinstance(told, str):
        return _cut(told)
    ends = accumulate(map(len, told))
    shown = [_cut(item) for item, end in zip(told, ends, strict=True) if end <= LONGEST_LIST] or [_cut(told[0])]
    return shown if len(shown) == len(told) else [*shown, "…"]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN].rsplit("\n", 1)[0] + "\n…"
