"""The values of `entries` back into the text of a file, always in the same form, and its fingerprint."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import yaml

from knowledge.entries import (
    ArticleException,
    Checked,
    Citation,
    Confidence,
    Department,
    Entry,
    Field,
    Interval,
    LegalDocument,
)
from knowledge.text import fold

_DUMPER: type[yaml.SafeDumper] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_FINGERPRINT_LENGTH = 16
_YEAR = re.compile(r"/((?:19|20)\d\d)(?:/|$)")


def entry_to_text(entry: Entry) -> str:
    """The file of an entry; `read_entry` of it gives the entry back (but for its path)."""
    sections = "".join(f"\n## {section.heading}\n\n{section.text}\n" for section in entry.sections)
    return f"---\n{_dump(_entry_keys(entry))}---\n\n{entry.answer}\n{sections}"


def document_to_text(document: LegalDocument) -> str:
    """The file of a legal document; `read_document` of it gives the document back."""
    keys = {
        "number": document.number,
        "kind": document.kind,
        "title": document.title,
        "issuer": document.issuer,
        "issued": document.issued,
        "in_force": _interval(document.in_force),
        "amends": list(document.amends),
        "amended_by": list(document.amended_by),
        "replaces": list(document.replaces),
        "replaced_by": list(document.replaced_by),
        "exceptions": [_exception(exception) for exception in document.exceptions],
        "source": document.source,
        "checked": _checked(document.checked),
    }
    return _dump({**keys, "note": document.note} if document.note else keys)


def fields_to_text(fields: Iterable[Field]) -> str:
    """The file `fields.yaml`."""
    return _dump([_said({**_plain(field, "code name department"), "words": [*field.words]}) for field in fields])


def departments_to_text(departments: Iterable[Department]) -> str:
    """The file `departments.yaml`."""
    return _dump([_plain(department, "code name short_name") for department in departments])


def document_name(document: LegalDocument) -> str:
    """Where a document's file lies: documents/2015/123-2015-nd-cp.yaml, by the year in its number or of issue."""
    named = _YEAR.search(document.number)
    year = named.group(1) if named else str((document.issued or document.in_force.since).year)
    return f"documents/{year}/{re.sub('[/.]', '-', fold(document.number))}.yaml"


def fingerprint(entry: Entry) -> str:
    """Sixteen hexadecimal digits that change whenever the entry's text does."""
    return digest([entry_to_text(entry)])


def substance(entry: Entry) -> str:
    """Sixteen hexadecimal digits that change only when what people are told does: not with phrasings or reviews."""
    return fingerprint(replace(entry, asked_as=(), review=None, checked=Checked(date.min, Confidence.A), revision=""))


def digest(texts: Iterable[str]) -> str:
    """Sixteen hexadecimal digits over texts in their order."""
    whole = hashlib.sha256()
    for text in texts:
        whole.update(text.encode() + b"\0")
    return whole.hexdigest()[:_FINGERPRINT_LENGTH]


def _entry_keys(entry: Entry) -> dict[str, Any]:
    review = entry.review
    keys = {
        **_plain(entry, "id title field department procedure"),
        "asked_as": list(entry.asked_as),
        "citations": [_citation(citation) for citation in entry.citations],
        "checked": _checked(entry.checked),
        "reviewed": {"by": review.by, "on": review.on} if review else None,
    }
    return {key: value for key, value in keys.items() if value not in ("", None)}


def _plain(value: object, names: str) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names.split()}


def _said(keys: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in keys.items() if value}


def _citation(citation: Citation) -> dict[str, Any]:
    return _said(_plain(citation, "document article clause"))


def _interval(interval: Interval) -> dict[str, Any]:
    return {"since": interval.since, "until": interval.until}


def _exception(exception: ArticleException) -> dict[str, Any]:
    where = {"article": exception.article, "clause": exception.clause}
    return {**where, **_interval(exception.in_force), "by": exception.by, "note": exception.note}


def _checked(checked: Checked) -> dict[str, Any]:
    return {"on": checked.on, "confidence": str(checked.confidence)}


def _dump(value: object) -> str:
    return str(yaml.dump(value, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=100_000))
