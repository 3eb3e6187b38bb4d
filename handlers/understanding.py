"""What a person wants done, given where the conversation stands: a pressed button, a number on the screen, words."""

from __future__ import annotations

from handlers.commands import Command, from_choice, from_words, typed_number
from handlers.desk import Turn
from handlers.permissions import Act, may
from handlers.turn import Kind
from knowledge.entries import Decision
from storage.errors import Refusal

LOOKING = {
    "cancel",
    "start",
    "help",
    "handbook",
    "mine",
    "queue",
    "ticket",
    "fields",
    "article",
    "procedure",
    "read-recall",
    "language",
    "language-vi",
    "language-en",
}
"""Looking something up does not end what somebody was about to write."""

ON_A_TICKET = {
    "take": Act.TAKE,
    "answer": Act.ANSWER,
    "ask-back": Act.ASK_BACK,
    "hand-over": Act.HAND_OVER,
    "release": Act.RELEASE,
    "details": Act.ADD_DETAILS,
    "accept": Act.ACCEPT,
    "reopen": Act.REOPEN,
    "ticket": Act.READ,
}

SHORT = 300
"""Characters up to which words may be a new question rather than what they were asked for."""

PLAUSIBLE_NUMBER = 20
"""A larger number is no choice: "99" may be a document."""


async def understood(turn: Turn) -> Command | None:
    """The command in a message; None when it is a question, or the words that we asked for."""
    if turn.incoming.kind == Kind.CHOICE:
        return from_choice(turn.incoming.choice)
    if turn.incoming.kind != Kind.TEXT:
        return None
    awaited = turn.conversation.awaited(turn.now) is not None
    number = typed_number(turn.incoming.text)
    if number is not None:
        return _chosen(turn, number, awaited=awaited)
    command = from_words(turn.incoming.text)
    if command is None or (awaited and not command.about and command.verb not in LOOKING):
        return None  # "đúng rồi" to a question of ours is the answer to it
    return command if await _meant(turn, command) else None


def _chosen(turn: Turn, number: int, *, awaited: bool) -> Command | None:
    chosen = turn.conversation.chosen(number)
    if chosen is not None:
        return from_choice(chosen)
    if turn.conversation.offered and number <= PLAUSIBLE_NUMBER and not awaited:
        raise Refusal("choice.number_unknown")
    return None


async def _meant(turn: Turn, command: Command) -> bool:
    """Whether words with a ticket's number are a command.

    "trả lời 12 ngày chưa có kết quả" is a question unless there is a ticket 12 with which they may do that; and so
    is what the knowledge base can answer.
    """
    act = ON_A_TICKET.get(command.verb)
    if act is None or len(command.rest.split()) < 2:
        return True
    ticket = await turn.tx.tickets.look(command.number)
    if ticket is None or not (may(turn.person, act, ticket) or may(turn.person, Act.TAKE, ticket)):
        return False
    return len(turn.incoming.text) > SHORT or turn.look_up(turn.incoming.text).decision != Decision.ANSWER
