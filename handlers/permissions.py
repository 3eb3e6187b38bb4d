"""Who may do what (phân quyền): one table, asked before every act, whether pressed, typed or done in the console."""

from __future__ import annotations

from enum import StrEnum

from storage.errors import Refusal
from storage.people import Person, Role
from storage.tickets import Ticket


class Act(StrEnum):
    """What people do."""

    ASK = "ask"
    SEE_QUEUE = "see_queue"
    READ = "read"
    TAKE = "take"
    ASK_BACK = "ask_back"
    ANSWER = "answer"
    HAND_OVER = "hand_over"
    RELEASE = "release"
    ADD_DETAILS = "add_details"
    ACCEPT = "accept"
    REOPEN = "reopen"
    PROPOSE = "propose"
    CURATE = "curate"
    """Approve, reject and recall; never one's own."""


class Tie(StrEnum):
    """How a person must be tied to a ticket for an act."""

    NONE = "none"
    """No ticket is involved, or any will do."""
    OWN = "own"
    """They asked it."""
    DEPARTMENT = "department"
    """It stands in their department's queue."""
    HOLDER = "holder"
    """They have it in hand, and it is still in their department."""
    PROVINCE = "province"
    """They lead the province, and may see everything."""


PROVINCE_UNIT = "ubnd-tinh"

NOT_ONES_OWN = (Act.TAKE, Act.ASK_BACK, Act.ANSWER)
"""Nobody answers their own question."""

_ASKER = {
    Act.ASK: {Tie.NONE},
    Act.READ: {Tie.OWN},
    Act.ADD_DETAILS: {Tie.OWN},
    Act.ACCEPT: {Tie.OWN},
    Act.REOPEN: {Tie.OWN},
}

TABLE: dict[Role, dict[Act, set[Tie]]] = {
    Role.GUEST: {},
    Role.REQUESTER: _ASKER,
    Role.SPECIALIST: _ASKER
    | {
        Act.SEE_QUEUE: {Tie.NONE},
        Act.READ: {Tie.OWN, Tie.DEPARTMENT},
        Act.TAKE: {Tie.DEPARTMENT},
        Act.ASK_BACK: {Tie.HOLDER},
        Act.ANSWER: {Tie.HOLDER},
        Act.HAND_OVER: {Tie.DEPARTMENT},
        Act.RELEASE: {Tie.HOLDER},
        Act.PROPOSE: {Tie.NONE},
    },
    Role.LEADER: _ASKER
    | {
        Act.SEE_QUEUE: {Tie.NONE},
        Act.READ: {Tie.OWN, Tie.DEPARTMENT, Tie.PROVINCE},
        Act.TAKE: {Tie.DEPARTMENT},
        Act.ASK_BACK: {Tie.HOLDER},
        Act.ANSWER: {Tie.HOLDER},
        Act.HAND_OVER: {Tie.DEPARTMENT},
        Act.RELEASE: {Tie.DEPARTMENT},
        Act.PROPOSE: {Tie.NONE},
        Act.CURATE: {Tie.NONE},
    },
    Role.CURATOR: _ASKER | {Act.PROPOSE: {Tie.NONE}, Act.CURATE: {Tie.NONE}},
    Role.OPERATOR: _ASKER,
}


def may(person: Person, act: Act, ticket: Ticket | None = None) -> bool:
    """Whether this person may do this, to this ticket when one is involved."""
    if not person.active or (act in NOT_ONES_OWN and ticket is not None and ticket.requester == person.id):
        return False
    ties = TABLE[Role(person.role)].get(act, set())
    return Tie.NONE in ties or (ticket is not None and any(_tied(person, tie, ticket) for tie in ties))


def require(person: Person, act: Act, ticket: Ticket | None = None) -> None:
    """Refuse what the table does not allow.

    Somebody who may not even read a ticket is told that there is none: its existence is nobody else's business.
    """
    if may(person, act, ticket):
        return
    if ticket is not None and not may(person, Act.READ, ticket):
        raise Refusal("ticket.unknown", number=ticket.number)
    raise Refusal(f"permission.{act}", number=ticket.number if ticket else None)


def _tied(person: Person, tie: Tie, ticket: Ticket) -> bool:
    if tie == Tie.OWN:
        return ticket.requester == person.id
    if tie == Tie.DEPARTMENT:
        return bool(person.unit) and ticket.department == person.unit
    if tie == Tie.HOLDER:
        return ticket.assignee == person.id and ticket.department == person.unit
    return tie == Tie.PROVINCE and person.unit == PROVINCE_UNIT
