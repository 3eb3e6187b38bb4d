"""Asking (hỏi): a message becomes an answer with its sources, a few choices, a ticket, or a plain refusal."""

from __future__ import annotations

from datetime import date
from typing import Any

from handlers import browsing, escalation, sources, told
from handlers.commands import Command
from handlers.desk import Turn
from handlers.permissions import Act, require
from handlers.turn import Choice
from handlers.views import entry_paragraphs, gone_paragraphs, last_day
from knowledge.days import stretch_named
from knowledge.entries import Decision, Entry, Finding, Interval
from storage.errors import Refusal
from storage.journal import Exchange

MOST_WORDS_OF_A_NUMBER = 6
UNKNOWN_DOCUMENT = "unknown-document"
"""A document by number that the knowledge base does not have: no question yet, but a specialist may know."""


async def ask(turn: Turn, text: str) -> None:
    """Answer a question from the knowledge base, or carry it to the department (hỏi)."""
    require(turn.person, Act.ASK)
    finding = turn.look_up(text, previous=await _previous(turn))
    exchange = await _record(turn, text, finding)
    if finding.decision != Decision.ANSWER and finding.named and _only_numbers(finding, text):
        await sources.show_named(turn, finding, _picks(turn, exchange))
    elif finding.imported and not finding.matches and finding.decision == Decision.CHOICES:
        await sources.show_documents(turn, finding.imported)
    elif _only_documents(finding, text):
        await browsing.show_documents(turn, finding.documents)
    elif finding.decision == Decision.ANSWER:
        await show(turn, exchange, finding.matches[0].entry)
    elif finding.decision == Decision.CHOICES:
        await _offer(turn, exchange, finding)
    elif finding.decision == Decision.ESCALATE:
        await escalation.open_for(turn, exchange, more=gone_paragraphs(turn, finding))
    elif finding.decision == Decision.SMALLTALK:
        await turn.reply(f"smalltalk.{finding.topic}", choices=_start_choices(turn))
    else:
        choices = [Choice(f"send:{exchange.key}", "choice.send")] if finding.topic == UNKNOWN_DOCUMENT else []
        await turn.reply(f"refusal.{finding.topic}", choices=choices)


async def show(turn: Turn, exchange: Exchange, entry: Entry) -> None:
    """Show an entry as the answer to an exchange, with its sources and what may be said about it."""
    told.note(turn, exchange, entry)
    about = f"{exchange.key}"
    await turn.reply(
        "answer.entry",
        title=entry.title,
        body=entry.answer,
        more=entry_paragraphs(turn, entry, _days_asked(turn, exchange)),
        choices=[
            Choice(f"helped:{about}", "choice.helped"),
            Choice(f"wrong:{about}", "choice.wrong"),
            Choice(f"send:{about}", "choice.send"),
        ],
    )


async def pick(turn: Turn, command: Command) -> None:
    """One of the offered entries is what was meant (chọn)."""
    exchange = await _exchange(turn, command)
    offered = exchange.matches[command.part(1) : command.part(1) + 1]
    entry = turn.knowledge.entries.get(offered[0]["entry"]) if offered else None
    if entry is None or not turn.knowledge.in_force(entry, _day_asked(turn, exchange)):
        raise Refusal("answer.no_longer_valid")
    turn.tx.journal.note(exchange.key, "picked", at=turn.now, entry=entry.id, revision=entry.revision)
    await show(turn, exchange, entry)


async def helped(turn: Turn, command: Command) -> None:
    """The answer was what they needed (đúng ý)."""
    exchange = await _exchange(turn, command)
    turn.tx.journal.note(exchange.key, "helped", at=turn.now)
    await turn.reply("answer.helped")


async def wrong(turn: Turn, command: Command) -> None:
    """The answer was not what they needed (chưa đúng): show what else there is, and the way to the department."""
    exchange = await _exchange(turn, command)
    notes = await turn.tx.journal.notes(exchange.key)
    turn.tx.journal.note(exchange.key, "wrong", at=turn.now)
    seen = {note.entry for note in notes if note.kind == "shown"}
    choices = [choice for choice, entry in _picks(turn, exchange) if entry not in seen]
    send = Choice(f"send:{exchange.key}", "choice.send")
    if choices:
        await turn.reply("answer.wrong", choices=[*choices, send])
        return
    related = sources.kept(turn, exchange)
    await turn.reply(
        "answer.wrong_nothing_else", more=sources.paragraphs(related), choices=[*sources.to_read(related), send]
    )


async def send(turn: Turn, command: Command) -> None:
    """To a specialist, whatever the machine thinks (gửi chuyên viên)."""
    await escalation.open_for(turn, await _exchange(turn, command))


async def about_file(turn: Turn, command: Command) -> None:
    """A photo or file came first, and now what it is about: they belong together."""
    before = await turn.tx.inbox.get(command.number)
    if before is not None and before.conversation == turn.conversation.id:
        for file in await turn.tx.attachments.of_message(before.key):
            file.incoming = turn.incoming.key
    await ask(turn, command.rest)


async def edited(turn: Turn) -> None:
    """A message was changed after it was sent: what it led to is put right, not asked twice."""
    before = await turn.tx.inbox.at(turn.conversation.key, turn.incoming.edited)
    exchange = None if before is None else await turn.tx.journal.of_message(before.key)
    ticket = None if exchange is None else await turn.tx.tickets.of_exchange(exchange.key)
    if before is None or await turn.tx.inbox.last_wording(turn.incoming) == turn.incoming.text:
        return
    if exchange is None:
        await turn.reply("edit.not_taken")
    if ticket is not None:
        await escalation.correct(turn, ticket.id, turn.incoming.text)
    elif exchange is not None:
        await ask(turn, turn.incoming.text)


def _only_documents(finding: Finding, text: str) -> bool:
    """Whether a document is asked for rather than what it says ("nđ 154")."""
    return bool(finding.documents) and finding.decision == Decision.CHOICES and _only_numbers(finding, text)


def _only_numbers(finding: Finding, text: str) -> bool:
    return not finding.matches or len(text.split()) <= MOST_WORDS_OF_A_NUMBER


async def _record(turn: Turn, text: str, finding: Finding) -> Exchange:
    exchange = await turn.tx.journal.record(
        Exchange(
            person=turn.person.key,
            conversation=turn.conversation.key,
            incoming=turn.incoming.id,
            question=text,
            as_of=finding.as_of,
            decision=finding.decision.value,
            confidence=finding.confidence,
            topic=finding.topic,
            field=finding.field,
            department=finding.department,
            matches=_matches(finding),
            related=sources.rows(finding.related),
            knowledge=turn.knowledge.revision,
            at=turn.now,
        )
    )
    if finding.decision in (Decision.ANSWER, Decision.CHOICES, Decision.ESCALATE):
        turn.conversation.last_exchange = exchange.key
    return exchange


def _matches(finding: Finding) -> list[dict[str, Any]]:
    return [
        {"entry": match.entry.id, "revision": match.entry.revision, "score": round(match.score, 4)}
        for match in finding.matches[:4]
    ]


async def _offer(turn: Turn, exchange: Exchange, finding: Finding) -> None:
    choices = [choice for choice, _ in _picks(turn, exchange)]
    await turn.reply(
        "choices.offer",
        more=gone_paragraphs(turn, finding),
        choices=[*choices, Choice(f"send:{exchange.key}", "choice.send_other")],
    )


def _picks(turn: Turn, exchange: Exchange) -> list[tuple[Choice, str]]:
    entries = [turn.knowledge.entries.get(match["entry"]) for match in exchange.matches]
    return [
        (Choice(f"pick:{exchange.key}:{place}", "choice.entry", {"title": entry.title}), entry.id)
        for place, entry in enumerate(entries)
        if entry is not None and turn.knowledge.in_force(entry, _day_asked(turn, exchange))
    ]


def _days_asked(turn: Turn, exchange: Exchange) -> Interval | None:
    """The past days that an exchange is about; None when it is about today, whenever that is."""
    return stretch_named(exchange.question, exchange.at.astimezone(turn.rules.timezone).date())


def _day_asked(turn: Turn, exchange: Exchange) -> date:
    """The day on which an entry must be in force to answer an exchange now."""
    asked = _days_asked(turn, exchange)
    return last_day(asked) if asked else turn.today


async def _exchange(turn: Turn, command: Command) -> Exchange:
    """The exchange a choice is about, or the last one here; nobody reaches into another's conversation."""
    key = command.number or turn.conversation.last_exchange or 0
    exchange = await turn.tx.journal.get(key)
    if exchange is None or exchange.person != turn.person.id:
        raise Refusal("question.none_yet")
    return exchange


async def _previous(turn: Turn) -> str | None:
    if turn.conversation.last_exchange is None:
        return None
    exchange = await turn.tx.journal.get(turn.conversation.last_exchange)
    return None if exchange is None else exchange.question


def _start_choices(turn: Turn) -> list[Choice]:
    return [Choice("fields", "choice.fields"), Choice("mine", "choice.mine"), Choice("help", "choice.help")]
