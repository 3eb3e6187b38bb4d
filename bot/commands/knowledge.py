"""`xongviec ask` and `xongviec kb …`: the knowledge base by itself, nothing stored."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import click

import knowledge
from bot.answers import Answerer
from bot.commands.common import served, settings
from knowledge import ContentError, KnowledgeBase
from knowledge.reports import LapseReport, Reason, lapse_report, stats
from knowledge.reports import export as write_files


class Day(click.ParamType[date]):
    """A day in ISO form."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day, or a usage error."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day; write for example 2026-11-21", param, ctx)


@click.command()
@click.argument("text", required=False)
@click.option("--field", default=None, help="Only this field, for example dat-dai.")
@click.option("--as-of", type=Day(), default=None, help="Answer as if it were this day.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--jsonl", type=click.File("r", encoding="utf-8"), help="One question a line, one answer a line.")
def ask(text: str | None, field: str | None, as_of: date | None, as_json: bool, jsonl: IO[str] | None) -> None:
    """Ask the knowledge base one question; nothing is stored."""
    if (text is None) == (jsonl is None):
        raise click.UsageError("give a question, or --jsonl FILE")
    answerer = Answerer(_served(), settings())
    if jsonl is not None:
        for number, line in enumerate(jsonl, 1):
            if line.strip():
                click.echo(json.dumps(_answer_line(answerer, line, number, as_of, field), ensure_ascii=False))
        return
    answer = answerer.answer(text or "", today=_today(), as_of=as_of, field=_known(answerer, field))
    if as_json:
        click.echo(json.dumps({"id": "q1", **answer}, ensure_ascii=False))
        return
    click.echo(answer["text"])


@click.group()
def kb() -> None:
    """The knowledge base: check, figures, export, what lapses."""


@kb.command()
@click.argument("folders", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
def check(folders: tuple[Path, ...]) -> None:
    """Check every file; faults with file and line, exit 1."""
    loaded = _load(*folders, on=_today())
    click.echo(f"ok: {len(loaded.entries)} entries, {len(loaded.documents)} documents, revision {loaded.revision[:12]}")


@kb.command(name="stats")
@click.option("--json", "as_json", is_flag=True)
def stats_(as_json: bool) -> None:
    """Figures of the knowledge base today."""
    figures = stats(_served(), _today())
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False))
        return
    for name, value in figures.items():
        shown = ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else value
        click.echo(f"{name}: {shown}")


@kb.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write the knowledge base as files into a new or empty folder."""
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} is not empty")
    write_files(_served(), folder)
    click.echo(f"written to {folder}")


@kb.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--on", type=Day(), default=None, help="The day it is made for; today when omitted.")
def handbook(folder: Path, on: date | None) -> None:
    """Write the offline handbook: one HTML file with all that is valid, and a PDF per field."""
    from bot import wording
    from bot.handbook import write_handbook

    for file in write_handbook(_served(), folder, on or _today(), wording.load(settings().zone)):
        click.echo(f"{file.stat().st_size:>9,}  {file}")


@kb.command(name="lapse-report")
@click.option(
    "--on", type=Day(), default=None, help="What stops on this day and in the year after; today when omitted."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def lapse_report_(on: date | None, as_json: bool) -> None:
    """What stops being answerable, when, and because of which document."""
    report = lapse_report(_served(), on or _today())
    groups = {
        f"stop on {report.on}": report.ending,
        "stop within a year after": report.coming,
        "not in force on that day nor the day before": report.gone,
    }
    if as_json:
        click.echo(json.dumps(_lapses_as_data(report), ensure_ascii=False))
        return
    for name, lapses in groups.items():
        click.echo(f"{name}: {len(lapses)}")
        for lapse in lapses:
            click.echo(f"  {lapse.on or 'not yet   '}  {lapse.entry.id}  ({'; '.join(map(_reason, lapse.because))})")


def _lapses_as_data(report: LapseReport) -> dict[str, Any]:
    groups = {"ending": report.ending, "within_a_year": report.coming, "not_in_force": report.gone}
    return {"on": report.on.isoformat()} | {
        name: [
            {
                "entry": lapse.entry.id,
                "title": lapse.entry.title,
                "until": lapse.on and lapse.on.isoformat(),
                "because": [_reason_as_data(reason) for reason in lapse.because],
            }
            for lapse in lapses
        ]
        for name, lapses in groups.items()
    }


def _reason_as_data(reason: Reason) -> dict[str, Any]:
    return {
        **asdict(reason.citation),
        "until": reason.until and reason.until.isoformat(),
        "successors": list(reason.successors),
    }


def _reason(reason: Reason) -> str:
    place = " ".join(
        part for part in (reason.citation.document, reason.citation.article, reason.citation.clause) if part
    )
    if reason.until is None:
        return f"{place} is not in force yet"
    then = f", then {', '.join(reason.successors)}" if reason.successors else ""
    return f"{place} until {reason.until}{then}"


def _answer_line(answerer: Answerer, line: str, number: int, day: date | None, field: str | None) -> dict[str, Any]:
    try:
        asked = json.loads(line)
        text, previous = _string(asked, "text"), _string(asked, "previous_message")
        named = _string(asked, "as_of")
        about = date.fromisoformat(named) if named else day
        chosen = _known(answerer, _string(asked, "field") or field)
        if text is None:
            raise KeyError("text")
    except click.ClickException as error:
        raise click.ClickException(f"line {number}: {error.message}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise click.ClickException(f"line {number}: {error}") from None
    answer = answerer.answer(text, today=_today(), as_of=about, field=chosen, previous=previous)
    return {"id": asked.get("id", f"q{number}"), **answer}


def _string(asked: dict[str, Any], name: str) -> str | None:
    value = asked.get(name)
    if value is not None and not isinstance(value, str):
        raise TypeError(f"{name} is not a string")
    return value


def _known(answerer: Answerer, field: str | None) -> str | None:
    if field is not None and field not in answerer.knowledge.fields:
        raise click.ClickException(f"unknown field {field!r}; known: {', '.join(answerer.knowledge.fields)}")
    return field


def _load(*folders: Path, **given: date) -> KnowledgeBase:
    try:
        return knowledge.load(*folders, **given)
    except ContentError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        click.echo(f"{len(error.problems)} faults", err=True)
        sys.exit(1)


def _served() -> KnowledgeBase:
    """The base as it is served: with what was published and imported."""
    return served(settings(), _load())


def _today() -> date:
    return datetime.now(settings().zone).date()
