"""Bodies as the platform sends them, read into messages."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.channels.zalo_bot_text import clean, without_mention
from bot.channels.zalo_bot_updates import Malformed, decode, understand, updates_in
from handlers.turn import Attachment, Incoming, Kind

PAYLOADS = Path(__file__).parent.parent / "payloads" / "zalo_bot"
NAMES = ("Bot Thủ Tục", "bot.thutuc")
LAN = "6ede9afa66b88fe6d6a9"


def read(name: str) -> Incoming | None:
    return understand(decode((PAYLOADS / f"{name}.json").read_bytes()), NAMES)


def expected(**changes: Any) -> dict[str, Any]:
    usual = {
        "channel": "zalo-bot",
        "address": LAN,
        "sender": LAN,
        "sender_name": "Nguyễn Thị Lan",
        "kind": Kind.TEXT,
        "group": False,
        "reply_to": "",
        "attachments": (),
        "sent_at": datetime(2025, 10, 9, 8, 53, 20, 123000, UTC),
    }
    return usual | changes


TEXT = expected(
    external_id="message.text.received:2d758cb5e222177a4e35",
    platform_id="2d758cb5e222177a4e35",
    text="Khai sinh quá hạn thì cần giấy tờ gì?",
)
EXPECTED = {
    "text": TEXT,
    "text_wrapped": TEXT,
    "text_decomposed": expected(text=unicodedata.normalize("NFC", "Đăng ký kết hôn")),
    "reply": expected(text="XONG", reply_to="82599fa32f56d00e8941"),
    "image_photo_url": expected(
        text="Tờ khai này đúng mẫu chưa?",
        attachments=(Attachment("https://photo-stal-1.zdn.vn/abc/def.png?size=l", "def.png", "image/png"),),
    ),
    "image_photo": expected(
        text="", attachments=(Attachment("https://photo-stal-1.zdn.vn/abc/def", "def", "image/jpeg"),)
    ),
    "voice": expected(
        text="", attachments=(Attachment("https://voice-aac-dl.zdn.vn/xyz/1.aac", "1.aac", "audio/aac"),)
    ),
    "sticker": expected(kind=Kind.UNSUPPORTED, text=""),
    "unsupported": expected(kind=Kind.UNSUPPORTED, text=""),
    "unknown_event": expected(kind=Kind.UNSUPPORTED, text="", external_id="message.link.received:99cc10c9a8b377d0c117"),
    "group_mention": expected(text="lệ phí cấp bản sao trích lục?", group=True, address="zgr-1a2b3c4d5e6f"),
}
NOTHING = ["unsupported_bare", "unsupported_in_group", "from_a_bot"]


@pytest.mark.parametrize("name", EXPECTED)
def test_payload_is_understood(name: str) -> None:
    incoming = read(name)
    assert incoming is not None
    assert {field: getattr(incoming, field) for field in EXPECTED[name]} == EXPECTED[name]


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_to_answer(name: str) -> None:
    assert read(name) is None


def test_every_payload_is_tested() -> None:
    files = {path.stem for path in PAYLOADS.glob("*.json")}
    assert files == {*EXPECTED, *NOTHING, "without_message_id"}


def test_without_an_id_the_content_is_the_id() -> None:
    first, again = read("without_message_id"), read("without_message_id")
    assert first is not None
    assert again is not None
    assert first.external_id == again.external_id
    assert len(first.external_id) == 64
    assert first.platform_id == ""


def test_an_id_of_two_events_is_two_messages() -> None:
    update = json.loads((PAYLOADS / "unsupported.json").read_text())
    other = update | {"event_name": "message.file.received"}
    ids = {i.external_id for u in (update, other) if (i := understand(u)) is not None}
    assert len(ids) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"[]",
        b"null",
        b'{"ok": true}',
        b'{"event_name": 5, "message": {}}',
        b'{"event_name": "message.text.received"}',
        b'{"event_name": "message.text.received", "message": {"chat": {"id": "a"}}}',
        b'{"event_name": "message.text.received", "message": {"from": {"id": "a"}, "chat": {"id": true}}}',
        b'{"event_name": "x", "message": {"date": NaN}}',
        b'{"event_name": "x", "message": {"date": 1e999}}',
        b'{"event_name": "x", "deep": ' + b"[" * 50 + b"]" * 50 + b"}",
        b"[" * 30000,
        b"\xff\xfe\xfa",
    ],
)
def test_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        understand(decode(body))


@pytest.mark.parametrize("date", [None, "soon", True, 10**30, -(10**30), {}])
def test_an_odd_date_is_no_date(date: object) -> None:
    update = json.loads((PAYLOADS / "text.json").read_text())
    update["message"]["date"] = date
    incoming = understand(update)
    assert incoming is not None
    assert incoming.sent_at is None


@pytest.mark.parametrize("quoted", ["a1", 17, {"message_id": "a1"}, {"id": 17}])
def test_a_reply_in_any_form(quoted: object) -> None:
    update = json.loads((PAYLOADS / "text.json").read_text())
    update["message"]["reply_to"] = quoted
    incoming = understand(update)
    assert incoming is not None
    assert incoming.reply_to in ("a1", "17")


@pytest.mark.parametrize("chat_type", ["GROUP", "group", "COMMUNITY"])
def test_whatever_is_not_private_is_a_group(chat_type: str) -> None:
    update = json.loads((PAYLOADS / "text.json").read_text())
    update["message"]["chat"] = {"id": "zgr-1", "chat_type": chat_type}
    incoming = understand(update)
    assert incoming is not None
    assert incoming.group


def test_a_chat_that_is_not_the_senders_is_a_group() -> None:
    update = json.loads((PAYLOADS / "text.json").read_text())
    update["message"]["chat"] = {"id": "zgr-1"}
    incoming = understand(update)
    assert incoming is not None
    assert incoming.group


def test_a_photo_without_an_address_is_unsupported() -> None:
    update = json.loads((PAYLOADS / "image_photo.json").read_text())
    del update["message"]["photo"]
    incoming = understand(update)
    assert incoming is not None
    assert incoming.kind is Kind.UNSUPPORTED


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("@Bot Thủ Tục lệ phí?", "lệ phí?"),
        ("@bot thu tuc: lệ phí?", "lệ phí?"),
        (unicodedata.normalize("NFD", "@BOT THỦ TỤC, lệ phí?"), unicodedata.normalize("NFD", "lệ phí?")),
        ("  @bot.thutuc\nlệ phí?", "lệ phí?"),
        ("@Bot Thủ Tục", ""),
        ("@Bot Thủ Tục2 lệ phí?", "@Bot Thủ Tục2 lệ phí?"),
        ("@Lan lệ phí?", "@Lan lệ phí?"),
        ("lệ phí? @Bot Thủ Tục", "lệ phí? @Bot Thủ Tục"),
        ("@", "@"),
    ],
)
def test_a_leading_mention_is_cut(text: str, rest: str) -> None:
    assert without_mention(text, NAMES) == rest


def test_without_names_nothing_is_cut() -> None:
    assert without_mention("@Bot Thủ Tục lệ phí?", ()) == "@Bot Thủ Tục lệ phí?"
    assert without_mention("@ lệ phí?", ("",)) == "@ lệ phí?"


def test_what_cannot_be_stored_is_cleaned() -> None:
    assert clean({"a\0": ["\ud800x", "o\u0302"]}) == {"a": ["\ufffdx", "ô"]}


@pytest.mark.parametrize(
    ("result", "count"), [({"a": 1}, 1), ([{"a": 1}, 5, {"b": 2}], 2), ([], 0), (None, 0), ({}, 0)]
)
def test_updates_of_a_poll(result: object, count: int) -> None:
    assert len(updates_in(result)) == count
