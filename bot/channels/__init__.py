"""The seam between XongViệc and a messaging platform (kênh): one file per platform, one line in the registry.

A channel parses what a platform sends into `Incoming` and sends finished text. It decides nothing, stores
nothing, and is the only place where the platform's library or addresses appear.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from aiohttp import web

from bot.wording.rich import Rich
from handlers.turn import Attachment, Incoming

Receive = Callable[[Incoming], Awaitable[bool]]
"""Stores a message durably; True when it is new, False for a repeat. Raises when it could not be stored."""


@dataclass(frozen=True, slots=True)
class Rates:
    """What a platform lets a bot send, in messages: per second overall and per chat, per minute per group."""

    overall: float
    per_chat: float
    per_group_minute: float


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a channel can do; delivery renders accordingly (buttons become numbers where there are none)."""

    buttons: bool
    text_limit: int
    """Longest text in UTF-16 code units, the strictest reading of every platform's limit."""
    rates: Rates
    files: bool = False
    links: bool = False
    user_cap: int | None = None
    monthly_cap: int | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """A choice as shown: `id` comes back when it is pressed; at most 64 bytes of ASCII."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class File:
    """A stored attachment to send along."""

    path: Path
    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One finished message part. `once` names it for ever, so a channel that can may refuse a repeat."""

    text: Rich
    once: str
    buttons: tuple[Button, ...] = ()
    files: tuple[File, ...] = ()
    group: bool = False


class Channel(Protocol):
    """A messaging platform, as the rest of the bot sees it."""

    name: str
    abilities: Abilities

    def listen(self, app: web.Application, receive: Receive) -> None:
        """Add routes and start-up work to `app`; call `receive` for each message."""

    async def send(self, address: str, message: Outgoing) -> str:
        """Send, and return the platform's id of the message; raise one of the errors below."""

    async def fetch(self, attachment: Attachment) -> bytes:
        """Bytes of an attachment that came in; raise TryAgain or Unreachable."""


class TryAgain(Exception):
    """Not sent now; certainly not delivered. `after` is what the platform asked for; `whole_channel` stops all."""

    def __init__(self, why: str, *, after: timedelta | None = None, whole_channel: bool = False) -> None:
        super().__init__(why)
        self.after = after
        self.whole_channel = whole_channel


class Uncertain(Exception):
    """The platform may have taken the message: the connection failed after the request had left."""


class Unreachable(Exception):
    """This address cannot be written to: the person blocked the bot, or the chat is gone."""


class Rejected(Exception):
    """The platform refuses this message whatever we do (malformed, too long): a fault of ours, dead letter."""
