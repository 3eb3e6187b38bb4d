"""Delivery: how a promise is put into words for a platform and a person, and sent in parts."""

from __future__ import annotations

from pathlib import Path

from bot.channels import TryAgain
from bot.wording.rich import utf16_length
from handlers.turn import Choice
from storage.attachments import StoredAttachment
from storage.outbox import Sending
from tests.bot.conftest import Office, said

LONG = "\n\n".join(f"Đoạn {n}. " + "nội dung của hồ sơ " * 8 for n in range(6))
CHOICES = [Choice("mine", "choice.mine").row(), Choice("fields", "choice.fields").row()]


async def test_long_words_come_in_numbered_parts_under_the_limit(office: Office) -> None:
    await office.person("Mai", "zalo:a")
    await office.promise("zalo:a", 1, key="await.details", facts={"number": LONG}, choices=CHOICES)
    await office.promise("zalo:a", 2)
    await office.delivery.drain()
    *parts, last = office.zalo.at("zalo:a")
    assert [part.splitlines()[0] for part in parts] == [f"({n}/{len(parts)})" for n in range(1, len(parts) + 1)]
    assert len(parts) > 2
    assert all(utf16_length(part) <= 400 for part in [*parts, last])
    assert "Phiếu 2" in last
    assert "1. Phiếu của tôi" in parts[-1]
    together = " ".join(part.split("\n", 1)[1] for part in parts)
    assert " ".join(LONG.split()) in " ".join(together.split())


async def test_when_a_later_part_fails_the_earlier_ones_are_not_sent_again(office: Office) -> None:
    await office.person("Mai", "zalo:a")
    office.zalo.faults["zalo:a"] = [None, None, TryAgain("busy")]
    key = await office.promise("zalo:a", 1, key="await.details", facts={"number": LONG})
    await office.promise("zalo:a", 2)
    await office.delivery.drain()
    assert len(office.zalo.letters) == 2
    office.clock.moves(seconds=10)
    await office.delivery.drain()
    *parts, last = office.zalo.at("zalo:a")
    assert [part.split("/")[0] for part in parts] == [f"({n}" for n in range(1, len(parts) + 1)]
    assert "Phiếu 2" in last
    row = await office.look(key)
    assert (row.status, row.parts_sent, len(row.platform_ids)) == (Sending.SENT, len(parts), len(parts))


async def test_numbers_go_on_until_the_person_writes(office: Office) -> None:
    await office.person("Mai", "zalo:a")
    for number in (1, 2):
        await office.promise("zalo:a", number, choices=CHOICES)
    await office.delivery.drain()
    first, second = office.zalo.at("zalo:a")
    assert "1. Phiếu của tôi\n2. Xem theo lĩnh vực" in first
    assert "3. Phiếu của tôi\n4. Xem theo lĩnh vực" in second
    office.clock.moves(minutes=1)
    await office.writes("zalo:a", "3")
    await office.delivery.drain()
    assert "chưa có phiếu nào" in office.zalo.at("zalo:a")[-1]
    office.clock.moves(minutes=1)
    await office.promise("zalo:a", 5, choices=CHOICES)
    await office.delivery.drain()
    assert "1. Phiếu của tôi" in office.zalo.at("zalo:a")[-1]


async def test_a_retried_message_keeps_its_numbers(office: Office) -> None:
    await office.person("Mai", "zalo:a")
    office.zalo.faults["zalo:a"] = [TryAgain("busy")]
    await office.promise("zalo:a", 1, choices=CHOICES)
    await office.delivery.drain()
    office.clock.moves(minutes=1)
    await office.delivery.drain()
    assert "1. Phiếu của tôi\n2. Xem theo lĩnh vực" in office.zalo.at("zalo:a")[0]


async def test_where_there_are_buttons_there_are_no_numbers(office: Office) -> None:
    await office.person("Mai", "telegram:a")
    await office.promise("telegram:a", 1, choices=CHOICES)
    await office.delivery.drain()
    [letter] = office.telegram.letters
    assert "1. " not in letter.text
    assert [(button.id, button.label) for button in letter.message.buttons] == [
        ("mine", "Phiếu của tôi"),
        ("fields", "Xem theo lĩnh vực"),
    ]


async def test_everybody_is_spoken_to_in_their_language(office: Office) -> None:
    await office.person("Mai", "telegram:a")
    await office.person("John", "telegram:b", language="en")
    for address in ("telegram:a", "telegram:b"):
        await office.promise(address, 1, choices=CHOICES)
    await office.delivery.drain()
    [vietnamese], [english] = office.telegram.at("telegram:a"), office.telegram.at("telegram:b")
    assert "Phiếu 1 đã đóng" in vietnamese
    assert "closed" in english
    assert "Phiếu" not in english


async def test_a_file_goes_along_or_a_link_to_it(office: Office, tmp_path: Path) -> None:
    await office.person("Mai", "telegram:a", "zalo:a")
    await office.intake.receive(said("telegram:a", "chào em"))
    place = tmp_path / "attachments" / "bytes"
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(b"%PDF")
    async with office.database.transaction() as tx:
        file = await tx.attachments.add(
            StoredAttachment(
                incoming=1, name="đơn xin.pdf", media_type="application/pdf", path="attachments/bytes",
                secret="s" * 32, at=office.clock(),
            )
        )  # fmt: skip
    for address in ("telegram:a", "zalo:a"):
        await office.promise(address, 1, attachments=[file.key])
    await office.delivery.drain()
    [sent] = office.telegram.letters
    assert [(f.name, f.path.read_bytes()) for f in sent.message.files] == [("đơn xin.pdf", b"%PDF")]
    assert "/files/" not in sent.text
    [listed] = office.zalo.at("zalo:a")
    assert "đơn xin.pdf" in listed
    address = listed.split()[-1]  # without a blank in it, or phones cut it short
    assert address.startswith(f"http://127.0.0.1/files/{'s' * 32}/")
