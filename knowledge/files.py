"""Folders of content files: what was read, where it stands, and which later value replaces which."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml

from knowledge.entries import Department, Entry, Field, LegalDocument
from knowledge.parsing import parse_department, parse_document, parse_entry, parse_field
from knowledge.yaml_lines import Notes, Problem, Reading, problem, read_yaml

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Located(Generic[T]):
    """A value and where it was read: `path` for people, `name` within its folder, the line of each key."""

    value: T
    path: str
    name: str
    lines: dict[str, int]

    def fault(self, at: str, rule: str, /, **facts: Any) -> Problem:
        """A fault of this value against a rule, on the line of the key `at` (its first line when it is not there)."""
        return problem(self.path, self.lines.get(at, 1), rule, at=at, **facts)


@dataclass(slots=True)
class Content:
    """All that was read, in the order of reading; a later folder's value replaces an earlier one's."""

    fields: list[Located[Field]] = field(default_factory=list)
    departments: list[Located[Department]] = field(default_factory=list)
    documents: list[Located[LegalDocument]] = field(default_factory=list)
    entries: list[Located[Entry]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_content(*folders: Path) -> Content:
    """Read every file of the folders; faults are collected in `problems`, nothing is raised."""
    content = Content()
    for folder in folders:
        _put_over(content, _read_folder(folder))
    return content


def _read_folder(folder: Path) -> Content:
    content = Content()
    if not folder.is_dir():
        content.problems.append(problem(str(folder), 1, "no_folder"))
        return content
    content.departments += _list(content, folder, "departments.yaml", parse_department)
    content.fields += _list(content, folder, "fields.yaml", parse_field)
    content.documents += _each(content, folder, "documents/**/*.yaml", parse_document)
    content.entries += _each(content, folder, "entries/**/*.md", parse_entry)
    return content


def _put_over(content: Content, later: Content) -> None:
    content.problems += later.problems
    content.fields = _overlay(content.fields, later.fields, lambda value: value.code)
    content.departments = _overlay(content.departments, later.departments, lambda value: value.code)
    content.documents = _overlay(content.documents, later.documents, lambda value: value.number)
    content.entries = _overlay(content.entries, later.entries, lambda value: value.id)


def _overlay(earlier: list[Located[T]], later: list[Located[T]], key: Callable[[T], str]) -> list[Located[T]]:
    replaced = {key(item.value) for item in later}
    return [item for item in earlier if key(item.value) not in replaced] + later


def _each(
    content: Content, folder: Path, pattern: str, read: Callable[[str, Notes, str], T | None]
) -> Iterator[Located[T]]:
    for file in sorted(folder.glob(pattern)):
        notes, name = Notes(str(file)), file.relative_to(folder).as_posix()
        text = _text_of(file, notes)
        value = None if text is None else read(text, notes, name)
        content.problems += notes.problems
        if value is not None:
            yield Located(value, notes.path, name, notes.lines)


def _list(content: Content, folder: Path, name: str, read: Callable[[Reading], T]) -> Iterator[Located[T]]:
    file = folder / name
    if not file.is_file():
        return
    notes = Notes(str(file))
    yield from list_values(_text_of(file, notes) or "", name, notes, read)
    content.problems += notes.problems


def list_values(text: str, name: str, notes: Notes, read: Callable[[Reading], T]) -> Iterator[Located[T]]:
    """The faultless items of a file that is a list (fields.yaml, departments.yaml); `notes` gets the faults."""
    node = read_yaml(text, notes)
    if node is not None and not isinstance(node, yaml.SequenceNode):
        notes.fault(1, "not_list_file")
    for item in node.value if isinstance(node, yaml.SequenceNode) else ():
        reading = Reading(item, notes)
        faults = len(notes.problems)
        value = read(reading)
        reading.done()
        if len(notes.problems) == faults:
            yield Located(value, notes.path, name, {"": item.start_mark.line + 1, **notes.lines})


def _text_of(file: Path, notes: Notes) -> str | None:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        notes.fault(line, "not_utf8", place=error.start)
        return None
