"""What is true: fields, departments, legal documents, entries, and how they are found. Pure, no clock."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from knowledge.base import KnowledgeBase
from knowledge.check import check
from knowledge.files import Content, read_content
from knowledge.language import load_abbreviations, load_scope
from knowledge.parsing import read_document, read_entry
from knowledge.workdays import Workdays, load_workdays
from knowledge.writing import document_to_text, entry_to_text
from knowledge.yaml_lines import ContentError, Problem

CONTENT = Path(__file__).parent / "content"
"""The content that comes with the package."""

__all__ = [
    "CONTENT",
    "Content",
    "ContentError",
    "KnowledgeBase",
    "Problem",
    "Workdays",
    "check",
    "document_to_text",
    "entry_to_text",
    "load",
    "load_workdays",
    "read_content",
    "read_document",
    "read_entry",
]


def load(*folders: Path, on: date | None = None) -> KnowledgeBase:
    """The knowledge base of the folders (CONTENT when none is named); a later folder's value wins by id.

    Abbreviations and word lists come from the last folder that has them, else from CONTENT. Raises ContentError
    with every fault; with a day `on`, what claims to have been checked after it is one.
    """
    chosen = folders or (CONTENT,)
    content = read_content(*chosen)
    problems = check(content, on=on)
    if problems:
        raise ContentError(tuple(problems))
    return KnowledgeBase(
        fields=[item.value for item in content.fields],
        departments=[item.value for item in content.departments],
        documents=[item.value for item in content.documents],
        entries=[item.value for item in content.entries],
        abbreviations=load_abbreviations(_file("abbreviations.yaml", chosen)),
        scope=load_scope(_file("scope.yaml", chosen)),
    )


def _file(name: str, folders: tuple[Path, ...]) -> Path:
    own = (folder / name for folder in reversed(folders))
    return next((file for file in own if file.is_file()), CONTENT / name)
