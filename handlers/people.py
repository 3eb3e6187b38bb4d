"""People: the first word, help, the one-time code, the language."""

from __future__ import annotations

from datetime import timedelta

from handlers.commands import Command
from handlers.desk import Desk, Turn
from handlers.escalation import put_back
from handlers.turn import Choice
from handlers.views import unit_name
from storage.errors import Refusal
from storage.people import Person, Role

GUESSING = timedelta(minutes=10)
MOST_GUESSES = 50
"""Wrong codes from everywhere together: whoever guesses makes a new account for each try."""

HELP_BY_ROLE = {Role.SPECIALIST: "help.specialist", Role.LEADER: "help.specialist"}


async def start(turn: Turn, command: Command) -> None:
    """ "/start": who we are, and what can be done here."""
    if not turn.person.enrolled:
        await welcome(turn)
        return
    await turn.reply("start.hello", name=turn.person.name, choices=_menu(turn))


async def welcome(turn: Turn) -> None:
    """A stranger: how to get in."""
    await turn.reply("start.stranger")


async def help_(turn: Turn, command: Command) -> None:
    """What can be said here (trợ giúp)."""
    key = HELP_BY_ROLE.get(Role(turn.person.role), "help.requester") if turn.person.enrolled else "start.stranger"
    await turn.reply(key, choices=_menu(turn) if turn.person.enrolled else ())


async def link(turn: Turn, command: Command) -> None:
    """Redeem a one-time code (mã tham gia). Wrong codes are counted, so guessing does not pay."""
    if turn.person.enrolled:
        raise Refusal("enrolment.already", name=turn.person.name)
    if await turn.tx.audit.count("code.failed", since=turn.now - GUESSING) >= MOST_GUESSES:
        raise Refusal("enrolment.locked", until=turn.now + GUESSING)
    try:
        code = command.about[0] if command.about else ""  # buttons can be forged
        person = await turn.tx.people.redeem(code, turn.account, at=turn.now)
    except Refusal as refusal:
        if refusal.key == "enrolment.unknown":
            turn.account.code_failed(turn.now)
            turn.tx.audit.write("code.failed", f"account:{turn.account.id}", at=turn.now)
        await turn.reply(refusal.key, **refusal.facts)
        return
    turn.tx.audit.write("enrolment.redeemed", f"person:{person.id}", at=turn.now, actor=person.id)
    turn.person = person
    unit = unit_name(turn, person.unit, await turn.tx.people.communes())
    await turn.reply("enrolment.done", name=person.name, unit=unit, choices=_menu(turn))


async def language(turn: Turn, command: Command) -> None:
    """Which language we speak to this person."""
    chosen = command.verb.removeprefix("language").removeprefix("-")
    if chosen not in ("vi", "en"):
        choices = [Choice("language-vi", "choice.vietnamese"), Choice("language-en", "choice.english")]
        await turn.reply("language.which", choices=choices)
        return
    turn.person.language = chosen
    await turn.reply("language.set")


async def cancel(turn: Turn, command: Command) -> None:
    """What was begun is not wanted after all (huỷ)."""
    waiting = turn.conversation.awaited(turn.now) is not None
    turn.conversation.wait_no_more()
    await turn.reply("cancel.done" if waiting else "cancel.nothing")


async def revoke(desk: Desk, person: Person) -> None:
    """Take a person's post away (thu hồi): no right remains, and what they held goes back to the queue."""
    await desk.tx.people.revoke(person, at=desk.now)
    desk.tx.audit.write("person.revoked", f"person:{person.key}", at=desk.now)
    for ticket in await desk.tx.tickets.held_by(person.key, limit=10_000):
        await put_back(desk, ticket, by=None)


async def stopped(turn: Turn) -> None:
    """They blocked us: write nothing, use another account."""
    turn.account.reachable = False


def _menu(turn: Turn) -> list[Choice]:
    choices = [Choice("fields", "choice.fields"), Choice("mine", "choice.mine")]
    if Role(turn.person.role) in HELP_BY_ROLE:
        choices.insert(0, Choice("queue", "choice.queue"))
    return choices
