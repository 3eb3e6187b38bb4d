"""What only phones do: edits, photos, replies to a message, groups, blocking; across Telegram, Zalo and the web."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from knowledge import KnowledgeBase
from tests.app.test_dialogues import Theatre, theatre
from tests.support.cast import Listener, TelegramActor
from tests.support.fake_telegram import FakeUser
from tests.support.stage import Clock

QUESTION = "dang ky khai sinh qua han can giay to gi"
PHOTO = b"\xff\xd8\xff" + b"photo" * 100


@pytest.fixture
async def house(tmp_path: Path, knowledge_base: KnowledgeBase) -> AsyncIterator[Theatre]:
    async with theatre(tmp_path, knowledge_base, "webhook") as playing:
        yield playing


async def on_telegram(house: Theatre, name: str) -> tuple[Listener, FakeUser]:
    listener = await house.listener(name, "telegram")
    assert isinstance(listener.actor, TelegramActor)
    return listener, listener.actor.user


async def ticket_of(mai: Listener) -> None:
    """Ask, and have it sent to the department."""
    await mai.actor.says(QUESTION)
    await mai.hears("khai sinh quá hạn")
    await mai.actor.presses("Gửi chuyên viên")
    await mai.hears("phiếu 1", "Sở Tư pháp")


async def test_an_edited_question_goes_along_into_its_ticket(house: Theatre) -> None:
    mai, phone = await on_telegram(house, "Lò Thị Mai")
    ha = await house.listener("Nguyễn Thu Hà", "web")
    await mai.actor.says(QUESTION)
    asked = phone.last_message_id
    await mai.hears("khai sinh quá hạn")
    await mai.actor.presses("Gửi chuyên viên")
    await ha.hears("Phiếu 1")
    await phone.edits(QUESTION + " cho cháu 5 tuổi", asked)
    await mai.hears("vừa sửa câu hỏi", "phiếu 1")
    await ha.hears("Phiếu 1", "bổ sung", "cho cháu 5 tuổi")
    await phone.edits(QUESTION + " cho cháu 5 tuổi", asked)  # the same again says nothing new
    await mai.hears_nothing()


async def test_an_edited_question_without_a_ticket_is_asked_anew(house: Theatre) -> None:
    mai, phone = await on_telegram(house, "Lò Thị Mai")
    await mai.actor.says("con meo nha em dep khong")
    await mai.hears("ngoài công việc của xã")
    await phone.edits(QUESTION)
    await mai.hears("khai sinh quá hạn", "Căn cứ")


async def test_a_photo_with_a_caption_goes_to_the_specialist_as_file_or_link(house: Theatre) -> None:
    mai, phone = await on_telegram(house, "Lò Thị Mai")
    _, has_phone = await on_telegram(house, "Nguyễn Thu Hà")
    vinh = await house.listener("Đỗ Quang Vinh", "zalo")
    await phone.sends_photo(PHOTO, QUESTION)
    await mai.hears("khai sinh quá hạn")
    await mai.actor.presses("Gửi chuyên viên")
    await mai.hears("phiếu 1")
    got = await has_phone.expects(lambda message: bool(message.file), timeout=8)
    assert got.file == PHOTO
    listed = await vinh.hears("Phiếu 1", "Tệp kèm theo")
    [address] = [word for word in listed.split() if "/files/" in word]
    async with aiohttp.ClientSession() as browser, browser.get(address) as response:
        assert await response.read() == PHOTO


async def test_a_photo_alone_is_asked_about_and_belongs_to_what_is_said_next(house: Theatre) -> None:
    mai, phone = await on_telegram(house, "Lò Thị Mai")
    ha = await house.listener("Nguyễn Thu Hà", "web")
    await phone.sends_photo(PHOTO)
    await mai.hears("muốn hỏi gì về tệp này")
    await ticket_of(mai)
    await ha.hears("Phiếu 1", "Tệp kèm theo", "/files/")


async def test_a_photo_that_cannot_be_fetched_is_asked_for_again_and_the_question_answered(house: Theatre) -> None:
    mai, phone = await on_telegram(house, "Lò Thị Mai")
    house.telegram.faults.fail_next(1, 400, "Bad Request: file is too big", method="getFile")
    await phone.sends_photo(PHOTO, QUESTION)
    await mai.hears("khai sinh quá hạn")
    await mai.hears("Không tải được tệp")


async def test_a_reply_to_a_message_answers_its_ticket_not_the_last_one(house: Theatre) -> None:
    mai = await house.listener("Lò Thị Mai", "web")
    sung = await house.listener("Vàng A Sùng", "web")
    ha, phone = await on_telegram(house, "Nguyễn Thu Hà")
    for person in (mai, sung):
        await person.actor.says(QUESTION)
        await person.hears("khai sinh quá hạn")
        await person.actor.presses("Gửi chuyên viên")
        await ha.hears("vừa vào hàng đợi")
    [first] = [message for message in phone.inbox if "Phiếu 1" in message.text]
    await phone.says("Chị làm văn bản xác nhận của người làm chứng.", reply_to=first.message_id)
    await ha.hears("Đã gửi trả lời phiếu 1")
    await mai.hears("Phiếu 1", "người làm chứng")
    await sung.hears("phiếu 2")
    await sung.hears_nothing()


async def test_in_a_group_nothing_is_answered_but_the_wish_to_talk_in_private(house: Theatre) -> None:
    mai, phone = await on_telegram(house, "Lò Thị Mai")
    group = house.telegram.group(-1001, "Cán bộ xã")
    await phone.says(f"@{house.telegram.me['username']} {QUESTION}", group=group)
    said = await group.expects("nhắn riêng")
    assert "khai sinh" not in said.text
    assert not said.buttons
    assert len(group.inbox) == 1
    await mai.hears_nothing()


@pytest.mark.parametrize("other", ["web", "zalo"])
async def test_who_blocked_the_bot_gets_the_answer_on_another_account(house: Theatre, other: str) -> None:
    clock = house.stage.clock
    assert isinstance(clock, Clock)
    clock.moves(minutes=1)
    elsewhere = await house.listener("Lò Thị Mai", other)
    clock.moves(minutes=1)
    mai, phone = await on_telegram(house, "Lò Thị Mai")
    ha = await house.listener("Nguyễn Thu Hà", "web")
    await ticket_of(mai)
    await ha.hears("Phiếu 1")
    phone.chat.blocked = True  # they blocked us, and the platform did not say so
    await ha.actor.says("trả lời 1 Chị làm văn bản xác nhận của người làm chứng.")
    await ha.hears("Đã gửi trả lời phiếu 1")
    await elsewhere.hears("Phiếu 1", "người làm chứng")
