"""Which wording keys the code uses, read from the code itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from handlers.permissions import Act
from knowledge import scope
from knowledge.importing.faults import Fault
from storage.drafts import DraftStatus
from storage.tickets import Status
from tests.test_architecture import ROOT, sources, tracked

_KEY = re.compile(r"[a-z_-]+(\.[a-z0-9_-]+)+")
_IN_A_TEMPLATE = re.compile(r"""["']([a-z_-]+\.[a-z0-9_.-]*)["']""")
_KEY_PLACE = {"reply": 0, "tell": 1, "Refusal": 0, "Paragraph": 0, "Choice": 1}
_NOT_FACTS = {"choices", "more", "ticket", "attachments", "priority", "awaits", "prefer", "once"}
"""Keyword arguments of reply and tell that fill no blank."""


_FILES = (".css", ".html", ".js")
"""Names of files look like keys, too."""


@dataclass(frozen=True, slots=True)
class Use:
    """A sentence asked for with the facts spelled out at the same place."""

    where: str
    key: str
    facts: frozenset[str]


def literals(first_words: set[str]) -> set[str]:
    """String literals that look like keys and begin with one of the words; columns and audit acts do not count."""
    found: set[str] = set()
    for tree in _trees("bot", "handlers", "storage").values():
        other = {id(node) for part in ast.walk(tree) for node in _no_keys(part)}
        found |= {text for node, text in _strings(tree) if id(node) not in other and _KEY.fullmatch(text)}
    found |= {text for text in _template_texts() if _KEY.fullmatch(text)}
    return {key for key in found if key.partition(".")[0] in first_words and not key.endswith(_FILES)}


def composed() -> dict[str, set[str]]:
    """Keys put together while running, by their family: `f"{family}.{…}"`."""
    return {
        "smalltalk": set(scope._TOPICS),
        "refusal": _refusal_topics(),
        "permission": {act.value for act in Act},
        "status": {status.value for status in Status},
        "import_fault": {fault.value for fault in Fault},
        "draft_status": {status.value for status in DraftStatus},
        "await": {verb.replace("-", "_") for verb in _constants_in_calls("_left_to_say", 2)},
    }


def empty_lists() -> set[str]:
    """`f"{key}_empty"`: what is said instead of a list without rows."""
    return {f"{key}_empty" for key in _constants_in_calls("_list", 2)}


def families_in_templates() -> set[str]:
    """The families of keys that the console's pages put together: `"console.event." ~ …`."""
    return {text.removesuffix(".") for text in _template_texts() if text.endswith(".")}


def composed_families() -> set[str]:
    """The first words of all f-strings in the code that look like the beginning of a key."""
    beginnings = {
        text
        for tree in _trees("bot", "handlers", "storage").values()
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for _, text in _strings(node.values[0])
    }
    return {text.removesuffix(".") for text in beginnings if re.fullmatch(r"([a-z_]+\.)+", text)}


def uses() -> Iterator[Use]:
    """Every place where both the key and all facts are spelled out."""
    for path, tree in _trees("bot", "handlers", "storage").items():
        for call in _calls(tree):
            place = _KEY_PLACE.get(_name(call))
            if place is None or len(call.args) <= place or any(word.arg is None for word in call.keywords):
                continue
            facts = _facts(call, place)
            if facts is not None:
                where = f"{path.relative_to(ROOT)}:{call.lineno}"
                yield from (Use(where, key, facts) for key in _alternatives(call.args[place]))


def _facts(call: ast.Call, place: int) -> frozenset[str] | None:
    if _name(call) not in ("Paragraph", "Choice"):
        return frozenset(word.arg for word in call.keywords if word.arg) - _NOT_FACTS
    if len(call.args) <= place + 1:
        return frozenset()
    given = call.args[place + 1]
    return frozenset(_dict_keys(given)) if isinstance(given, ast.Dict) and None not in given.keys else None


def _dict_keys(given: ast.Dict) -> Iterator[str]:
    return (str(key.value) for key in given.keys if isinstance(key, ast.Constant))


def _alternatives(key: ast.expr) -> list[str]:
    """One key, or the two of `a if … else b`."""
    if isinstance(key, ast.IfExp):
        return [*_alternatives(key.body), *_alternatives(key.orelse)]
    return [key.value] if isinstance(key, ast.Constant) and isinstance(key.value, str) else []


def _refusal_topics() -> set[str]:
    """What `Scope._refusal` returns, and the topics that the look-up adds."""
    nodes = [node for tree in _trees("knowledge").values() for node in ast.walk(tree)]
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef) and node.name == "_refusal"]
    places: list[ast.AST] = [part for it in functions for part in ast.walk(it) if isinstance(part, ast.Return)]
    places += [node for node in nodes if isinstance(node, ast.keyword) and node.arg == "topic"]
    places += [node for node in nodes if isinstance(node, ast.Tuple) and _is_refusal(node)]
    return {text for place in places for _, text in _strings(place)} - {""}


def _is_refusal(pair: ast.Tuple) -> bool:
    return bool(pair.elts) and ast.unparse(pair.elts[0]) == "Decision.REFUSE"


def _constants_in_calls(function: str, place: int) -> set[str]:
    calls = [call for tree in _trees("handlers").values() for call in _calls(tree) if _name(call) == function]
    return {text for call in calls for _, text in _strings(call.args[place])}


def _template_texts() -> set[str]:
    pages = tracked("bot/**/templates/*.html")
    return {text for page in pages for text in _IN_A_TEMPLATE.findall(page.read_text("utf-8"))}


def _no_keys(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.keyword) and node.arg == "foreign_key":
        yield node.value
    elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("audit.write"):
        yield node.args[0]


def _strings(tree: ast.AST) -> Iterator[tuple[ast.Constant, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node, node.value


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _name(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


@cache
def _trees(*packages: str) -> dict[Path, ast.Module]:
    paths = [path for path in sources() if path.relative_to(ROOT).parts[0] in packages]
    return {path: ast.parse(path.read_text("utf-8")) for path in paths}
