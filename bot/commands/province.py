"""A province's workbook at the command line: the template, the import, codes into a file of their own."""

from __future__ import annotations

import asyncio
import csv
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

import knowledge
from bot import wording
from bot.commands.common import now, served, settings, transaction
from bot.province_import import Invited, Report, import_province
from bot.province_telling import role_name, told
from bot.province_template import template
from bot.settings import Settings
from knowledge.importing.province import ProvinceFile


@click.command(name="province-template")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def province_template(file: Path) -> None:
    """Write the workbook in which a province fills in its departments, fields, communes and staff."""
    if file.suffix.lower() != ".xlsx":
        raise click.ClickException(f"{file} must end in .xlsx")
    content = template(served(settings(), knowledge.load()))
    try:
        with file.open("xb") as opened:
            opened.write(content)
    except FileExistsError:
        raise click.ClickException(f"{file} exists already") from None
    click.echo(f"written to {file}")


def import_workbook(file: Path, found: ProvinceFile, *, dry_run: bool, codes: Path | None) -> None:
    """Import a province's workbook that was read from a file; tell what was done, or would be.

    New people's codes go into the new file `codes`, which only its owner can read, before anything is committed.
    Raises ClickException when there is a fault; then nothing has changed.
    """
    chosen = settings()
    said = wording.load(chosen.zone)
    report = asyncio.run(_import(chosen, found, dry_run=dry_run, codes=codes))
    for line in told(report, said, dry_run=dry_run):
        click.echo(line)
    if report.faults:
        facts = {"file": file.name, "count": len(report.faults)}
        raise click.ClickException(said.text("province.refused", facts, "vi"))
    if report.codes:
        click.echo(said.text("province.codes_written", {"file": str(codes), "count": len(report.codes)}, "vi"))


async def _import(chosen: Settings, found: ProvinceFile, *, dry_run: bool, codes: Path | None) -> Report:
    release = knowledge.load()
    with _codes_file(codes) as write:
        async with transaction(chosen) as tx:
            report = await import_province(tx, found, release=release, at=now(), dry_run=dry_run)
            if report.codes:
                write(_lines(report.codes, chosen))
    return report


@contextmanager
def _codes_file(path: Path | None) -> Iterator[Callable[[Iterable[list[str]]], None]]:
    """Writes lines of a table into a new file; it is gone again when what should have gone with it fails."""
    written: list[Path] = []

    def write(lines: Iterable[list[str]]) -> None:
        if path is None:
            raise click.UsageError("new people get one-time codes: name a new file for them with --codes FILE")
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise click.ClickException(f"{path}: {error.strerror}") from None
        written.append(path)
        with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as opened:
            csv.writer(opened).writerows(lines)

    try:
        yield write
    except BaseException:
        for file in written:
            file.unlink()
        raise


def _lines(codes: Iterable[Invited], chosen: Settings) -> Iterator[list[str]]:
    """A table that Excel opens: who, where, the code, the link, and what to write in a chat."""
    yield wording.load(chosen.zone).text("province.codes_columns", {}, "vi").split("; ")
    for one in codes:
        link = f"{chosen.base_url}/?code={one.code}"
        yield [one.name, role_name(one.role), one.unit, one.unit_name, one.code, link, f"LK {one.code}"]
