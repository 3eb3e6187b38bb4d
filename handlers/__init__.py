"""What we do: which handler takes which turn, read top to bottom. The first that takes it ends the turn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from handlers import browsing, handbook, people, questions, recalls, sketches, sources, tickets
from handlers.commands import Command
from handlers.desk import Turn
from handlers.turn import Choice, Kind
from handlers.understanding import LOOKING, SHORT, understood
from knowledge.entries import Decision
from storage.errors import Refusal

Verb = Callable[[Turn, Command], Awaitable[None]]
Route = Callable[[Turn], Awaitable[bool]]

FOR_STRANGERS: dict[str, Verb] = {
    "start": people.start,
    "help": people.help_,
    "link": people.link,
    "language": people.language,
    "language-vi": people.language,
    "language-en": people.language,
}

VERBS: dict[str, Verb] = FOR_STRANGERS | {
    "cancel": people.cancel,
    "pick": questions.pick,
    "helped": questions.helped,
    "wrong": questions.wrong,
    "send": questions.send,
    "about-file": questions.about_file,
    "take": tickets.take,
    "ask-back": tickets.ask_back,
    "answer": tickets.answer,
    "details": tickets.details,
    "hand-over": tickets.hand_over,
    "release": tickets.release,
    "accept": tickets.accept,
    "reopen": tickets.reopen,
    "ticket": tickets.show,
    "mine": tickets.mine,
    "queue": tickets.queue,
    "fields": browsing.fields,
    "field": browsing.field,
    "entry": browsing.entry,
    "document": browsing.document,
    "handbook": handbook.handbook,
    "handbook-field": handbook.field,
    "article": sources.article,
    "procedure": sources.procedure,
    "cite": sources.cite,
    "propose": sketches.propose,
    "read-recall": recalls.read,
}


async def dispatch(turn: Turn) -> None:
    """Give the turn to the first route that takes it."""
    for route in ROUTES:
        if await route(turn):
            return
    raise AssertionError("the last route takes everything")


async def _gone(turn: Turn) -> bool:
    if turn.incoming.kind != Kind.STOPPED:
        return False
    await people.stopped(turn)
    return True


async def _in_a_group(turn: Turn) -> bool:
    """In a group anybody may read along: ask for a private word instead of answering there."""
    if not turn.conversation.group:
        return False
    if turn.incoming.kind != Kind.STARTED:
        await turn.reply("group.in_private")
    return True


async def _begun(turn: Turn) -> bool:
    if turn.incoming.kind != Kind.STARTED:
        return False
    await people.start(turn, Command("start"))
    return True


async def _command(turn: Turn) -> bool:
    """Buttons, numbers, and words that are a command."""
    command = await understood(turn)
    if command is None:
        return False
    verbs = VERBS if turn.person.enrolled else FOR_STRANGERS
    if command.verb not in verbs:
        return False
    if command.verb not in LOOKING:
        turn.conversation.wait_no_more()
    await verbs[command.verb](turn, command)
    return True


async def _stranger(turn: Turn) -> bool:
    if turn.person.enrolled:
        return False
    await people.welcome(turn)
    return True


async def _old_button(turn: Turn) -> bool:
    if turn.incoming.kind != Kind.CHOICE:
        return False
    raise Refusal("choice.unknown")


async def _unreadable(turn: Turn) -> bool:
    if turn.incoming.kind != Kind.UNSUPPORTED:
        return False
    await turn.reply("refusal.unsupported")
    return True


async def _reply_to_ticket(turn: Turn) -> bool:
    if not turn.incoming.reply_to:
        return False
    ours = await turn.tx.outbox.behind(turn.conversation.key, turn.incoming.reply_to)
    if ours is None or ours.ticket is None:
        return False
    turn.conversation.wait_no_more()
    await tickets.replied(turn, ours.ticket)
    return True


async def _awaited(turn: Turn) -> bool:
    """The words we asked for. A clear new question instead of them is asked about, not swallowed."""
    awaited = turn.conversation.awaited(turn.now)
    if awaited is None or turn.incoming.kind == Kind.EDIT:
        return False
    text = turn.incoming.text
    if awaited["verb"] == "details" and 0 < len(text) <= SHORT and turn.look_up(text).decision == Decision.ANSWER:
        turn.conversation.wait_no_more()
        await questions.ask(turn, text)
        number = {"number": awaited["number"]}
        await turn.reply(
            "details.or_new",
            **number,
            choices=[Choice(f"details:{awaited['number']}:{turn.incoming.key}", "choice.was_details", number)],
        )
        return True
    turn.conversation.wait_no_more()
    about = [str(awaited["number"]), *([awaited["department"]] if "department" in awaited else [])]
    await VERBS[awaited["verb"]](turn, Command(awaited["verb"], tuple(about), text or _file_names(turn)))
    return True


async def _edit(turn: Turn) -> bool:
    if turn.incoming.kind != Kind.EDIT:
        return False
    await questions.edited(turn)
    return True


async def _file_alone(turn: Turn) -> bool:
    if turn.incoming.text.strip() or not turn.incoming.attachments:
        return False
    turn.conversation.wait_for("about-file", at=turn.now, number=turn.incoming.key)
    await turn.reply("file.alone")
    return True


async def _question(turn: Turn) -> bool:
    await questions.ask(turn, turn.incoming.text)
    return True


ROUTES: tuple[Route, ...] = (
    _gone,
    _in_a_group,
    _begun,
    _command,
    _stranger,
    _old_button,
    _unreadable,
    _reply_to_ticket,
    _awaited,
    _edit,
    _file_alone,
    _question,
)


def _file_names(turn: Turn) -> str:
    return ", ".join(file.get("name", "") for file in turn.incoming.attachments)
