"""The splitter by itself: what begins an article, a clause, a point, and what only looks like it."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.importing import Article, Clause, Decree, Fault, ImportFault, Point, split
from tests.knowledge.importing import sample


def articles(*lines: str) -> tuple[Article, ...]:
    return split(lines).articles


def test_a_reference_at_the_start_of_a_line_begins_no_article() -> None:
    (only,) = articles(
        "Điều 1. Phạm vi",
        "Việc này thực hiện theo",
        "Điều 2 của Nghị định này và",
        "Điều 3, Điều 4 Luật Hộ tịch.",
    )
    assert only.text.count("\n") == 2


@pytest.mark.parametrize(
    ("line", "number", "heading"),
    [
        ("Điều 9. Tên điều", "9", "Tên điều"),
        ("ĐIỀU 9: Tên điều", "9", "Tên điều"),
        ("Điều 9a. Tên điều", "9a", "Tên điều"),
        ("Điều\u00a09 . Tên điều", "9", "Tên điều"),
        ("Điều 9.- Tên điều", "9", "Tên điều"),
        ("Đi\u00adều 9. Tên \u200bđiều", "9", "Tên điều"),
        ("Ðiều 9. Tên điều", "9", "Tên điều"),
        ("Đie\u0302\u0300u 9. Tên đie\u0302\u0300u", "9", "Tên điều"),
    ],
)
def test_the_heading_of_an_article_is_read_however_it_is_written(line: str, number: str, heading: str) -> None:
    found = articles(line, "Nội dung của điều này.")
    assert [(article.number, article.heading, article.text) for article in found] == [
        (number, heading, "Nội dung của điều này.")
    ]


def test_an_article_may_have_its_heading_on_the_next_line_or_none_at_all() -> None:
    next_line, none = articles(
        "Điều 1.", "Phạm vi điều chỉnh", "Nghị định này quy định.", "Điều 2. Bãi bỏ Thông tư này."
    )
    assert (next_line.heading, next_line.intro) == ("Phạm vi điều chỉnh", "Nghị định này quy định.")
    assert (none.heading, none.intro) == ("", "Bãi bỏ Thông tư này.")


def test_clauses_and_points_keep_their_order_with_inserted_ones() -> None:
    (only,) = articles(
        "Điều 1. Hồ sơ", "Hồ sơ gồm:", "1. Đơn:", "a) Bản giấy;", "a1) Bản điện tử;", "đ) Bản sao;", "1a. Tờ khai.",
        "2.Phí 1.000 đồng.", "2.1. Không phải một khoản.",
    )  # fmt: skip
    assert only.intro == "Hồ sơ gồm:"
    assert [clause.number for clause in only.clauses] == ["1", "1a", "2"]
    assert [point.label for point in only.clauses[0].points] == ["a", "a1", "đ"]
    assert only.clauses[2].text == "Phí 1.000 đồng.\n2.1. Không phải một khoản."


def test_a_list_within_a_clause_is_not_taken_for_clauses() -> None:
    (only,) = articles(
        "Điều 1. A", "1. Một:", "2. Hai:", "1. trong hai;", "2. trong hai.", "3. Ba.", "2026. Không phải."
    )
    assert [clause.number for clause in only.clauses] == ["1", "2", "3"]
    assert only.clauses[1].text == "Hai:\n1. trong hai;\n2. trong hai."


@pytest.mark.parametrize("marks", ["“”", '""', "”“", "«»"])
def test_quoted_articles_are_not_articles_of_this_decree(marks: str) -> None:
    opening, closing = marks
    found = split(
        [
            "Điều 1. Sửa đổi Nghị định",
            "1. Sửa đổi Điều 2 như sau:",
            f"{opening}Điều 2. Tên cũ",
            f"1. Gọi là {opening}hồ sơ{closing} trong Điều này.",
            "Điều 3. Tên cũ nữa",
            f"Nội dung.{closing}.",
            "2. Bãi bỏ khoản 3 Điều 4.",
            "Điều 2. Hiệu lực",
            "Nghị định này có hiệu lực.",
        ]
    )
    assert [(article.number, article.heading) for article in found.articles] == [
        ("1", "Sửa đổi Nghị định"),
        ("2", "Hiệu lực"),
    ]
    assert [clause.number for clause in found.articles[0].clauses] == ["1", "2"]


def test_a_quoted_article_with_the_next_number_is_not_the_next_article() -> None:
    found = split(
        ["Điều 1. Sửa đổi", "Sửa như sau:", "“Điều 1. A", "Điều 2. B", "Cũ.”.", "Điều 2. Hiệu lực", "Từ nay."]
    )
    assert [article.heading for article in found.articles] == ["Sửa đổi", "Hiệu lực"]
    assert found.articles[0].text.endswith("Điều 2. B\nCũ.”.")
    assert found.warnings == ("no_number: ", "no_date: ")


def test_a_quotation_that_never_ends_swallows_nothing_and_is_named() -> None:
    found = split(["Điều 1. A", "Sửa như sau:", "“Điều 5. Tên", "Nội dung.", "Điều 2. B", "Nội dung."])
    assert [article.number for article in found.articles] == ["1", "2"]
    assert "unclosed_quote: “Điều 5. Tên" in found.warnings


def test_articles_quoted_without_marks_are_kept_as_text_and_named() -> None:
    found = split(["Điều 1. Sửa đổi Điều 7:", "Điều 7. Tên mới", "Nội dung.", "Điều 2. Hiệu lực", "Từ nay."])
    assert [article.number for article in found.articles] == ["1", "2"]
    assert found.articles[0].text == "Sửa đổi Điều 7:\nĐiều 7. Tên mới\nNội dung."
    assert "foreign: 7" in found.warnings


def test_gaps_and_repeats_are_named() -> None:
    found = split(["Điều 1. A", "Một.", "Điều 4. B", "Hai.", "Điều 4. C", "Ba."])
    assert [article.number for article in found.articles] == ["1", "4"]
    assert {"gap: 2-3", "repeated: 4"} <= set(found.warnings)


def test_a_table_of_contents_comes_to_nothing() -> None:
    listed = ["Chương I. Chung", "Điều 1. Phạm vi", "Điều 2. Hiệu lực", "Điều 2. Hiệu lực ........... 7"]
    found = articles(*listed, "Chương I. Chung", "Điều 1. Phạm vi", "Một.", "Điều 2. Hiệu lực", "Hai.")
    assert [(article.number, article.text) for article in found] == [("1", "Một."), ("2", "Hai.")]


def test_parts_chapters_and_sections_are_kept_over_their_articles() -> None:
    first, second, third = articles(
        "Phần thứ nhất", "CHUNG", "Chương I QUY ĐỊNH CHUNG", "Điều 1. A", "Chương II của Luật này được áp dụng.",
        "Chương II", "THỦ TỤC", "VÀ HỒ SƠ", "Mục 1. HỒ SƠ", "Tiểu mục 1. BẢN SAO", "Điều 2. B", "Hai.",
        "Mục 2", "THỜI HẠN", "Điều 3. C", "Ba.",
    )  # fmt: skip
    assert (first.chapter, first.section) == ("Phần thứ nhất. CHUNG\nChương I. QUY ĐỊNH CHUNG", "")
    assert first.text == "Chương II của Luật này được áp dụng."
    assert second.chapter == "Phần thứ nhất. CHUNG\nChương II. THỦ TỤC VÀ HỒ SƠ"
    assert second.section == "Mục 1. HỒ SƠ\nTiểu mục 1. BẢN SAO"
    assert third.section == "Mục 2. THỜI HẠN"


def test_a_section_of_a_form_within_an_article_is_no_section_of_the_decree() -> None:
    first, second = articles("Điều 1. Mẫu", "Mục 1. THÔNG TIN", "Ghi họ tên.", "Điều 2. Hiệu lực", "Từ nay.")
    assert first.text == "Mục 1. THÔNG TIN\nGhi họ tên."
    assert second.section == ""


def test_what_follows_the_signature_is_left_out_and_named() -> None:
    found = split(
        [
            "Điều 1. Ban hành Quy chế kèm theo Quyết định này.",
            "Điều 2. Quyết định này có hiệu lực từ ngày ký.",
            "Nơi nhận:",
            "TM. ỦY BAN NHÂN DÂN",
            "QUY CHẾ",
            "(Ban hành kèm theo Quyết định số 5/2025/QĐ-UBND)",
            "Điều 1. Phạm vi",
            "Điều 2. Đối tượng",
            "Điều 3. Nguyên tắc",
            "PHỤ LỤC II",
        ]
    )
    assert [article.number for article in found.articles] == ["1", "2"]
    assert "appendix: PHỤ LỤC II" in found.warnings
    assert any(warning.startswith("attached: (Ban hành kèm theo") for warning in found.warnings)


def test_a_line_like_a_signature_within_an_article_ends_nothing() -> None:
    found = articles("Điều 1. Mẫu", "BỘ TRƯỞNG", "ký tên.", "Điều 2. Hiệu lực", "Từ nay.", "Nơi nhận: lưu.")
    assert [article.number for article in found] == ["1", "2"]
    assert found[0].text == "BỘ TRƯỞNG\nký tên."


def test_the_head_of_a_law_is_read() -> None:
    law = split([
        "QUỐC HỘI CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Luật số: 60 /2014/QH13", "LUẬT", "HỘ TỊCH",
        "Căn cứ Hiến pháp ngày 28 tháng 11 năm 2013;", "Quốc hội ban hành Luật Hộ tịch.", "Điều 1. Phạm vi",
        "Luật này.",
        "Luật này đã được Quốc hội nước Cộng hòa xã hội chủ nghĩa Việt Nam thông qua ngày 20 tháng 11 năm 2014.",
        "CHỦ TỊCH QUỐC HỘI",
    ])  # fmt: skip
    assert (law.number, law.kind, law.title, law.issuer) == ("60/2014/QH13", "luật", "HỘ TỊCH", "Quốc hội")
    assert law.issued == date(2014, 11, 20)
    assert law.articles[0].text == "Luật này."
    assert law.warnings == ()


def test_the_day_a_resolution_was_passed_is_part_of_its_last_article() -> None:
    passed = (
        "Nghị quyết này đã được Hội đồng nhân dân tỉnh thông qua ngày 15 tháng 7 năm 2025 và có hiệu lực từ ngày ký."
    )
    (only,) = articles("NGHỊ QUYẾT SỐ: 5/2025/NQ-HĐND", "Điều 1. Hiệu lực thi hành", passed, "CHỦ TỊCH")
    assert only.text == passed


def test_a_line_to_fill_in_is_no_table_of_contents() -> None:
    (only,) = articles("Điều 1. Mẫu", "Số hộ: ............ 12")
    assert only.text == "Số hộ: ............ 12"


def test_a_decision_of_a_province_is_read_from_the_head_of_two_columns() -> None:
    decision = split([
        "ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "TỈNH MẪU Độc lập - Tự do - Hạnh phúc",
        "Số: 27/2025/QĐ-UBND Mẫu, ngày 01 tháng 7 năm 2025", "QUYẾT ĐỊNH", "Quy định mức thu lệ phí hộ tịch",
        "Điều 1. Mức thu lệ phí hộ tịch như sau:",
    ])  # fmt: skip
    assert (decision.number, decision.kind, decision.issuer) == ("27/2025/QĐ-UBND", "quyết định", "Ủy ban nhân dân")
    assert (decision.title, decision.issued) == ("Quy định mức thu lệ phí hộ tịch", date(2025, 7, 1))


def test_a_text_without_head_says_so() -> None:
    assert split(["Điều 1. A", "Một."]).warnings == ("no_number: ", "no_date: ")


def test_a_text_without_articles_is_refused() -> None:
    with pytest.raises(ImportFault) as refusal:
        split(["Kính gửi Ủy ban nhân dân xã.", "Theo Điều 5 của Nghị định."])
    assert refusal.value.code == Fault.NO_ARTICLES


@pytest.mark.parametrize(
    "lines",
    [
        ["Điều 1. " + "a" * 5_000_000],
        [f"Điều {index}. Tên" for index in range(200_000)],
        ["Điều 1. A", *["“Điều 5. B"] * 100_000],
        ["Điều 1. A", *["1. b", "a) c"] * 100_000],
        ["Điều 1. A", *["Mục 1. " + "B " * 100] * 20_000],
        ["Điều 1. A", *["Nơi nhận:", "Điều 2. B"] * 50_000],
        ["Điều 1. " + "“" * 300_000],
        ["Điều 1. A", "1." + " " * 1_000_000 + "." * 1_000_000],
    ],
    ids=["one line", "articles", "quotes", "clauses", "sections", "signatures", "marks", "dots"],
)
def test_a_hostile_text_ends_soon(lines: list[str]) -> None:
    begun = time.monotonic()
    split(lines)
    assert time.monotonic() - begun < 10


WORD = st.text(alphabet="abcđêghikmnostuvxyàáạảãốờữ", min_size=2, max_size=7)
PHRASE = st.lists(WORD, min_size=1, max_size=6).map(" ".join)
HEADING = PHRASE.map(lambda words: words.capitalize())
SENTENCE = PHRASE.map(lambda words: f"{words.capitalize()}.")
PARAGRAPHS = st.lists(SENTENCE, min_size=1, max_size=2).map("\n".join)
LABELS = "abcdđeghik"


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, tuple[Clause, ...]]:
    def points(least: int) -> tuple[Point, ...]:
        texts = draw(st.lists(PARAGRAPHS, min_size=least, max_size=len(LABELS)))
        return tuple(Point(label, text) for label, text in zip(LABELS, texts, strict=False))

    numbers = [str(number) for number in range(1, draw(st.integers(0, 4)) + 1)]
    clauses = tuple(Clause(number, draw(PARAGRAPHS), points(0)) for number in numbers)
    if not clauses and draw(st.booleans()):
        clauses = (Clause("", "", points(1)),)
    intro = draw(PARAGRAPHS) if not clauses or draw(st.booleans()) else ""
    return intro, clauses


@st.composite
def decrees(draw: st.DrawFn) -> Decree:
    found: list[Article] = []
    for chapter in range(draw(st.integers(0, 2)) + 1):
        over = f"Chương {'I' * (chapter + 1)}. {draw(HEADING).upper()}" if chapter else ""
        section = f"Mục 1. {draw(HEADING)}" if chapter and draw(st.booleans()) else ""
        for _ in range(draw(st.integers(1, 3))):
            intro, clauses = draw(bodies())
            found.append(Article(str(len(found) + 1), draw(HEADING), over, section, intro, clauses))
    title = draw(HEADING)
    return Decree("12/2025/NĐ-CP", "nghị định", title, "Chính phủ", date(2025, 6, 15), tuple(found), ())


@settings(max_examples=40, deadline=None)
@given(decrees())
def test_what_is_written_out_is_read_back(decree: Decree) -> None:
    lines = ["CHÍNH PHỦ", "Số: 12/2025/NĐ-CP", "Hà Nội, ngày 15 tháng 6 năm 2025", "NGHỊ ĐỊNH", decree.title]
    for block in sample.articles(decree):
        lines += block.whole.split("\n")
    assert split([*lines, "Nơi nhận:"]) == decree


TOKENS = ("1.", "2.", "3.", "9.", "a)", "b)", "đ)", "“", "”", "Điều", "điều", "khoản", "của", "Nghị", "x", ";")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.sampled_from(TOKENS), min_size=1, max_size=6).map(" ".join), max_size=12))
def test_no_word_is_lost_and_none_changes_its_place(lines: list[str]) -> None:
    whole = ["Điều 1. Tên", *lines]
    found = split(whole).articles
    written = "".join(f"Điều {article.number}. {article.heading} {article.text}" for article in found)
    assert "".join(written.split()) == "".join("".join(whole).split())
