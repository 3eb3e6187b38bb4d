"""The words every handler speaks: what came in, what may be chosen, what is said."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a person did in the chat."""

    TEXT = "text"
    CHOICE = "choice"
    EDIT = "edit"
    UNSUPPORTED = "unsupported"
    STOPPED = "stopped"
    """The person blocked the bot or left (my_chat_member: kicked)."""
    STARTED = "started"
    """The person opened the chat again without writing anything."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo or file that came with a message; `reference` is the platform's handle or address of it."""

    reference: str
    name: str
    media_type: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message as a channel understood it.

    `external_id` is unique within the channel and the same for a repeated delivery. `address` is the chat to
    answer, `sender` the account that wrote (equal in a private chat). `choice` is the id of a pressed button.
    `reply_to` is the platform's id of the message replied to. An edit carries `reply_to` of nothing and
    `edited` the platform's id of the message that was changed.
    """

    channel: str
    external_id: str
    address: str
    sender: str
    kind: Kind = Kind.TEXT
    text: str = ""
    choice: str = ""
    sender_name: str = ""
    platform_id: str = ""
    reply_to: str = ""
    edited: str = ""
    group: bool = False
    attachments: tuple[Attachment, ...] = ()
    sent_at: datetime | None = None
    raw: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to press. `id` is self-describing ("take:12"), at most 64 bytes, and authorised again at each press.

    `key` and `facts` make its label. `say` is the wording key of the words that do the same where there are no
    buttons ("nhận 12"); a choice without it gets a number there.
    """

    id: str
    key: str
    facts: dict[str, Any] = field(default_factory=dict)
    say: str = ""

    def row(self) -> dict[str, Any]:
        """As kept in the outbox."""
        return {"id": self.id, "key": self.key, "facts": self.facts, "say": self.say}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A further paragraph of a message: a wording key and its facts."""

    key: str
    facts: dict[str, Any] = field(default_factory=dict)

    def row(self) -> dict[str, Any]:
        """As kept in the outbox."""
        return {"key": self.key, "facts": self.facts}
