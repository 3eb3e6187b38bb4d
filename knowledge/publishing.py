"""What was published at run time, laid over the release (ban hành): the same text as a file, under the same name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from knowledge.base import KnowledgeBase
from knowledge.check import check
from knowledge.entries import Entry, LegalDocument
from knowledge.files import Content, Located
from knowledge.parsing import parse_document, parse_entry
from knowledge.writing import digest, document_name, document_to_text, entry_to_text
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
    retired = [entry_id(version.name) for version in given if version.text is None or version.name in faulty]
    documents = [item.value for item in read.documents if item.path not in faulty]
    return Published(release.publishing(entries, documents=documents, retired=retired), tuple(faults))


def read_versions(versions: Iterable[Version]) -> Content:
    """The values that versions hold; what cannot be read is among the problems."""
    content = Content()
    for version in versions:
        if version.text is not None:
            _read(content, version.name, version.text)
    return content


def faults_among(base: KnowledgeBase, read: Content) -> list[Problem]:
    """What is wrong with values once they stand in the base among all others, in place of those of their id."""
    own = {item.value.id for item in read.entries} | {item.value.number for item in read.documents}
    whole = Content(
        fields=[Located(field, "fields.yaml", "fields.yaml", {}) for field in base.fields.values()],
        departments=[Located(d, "departments.yaml", "departments.yaml", {}) for d in base.departments.values()],
        documents=[_located(d, document_name(d)) for d in base.documents.values() if d.number not in own],
        entries=[_located(e, entry_name(e.id)) for e in base.entries.values() if e.id not in own],
    )
    whole.documents += read.documents
    whole.entries += read.entries
    names = {item.path for item in read.entries} | {item.path for item in read.documents}
    return [fault for fault in check(whole) if fault.path in names]


def text_of(base: KnowledgeBase, name: str) -> str | None:
    """The text of the file of this name as the base has it; None when it has none."""
    if name.startswith("entries/"):
        entry = base.entries.get(entry_id(name))
        return None if entry is None else entry_to_text(entry)
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
    else:
        document = parse_document(text, notes, name)
        if document is not None and not notes.problems:
            content.documents.append(Located(document, name, name, notes.lines))
    content.problems += notes.problems


def _located(value: T, name: str) -> Located[T]:
    return Located(value, name, name, {})
