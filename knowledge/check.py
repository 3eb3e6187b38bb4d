"""What must hold across files (kiểm tra kho tri thức). Every rule yields its faults; none stops at the first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import TypeVar

from knowledge.check_documents import check_documents
from knowledge.entries import Entry, LegalDocument
from knowledge.files import Content, Located
from knowledge.text import fold, phrase_key
from knowledge.validity import stretches_of_entry
from knowledge.yaml_lines import Problem

T = TypeVar("T")
LEAST_PHRASINGS = 8
LONGEST_ANSWER = 600
HEADINGS = (
    "Điều kiện",
    "Hồ sơ",
    "Các bước",
    "Thời hạn",
    "Lệ phí",
    "Thẩm quyền",
    "Mức hưởng",
    "Chuyển tiếp",
    "Lưu ý",
)
_MARKUP = re.compile(r"\*\*|\]\(|</?[a-zA-Z][^>]*>|^#|^\s*\|", re.MULTILINE)
_PROCEDURE = re.compile(r"\d\.\d{6}(?:\.\d\d)?")
_TELEPHONE = re.compile(r"(?<![\d.,/])(?:\+84|0)(?:[ .-]?\d){9,10}(?!\d)")
_IDENTITY = re.compile(r"(?<![\d.,/])(?:\d{9}|\d{12}|\d{3} \d{3} \d{3}(?: \d{3})?)(?![\d/]|[.,]\d)")


def check(content: Content, *, on: date | None = None, reviewed_since: date | None = None) -> list[Problem]:
    """Every fault of the content, those of reading included, by file and line.

    With a day `on`, what claims to have been checked or reviewed after it is a fault. An entry whose `reviewed.on`
    lies before `reviewed_since` must be looked at again.
    """
    faults = [*content.problems, *_unique(content), *_references(content), *_phrasings(content)]
    faults += check_documents(content.documents)
    documents = {item.value.number: item.value for item in content.documents}
    for entry in content.entries:
        faults += [*_entry(entry), *_citations(entry, documents), *_review(entry, reviewed_since)]
    if on is not None:
        faults += _from_the_future(content, on)
    return sorted(set(faults))


def _unique(content: Content) -> Iterator[Problem]:
    yield from _twice(content.fields, lambda field: field.code, "code")
    yield from _twice(content.departments, lambda department: department.code, "code")
    yield from _twice(content.documents, lambda document: fold(document.number), "number")
    yield from _twice(content.entries, lambda entry: entry.id, "id")


def _twice(items: Iterable[Located[T]], key: Callable[[T], str], name: str) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for item in items:
        first = seen.setdefault(key(item.value), item.path)
        if first != item.path:
            yield item.fault(name, "twice", value=key(item.value), first=first)


def _references(content: Content) -> Iterator[Problem]:
    departments = {item.value.code for item in content.departments}
    fields = {item.value.code for item in content.fields}
    for field in content.fields:
        if field.value.department not in departments:
            yield field.fault("", "department_unknown", code=field.value.department)
    for entry in content.entries:
        if entry.value.field not in fields:
            yield entry.fault("field", "field_unknown", code=entry.value.field)
        if entry.value.department and entry.value.department not in departments:
            yield entry.fault("department", "department_unknown", code=entry.value.department)


def _phrasings(content: Content) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for entry in content.entries:
        for index, phrasing in enumerate(entry.value.asked_as):
            key = phrase_key(phrasing)
            owner = owners.setdefault(key, entry.value.id)
            if owner != entry.value.id:
                yield entry.fault(f"asked_as.{index}", "phrasing_elsewhere", owner=owner, phrasing=phrasing)
            if not key:
                yield entry.fault(f"asked_as.{index}", "phrasing_empty")


def _entry(entry: Located[Entry]) -> Iterator[Problem]:
    value = entry.value
    if entry.name != f"entries/{value.id}.md":
        yield entry.fault("id", "id_not_path", path=entry.name.removeprefix("entries/")[:-3])
    if value.id.partition("/")[0] != value.field:
        yield entry.fault("field", "field_not_folder", field=value.field)
    if len({phrase_key(phrasing) for phrasing in value.asked_as}) < LEAST_PHRASINGS:
        yield entry.fault("asked_as", "phrasings_few", least=LEAST_PHRASINGS)
    if not value.answer:
        yield entry.fault("answer", "answer_missing")
    if len(value.answer) > LONGEST_ANSWER:
        yield entry.fault("answer", "answer_long", count=len(value.answer), most=LONGEST_ANSWER)
    if value.procedure and not _PROCEDURE.fullmatch(value.procedure):
        yield entry.fault("procedure", "procedure_code", code=value.procedure)
    yield from _body(entry)
    yield from _private(entry)


def _private(entry: Located[Entry]) -> Iterator[Problem]:
    """Numbers by which a person can be reached or known do not belong in what everybody reads."""
    value = entry.value
    texts = {"title": value.title, "answer": value.answer}
    texts |= {f"asked_as.{index}": text for index, text in enumerate(value.asked_as)}
    texts |= {f"sections.{index}": section.text for index, section in enumerate(value.sections)}
    for key, text in texts.items():
        found = _TELEPHONE.search(text) or _IDENTITY.search(text)
        if found:
            yield entry.fault(key, "private", found=found.group())


def _body(entry: Located[Entry]) -> Iterator[Problem]:
    if _MARKUP.search(entry.value.answer):
        yield entry.fault("answer", "markup")
    for index, section in enumerate(entry.value.sections):
        if section.heading not in HEADINGS:
            yield entry.fault(f"sections.{index}", "heading_unknown", headings=", ".join(HEADINGS))
        if not section.text:
            yield entry.fault(f"sections.{index}", "section_empty")
        if _MARKUP.search(section.text):
            yield entry.fault(f"sections.{index}", "markup")


def _citations(entry: Located[Entry], documents: dict[str, LegalDocument]) -> Iterator[Problem]:
    unknown = False
    for index, citation in enumerate(entry.value.citations):
        if citation.document not in documents:
            unknown = True
            yield entry.fault(f"citations.{index}", "document_unknown", number=citation.document)
        if citation.clause and not citation.article:
            yield entry.fault(f"citations.{index}", "clause_alone")
    if not entry.value.citations:
        yield entry.fault("citations", "citations_missing")
    elif not unknown and not stretches_of_entry(entry.value, documents):
        yield entry.fault("citations", "citations_never")


def _review(entry: Located[Entry], since: date | None) -> Iterator[Problem]:
    review = entry.value.review
    if review and since and review.on < since:
        yield entry.fault("reviewed", "review_old", on=review.on)
    if review and not phrase_key(review.by):
        yield entry.fault("reviewed", "review_nobody")
    if review and review.on < entry.value.checked.on - timedelta(days=3650):
        yield entry.fault("reviewed", "review_long_ago")


def _from_the_future(content: Content, on: date) -> Iterator[Problem]:
    located: list[Located[Entry] | Located[LegalDocument]] = [*content.documents, *content.entries]
    for item in located:
        day = item.value.checked.on
        if day > on:
            yield item.fault("checked.on", "checked_future", on=day)
    for entry in content.entries:
        if entry.value.review and entry.value.review.on > on:
            yield entry.fault("reviewed.on", "reviewed_future")
