"""Files that go along with a message without being stored (tệp kèm theo): made when it is sent, never before.

The fact `enclosed` of a promise names one: the path under which we serve it, and what the file is called.
"""

from __future__ import annotations

import logging
import mimetypes
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from bot.channels import Abilities, File, Outgoing
from bot.rendering import Link
from storage.outbox import OutgoingMessage

log = logging.getLogger(__name__)

Make = Callable[[str], Awaitable[Path]]
"""The file served under a path; KeyError when there is none."""


async def nothing(path: str) -> Path:
    """For a delivery that makes no files."""
    raise KeyError(path)


def enclosed_links(message: OutgoingMessage, base_url: str) -> list[Link]:
    """Where the enclosed file can be had; on every channel, for it is there to be handed on."""
    enclosed = message.facts.get("enclosed")
    return [Link(enclosed["name"], f"{base_url}/{enclosed['path']}")] if enclosed else []


async def enclose(message: OutgoingMessage, parts: list[Outgoing], abilities: Abilities, make: Make) -> list[Outgoing]:
    """The parts with the enclosed file on the last, where the channel carries files.

    What cannot be made must not keep back the words: they have the link.
    """
    enclosed = message.facts.get("enclosed")
    if not enclosed or not abilities.files:
        return parts
    try:
        path = await make(enclosed["path"])
    except Exception:
        log.exception("%s cannot be enclosed in message %s", enclosed["path"], message.id)
        return parts
    kind = mimetypes.guess_type(enclosed["name"])[0] or "application/octet-stream"
    file = File(path, enclosed["name"], kind)
    return [*parts[:-1], replace(parts[-1], files=(*parts[-1].files, file))]
