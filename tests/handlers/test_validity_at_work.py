"""Law that has ended: not answered, not offered, not browsed, not cited; and the rule of a day gone by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import knowledge
from handlers import citing
from handlers.browsing import handle
from knowledge import KnowledgeBase
from storage import Database, Refusal
from storage.outbox import OutgoingMessage
from storage.people import Person, Role
from tests.handlers.desks import desk, does, promised, somebody, talk_of
from tests.storage.rows import NOW, draft, opened

SMALL = Path(__file__).parent.parent / "knowledge" / "content"
MEDIATION = "dat-dai/hoa-giai-tranh-chap"
OLD_PAY = "che-do-chinh-sach/luong-co-so-cu"
LAST_MORNING = datetime(2027, 2, 28, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
THE_DAY_AFTER = LAST_MORNING + timedelta(days=1)


@dataclass
class Room:
    """An officer and the small knowledge base."""

    database: Database
    kb: KnowledgeBase
    mai: Person

    async def says(self, text: str, *, at: datetime = NOW) -> OutgoingMessage:
        """What came of her words."""
        return await self._heard(text, at=at)

    async def presses(self, choice: str, *, at: datetime = NOW) -> OutgoingMessage:
        """What came of a button."""
        return await self._heard(at=at, kind="choice", choice=choice)

    async def _heard(self, text: str = "", **given: Any) -> OutgoingMessage:
        async with self.database.transaction() as tx:
            refusal = await does(tx, self.kb, self.mai, text, **given)
            if refusal is not None:
                raise refusal
            return (await promised(tx, self.mai))[-1]


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return knowledge.load(SMALL)


@pytest.fixture
async def room(sqlite: Database, kb: KnowledgeBase) -> Room:
    async with sqlite.transaction() as tx:
        mai = await somebody(tx, "Lò Thị Mai", Role.REQUESTER, "xa-suoi-mo")
    return Room(sqlite, kb, mai)


def told(message: OutgoingMessage, *keys: str) -> dict[str, dict[str, Any]]:
    """The further paragraphs of a message by key, of some keys or all."""
    return {row["key"]: row["facts"] for row in message.facts.get("more", []) if not keys or row["key"] in keys}


def shown(message: OutgoingMessage) -> set[str]:
    return {row["facts"]["title"] for row in message.choices if "title" in row["facts"]}


# -- today, and after the end


async def test_an_end_within_a_year_is_told_by_its_last_day(room: Room) -> None:
    answer = await room.says("hòa giải tranh chấp đất đai ở xã", at=LAST_MORNING)
    assert answer.key == "answer.entry"
    assert told(answer)["answer.valid_until"] == {"last": "2027-02-28", "until": "2027-03-01"}


async def test_an_end_further_away_is_not_told(room: Room) -> None:
    answer = await room.says("hòa giải tranh chấp đất đai ở xã", at=datetime(2026, 2, 1, 8, 0, tzinfo=NOW.tzinfo))
    assert "answer.valid_until" not in told(answer)
    assert told(answer)["answer.valid"] == {"day": "2026-02-01"}


async def test_the_day_after_it_is_a_ticket_that_names_the_rule(room: Room) -> None:
    answer = await room.says("hòa giải tranh chấp đất đai ở xã", at=THE_DAY_AFTER)
    assert answer.key == "ticket.opened"
    facts = told(answer)["answer.not_in_force"]
    assert (facts["title"], facts["day"]) == (room.kb.entries[MEDIATION].title, "2027-03-01")
    assert facts["sources"] == ["Điều 5 Nghị định 154/2025/NĐ-CP"]


async def test_browsing_lists_only_what_is_in_force(room: Room) -> None:
    title = room.kb.entries[MEDIATION].title
    assert title in shown(await room.presses("field:dat-dai", at=LAST_MORNING))
    assert title not in shown(await room.presses("field:dat-dai", at=THE_DAY_AFTER))
    fields = await room.presses("fields", at=THE_DAY_AFTER)
    assert "field:dat-dai" not in [row["id"] for row in fields.choices]


@pytest.mark.parametrize("name", ["entry", "pick"])
async def test_a_choice_of_before_shows_no_dead_entry(room: Room, name: str) -> None:
    await room.says("lương cơ sở", at=LAST_MORNING)
    choice = f"entry:{handle(MEDIATION)}"
    if name == "pick":
        choice = await _offered(room)
    assert (await room.presses(choice, at=LAST_MORNING)).key == "answer.entry"
    with pytest.raises(Refusal, match=r"answer\.no_longer_valid"):
        await room.presses(choice, at=THE_DAY_AFTER)


async def _offered(room: Room) -> str:
    """The button of an exchange that offered the entry."""
    async with room.database.transaction() as tx:
        talk = await talk_of(tx, room.mai)
        exchange = await tx.journal.get(talk.last_exchange or 0)
        assert exchange is not None
        exchange.matches = [{"entry": MEDIATION, "revision": "1", "score": 0.5}]
        return f"pick:{exchange.key}:0"


async def test_other_choices_of_before_are_not_offered_after_the_end(room: Room) -> None:
    await room.says("lương cơ sở", at=LAST_MORNING)
    number = (await _offered(room)).split(":")[1]
    assert room.kb.entries[MEDIATION].title in shown(await room.presses(f"wrong:{number}", at=LAST_MORNING))
    assert not shown(await room.presses(f"wrong:{number}", at=THE_DAY_AFTER))


async def test_a_document_is_shown_with_what_took_its_place(room: Room) -> None:
    old = await room.says("Nghị định 73/2024/NĐ-CP")
    assert told(old)["document.replaced"]["successor"] == "161/2026/NĐ-CP"
    assert "document.replaced_by" not in told(old)
    new = await room.says("Nghị định 161/2026/NĐ-CP")
    assert told(new)["document.replaces"] == {"documents": "73/2024/NĐ-CP"}
    amended = await room.says("Nghị định 123/2015/NĐ-CP")
    assert told(amended)["document.amended_by"] == {"documents": "18/2026/NĐ-CP"}


# -- a day gone by


async def test_the_rule_of_then_is_answered_and_said_to_be_of_then(room: Room) -> None:
    answer = await room.says("lương cơ sở tháng 6/2025 là bao nhiêu")
    assert answer.facts["title"] == room.kb.entries[OLD_PAY].title
    assert told(answer)["answer.valid_then_no_more"] == {"day": "2025-06-30", "until": "2026-07-01"}
    assert not told(answer, "answer.valid", "answer.valid_until", "answer.valid_then_since")


async def test_a_rule_that_still_holds_is_said_to(room: Room) -> None:
    answer = await room.says("chứng thực bản sao, hồ sơ nộp ngày 15/6/2025 thì theo quy định nào")
    answer = answer if answer.key == "answer.entry" else await room.presses(answer.choices[0]["id"])
    assert told(answer)["answer.valid_then"] == {"day": "2025-06-15"}


async def test_a_change_within_the_year_asked_about_is_told(room: Room) -> None:
    answer = await room.says("lương cơ sở năm 2024 là bao nhiêu")
    assert told(answer)["answer.valid_then_since"] == {"first": "2024-01-01", "since": "2024-07-01"}


async def test_what_was_not_in_force_then_is_not_answered_but_named(room: Room) -> None:
    answer = await room.says("đơn hòa giải tranh chấp đất đai nộp ngày 15/6/2025 thì theo quy định nào")
    assert answer.key == "ticket.opened"
    facts = told(answer)["answer.not_in_force"]
    assert (facts["title"], facts["day"]) == (room.kb.entries[MEDIATION].title, "2025-06-15")
    assert facts["sources"] == ["Điều 5 Nghị định 154/2025/NĐ-CP"]


async def test_the_exchange_keeps_the_day_and_its_choices_are_judged_by_it(room: Room) -> None:
    await room.says("lương cơ sở tháng 6/2025 là bao nhiêu")
    async with room.database.transaction() as tx:
        exchange = await tx.journal.get((await talk_of(tx, room.mai)).last_exchange or 0)
        assert exchange is not None
        assert exchange.as_of == date(2025, 6, 30)
        pick = f"pick:{exchange.key}:0"
    picked = await room.presses(pick, at=THE_DAY_AFTER)
    assert picked.facts["title"] == room.kb.entries[OLD_PAY].title
    assert told(picked)["answer.valid_then_no_more"]["day"] == "2025-06-30"


# -- what a specialist cites

REFUSED = [
    ("theo Điều 3 Nghị định 73/2024/NĐ-CP", "answer.cites_replaced", {"successor": "161/2026/NĐ-CP"}),
    ("theo NĐ 73/2024", "answer.cites_replaced", {"successor": "161/2026/NĐ-CP"}),
    ("theo Điều 26 Nghị định 123/2015/NĐ-CP", "answer.cites_repealed_place", {"by": "18/2026/NĐ-CP"}),
    ("theo khoản 2 Điều 26 NĐ 123/2015", "answer.cites_repealed_place", {"until": date(2026, 2, 1)}),
    ("theo 145/2025/NĐ-CP", "answer.cites_unknown_near", {"near": "154/2025/NĐ-CP"}),
    ("theo Nghị định 99/2001/NĐ-CP", "answer.cites_unknown", {"document": "Nghị định 99/2001/NĐ-CP"}),
]


async def _sources(room: Room, text: str, question: str = "Ai ký giấy này?", at: datetime = NOW) -> citing.Sources:
    async with room.database.transaction() as tx:
        ticket = draft(1, 1, question=question)
        return citing.sources_of(desk(tx, room.kb, room.mai, at=at), ticket, text)


@pytest.mark.parametrize(("text", "key", "facts"), REFUSED)
async def test_a_citation_is_refused_by_name(room: Room, text: str, key: str, facts: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as caught:
        await _sources(room, f"Anh làm {text} nhé.")
    assert caught.value.key == key
    assert facts.items() <= caught.value.facts.items()


@pytest.mark.parametrize("text", [text for text, _, _ in REFUSED])
async def test_an_answer_may_say_that_it_has_ended(room: Room, text: str) -> None:
    await _sources(room, f"Trước đây làm {text} (đã hết hiệu lực).")


async def test_an_answer_may_say_what_replaced_it(room: Room) -> None:
    found = await _sources(room, "Theo Nghị định 161/2026/NĐ-CP, đã thay thế Nghị định số 73/2024/NĐ-CP.")
    assert found.known == ("161/2026/NĐ-CP", "73/2024/NĐ-CP")
    with pytest.raises(Refusal, match="cites_replaced"):
        await _sources(room, "Xã cử người thay thế theo Nghị định 73/2024/NĐ-CP.")


async def test_a_document_that_the_base_lacks_may_be_cited_as_such(room: Room) -> None:
    found = await _sources(room, "Theo Nghị định 99/2001/NĐ-CP (ngoài kho).")
    assert (found.known, found.outside) == ((), ("Nghị định 99/2001/NĐ-CP",))
    with pytest.raises(Refusal, match="cites_replaced"):
        await _sources(room, "Theo 73/2024/NĐ-CP (ngoài kho).")


async def test_a_document_not_yet_in_force_is_refused_with_its_first_day(room: Room) -> None:
    with pytest.raises(Refusal) as caught:
        await _sources(room, "Theo 161/2026/NĐ-CP.", at=datetime(2026, 6, 30, 8, 0, tzinfo=NOW.tzinfo))
    assert (caught.value.key, caught.value.facts["since"]) == ("answer.cites_not_yet", date(2026, 7, 1))


async def test_the_law_of_then_may_be_cited_for_a_case_of_then(room: Room) -> None:
    then = "hồ sơ nộp ngày 15/6/2025 thì theo quy định nào"
    assert (await _sources(room, "Theo 73/2024/NĐ-CP.", then)).known == ("73/2024/NĐ-CP",)
    with pytest.raises(Refusal, match="cites_replaced"):
        await _sources(room, "Theo 73/2024/NĐ-CP.", "hồ sơ nộp ngày 15/6/2024 thì theo quy định nào")


async def test_what_is_in_force_is_known_and_what_is_the_provinces_is_outside(room: Room) -> None:
    text = "Theo Điều 9 Luật 60/2014/QH13, Quyết định 12/2026/QĐ-UBND và công văn 1234/SNV-CCVC, 500.000/người."
    found = await _sources(room, text)
    assert found.known == ("60/2014/QH13",)
    assert found.outside == ("Quyết định 12/2026/QĐ-UBND", "1234/SNV-CCVC")


async def test_the_officer_reads_what_the_base_could_not_check(room: Room) -> None:
    async with room.database.transaction() as tx:
        ha = await somebody(tx, "Nguyễn Thu Hà", Role.SPECIALIST, "so-tu-phap")
        ticket = await opened(tx, room.mai, await talk_of(tx, room.mai))
        refusal = await does(tx, room.kb, ha, f"trả lời {ticket.id} Theo Quyết định 12/2026/QĐ-UBND của tỉnh.")
        assert refusal is None
        answered = [message for message in await promised(tx, room.mai) if message.key == "ticket.answered"][-1]
    assert told(answered)["answer.cites_outside"] == {"documents": ["Quyết định 12/2026/QĐ-UBND"]}
