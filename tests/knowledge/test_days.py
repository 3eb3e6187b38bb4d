"""The day a question is about: told only where the words are sure of it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.days import day_named, stretch_named

TODAY = date(2026, 11, 21)

OF_THEN = [
    ("hồ sơ nộp tháng 6/2025 thì theo quy định nào", date(2025, 6, 30)),
    ("ho so nop thang 6/2025 thi theo quy dinh nao", date(2025, 6, 30)),
    ("hs nộp t6/2025 theo quy định nào", date(2025, 6, 30)),
    ("nộp ngày 15/6/2025", date(2025, 6, 15)),
    ("nop ho so ngay 15/6/2025 thi bao gio co ket qua", date(2025, 6, 15)),
    ("nộp hồ sơ ngày 15-6-2025 thì mấy ngày có kết quả", date(2025, 6, 15)),
    ("dân nộp hồ sơ 15.6.2025 thì lệ phí bao nhiêu", date(2025, 6, 15)),
    ("nộp 15/6/25 thì ai giải quyết", date(2025, 6, 15)),
    ("hồ sơ nộp ngày 15 tháng 6 năm 2025 áp dụng quy định nào", date(2025, 6, 15)),
    ("hồ sơ tiếp nhận ngày 20/6/2025 giải quyết trong mấy ngày", date(2025, 6, 20)),
    ("xã tiếp nhận hồ sơ hồi tháng 5 năm 2025 thì ai ký", date(2025, 5, 31)),
    ("hồ sơ tháng 3/2024 thì cần những giấy tờ gì", date(2024, 3, 31)),
    ("tháng 2/2024 dân nộp hồ sơ thì lệ phí bao nhiêu", date(2024, 2, 29)),
    ("ngày 15/6/2025 người dân nộp đơn thì xã hay huyện giải quyết", date(2025, 6, 15)),
    ("nộp hồ sơ trước ngày 1/7/2025 thì ai có thẩm quyền", date(2025, 6, 30)),
    ("hồ sơ nộp trước 01/7/2025 giải quyết theo luật nào", date(2025, 6, 30)),
    ("hồ sơ nộp trước tháng 7/2025 theo quy định nào", date(2025, 6, 30)),
    ("nộp năm 2024 thì tính theo mức nào", date(2024, 12, 31)),
    ("em muốn hỏi hồ sơ nộp tháng 6 năm ngoái thì theo quy định nào", date(2025, 6, 30)),
    ("nộp tháng 3 năm nay thì theo quy định nào", date(2026, 3, 31)),
    ("năm 2024 thì lương cơ sở bao nhiêu", date(2024, 12, 31)),
    ("cho hỏi năm 2024 thì lệ phí chứng thực mấy đồng", date(2024, 12, 31)),
    ("trước 1/7/2025 thì ai cấp giấy phép xây dựng", date(2025, 6, 30)),
    ("trước ngày 01/07/2025 thì thẩm quyền của ai", date(2025, 6, 30)),
    ("vào tháng 8/2025 thì mức trợ cấp là bao nhiêu", date(2025, 8, 31)),
    ("hồi 5/2025 mức trợ cấp bao nhiêu", date(2025, 5, 31)),
    ("hồi tháng 5/2025 phụ cấp được hưởng mức nào", date(2025, 5, 31)),
    ("lương cơ sở tháng 6/2026 là bao nhiêu", date(2026, 6, 30)),
    ("muc tro cap huu tri xa hoi nam 2025 la bao nhieu", date(2025, 12, 31)),
    ("có quyết định nghỉ ngày 1/5/2025 thì hưởng chế độ gì", date(2025, 5, 1)),
    ("quyết định thôi việc ngày 10/4/2025 thì trợ cấp theo nghị định nào", date(2025, 4, 10)),
    ("nghỉ việc từ 1/5/2025 thì hưởng theo nghị định nào", date(2025, 5, 1)),
    ("nghi huu tu 1/3/2025 huong che do gi", date(2025, 3, 1)),
    ("công chức xã nghỉ hưu trước tuổi từ tháng 3/2025 được bao nhiêu", date(2025, 3, 31)),
    ("vi phạm xảy ra ngày 10/5/2025 thì phạt theo quy định nào", date(2025, 5, 10)),
    ("bố mất ngày 10/6/2025 thì trợ cấp mai táng bao nhiêu", date(2025, 6, 10)),
    ("ông cụ mất trước 1/7/2025 thì mai táng phí theo mức nào", date(2025, 6, 30)),
    ("sinh con tháng 5/2025 được hưởng trợ cấp bao nhiêu", date(2025, 5, 31)),
]  # fmt: skip

OF_TODAY = [
    "đăng ký khai sinh cần giấy tờ gì",
    "nghị định 178/2024/NĐ-CP",
    "nghi theo 178/2024/NĐ-CP duoc bao nhieu",
    "nộp hồ sơ theo nghị định 154/2025 thì cần gì",
    "nộp theo thông tư 5/2025 thì sao",
    "nộp hồ sơ theo quyết định 12/2025 của tỉnh",
    "hồ sơ theo quyết định số 8 ngày 12/6/2025 của ubnd tỉnh",
    "nghị quyết 202/2025/QH15 ngày 12/6/2025 nói gì về hồ sơ",
    "theo nghị định ngày 15/6/2025 của chính phủ thì nộp ở đâu",
    "luật 2024",
    "luật đất đai 2024 thì sao",
    "luật đất đai năm 2024 thì nộp hồ sơ ở đâu",
    "theo bộ luật dân sự năm 2015 thì thừa kế thế nào",
    "hiến pháp năm 2013 thì quy định sao",
    "kế hoạch năm 2025 thì nộp ở đâu",
    "dự toán ngân sách năm 2025 thì ai duyệt",
    "báo cáo tháng 6/2025 nộp ở đâu",
    "hạn nộp hồ sơ tháng 6/2025",
    "chuẩn nghèo giai đoạn 2021-2025 bao nhiêu",
    "hồ sơ công việc năm 2024 bao giờ nộp lưu trữ",
    "đã nộp tiền sử dụng đất năm 2025 có được tính lại không",
    "nộp thuế năm 2024 ở đâu",
    "từ ngày 1/7/2025 xã cấp giấy phép gì",
    "từ 1/7/2025 thì nộp hồ sơ ở đâu",
    "hồ sơ nộp từ ngày 1/7/2025 thì xã hay tỉnh giải quyết",
    "sau ngày 1/7/2025 thì ai ký",
    "nghị định có hiệu lực từ ngày 1/7/2025 thì nộp ở đâu",
    "nộp trước ngày 15/12/2026 thì có kịp không",
    "nộp hồ sơ ngày 15/3/2027 thì theo quy định nào",
    "năm 2027 thì lương cơ sở bao nhiêu",
    "năm 2026 thì lương cơ sở bao nhiêu",
    "hồ sơ nộp tháng 11/2026 thì theo quy định nào",
    "hồ sơ nộp ngày 21/11/2026 thì theo quy định nào",
    "hồ sơ nộp năm 2019 đến nay chưa có kết quả",
    "nộp hồ sơ tháng 6/2025 giờ còn hiệu lực không",
    "hồ sơ nộp trước 1/7/2025 đang giải quyết dở thì xã hay huyện làm",
    "hồ sơ nộp tháng 6/2025 chuyển tiếp thế nào",
    "hồ sơ nộp tháng 6/2025 và tháng 8/2025 khác nhau gì",
    "ông sinh năm 1950 được hưởng trợ cấp bao nhiêu",
    "con sinh ngày 15/3/2024 chưa làm khai sinh",
    "cháu sinh tháng 3/2024 nay mới làm khai sinh theo quy định nào",
    "đất khai hoang trước 1/7/2014 có được cấp sổ không",
    "năm 2010 thì nhà tôi mua đất, làm sổ thế nào",
    "mất giấy khai sinh năm 2024 xin cấp lại ở đâu",
    "ông nội mất năm 1980 giờ làm khai tử được không",
    "cưới trước 3/1/1987 đăng ký kết hôn thế nào",
    "thu hồi 5/2025 mức bồi thường bao nhiêu",
    "cho hoi 5/2025 muc nao",
    "nộp ngày 32/6/2025 thì theo quy định nào",
    "nộp ngày 15/6 thì theo quy định nào",
    "nộp tháng 13/2025 thì theo quy định nào",
    "nộp hồ sơ 12/2025/QĐ-UBND thì theo quy định nào",
    "hồ sơ thuế đất trước năm 1930 thì ai giữ",
    "",
]  # fmt: skip


@pytest.mark.parametrize(("text", "day"), OF_THEN)
def test_the_case_was_of_then(text: str, day: date) -> None:
    assert day_named(text, TODAY) == day


@pytest.mark.parametrize("text", OF_TODAY)
def test_the_question_is_about_today(text: str) -> None:
    assert day_named(text, TODAY) is None


def test_a_month_or_a_year_is_all_of_it() -> None:
    month, year = stretch_named("nộp tháng 2/2024 thì sao", TODAY), stretch_named("năm 2024 thì ai ký", TODAY)
    assert month is not None
    assert year is not None
    assert (month.since, month.until) == (date(2024, 2, 1), date(2024, 3, 1))
    assert (year.since, year.until) == (date(2024, 1, 1), date(2025, 1, 1))


def test_yesterday_may_be_asked_about_and_tomorrow_not() -> None:
    assert day_named("nộp ngày 20/11/2026 thì theo quy định nào", TODAY) == date(2026, 11, 20)
    assert day_named("nộp ngày 22/11/2026 thì theo quy định nào", TODAY) is None
    assert day_named("nộp tháng 10/2026 thì theo quy định nào", TODAY) == date(2026, 10, 31)


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.dates(date(1990, 1, 1), date(2030, 1, 1)))
def test_any_day_before_today_is_found_and_no_other(named: date, today: date) -> None:
    found = day_named(f"hồ sơ nộp ngày {named:%d/%m/%Y} thì theo quy định nào", today)
    assert found == (named if named < today else None)


@given(st.text(max_size=80))
def test_whatever_is_written_does_no_harm(text: str) -> None:
    found = day_named(text, TODAY)
    assert found is None or found < TODAY


def test_a_long_text_is_read_quickly() -> None:
    assert day_named("nộp hồ sơ nghị định luật " * 160, TODAY) is None
