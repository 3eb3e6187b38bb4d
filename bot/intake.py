"""Intake (tiếp nhận): accepts messages durably, then takes them one by one, one transaction each.

`receive` is commit 1, `handle` commit 2. A message that made us stumble keeps its place in its conversation and
is tried again; one that a handler cannot digest gets an apology with an incident number and is done with.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime

from bot.files import Files
from handlers import dispatch
from handlers.desk import LONGEST_LOOKED_UP, Rules, Turn
from handlers.turn import Incoming, Kind
from knowledge import KnowledgeBase
from knowledge.entries import Finding
from knowledge.workdays import Workdays
from storage import Conflict, Database, Refusal, Transaction
from storage.inbox import Handling, IncomingMessage
from storage.outbox import Sending
from storage.people import Role

log = logging.getLogger(__name__)

MOST_AT_ONCE = 8
MOST_RERUNS = 5
MOST_ATTEMPTS = 10
LONGEST_KEPT = 10_000
"""Characters of a message that are kept; handlers refuse, aloud, what is longer than they can use."""


@dataclass(slots=True)
class Intake:
    """Takes accepted messages, oldest of each conversation first, never two of one conversation at once."""

    database: Database
    knowledge: Callable[[], KnowledgeBase]
    workdays: Workdays
    rules: Rules
    clock: Callable[[], datetime]
    channels: frozenset[str]
    files: Files
    poll_seconds: float = 1.0
    busy: set[int] = field(default_factory=set)
    stopping: bool = False
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, message: Incoming) -> bool:
        """Store a message durably; False for a repeat. Only after this may a platform hear that we have it."""
        try:
            return await self._receive(message)
        except Conflict:  # two first words of a stranger at once: the second now finds what the first has made
            return await self._receive(message)

    async def _receive(self, message: Incoming) -> bool:
        async with self.database.transaction() as tx:
            if await tx.inbox.known(message.channel, message.external_id):
                return False
            stored = await self._store(tx, message)
            tx.wake("inbox")
        return stored

    async def run(self) -> None:
        """Until stopped: take what waits, woken at once, or by the poll."""
        silence = self.database.wakeups.on("inbox", self.bell.set)
        try:
            async with asyncio.TaskGroup() as group:
                while not self.stopping:
                    self.bell.clear()
                    started = await self._start_waiting(group)
                    if not started:
                        await self._rest()
        finally:
            silence()

    def stop(self) -> None:
        """Finish the turns that have begun, take nothing new."""
        self.stopping = True
        self.bell.set()

    async def drain(self) -> None:
        """Take everything that waits now, one after the other (tests and the terminal)."""
        while heads := await self._heads():
            for message, conversation in heads:
                await self._take(message, conversation)

    async def _start_waiting(self, group: asyncio.TaskGroup) -> bool:
        try:
            heads = await self._heads()
        except Exception:
            log.exception("the inbox could not be read; trying again")
            return False
        free = [head for head in heads if head[1] not in self.busy][: MOST_AT_ONCE - len(self.busy)]
        for message, conversation in free:
            self.busy.add(conversation)
            group.create_task(self._take(message, conversation))
        return bool(free)

    async def _heads(self) -> list[tuple[int, int]]:
        async with self.database.reading() as tx:
            return await tx.inbox.heads(self.clock(), limit=MOST_AT_ONCE * 4)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self.poll_seconds):
                await self.bell.wait()
        except TimeoutError:
            pass

    async def _take(self, message: int, conversation: int) -> None:
        try:
            await self._handle_stubbornly(message, conversation)
        except Exception as error:  # a worker that dies would lose every later question
            log.exception("message %s waits: %s", message, type(error).__name__)
            await self._postpone(message)
        finally:
            self.busy.discard(conversation)
            self.bell.set()

    async def _handle_stubbornly(self, message: int, conversation: int) -> None:
        """A lost race is run again at once: the second reading sees what the winner did."""
        for attempt in range(MOST_RERUNS):
            try:
                await self._handle(message, conversation)
                return
            except Conflict:
                if attempt == MOST_RERUNS - 1:
                    raise
                await asyncio.sleep(0.01 * 2**attempt)

    async def _handle(self, key: int, conversation: int) -> None:
        base = self.knowledge()  # a turn keeps the base it began with, whatever is published meanwhile
        prepared = await self._prepare(key, base)
        async with self.database.transaction() as tx:
            if await tx.conversations.lock(conversation) is None:
                return
            # Read only now that the conversation is ours: another process may have handled it meanwhile.
            message = await tx.inbox.get(key)
            if message is None or message.status != Handling.WAITING or not await tx.inbox.is_head(message):
                return
            await self._one_turn(await self._turn(tx, message, base, prepared))

    async def _prepare(self, key: int, base: KnowledgeBase) -> tuple[str, Finding] | None:
        """Fetch files and look the question up before the transaction is opened: neither may hold it up."""
        async with self.database.reading() as tx:
            message = await tx.inbox.get(key)
            if message is None or message.status != Handling.WAITING:
                return None
            conversation = await tx.conversations.get(message.conversation)
            last = conversation.last_exchange
            exchange = None if last is None else await tx.journal.get(last)
            known = self.rules.open_access or await self._has_post(tx, message)
        if not known:
            return None  # strangers cost us nothing but a row
        await self.files.fetch_all(message)
        if not message.text.strip() or len(message.text) > LONGEST_LOOKED_UP:
            return None
        previous = None if exchange is None else exchange.question
        today = self.clock().astimezone(self.rules.timezone).date()
        return message.text, base.look_up_today(message.text, today=today, previous=previous)

    async def _has_post(self, tx: Transaction, message: IncomingMessage) -> bool:
        account = await tx.people.account_by_key(message.account)
        return (await tx.people.get(account.person)).enrolled

    async def _one_turn(self, turn: Turn) -> None:
        missing = await self.files.keep(turn.tx, turn.incoming, at=turn.now)
        await _bring_out(turn)
        incident = await guarded(turn, dispatch)
        for name in missing:
            await turn.reply("file.not_kept", name=name)
        turn.incoming.handled(turn.now, incident=incident)

    async def _turn(
        self, tx: Transaction, message: IncomingMessage, base: KnowledgeBase, prepared: tuple[str, Finding] | None
    ) -> Turn:
        conversation = await tx.conversations.get(message.conversation)
        account = await tx.people.account_by_key(message.account)
        person = await tx.people.get(account.person)
        if self.rules.open_access and person.role == Role.GUEST:
            person.role = Role.REQUESTER.value
        return Turn(
            tx=tx,
            knowledge=base,
            workdays=self.workdays,
            rules=self.rules,
            now=self.clock(),
            person=person,
            channels=self.channels,
            incoming=message,
            conversation=conversation,
            account=account,
            prepared=prepared,
        )

    async def _store(self, tx: Transaction, message: Incoming) -> bool:
        now = self.clock()
        account = await tx.people.meet(message.channel, message.sender, name=message.sender_name, at=now)
        talk = await tx.conversations.open(message.channel, message.address, group=message.group, at=now)
        assert account.id is not None
        return await tx.inbox.add(
            IncomingMessage(
                channel=message.channel,
                external_id=message.external_id,
                conversation=talk.key,
                account=account.id,
                kind=message.kind.value,
                text=message.text[:LONGEST_KEPT],
                choice=message.choice,
                platform_id=message.platform_id,
                reply_to=message.reply_to,
                edited=message.edited,
                attachments=[asdict(file) for file in message.attachments],
                sent_at=message.sent_at,
                received_at=now,
            )
        )

    async def _postpone(self, key: int) -> None:
        try:
            async with self.database.transaction() as tx:
                message = await tx.inbox.get(key)
                if message is not None and message.status == Handling.WAITING:
                    await self._give_up_or_wait(tx, message)
        except Exception:
            log.exception("message %s could not even be postponed; the poll finds it again", key)

    async def _give_up_or_wait(self, tx: Transaction, message: IncomingMessage) -> None:
        """Try again later; one that trips us every time gets an apology, so that those behind it are heard."""
        message.postpone(self.clock())
        if message.attempts >= MOST_ATTEMPTS:
            incident = secrets.token_hex(4)
            log.error("message %s is given up as incident %s", message.id, incident)
            turn = await self._turn(tx, message, self.knowledge(), None)
            await turn.reply("error.unexpected", incident=incident)
            message.handled(self.clock(), incident=incident)


async def guarded(turn: Turn, handler: Callable[[Turn], Awaitable[None]]) -> str:
    """Run a handler in a savepoint. A Refusal becomes its sentence, anything else an apology with an incident."""
    try:
        async with turn.tx.savepoint():
            await handler(turn)
    except Refusal as refusal:
        await _undone(turn)
        await turn.reply(refusal.key, **refusal.facts)
    except Conflict:
        raise
    except Exception:
        incident = secrets.token_hex(4)
        log.exception("incident %s while handling a message", incident)
        await _undone(turn)
        await turn.reply("error.unexpected", incident=incident)
        return incident
    return ""


async def _undone(turn: Turn) -> None:
    await turn.tx.reread(turn.incoming, turn.conversation, turn.account, turn.person)


async def _bring_out(turn: Turn) -> None:
    """They wrote: what waited for that is sent here now; what was perhaps not delivered is repeated, marked so."""
    turn.conversation.heard_at = turn.now
    if turn.conversation.group or turn.incoming.kind == Kind.STOPPED:
        return
    for message in await turn.tx.outbox.kept_for(turn.person.key):
        if message.status == Sending.UNCERTAIN and _saw(turn, message.choices):
            message.sent(turn.now, message.text)
            continue
        message.again = message.status == Sending.UNCERTAIN
        message.address_to(turn.conversation.key, turn.conversation.channel)
        turn.tx.wake("outbox")


def _saw(turn: Turn, choices: list[dict[str, object]]) -> bool:
    """A pressed button proves that its message arrived."""
    return turn.incoming.kind == Kind.CHOICE and any(choice["id"] == turn.incoming.choice for choice in choices)
