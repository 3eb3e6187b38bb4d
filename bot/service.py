"""What all parts of a running XongViệc share: settings, clock, database, knowledge, wording, channels."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import knowledge
from bot import wording
from bot.channels.registry import build_channels
from bot.files import Files
from bot.library import Library
from bot.settings import Settings
from handlers.desk import Desk
from knowledge import CONTENT, KnowledgeBase, load_workdays
from storage import Database, Transaction
from storage.people import Person


def now() -> datetime:
    """The moment it is."""
    return datetime.now(UTC)


def open_database(settings: Settings) -> Database:
    """The database of the settings; nothing is connected yet."""
    return Database(settings.database, secret=_secret(settings))


class Service:
    """The shared parts."""

    def __init__(
        self, settings: Settings, *, clock: Callable[[], datetime] = now, knowledge_base: KnowledgeBase | None = None
    ) -> None:
        self.settings, self.clock = settings, clock
        self.database = open_database(settings)
        self.library = Library(self.database, knowledge_base or _release(), settings.data_dir)
        self.workdays = load_workdays(CONTENT / "workdays.yaml")
        self.wording = wording.load(settings.zone)
        self.channels = build_channels(settings, self.database, self.wording, clock, self._department_names)
        self.files = Files(settings.data_dir, self.channels)
        self.workers: list[asyncio.Task[None]] = []

    @property
    def knowledge(self) -> KnowledgeBase:
        """The base as it is now; replaced as a whole when something is published, so nobody may keep it."""
        return self.library.current

    def desk(self, tx: Transaction, person: Person) -> Desk:
        """A desk for a person in an open transaction, as of now."""
        return Desk(
            tx=tx, knowledge=self.knowledge, workdays=self.workdays, rules=self.settings.rules, now=self.clock(),
            person=person, channels=frozenset(self.channels),
        )  # fmt: skip

    def _department_names(self) -> dict[str, str]:
        return {code: department.name for code, department in self.knowledge.departments.items()}


def _release() -> KnowledgeBase:
    """The base as released. It stays as long as we do, so its million objects are never looked through for garbage."""
    gc.disable()
    try:
        return knowledge.load()
    finally:
        gc.enable()
        gc.freeze()


def _secret(settings: Settings) -> str:
    """The key under which codes are hashed: from the settings, or made once and kept in the data folder."""
    given = settings.secret_key.get_secret_value()
    if given:
        return given
    place = settings.data_dir / "secret.key"
    if not place.exists():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        _write_once(place, secrets.token_hex(32))
    return place.read_text().strip()


def _write_once(place: Path, text: str) -> None:
    """Whole or not at all, readable by us alone; whoever was faster wins."""
    draft = place.with_name(f"{place.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(draft, place)
    draft.unlink()
