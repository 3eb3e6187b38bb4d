"""Detours (đi đường khác): a promise that cannot go where it was addressed goes by another account of the person."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channels import Channel
from storage import Database, Transaction
from storage.outbox import OutgoingMessage
from storage.people import Account

log = logging.getLogger(__name__)

OUTAGE = timedelta(minutes=10)
"""How long a channel may be down before answers go another way."""


@dataclass(slots=True)
class Detours:
    """Knows which channels are down, and finds another way."""

    channels: Mapping[str, Channel]
    clock: Callable[[], datetime]
    down_since: dict[str, datetime] = field(default_factory=dict)

    async def rescue(self, database: Database) -> None:
        """What was promised on a channel that is no longer switched on goes to another account."""
        while True:
            async with database.transaction() as tx:
                stranded = await tx.outbox.stranded(frozenset(self.channels))
                for message in stranded:
                    await self.send_elsewhere(tx, message, f"channel {message.channel} is switched off", block=False)
            if not stranded:
                return

    def works(self, channel: str) -> None:
        """Something went out on the channel."""
        self.down_since.pop(channel, None)

    async def around_outage(self, tx: Transaction, message: OutgoingMessage) -> bool:
        """The whole channel is down: once that has lasted, use another account where the person has one."""
        since = self.down_since.setdefault(message.channel, self.clock())
        return self.clock() - since > OUTAGE and await self._readdressed(tx, message, block=False)

    async def send_elsewhere(self, tx: Transaction, message: OutgoingMessage, why: str, *, block: bool) -> None:
        """To the person's next account that can be reached; with none, it waits for their next word.

        `block` also marks the present account as one that cannot be reached.
        """
        if not await self._readdressed(tx, message, block=block):
            message.hold(why)
            log.warning("message %s waits for the next word of person %s: %s", message.id, message.person, why)

    async def _readdressed(self, tx: Transaction, message: OutgoingMessage, *, block: bool) -> bool:
        if message.conversation is None or message.person is None:
            return False
        here = await tx.conversations.get(message.conversation)
        for account in await tx.people.accounts(message.person):
            if (account.channel, account.address) == (here.channel, here.address):
                account.reachable = account.reachable and not block
            elif self._usable(account) and (block or account.channel != here.channel):
                talk = await tx.conversations.open(account.channel, account.address, group=False, at=self.clock())
                message.address_to(talk.key, talk.channel)
                tx.wake("outbox")
                return True
        return False

    def _usable(self, account: Account) -> bool:
        return account.reachable and account.channel in self.channels and account.channel not in self.down_since
