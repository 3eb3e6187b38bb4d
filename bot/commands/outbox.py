"""`xongviec outbox …`: dead letters, for an operator to look at and send again."""

from __future__ import annotations

import asyncio

import click

from bot.commands.common import now, settings, transaction


@click.group()
def outbox() -> None:
    """Messages that could not be sent: list, requeue."""


@outbox.command(name="list")
def list_() -> None:
    """Dead letters and uncertain sends, oldest first."""

    async def work() -> list[str]:
        async with transaction(settings()) as tx:
            return [
                f"{m.row}\t{m.status}\t{m.channel}\tperson {m.person}\tticket {m.ticket or '-'}\t{m.key}\t"
                f"{m.created_at:%Y-%m-%d %H:%M}\t{m.error}"
                for m in await tx.outbox.dead()
            ]

    for row in asyncio.run(work()):
        click.echo(row)


@outbox.command()
@click.argument("message", type=int, nargs=-1, required=True)
def requeue(message: tuple[int, ...]) -> None:
    """Send once more."""

    async def work() -> int:
        async with transaction(settings()) as tx:
            wanted = [m for m in await tx.outbox.dead(limit=10_000) if m.row in message]
            for found in wanted:
                found.requeue()
                tx.audit.write("outbox.requeued", f"outgoing:{found.row}", at=now())
            tx.wake("outbox")
            return len(wanted)

    click.echo(f"{asyncio.run(work())} of {len(message)} will be sent again")
