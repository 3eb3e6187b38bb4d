"""The shelf (kệ): handbooks of the day in the data folder, made when first asked for, once for each edition."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from bot.handbook.page import FILE, page, script, style
from bot.wording import Wording
from knowledge import KnowledgeBase

PAGE, PDF = "handbook", "handbook/{}.pdf"
"""Where the files are served, and what they are called when asked for."""
KEPT_SECONDS = 3600
"""How much older than a new edition a former one must be to be taken away: somebody may still be reading it."""


@dataclass(slots=True)
class Shelf:
    """Finds the handbook of what is valid now; several processes may share the folder."""

    folder: Path
    knowledge: Callable[[], KnowledgeBase]
    wording: Wording
    clock: Callable[[], datetime]
    making: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def today(self) -> date:
        """The day in the province."""
        return self.clock().astimezone(self.wording.timezone).date()

    async def find(self, name: str) -> Path:
        """The file served as `name`; KeyError when there is none of that name."""
        async with self.making:
            return await asyncio.to_thread(self._made, self.knowledge(), name, self.today)

    def _made(self, kb: KnowledgeBase, name: str, day: date) -> Path:
        code = _field(kb, name, day)
        edition = self.folder / self._edition(kb, day)
        file = edition / (f"{code}.pdf" if code else FILE)
        if not file.exists():
            edition.mkdir(parents=True, exist_ok=True)
            self._make(kb, code, day, file)
            self._forget_others(edition)
        return file

    def _make(self, kb: KnowledgeBase, code: str, day: date, file: Path) -> None:
        """Whole or not at all; the page also packed, which aiohttp serves to whoever takes it."""
        if code:
            from bot.handbook.pdf import write_pdf  # slow to import, and seldom needed

            draft = _draft(file)
            write_pdf(kb, draft, kb.fields[code], day, self.wording)
            draft.replace(file)
            return
        content = page(kb, day, self.wording).encode()
        _write(file.with_name(f"{file.name}.gz"), gzip.compress(content, mtime=0))
        _write(file, content)

    def _edition(self, kb: KnowledgeBase, day: date) -> str:
        """Another day, other knowledge, other words or another look make another edition."""
        parts = (kb.revision, script(), style(), *(str(self.wording.sentences["vi"][key]) for key in self._own_words()))
        return f"{day.isoformat()}-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:16]}"

    def _own_words(self) -> list[str]:
        return sorted(key for key in self.wording.sentences["vi"] if key.startswith("handbook."))

    def _forget_others(self, edition: Path) -> None:
        newest = edition.stat().st_mtime
        for other in self.folder.iterdir():
            if other != edition and newest - other.stat().st_mtime > KEPT_SECONDS:
                shutil.rmtree(other, ignore_errors=True)


def _field(kb: KnowledgeBase, name: str, day: date) -> str:
    """The code of the field whose PDF is meant, empty for the page; KeyError for anything else."""
    if name == PAGE:
        return ""
    code = name.removeprefix(f"{PAGE}/").removesuffix(".pdf")
    if name != PDF.format(code) or code not in kb.fields or not kb.entries_in(code, day):
        raise KeyError(name)
    return code


def _draft(file: Path) -> Path:
    return file.with_name(f".{file.name}.{os.getpid()}")


def _write(file: Path, content: bytes) -> None:
    draft = _draft(file)
    draft.write_bytes(content)
    draft.replace(file)
