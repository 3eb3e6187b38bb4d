"""What must hold of legal documents (kiểm tra văn bản): their days, exceptions, and relations to one another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from knowledge.entries import ArticleException, LegalDocument
from knowledge.files import Located
from knowledge.relations import Kind, Relations
from knowledge.writing import document_name
from knowledge.yaml_lines import Problem

_YEAR = re.compile(r"/((?:19|20)\d\d)(?:/|$)")
_OPPOSITE = {"replaces": "replaced_by", "amends": "amended_by", "replaced_by": "replaces", "amended_by": "amends"}
_CIRCLES = {"replaced_by": (Kind.REPLACES,), "amended_by": (Kind.AMENDS, Kind.CUTS)}

Documents = Mapping[str, LegalDocument]


def check_documents(documents: list[Located[LegalDocument]]) -> Iterator[Problem]:
    """Every fault of the documents, by file and line."""
    known = {item.value.number: item.value for item in documents}
    relations = Relations(known.values())
    for document in documents:
        yield from _days(document)
        yield from _exceptions(document, known)
        yield from _named(document)
        yield from _in_order(document, known)
        yield from _both_ways(document, known)
        yield from _ended(document, known)
        yield from _circles(document, relations)


def _days(document: Located[LegalDocument]) -> Iterator[Problem]:
    value, name = document.value, document_name(document.value)
    if document.name.removesuffix(".yaml").replace(".", "-") != name.removesuffix(".yaml"):
        yield document.fault("number", "document_place", name=name)
    if value.issued and value.issued > value.in_force.since:
        yield document.fault("issued", "issued_late")
    if value.in_force.until and value.in_force.until <= value.in_force.since:
        yield document.fault("in_force", "until_early")


def _exceptions(document: Located[LegalDocument], known: Documents) -> Iterator[Problem]:
    for index, exception in enumerate(document.value.exceptions):
        for rule in _life(exception, document.value):
            yield document.fault(f"exceptions.{index}", rule)
        for rule in _author(exception, document.value, known):
            yield document.fault(f"exceptions.{index}", rule, number=exception.by)


def _life(exception: ArticleException, document: LegalDocument) -> Iterator[str]:
    since, until = exception.in_force.since, exception.in_force.until
    if not exception.article:
        yield "exception_article"
    if until and until <= since:
        yield "exception_until"
    if since < document.in_force.since:
        yield "exception_before"
    if document.in_force.until and since >= document.in_force.until:
        yield "exception_after"


def _author(exception: ArticleException, document: LegalDocument, known: Documents) -> Iterator[str]:
    if exception.by in ("", document.number):
        return
    if exception.by not in known:
        yield "document_unknown"
    elif _older(exception.by, document.number, known):
        yield "exception_older"


def _named(document: Located[LegalDocument]) -> Iterator[Problem]:
    value = document.value
    for key, opposite in _OPPOSITE.items():
        if value.number in getattr(value, key):
            yield document.fault(key, "self_named")
        if key in ("replaces", "amends"):
            for number in sorted(set(getattr(value, key)) & set(getattr(value, opposite))):
                yield document.fault(key, "both_sides", number=number, key=key, opposite=opposite)


def _in_order(document: Located[LegalDocument], known: Documents) -> Iterator[Problem]:
    own = document.value.number
    for key in ("replaced_by", "amended_by"):
        for number in getattr(document.value, key):
            if _older(number, own, known):
                yield document.fault(key, "older", number=number, key=key)
    for key in ("replaces", "amends"):
        for number in getattr(document.value, key):
            if _older(own, number, known):
                yield document.fault(key, "younger", number=number, key=key)


def _both_ways(document: Located[LegalDocument], known: Documents) -> Iterator[Problem]:
    for key, opposite in _OPPOSITE.items():
        for number in getattr(document.value, key):
            if number in known and document.value.number not in getattr(known[number], opposite):
                yield document.fault(key, "one_sided", number=number, opposite=opposite)


def _ended(document: Located[LegalDocument], known: Documents) -> Iterator[Problem]:
    """Whoever takes a document's place has a first day, so the document has a last one."""
    if document.value.in_force.until is None:
        for number in document.value.replaced_by:
            if number in known:
                since = known[number].in_force.since
                yield document.fault("replaced_by", "until_missing", number=number, since=since)


def _circles(document: Located[LegalDocument], relations: Relations) -> Iterator[Problem]:
    for key, kinds in _CIRCLES.items():
        if relations.in_a_circle(document.value.number, *kinds):
            at = next(name for name in (key, _OPPOSITE[key], "exceptions") if getattr(document.value, name))
            yield document.fault(at, "circle", key=key)


def _older(number: str, than: str, known: Documents) -> bool:
    """Whether one was issued before the other, as far as their files or at least their numbers tell."""
    one, other = _born(number, known), _born(than, known)
    return one is not None and other is not None and max(one) < min(other)


def _born(number: str, known: Documents) -> tuple[date, date] | None:
    """The first and the last day on which it can have been issued."""
    document, year = known.get(number), _YEAR.search(number)
    if document and document.issued:
        return document.issued, document.issued
    return (date(int(year[1]), 1, 1), date(int(year[1]), 12, 31)) if year else None
