"""A small knowledge base of a dozen entries, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

import knowledge

SMALL = Path(__file__).parent / "content"


@pytest.fixture(scope="session")
def kb() -> knowledge.KnowledgeBase:
    return knowledge.load(SMALL)
