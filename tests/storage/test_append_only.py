"""Rows that tell what happened are only ever added: storage has no word for deleting, nor for changing in bulk."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import storage
from storage.audit import AuditLine
from storage.journal import Exchange, ExchangeNote
from storage.ticket_events import TicketEvent

FILES = sorted(Path(storage.__file__).parent.glob("*.py"))
REPLACED = {"imports.py": {"delete"}}
"""What was imported is no record of ours: importing a document again puts it in the place of the former."""
RECORDS = (TicketEvent, Exchange, ExchangeNote, AuditLine)


def _nodes(file: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(file.read_text("utf-8")))


def _sql(file: Path) -> Iterator[str]:
    """What a file takes from the SQL library, what it does with a session, and what it says in SQL itself."""
    for node in _nodes(file):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ("sqlalchemy", "sqlmodel"):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Attribute) and "session" in ast.unparse(node.value):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isascii():
            yield node.value.split(" ")[0].lower() if node.value.isupper() or "FROM" in node.value else ""


def test_storage_neither_deletes_nor_updates_in_bulk() -> None:
    said = {file.name: set(_sql(file)) for file in FILES}
    assert {"select", "add", "exec"} <= said["journal.py"], "the files are read"
    assert "select" in said["backup.py"]
    for name, words in said.items():
        forbidden = {"delete", "update", "merge", "bulk_update_mappings", "truncate"} - REPLACED.get(name, set())
        assert not words & forbidden, name


@pytest.mark.parametrize("name", ["journal.py", "audit.py", "ticket_events.py"])
def test_nothing_is_assigned_to_a_record(name: str) -> None:
    [file] = [file for file in FILES if file.name == name]
    targets = [
        ast.unparse(target)
        for node in _nodes(file)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute)
    ]
    assert set(targets) <= {"self._session"}


def test_a_record_has_no_verb() -> None:
    for model in RECORDS:
        own = {name for name, what in vars(model).items() if callable(what) and not name.startswith("_")}
        assert own == set(), model.__name__
