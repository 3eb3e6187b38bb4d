"""Documents end and begin (văn bản hết hiệu lực, văn bản mới): proposals for their files, from what people type."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from handlers import curation
from handlers.desk import Desk
from handlers.permissions import Act, require
from knowledge.entries import ArticleException, Checked, Interval, LegalDocument
from knowledge.tidying import tidy_line
from knowledge.writing import document_name, document_to_text
from storage.drafts import Draft
from storage.errors import Refusal

_NUMBER = re.compile(r"\d[\w.]*/[\w./-]+")


async def end_document(desk: Desk, number: str, until: date, replaced_by: str, note: str) -> Draft:
    """Propose that a document is in force no more from a day on, and what takes its place, if anything does."""
    document = _known(desk, number)
    later = [_number(desk, text) for text in re.split(r"[,;\n]", replaced_by) if text.strip()]
    ended = replace(
        document,
        in_force=Interval(document.in_force.since, until),
        replaced_by=tuple(dict.fromkeys([*document.replaced_by, *later])),
    )
    return await _propose(desk, ended, note)


async def end_article(desk: Desk, number: str, article: str, clause: str, until: date, by: str, note: str) -> Draft:
    """Propose that an article of a document, or a clause of it, is in force no more from a day on."""
    document = _known(desk, number)
    place = _place(article, "Điều"), _place(clause, "khoản")
    if not place[0]:
        raise Refusal("document_form.article_missing")
    kept = [e for e in document.exceptions if (e.article, e.clause) != place or e.in_force.until is not None]
    life = Interval(document.in_force.since, until)
    ended = ArticleException(*place, life, by=_number(desk, by) if by.strip() else "")
    return await _propose(desk, replace(document, exceptions=(*kept, ended)), note)


async def add_document(desk: Desk, document: LegalDocument, note: str) -> Draft:
    """Propose a document that the knowledge base does not have."""
    require(desk.person, Act.CURATE)
    number = _number(desk, document.number)
    if number in desk.knowledge.documents:
        raise Refusal("document_form.exists", number=number)
    return await curation.propose(desk, document_name(document), document_to_text(document), note=note)


async def _propose(desk: Desk, document: LegalDocument, note: str) -> Draft:
    checked = Checked(desk.today, document.checked.confidence)
    text = document_to_text(replace(document, checked=checked))
    return await curation.propose(desk, document_name(document), text, note=note)


def _known(desk: Desk, number: str) -> LegalDocument:
    require(desk.person, Act.CURATE)
    if number not in desk.knowledge.documents:
        raise Refusal("draft.nothing_there", name=number)
    return desk.knowledge.documents[number]


def _number(desk: Desk, typed: str) -> str:
    """The number as documents have it: of one that is known however it was typed, else as it was typed."""
    named = desk.knowledge.documents_named(typed)
    if len(named) == 1:
        return named[0].number
    text = tidy_line(typed)
    if not _NUMBER.fullmatch(text):
        raise Refusal("document_form.number_wrong", number=text)
    return text


def _place(typed: str, word: str) -> str:
    """ "5" → "Điều 5"."""
    text = tidy_line(typed)
    return f"{word} {text}" if re.fullmatch(r"\d+[a-zđ]?", text) else text
