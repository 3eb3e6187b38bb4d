from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import knowledge

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
OFFICE = knowledge.load_workdays(knowledge.CONTENT / "workdays.yaml")

_moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(HANOI))  # noqa: DTZ001
_terms = st.integers(0, 60 * 60).map(lambda minutes: timedelta(minutes=minutes))


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


@given(_moments, _terms)
def test_due_falls_in_working_time_and_not_before_the_start(start: datetime, term: timedelta) -> None:
    due = OFFICE.due(start, term)
    assert due >= start
    assert OFFICE.is_working_day(due.date())
    assert OFFICE.is_working_time(due)


@given(_moments, _terms, _terms)
def test_more_time_is_never_due_earlier(start: datetime, term: timedelta, more: timedelta) -> None:
    assert OFFICE.due(start, term) <= OFFICE.due(start, term + more)


@given(_moments, st.integers(0, 5000), _terms)
def test_a_later_start_is_never_due_earlier(start: datetime, later: int, term: timedelta) -> None:
    assert OFFICE.due(start, term) <= OFFICE.due(start + timedelta(minutes=later), term)


@given(_moments, _terms)
def test_the_working_time_until_due_is_the_term(start: datetime, term: timedelta) -> None:
    assert OFFICE.working_time(start, OFFICE.due(start, term)) == term


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-23 10:30", 2, "2026-11-23 14:30"),
        ("2026-11-20 16:00", 2, "2026-11-23 08:30"),
        ("2026-11-21 09:00", 1, "2026-11-23 08:30"),
        ("2026-11-23 12:00", 0, "2026-11-23 13:30"),
        ("2026-09-01 16:30", 1, "2026-09-03 08:30"),
        ("2026-04-29 16:00", 2, "2026-05-04 08:30"),
    ],
)
def test_lunch_weekends_and_public_holidays_do_not_count(start: str, hours: int, due: str) -> None:
    assert OFFICE.due(_at(start), timedelta(hours=hours)) == _at(due)


def test_tet_is_a_holiday_and_a_decreed_swap_is_worked() -> None:
    assert not OFFICE.is_working_day(date(2026, 2, 17))
    assert not OFFICE.is_working_day(date(2026, 8, 31))
    assert OFFICE.is_working_day(date(2026, 8, 22))


def test_a_swapped_saturday_and_a_storm(tmp_path: Path) -> None:
    text = (knowledge.CONTENT / "workdays.yaml").read_text(encoding="utf-8")
    text = text.replace("days_off: []", 'days_off: ["2026-11-23"]')
    text = text.replace("working_days: []", 'working_days: ["2026-11-21"]')
    (tmp_path / "workdays.yaml").write_text(text, encoding="utf-8")
    office = knowledge.load_workdays(tmp_path / "workdays.yaml")
    assert office.is_working_day(date(2026, 11, 21))
    assert office.due(_at("2026-11-21 16:30"), timedelta(hours=1)) == _at("2026-11-25 08:00")


def test_moments_of_other_zones_mean_the_same() -> None:
    utc = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    assert OFFICE.due(utc, timedelta(hours=1)) == _at("2026-11-23 09:00")
    assert OFFICE.working_time(utc, utc + timedelta(hours=2)) == timedelta(hours=2)


def test_a_full_day() -> None:
    assert OFFICE.day_length == timedelta(hours=7, minutes=30)


def test_no_time_backwards() -> None:
    start = _at("2026-11-23 10:00")
    assert OFFICE.working_time(start, start - timedelta(days=3)) == timedelta()


def test_what_cannot_be_counted_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        OFFICE.due(_at("2026-11-23 08:00").replace(tzinfo=None), timedelta(hours=1))
    with pytest.raises(ValueError, match="negative"):
        OFFICE.due(_at("2026-11-23 08:00"), timedelta(hours=-1))


def test_faults_in_the_file_are_told_by_line(tmp_path: Path) -> None:
    file = tmp_path / "workdays.yaml"
    file.write_text('timezone: Asia/Ho_Chi_Minh\nhours:\n  - {from: 07:30, to: "x"}\nweekdays: ["1"]\n')
    with pytest.raises(knowledge.ContentError) as caught:
        knowledge.load_workdays(file)
    assert {problem.line for problem in caught.value.problems} == {3}
