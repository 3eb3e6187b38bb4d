"""The terminal (trò chuyện trong cửa sổ lệnh): one person, their own database, no network."""

from __future__ import annotations

import asyncio
import secrets
import sys
from dataclasses import dataclass, field

from aiohttp import web

from bot.channels import Abilities, Outgoing, Rates, Receive, Unreachable
from bot.settings import Settings
from bot.wording.rich import plain
from handlers.turn import Attachment, Incoming
from storage import Transaction
from storage.people import Person

ABILITIES = Abilities(buttons=False, text_limit=16_000, rates=Rates(1000, 1000, 1000))


@dataclass(slots=True)
class TerminalChannel:
    """Prints what we say and reads what is typed; buttons are numbers."""

    address: str
    name: str = "terminal"
    abilities: Abilities = ABILITIES
    shown: list[str] = field(default_factory=list)

    def listen(self, app: web.Application, receive: Receive) -> None:
        """Nothing to serve: `talk` reads the terminal itself."""

    async def send(self, address: str, message: Outgoing) -> str:
        """Print; a message for somebody who is not at this terminal waits elsewhere."""
        if address != self.address:
            raise Unreachable("not at this terminal")
        self.shown.append(message.once)
        sys.stdout.write(f"\n{plain(message.text)}\n\n")
        sys.stdout.flush()
        return message.once

    async def fetch(self, attachment: Attachment) -> bytes:
        """Nothing can be attached here."""
        raise Unreachable("no files in the terminal")


async def talk(settings: Settings, who: str) -> None:
    """Be a person (the first requester when nobody is named) until end of file."""
    from bot.app import App

    channel = TerminalChannel(address="")
    app = App(settings)
    app.add_channel(channel)
    try:
        await app.prepare()
        async with app.database.transaction() as tx:
            person = await _person(tx, who)
            channel.address = f"terminal-{person.key}"
            if await tx.people.account("terminal", channel.address) is None:
                await tx.people.add_account(person, "terminal", channel.address, name=person.name, at=app.clock())
        facts = {"name": person.name, "role": person.role, "unit": person.unit}
        sys.stdout.write(app.wording.text("terminal.hello", facts, person.language) + "\n")
        while line := await asyncio.to_thread(_read):
            await app.intake.receive(_said(channel.address, line))
            await app.settle()
    finally:
        await app.database.close()


def _read() -> str:
    sys.stdout.write("> ")
    sys.stdout.flush()
    return sys.stdin.readline()


def _said(address: str, line: str) -> Incoming:
    return Incoming(
        channel="terminal", external_id=secrets.token_hex(8), address=address, sender=address, text=line.strip()
    )


async def _person(tx: Transaction, who: str) -> Person:
    people = [person for person in await tx.people.all() if person.active]
    wanted = [p for p in people if who in (str(p.key), p.name)] if who else [p for p in people if p.role == "requester"]
    if not wanted:
        known = "\n".join(f"  {p.key}  {p.name} ({p.role}, {p.unit})" for p in people) or "  (nobody; people invite)"
        raise SystemExit(f"no such person: {who!r}. There are:\n{known}")
    return wanted[0]
