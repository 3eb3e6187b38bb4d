"""Where handlers work: a desk is an open transaction, the knowledge base, the time it is, and who acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from handlers.turn import Choice, Paragraph
from knowledge import KnowledgeBase
from knowledge.entries import Finding
from knowledge.workdays import Workdays
from storage import Refusal, Transaction
from storage.conversations import Conversation
from storage.inbox import IncomingMessage
from storage.outbox import OutgoingMessage, Priority
from storage.people import Account, Person

LONGEST_LOOKED_UP = 4000
"""Characters of a question; more is a letter, and reading it would keep others waiting."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a province decides about how questions are handled."""

    timezone: ZoneInfo
    open_access: bool = False
    """Whether strangers may ask; otherwise only people with a code."""
    answer_time: timedelta = timedelta(hours=15)
    """Working time a department has for an answer (two working days)."""
    remind_before: timedelta = timedelta(hours=4)
    """Working time before the due moment at which the holder is reminded."""
    stale_after: timedelta = timedelta(hours=37, minutes=30)
    """Working time after an answer at which silence closes the ticket (five working days)."""
    triage: str = "van-phong-ubnd-tinh"
    """The department that gets what no other has people for."""


@dataclass(slots=True)
class Desk:
    """Where somebody works: an open transaction, the knowledge base, the time it is, and who acts."""

    tx: Transaction
    knowledge: KnowledgeBase
    workdays: Workdays
    rules: Rules
    now: datetime
    person: Person
    channels: frozenset[str]
    """Channels that are switched on, so that nothing is promised to one that is not."""

    @property
    def today(self) -> date:
        """The day in the province."""
        return self.now.astimezone(self.rules.timezone).date()

    def due(self, working: timedelta) -> datetime:
        """The moment when so much working time will have passed."""
        return self.workdays.due(self.now, working)

    async def tell(
        self,
        person: int,
        key: str,
        *,
        choices: Sequence[Choice] = (),
        more: Sequence[Paragraph] = (),
        ticket: int | None = None,
        attachments: Sequence[int] = (),
        priority: Priority = Priority.REPLY,
        awaits: dict[str, Any] | None = None,
        prefer: int | None = None,
        once: str | None = None,
        **facts: Any,
    ) -> None:
        """Promise to say something to a person, on the account where they can be reached now.

        `prefer` is a conversation to use when it is theirs; `once` makes a second promise of the same name a no-op.
        """
        if once is not None and await self.tx.outbox.promised(once):
            return
        if not (await self.tx.people.get(person)).active:
            return  # whoever has lost the post hears nothing more of its business
        message = _promise(
            key,
            facts,
            choices,
            more,
            ticket=ticket,
            attachments=list(attachments),
            priority=priority,
            awaits=awaits,
            once=once,
            created_at=self.now,
            person=person,
        )
        await self._address(message, person, prefer)
        await self.tx.outbox.add(message)
        self.tx.wake("outbox")

    async def _address(self, message: OutgoingMessage, person: int, prefer: int | None) -> None:
        reachable = [a for a in await self.tx.people.accounts(person) if a.reachable and a.channel in self.channels]
        talks = [await self.tx.conversations.at(account.channel, account.address) for account in reachable]
        known = [talk for talk in talks if talk is not None]
        if not known:
            message.hold("no account can be reached")
            return
        talk = next((talk for talk in known if talk.id == prefer), known[0])
        message.conversation, message.channel = talk.key, talk.channel


@dataclass(slots=True)
class Turn(Desk):
    """A desk with a message on it: one person's move in a conversation, and our answer."""

    incoming: IncomingMessage
    conversation: Conversation
    account: Account
    prepared: tuple[str, Finding] | None = None
    """What was looked up before the transaction was opened: the text, and what was found."""

    def look_up(self, text: str, *, previous: str | None = None) -> Finding:
        """What the knowledge base makes of a text, today or on the day before it that the text is about."""
        if self.prepared is not None and self.prepared[0] == text:
            return self.prepared[1]
        if len(text) > LONGEST_LOOKED_UP:
            raise Refusal("question.too_long", limit=LONGEST_LOOKED_UP)
        return self.knowledge.look_up_today(text, today=self.today, previous=previous)

    async def reply(
        self,
        key: str,
        *,
        choices: Sequence[Choice] = (),
        more: Sequence[Paragraph] = (),
        ticket: int | None = None,
        attachments: Sequence[int] = (),
        **facts: Any,
    ) -> None:
        """Promise to say something here, in answer to the message."""
        message = _promise(
            key,
            facts,
            choices,
            more,
            ticket=ticket,
            attachments=list(attachments),
            priority=Priority.REPLY,
            created_at=self.now,
            person=self.person.key,
            conversation=self.conversation.key,
            channel=self.conversation.channel,
            incoming=self.incoming.id,
        )
        await self.tx.outbox.add(message)
        self.tx.wake("outbox")


def _promise(
    key: str, facts: dict[str, Any], choices: Sequence[Choice], more: Sequence[Paragraph], **columns: Any
) -> OutgoingMessage:
    if more:
        facts = {**facts, "more": [paragraph.row() for paragraph in more]}
    return OutgoingMessage(key=key, facts=_storable(facts), choices=[choice.row() for choice in choices], **columns)


def _storable(fact: Any) -> Any:
    """Facts are kept as JSON: moments and days in ISO form, which the wording's formats read back."""
    if isinstance(fact, datetime | date):
        return fact.isoformat()
    if isinstance(fact, dict):
        return {name: _storable(value) for name, value in fact.items()}
    if isinstance(fact, list | tuple):
        return [_storable(value) for value in fact]
    return fact
