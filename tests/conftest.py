"""Fixtures for all tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import knowledge
from knowledge import KnowledgeBase
from storage import Database, schema

pytest_plugins = ["tests.support.postgres"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long proofs first: whoever works beside them has enough to do meanwhile."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def knowledge_base() -> KnowledgeBase:
    """The content that comes with the program, loaded once."""
    return knowledge.load()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh, empty database: everything that stores is tested on both."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"
    url: str = request.getfixturevalue("postgres_database")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh database with today's schema."""
    opened = Database(database_url, secret="secret-for-tests")
    await schema.upgrade(opened)
    yield opened
    await opened.close()
