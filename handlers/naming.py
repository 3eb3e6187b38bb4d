"""Names of new entries (tên bài mới): from field and title, and never one that is or was taken."""

from __future__ import annotations

import itertools
import re

from handlers.desk import Desk
from knowledge.publishing import entry_name, text_of
from knowledge.text import fold


async def new_name(desk: Desk, field: str, title: str, *, but: str = "") -> str:
    """The name of the file of a new entry, by its field and title; `but` may be taken again, any other may not."""
    stem = f"{field}/{slug_of(title) or 'muc'}"
    for key in itertools.chain([stem], (f"{stem}-{number}" for number in itertools.count(2))):
        name = entry_name(key)
        if name == but or (await is_new(desk, name) and not await desk.tx.drafts.of_name(name)):
            return name
    raise AssertionError("there is always another number")


async def is_new(desk: Desk, name: str) -> bool:
    """Whether nothing of this name is or was in the knowledge base."""
    bases = (desk.knowledge, desk.knowledge.release)
    return all(text_of(base, name) is None for base in bases) and not await desk.tx.drafts.history(name)


def slug_of(title: str) -> str:
    """A short name for a new entry, from its title: small letters without marks, hyphens."""
    words = re.findall(r"[a-z0-9]+", fold(title))
    return "-".join(words)[:60].strip("-")
