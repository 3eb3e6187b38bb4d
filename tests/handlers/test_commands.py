"""What words and buttons mean, and which words are a question although they begin like a command."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.commands import Command, enrolment_code, from_choice, from_words, typed_number
from knowledge import KnowledgeBase
from storage import Database
from storage.people import Role
from storage.tickets import Status
from tests.handlers.desks import does, keys, presses, somebody, talk_of
from tests.storage.rows import opened

WORDS = [
    ("nhận 12", Command("take", ("12",))),
    ("Nhan phieu #12", Command("take", ("12",))),
    ("NHẬN 12.", Command("take", ("12",))),
    ("trả lời 12: Chủ tịch xã ký.\nDòng hai.", Command("answer", ("12",), "Chủ tịch xã ký.\nDòng hai.")),
    ("tl 12 được", Command("answer", ("12",), "được")),
    ("hỏi lại 12 thôn nào?", Command("ask-back", ("12",), "thôn nào?")),
    ("chuyển phiếu 12 Sở Tài chính vì kinh phí", Command("hand-over", ("12",), "Sở Tài chính vì kinh phí")),
    ("trả lại phiếu 12", Command("release", ("12",))),
    ("bổ sung 12 – thôn 2", Command("details", ("12",), "– thôn 2")),
    ("đồng ý 12", Command("accept", ("12",))),
    ("mở lại 12 vẫn vướng", Command("reopen", ("12",), "vẫn vướng")),
    ("chưa rõ 12", Command("reopen", ("12",))),
    ("phiếu số 12", Command("ticket", ("12",))),
    ("xem 12", Command("ticket", ("12",))),
    ("  Phiếu của tôi!  ", Command("mine")),
    ("hàng   đợi", Command("queue")),
    ("/huy", Command("cancel")),
    ("thôi", Command("cancel")),
    ("Trợ giúp?", Command("help")),
    ("LK ABCD3479", Command("link", ("ABCD3479",))),
    ("/start abcd3479", Command("link", ("ABCD3479",))),
    ("mã ABCD3479", Command("link", ("ABCD3479",))),
    ("tiếng Anh", Command("language-en")),
]

QUESTIONS = [
    "nhận con nuôi cần giấy tờ gì",
    "nhận",
    "chuyển trường cho con thế nào",
    "chuyển 12a sang đất ở được không",
    "xem xét kỷ luật công chức",
    "bổ sung hồ sơ mấy lần",
    "thôi việc được hưởng gì",
    "hướng dẫn đăng ký khai sinh",
    "phiếu lý lịch tư pháp làm ở đâu",
    "trả lời đơn trong bao nhiêu ngày",
    "đồng ý với kết luận thì làm gì",
    "trả lại tiền tạm ứng thế nào",
    "phiếu 1234567890",
    "LK ABCD",
    "12",
    "",
]


@pytest.mark.parametrize(("text", "command"), WORDS, ids=[text for text, _ in WORDS])
def test_words_that_are_a_command(text: str, command: Command) -> None:
    assert from_words(text) == command
    assert from_words(unicodedata.normalize("NFD", text)) == Command(
        command.verb, command.about, unicodedata.normalize("NFD", command.rest)
    )


@pytest.mark.parametrize("text", QUESTIONS)
def test_words_that_are_a_question(text: str) -> None:
    assert from_words(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [("2", 2), (" 2. ", 2), ("số 2", 2), ("chọn 12)", 12), ("123", None), ("2 con", None), ("0", 0), ("số", None)],
)
def test_typed_numbers(text: str, number: int | None) -> None:
    assert typed_number(text) == number
    assert typed_number(unicodedata.normalize("NFD", text)) == number


def test_codes_are_read_with_their_word_only() -> None:
    assert enrolment_code("lk abcd3479") == "ABCD3479"
    assert enrolment_code("ABCD3479") is None
    assert enrolment_code("LK ABCD34790") is None


@pytest.mark.parametrize("number", ["", "-1", "1e3", "1234567890", "٣", "²", " 1", "1 ", "0x1", "1\n"])
def test_a_forged_number_is_no_number(number: str) -> None:
    command = from_choice(f"take:{number}")
    assert command is not None
    assert command.number == 0


@given(st.text())
def test_any_text_is_read_without_stumbling(text: str) -> None:
    for command in (from_words(text), from_choice(text)):
        assert command is None or 0 <= command.number < 10**9
    number = typed_number(text)
    assert number is None or 0 <= number <= 99


async def test_a_question_that_begins_like_an_answer(sqlite: Database, knowledge_base: KnowledgeBase) -> None:
    """ "trả lời 12 ngày chưa có kết quả": a question, unless there is a ticket 12 that is theirs to answer."""
    text = "trả lời 12 ngày chưa có kết quả"
    async with sqlite.transaction() as tx:
        mai = await somebody(tx, "Lò Thị Mai", Role.REQUESTER, "xa-suoi-mo")
        ha = await somebody(tx, "Nguyễn Thu Hà", Role.SPECIALIST, "so-tu-phap")
        assert await does(tx, knowledge_base, ha, text) is None
        assert (await talk_of(tx, ha)).last_exchange is not None
        ticket = await opened(tx, mai, await talk_of(tx, mai), number=12)

        assert await does(tx, knowledge_base, mai, text) is None
        assert (await talk_of(tx, mai)).last_exchange is not None
        assert ticket.status == Status.OPEN

        assert await does(tx, knowledge_base, ha, "trả lời 12 giấy đó do chị văn thư đóng dấu nhé") is None
        assert (ticket.status, ticket.assignee) == (Status.ANSWERED, ha.id)


async def test_a_short_command_on_no_ticket_is_refused(sqlite: Database, knowledge_base: KnowledgeBase) -> None:
    async with sqlite.transaction() as tx:
        mai = await somebody(tx, "Lò Thị Mai", Role.REQUESTER, "xa-suoi-mo")
        for text in ("nhận 12", "xem ١٢", "đồng ý 999999999"):
            refusal = await does(tx, knowledge_base, mai, text)
            assert refusal is not None, text
            assert refusal.key == "ticket.unknown"


async def test_a_number_stands_for_what_was_offered(sqlite: Database, knowledge_base: KnowledgeBase) -> None:
    async with sqlite.transaction() as tx:
        mai = await somebody(tx, "Lò Thị Mai", Role.REQUESTER, "xa-suoi-mo")
        (await talk_of(tx, mai)).offer(["mine", "help"], at=(await talk_of(tx, mai)).heard_at)
        assert await does(tx, knowledge_base, mai, "2") is None
        assert await keys(tx, mai) == ["help.requester"]
        refusal = await does(tx, knowledge_base, mai, "3")
        assert refusal is not None
        assert refusal.key == "choice.number_unknown"


async def test_a_button_we_never_made_is_refused(sqlite: Database, knowledge_base: KnowledgeBase) -> None:
    async with sqlite.transaction() as tx:
        mai = await somebody(tx, "Lò Thị Mai", Role.REQUESTER, "xa-suoi-mo")
        for choice in ("drop-table", "Take:1", "", "language-fr", "take 1"):
            refusal = await presses(tx, knowledge_base, mai, choice)
            assert refusal is not None, choice
            assert refusal.key == "choice.unknown"


def test_the_words_of_an_answer_are_left_as_they_were_written() -> None:
    command = from_words("trả lời 12: Chị làm văn bản của người làm chứng.\n\nMẫu ở Sở.")
    assert command is not None
    assert command.rest == "Chị làm văn bản của người làm chứng.\n\nMẫu ở Sở."
