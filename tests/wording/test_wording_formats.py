"""How facts are written: moments in the province's time, days, counts, lists, and sentences within sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording import Wording
from bot.wording.rich import Span, as_html, plain

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SENTENCES = {
    "vi": {
        "x.moment": "{due:moment}",
        "x.day": "{day:day}",
        "x.count": "{count:count}",
        "x.bold": "Việc {title:bold} xong",
        "x.in_bold": "*Phiếu {number}*: {status:said}",
        "x.passage": "{text:passage}",
        "x.list": "{items:list}",
        "x.rows": "Có:\n{rows:each=x.row}",
        "x.row": "– *{number}* {status:said}",
        "x.status": "*chờ*",
        "x.link": "Xem [{title}](https://a.vn/{code}) nhé",
        "x.only_vi": "chỉ có tiếng Việt",
        "x.wrong": "{n:nothing}",
    },
    "en": {"x.moment": "{due:moment}", "x.count": "{count:count}", "x.day": "{day:day}"},
}
WORDING = Wording(ZONE, SENTENCES)
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=OFFSETS)  # noqa: DTZ001 (Hypothesis wants it)


def said(key: str, language: str = "vi", **facts: Any) -> str:
    """The plain text of a sentence."""
    return plain(WORDING.say(key, facts, language))


def test_a_moment_is_told_in_the_time_of_the_province() -> None:
    late = datetime(2026, 7, 24, 18, 5, tzinfo=UTC)
    assert said("x.moment", due=late) == "01:05 ngày 25/07/2026"
    assert said("x.moment", "en", due=late) == "01:05, 25/07/2026"


@given(MOMENTS)
def test_a_moment_is_the_same_however_it_was_kept(moment: datetime) -> None:
    there = said("x.moment", due=moment)
    assert said("x.moment", due=moment.isoformat()) == there
    assert said("x.moment", due=moment.astimezone(UTC)) == there
    back = datetime.strptime(there, "%H:%M ngày %d/%m/%Y").replace(tzinfo=ZONE)
    assert timedelta(0) <= moment - back < timedelta(minutes=1)


@given(st.dates(date(1945, 9, 2), date(2100, 1, 1)))
def test_a_day_is_day_month_year(day: date) -> None:
    assert said("x.day", day=day) == said("x.day", "en", day=day.isoformat()) == f"{day:%d/%m/%Y}"


@given(st.integers(0, 10**12))
def test_a_count_has_points_in_vietnamese_and_commas_in_english(count: int) -> None:
    groups = said("x.count", count=count).split(".")
    assert int("".join(groups)) == count
    assert all(len(group) == 3 for group in groups[1:])
    assert 1 <= len(groups[0]) <= 3
    assert said("x.count", "en", count=count) == ",".join(groups)


def test_a_bold_fact_is_bold_and_nothing_else() -> None:
    assert WORDING.say("x.bold", {"title": "a*b"}, "vi") == (Span("Việc "), Span("a*b", bold=True), Span(" xong"))


def test_a_sentence_within_a_sentence_keeps_its_look() -> None:
    spans = WORDING.say("x.in_bold", {"number": 12, "status": "x.status"}, "vi")
    assert spans == (Span("Phiếu 12", bold=True), Span(": "), Span("chờ", bold=True))


def test_a_passage_has_dashes_only_where_lines_begin() -> None:
    assert said("x.passage", text="- một - hai\n- ba\n -bốn") == "– một - hai\n– ba\n -bốn"


def test_a_list_has_a_line_for_each_item() -> None:
    assert said("x.list", items=["một", "- hai"]) == "– một\n– - hai"


def test_rows_are_filled_one_by_one() -> None:
    rows = [{"number": n, "status": "x.status"} for n in (1, 2)]
    assert as_html(WORDING.say("x.rows", {"rows": rows}, "vi")) == "Có:\n– <b>1</b> <b>chờ</b>\n– <b>2</b> <b>chờ</b>"


def test_facts_fill_the_words_and_the_address_of_a_link() -> None:
    spans = WORDING.say("x.link", {"title": "[a](b) {code}", "code": "x)*y*"}, "vi")
    assert spans == (Span("Xem "), Span("[a](b) {code}", link="https://a.vn/x)*y*"), Span(" nhé"))


def test_further_paragraphs_follow_after_a_blank_line() -> None:
    row = {"number": 1, "status": "x.status"}
    more = [{"key": "x.day", "facts": {"day": "2027-03-01"}}, {"key": "x.row", "facts": row}]
    assert said("x.count", count=5, more=more) == "5\n\n01/03/2027\n\n– 1 chờ"


def test_what_is_not_put_into_a_language_is_said_in_vietnamese() -> None:
    assert said("x.only_vi", "en") == said("x.only_vi", "lo") == "chỉ có tiếng Việt"


@pytest.mark.parametrize(
    ("key", "facts"), [("x.unknown", {}), ("x.moment", {}), ("x.wrong", {"n": 1}), ("x.in_bold", {"number": 1})]
)
def test_a_missing_sentence_fact_or_format_is_an_error(key: str, facts: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        WORDING.say(key, facts, "vi")
