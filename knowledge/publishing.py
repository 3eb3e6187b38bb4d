"""What was published at run time, laid over the release (ban hành): the same text as a file, under the same name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from knowledge.base import KnowledgeBase
from knowledge.check import check
from knowledge.entries import Entry, LegalDocument
from knowledge.files import Content, Located, list_values
from knowledge.parsing import parse_department, parse_document, parse_entry, parse_field
from knowledge.relations import told_both_ways
from knowledge.structure import DEPARTMENTS, FIELDS, settle
from knowledge.writing import (
    departments_to_text,
    digest,
    document_name,
    document_to_text,
    entry_to_text,
    fields_to_text,
)
from knowledge.yaml_lines import Notes, Problem

T = TypeVar("T", Entry, LegalDocument)


@dataclass(frozen=True, slots=True)
class Version:
    """A file of the knowledge base as published: its name within the content, its text; None is retired."""

    name: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Published:
    """The base as it is served, and the faults of what had to be left out of it."""

    base: KnowledgeBase
    problems: tuple[Problem, ...] = ()


def publish(release: KnowledgeBase, versions: Iterable[Version]) -> Published:
    """The release with the versions in place of its own files.

    A version that has become faulty (a new release took away what it cites) is not served, nor is what it
    replaced: saying nothing is better than saying what somebody has corrected.
    """
    given = tuple(versions)
    read = read_versions(given)
    faults = [*read.problems, *faults_among(release, read)]
    faulty = {fault.path for fault in faults}
    entries = [item.value for item in read.entries if item.path not in faulty]
    gone = {version.name for version in given if version.text is None or version.name in faulty}
    retired = [*map(entry_id, gone), *(d.number for d in release.documents.values() if document_name(d) in gone)]
    documents = _changed(release, [item.value for item in read.documents if item.path not in faulty])
    structure = settle(release, read)
    base = release.publishing(
        entries, documents=documents, retired=retired,
        fields=structure.fields.values(), departments=structure.departments.values(),
    )  # fmt: skip
    return Published(base, tuple(faults))


def read_versions(versions: Iterable[Version]) -> Content:
    """The values that versions hold; what cannot be read is among the problems."""
    content = Content()
    for version in versions:
        if version.text is not None:
            _read(content, version.name, version.text)
    return content


def faults_among(base: KnowledgeBase, read: Content, *, on: date | None = None) -> list[Problem]:
    """What is wrong with values once they stand in the base among all others, in place of those of their id.

    With a day `on`, what claims to have been checked after it is a fault.
    """
    own = {item.value.id for item in read.entries} | {item.value.number for item in read.documents}
    structure = settle(base, read)
    together = _together(base, [item.value for item in read.documents])
    whole = Content(
        fields=[Located(field, FIELDS, FIELDS, {}) for field in structure.fields.values()],
        departments=[Located(d, DEPARTMENTS, DEPARTMENTS, {}) for d in structure.departments.values()],
        documents=[_located(d, document_name(d)) for d in together.values() if d.number not in own],
        entries=[_located(e, entry_name(e.id)) for e in base.entries.values() if e.id not in own],
    )
    whole.documents += [replace(item, value=together[item.value.number]) for item in read.documents]
    whole.entries += read.entries
    names = {item.path for item in read.entries} | {item.path for item in read.documents}
    return [*structure.problems, *(fault for fault in check(whole, on=on) if fault.path in names)]


def text_of(base: KnowledgeBase, name: str) -> str | None:
    """The text of the file of this name as the base has it; None when it has none."""
    if name.startswith("entries/"):
        entry = base.entries.get(entry_id(name))
        return None if entry is None else entry_to_text(entry)
    if name == FIELDS:
        return fields_to_text(base.fields.values())
    if name == DEPARTMENTS:
        return departments_to_text(base.departments.values())
    named = (document for document in base.documents.values() if document_name(document) == name)
    return next((document_to_text(document) for document in named), None)


def revision_of(text: str | None) -> str:
    """The fingerprint of a file's text; empty when there is none."""
    return "" if text is None else digest([text])


def entry_id(name: str) -> str:
    """The id of the entry in a file of this name."""
    return name.removeprefix("entries/").removesuffix(".md")


def entry_name(key: str) -> str:
    """The name of the file of an entry."""
    return f"entries/{key}.md"


def _read(content: Content, name: str, text: str) -> None:
    notes = Notes(name)
    if name.startswith("entries/"):
        entry = parse_entry(text, notes, name)
        if entry is not None and not notes.problems:
            content.entries.append(Located(entry, name, name, notes.lines))
    elif name == FIELDS:
        fields = list(list_values(text, name, notes, parse_field))
        content.fields += [] if notes.problems else fields
    elif name == DEPARTMENTS:
        departments = list(list_values(text, name, notes, parse_department))
        content.departments += [] if notes.problems else departments
    else:
        document = parse_document(text, notes, name)
        if document is not None and not notes.problems:
            content.documents.append(Located(document, name, name, notes.lines))
    content.problems += notes.problems


def _together(base: KnowledgeBase, documents: list[LegalDocument]) -> dict[str, LegalDocument]:
    """All documents, each telling of what another tells of it: a file is written by one person at a time."""
    merged = {**base.documents, **{document.number: document for document in documents}}
    return {d.number: d for d in told_both_ways(merged.values())} if documents else merged


def _changed(base: KnowledgeBase, documents: list[LegalDocument]) -> list[LegalDocument]:
    """What the documents change of the base: themselves, and those that now tell of them."""
    return [d for d in _together(base, documents).values() if d != base.documents.get(d.number)]


def _located(value: T, name: str) -> Located[T]:
    return Located(value, name, name, {})
