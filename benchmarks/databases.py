"""Fresh databases to measure on: SQLite in a folder, PostgreSQL as a server of its own, both durable."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import asyncpg

from tests.support import postgres

KINDS = ("SQLite", "PostgreSQL")


@contextmanager
def server(kind: str) -> Iterator[str]:
    """The root URL of a database server; nothing for SQLite.

    Tests run PostgreSQL without fsync; a benchmark that did so would compare it unfairly with SQLite.
    """
    if kind == "SQLite":
        yield ""
        return
    with patch.object(postgres, "NOT_DURABLE", ()), postgres.cluster(os.environ.get(WAY, "auto")) as url:
        yield url


WAY = "XONGVIEC_TEST_POSTGRES"


async def fresh(root: str, folder: Path) -> str:
    """The URL of an empty database."""
    name = f"bench_{uuid.uuid4().hex[:8]}"
    if not root:
        return f"sqlite+aiosqlite:///{folder / name}.db"
    connection = await asyncpg.connect(root.replace("+asyncpg", ""))
    try:
        await connection.execute(f"CREATE DATABASE {name}")
    finally:
        await connection.close()
    return f"{root.rpartition('/')[0]}/{name}"
