"""A post office: the real outbox, delivery and intake, with platforms that do as they are told."""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from bot import wording
from bot.channels import Abilities, Outgoing, Rates, Receive
from bot.delivery import Delivery
from bot.files import Files
from bot.intake import Intake
from bot.wording.rich import plain
from handlers.desk import Rules
from handlers.turn import Attachment, Incoming
from knowledge import CONTENT, KnowledgeBase, load_workdays
from storage import Database, Transaction
from storage.outbox import OutgoingMessage, Priority
from storage.people import Person, Role
from tests.support.stage import Clock

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FAST = Rates(overall=10_000, per_chat=10_000, per_group_minute=10_000)
BUTTONS = Abilities(buttons=True, text_limit=4000, rates=FAST, files=True)


@dataclass
class Letter:
    """What arrived at an address."""

    address: str
    text: str
    message: Outgoing


@dataclass
class Platform:
    """A channel: keeps what it is given, fails as planned, and waits at the gate when there is one."""

    name: str
    abilities: Abilities = BUTTONS
    letters: list[Letter] = field(default_factory=list)
    faults: dict[str, list[Exception | None]] = field(default_factory=lambda: defaultdict(list))
    """For each address, what the next calls raise; None for a call that goes well."""
    tried: list[str] = field(default_factory=list)
    down: Exception | None = None
    gate: asyncio.Event | None = None
    after: asyncio.Event | None = None
    """When set: the letter is delivered, and then the call hangs until this is set."""

    def listen(self, app: web.Application, receive: Receive) -> None:
        """Nothing to serve."""

    async def send(self, address: str, message: Outgoing) -> str:
        self.tried.append(address)
        if self.gate is not None:
            await self.gate.wait()
        if self.down is not None:
            raise self.down
        fault = self.faults[address].pop(0) if self.faults[address] else None
        if fault is not None:
            raise fault
        self.letters.append(Letter(address, plain(message.text), message))
        if self.after is not None:
            await self.after.wait()
        return f"{address}/{len(self.letters)}"

    async def fetch(self, attachment: Attachment) -> bytes:
        return b""

    def at(self, address: str) -> list[str]:
        """The texts that arrived at an address."""
        return [letter.text for letter in self.letters if letter.address == address]


@dataclass
class Office:
    """Everything between a promise and its letter."""

    database: Database
    clock: Clock
    zalo: Platform
    telegram: Platform
    delivery: Delivery
    intake: Intake

    async def person(self, name: str, *addresses: str, language: str = "vi") -> Person:
        """Somebody with accounts such as "zalo:a"; the first is the one last heard from."""
        async with self.database.transaction() as tx:
            person = await tx.people.add(name, Role.REQUESTER, "xa-suoi-mo", at=self.clock())
            person.language = language
            for place, address in enumerate(addresses):
                channel = address.partition(":")[0]
                account = await tx.people.add_account(person, channel, address, name=name, at=self.clock())
                account.heard_at = self.clock().replace(year=2026 - place)
                await tx.conversations.open(channel, address, group=False, at=self.clock())
        return person

    async def promise(self, address: str, number: int, **more: Any) -> int:
        """Promise "Phiếu N đã đóng" to an address; the id of the promise."""
        async with self.database.transaction() as tx:
            message = await promised(tx, address, number, self.clock(), **more)
            await tx.outbox.add(message)
            tx.wake("outbox")
            return message.row

    async def look(self, key: int) -> OutgoingMessage:
        """A promise as it is stored."""
        async with self.database.reading() as tx:
            return await tx.outbox.get(key)

    async def writes(self, address: str, text: str, **more: Any) -> None:
        """The person at an address writes, and is heard."""
        await self.intake.receive(said(address, text, **more))
        await self.intake.drain()


async def promised(tx: Transaction, address: str, number: int, at: datetime, **more: Any) -> OutgoingMessage:
    """A promise to an address, not yet stored."""
    talk = await tx.conversations.at(address.partition(":")[0], address)
    assert talk is not None
    account = await tx.people.account(talk.channel, address)
    given = {"key": "ticket.closed_thanks", "facts": {"number": number}, "ticket": number, "priority": Priority.REPLY}
    return OutgoingMessage(
        conversation=talk.key, channel=talk.channel, person=account.person if account else None, created_at=at,
        **given | more,
    )  # fmt: skip


_numbers = itertools.count(1)


def said(address: str, text: str, **more: Any) -> Incoming:
    """What a channel makes of somebody's words."""
    known = {"channel": address.partition(":")[0], "external_id": f"in-{next(_numbers)}", "sender": address}
    return Incoming(address=address, text=text, **known, **more)


async def until(done: Callable[[], object]) -> None:
    """Wait until something holds; TimeoutError when it does not come to that."""
    async with asyncio.timeout(5):
        while not done():
            await asyncio.sleep(0.01)


def open_office(database: Database, knowledge_base: KnowledgeBase, folder: Path) -> Office:
    """An office on a database."""
    clock = Clock()
    zalo = Platform("zalo", Abilities(buttons=False, text_limit=400, rates=FAST))
    telegram = Platform("telegram")
    channels = {"zalo": zalo, "telegram": telegram}
    files = Files(folder, channels)
    words = wording.load(ZONE)
    delivery = Delivery(
        database=database, channels=channels, wording=words, clock=clock, files=files,
        base_url="http://127.0.0.1", poll_seconds=0.1,
    )  # fmt: skip
    intake = Intake(
        database=database, knowledge=lambda: knowledge_base, workdays=load_workdays(CONTENT / "workdays.yaml"),
        rules=Rules(ZONE), clock=clock, channels=frozenset(channels), files=files, poll_seconds=0.1,
    )  # fmt: skip
    return Office(database, clock, zalo, telegram, delivery, intake)


@pytest.fixture
def office(database: Database, knowledge_base: KnowledgeBase, tmp_path: Path) -> Office:
    return open_office(database, knowledge_base, tmp_path)
