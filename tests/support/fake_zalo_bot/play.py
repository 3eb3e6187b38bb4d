"""A terminal in which one person plays a whole town."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable

from tests.support.fake_zalo_bot.people import Chat, Received, User
from tests.support.fake_zalo_bot.server import FakeZaloBot

HELP = """\
Lan: TEXT         Lan writes to the bot          TEXT   whoever spoke last goes on
Lan @Team: TEXT   Lan writes in the group Team   (mention the bot, or it does not hear)
/image Lan  /voice Lan  /sticker Lan  /file Lan  /block Lan  /unblock Lan
/who   /help   /quit"""


class Play:
    """Turns lines into what people do, and shows what the bot writes to each of them."""

    def __init__(self, fake: FakeZaloBot, show: Callable[[str], None]) -> None:
        self._fake = fake
        self._show = show
        self._shown = 0
        self._speaker = ""

    async def line(self, line: str) -> bool:
        """Do what `line` says; False when it says to stop."""
        line = line.strip()
        if line == "/quit":
            return False
        if line.startswith("/"):
            await self._command(*line[1:].partition(" ")[::2])
        elif line:
            await self._speech(line)
        return True

    def news(self) -> None:
        """Show what the bot has written since the last time."""
        for message in self._fake.outbox[self._shown :]:
            self._show(self._as_shown(message))
        self._shown = len(self._fake.outbox)

    async def _speech(self, line: str) -> None:
        head, colon, text = line.partition(":")
        if not colon or not head.replace(" @", "", 1).replace("-", "").isalnum():
            head, text = self._speaker, line
        if not head:
            self._show(HELP)
            return
        self._speaker = head
        name, _, group = head.partition(" @")
        await self._person(name).says(text.strip(), to=self._fake.group(f"zgr-{group}", group) if group else None)

    async def _command(self, command: str, name: str) -> None:
        person = self._person(name) if name else None
        if command == "who":
            self._show(", ".join(chat.name for chat in self._fake.chats.values()) or "nobody yet")
        elif person is None:
            self._show(HELP)
        elif command in ("block", "unblock"):
            person.blocked = command == "block"
        elif command in ("image", "voice", "sticker", "file"):
            await getattr(person, f"sends_{command}")()
        else:
            self._show(HELP)

    def _person(self, name: str) -> User:
        return self._fake.user(f"user-{name}", name)

    def _as_shown(self, message: Received) -> str:
        chat: Chat = self._fake.chats[message.chat_id]
        what = message.text if message.kind == "text" else f"[{message.kind}] {message.media} {message.text}"
        return f"→ {chat.name}: " + what.replace("\n", "\n    ")


async def play(fake: FakeZaloBot) -> None:
    """Read lines from the terminal until it ends."""
    game = Play(fake, lambda text: print(text, flush=True))
    print(HELP, flush=True)
    watching = asyncio.create_task(_watch(game))
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            if not await game.line(line):
                break
    finally:
        watching.cancel()
        game.news()


async def _watch(game: Play) -> None:
    while True:
        await asyncio.sleep(0.2)
        game.news()
