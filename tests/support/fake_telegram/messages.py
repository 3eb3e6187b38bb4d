"""The Bot API's methods that send, change and answer messages."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from tests.support.fake_telegram.errors import bad_request
from tests.support.fake_telegram.markup import parse_html, units
from tests.support.fake_telegram.parameters import Parameters
from tests.support.fake_telegram.records import Chat, Json, Received

if TYPE_CHECKING:
    from tests.support.fake_telegram.server import FakeTelegram

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024


async def send_message(fake: FakeTelegram, given: Parameters) -> Any:
    """A text with an optional inline keyboard."""
    chat = fake.chat(given)
    text, entities = _text(given, "text", TEXT_LIMIT)
    if not text.strip():
        raise bad_request("message text is empty")
    content: Json = {"text": text} | ({"entities": entities} if entities else {})
    return _deliver(fake, chat, given, content, Received(0, chat.id, text, given.text("text")))


async def send_photo(fake: FakeTelegram, given: Parameters) -> Any:
    """A photo, uploaded or known by its id."""
    chat = fake.chat(given)
    name, file_id, content = _file(fake, given, "photo")
    sizes = [
        {"file_id": f"{file_id}s", "file_unique_id": f"u{file_id}s", "width": 90, "height": 60},
        {"file_id": file_id, "file_unique_id": f"u{file_id}", "width": 1280, "height": 853},
    ]
    return _deliver_file(fake, chat, given, {"photo": sizes}, name, content)


async def send_document(fake: FakeTelegram, given: Parameters) -> Any:
    """A file of any kind."""
    chat = fake.chat(given)
    name, file_id, content = _file(fake, given, "document")
    document = {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_name": name, "file_size": len(content)}
    return _deliver_file(fake, chat, given, {"document": document}, name, content)


async def send_chat_action(fake: FakeTelegram, given: Parameters) -> Any:
    """Typing and the like: checked, then forgotten."""
    fake.chat(given)
    if not given.text("action"):
        raise bad_request("wrong parameter action in request")
    return True


async def edit_message_text(fake: FakeTelegram, given: Parameters) -> Any:
    """Change a message of the bot; a keyboard not given again is gone."""
    chat = fake.chat(given)
    message, received = _own(chat, given, "message to edit not found")
    text, entities = _text(given, "text", TEXT_LIMIT)
    markup = _keyboard(given)
    if text == message.get("text") and markup == message.get("reply_markup"):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message"
        )
    message |= {"text": text, "edit_date": int(time.time()), "entities": entities}
    message.pop("reply_markup", None)
    message |= {"reply_markup": markup} if markup else {}
    received.text, received.html, received.edited = text, given.text("text"), True
    received.buttons = _labels(markup)
    chat.arrived.set()
    return message


async def delete_message(fake: FakeTelegram, given: Parameters) -> Any:
    """Take a message of the bot away."""
    chat = fake.chat(given)
    message, received = _own(chat, given, "message to delete not found")
    del chat.messages[message["message_id"]]
    received.deleted = True
    return True


async def answer_callback_query(fake: FakeTelegram, given: Parameters) -> Any:
    """Stop the button's spinner."""
    press = given.text("callback_query_id")
    if press not in fake.presses:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    fake.presses[press] = given.text("text")
    fake.answered.add(press)
    return True


def _deliver_file(fake: FakeTelegram, chat: Chat, given: Parameters, content: Json, name: str, data: bytes) -> Json:
    caption, entities = _text(given, "caption", CAPTION_LIMIT)
    if caption:
        content |= {"caption": caption} | ({"caption_entities": entities} if entities else {})
    received = Received(0, chat.id, caption, given.text("caption"), file_name=name, file=data)
    return _deliver(fake, chat, given, content, received)


def _deliver(fake: FakeTelegram, chat: Chat, given: Parameters, content: Json, received: Received) -> Json:
    markup = _keyboard(given)
    thread = given.number("message_thread_id")
    if thread and thread not in chat.topics:
        raise bad_request("message thread not found")
    fake.limits.check(chat.id, group=chat.kind != "private")
    message = fake.new_message(chat, fake.me, content)
    message |= {"reply_markup": markup} if markup else {}
    message |= {"message_thread_id": thread, "is_topic_message": True} if thread else {}
    received.message_id, received.buttons, received.thread = message["message_id"], _labels(markup), thread or None
    _answer_to(chat, given, message, received)
    received.silent = given.flag("disable_notification")
    fake.deliver(chat, message, received)
    return message


def _answer_to(chat: Chat, given: Parameters, message: Json, received: Received) -> None:
    wanted = (given.value("reply_parameters") or {}).get("message_id") or given.number("reply_to_message_id")
    if not wanted:
        return
    if wanted not in chat.messages:
        raise bad_request("message to be replied not found")
    message["reply_to_message"] = {k: v for k, v in chat.messages[wanted].items() if k != "reply_to_message"}
    received.reply_to = wanted


def _text(given: Parameters, name: str, limit: int) -> tuple[str, list[Json]]:
    source, entities = given.text(name), given.value("entities") or []
    if given.text("parse_mode").lower() == "html":
        source, entities = parse_html(source)
    if units(source) > limit:
        raise bad_request("message is too long" if name == "text" else "message caption is too long")
    return source, entities


def _keyboard(given: Parameters) -> Json | None:
    markup = given.value("reply_markup")
    if not isinstance(markup, dict) or "inline_keyboard" not in markup:
        return None
    for button in (button for row in markup["inline_keyboard"] for button in row):
        if not str(button.get("text", "")).strip():
            raise bad_request("can't parse inline keyboard button: field text must not be empty")
        if "url" not in button and not 1 <= len(str(button.get("callback_data", "")).encode()) <= 64:
            raise bad_request("BUTTON_DATA_INVALID")
    return markup if any(markup["inline_keyboard"]) else None


def _labels(markup: Json | None) -> list[tuple[str, str]]:
    rows = markup["inline_keyboard"] if markup else []
    return [(b["text"], b.get("callback_data") or b.get("url", "")) for row in rows for b in row]


def _file(fake: FakeTelegram, given: Parameters, name: str) -> tuple[str, str, bytes]:
    uploaded = given.file(name)
    if uploaded:
        stored = fake.store(*uploaded)
    elif given.text(name) in fake.files:
        stored = fake.files[given.text(name)]
    else:
        raise bad_request(f"there is no {name} in the request")
    if not stored.content:
        raise bad_request("file must be non-empty")
    return stored.name, stored.file_id, stored.content


def _own(chat: Chat, given: Parameters, complaint: str) -> tuple[Json, Received]:
    message_id = given.number("message_id")
    received = chat.find(message_id)
    if received is None or received.deleted or message_id not in chat.messages:
        raise bad_request(complaint)
    return chat.messages[message_id], received
