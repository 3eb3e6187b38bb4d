"""`xongviec db …`: the schema, backups."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from bot.commands.common import database, settings
from storage import backup as backups
from storage import schema


@click.group()
def db() -> None:
    """The database: upgrade, backup, restore."""


@db.command()
def upgrade() -> None:
    """Bring the schema up to date."""

    async def work() -> None:
        opened = database(settings())
        try:
            await schema.upgrade(opened)
            click.echo(f"schema {await schema.revision_of(opened)}")
        finally:
            await opened.close()

    asyncio.run(work())


@db.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write all data and attachments into one file, while the service runs."""
    chosen = settings()
    if file.exists():
        raise click.ClickException(f"{file} exists already")

    async def work() -> int:
        opened = database(chosen)
        try:
            return await backups.write(opened, chosen.data_dir, file)
        finally:
            await opened.close()

    click.echo(f"{asyncio.run(work())} rows written to {file}")


@db.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Read a backup into an empty database, SQLite or PostgreSQL."""
    chosen = settings()

    async def work() -> int:
        opened = database(chosen)
        try:
            await schema.upgrade(opened)
            return await backups.read(opened, chosen.data_dir, file)
        finally:
            await opened.close()

    try:
        rows = asyncio.run(work())
    except backups.BackupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{rows} rows restored")
