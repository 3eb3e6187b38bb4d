"""What every command needs: the settings with a plain word when they are wrong, the database, a clean stop."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import click
from pydantic import ValidationError
from pydantic_settings import SettingsError

from bot.settings import Settings
from knowledge import KnowledgeBase
from storage import Conflict, Database, Transaction, schema
from storage.database import is_there


def settings() -> Settings:
    """The settings; a plain sentence per fault when they are wrong, never a value (it may be a secret)."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"XONGVIEC_{'__'.join(str(p) for p in e['loc']).upper()}: {e['msg']}" for e in error.errors()]
        raise click.ClickException("\n".join(lines)) from None
    except SettingsError as error:  # a nested setting that is no JSON; the message names only the field
        wrong = re.search(r'field "(\w+)"', str(error))
        raise click.ClickException(f"XONGVIEC_{wrong[1].upper() if wrong else '…'}: cannot be read") from None


def run_until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end, or until SIGINT or SIGTERM; then what has begun is finished."""

    async def guarded() -> None:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(guarded())


def database(chosen: Settings) -> Database:
    """The database of the settings."""
    from bot.service import open_database

    return open_database(chosen)


@asynccontextmanager
async def transaction(chosen: Settings) -> AsyncIterator[Transaction]:
    """A transaction on a database whose schema is up to date."""
    opened = database(chosen)
    try:
        await schema.upgrade(opened)
        async with opened.transaction() as tx:
            yield tx
    finally:
        await opened.close()


def served(chosen: Settings, release: KnowledgeBase) -> KnowledgeBase:
    """The base as servers serve it: with what was published and imported, where there is a database.

    Raises ClickException when there is one and it cannot be read: half of what is known would be told as all.
    """
    if not is_there(chosen.database):
        return release
    try:
        return asyncio.run(_served(chosen, release))
    except (OSError, *Conflict) as error:
        raise click.ClickException(f"the database cannot be read: {type(error).__name__}") from None


async def _served(chosen: Settings, release: KnowledgeBase) -> KnowledgeBase:
    from bot.library import Library

    opened = database(chosen)
    try:
        if await schema.revision_of(opened) != schema.newest():
            click.echo("the database is not at this version's schema: only what was released is looked at", err=True)
            return release
        library = Library(opened, release, chosen.data_dir)
        await library.refresh()
        return library.current
    finally:
        await opened.close()


def now() -> datetime:
    """The moment it is."""
    return datetime.now(UTC)
