"""`xongviec kb import FILE`: decrees, articles in bulk, the table of procedures, content files, a province's own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

import knowledge
from bot import wording
from bot.commands.common import now, served, settings, transaction
from bot.commands.knowledge import Day
from bot.commands.province import import_workbook
from bot.content_import import ContentReport, import_folder
from bot.importing import Catalogued, Collected, Decreed, Force, Layer, Provincial, digest_of, read, store
from bot.sandbox import TooHeavy
from bot.settings import Settings
from bot.shelves import Shelves
from knowledge.importing import ImportFault

CONTENT_FILES = (".md", ".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the command line says about an import."""

    file: Path
    force: Force
    dry_run: bool
    retire: bool
    codes: Path | None
    chosen: Settings


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--number", default="", help="The document's number, where the file does not say it.")
@click.option("--since", type=Day(), default=None, help="First day in force, where the base does not know it.")
@click.option("--until", type=Day(), default=None, help="First day no longer in force.")
@click.option("--codes", type=click.Path(path_type=Path), default=None, help="New file for new people's codes.")
@click.option("--retire", is_flag=True, help="Retire entries that an exported folder no longer has.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be imported.")
def import_(
    file: Path, number: str, since: date | None, until: date | None, codes: Path | None, retire: bool, dry_run: bool
) -> None:
    """Import a file, or a folder that `kb export` wrote. All of it or nothing."""
    wish = _Wish(file, Force(number, since, until), dry_run, retire, codes, settings())
    if file.is_dir() or file.suffix.lower() in CONTENT_FILES:
        _import_content(wish)
        return
    try:
        found = read(file)
        if isinstance(found, Provincial):
            import_workbook(file, found.found, dry_run=dry_run, codes=codes)
        else:
            _import_layer(wish, found)
    except ImportFault as fault:
        raise click.ClickException(_said(f"import_fault.{fault.code}", wish, fault.detail)) from None
    except TooHeavy:
        raise click.ClickException(_said("import_fault.too_heavy", wish, "")) from None


def _import_layer(wish: _Wish, found: Layer) -> None:
    _tell(found)
    if not wish.dry_run:
        click.echo(f"imported: {asyncio.run(_store(wish, found))}")


async def _store(wish: _Wish, found: Layer) -> int:
    file = wish.file
    async with transaction(wish.chosen) as tx:
        rows = await store(tx, found, name=file.name, digest=digest_of(file), at=now(), force=wish.force)
    shelves = Shelves(wish.chosen.data_dir)
    async with transaction(wish.chosen) as tx:
        stock = await shelves.stock(tx)
    shelves.layers(stock)  # builds the index, so that servers only have to read it
    return rows


def _import_content(wish: _Wish) -> None:
    base = served(wish.chosen, knowledge.load())
    report = asyncio.run(_publish(wish, base, dry_run=True))
    if report.retired and not (wish.retire or wish.dry_run):
        listed = "\n".join(f"  {name}" for name in report.retired)
        raise click.ClickException(f"the folder lacks these, which are answered with now:\n{listed}\nadd --retire")
    if not (report.faults or wish.dry_run):
        report = asyncio.run(_publish(wish, base, dry_run=False))
    for fault in report.faults:
        click.echo(str(fault), err=True)
    if report.faults:
        raise click.ClickException(f"{len(report.faults)} faults; nothing was imported")
    done = "would be published" if wish.dry_run else "published"
    click.echo(f"{done}: {len(report.published)}, retired: {len(report.retired)}, unchanged: {report.unchanged}")


async def _publish(wish: _Wish, base: knowledge.KnowledgeBase, *, dry_run: bool) -> ContentReport:
    today = now().astimezone(wish.chosen.zone).date()
    async with transaction(wish.chosen) as tx:
        return await import_folder(tx, base, wish.file, at=now(), on=today, dry_run=dry_run)


def _said(key: str, wish: _Wish, detail: str) -> str:
    return wording.load(wish.chosen.zone).text(key, {"file": wish.file.name, "detail": detail}, "vi")


def _tell(found: Layer) -> None:
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
