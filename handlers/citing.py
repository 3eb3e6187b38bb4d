"""What a specialist may cite (căn cứ của chuyên viên): nothing dead, nothing unknown unless they say so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from handlers.desk import Desk
from handlers.views import source
from knowledge.citing import Cited, cited_in, nearest
from knowledge.days import day_named
from knowledge.entries import Citation, LegalDocument
from knowledge.text import fold
from knowledge.validity import ending_exceptions
from storage.errors import Refusal
from storage.tickets import Ticket

ENDED_WORDS = ("het hieu luc", "bi bai bo", "bi thay the", "khong con hieu luc")
_ENDS = re.compile(
    r"\b(?:thay the|thay cho|bai bo)(?: (?:cho|mot phan|cac))* (?:nghi dinh|nd|bo luat|luat|phap lenh|thong tu|tt"
    r"|nghi quyet|nq|quyet dinh|qd|dieu|khoan)\b"
)
OUTSIDE_WORDS = ("ngoai kho",)


@dataclass(frozen=True, slots=True)
class Sources:
    """What an answer rests on: numbers that the base knows, and those that it cannot check."""

    known: tuple[str, ...]
    outside: tuple[str, ...]


def sources_of(desk: Desk, ticket: Ticket, text: str) -> Sources:
    """The documents that an answer cites. Refuses what is dead, with its successor, and what nobody knows.

    What was in force on the day that the question is about may be cited, too. An answer that says of a document
    that it has ended, or that it is not in the base, is taken at its word.
    """
    cited, ended = cited_in(text, desk.knowledge.documents), says_ended(text)
    outside = any(words in fold(text) for words in OUTSIDE_WORDS)
    for one in cited:
        if one.document is not None and not ended:
            _require_in_force(desk, one, _days(desk, ticket))
        elif one.document is None and not (ended or outside or one.local):
            _require_known(desk, one)
    return Sources(
        known=tuple(dict.fromkeys(one.document.number for one in cited if one.document)),
        outside=tuple(dict.fromkeys(one.written for one in cited if not one.document and (one.certain or one.local))),
    )


def says_ended(text: str) -> bool:
    """Whether an answer says of what it cites that it has ended, or what replaced it."""
    said = fold(text)
    return any(words in said for words in ENDED_WORDS) or _ENDS.search(said) is not None


def successors(desk: Desk, document: LegalDocument, day: date) -> str:
    """What took a document's place: what is in force of it, else the numbers its file gives; empty for none."""
    alive = [found.number for found in desk.knowledge.relations.replacement(document.number, day)]
    return ", ".join(alive or desk.knowledge.relations.successors(document.number))


def _days(desk: Desk, ticket: Ticket) -> list[date]:
    asked_on = ticket.opened_at.astimezone(desk.rules.timezone).date()
    named = day_named(ticket.question, asked_on)
    return [desk.today] if named is None else [desk.today, named]


def _require_in_force(desk: Desk, cited: Cited, days: list[date]) -> None:
    for place in cited.places:
        if not any(desk.knowledge.citation_in_force(place, day) for day in days):
            raise _dead(desk, place)


def _dead(desk: Desk, place: Citation) -> Refusal:
    document, named = desk.knowledge.documents[place.document], source(desk, place)
    enders = ending_exceptions(place, desk.knowledge.documents, desk.today)
    if desk.today < document.in_force.since:
        return Refusal("answer.cites_not_yet", document=named, since=document.in_force.since)
    if document.in_force.covers(desk.today) and enders:
        by, until = enders[0].by, enders[0].in_force.until
        key = "answer.cites_ended_place" if by in ("", document.number) else "answer.cites_repealed_place"
        return Refusal(key, place=named, by=by, until=until)
    successor = successors(desk, document, desk.today)
    key = "answer.cites_replaced" if successor else "answer.cites_dead"
    return Refusal(key, document=document.number, successor=successor)


def _require_known(desk: Desk, cited: Cited) -> None:
    """An unknown number is refused where it can be nothing but a document's, or a slip of one that is known."""
    imported = desk.knowledge.layers.named([cited.mention])
    if not cited.certain or imported:
        return
    near = nearest(cited, desk.knowledge.documents)
    key = "answer.cites_unknown_near" if near else "answer.cites_unknown"
    raise Refusal(key, document=cited.written, near=", ".join(near))
