"""Sending through the real library to the fake: what arrives, and what is fetched."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels import Button, File, Outgoing, Rejected, TryAgain, Unreachable
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_client import Patience
from bot.wording.rich import Span, rich
from handlers.turn import Attachment
from tests.support.fake_telegram import FakeTelegram, FakeUser
from tests.support.fake_telegram.host import Host

SECRET = "fake-bot-token-for-loopback-only"
HASTY = Patience(connect=0.5, answer=0.4, poll=1, shortest_pause=0.02, longest_pause=0.1)
Sending = tuple[FakeTelegram, FakeUser, TelegramChannel]


@pytest.fixture
async def sending() -> AsyncIterator[Sending]:
    async with FakeTelegram() as fake, Host() as host:
        channel = TelegramChannel(fake.token, api_root=fake.url, mode="polling", patience=HASTY)
        await host.runs(channel)
        yield fake, fake.user(5001, "Lan"), channel


def say(text: str, once: str = "1", **rest: object) -> Outgoing:
    return Outgoing(rich(text), once, **rest)  # type: ignore[arg-type]


async def test_text_arrives_escaped_bold_and_linked(sending: Sending) -> None:
    _, lan, channel = sending
    text = (Span("Điều 5 <b>& khoản</b> 2: "), Span("10 ngày", bold=True), Span("luật", link="https://x.vn/?a=1&b"))
    platform_id = await channel.send("5001", Outgoing(text, "1"))
    message = lan.inbox[0]
    assert platform_id == f"5001:{message.message_id}"
    assert message.text == "Điều 5 <b>& khoản</b> 2: 10 ngàyluật"
    assert lan.chat.messages[message.message_id]["entities"] == [
        {"type": "bold", "offset": 25, "length": 7},
        {"type": "text_link", "offset": 32, "length": 4, "url": "https://x.vn/?a=1&b"},
    ]


async def test_buttons_arrive_one_a_row(sending: Sending) -> None:
    _, lan, channel = sending
    await channel.send("5001", say("Chọn", buttons=(Button("take:12", "Nhận việc"), Button("pass:12", "Chuyển"))))
    assert lan.inbox[0].buttons == [("Nhận việc", "take:12"), ("Chuyển", "pass:12")]
    keyboard = lan.chat.messages[lan.inbox[0].message_id]["reply_markup"]["inline_keyboard"]
    assert [len(row) for row in keyboard] == [1, 1]


async def test_files_follow_the_text(sending: Sending, tmp_path: Path) -> None:
    _, lan, channel = sending
    (tmp_path / "a").write_bytes(b"JPEG")
    (tmp_path / "b").write_bytes(b"PDF")
    files = (
        File(tmp_path / "a", "ảnh.jpg", "image/jpeg"),
        File(tmp_path / "b", "mẫu đơn.pdf", "application/pdf"),
    )
    platform_id = await channel.send("5001", say("Kèm theo", files=files))
    assert [(m.text, m.file_name, m.file) for m in lan.inbox] == [
        ("Kèm theo", "", b""),
        ("", "ảnh.jpg", b"JPEG"),
        ("", "mẫu đơn.pdf", b"PDF"),
    ]
    kinds = ["photo" in lan.chat.messages[m.message_id] for m in lan.inbox]
    assert kinds == [False, True, False]
    assert platform_id == f"5001:{lan.inbox[0].message_id}"


async def test_a_second_attempt_sends_only_what_is_missing(sending: Sending, tmp_path: Path) -> None:
    fake, lan, channel = sending
    (tmp_path / "b").write_bytes(b"PDF")
    message = say("Kèm theo", files=(File(tmp_path / "b", "b.pdf", "application/pdf"),))
    fake.faults.fail_next(1, 500, method="sendDocument")
    with pytest.raises(TryAgain):
        await channel.send("5001", message)
    platform_id = await channel.send("5001", message)
    assert [m.text or m.file_name for m in lan.inbox] == ["Kèm theo", "b.pdf"]
    assert platform_id == f"5001:{lan.inbox[0].message_id}"


async def test_a_picture_refused_as_photo_goes_as_document(sending: Sending, tmp_path: Path) -> None:
    fake, lan, channel = sending
    (tmp_path / "a").write_bytes(b"PNG")
    fake.faults.fail_next(1, 400, "Bad Request: PHOTO_INVALID_DIMENSIONS", method="sendPhoto")
    await channel.send("5001", say("", files=(File(tmp_path / "a", "a.png", "image/png"),)))
    assert "document" in lan.chat.messages[lan.inbox[0].message_id]


async def test_missing_file_and_empty_message_are_rejected(sending: Sending, tmp_path: Path) -> None:
    _, lan, channel = sending
    with pytest.raises(Rejected):
        await channel.send("5001", say("", files=(File(tmp_path / "none", "a.pdf", "application/pdf"),)))
    with pytest.raises(Rejected):
        await channel.send("5001", say(""))
    assert lan.inbox == []


async def test_a_moved_group_gets_its_message_at_the_new_id(sending: Sending) -> None:
    fake, _, channel = sending
    old = fake.group(-1001, "Tổ Tư pháp")
    new = old.moves_to(-1002)
    platform_id = await channel.send("-1001", say("Phiếu 12"))
    assert platform_id == f"-1002:{new.inbox[0].message_id}"
    assert old.inbox == []


async def test_refused_formatting_is_sent_once_as_plain_text(sending: Sending) -> None:
    fake, lan, channel = sending
    fake.faults.fail_next(1, 400, "Bad Request: can't parse entities: Unsupported start tag")
    await channel.send("5001", Outgoing((Span("đậm", bold=True),), "1"))
    assert [(m.text, m.html) for m in lan.inbox] == [("đậm", "đậm")]


@pytest.mark.parametrize("message", [say("x" * 4097), say("x", buttons=(Button("đ" * 33, "Nhận"),))])
async def test_what_telegram_never_takes_is_rejected(sending: Sending, message: Outgoing) -> None:
    _, lan, channel = sending
    with pytest.raises(Rejected):
        await channel.send("5001", message)
    assert lan.inbox == []


async def test_longest_text_passes(sending: Sending) -> None:
    _, lan, channel = sending
    await channel.send("5001", say("&" * 4096))
    assert len(lan.inbox[0].text) == 4096


async def test_attachment_is_fetched(sending: Sending) -> None:
    fake, _, channel = sending
    file = fake.store("a.pdf", b"PDF" * 1000)
    assert await channel.fetch(Attachment(file.file_id, "a.pdf", "application/pdf")) == b"PDF" * 1000


async def test_attachment_gone_or_too_large_is_unreachable(sending: Sending) -> None:
    fake, _, channel = sending
    with pytest.raises(Unreachable):
        await channel.fetch(Attachment("none", "a.pdf", "application/pdf"))
    with pytest.raises(Unreachable):
        await channel.fetch(Attachment("none", "a.pdf", "application/pdf", size=20 * 1024 * 1024 + 1))
    assert fake.calls["getfile"] == 1
    large = fake.store("b.pdf", bytes(20 * 1024 * 1024 + 1))
    with pytest.raises(Unreachable):
        await channel.fetch(Attachment(large.file_id, "b.pdf", "application/pdf"))


async def test_fetching_can_be_tried_again(sending: Sending) -> None:
    fake, _, channel = sending
    file = fake.store("a.pdf", b"PDF")
    fake.faults.drop_next(1, method="getFile")
    with pytest.raises(TryAgain):
        await channel.fetch(Attachment(file.file_id, "a.pdf", "application/pdf"))
