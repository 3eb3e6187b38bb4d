"""Here every test wants an empty database with today's schema: made once, then copied or emptied, which is faster."""

from __future__ import annotations

import asyncio
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from storage import Database, schema

SECRET = "secret-for-tests"


async def _upgraded(url: str) -> None:
    database = Database(url)
    await schema.upgrade(database)
    await database.close()


async def _tell(url: str, *commands: str) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    for command in commands:
        await connection.execute(command)
    await connection.close()


@pytest.fixture(scope="session")
def blank_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the schema and nothing else, to copy."""
    file = tmp_path_factory.mktemp("blank") / "blank.db"
    asyncio.run(_upgraded(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def emptied_postgres(postgres_url: str) -> Iterator[str]:
    """The address of a PostgreSQL database with the schema, to empty before each test."""
    name = f"emptied_{uuid.uuid4().hex}"
    url = f"{postgres_url.rpartition('/')[0]}/{name}"
    asyncio.run(_tell(postgres_url, f'CREATE DATABASE "{name}"'))
    asyncio.run(_upgraded(url))
    yield url
    asyncio.run(_tell(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture
async def sqlite(blank_file: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty SQLite database."""
    file = shutil.copy(blank_file, tmp_path / "test.db")
    opened = Database(f"sqlite+aiosqlite:///{file}", secret=SECRET)
    yield opened
    await opened.close()


@pytest.fixture
async def postgres(emptied_postgres: str) -> AsyncIterator[Database]:
    """An empty PostgreSQL database."""
    await _tell(emptied_postgres, "".join(f"DELETE FROM {table.name};" for table in reversed(schema.TABLES)))
    opened = Database(emptied_postgres, secret=SECRET)
    yield opened
    await opened.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    """An empty database: everything that stores is tested on both."""
    found: Database = request.getfixturevalue(request.param)
    return found
