"""Rows that tell what happened are only ever added: storage has no word for deleting, nor for changing in bulk."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import storage
from storage.audit import Audit, AuditLine
from storage.journal import Exchange, ExchangeNote, Journal
from storage.ticket_events import TicketEvent

FOLDER = Path(storage.__file__).parent
RECORDS = (TicketEvent, Exchange, ExchangeNote, AuditLine)
FORBIDDEN = {"delete", "update", "merge", "bulk_update_mappings"}


def _calls() -> Iterator[tuple[str, str]]:
    """Every function called in storage, migrations aside, with its file."""
    for file in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                function = node.func
                owner = ast.unparse(function.value) if isinstance(function, ast.Attribute) else ""
                name = function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)
                yield file.name, f"{owner}.{name}" if owner and name in FORBIDDEN else name


def test_storage_deletes_nothing_and_updates_nothing_in_bulk() -> None:
    called = set(_calls())
    assert ("journal.py", "select") in called, "the calls are read"
    allowed = {("schema.py", "config.attributes.update")}
    assert {call for call in called if call[1].rpartition(".")[2] in FORBIDDEN} == allowed


def test_a_record_has_no_verb() -> None:
    for model in RECORDS:
        own = {name for name, what in vars(model).items() if callable(what) and not name.startswith("_")}
        assert own == set(), model.__name__


def test_their_collections_only_add_and_read() -> None:
    assert {name for name in vars(Journal) if not name.startswith("_")} == {
        "record", "note", "get", "of_message", "notes",
    }  # fmt: skip
    assert {name for name in vars(Audit) if not name.startswith("_")} == {"write", "about"}
