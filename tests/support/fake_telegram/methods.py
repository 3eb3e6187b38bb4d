"""The Bot API's methods that need no state of a message: the bot itself, updates, webhook, files, topics."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.support.fake_telegram import messages
from tests.support.fake_telegram.errors import Refused, bad_request
from tests.support.fake_telegram.parameters import Parameters

if TYPE_CHECKING:
    from tests.support.fake_telegram.server import FakeTelegram

Method = Callable[["FakeTelegram", Parameters], Awaitable[Any]]


async def get_me(fake: FakeTelegram, _: Parameters) -> Any:
    """The bot as its own User object."""
    abilities = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
    return fake.me | abilities


async def get_updates(fake: FakeTelegram, given: Parameters) -> Any:
    """A long poll; 409 while a webhook is set."""
    if fake.webhook.url:
        raise Refused(
            409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete it first"
        )
    _allow(fake, given)
    limit = min(max(given.number("limit", 100), 1), 100)
    return await fake.updates.poll(given.number("offset"), limit, given.number("timeout"))


async def set_webhook(fake: FakeTelegram, given: Parameters) -> Any:
    """Deliver from now on; plain http is allowed here, Telegram wants https."""
    url, secret = given.text("url"), given.text("secret_token")
    if not url:
        return await delete_webhook(fake, given)
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise bad_request("bad webhook: invalid webhook URL specified")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    _drop_if_asked(fake, given)
    _allow(fake, given)
    fake.updates.stop_polling()
    await fake.webhook.start(url, secret, min(max(given.number("max_connections", 40), 1), 100))
    return True


async def delete_webhook(fake: FakeTelegram, given: Parameters) -> Any:
    """Back to polling."""
    _drop_if_asked(fake, given)
    await fake.webhook.stop()
    return True


async def get_webhook_info(fake: FakeTelegram, _: Parameters) -> Any:
    """Where updates go and how it went."""
    return fake.webhook.info()


async def get_file(fake: FakeTelegram, given: Parameters) -> Any:
    """A File object with a path to download from; 20 MB at most."""
    file = fake.files.get(given.text("file_id"))
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(file.content) > 20 * 1024 * 1024:
        raise bad_request("file is too big")
    unique = f"u{file.file_id}"
    size = len(file.content)
    return {"file_id": file.file_id, "file_unique_id": unique, "file_size": size, "file_path": file.path}


async def create_forum_topic(fake: FakeTelegram, given: Parameters) -> Any:
    """A new topic in a supergroup."""
    chat, name = fake.chat(given), given.text("name")
    if chat.kind != "supergroup":
        raise bad_request("the chat is not a forum")
    if not 1 <= len(name) <= 128:
        raise bad_request("topic name must be 1 to 128 characters long")
    thread = next(fake.message_ids)
    chat.topics[thread] = {"name": name, "closed": False}
    return {"message_thread_id": thread, "name": name, "icon_color": 7322096}


async def close_forum_topic(fake: FakeTelegram, given: Parameters) -> Any:
    """Close a topic."""
    topic = fake.chat(given).topics.get(given.number("message_thread_id"))
    if topic is None:
        raise bad_request("message thread not found")
    topic["closed"] = True
    return True


def _allow(fake: FakeTelegram, given: Parameters) -> None:
    kinds = given.value("allowed_updates")
    if kinds:  # sticky: what was asked for last holds
        fake.updates.allowed = frozenset(kinds)


def _drop_if_asked(fake: FakeTelegram, given: Parameters) -> None:
    if given.flag("drop_pending_updates"):
        fake.updates.waiting.clear()


METHODS: dict[str, Method] = {
    "getme": get_me,
    "getupdates": get_updates,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
    "getfile": get_file,
    "createforumtopic": create_forum_topic,
    "closeforumtopic": close_forum_topic,
    "sendmessage": messages.send_message,
    "sendphoto": messages.send_photo,
    "senddocument": messages.send_document,
    "sendchataction": messages.send_chat_action,
    "editmessagetext": messages.edit_message_text,
    "deletemessage": messages.delete_message,
    "answercallbackquery": messages.answer_callback_query,
}
