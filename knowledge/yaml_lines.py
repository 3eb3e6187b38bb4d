"""YAML read strictly: every value has a line, every fault is noted, nothing is guessed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import yaml

from knowledge.rules import RULES

_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT, _NULL, _DAY = (f"tag:yaml.org,2002:{name}" for name in ("str", "null", "timestamp"))


class Problem(NamedTuple):
    """A fault in the content: the file, the line (from 1), and what to do about it."""

    path: str
    line: int
    message: str
    rule: str = ""
    """Which rule it is against, by its name in `RULES`; `key` is what it is about, `facts` what its blanks hold."""
    key: str = ""
    facts: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def problem(path: str, line: int, rule: str, /, at: str = "", **facts: Any) -> Problem:
    """A fault against a rule, about the key `at`."""
    return Problem(path, line, RULES[rule].format(**facts), rule, at, tuple(sorted(facts.items())))


class ContentError(Exception):
    """The content cannot be served; `problems` names every fault."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(slots=True)
class Notes:
    """What reading one file found out: its faults, and on which line each key stands."""

    path: str
    offset: int = 0
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    def fault(self, line: int, rule: str, /, at: str = "", **facts: Any) -> None:
        self.problems.append(problem(self.path, line, rule, at=at, **facts))


def load_plain(text: str) -> object:
    """The plain value of a text, read by libyaml where it is there; raises yaml.YAMLError when it is not YAML."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - both loaders are the safe ones


def read_yaml(text: str, notes: Notes) -> yaml.Node | None:
    """The node tree of a text; None, with the fault noted, when it is not YAML or empty."""
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 + notes.offset if mark else 1 + notes.offset
        notes.fault(line, "not_yaml", error=getattr(error, "problem", None) or str(error))
        return None
    if node is None:
        notes.fault(1 + notes.offset, "nothing")
    return node


class Reading:
    """One YAML mapping being read: ask for each key by type, then `done()` reports the keys nobody asked for."""

    def __init__(self, node: yaml.Node | None, notes: Notes, at: str = "") -> None:
        self.notes = notes
        self._at = at
        self._line = _line(node, notes) if node else 1 + notes.offset
        self._values: dict[str, yaml.Node] = {}
        self._asked: set[str] = set()
        if isinstance(node, yaml.MappingNode):
            self._collect(node)
        elif node is not None:
            notes.fault(self._line, "not_mapping", at=at)

    def text(self, key: str, *, optional: bool = False) -> str:
        node = self._get(key, optional=optional)
        return "" if node is None else self._string(node, key)

    def texts(self, key: str, *, optional: bool = False) -> tuple[str, ...]:
        nodes = self._items(key, optional=optional)
        return tuple(self._string(node, f"{key}.{index}") for index, node in enumerate(nodes))

    def day(self, key: str, *, nullable: bool = False) -> date:
        """A day written 2026-11-21; `date.min`, with the fault noted, when it cannot be read."""
        return self.day_or_none(key, nullable=nullable) or date.min

    def day_or_none(self, key: str, *, nullable: bool = True) -> date | None:
        node = self._get(key, optional=nullable)
        if node is None or (nullable and node.tag == _NULL):
            return None
        try:
            if node.tag == _DAY:
                return date.fromisoformat(node.value)
        except ValueError:
            pass
        self._fault(node, "day", key)
        return None

    def mapping(self, key: str) -> Reading:
        return Reading(self._get(key), self.notes, self._name(key))

    def mapping_or_none(self, key: str) -> Reading | None:
        node = self._get(key, optional=True)
        return None if node is None else Reading(node, self.notes, self._name(key))

    def mappings(self, key: str, *, optional: bool = False) -> list[Reading]:
        nodes = self._items(key, optional=optional)
        return [Reading(node, self.notes, self._name(f"{key}.{n}")) for n, node in enumerate(nodes)]

    def done(self) -> None:
        for key, node in self._values.items():
            if key not in self._asked:
                self._fault(node, "key_unknown", key)

    def fault(self, at: str, rule: str, /, **facts: Any) -> None:
        node = self._values.get(at)
        self.notes.fault(_line(node, self.notes) if node else self._line, rule, at=self._name(at), **facts)

    def _collect(self, node: yaml.MappingNode) -> None:
        for key_node, value in node.value:
            key = str(key_node.value)
            if key in self._values:
                self._fault(key_node, "key_twice", key)
            self._values[key] = value
            self.notes.lines[self._name(key)] = _line(key_node, self.notes)

    def _get(self, key: str, *, optional: bool = False) -> yaml.Node | None:
        self._asked.add(key)
        node = self._values.get(key)
        if node is None and not optional:
            self.notes.fault(self._line, "key_missing", at=self._name(key), key=key)
        return node

    def _items(self, key: str, *, optional: bool) -> list[yaml.Node]:
        node = self._get(key, optional=optional)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self._fault(node, "not_list", key)
            return []
        for index, item in enumerate(node.value):
            self.notes.lines[self._name(f"{key}.{index}")] = _line(item, self.notes)
        return list(node.value)

    def _string(self, node: yaml.Node, key: str) -> str:
        if isinstance(node, yaml.ScalarNode) and node.tag == _TEXT:
            return str(node.value).strip()
        if isinstance(node, yaml.ScalarNode):
            kind = node.tag.rsplit(":", 1)[-1]
            shown = node.value or "an empty value"
            self._fault(node, "not_text", key, shown=shown, kind=kind)
        else:
            self._fault(node, "not_line", key)
        return ""

    def _name(self, key: str) -> str:
        return f"{self._at}.{key}" if self._at else key

    def _fault(self, node: yaml.Node, rule: str, key: str, **facts: Any) -> None:
        self.notes.fault(_line(node, self.notes), rule, at=self._name(key), key=key, **facts)


def _line(node: yaml.Node, notes: Notes) -> int:
    return int(node.start_mark.line) + 1 + notes.offset
