"""What a specialist's words cite: which document, which article of it, and what a wrong number may have meant."""

from __future__ import annotations

import pytest

from knowledge import KnowledgeBase
from knowledge.citing import cited_in, nearest

LAW, CIVIL, LAND = "60/2014/QH13", "123/2015/NĐ-CP", "154/2025/NĐ-CP"


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("căn cứ khoản 1 Điều 16 Luật 60/2014/QH13", [(LAW, "Điều 16", "khoản 1")]),
        ("căn cứ Điều 16 khoản 1 Luật Hộ tịch số 60/2014/QH13", [(LAW, "Điều 16", "khoản 1")]),
        ("can cu diem a khoan 2 dieu 26 nd 123/2015/nd-cp", [(CIVIL, "Điều 26", "khoản 2")]),
        ("Nghị định 123/2015/NĐ-CP (Điều 26)", [(CIVIL, "Điều 26", "")]),
        ("Điều 25, Điều 26 của Nghị định 123/2015", [(CIVIL, "Điều 25", ""), (CIVIL, "Điều 26", "")]),
        ("Điều 9 Luật 60/2014/QH13 và Điều 26 NĐ 123/2015/NĐ-CP", [(LAW, "Điều 9", ""), (CIVIL, "Điều 26", "")]),
        ("NĐ 123/2015, Điều 9. Luật 60/2014/QH13", [(CIVIL, "Điều 9", ""), (LAW, "", "")]),
        ("Điều 5 NĐ 123/2015; sau đó Điều 26 NĐ 123/2015", [(CIVIL, "Điều 5", ""), (CIVIL, "Điều 26", "")]),
        ("theo NĐ 123 là đúng", [(CIVIL, "", "")]),
        ("khoản 1 Điều 16 Luật Hộ tịch 2014", [(LAW, "Điều 16", "khoản 1")]),
        ("theo luật hộ tịch năm 2014 thì được", [(LAW, "", "")]),
        ("Luật Hộ tịch 2014 (60/2014/QH13)", [(LAW, "", ""), (LAW, "", "")]),
        ("theo Luật Hộ tịch năm 2016", []),
        ("theo Luật Hộ tịch", []),
        ("Điều 5 nói vậy. Xem thêm 60/2014/QH13", [(LAW, "", "")]),
        ("không dẫn gì cả, 500.000 đồng trong 3 ngày", []),
    ],
)
def test_the_places_cited(kb: KnowledgeBase, text: str, cited: list[tuple[str, str, str]]) -> None:
    found = [place for one in cited_in(text, kb.documents) if one.document for place in one.places]
    assert [(place.document, place.article, place.clause) for place in found] == cited


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("theo 145/2025/NĐ-CP", (LAND,)),
        ("theo nghị định 145/2025", (LAND,)),
        ("theo Nghị định 154/2024/NĐ-CP", (LAND,)),
        ("theo 60/2014/QH12", (LAW,)),
        ("theo 60/2014/QH", (LAW,)),
        ("theo 999/2001/NĐ-CP", ()),
    ],
)
def test_an_unknown_number_and_what_it_may_be_a_slip_of(kb: KnowledgeBase, text: str, near: tuple[str, ...]) -> None:
    (one,) = cited_in(text, kb.documents)
    assert one.document is None
    assert one.certain
    assert nearest(one, kb.documents) == near


@pytest.mark.parametrize(
    "text",
    ["Quyết định 12/2026/QĐ-UBND", "Nghị quyết 15/2025/NQ-HĐND", "công văn 1234/SNV-CCVC", "345/UBND-NC", "56/KH-UBND"],
)
def test_the_provinces_own_documents(kb: KnowledgeBase, text: str) -> None:
    (one,) = cited_in(f"thực hiện theo {text} nhé", kb.documents)
    assert one.local
    assert one.document is None


def test_a_local_decision_is_not_taken_for_one_of_the_same_number(kb: KnowledgeBase) -> None:
    (one,) = cited_in("Nghị quyết 73/2024/NQ-HĐND", kb.documents)
    assert (one.document, one.local) == (None, True)


@pytest.mark.parametrize("text", ["500.000/người", "3/ngày", "sổ 145/2024", "quyết định 2 việc", "nghị định 999"])
def test_what_need_not_be_a_document_is_not_certain(kb: KnowledgeBase, text: str) -> None:
    assert not [one for one in cited_in(text, kb.documents) if one.certain or one.local]
