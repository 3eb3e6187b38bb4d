"""What happens to a ticket (diễn biến phiếu). Rows are only ever added."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Field, SQLModel

from storage.columns import document, moment


class Happening(StrEnum):
    """The kinds of event."""

    OPENED = "opened"
    ASSIGNED = "assigned"
    ASKED_BACK = "asked_back"
    DETAILS = "details"
    CITED = "cited"
    ANSWERED = "answered"
    RELEASED = "released"
    HANDED_OVER = "handed_over"
    ACCEPTED = "accepted"
    REOPENED = "reopened"
    CLOSED_BY_SILENCE = "closed_by_silence"


class TicketEvent(SQLModel, table=True):
    """One thing that happened, by whom, when. `actor` None is the system."""

    __tablename__ = "ticket_event"

    id: int | None = Field(default=None, primary_key=True)
    ticket: int = Field(foreign_key="ticket.number", index=True)
    at: datetime = Field(sa_column=moment())
    actor: int | None = Field(default=None, foreign_key="person.id")
    what: str
    text: str = ""
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=document())
