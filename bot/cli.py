"""The command line (dòng lệnh): `xongviec …`, also `python -m bot …`."""

from __future__ import annotations

import asyncio
import errno
import logging
import sys

import click

from bot.commands.common import run_until_stopped, settings
from bot.commands.database import db
from bot.commands.importing import import_
from bot.commands.knowledge import ask, kb
from bot.commands.outbox import outbox
from bot.commands.people import people
from bot.commands.province import province_template
from bot.settings import Settings

kb.add_command(import_)
kb.add_command(province_template)


@click.group()
def main() -> None:
    """XongViệc: trợ lý cho cán bộ xã."""
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
    )


@main.command()
def run() -> None:
    """Serve every channel that is configured."""
    from bot.app import App

    chosen = settings()
    logging.getLogger().setLevel(chosen.log_level)
    for library in ("alembic", "apscheduler"):  # they tell every tick
        logging.getLogger(library).setLevel(logging.WARNING)
    try:
        app = App(chosen)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    try:
        run_until_stopped(app.serve(ready=lambda: click.echo(_where(chosen))))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise click.ClickException(f"port {chosen.port} is taken; set XONGVIEC_PORT to another") from None


@main.command()
@click.option("--as", "person", default="", help="Id or name of the person to be; the first requester when omitted.")
def chat(person: str) -> None:
    """Talk in the terminal."""
    from bot.channels.terminal import talk

    run_until_stopped(talk(settings(), person))


@main.command()
def doctor() -> None:
    """Check settings, database, channels, clock, disk; exit 1 if any is bad."""
    from bot.doctor import examine

    findings = asyncio.run(examine(settings()))
    for finding in findings:
        click.echo(f"{'ok  ' if finding.good else 'BAD '} {finding.part}: {finding.said}")
    if not all(finding.good for finding in findings):
        sys.exit(1)


main.add_command(ask)
main.add_command(kb)
main.add_command(db)
main.add_command(people)
main.add_command(outbox)


def _where(chosen: Settings) -> str:
    from bot import wording

    key = "terminal.serving_demo" if chosen.demo_mode else "terminal.serving"
    return wording.load(chosen.zone).text(key, {"address": chosen.base_url}, "vi")
