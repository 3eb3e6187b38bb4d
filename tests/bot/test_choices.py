"""Choices where there are no buttons: numbers, what they mean, and the way from a wrong answer to a specialist."""

from __future__ import annotations

from pathlib import Path

import pytest

import knowledge
from storage import Database
from storage.people import Role
from tests.bot.conftest import Office, open_office

SMALL = Path(__file__).parent.parent / "knowledge" / "content"


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> Office:
    office = open_office(database, knowledge.load(SMALL), tmp_path)
    await office.person("Mai", "zalo:mai")
    ha = await office.person("Hà", "telegram:ha")
    async with database.transaction() as tx:
        person = await tx.people.get(ha.key)
        person.role, person.unit = Role.SPECIALIST.value, "so-tu-phap"
        await tx.people.add_commune("xa-suoi-mo", "Xã Suối Mơ")
    return office


async def says(office: Office, text: str) -> str:
    """Mai writes, and reads what came."""
    office.clock.moves(minutes=1)
    before = len(office.zalo.letters)
    await office.writes("zalo:mai", text)
    await office.delivery.drain()
    return "\n".join(letter.text for letter in office.zalo.letters[before:])


async def test_a_choice_is_picked_by_its_number(office: Office) -> None:
    offered = await says(office, "chứng thực")
    assert "1. Chứng thực chữ ký\n2. Chứng thực bản sao từ bản chính\n3. Việc khác, gửi chuyên viên" in offered
    picked = await says(office, "số 2")
    assert "Chứng thực bản sao từ bản chính" in picked
    assert "Căn cứ" in picked


async def test_a_number_that_is_not_there_is_refused(office: Office) -> None:
    await says(office, "chứng thực")
    for number in ("0", "4", "17"):
        assert "không ứng với lựa chọn nào" in await says(office, number)
    assert "Căn cứ" in await says(office, "1")


async def test_from_a_wrong_answer_to_another_to_the_specialist(office: Office) -> None:
    await says(office, "chứng thực")
    assert "2. Chưa đúng" in await says(office, "1")
    others = await says(office, "2")
    assert "1. Chứng thực bản sao từ bản chính\n2. Gửi chuyên viên" in others
    sent = await says(office, "2")
    assert "phiếu 1" in sent
    [told] = office.telegram.at("telegram:ha")
    assert "Phiếu 1" in told
    assert "chứng thực" in told


async def test_what_no_entry_answers_becomes_a_ticket_at_once(office: Office) -> None:
    sent = await says(office, "bản sao")
    assert "phiếu 1" in sent
    assert len(office.telegram.letters) == 1
