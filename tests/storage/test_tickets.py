"""The verbs of a ticket on plain objects: what each changes, in which state it is allowed, what it says when not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from inspect import isfunction

import pytest

from storage import Refusal
from storage.ticket_events import Happening
from storage.tickets import Status, Ticket
from tests.storage.rows import NOW, after, draft

OFFICER, HA, VINH = 1, 2, 3
Verb = Callable[[Ticket], None]

VERBS: dict[str, Verb] = {
    "assign": lambda t: t.assign(VINH, at=after(hours=9)),
    "ask_back": lambda t: t.ask_back("Ở thôn nào?", by=HA, at=after(hours=9)),
    "add_details": lambda t: t.add_details("Thôn 2.", by=OFFICER, at=after(hours=9), due_at=after(days=3)),
    "answer": lambda t: t.answer("Chủ tịch xã ký.", by=HA, at=after(hours=9), citations=["123/2015/NĐ-CP"]),
    "cite": lambda t: t.cite("Điều 9 154/2025/NĐ-CP", by=HA, at=after(hours=9)),
    "hand_over": lambda t: t.hand_over("so-noi-vu", "Việc của Nội vụ", by=HA, at=after(hours=9), due_at=after(days=4)),
    "release": lambda t: t.release(by=HA, at=after(hours=9), due_at=after(days=6)),
    "accept": lambda t: t.accept(by=OFFICER, at=after(hours=9)),
    "reopen": lambda t: t.reopen("Vẫn chưa rõ", by=OFFICER, at=after(hours=9), due_at=after(days=5)),
    "close_by_silence": lambda t: t.close_by_silence(at=after(hours=9)),
}

# For each state: what a verb leads to, or the sentence it is refused with.
EXPECTED: dict[Status, dict[str, Status | str]] = {
    Status.OPEN: {
        "cite": "ticket.not_in_work",
        "assign": Status.ASSIGNED,
        "ask_back": "ticket.not_in_work",
        "add_details": Status.OPEN,
        "answer": "ticket.not_in_work",
        "hand_over": Status.OPEN,
        "release": "ticket.not_in_work",
        "accept": "ticket.not_answered",
        "reopen": "ticket.not_answered",
        "close_by_silence": "ticket.not_answered",
    },
    Status.ASSIGNED: {
        "cite": Status.ASSIGNED,
        "assign": "ticket.taken",
        "ask_back": Status.PENDING,
        "add_details": Status.ASSIGNED,
        "answer": Status.ANSWERED,
        "hand_over": Status.OPEN,
        "release": Status.OPEN,
        "accept": "ticket.not_answered",
        "reopen": "ticket.not_answered",
        "close_by_silence": "ticket.not_answered",
    },
    Status.PENDING: {
        "cite": Status.PENDING,
        "assign": "ticket.taken",
        "ask_back": Status.PENDING,
        "add_details": Status.ASSIGNED,
        "answer": Status.ANSWERED,
        "hand_over": Status.OPEN,
        "release": Status.OPEN,
        "accept": "ticket.not_answered",
        "reopen": "ticket.not_answered",
        "close_by_silence": "ticket.not_answered",
    },
    Status.ANSWERED: {
        "cite": Status.ANSWERED,
        "assign": "ticket.taken",
        "ask_back": "ticket.not_in_work",
        "add_details": "ticket.not_open_to_details",
        "answer": Status.ANSWERED,
        "hand_over": "ticket.not_in_work",
        "release": "ticket.not_in_work",
        "accept": Status.CLOSED,
        "reopen": Status.ASSIGNED,
        "close_by_silence": Status.CLOSED,
    },
    Status.CLOSED: {
        "cite": "ticket.not_in_work",
        "assign": "ticket.closed",
        "ask_back": "ticket.not_in_work",
        "add_details": "ticket.not_open_to_details",
        "answer": "ticket.not_in_work",
        "hand_over": "ticket.not_in_work",
        "release": "ticket.not_in_work",
        "accept": "ticket.closed",
        "reopen": Status.ASSIGNED,
        "close_by_silence": "ticket.not_answered",
    },
}


def ticket_in(status: Status) -> Ticket:
    """A ticket that came to this state the ordinary way, its news told."""
    ticket = draft(OFFICER, 7, number=12)
    if status != Status.OPEN:
        ticket.assign(HA, at=after(hours=1))
    if status == Status.PENDING:
        ticket.ask_back("Xã nào?", by=HA, at=after(hours=2))
    if status in (Status.ANSWERED, Status.CLOSED):
        ticket.answer("Được.", by=HA, at=after(hours=3))
    if status == Status.CLOSED:
        ticket.accept(by=OFFICER, at=after(hours=4))
    ticket.news.clear()
    return ticket


def test_the_table_names_every_state_and_verb() -> None:
    assert set(EXPECTED) == set(Status)
    assert all(set(row) == set(VERBS) for row in EXPECTED.values())
    verbs = {name for name, what in vars(Ticket).items() if isfunction(what) and not name.startswith("_")}
    assert verbs == set(VERBS)


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("verb", list(VERBS))
def test_a_verb_is_allowed_or_refused_by_name(verb: str, status: Status) -> None:
    ticket, expected = ticket_in(status), EXPECTED[status][verb]
    before = ticket.model_dump()
    if isinstance(expected, Status):
        VERBS[verb](ticket)
        assert (ticket.status, ticket.changed_at, len(ticket.news)) == (expected, after(hours=9), 1)
        assert (ticket.news[0].ticket, ticket.news[0].at) == (12, after(hours=9))
        return
    with pytest.raises(Refusal) as refused:
        VERBS[verb](ticket)
    assert (refused.value.key, refused.value.facts["number"]) == (expected, 12)
    assert (ticket.model_dump(), ticket.news) == (before, [])


def test_taking_twice_is_told_apart_from_taking_too_late() -> None:
    ticket = ticket_in(Status.ASSIGNED)
    with pytest.raises(Refusal, match=r"ticket\.yours_already"):
        ticket.assign(HA, at=NOW)
    with pytest.raises(Refusal, match=r"ticket\.taken") as late:
        ticket.assign(VINH, at=NOW)
    assert late.value.facts == {"number": 12, "assignee": HA}
    assert ticket.assignee == HA


def test_the_clock_stands_still_from_the_first_question_back() -> None:
    ticket = ticket_in(Status.ASSIGNED)
    due = ticket.due_at
    ticket.ask_back("Xã nào?", by=HA, at=after(hours=2))
    ticket.ask_back("Năm nào?", by=HA, at=after(hours=5))
    assert (ticket.paused_at, ticket.due_at) == (after(hours=2), due)
    ticket.add_details("Xã Suối Mơ, 2025", by=OFFICER, at=after(hours=8), due_at=after(days=3))
    assert (ticket.paused_at, ticket.due_at, ticket.assignee) == (None, after(days=3), HA)


def test_details_nobody_asked_for_do_not_move_the_due_moment() -> None:
    ticket = ticket_in(Status.ASSIGNED)
    due = ticket.due_at
    ticket.add_details("Thêm một ý", by=OFFICER, at=after(hours=2), due_at=after(days=9))
    assert ticket.due_at == due


def test_an_answer_ends_waiting_and_keeps_its_citations() -> None:
    ticket = ticket_in(Status.PENDING)
    VERBS["answer"](ticket)
    assert (ticket.paused_at, ticket.answered_at) == (None, after(hours=9))
    assert ticket.news[0].facts == {"citations": ["123/2015/NĐ-CP"]}


def test_handing_over_leaves_it_free_in_the_new_queue() -> None:
    ticket = ticket_in(Status.PENDING)
    VERBS["hand_over"](ticket)
    assert (ticket.department, ticket.assignee, ticket.paused_at) == ("so-noi-vu", None, None)
    assert ticket.due_at == after(days=4)
    event = ticket.news[0]
    assert (event.what, event.text) == (Happening.HANDED_OVER, "Việc của Nội vụ")
    assert event.facts == {"former": "so-tu-phap", "to": "so-noi-vu"}


@pytest.mark.parametrize(("status", "due"), [(Status.ASSIGNED, after(days=2)), (Status.PENDING, after(days=6))])
def test_giving_it_back_puts_the_due_moment_off_only_if_it_waited(status: Status, due: datetime) -> None:
    ticket = ticket_in(status)
    VERBS["release"](ticket)
    assert (ticket.assignee, ticket.paused_at, ticket.department, ticket.due_at) == (None, None, "so-tu-phap", due)
    VERBS["assign"](ticket)
    assert ticket.assignee == VINH


@pytest.mark.parametrize(
    ("department", "reason", "key"),
    [("so-noi-vu", " \n", "ticket.hand_over_needs_reason"), ("so-tu-phap", "Vì", "ticket.hand_over_same")],
)
def test_handing_over_needs_a_reason_and_another_department(department: str, reason: str, key: str) -> None:
    ticket = ticket_in(Status.OPEN)
    with pytest.raises(Refusal) as refused:
        ticket.hand_over(department, reason, by=HA, at=NOW, due_at=after(days=4))
    assert (refused.value.key, ticket.department, ticket.news) == (key, "so-tu-phap", [])


def test_reopening_starts_a_new_clock_with_whoever_answered() -> None:
    ticket = ticket_in(Status.CLOSED)
    VERBS["reopen"](ticket)
    assert (ticket.assignee, ticket.due_at) == (HA, after(days=5))
    assert (ticket.answered_at, ticket.closed_at) == (None, None)


def test_silence_closes_in_nobodys_name() -> None:
    ticket = ticket_in(Status.ANSWERED)
    ticket.close_by_silence(at=after(days=9))
    assert (ticket.closed_at, ticket.news[0].actor) == (after(days=9), None)
