"""Fixtures for all tests."""

from __future__ import annotations

import pytest

import knowledge
from knowledge import KnowledgeBase

pytest_plugins = ["tests.support.postgres"]


@pytest.fixture(scope="session")
def knowledge_base() -> KnowledgeBase:
    """The content that comes with the program, loaded once."""
    return knowledge.load()
