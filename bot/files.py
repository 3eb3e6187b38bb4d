"""Attachments (tệp đính kèm): fetched from the platform before a turn, kept in the data folder, linked by secret."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.channels import Channel, TryAgain, Unreachable
from handlers.turn import Attachment
from storage import Transaction
from storage.attachments import StoredAttachment
from storage.inbox import IncomingMessage

log = logging.getLogger(__name__)

FETCH_SECONDS = 30
UPLOAD_LIFE = timedelta(days=7)
_UNSAFE = re.compile(r"[^\w.\- ]+")


@dataclass(slots=True)
class Files:
    """Fetches and keeps what people send. The bytes lie in the data folder under names nobody can guess."""

    folder: Path
    channels: Mapping[str, Channel] = field(default_factory=dict)
    fetched: dict[int, list[tuple[Attachment, str]]] = field(default_factory=dict)

    async def fetch_all(self, message: IncomingMessage) -> None:
        """Fetch what came with a message, before its transaction; what cannot be fetched is noted as missing."""
        if message.attachments and message.key not in self.fetched:
            attachments = [Attachment(**file) for file in message.attachments]
            self.fetched[message.key] = [(a, await self._fetch(message.channel, a)) for a in attachments]

    async def keep(self, tx: Transaction, message: IncomingMessage, *, at: datetime) -> list[str]:
        """Write down what was fetched; the names of those that could not be."""
        missing = [safe_name(a.name) for a, path in self.fetched.get(message.key, []) if not path]
        for attachment, path in self.fetched.pop(message.key, []):
            await tx.attachments.add(
                StoredAttachment(
                    incoming=message.key,
                    name=safe_name(attachment.name),
                    media_type=attachment.media_type,
                    size=attachment.size,
                    path=path,
                    secret=secrets.token_urlsafe(24),
                    at=at,
                )
            )
        return missing

    def forget_old_uploads(self, now: datetime) -> None:
        """Uploads were copied to where attachments lie when their message was handled; old ones only take room."""
        for upload in (self.folder / "uploads").glob("*"):
            if now.timestamp() - upload.stat().st_mtime > UPLOAD_LIFE.total_seconds():
                upload.unlink(missing_ok=True)

    def path(self, file: StoredAttachment) -> Path | None:
        """Where the bytes of a file lie; None when they were never fetched."""
        place = self.folder / file.path
        return place if file.path and place.is_file() else None

    async def _fetch(self, channel: str, attachment: Attachment) -> str:
        source = self.channels.get(channel)
        if source is None:
            return ""
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                data = await source.fetch(attachment)
        except (TryAgain, Unreachable, TimeoutError) as error:
            log.warning("an attachment on %s could not be fetched: %s", channel, type(error).__name__)
            return ""
        return await asyncio.to_thread(self._write, data)

    def _write(self, data: bytes) -> str:
        name = secrets.token_hex(16)
        place = self.folder / "attachments" / name[:2] / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        return str(place.relative_to(self.folder))


def safe_name(name: str) -> str:
    """A file's name without anything that could be read as a path or markup."""
    return _UNSAFE.sub("_", name).strip(". ")[:120] or "tep"
