from __future__ import annotations

import pytest

from knowledge import KnowledgeBase
from knowledge.numbers import DocumentMention, mentions, without_mentions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("154", DocumentMention("154")),
        ("theo 154 thì sao", DocumentMention("154")),
        ("nd154", DocumentMention("154", kind="nghi dinh")),
        ("nđ 154 quy định gì", DocumentMention("154", kind="nghi dinh")),
        ("NĐ 154/2025", DocumentMention("154", 2025, "nghi dinh")),
        ("nghị định số 154 năm 2025", DocumentMention("154", 2025, "nghi dinh")),
        ("154/2025/nđ-cp", DocumentMention("154", 2025, "nghi dinh")),
        ("luật 60/2014", DocumentMention("60", 2014, "luat")),
        ("60/2014/QH13", DocumentMention("60", 2014)),
        ("thông tư 04/2024/TT-BTP", DocumentMention("04", 2024, "thong tu")),
        ("điều 15 nghị định 123", DocumentMention("123", kind="nghi dinh", article="15")),
        (
            "khoản 2 điều 15 nđ 123/2015",
            DocumentMention("123", 2015, "nghi dinh", article="15", clause="2"),
        ),
        ("66.7/2025/NQ-CP", DocumentMention("66.7", 2025, "nghi quyet")),
    ],
)
def test_a_number_as_people_write_it(text: str, expected: DocumentMention) -> None:
    assert mentions(text) == (expected,)


@pytest.mark.parametrize(
    "text",
    [
        "sinh ngày 25/12/2025",
        "từ tháng 7/2026",
        "75 tuổi được 500 nghìn",
        "quyết định 15 ngày chưa có",
        "nhà 120 m2",
        "thủ tục 1.001193",
    ],
)
def test_other_numbers_are_no_documents(text: str) -> None:
    assert mentions(text) == ()


def test_two_documents_in_one_message() -> None:
    found = mentions("so sánh nđ 154/2025 với luật 60/2014")
    assert [(mention.number_part, mention.year) for mention in found] == [("154", 2025), ("60", 2014)]


def test_what_is_left_without_the_numbers() -> None:
    assert without_mentions("theo điều 15 nđ 123/2015 thì khai sinh cần gì") == "theo thi khai sinh can gi"
    assert without_mentions("khai sinh cần gì") == "khai sinh cần gì"


def test_the_base_knows_the_documents_named(kb: KnowledgeBase) -> None:
    named = kb.documents_named("nđ 123 với luật 60/2014 và nđ 999/2020")
    assert [document.number for document in named] == ["123/2015/NĐ-CP", "60/2014/QH13"]
    assert kb.documents_named("thông tư 123") == ()
