"""Finished messages to Telegram: the text with its buttons first, then each file."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.channels import Button, File, Outgoing, Rejected, TryAgain, Unreachable
from bot.channels.telegram_errors import cannot_parse, failure
from bot.wording.rich import Rich, as_html, plain

LARGEST_PHOTO = 10 * 1024 * 1024
LARGEST_FILE = 50 * 1024 * 1024
_PHOTO_TYPES = ("image/jpeg", "image/png", "image/webp")

Part = Callable[[int], Awaitable[Message]]
"""Sends one part of a message to the chat with the given id."""


class Sender:
    """Sends messages part by part and never repeats a part that Telegram has accepted."""

    def __init__(self, bot: Bot, token: str) -> None:
        self._bot = bot
        self._token = token
        self._begun: dict[str, list[str]] = {}

    async def send(self, address: str, message: Outgoing) -> str:
        """Platform id of the first part; raises the contract's errors."""
        chat = _chat(address)
        sent = self._begun.pop(message.once, [])
        try:
            for part in self._parts(message)[len(sent) :]:
                sent.append(await self._deliver(part, chat))
        except TryAgain:
            if sent:  # the next attempt goes on from here
                self._begun[message.once] = sent
            raise
        return sent[0]

    def _parts(self, message: Outgoing) -> list[Part]:
        parts: list[Part] = []
        if plain(message.text):
            parts.append(partial(self._say, message.text, keyboard(message.buttons)))
        parts += [partial(self._show, file) for file in message.files]
        if not parts:
            raise Rejected("a message without text and files")
        return parts

    async def _deliver(self, part: Part, chat: int) -> str:
        try:
            try:
                message = await part(chat)
            except ChatMigrated as moved:
                message = await part(moved.new_chat_id)
        except TelegramError as error:
            raise failure(error, self._token) from None
        return f"{message.chat_id}:{message.message_id}"

    async def _say(self, text: Rich, buttons: InlineKeyboardMarkup | None, chat: int) -> Message:
        send = partial(
            self._bot.send_message,
            chat,
            reply_markup=buttons,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
        try:
            return await send(as_html(text), parse_mode=ParseMode.HTML)
        except BadRequest as error:
            if not cannot_parse(error):
                raise
            return await send(plain(text))

    async def _show(self, file: File, chat: int) -> Message:
        content = await asyncio.to_thread(_read, file)
        if file.media_type in _PHOTO_TYPES and len(content) <= LARGEST_PHOTO:
            try:
                return await self._bot.send_photo(chat, content, filename=file.name)
            except BadRequest:  # too long a scan to be a photo is still a fine document
                pass
        return await self._bot.send_document(chat, content, filename=file.name)


def keyboard(buttons: tuple[Button, ...]) -> InlineKeyboardMarkup | None:
    """One button a row, so that long Vietnamese labels stay whole on a phone."""
    if not buttons:
        return None
    return InlineKeyboardMarkup([[InlineKeyboardButton(b.label, callback_data=b.id)] for b in buttons])


def _chat(address: str) -> int:
    try:
        return int(address)
    except ValueError:
        raise Unreachable(f"{address!r} is not a chat of Telegram") from None


def _read(file: File) -> bytes:
    try:
        content = file.path.read_bytes()
    except OSError as error:
        raise Rejected(f"the file {file.name!r} cannot be read: {error.strerror}") from None
    if len(content) > LARGEST_FILE:
        raise Rejected(f"the file {file.name!r} is too large for Telegram")
    return content
