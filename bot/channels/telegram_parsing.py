"""Telegram's updates as `Incoming`; whatever is not a person speaking to the bot becomes None."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from telegram import CallbackQuery, Chat, ChatMember, ChatMemberUpdated, Message, MessageEntity, Update, User
from telegram.constants import ChatType

from handlers.turn import Attachment, Incoming, Kind

log = logging.getLogger(__name__)

CHANNEL = "telegram"
UPDATE_KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]

_UNSUPPORTED = ("sticker", "location", "venue", "contact", "poll", "dice", "story", "paid_media", "checklist")
_FILES = {
    "document": ("document", "application/octet-stream", "bin"),
    "voice": ("voice", "audio/ogg", "ogg"),
    "audio": ("audio", "audio/mpeg", "mp3"),
    "video": ("video", "video/mp4", "mp4"),
    "video_note": ("video", "video/mp4", "mp4"),
}
_INSIDE = (ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER)
_ADDRESSING: list[str | None] = [MessageEntity.MENTION, MessageEntity.TEXT_MENTION, MessageEntity.BOT_COMMAND]


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself; `username` is empty until Telegram has told it."""

    id: int
    username: str = ""

    def is_named(self, word: str) -> bool:
        """Whether `word`, without its @, is the bot's name."""
        return word.casefold() == self.username.casefold()


class NotReady(Exception):
    """The bot does not know its own name yet, so it cannot tell whether a group means it; deliver again."""


class _Content(NamedTuple):
    kind: Kind
    text: str
    attachments: tuple[Attachment, ...] = ()


def understand(update: dict[str, Any], me: Me) -> Incoming | None:
    """The message in `update`, or None when there is nothing in it for us.

    Raises NotReady for a group message while the bot's name is unknown.
    """
    try:
        incoming = _understand(Update.de_json(update, None), update, me)
        return incoming and _sound(incoming)
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError) as error:
        log.warning("update %s is not understood: %s", update.get("update_id"), type(error).__name__)
        return None


def _understand(update: Update, raw: dict[str, Any], me: Me) -> Incoming | None:
    if update.message:
        return _message(update.message, raw, me)
    if update.edited_message:
        return _message(update.edited_message, raw, me, edit=True)
    if update.callback_query:
        return _press(update.callback_query, raw)
    if update.my_chat_member:
        return _membership(update.my_chat_member, raw)
    return None


def _message(message: Message, raw: dict[str, Any], me: Me, *, edit: bool = False) -> Incoming | None:
    person, content = message.from_user, _content(message)
    if not _is_person(person) or message.chat.type == ChatType.CHANNEL or content is None:
        return None
    if message.chat.type != ChatType.PRIVATE and not _is_for(message, me):
        return None
    here = _platform_id(message.chat, message.message_id)
    return _incoming(
        raw,
        message.chat,
        person,
        kind=Kind.EDIT if edit else content.kind,
        text=_without_bot(content.text, message, me),
        attachments=content.attachments,
        platform_id=here,
        reply_to="" if edit else _replied(message),
        edited=here if edit else "",
        sent_at=message.edit_date if edit else message.date,
    )


def _press(query: CallbackQuery, raw: dict[str, Any]) -> Incoming | None:
    if not _is_person(query.from_user) or query.message is None or not query.data:
        return None
    chat = query.message.chat
    pressed = _platform_id(chat, query.message.message_id)
    return _incoming(raw, chat, query.from_user, kind=Kind.CHOICE, choice=query.data, reply_to=pressed)


def _membership(change: ChatMemberUpdated, raw: dict[str, Any]) -> Incoming | None:
    was, now = (_is_inside(member) for member in (change.old_chat_member, change.new_chat_member))
    if was == now or change.chat.type == ChatType.CHANNEL or not _is_person(change.from_user):
        return None
    kind = Kind.STARTED if now else Kind.STOPPED
    return _incoming(raw, change.chat, change.from_user, kind=kind, sent_at=change.date)


def _incoming(raw: dict[str, Any], chat: Chat, person: User | None, **rest: Any) -> Incoming:
    if person is None or type(chat.id) is not int or type(person.id) is not int:
        raise TypeError
    return Incoming(
        channel=CHANNEL,
        external_id=str(raw["update_id"]),
        address=str(chat.id),
        sender=str(person.id),
        sender_name=person.full_name,
        group=chat.type != ChatType.PRIVATE,
        raw=raw,
        **rest,
    )


def _content(message: Message) -> _Content | None:
    if message.text is not None:
        return _Content(Kind.TEXT, message.text)
    if attachment := _attachment(message):
        return _Content(Kind.TEXT, message.caption or "", (attachment,))
    if any(getattr(message, kind) for kind in _UNSUPPORTED):
        return _Content(Kind.UNSUPPORTED, message.caption or "")
    return None  # a note of the platform's own: pinned, joined, moved, topic opened


def _attachment(message: Message) -> Attachment | None:
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        name = f"photo-{message.message_id}.jpg"
        return Attachment(largest.file_id, name, "image/jpeg", largest.file_size or 0)
    for kind, (word, media_type, suffix) in _FILES.items():
        if found := getattr(message, kind):
            given = getattr(found, "file_name", None) or f"{word}-{message.message_id}.{suffix}"
            name = given.replace("\\", "/").rpartition("/")[2]
            media_type = getattr(found, "mime_type", None) or media_type
            return Attachment(found.file_id, name, media_type, found.file_size or 0)
    return None


def _is_for(message: Message, me: Me) -> bool:
    if not me.username:
        raise NotReady
    answered = _answered(message)
    if answered and answered.from_user and answered.from_user.id == me.id:
        return True
    return any(_names(entity, words, me) for entity, words in _addressing(message).items())


def _names(entity: MessageEntity, words: str, me: Me) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == me.id
    _, at, name = words.partition("@")
    if entity.type == MessageEntity.BOT_COMMAND and not at:
        return entity.offset == 0  # a bare command is for whichever bot is there
    return me.is_named(name)


def _addressing(message: Message) -> dict[MessageEntity, str]:
    if message.text is not None:
        return message.parse_entities(_ADDRESSING)
    return message.parse_caption_entities(_ADDRESSING) if message.caption else {}


def _without_bot(text: str, message: Message, me: Me) -> str:
    for entity, words in _addressing(message).items():
        if entity.offset == 0 and _names(entity, words, me):
            kept = words.partition("@")[0] if entity.type == MessageEntity.BOT_COMMAND else ""
            return (kept + text[len(words) :]).lstrip(" ,:\n")
    return text


def _replied(message: Message) -> str:
    answered = _answered(message)
    return _platform_id(message.chat, answered.message_id) if answered else ""


def _answered(message: Message) -> Message | None:
    """The message replied to; inside a topic, the note that opened it (maybe the bot's) is no such thing."""
    answered = message.reply_to_message
    return None if answered is None or answered.forum_topic_created else answered


def _platform_id(chat: Chat, message_id: int) -> str:
    return f"{chat.id}:{message_id}"


def _is_person(user: User | None) -> bool:
    return user is not None and not user.is_bot


def _is_inside(member: ChatMember) -> bool:
    return member.status in _INSIDE or bool(getattr(member, "is_member", False))


def _sound(incoming: Incoming) -> Incoming:
    """The library does not check types, and what goes on from here is stored: check them once."""
    words = [incoming.text, incoming.choice, incoming.sender_name]
    words += [word for a in incoming.attachments for word in (a.reference, a.name, a.media_type)]
    sizes = [a.size for a in incoming.attachments]
    if not all(isinstance(word, str) for word in words) or not all(type(size) is int for size in sizes):
        raise TypeError
    if not isinstance(incoming.sent_at, datetime | None):
        raise TypeError
    return incoming
