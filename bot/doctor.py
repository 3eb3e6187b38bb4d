"""`xongviec doctor`: one line for each thing that must be well."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import knowledge
from bot import wording
from bot.channels.registry import build_channels
from bot.library import versions_of
from bot.service import now, open_database
from bot.settings import Settings
from knowledge import ContentError
from knowledge.publishing import publish
from storage import Conflict, Database, schema
from storage.people import Role

LEAST_DISK = 500 * 1024 * 1024
NEARLY = 0.8


@dataclass(frozen=True, slots=True)
class Finding:
    """A part, whether it is well, and what there is to say."""

    part: str
    good: bool
    said: str


async def examine(settings: Settings) -> list[Finding]:
    """Look at settings, knowledge, database, channels, outbox, clock and disk."""
    database = open_database(settings)
    try:
        checks: list[Callable[[Settings, Database], Awaitable[list[Finding]]]] = [
            _database,
            _published,
            _outbox,
            _channels,
        ]
        found = [_mode(settings), _knowledge(), _clock(), _disk(settings)]
        for check in checks:
            try:
                found += await check(settings, database)
            except (*Conflict, OSError) as error:
                found.append(Finding(check.__name__.strip("_"), False, f"{type(error).__name__}: {_first_line(error)}"))
        return found
    finally:
        await database.close()


def _mode(settings: Settings) -> Finding:
    if settings.demo and not settings.loopback:
        return Finding("settings", False, "demo is asked for on an address others can reach; it stays off")
    kind = "PostgreSQL" if settings.database.startswith("postgresql") else "SQLite"
    demo = ", demo province" if settings.demo_mode else ""
    return Finding("settings", True, f"{kind}, {settings.base_url}, access {settings.access}{demo}")


def _knowledge() -> Finding:
    try:
        loaded = knowledge.load()
    except ContentError as error:
        return Finding("knowledge", False, f"{len(error.problems)} faults; run kb check")
    return Finding("knowledge", True, f"{len(loaded.entries)} entries, {len(loaded.documents)} documents")


async def _published(settings: Settings, database: Database) -> list[Finding]:
    """What was published and cannot be served: neither it nor what it replaced is answered with."""
    async with database.reading() as tx:
        versions = versions_of(await tx.drafts.current())
    try:
        problems = publish(knowledge.load(), versions).problems if versions else ()
    except ContentError:
        return []  # told already, of the knowledge
    faulty = sorted({problem.path for problem in problems})
    said = f"{len(versions)} files" + (f"; not served: {', '.join(faulty)}; see /console/conflicts" if faulty else "")
    return [Finding("published", not faulty, said)]


async def _database(settings: Settings, database: Database) -> list[Finding]:
    revision = await schema.revision_of(database)
    good = revision == schema.newest()
    found = [Finding("database", good, f"schema {revision or 'empty'}" + ("" if good else "; run db upgrade"))]
    if good:
        found.append(await _triage(settings, database))
    return found


async def _triage(settings: Settings, database: Database) -> Finding:
    """Questions that no department has people for go to triage: somebody must be there."""
    async with database.reading() as tx:
        people = await tx.people.in_unit(settings.triage_department, Role.SPECIALIST, Role.LEADER)
        anybody = await tx.people.any_enrolled()
    said = f"{settings.triage_department}: {len(people)} people"
    return Finding("triage", bool(people) or not anybody, said + ("" if people else "; invite a specialist"))


async def _outbox(settings: Settings, database: Database) -> list[Finding]:
    async with database.reading() as tx:
        states = await tx.outbox.count_by_status()
        waiting, oldest = await tx.inbox.waiting()
    dead = states.get("failed", 0) + states.get("uncertain", 0)
    late = oldest is not None and (now() - oldest).total_seconds() > 300
    return [
        Finding("inbox", not late, f"{waiting} waiting" + (", the oldest for over five minutes" if late else "")),
        Finding("outbox", dead == 0, f"{states or 'nothing unsent'}" + ("; see outbox list" if dead else "")),
    ]


async def _channels(settings: Settings, database: Database) -> list[Finding]:
    try:
        channels = build_channels(settings, database, wording.load(settings.zone), now)
    except ValueError as error:
        return [Finding("channels", False, str(error))]
    month = now().astimezone(settings.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = []
    async with database.reading() as tx:
        for name, channel in channels.items():
            users, sent = await tx.people.count_accounts(name), await tx.outbox.sent_since(name, month)
            caps = [(users, channel.abilities.user_cap), (sent, channel.abilities.monthly_cap)]
            near = any(cap is not None and count >= cap * NEARLY for count, cap in caps)
            said = f"{users}{_of(caps[0][1])} accounts, {sent}{_of(caps[1][1])} messages this month"
            found.append(Finding(f"channel {name}", not near, said))
    return found


def _clock() -> Finding:
    """A clock that was never set stands in 1970 or at the day the machine was built."""
    moment = datetime.now(UTC)
    return Finding("clock", 2026 <= moment.year < 2100, moment.isoformat(timespec="seconds"))


def _disk(settings: Settings) -> Finding:
    place = settings.data_dir if settings.data_dir.exists() else settings.data_dir.absolute().parent
    free = shutil.disk_usage(place).free
    return Finding("disk", free > LEAST_DISK, f"{free // (1024 * 1024)} MB free")


def _of(cap: int | None) -> str:
    return "" if cap is None else f" of {cap}"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:160] if str(error) else ""
