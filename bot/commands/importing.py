"""`xongviec kb import FILE`: decrees, articles in bulk, the table of procedures, content files, a province's own."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import click

from bot import wording
from bot.commands.common import now, settings, transaction
from bot.commands.knowledge import Day
from bot.importing import Catalogued, Collected, Decreed, Force, Read, digest_of, read, store
from bot.sandbox import TooHeavy
from bot.settings import Settings
from bot.shelves import Shelves
from knowledge.importing import ImportFault


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--number", default="", help="The document's number, where the file does not say it.")
@click.option(
    "--since", type=Day(), default=None, help="First day in force, where the knowledge base does not know it."
)
@click.option("--until", type=Day(), default=None, help="First day no longer in force.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be imported.")
def import_(file: Path, number: str, since: date | None, until: date | None, dry_run: bool) -> None:
    """Import a file: a decree, articles of law, procedures. All of it or nothing."""
    chosen = settings()
    found = _read(file, chosen)
    _tell(found)
    if dry_run:
        return
    try:
        rows = asyncio.run(_store(chosen, file, found, Force(number, since, until)))
    except ImportFault as fault:
        raise click.ClickException(_sentence(fault, file, chosen)) from None
    click.echo(f"imported: {rows}")


async def _store(chosen: Settings, file: Path, found: Read, force: Force) -> int:
    async with transaction(chosen) as tx:
        rows = await store(tx, found, name=file.name, digest=digest_of(file), at=now(), force=force)
    shelves = Shelves(chosen.data_dir)
    async with transaction(chosen) as tx:
        stock = await shelves.stock(tx)
    shelves.layers(stock)  # builds the index, so that servers only have to read it
    return rows


def _read(file: Path, chosen: Settings) -> Read:
    try:
        return read(file)
    except ImportFault as fault:
        raise click.ClickException(_sentence(fault, file, chosen)) from None
    except TooHeavy:
        raise click.ClickException(_said("import_fault.too_heavy", file, "", chosen)) from None


def _sentence(fault: ImportFault, file: Path, chosen: Settings) -> str:
    return _said(f"import_fault.{fault.code}", file, fault.detail, chosen)


def _said(key: str, file: Path, detail: str, chosen: Settings) -> str:
    return wording.load(chosen.zone).text(key, {"file": file.name, "detail": detail}, "vi")


def _tell(found: Read) -> None:
    match found:
        case Decreed(decree):
            click.echo(f"{decree.number or '?'}  {decree.title}")
            click.echo(f"articles: {len(decree.articles)}")
            for warning in decree.warnings:
                click.echo(f"look at: {warning}")
        case Collected(articles):
            click.echo(f"articles: {len(articles)} of {len({article.number for article in articles})} documents")
        case Catalogued(procedures, left_out):
            click.echo(f"procedures: {len(procedures)}, at commune level: {sum(p.commune_level for p in procedures)}")
            for row in left_out:
                click.echo(f"left out: line {row.line}: {row.code} {row.detail}".rstrip())
