"""People (and groups) who talk to the bot under test."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING

from tests.support.fake_telegram.markup import typed_entities
from tests.support.fake_telegram.records import Chat, Json, Received

if TYPE_CHECKING:
    from tests.support.fake_telegram.server import FakeTelegram

Wanted = str | Callable[[Received], bool]

_presses = count(1)


class Place:
    """A chat as seen from the outside: what arrived in it, and waiting for more."""

    def __init__(self, fake: FakeTelegram, chat: Chat) -> None:
        self.fake = fake
        self.chat = chat
        self._seen = 0

    @property
    def id(self) -> int:
        """The chat's id."""
        return self.chat.id

    @property
    def inbox(self) -> list[Received]:
        """What the bot sent here, oldest first."""
        return self.chat.inbox

    async def expects(self, wanted: Wanted, timeout: float = 5.0) -> Received:
        """The first message with `wanted` after the last one expected; raises TimeoutError with the inbox."""
        deadline = asyncio.get_running_loop().time() + timeout
        while (found := self._look(wanted)) is None:
            self.chat.arrived.clear()
            left = deadline - asyncio.get_running_loop().time()
            try:
                await asyncio.wait_for(self.chat.arrived.wait(), max(left, 0))
            except TimeoutError:
                got = [message.text for message in self.inbox if message.message_id > self._seen]
                raise TimeoutError(f"{wanted!r} did not come to {self.id}; since then came {got}") from None
        self._seen = found.message_id
        return found

    def _look(self, wanted: Wanted) -> Received | None:
        for message in self.inbox:
            matches = wanted in message.text if isinstance(wanted, str) else wanted(message)
            if message.message_id > self._seen and matches:
                return message
        return None


class FakeGroup(Place):
    """A supergroup the bot is in."""

    def moves_to(self, new_id: int) -> FakeGroup:
        """The group gets another id, as when a group becomes a supergroup."""
        self.chat.migrated_to = new_id
        return self.fake.group(new_id, self.chat.names["title"])

    def kicks_the_bot(self, by: FakeUser) -> int:
        """Returns the update's id."""
        self.chat.blocked = True
        return by.changes_membership(self.chat, "kicked", was="member")


class FakeUser(Place):
    """A person with a phone. Every act returns the id of the update it caused, 0 if the bot wants none."""

    def __init__(self, fake: FakeTelegram, user_id: int, names: Json) -> None:
        super().__init__(fake, fake.chats[user_id])
        self.json: Json = {"id": user_id, "is_bot": False, "language_code": "vi", **names}
        self.last_message_id = 0

    async def says(self, text: str, reply_to: int | None = None, group: FakeGroup | None = None) -> int:
        """Write to the bot, or into a group."""
        entities = typed_entities(text)
        content = {"text": text} | ({"entities": entities} if entities else {})
        return self._write(content, reply_to, group)

    async def edits(self, text: str, message_id: int | None = None) -> int:
        """Change what was written, the last message unless told otherwise."""
        message = self.chat.messages[message_id or self.last_message_id]
        message |= {"text": text, "edit_date": int(time.time())}
        return self.fake.updates.add("edited_message", dict(message))

    async def sends_photo(self, content: bytes, caption: str = "") -> int:
        """Send a picture; the bot gets it in two sizes."""
        small, large = (self.fake.store("photo.jpg", data) for data in (content[:10], content))
        sizes = [
            _size(small.file_id, 90, 60, len(small.content)),
            _size(large.file_id, 1280, 853, len(content)),
        ]
        return self._write({"photo": sizes} | ({"caption": caption} if caption else {}))

    async def sends_document(
        self, name: str, content: bytes, caption: str = "", mime_type: str = "application/pdf"
    ) -> int:
        """Send a file."""
        file = self.fake.store(name, content)
        document = {
            "file_id": file.file_id,
            "file_unique_id": f"u{file.file_id}",
            "file_name": name,
            "mime_type": mime_type,
            "file_size": len(content),
        }
        return self._write({"document": document} | ({"caption": caption} if caption else {}))

    async def sends(self, content: Json) -> int:
        """Send anything else, given as fields of a Message: a sticker, a location."""
        return self._write(content)

    def presses(self, label_or_data: str, message: Received | None = None, group: FakeGroup | None = None) -> str:
        """Press a button of `message`, else of the last message that has it; returns the press's id."""
        chat = (group or self).chat
        message, data = _find_button(chat, label_or_data, message)
        press = f"press{next(_presses):06}"
        self.fake.presses[press] = ""
        query = {
            "id": press,
            "from": self.json,
            "message": chat.messages[message.message_id],
            "chat_instance": f"instance{chat.id}",
            "data": data,
        }
        self.fake.updates.add("callback_query", query)
        return press

    def blocks(self) -> int:
        """Block the bot."""
        self.chat.blocked = True
        return self.changes_membership(self.chat, "kicked", was="member")

    def unblocks(self) -> int:
        """Let the bot write again."""
        self.chat.blocked = False
        return self.changes_membership(self.chat, "member", was="kicked")

    def changes_membership(self, chat: Chat, now: str, *, was: str) -> int:
        """Tell the bot of its own new status in a chat."""
        change = {"chat": chat.as_json(), "from": self.json, "date": int(time.time())}
        change |= {"old_chat_member": self._bot_as(was), "new_chat_member": self._bot_as(now)}
        return self.fake.updates.add("my_chat_member", change)

    def _bot_as(self, status: str) -> Json:
        return {"user": self.fake.me, "status": status} | ({"until_date": 0} if status == "kicked" else {})

    def _write(self, content: Json, reply_to: int | None = None, group: FakeGroup | None = None) -> int:
        chat = (group or self).chat
        message = self.fake.new_message(chat, self.json, content)
        if reply_to:
            answered = chat.messages[reply_to]
            message["reply_to_message"] = {k: v for k, v in answered.items() if k != "reply_to_message"}
        chat.add(message)
        self.last_message_id = message["message_id"]
        return self.fake.updates.add("message", message)


def _size(file_id: str, width: int, height: int, size: int) -> Json:
    return {
        "file_id": file_id,
        "file_unique_id": f"u{file_id}",
        "width": width,
        "height": height,
        "file_size": size,
    }


def _find_button(chat: Chat, wanted: str, message: Received | None) -> tuple[Received, str]:
    shown = [message] if message else [each for each in reversed(chat.inbox) if not each.deleted]
    for each in shown:
        for label, data in each.buttons:
            if wanted in (label, data):
                return each, data
    seen = [label for each in shown for label, _ in each.buttons]
    raise LookupError(f"no button {wanted!r} in chat {chat.id}; there are {seen[:20]}")
