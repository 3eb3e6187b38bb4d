"""The web chat (trò chuyện trên web): the default channel, embedded, needing nobody's permission.

Its "network" is our own transcript: `send` writes a line, and open pages are woken. A line is written once
however often delivery repeats it, so here nobody sees a message twice. The routes are in web_api.py.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aiohttp import web

from bot.channels import Abilities, Outgoing, Rates, Receive, Unreachable
from bot.channels.web_api import WebApi
from bot.wording import Wording
from bot.wording.rich import as_html, plain
from handlers.turn import Attachment
from storage import Database
from storage.transcript import WebLine

ABILITIES = Abilities(
    buttons=True, text_limit=16_000, rates=Rates(overall=1000, per_chat=50, per_group_minute=1000), links=True
)


@dataclass(slots=True)
class WebChannel:
    """The embedded chat: a page, a small JSON API, server-sent events."""

    database: Database
    clock: Callable[[], datetime]
    wording: Wording
    data_dir: Path
    departments: Callable[[], dict[str, str]] = dict
    """Names of the departments by code."""
    open_access: bool = False
    secure: bool = False
    demo: bool = False
    name: str = "web"
    abilities: Abilities = ABILITIES

    def listen(self, app: web.Application, receive: Receive) -> None:
        """Serve the page and its API."""
        WebApi(self, receive).add_routes(app)

    async def send(self, address: str, message: Outgoing) -> str:
        """Write a line on somebody's page."""
        line = WebLine(
            address=address,
            once=message.once,
            text=plain(message.text),
            html=as_html(message.text),
            choices=[{"id": button.id, "label": button.label} for button in message.buttons],
            at=self.clock(),
        )
        async with self.database.transaction() as tx:
            key = await tx.transcript.write(line)
            tx.wake(f"web:{address}")
        return str(key)

    def keep(self, data: bytes, name: str, media_type: str) -> Attachment:
        """Keep what a page uploaded until it is fetched; blocks, so call it in a thread."""
        reference = secrets.token_hex(16)
        place = self._upload(reference)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        return Attachment(reference=reference, name=name, media_type=media_type, size=len(data))

    async def fetch(self, attachment: Attachment) -> bytes:
        """The bytes a page uploaded."""
        place = self._upload(attachment.reference)
        if not re.fullmatch(r"[0-9a-f]{32}", attachment.reference) or not place.is_file():
            raise Unreachable("no such upload")
        return await asyncio.to_thread(place.read_bytes)

    def _upload(self, reference: str) -> Path:
        return self.data_dir / "uploads" / reference
