"""Working time (giờ làm việc): public holidays, lunch, days off, working Saturdays; due moments in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays

from knowledge.yaml_lines import ContentError, Notes, Reading, read_yaml

_ONE_DAY = timedelta(days=1)
_LONGEST_SEARCH = 3660
"""Days to look ahead for working time: ten years, far beyond any term in an office."""

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Workdays:
    """When a department works. Every moment given or returned knows its time zone.

    Weekdays count from Monday = 1. `working_days` are swapped Saturdays and Sundays (làm bù) and win over all
    else; `days_off` come on top of the country's public holidays. Swaps that the country has decreed are known.
    """

    zone: ZoneInfo
    hours: tuple[tuple[time, time], ...]
    weekdays: frozenset[int]
    days_off: frozenset[date] = frozenset()
    working_days: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Whether anybody works on the day."""
        if day in self.working_days:
            return True
        if day in self.days_off:
            return False
        calendar = _calendar(day.year)
        return day in calendar.weekend_workdays or (day.isoweekday() in self.weekdays and day not in calendar)

    def due(self, start: datetime, within: timedelta) -> datetime:
        """The moment at which `within` of working time has passed since `start`.

        With nothing to pass it is `start` itself, or the next working moment. Raises ValueError for a moment
        without time zone, a negative term, or a term that never ends.
        """
        if within < timedelta():
            raise ValueError("a term cannot be negative")
        left = within
        for begin, end in self._spans(_aware(start)):
            if end - begin >= left:
                return begin + left
            left -= end - begin
        raise ValueError("no working time within ten years")

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        """Working time between two moments; zero when `end` is not later. Raises ValueError without time zone."""
        total, last = timedelta(), _aware(end)
        for begin, until in self._spans(_aware(start)):
            if begin >= last:
                break
            total += min(until, last) - begin
        return total

    def is_working_time(self, moment: datetime) -> bool:
        """Whether somebody works at the moment; both ends of a shift count."""
        local = _aware(moment).astimezone(self.zone)
        return any(begin <= local <= end for begin, end in self._shifts(local.date()))

    @property
    def day_length(self) -> timedelta:
        """Working time of one full day."""
        shifts = self._shifts(date(2000, 1, 3))
        return sum((end - begin for begin, end in shifts), timedelta())

    def _spans(self, start: datetime) -> Iterator[Span]:
        local = start.astimezone(self.zone)
        for ahead in range(_LONGEST_SEARCH):
            day = local.date() + ahead * _ONE_DAY
            for begin, end in self._shifts(day) if self.is_working_day(day) else ():
                if end > local:
                    yield max(begin, local), end

    def _shifts(self, day: date) -> list[Span]:
        return [
            (datetime.combine(day, begin, self.zone), datetime.combine(day, end, self.zone))
            for begin, end in self.hours
        ]


def load_workdays(file: Path) -> Workdays:
    """The working time that a file states; raises ContentError with every fault."""
    notes = Notes(str(file))
    reading = Reading(read_yaml(file.read_text(encoding="utf-8"), notes), notes)
    zone = reading.text("timezone")
    hours = tuple((_clock(item, "from"), _clock(item, "to")) for item in reading.mappings("hours"))
    weekdays = frozenset(int(day) for day in reading.texts("weekdays") if day.isdecimal())
    off, on = (frozenset(_days(reading, key)) for key in ("days_off", "working_days"))
    reading.done()
    if any(begin >= end for begin, end in hours) or not hours or not weekdays:
        reading.fault("hours", "shifts")
    if notes.problems:
        raise ContentError(tuple(notes.problems))
    return Workdays(ZoneInfo(zone), hours, weekdays, off, on)


def _clock(reading: Reading, key: str) -> time:
    written = reading.text(key)
    try:
        return time.fromisoformat(written)
    except ValueError:
        reading.fault(key, "time", key=key)
        return time()


def _days(reading: Reading, key: str) -> Iterator[date]:
    for written in reading.texts(key, optional=True):
        try:
            yield date.fromisoformat(written)
        except ValueError:
            reading.fault(key, "quoted_days", key=key)


@lru_cache(maxsize=16)
def _calendar(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("VN", years=year)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment
