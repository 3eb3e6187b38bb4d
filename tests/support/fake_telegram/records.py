"""What the fake remembers: chats, their messages, and files."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True)
class Received:
    """A message as a person sees it; `buttons` are pairs of label and data, `at` is in epoch seconds."""

    message_id: int
    chat: int
    text: str
    html: str = ""
    buttons: list[tuple[str, str]] = field(default_factory=list)
    file_name: str = ""
    file: bytes = b""
    silent: bool = False
    reply_to: int | None = None
    thread: int | None = None
    at: float = field(default_factory=time.time)
    edited: bool = False
    deleted: bool = False

    def as_json(self) -> Json:
        """For the control API; the file's size stands for its bytes."""
        shown = {name: getattr(self, name) for name in self.__slots__ if name != "file"}
        return shown | {"file_size": len(self.file)}


class Chat:
    """A private chat or group; `keep` bounds how many messages are remembered."""

    def __init__(self, chat_id: int, kind: str, names: Json, keep: int) -> None:
        self.id = chat_id
        self.kind = kind
        self.names = names
        self.messages: OrderedDict[int, Json] = OrderedDict()
        self.inbox: list[Received] = []
        self.blocked = False
        self.migrated_to: int | None = None
        self.topics: dict[int, Json] = {}
        self.arrived = asyncio.Event()
        self.received = 0
        self._keep = keep

    def as_json(self) -> Json:
        """The Chat object of the Bot API."""
        return {"id": self.id, "type": self.kind, **self.names}

    def add(self, message: Json, received: Received | None = None) -> None:
        """Remember a message; `received` when it is one from the bot."""
        self.messages[message["message_id"]] = message
        if len(self.messages) > self._keep:
            self.messages.popitem(last=False)
        if received:
            self.received += 1
            self.inbox.append(received)
            del self.inbox[: -self._keep]
            self.arrived.set()

    def find(self, message_id: int) -> Received | None:
        """The bot's message with this id, if remembered."""
        return next((each for each in reversed(self.inbox) if each.message_id == message_id), None)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file either side has uploaded."""

    file_id: str
    name: str
    content: bytes

    @property
    def path(self) -> str:
        """The address under /file/bot<token>/."""
        return f"files/{self.file_id}"
