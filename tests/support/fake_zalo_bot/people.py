"""Who lives in the town: users and groups, what they say to the bot and what they got from it."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.support.fake_zalo_bot.media import PHOTO, VOICE

if TYPE_CHECKING:
    from tests.support.fake_zalo_bot.server import FakeZaloBot


@dataclass(frozen=True, slots=True)
class Received:
    """A message from the bot as it shows in a chat; `date` in epoch milliseconds."""

    message_id: str
    chat_id: str
    kind: str
    """text, photo, sticker or voice"""
    text: str
    media: str
    date: int


Wanted = str | Callable[[Received], bool]


class Chat:
    """A chat with the bot; `inbox` is everything the bot has written there."""

    def __init__(self, fake: FakeZaloBot, chat_id: str, name: str) -> None:
        self.fake = fake
        self.id = chat_id
        self.name = name
        self.blocked = False
        self.known = False
        self.inbox: list[Received] = []
        self._seen = 0
        self._news = asyncio.Event()

    def receive(self, message: Received) -> None:
        """A message from the bot arrives."""
        self.inbox.append(message)
        self._news.set()

    async def expects(self, wanted: Wanted, timeout: float = 5.0) -> Received:
        """The next message that contains, or satisfies, `wanted`; later calls look only after it.

        Raises AssertionError with what came instead when `timeout` seconds have passed.
        """
        start = self._seen
        try:
            async with asyncio.timeout(timeout):
                return await self._next(wanted)
        except TimeoutError:
            got = [message.text or message.kind for message in self.inbox[start:]]
            raise AssertionError(f"{self.name} waited for {wanted!r} and got {got}") from None

    async def _next(self, wanted: Wanted) -> Received:
        looked_at = self._seen
        while True:
            self._news.clear()
            for message in self.inbox[looked_at:]:
                looked_at += 1
                if _is(message, wanted):
                    self._seen = looked_at
                    return message
            await self._news.wait()


class Group(Chat):
    """A group that the bot was added to; it hears only what mentions it or replies to it."""

    def __init__(self, fake: FakeZaloBot, chat_id: str, name: str) -> None:
        super().__init__(fake, chat_id, name)
        self.known = True


class User(Chat):
    """A person with the Zalo app. What they send returns the message's id."""

    async def says(self, text: str, *, to: Group | None = None, reply_to: Received | None = None) -> str:
        """Write `text` to the bot, or into a group."""
        content: dict[str, Any] = {"message_type": "CHAT_MESSAGE", "text": text}
        if reply_to is not None:
            content["reply_to"] = {"message_id": reply_to.message_id}
        return self._sends("text", content, to)

    async def sends_image(self, image: bytes = PHOTO, caption: str = "", *, to: Group | None = None) -> str:
        """Send a photo; it lies at an address of the fake's own."""
        content = {
            "message_type": "CHAT_PHOTO",
            self.fake.settings.photo_field: self.fake.keep_media(image, "png"),
            "caption": caption,
        }
        return self._sends("image", content, to)

    async def sends_voice(self, voice: bytes = VOICE) -> str:
        """Send a spoken message."""
        address = self.fake.keep_media(voice, "aac")
        return self._sends("voice", {"message_type": "CHAT_VOICE", "voice_url": address}, None)

    async def sends_sticker(self, sticker: str = "0e078a2d1c6bf5e1", *, to: Group | None = None) -> str:
        """Send a sticker."""
        return self._sends("sticker", {"sticker": sticker, "url": f"{self.fake.url}/media/sticker"}, to)

    async def sends_file(self, *, to: Group | None = None) -> str:
        """Send a document, which the platform hands on as "unsupported" without the document."""
        return self._sends("unsupported", {}, to)

    def blocks(self) -> None:
        """Block the bot: it is told nothing, and cannot write here any more."""
        self.blocked = True

    def unblocks(self) -> None:
        """Allow the bot again."""
        self.blocked = False

    def _sends(self, what: str, content: dict[str, Any], group: Group | None) -> str:
        chat: Chat = group or self
        chat.known = True
        message_id = self.fake.new_id()
        message = {
            "message_id": message_id,
            "date": self.fake.now_ms(),
            "from": {"id": self.id, "display_name": self.name, "is_bot": False},
            "chat": {"id": chat.id, "chat_type": "GROUP" if group else "PRIVATE"},
            **content,
        }
        if group is None or _heard(message, group):
            self.fake.tell_bot(f"message.{what}.received", message)
        return message_id


def _heard(message: dict[str, Any], group: Group) -> bool:
    text = _fold(str(message.get("text", "") or message.get("caption", "")))
    answered = message.get("reply_to", {}).get("message_id")
    names = (group.fake.bot_name, group.fake.account_name)
    return any(f"@{_fold(name)}" in text for name in names) or answered in [m.message_id for m in group.inbox]


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _is(message: Received, wanted: Wanted) -> bool:
    return wanted in message.text if isinstance(wanted, str) else wanted(message)
