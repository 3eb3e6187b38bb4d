"""What is known of a proposal (xem xét đề xuất) before anybody decides: its value, its faults, entries like it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from knowledge import KnowledgeBase
from knowledge.entries import Entry, LegalDocument
from knowledge.files import Content
from knowledge.publishing import Version, entry_id, faults_among, read_versions, revision_of, text_of
from knowledge.twins import Twin, twins
from knowledge.writing import document_to_text, entry_to_text
from knowledge.yaml_lines import Problem
from storage.drafts import Deed, Draft

Value = Entry | LegalDocument


@dataclass(frozen=True, slots=True)
class Examination:
    """What is known of a proposed text before anybody decides: its value, its faults, and entries like it."""

    value: Value | None
    problems: tuple[Problem, ...]
    twins: tuple[Twin, ...]
    now: str | None
    """The text that it would replace; None for something new."""
    moved_on: bool
    """Whether that has changed since the proposal was made."""


def examine(knowledge: KnowledgeBase, draft: Draft, day: date) -> Examination:
    """What is known of a proposal on a day."""
    value, problems = read(knowledge, draft, day)
    alike = twins(knowledge, value, day) if isinstance(value, Entry) else ()
    return Examination(value, problems, alike, text_of(knowledge, draft.name), moved_on(knowledge, draft))


def read(knowledge: KnowledgeBase, draft: Draft, day: date) -> tuple[Value | None, tuple[Problem, ...]]:
    """The value of a proposed text and its faults; None and none where the deed brings no text."""
    if draft.deed != Deed.TEXT:
        return None, ()
    content = read_versions([Version(draft.name, draft.text)])
    faults = [*content.problems, *faults_among(knowledge, content, on=day)]
    return _only(content), tuple(dict.fromkeys(faults))


def value_of(name: str, text: str) -> Value | None:
    """The entry or document that a file's text holds; None where it cannot be read."""
    return _only(read_versions([Version(name, text)]))


def canonical(name: str, text: str) -> str:
    """The text as it is written when published; as it is where it cannot be read."""
    value = value_of(name, text)
    if isinstance(value, Entry):
        return entry_to_text(value)
    return text if value is None else document_to_text(value)


def moved_on(knowledge: KnowledgeBase, draft: Draft) -> bool:
    """Whether what it would replace has changed since the proposal was made."""
    return draft.base_revision != revision_of(text_of(knowledge, draft.name))


def title_of(knowledge: KnowledgeBase, draft: Draft) -> str:
    """What people call it: the entry's title, or the file's name where there is none to read."""
    value = value_of(draft.name, draft.text or text_of(knowledge, draft.name) or "")
    if isinstance(value, Entry):
        return value.title
    return entry_id(draft.name) if value is None else value.number


def _only(content: Content) -> Value | None:
    values: list[Value] = [item.value for item in content.entries]
    values += [item.value for item in content.documents]
    return next(iter(values), None)
