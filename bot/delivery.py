"""Delivery (gửi tin): keeps the promises of the outbox. Render, send, retry, go elsewhere, give up.

Marking a promise *sending* is commit 3, writing down that it went out is commit 4; the network is between the two,
never inside. A crash in between repeats the message: each promise is sent at least once.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote

from bot.channels import Channel, File, Outgoing, Rejected, TryAgain, Uncertain, Unreachable
from bot.detours import Detours
from bot.enclosures import Make, enclose, enclosed_links, nothing
from bot.files import Files
from bot.pacing import Pace
from bot.rendering import Link, numbered, render
from bot.wording import Wording
from bot.wording.rich import plain
from storage import Conflict, Database, Transaction
from storage.attachments import StoredAttachment
from storage.outbox import LEASE, Head, OutgoingMessage

log = logging.getLogger(__name__)

MOST_AT_ONCE = 100
MOST_LOOKED_AT = 1000
PAUSE_AT_LEAST = timedelta(seconds=5)


@dataclass(slots=True)
class Job:
    """A promise in the hands of a sender: what to send, where, and how far it was already."""

    message: OutgoingMessage
    address: str
    group: bool
    parts: list[Outgoing]


@dataclass(slots=True)
class Delivery:
    """Sends what waits, in order within a conversation, each conversation on its own."""

    database: Database
    channels: Mapping[str, Channel]
    wording: Wording
    clock: Callable[[], datetime]
    files: Files
    base_url: str
    poll_seconds: float = 1.0
    make: Make = nothing
    paces: dict[str, Pace] = field(default_factory=dict)
    paused: dict[str, datetime] = field(default_factory=dict)
    detours: Detours = field(init=False)
    in_hands: set[int] = field(default_factory=set)
    """Promises that we are sending at this moment."""
    soonest: float = 0.0
    """Seconds until a chat that had to wait for its pace may be written to."""
    stopping: bool = False
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.detours = Detours(self.channels, self.clock)
        self.paces = {name: Pace(channel.abilities.rates) for name, channel in self.channels.items()}

    async def run(self) -> None:
        """Until stopped: send what waits, woken at once, or by the poll. What is on its way is finished first."""
        silence = self.database.wakeups.on("outbox", self.bell.set)
        await self._take_back()
        await self.detours.rescue(self.database)
        try:
            async with asyncio.TaskGroup() as group:
                while not self.stopping:
                    self.bell.clear()
                    if not await self._start_waiting(group):
                        await self._rest()
        finally:
            silence()

    def stop(self) -> None:
        """Take nothing new."""
        self.stopping = True
        self.bell.set()

    async def drain(self) -> None:
        """Send what can be sent now, and return (tests and the terminal)."""
        while jobs := await self._claim():
            await asyncio.gather(*(self._deliver(job) for job in jobs))

    async def _start_waiting(self, group: asyncio.TaskGroup) -> bool:
        if len(self.in_hands) >= MOST_AT_ONCE:
            return False
        try:
            jobs = await self._claim()
        except Exception:  # a worker that dies would keep every later answer
            log.exception("the outbox could not be read; trying again")
            return False
        for job in jobs:
            group.create_task(self._deliver(job))
        return bool(jobs)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(min(self.soonest or self.poll_seconds, self.poll_seconds)):
                await self.bell.wait()
        except TimeoutError:
            pass

    async def _take_back(self) -> None:
        """SQLite has one process: what is on its way when we start was in the hands of one that died."""
        if not self.database.postgres:
            async with self.database.transaction() as tx:
                for message in await tx.outbox.lost(self.clock() + 2 * LEASE):
                    message.try_again(self.clock(), timedelta(0), "its sender died", counted=False)

    # commit 3

    async def _claim(self) -> list[Job]:
        async with self.database.reading() as tx:
            heads = await tx.outbox.heads(self.clock(), self._open_channels(), limit=MOST_LOOKED_AT)
            lost = await tx.outbox.any_lost(self.clock())
        ready = self._in_time(heads)
        if not ready and not lost:
            return []
        async with self.database.transaction() as tx:
            for message in await tx.outbox.lost(self.clock()) if lost else ():
                if message.row not in self.in_hands:
                    message.try_again(self.clock(), timedelta(0), "its sender died", counted=False)
            jobs = [job for message in await tx.outbox.claim(ready) if (job := await self._job(tx, message))]
        self.in_hands |= {job.message.row for job in jobs}
        return jobs

    def _in_time(self, heads: list[Head]) -> list[int]:
        """Those whose chat's pace allows them now; the pace is kept in memory, so waiting costs no write."""
        now = time.monotonic()
        ready: list[int] = []
        for head in heads:
            wait = self.paces[head.channel].wait(head.address, group=head.group, now=now)
            if wait > 0:
                self.soonest = min(self.soonest or wait, wait)
            elif len(ready) < MOST_AT_ONCE - len(self.in_hands):
                self.paces[head.channel].spend(head.address, group=head.group, now=now)
                ready.append(head.id)
        return ready

    async def _job(self, tx: Transaction, message: OutgoingMessage) -> Job | None:
        """Render a claimed promise; None when it goes elsewhere, or cannot be put into words by this program."""
        if await self._over_cap(tx, message):
            return None
        try:
            return await self._rendered(tx, message)
        except Conflict:
            raise
        except Exception as error:  # one promise that makes us stumble must not keep back all others
            log.exception("message %s cannot be put into words", message.id)
            message.give_up(f"not put into words: {type(error).__name__}")
            return None

    async def _rendered(self, tx: Transaction, message: OutgoingMessage) -> Job | None:
        channel = self.channels[message.channel]
        assert message.conversation is not None
        talk = await tx.conversations.lock(message.conversation)
        if talk is None:  # a turn has it just now; to clash with it would send all the others back as well
            return None
        if message.first_number is None and message.choices:
            message.first_number = talk.offer([choice["id"] for choice in message.choices], at=self.clock())
        message.begin(self.clock())
        language = await self._language(tx, message)
        choices = numbered(message, self.wording, language, message.first_number or 1)
        stored = await tx.attachments.some(message.attachments)
        files, links = self._split_files(stored, channel)
        parts = render(
            message, self.wording, language, channel.abilities,
            choices=choices, files=files, links=[*links, *enclosed_links(message, self.base_url)], group=talk.group,
        )  # fmt: skip
        return Job(message, talk.address, talk.group, parts)

    async def _over_cap(self, tx: Transaction, message: OutgoingMessage) -> bool:
        """A platform's monthly allowance is spent: the message goes by another account, or waits."""
        cap = self.channels[message.channel].abilities.monthly_cap
        if cap is None:
            return False
        month = self.clock().astimezone(self.wording.timezone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        if await tx.outbox.sent_since(message.channel, month) < cap:
            return False
        log.error("channel %s has spent its %s messages of this month", message.channel, cap)
        await self.detours.send_elsewhere(tx, message, f"monthly allowance of {cap} is spent", block=False)
        return True

    async def _language(self, tx: Transaction, message: OutgoingMessage) -> str:
        return "vi" if message.person is None else (await tx.people.get(message.person)).language

    def _split_files(self, stored: list[StoredAttachment], channel: Channel) -> tuple[list[File], list[Link]]:
        found = [(file, self.files.path(file)) for file in stored]
        if channel.abilities.files:
            return [File(path, file.name, file.media_type) for file, path in found if path is not None], []
        return [], [
            Link(file.name, f"{self.base_url}/files/{file.secret}/{quote(file.name)}") for file, path in found if path
        ]

    def _open_channels(self) -> frozenset[str]:
        """Those that take a message now; for one whose platform's limit is spent nothing need be looked for."""
        now, tick = self.clock(), time.monotonic()
        waits = {
            name: self.paces[name].overall.wait(tick) for name in self.channels if self.paused.get(name, now) <= now
        }
        self.soonest = min((wait for wait in waits.values() if wait > 0), default=0.0)
        return frozenset(name for name, wait in waits.items() if wait == 0)

    # the network

    async def _deliver(self, job: Job) -> None:
        try:
            await self._write_down(job, await self._send(job))
        finally:
            self.in_hands.discard(job.message.row)
            self.bell.set()

    async def _send(self, job: Job) -> Exception | None:
        """Send the parts not yet sent; what went wrong, as one of the channels' errors."""
        channel = self.channels[job.message.channel]
        try:
            parts = await enclose(job.message, job.parts, channel.abilities, self.make)
            for part in parts[job.message.parts_sent :]:
                await self._in_pace(job)
                job.message.part_sent(await channel.send(job.address, part))
        except (TryAgain, Uncertain, Unreachable, Rejected) as error:
            return error
        except Exception as error:
            log.exception("message %s could not be sent", job.message.id)
            return Rejected(f"{type(error).__name__}")
        return None

    async def _in_pace(self, job: Job) -> None:
        """Further parts of a long message keep the pace too; the first was paid for when it was claimed."""
        if job.message.parts_sent == 0:
            return
        pace = self.paces[job.message.channel]
        await asyncio.sleep(pace.wait(job.address, group=job.group, now=time.monotonic()))
        pace.spend(job.address, group=job.group, now=time.monotonic())

    # commit 4

    async def _write_down(self, job: Job, error: Exception | None) -> None:
        for attempt in range(5):
            try:
                async with self.database.transaction() as tx:
                    message = await tx.outbox.get(job.message.row)
                    message.parts_sent, message.platform_ids = job.message.parts_sent, job.message.platform_ids
                    await self._settle(tx, message, job, error)
                return
            except Exception:
                log.exception("what became of message %s could not be written down", job.message.id)
                await asyncio.sleep(0.05 * 4**attempt)

    async def _settle(self, tx: Transaction, message: OutgoingMessage, job: Job, error: Exception | None) -> None:
        match error:
            case None:
                self.detours.works(message.channel)
                message.sent(self.clock(), "\n\n".join(plain(part.text) for part in job.parts))
                await self._set_awaits(tx, message)
            case TryAgain():
                await self._postpone(tx, message, error)
            case Uncertain():
                message.uncertain(str(error))
            case Unreachable():
                await self.detours.send_elsewhere(tx, message, str(error), block=True)
            case _:
                log.error("message %s is a dead letter: %s", message.id, error)
                message.give_up(str(error))

    async def _postpone(self, tx: Transaction, message: OutgoingMessage, error: TryAgain) -> None:
        """Later; after a long outage of the whole channel by another account, where the person has one."""
        after = error.after or timedelta(0)
        if error.whole_channel:
            after = max(after, PAUSE_AT_LEAST)
            self.paused[message.channel] = self.clock() + after
            log.warning("channel %s rests for %s: %s", message.channel, after, error)
            if await self.detours.around_outage(tx, message):
                return
        message.try_again(self.clock(), after, str(error), counted=not error.whole_channel)

    async def _set_awaits(self, tx: Transaction, message: OutgoingMessage) -> None:
        if message.awaits is None or message.conversation is None:
            return
        talk = await tx.conversations.get(message.conversation)
        if talk.awaited(self.clock()) is None:
            facts = {name: value for name, value in message.awaits.items() if name != "verb"}
            talk.wait_for(message.awaits["verb"], at=self.clock(), **facts)
