"""What must hold across files (kiểm tra kho tri thức). Every rule yields its faults; none stops at the first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import TypeVar

from knowledge.entries import Entry, LegalDocument
from knowledge.files import Content, Located
from knowledge.text import phrase_key
from knowledge.validity import stretches_of_entry
from knowledge.writing import document_name
from knowledge.yaml_lines import Problem

T = TypeVar("T")
LEAST_PHRASINGS = 5
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


def check(content: Content, *, reviewed_since: date | None = None) -> list[Problem]:
    """Every fault of the content, those of reading included, by file and line.

    An entry whose `reviewed.on` lies before `reviewed_since` must be looked at again.
    """
    faults = [*content.problems, *_unique(content), *_references(content), *_phrasings(content)]
    documents = {item.value.number: item.value for item in content.documents}
    for document in content.documents:
        faults += _document(document, documents)
    for entry in content.entries:
        faults += [*_entry(entry), *_citations(entry, documents), *_review(entry, reviewed_since)]
    return sorted(set(faults))


def _unique(content: Content) -> Iterator[Problem]:
    yield from _twice(content.fields, lambda field: field.code, "code")
    yield from _twice(content.departments, lambda department: department.code, "code")
    yield from _twice(content.documents, lambda document: document.number, "number")
    yield from _twice(content.entries, lambda entry: entry.id, "id")


def _twice(items: Iterable[Located[T]], key: Callable[[T], str], name: str) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for item in items:
        first = seen.setdefault(key(item.value), item.path)
        if first != item.path:
            yield item.fault(name, f"{key(item.value)} is already in {first}; ids must be unique")


def _references(content: Content) -> Iterator[Problem]:
    departments = {item.value.code for item in content.departments}
    fields = {item.value.code for item in content.fields}
    for field in content.fields:
        if field.value.department not in departments:
            yield field.fault("", f"no department has the code {field.value.department}")
    for entry in content.entries:
        if entry.value.field not in fields:
            yield entry.fault("field", f"no field has the code {entry.value.field}")
        if entry.value.department and entry.value.department not in departments:
            yield entry.fault("department", f"no department has the code {entry.value.department}")


def _phrasings(content: Content) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for entry in content.entries:
        for index, phrasing in enumerate(entry.value.asked_as):
            key = phrase_key(phrasing)
            owner = owners.setdefault(key, entry.value.id)
            if owner != entry.value.id:
                yield entry.fault(f"asked_as.{index}", f"{owner} is already asked as: {phrasing}; make it differ")
            if not key:
                yield entry.fault(f"asked_as.{index}", "this phrasing has no words")


def _entry(entry: Located[Entry]) -> Iterator[Problem]:
    value = entry.value
    if entry.name != f"entries/{value.id}.md":
        yield entry.fault("id", f"the id must be the path: {entry.name.removeprefix('entries/')[:-3]}")
    if value.id.partition("/")[0] != value.field:
        yield entry.fault("field", f"the folder must be the field: {value.field}")
    if len({phrase_key(phrasing) for phrasing in value.asked_as}) < LEAST_PHRASINGS:
        yield entry.fault("asked_as", f"write at least {LEAST_PHRASINGS} different ways of asking")
    if not value.answer:
        yield entry.fault("answer", "write the short answer before the first heading")
    if len(value.answer) > LONGEST_ANSWER:
        yield entry.fault("answer", f"the short answer has {len(value.answer)} letters; {LONGEST_ANSWER} at most")
    yield from _body(entry)


def _body(entry: Located[Entry]) -> Iterator[Problem]:
    if _MARKUP.search(entry.value.answer):
        yield entry.fault("answer", "plain sentences and `- ` lists only: no bold, table, link or HTML")
    for index, section in enumerate(entry.value.sections):
        if section.heading not in HEADINGS:
            yield entry.fault(f"sections.{index}", f"a heading is one of {', '.join(HEADINGS)}")
        if not section.text:
            yield entry.fault(f"sections.{index}", "this section is empty; write it or remove its heading")
        if _MARKUP.search(section.text):
            message = "plain sentences and `- ` lists only: no bold, table, link or HTML"
            yield entry.fault(f"sections.{index}", message)


def _citations(entry: Located[Entry], documents: dict[str, LegalDocument]) -> Iterator[Problem]:
    unknown = False
    for index, citation in enumerate(entry.value.citations):
        if citation.document not in documents:
            unknown = True
            yield entry.fault(f"citations.{index}", f"there is no file for the document {citation.document}")
        if citation.clause and not citation.article:
            yield entry.fault(f"citations.{index}", "a clause needs its article")
    if not entry.value.citations:
        yield entry.fault("citations", "cite at least one document")
    elif not unknown and not stretches_of_entry(entry.value, documents):
        yield entry.fault("citations", "there is no day on which all these citations are in force together")


def _review(entry: Located[Entry], since: date | None) -> Iterator[Problem]:
    review = entry.value.review
    if review and since and review.on < since:
        yield entry.fault("reviewed", f"last reviewed on {review.on}; review it again")
    if review and review.on < entry.value.checked.on - timedelta(days=3650):
        yield entry.fault("reviewed", "the review lies ten years before the check; correct one of the days")


def _document(document: Located[LegalDocument], documents: dict[str, LegalDocument]) -> Iterator[Problem]:
    value = document.value
    if document.name.removesuffix(".yaml").replace(".", "-") != document_name(value).removesuffix(".yaml"):
        yield document.fault("number", f"this document belongs in {document_name(value)}")
    if value.issued and value.issued > value.in_force.since:
        yield document.fault("issued", "issued after its first day in force; correct one of the days")
    if value.in_force.until and value.in_force.until <= value.in_force.since:
        yield document.fault("in_force", "`until` is the first day no longer in force and must lie after `since`")
    yield from _exceptions(document)
    yield from _relations(document, documents)


def _exceptions(document: Located[LegalDocument]) -> Iterator[Problem]:
    for index, exception in enumerate(document.value.exceptions):
        since, until = exception.in_force.since, exception.in_force.until
        if not exception.article:
            yield document.fault(f"exceptions.{index}", "say which article this is about")
        if until and until <= since:
            yield document.fault(f"exceptions.{index}", "`until` must lie after `since`")
        if since < document.value.in_force.since:
            yield document.fault(f"exceptions.{index}", "no article is in force before its document")


def _relations(document: Located[LegalDocument], documents: dict[str, LegalDocument]) -> Iterator[Problem]:
    value = document.value
    for key in ("replaces", "replaced_by", "amends", "amended_by"):
        if value.number in getattr(value, key):
            yield document.fault(key, "a document cannot name itself here")
    for key, opposite in (("replaces", "replaced_by"), ("amends", "amended_by")):
        for number in set(getattr(value, key)) & set(getattr(value, opposite)):
            yield document.fault(key, f"{number} stands under both `{key}` and `{opposite}`")
    if value.number in _successors(value, documents):
        yield document.fault("replaced_by", "following `replaced_by` leads back to this document")


def _successors(document: LegalDocument, documents: dict[str, LegalDocument]) -> set[str]:
    found: set[str] = set()
    waiting = list(document.replaced_by)
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting += documents[number].replaced_by if number in documents else ()
    return found
