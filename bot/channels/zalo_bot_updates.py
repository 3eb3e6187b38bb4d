"""What the Zalo Bot Platform sends, read into `Incoming`.

The platform documents little and changes shapes without notice, so reading is tolerant: both known names of
a field, ids as text or number, anything unknown as "unsupported". Only what nobody could answer is malformed.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.channels.zalo_bot_text import clean, without_mention
from handlers.turn import Attachment, Incoming, Kind

ID_LENGTH = 128
NAME_LENGTH = 200
Update = dict[str, Any]
Content = tuple[str, tuple[Attachment, ...]]


class Malformed(ValueError):
    """Not an update of this platform."""


def decode(body: bytes) -> Update:
    """The update in a webhook's body, flat or wrapped in `result`. Raises Malformed."""
    try:
        data = clean(json.loads(body))
    except (ValueError, RecursionError):
        raise Malformed("not JSON that can be stored") from None
    if not isinstance(data, dict):
        raise Malformed("not an object")
    result = data.get("result")
    return result if isinstance(result, dict) else data


def updates_in(result: object) -> list[Update]:
    """The updates in the result of a poll (an object, an array or nothing); what is no object is left out."""
    found = result if isinstance(result, list) else [result]
    return [cleaned for item in found if item and isinstance(cleaned := _storable(item), dict)]


def understand(update: Update, bot_names: Iterable[str] = ()) -> Incoming | None:
    """The message in `update`, None where there is nothing to answer; `bot_names` are cut off in groups.

    Raises Malformed when a known event lacks what makes it one.
    """
    event = update.get("event_name")
    if not isinstance(event, str) or not 0 < len(event) <= ID_LENGTH:
        raise Malformed("no event name")
    known = _known(event, update)
    if known is None and event in _READERS:
        raise Malformed(f"{event} without a chat and a sender")
    if known is None or _part(update["message"], "from").get("is_bot") is True:
        return None
    content = _READERS[event](update["message"]) if event in _READERS else None
    if content is None:
        return None if known.group else replace(known, kind=Kind.UNSUPPORTED)
    text, attachments = content
    return replace(known, text=without_mention(text, bot_names) if known.group else text, attachments=attachments)


def _known(event: str, update: Update) -> Incoming | None:
    """Who wrote where and when, without the content; None where that cannot be told."""
    message = update.get("message")
    chat, sender = _part(message, "chat"), _part(message, "from")
    address, author = _id(chat.get("id")), _id(sender.get("id"))
    if not isinstance(message, dict) or not address or not author:
        return None
    platform_id = _id(message.get("message_id"))
    return Incoming(
        channel="zalo-bot",
        external_id=f"{event}:{platform_id}" if platform_id else _digest(update),
        address=address,
        sender=author,
        sender_name=_words(sender.get("display_name"))[:NAME_LENGTH],
        platform_id=platform_id,
        reply_to=_reply_to(message),
        group=_is_group(chat, address, author),
        sent_at=_moment(message.get("date")),
        raw=update,
    )


def _text(message: Update) -> Content | None:
    words = _words(message.get("text"))
    return (words, ()) if words else None


def _image(message: Update) -> Content | None:
    return _with_media(message, ("photo_url", "photo"), "image/jpeg", "photo.jpg")


def _voice(message: Update) -> Content | None:
    return _with_media(message, ("voice_url", "voice"), "audio/aac", "voice.aac")


_READERS = {
    "message.text.received": _text,
    "message.image.received": _image,
    "message.voice.received": _voice,
}


def _with_media(message: Update, fields: tuple[str, ...], usual_type: str, usual_name: str) -> Content | None:
    address = next((value for field in fields if (value := _words(message.get(field)))), "")
    if not address:
        return None
    name = address.split("?")[0].split("#")[0].rpartition("/")[2][-NAME_LENGTH:] or usual_name
    media_type = mimetypes.guess_type(name)[0] or usual_type
    return _words(message.get("caption")), (Attachment(address, name, media_type),)


def _is_group(chat: Update, address: str, author: str) -> bool:
    """Whatever is not certainly private is a group: nothing private may be said there."""
    kind = chat.get("chat_type")
    return kind.upper() != "PRIVATE" if isinstance(kind, str) else address != author


def _reply_to(message: Update) -> str:
    for field in ("reply_to", "reply_to_message", "reply_to_message_id"):
        value = message.get(field)
        found = _id(value.get("message_id", value.get("id")) if isinstance(value, dict) else value)
        if found:
            return found
    return ""


def _part(message: object, name: str) -> Update:
    part = message.get(name) if isinstance(message, dict) else None
    return part if isinstance(part, dict) else {}


def _id(value: object) -> str:
    """An opaque id as text, "" where there is none or it is too long to be one."""
    known = isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool))
    text = str(value).strip() if known else ""
    return text if len(text) <= ID_LENGTH else ""


def _words(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _moment(milliseconds: object) -> datetime | None:
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _storable(item: object) -> object:
    try:
        return clean(item)
    except ValueError:
        return None


def _digest(update: Update) -> str:
    """A name for an update without an id, the same for its repetition however it was wrapped."""
    return hashlib.sha256(json.dumps(update, sort_keys=True).encode()).hexdigest()
