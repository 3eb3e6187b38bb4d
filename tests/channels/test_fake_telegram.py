"""The fake Telegram against an independent client and an independent set of types: aiogram's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup, Message

from tests.support.fake_telegram import FakeTelegram
from tests.support.fake_telegram.markup import parse_html

Peer = tuple[FakeTelegram, Bot]
TAKE = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Nhận việc", callback_data="take:12")]])


def client(fake: FakeTelegram, token: str = "") -> Bot:
    session = AiohttpSession(api=TelegramAPIServer.from_base(fake.url))
    return Bot(token or fake.token, session=session, default=DefaultBotProperties(parse_mode="HTML"))


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with FakeTelegram() as fake:
        bot = client(fake)
        yield fake, bot
        await bot.session.close()


async def test_get_me(peer: Peer) -> None:
    fake, bot = peer
    me = await bot.get_me()
    assert (me.id, me.is_bot, me.username) == (fake.me["id"], True, "XongViecThuBot")


async def test_message_with_buttons_and_press(peer: Peer) -> None:
    fake, bot = peer
    lan = fake.user(5001, "Lan")
    sent = await bot.send_message(5001, "Phiếu <b>12</b>", reply_markup=TAKE)
    assert sent.text == "Phiếu 12"
    assert sent.entities is not None
    assert (sent.entities[0].type, sent.entities[0].offset) == ("bold", 6)
    assert (await lan.expects("Phiếu 12", 1)).buttons == [("Nhận việc", "take:12")]
    press = lan.presses("Nhận việc")
    (update,) = await bot.get_updates(timeout=1)
    assert update.callback_query is not None
    assert (update.callback_query.data, update.callback_query.id) == ("take:12", press)
    assert await bot.answer_callback_query(press, "Đã nhận")
    assert fake.presses[press] == "Đã nhận"
    with pytest.raises(LookupError, match="Nhận việc"):
        lan.presses("Chuyển")


async def test_reply_edit_and_delete(peer: Peer) -> None:
    fake, bot = peer
    lan = fake.user(5001, "Lan")
    await lan.says("Chào")
    sent = await bot.send_message(5001, "Dạ", reply_to_message_id=lan.last_message_id)
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "Chào"
    edited = await bot.edit_message_text("Dạ, chào chị", chat_id=5001, message_id=sent.message_id)
    assert isinstance(edited, Message)
    assert edited.edit_date is not None
    assert (lan.inbox[0].text, lan.inbox[0].edited) == ("Dạ, chào chị", True)
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_text("Dạ, chào chị", chat_id=5001, message_id=sent.message_id)
    await bot.delete_message(5001, sent.message_id)
    assert lan.inbox[0].deleted
    with pytest.raises(TelegramBadRequest, match="not found"):
        await bot.delete_message(5001, sent.message_id)


async def test_files_both_ways(peer: Peer) -> None:
    fake, bot = peer
    lan = fake.user(5001, "Lan")
    await bot.send_document(5001, BufferedInputFile(b"PDF", "mẫu.pdf"), caption="<i>Mẫu</i> đơn")
    photo = await bot.send_photo(5001, BufferedInputFile(b"JPEG", "a.jpg"))
    assert [(m.file_name, m.file, m.text) for m in lan.inbox] == [
        ("mẫu.pdf", b"PDF", "Mẫu đơn"),
        ("a.jpg", b"JPEG", ""),
    ]
    assert photo.photo is not None
    await lan.sends_document("đơn.pdf", b"PDF2")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.document is not None
    content = await bot.download(update.message.document)
    assert content is not None
    assert content.read() == b"PDF2"


async def test_refusals(peer: Peer) -> None:
    fake, bot = peer
    lan = fake.user(5001, "Lan")
    too_much = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="a", callback_data="đ" * 33)]])
    refused: list[tuple[dict[str, Any], str]] = [
        ({"chat_id": 404, "text": "x"}, "chat not found"),
        ({"chat_id": 5001, "text": "x" * 4097}, "message is too long"),
        ({"chat_id": 5001, "text": "😀" * 2049}, "message is too long"),
        ({"chat_id": 5001, "text": " "}, "message text is empty"),
        ({"chat_id": 5001, "text": "<b>x"}, "can't parse entities"),
        ({"chat_id": 5001, "text": "a < b"}, "can't parse entities"),
        ({"chat_id": 5001, "text": "x", "reply_markup": too_much}, "BUTTON_DATA_INVALID"),
        ({"chat_id": 5001, "text": "x", "reply_to_message_id": 99}, "message to be replied not found"),
        ({"chat_id": 5001, "text": "x", "message_thread_id": 9}, "thread not found"),
    ]
    for given, why in refused:
        with pytest.raises(TelegramBadRequest, match=why):
            await bot.send_message(**given)
    assert lan.inbox == []
    await bot.send_message(5001, "<b>" + "x" * 4096 + "</b>")
    lan.blocks()
    with pytest.raises(TelegramForbiddenError, match="blocked by the user"):
        await bot.send_message(5001, "x")


async def test_moved_group(peer: Peer) -> None:
    fake, bot = peer
    fake.group(-1001, "Tổ").moves_to(-1002)
    with pytest.raises(TelegramMigrateToChat) as caught:
        await bot.send_message(-1001, "x")
    assert caught.value.migrate_to_chat_id == -1002


async def test_topics(peer: Peer) -> None:
    fake, bot = peer
    group = fake.group(-1001, "Tổ")
    topic = await bot.create_forum_topic(-1001, "Phiếu 12")
    sent = await bot.send_message(-1001, "x", message_thread_id=topic.message_thread_id)
    assert sent.is_topic_message
    assert group.inbox[0].thread == topic.message_thread_id
    assert await bot.close_forum_topic(-1001, topic.message_thread_id)
    fake.user(5001, "Lan")
    with pytest.raises(TelegramBadRequest, match="not a forum"):
        await bot.create_forum_topic(5001, "Phiếu 12")


class Unheard(TelegramMethod[bool]):
    """A method that does not exist."""

    __returning__ = bool
    __api_method__ = "sendFlowers"


async def test_unknown_method_and_wrong_token(peer: Peer) -> None:
    fake, bot = peer
    with pytest.raises(TelegramNotFound):
        await bot(Unheard())
    stranger = client(fake, "700100:khong-phai")
    with pytest.raises(TelegramUnauthorizedError):
        await stranger.get_me()
    await stranger.session.close()


async def test_expects_goes_forward_and_says_what_came_instead(peer: Peer) -> None:
    fake, bot = peer
    lan = fake.user(5001, "Lan")
    await bot.send_message(5001, "Phiếu 12")
    await lan.expects("Phiếu")
    with pytest.raises(TimeoutError, match="Phiếu"):
        await lan.expects("Phiếu", timeout=0.05)
    late = asyncio.create_task(lan.expects(lambda message: message.text.endswith("13"), timeout=2))
    await bot.send_message(5001, "Phiếu 13")
    assert (await late).text == "Phiếu 13"


@pytest.mark.parametrize(
    ("source", "text", "types"),
    [
        ("a &lt; b &amp;&amp; c &copy;", "a < b && c &copy;", []),
        ("<b>đậm <i>nghiêng</i></b>", "đậm nghiêng", ["bold", "italic"]),
        ('😀<a href="https://x.vn/?a=1&amp;b">y</a>', "😀y", ["text_link"]),
    ],
)
def test_html_mode(source: str, text: str, types: list[str]) -> None:
    plain, entities = parse_html(source)
    assert plain == text
    assert [entity["type"] for entity in entities] == types
