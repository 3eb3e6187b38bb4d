"""Two versions of a file side by side (so sánh hai bản): labelled lines as people read them, and what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from handlers.examining import Value, value_of
from knowledge import KnowledgeBase
from knowledge.entries import ArticleException, Entry, Interval, LegalDocument

AROUND = 2
"""Unchanged lines shown beside a change."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a version: what it is part of, by wording key or by its own heading, and its words."""

    label: str
    text: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a comparison: `added`, `removed`, `same`; or `skipped`, where lines alike are left out."""

    mark: str
    line: Line


def lines_of_text(knowledge: KnowledgeBase, name: str, text: str | None) -> list[Line]:
    """The lines of a file's text; as they stand where it cannot be read."""
    value = None if text is None else value_of(name, text)
    if value is None:
        return [Line("difference.raw", line) for line in (text or "").splitlines()]
    return lines_of(knowledge, value)


def lines_of(knowledge: KnowledgeBase, value: Value) -> list[Line]:
    """The lines of an entry or of a legal document; who confirmed it, and when, is no part of what it says."""
    return list(_entry(knowledge, value) if isinstance(value, Entry) else _document(value))


def difference(former: list[Line], later: list[Line]) -> list[Row]:
    """What was taken out and put in, with a few lines around; empty when nothing was."""
    rows: list[Row] = []
    matcher = SequenceMatcher(a=former, b=later, autojunk=False)
    for group in matcher.get_grouped_opcodes(AROUND):
        for what, a, b, c, d in group:
            if what == "equal":
                rows += [Row("same", line) for line in former[a:b]]
            else:
                rows += [Row("removed", line) for line in former[a:b]]
                rows += [Row("added", line) for line in later[c:d]]
        rows.append(Row("skipped", Line("", "")))
    return rows[:-1]


def _entry(knowledge: KnowledgeBase, entry: Entry) -> Iterator[Line]:
    field, department = knowledge.fields.get(entry.field), knowledge.departments.get(entry.department)
    yield Line("entry_form.title", entry.title)
    yield Line("entry_form.field", field.name if field else entry.field)
    yield from _each("entry_form.asked_as", entry.asked_as)
    yield from _each("entry_form.answer", entry.answer.splitlines())
    for section in entry.sections:
        yield from (Line("", line, section.heading) for line in section.text.splitlines())
    yield from _each(
        "entry_form.citations", (" ".join(_said(c.clause, c.article, c.document)) for c in entry.citations)
    )
    yield from _each("entry_form.procedure", _said(entry.procedure))
    yield from _each("entry_form.department", _said(department.name if department else entry.department))
    yield Line("entry_form.confidence", entry.checked.confidence.value)
    yield Line("entry_form.checked", _day(entry.checked.on))


def _document(document: LegalDocument) -> Iterator[Line]:
    yield Line("document_form.number", document.number)
    yield Line("document_form.kind", document.kind)
    yield Line("document_form.title", document.title)
    yield Line("document_form.issuer", document.issuer)
    yield from _each("document_form.issued", [_day(document.issued)] if document.issued else [])
    yield Line("document_form.in_force", _days(document.in_force))
    for key in ("amends", "amended_by", "replaces", "replaced_by"):
        yield from _each(f"document_form.{key}", getattr(document, key))
    yield from _each("document_form.exceptions", map(_exception, document.exceptions))
    yield Line("document_form.source", document.source)
    yield Line("document_form.confidence", document.checked.confidence.value)
    yield Line("document_form.checked", _day(document.checked.on))
    yield from _each("document_form.note", document.note.splitlines())


def _exception(exception: ArticleException) -> str:
    where = " ".join(_said(exception.clause, exception.article))
    return " · ".join(_said(where, _days(exception.in_force), exception.by, exception.note))


def _each(label: str, texts: Iterable[str]) -> Iterator[Line]:
    return (Line(label, text) for text in texts if text)


def _said(*parts: str) -> list[str]:
    return [part for part in parts if part]


def _days(interval: Interval) -> str:
    return f"{_day(interval.since)} → {_day(interval.until) if interval.until else '…'}"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
