"""Tickets (phiếu): a question on its way through a department, with verbs that allow only what makes sense.

The verbs do no I/O. Each leaves a TicketEvent behind; the collection writes events down with the ticket, so a
change without its event cannot be stored.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, event
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel, col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import document, moment
from storage.errors import Refusal
from storage.ticket_events import Happening, TicketEvent


class Status(StrEnum):
    """Where a ticket stands (tình trạng)."""

    OPEN = "open"
    ASSIGNED = "assigned"
    PENDING = "pending"
    """Waiting for the requester's details; the clock stands still."""
    ANSWERED = "answered"
    CLOSED = "closed"


AT_WORK = (Status.OPEN, Status.ASSIGNED, Status.PENDING)


class Ticket(SQLModel, table=True):
    """A question that a department answers. It always has a department, and a clock."""

    __table_args__ = (
        Index("ix_ticket_queue", "department", "status", "due_at"),
        Index("ix_ticket_requester", "requester", "status"),
        Index("ix_ticket_due", "status", "due_at"),
        Index("ix_ticket_answered", "status", "answered_at"),
    )

    number: int | None = Field(default=None, primary_key=True)
    requester: int = Field(foreign_key="person.id")
    unit: str = ""
    conversation: int = Field(foreign_key="conversation.id")
    exchange: int | None = Field(default=None, foreign_key="exchange.id", unique=True)
    question: str
    field: str | None = None
    department: str
    status: str = Status.OPEN
    assignee: int | None = Field(default=None, foreign_key="person.id", index=True)
    opened_at: datetime = Field(sa_column=moment(index=True))
    due_at: datetime = Field(sa_column=moment())
    paused_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    answered_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    closed_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    changed_at: datetime = Field(sa_column=moment())
    cited: list[str] = Field(default_factory=list, sa_column=document())
    """Sources its holder has picked for the answer to come, as people write them."""
    version: int = 1

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]

    @property
    def news(self) -> list[TicketEvent]:
        """Events since the ticket was last written; the collection stores and empties them."""
        found: list[TicketEvent] = self.__dict__.setdefault("_news", [])
        return found

    @property
    def id(self) -> int:
        """The number of a stored ticket."""
        assert self.number is not None
        return self.number

    # verbs

    def assign(self, to: int, *, at: datetime) -> None:
        """A specialist takes it (nhận phiếu); refuses by name when somebody was faster."""
        if self.status != Status.OPEN:
            self._refuse_unless(self.assignee is not None and self.status != Status.CLOSED, "ticket.closed")
            key = "ticket.yours_already" if self.assignee == to else "ticket.taken"
            raise Refusal(key, number=self.number, assignee=self.assignee)
        self.assignee = to
        self._move(Status.ASSIGNED, Happening.ASSIGNED, by=to, at=at)

    def ask_back(self, text: str, *, by: int, at: datetime) -> None:
        """The specialist needs to know more (hỏi lại); the clock stands still until the requester says it."""
        self._refuse_unless(self.status in (Status.ASSIGNED, Status.PENDING), "ticket.not_in_work")
        if self.paused_at is None:
            self.paused_at = at
        self._move(Status.PENDING, Happening.ASKED_BACK, by=by, at=at, text=text)

    def add_details(self, text: str, *, by: int, at: datetime, due_at: datetime | None = None) -> None:
        """The requester says more (bổ sung); a ticket that waited for it goes on, due at `due_at`."""
        self._refuse_unless(self.status in AT_WORK, "ticket.not_open_to_details")
        if self.status == Status.PENDING:
            self.paused_at = None
            self.due_at = due_at or self.due_at
        status = Status.ASSIGNED if self.assignee is not None else Status.OPEN
        self._move(status, Happening.DETAILS, by=by, at=at, text=text)

    def answer(self, text: str, *, by: int, at: datetime, citations: list[str] | None = None) -> None:
        """The specialist answers (trả lời); what was picked to be cited is used up."""
        self._refuse_unless(self.status in (Status.ASSIGNED, Status.PENDING, Status.ANSWERED), "ticket.not_in_work")
        self.paused_at, self.answered_at, self.cited = None, at, []
        self._move(Status.ANSWERED, Happening.ANSWERED, by=by, at=at, text=text, citations=citations or [])

    def cite(self, source: str, *, by: int, at: datetime) -> None:
        """The holder picks a source for the answer to come (trích căn cứ); the same one only once."""
        self._refuse_unless(self.status in (Status.ASSIGNED, Status.PENDING, Status.ANSWERED), "ticket.not_in_work")
        self._refuse_unless(source not in self.cited, "cite.already")
        self.cited = [*self.cited, source]
        self._move(Status(self.status), Happening.CITED, by=by, at=at, text=source)

    def hand_over(self, department: str, reason: str, *, by: int, at: datetime, due_at: datetime) -> None:
        """To another department (chuyển), with a reason; it stands in that queue from now on."""
        self._refuse_unless(self.status in AT_WORK, "ticket.not_in_work")
        self._refuse_unless(bool(reason.strip()), "ticket.hand_over_needs_reason")
        self._refuse_unless(department != self.department, "ticket.hand_over_same")
        former, self.department, self.assignee, self.paused_at = self.department, department, None, None
        self.due_at = due_at
        self._move(Status.OPEN, Happening.HANDED_OVER, by=by, at=at, text=reason, former=former, to=department)

    def release(self, *, by: int | None, at: datetime, due_at: datetime | None = None) -> None:
        """Back to the department's queue (trả lại): whoever held it cannot go on. What they were told stays.

        One that waited for the requester waits no longer, and is due at `due_at`.
        """
        self._refuse_unless(self.status in (Status.ASSIGNED, Status.PENDING), "ticket.not_in_work")
        if self.status == Status.PENDING:
            self.due_at = due_at or self.due_at
        self.assignee, self.paused_at = None, None
        self._move(Status.OPEN, Happening.RELEASED, by=by, at=at)

    def accept(self, *, by: int, at: datetime) -> None:
        """The requester is content (đồng ý); the ticket closes."""
        self._refuse_unless(self.status != Status.CLOSED, "ticket.closed")
        self._refuse_unless(self.status == Status.ANSWERED, "ticket.not_answered")
        self.closed_at = at
        self._move(Status.CLOSED, Happening.ACCEPTED, by=by, at=at)

    def reopen(self, text: str, *, by: int, at: datetime, due_at: datetime) -> None:
        """Still unclear (mở lại): back to whoever answered, with a new clock."""
        self._refuse_unless(self.status in (Status.ANSWERED, Status.CLOSED), "ticket.not_answered")
        self.closed_at, self.answered_at, self.due_at = None, None, due_at
        status = Status.ASSIGNED if self.assignee is not None else Status.OPEN
        self._move(status, Happening.REOPENED, by=by, at=at, text=text)

    def close_by_silence(self, *, at: datetime) -> None:
        """Answered, and nobody objected for long enough."""
        self._refuse_unless(self.status == Status.ANSWERED, "ticket.not_answered")
        self.closed_at = at
        self._move(Status.CLOSED, Happening.CLOSED_BY_SILENCE, by=None, at=at)

    def _move(
        self, status: Status, what: Happening, *, by: int | None, at: datetime, text: str = "", **facts: Any
    ) -> None:
        self.status, self.changed_at = status.value, at
        self.news.append(TicketEvent(ticket=self.number or 0, at=at, actor=by, what=what.value, text=text, facts=facts))

    def _refuse_unless(self, allowed: bool, key: str) -> None:
        if not allowed:
            raise Refusal(key, number=self.number, status=self.status)


class Tickets:
    """All tickets."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        event.listen(session.sync_session, "before_flush", _write_news)

    async def open(self, ticket: Ticket) -> Ticket:
        """Store a new ticket; it gets its number, and its first event."""
        self._session.add(ticket)
        await self._session.flush()
        opened = TicketEvent(
            ticket=ticket.id,
            at=ticket.opened_at,
            actor=ticket.requester,
            what=Happening.OPENED,
            text=ticket.question,
        )
        self._session.add(opened)
        await self._session.flush()
        return ticket

    async def get(self, number: int) -> Ticket:
        """The ticket with this number, for us alone until the transaction ends; Refusal when there is none."""
        query = select(Ticket).where(Ticket.number == number).with_for_update()
        ticket = (await self._session.exec(query)).first()
        if ticket is None:
            raise Refusal("ticket.unknown", number=number)
        return ticket

    async def look(self, number: int) -> Ticket | None:
        """The ticket with this number, to read."""
        return (await self._session.exec(select(Ticket).where(Ticket.number == number))).first()

    async def of_exchange(self, exchange: int) -> Ticket | None:
        """The ticket that an exchange led to."""
        return (await self._session.exec(select(Ticket).where(Ticket.exchange == exchange))).first()

    async def of_requester(self, person: int, *, limit: int = 20) -> list[Ticket]:
        """A person's tickets: those not closed first, the newest first."""
        query = select(Ticket).where(Ticket.requester == person)
        closed_last = (col(Ticket.status) == Status.CLOSED.value, col(Ticket.number).desc())
        return list((await self._session.exec(query.order_by(*closed_last).limit(limit))).all())

    async def queue(self, department: str, *, limit: int = 50) -> list[Ticket]:
        """What a department still owes, the most urgent first."""
        query = select(Ticket).where(Ticket.department == department, col(Ticket.status).in_(_values(AT_WORK)))
        return list((await self._session.exec(query.order_by(col(Ticket.due_at)).limit(limit))).all())

    async def held_by(self, person: int, *, limit: int = 50) -> list[Ticket]:
        """What a specialist has in hand, the most urgent first."""
        query = select(Ticket).where(Ticket.assignee == person, col(Ticket.status).in_(_values(AT_WORK)))
        return list((await self._session.exec(query.order_by(col(Ticket.due_at)).limit(limit))).all())

    async def due_before(self, moment_: datetime) -> list[Ticket]:
        """Running tickets (not waiting for the requester) due before a moment."""
        running = [Status.OPEN.value, Status.ASSIGNED.value]
        query = select(Ticket).where(col(Ticket.status).in_(running), col(Ticket.due_at) < moment_)
        return list((await self._session.exec(query.order_by(col(Ticket.due_at)))).all())

    async def pending_since(self, moment_: datetime) -> list[Ticket]:
        """Tickets that have waited for their requester since before a moment."""
        query = select(Ticket).where(Ticket.status == Status.PENDING.value, col(Ticket.paused_at) < moment_)
        return list((await self._session.exec(query.order_by(col(Ticket.number)))).all())

    async def opened_by(self, person: int, since: datetime) -> list[Ticket]:
        """What a person has asked since a moment, and what of theirs is still at work, the newest first."""
        mine = select(Ticket).where(Ticket.requester == person)
        recent = mine.where(or_(col(Ticket.opened_at) >= since, col(Ticket.status).in_(_values(AT_WORK))))
        return list((await self._session.exec(recent.order_by(col(Ticket.number).desc()).limit(200))).all())

    async def answered_before(self, moment_: datetime) -> list[Ticket]:
        """Answered tickets that nobody has said anything about since before a moment."""
        query = select(Ticket).where(Ticket.status == Status.ANSWERED.value, col(Ticket.answered_at) < moment_)
        return list((await self._session.exec(query.with_for_update(skip_locked=True))).all())

    async def events(self, number: int) -> list[TicketEvent]:
        """What happened to a ticket, in order."""
        query = select(TicketEvent).where(TicketEvent.ticket == number).order_by(col(TicketEvent.id))
        return list((await self._session.exec(query)).all())

    async def last_event(self, number: int, what: Happening) -> TicketEvent | None:
        """The latest event of one kind."""
        query = select(TicketEvent).where(TicketEvent.ticket == number, TicketEvent.what == what.value)
        return (await self._session.exec(query.order_by(col(TicketEvent.id).desc()).limit(1))).first()

    async def departments(self) -> set[str]:
        """Codes of the departments that have, or had, a ticket."""
        return set((await self._session.exec(select(Ticket.department).distinct())).all())

    async def count_by_status(self) -> dict[str, int]:
        """How many tickets stand where."""
        query = select(Ticket.status, func.count()).group_by(Ticket.status)
        return {status: count for status, count in (await self._session.exec(query)).all()}


def _values(statuses: tuple[Status, ...]) -> list[str]:
    return [status.value for status in statuses]


@event.listens_for(Ticket, "expire")
def _forget_news(ticket: Ticket | None, attributes: Any) -> None:
    """What an undone savepoint did to a ticket is forgotten with the events that tell of it."""
    if ticket is not None and attributes is None:  # None: nobody looks at it any more
        ticket.news.clear()


def _write_news(session: Any, flush_context: Any, instances: Any) -> None:
    for ticket in [changed for changed in session.dirty if isinstance(changed, Ticket)]:
        session.add_all(ticket.news)
        ticket.news.clear()
