"""`xongviec people …`: who may speak with us."""

from __future__ import annotations

import asyncio

import click

import knowledge
from bot.commands.common import now, settings, transaction
from handlers.permissions import PROVINCE_UNIT
from knowledge.text import fold
from storage import Refusal, Transaction
from storage.people import Role

ROLES = [role.value for role in Role if role is not Role.GUEST]


@click.group()
def people() -> None:
    """People: invite, list, revoke."""


@people.command()
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--unit", required=True, help="A department's code, a commune's code, or a commune's name.")
@click.option("--name", default="", help="The person's name; the post's when omitted.")
def invite(role: str, unit: str, name: str) -> None:
    """Make a post and print its one-time code and link."""
    chosen = settings()

    async def work() -> str:
        async with transaction(chosen) as tx:
            code_of_unit = await _unit(tx, unit, Role(role))
            person = await tx.people.add(name or f"{role} {code_of_unit}", Role(role), code_of_unit, at=now())
            tx.audit.write("person.invited", f"person:{person.key}", at=now(), role=role, unit=code_of_unit)
            return await tx.people.invite(person, at=now())

    code = asyncio.run(work())
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
        async with transaction(settings()) as tx:
            found = await tx.people.get(person)
            await tx.people.revoke(found, at=now())
            tx.audit.write("person.revoked", f"person:{person}", at=now())
            return found.name

    try:
        click.echo(f"revoked: {asyncio.run(work())}")
    except Refusal:
        raise click.ClickException(f"nobody has the id {person}") from None


async def _unit(tx: Transaction, unit: str, role: Role) -> str:
    """The code of a unit; a commune not yet known is added."""
    if unit in knowledge.load().departments or unit == PROVINCE_UNIT:
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
