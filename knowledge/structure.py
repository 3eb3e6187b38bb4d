"""Fields and departments (cơ cấu): those of the release, with the two lists a province has published laid over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from knowledge.base import KnowledgeBase
from knowledge.entries import Department, Entry, Field
from knowledge.files import Content, Located
from knowledge.writing import fields_to_text
from knowledge.yaml_lines import Problem, problem

FIELDS, DEPARTMENTS = "fields.yaml", "departments.yaml"
LISTS = frozenset((FIELDS, DEPARTMENTS))
"""The names under which the two lists are published; laid over any release by code, they are never in conflict."""


@dataclass(frozen=True, slots=True)
class Structure:
    """Fields and departments by code, and the faults of the lists they were read from."""

    fields: Mapping[str, Field]
    departments: Mapping[str, Department]
    problems: tuple[Problem, ...] = ()


def settle(base: KnowledgeBase, read: Content) -> Structure:
    """The fields and departments of a base once the lists among what was read are laid over them.

    A list of departments takes the place of the base's, but what a field or an entry still needs stays, and the list
    has a fault. A field is replaced by code; one that names no words keeps the words of the base, so that a later
    release may improve them; one whose department nobody knows is left as it was, and the list has a fault.
    """
    given = {item.value.code: item.value for item in read.departments}
    fields, problems = _fields(base, read.fields, {**base.departments, **given})
    if not given:
        return Structure(fields, base.departments, tuple(problems))
    entries = {**base.entries, **{item.value.id: item.value for item in read.entries}}
    needed = departments_in_use(fields.values(), entries.values()) - given.keys()
    kept = {code: department for code, department in base.departments.items() if code in needed}
    problems += [problem(DEPARTMENTS, 1, "department_named", code=code) for code in kept]
    return Structure(fields, given | kept, tuple(problems))


def departments_in_use(fields: Iterable[Field], entries: Iterable[Entry]) -> set[str]:
    """Codes of departments that fields or entries name."""
    return {field.department for field in fields} | {entry.department for entry in entries if entry.department}


def province_fields_to_text(fields: Iterable[Field], release: KnowledgeBase) -> str:
    """The file `fields.yaml` as a province publishes it: without words that are the release's."""
    return fields_to_text(
        replace(field, words=()) if _has_words(release.fields.get(field.code), field.words) else field
        for field in fields
    )


def _has_words(field: Field | None, words: tuple[str, ...]) -> bool:
    return field is not None and field.words == words


def _fields(
    base: KnowledgeBase, located: Iterable[Located[Field]], departments: Mapping[str, Department]
) -> tuple[dict[str, Field], list[Problem]]:
    merged, problems = dict(base.fields), []
    for item in located:
        field, former = item.value, base.fields.get(item.value.code)
        if field.department not in departments:
            problems.append(item.fault("", "department_unknown", code=field.department))
            continue
        merged[field.code] = replace(field, words=field.words or (former.words if former else ()))
    return merged, problems
