"""Faults of a proposal (lỗi phải sửa) where they belong: the box they are about, and a sentence for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.console.entry_form import box_of
from handlers.examining import Value
from knowledge import KnowledgeBase
from knowledge.entries import Entry
from knowledge.yaml_lines import Problem


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault: its box in the form (empty for none), which line of that box, and its sentence."""

    box: str
    line: int
    rule: str
    facts: dict[str, Any]


def faults_of(knowledge: KnowledgeBase, problems: Iterable[Problem], value: Value | None) -> tuple[Fault, ...]:
    """The faults in the order of the file; another entry is called by its title."""
    return tuple(_fault(knowledge, problem, value) for problem in problems)


def _fault(knowledge: KnowledgeBase, problem: Problem, value: Value | None) -> Fault:
    box = box_of(problem.key, value if isinstance(value, Entry) else None)
    _, _, rest = problem.key.partition(".")
    line = int(rest) + 1 if box in ("asked_as", "citations") and rest.isdecimal() else 0
    facts = dict(problem.facts)
    if facts.get("owner") in knowledge.entries:
        facts["owner"] = knowledge.entries[facts["owner"]].title
    return Fault(box, line, problem.rule, facts)
