"""Who may do what: every role, every tie to a ticket, every act, against a table written down a second time here."""

from __future__ import annotations

import pytest

from handlers.permissions import PROVINCE_UNIT, Act, may, require
from storage import Refusal
from storage.people import Person, Role
from storage.tickets import Ticket
from tests.storage.rows import NOW, draft

ME, ASKER, HOLDER = 1, 2, 3
UNITS = {"here": "so-tu-phap", "elsewhere": "so-noi-vu", "province": PROVINCE_UNIT, "nowhere": ""}

# role: acts without a ticket | my own | in my unit's queue | there, and in my hands | in my hands, moved away | others'
# r read, t take, b ask back, w answer (write), h hand over, l let go, d add details, c accept (content), o reopen,
# a ask, q see the queue, p propose, u curate
TABLE = """
guest       -    -    -    -      -    -
requester   a    rdco -    -      -    -
specialist  aqp  rdco rth  rthbwl -    -
leader      aqpu rdco rthl rthbwl -    -
curator     apu  rdco -    -      -    -
operator    a    rdco -    -      -    -
"""
LETTERS = {
    "r": Act.READ, "t": Act.TAKE, "b": Act.ASK_BACK, "w": Act.ANSWER, "h": Act.HAND_OVER, "l": Act.RELEASE,
    "d": Act.ADD_DETAILS, "c": Act.ACCEPT, "o": Act.REOPEN, "a": Act.ASK, "q": Act.SEE_QUEUE,
    "p": Act.PROPOSE, "u": Act.CURATE,
}  # fmt: skip
SITUATIONS = ("own", "queue", "held", "moved", "others")


def _acts(letters: str) -> set[Act]:
    return {LETTERS[letter] for letter in letters if letter != "-"}


ROWS = {line.split()[0]: [_acts(cell) for cell in line.split()[1:]] for line in TABLE.split("\n") if line}
CELLS = [
    (Role(role), situation, ROWS[role][0] | ROWS[role][1 + place])
    for role in ROWS
    for place, situation in enumerate(SITUATIONS)
]


def _person(role: Role, unit: str = "here", *, active: bool = True) -> Person:
    return Person(id=ME, name="Tôi", role=role.value, unit=UNITS[unit], active=active, created_at=NOW)


def _ticket(situation: str) -> Ticket:
    department = UNITS["here"] if situation in ("queue", "held") else "so-tai-chinh"
    asker = ME if situation == "own" else ASKER
    holder = ME if situation in ("held", "moved") else HOLDER if situation == "others" else None
    return draft(asker, 9, number=12, department=department, assignee=holder)


def test_the_table_speaks_of_everything() -> None:
    assert set(ROWS) == set(Role)
    assert {act for row in ROWS.values() for cell in row for act in cell} == set(LETTERS.values()) == set(Act)


@pytest.mark.parametrize(("role", "situation", "allowed"), CELLS, ids=[f"{r}-{s}" for r, s, _ in CELLS])
def test_every_act_of_every_role(role: Role, situation: str, allowed: set[Act]) -> None:
    person, ticket = _person(role), _ticket(situation)
    assert {act for act in Act if may(person, act, ticket)} == allowed


@pytest.mark.parametrize("role", list(Role))
def test_without_a_ticket(role: Role) -> None:
    assert {act for act in Act if may(_person(role), act)} == ROWS[role][0]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_revoked_may_nothing(role: Role, situation: str) -> None:
    person = _person(role, active=False)
    assert not any(may(person, act, _ticket(situation)) for act in Act)
    with pytest.raises(Refusal, match=r"ticket\.unknown"):
        require(person, Act.READ, _ticket(situation))


@pytest.mark.parametrize("role", list(Role))
def test_only_a_leader_of_the_province_reads_every_ticket(role: Role) -> None:
    person = _person(role, "province")
    expected = {Act.READ} if role == Role.LEADER else set()
    assert {act for act in Act if may(person, act, _ticket("others"))} - ROWS[role][0] == expected


@pytest.mark.parametrize(("role", "acts"), [(Role.SPECIALIST, "aqprdcoh"), (Role.LEADER, "aqpurdcohl")])
def test_nobody_answers_their_own_question(role: Role, acts: str) -> None:
    ticket = draft(ME, 9, number=12, department=UNITS["here"])
    assert {act for act in Act if may(_person(role), act, ticket)} == _acts(acts)


@pytest.mark.parametrize("role", list(Role))
def test_no_unit_is_no_tie(role: Role) -> None:
    """A person without a unit and a ticket without a department must not find each other."""
    ticket = draft(ASKER, 9, number=12, department="")
    assert {act for act in Act if may(_person(role, "nowhere"), act, ticket)} == ROWS[role][0]


@pytest.mark.parametrize(("role", "situation", "allowed"), CELLS, ids=[f"{r}-{s}" for r, s, _ in CELLS])
def test_what_may_not_be_read_does_not_exist(role: Role, situation: str, allowed: set[Act]) -> None:
    for act in set(Act) - allowed:
        with pytest.raises(Refusal) as refused:
            require(_person(role), act, _ticket(situation))
        expected = f"permission.{act}" if Act.READ in allowed else "ticket.unknown"
        assert (refused.value.key, refused.value.facts) == (expected, {"number": 12})
