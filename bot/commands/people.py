"""`xongviec people …`: who may speak with us."""

from __future__ import annotations

import asyncio

import click

import knowledge
from bot.commands.common import now, settings, transaction
from bot.province_import import served_structure
from bot.service import Service
from handlers.people import revoke as take_away
from handlers.permissions import PROVINCE_UNIT
from knowledge.text import fold
from storage import Refusal, Transaction, schema
from storage.people import Person, Role

ROLES = [role.value for role in Role if role is not Role.GUEST]


@click.group()
def people() -> None:
    """People: invite, list, revoke."""


@people.command()
@click.option("--role", type=click.Choice(ROLES), help="The post's role.")
@click.option("--unit", help="A department's code, a commune's code, or a commune's name.")
@click.option("--name", default="", help="The person's name; the post's when omitted.")
@click.option("--person", type=int, help="Instead: a further account (Zalo, Telegram, web) for somebody in the list.")
def invite(role: str | None, unit: str | None, name: str, person: int | None) -> None:
    """Make a post, or open a known person's for another account; print the one-time code and link."""
    if (person is None) == (role is None or unit is None):
        raise click.UsageError("give --role and --unit for a new post, or --person for a known one")
    chosen = settings()

    async def work() -> str:
        async with transaction(chosen) as tx:
            if person is not None:
                found = await tx.people.get(person)
            else:
                found = await _post(tx, Role(str(role)), str(unit), name)
            tx.audit.write("person.invited", f"person:{found.key}", at=now(), role=found.role, unit=found.unit)
            return await tx.people.invite(found, at=now())

    try:
        code = asyncio.run(work())
    except Refusal:
        raise click.ClickException(f"nobody active has the id {person}") from None
    click.echo(f"code: {code} (one use, 7 days)")
    click.echo(f"link: {chosen.base_url}/?code={code}")
    click.echo(f"in a chat: LK {code}")


@people.command(name="list")
def list_() -> None:
    """Everybody with a post."""

    async def work() -> list[str]:
        async with transaction(settings()) as tx:
            rows = []
            for person in await tx.people.all():
                channels = ", ".join(sorted({account.channel for account in await tx.people.accounts(person.key)}))
                state = "active" if person.active else "revoked"
                rows.append(f"{person.key}\t{person.role}\t{person.unit}\t{person.name}\t{state}\t{channels or '-'}")
            return rows

    for row in asyncio.run(work()):
        click.echo(row)


@people.command()
@click.argument("person", type=int)
def revoke(person: int) -> None:
    """Take a person's post away, at once and on every channel."""

    async def work() -> str:
        service = Service(settings())
        try:
            await schema.upgrade(service.database)
            async with service.database.transaction() as tx:
                found = await tx.people.get(person)
                await take_away(service.desk(tx, found), found)
                return found.name
        finally:
            await service.database.close()

    try:
        click.echo(f"revoked: {asyncio.run(work())}")
    except Refusal:
        raise click.ClickException(f"nobody has the id {person}") from None


async def _post(tx: Transaction, role: Role, unit: str, name: str) -> Person:
    code = await _unit(tx, unit, role)
    return await tx.people.add(name or f"{role} {code}", role, code, at=now())


async def _unit(tx: Transaction, unit: str, role: Role) -> str:
    """The code of a unit; a commune not yet known is added."""
    if unit == PROVINCE_UNIT or unit in (await served_structure(tx, knowledge.load())).departments:
        return unit
    communes = await tx.people.communes()
    by_name = {fold(name): code for code, name in communes.items()}
    known = unit if unit in communes else by_name.get(fold(unit))
    if known is not None:
        return known
    if role in (Role.SPECIALIST, Role.LEADER):
        raise click.ClickException(f"unknown department {unit!r}")
    code = "-".join(fold(unit).split())
    await tx.people.add_commune(code, unit)
    return code
