"""Working days, against counting them one by one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.core.calendar import WorkCalendar

DAYS = st.dates(date(2025, 12, 1), date(2026, 3, 31))
DAY_SETS = st.frozensets(DAYS, max_size=30)
DAY = timedelta(days=1)


def is_worked(day: date, holidays: frozenset[date], extra: frozenset[date]) -> bool:
    return day in extra or (day.weekday() < 5 and day not in holidays)


def count(start: date, end: date, holidays: frozenset[date], extra: frozenset[date]) -> int:
    """Working days after `start` up to and with `end`, by looking at each."""
    days = (start + offset * DAY for offset in range(1, (end - start).days + 1))
    return sum(is_worked(day, holidays, extra) for day in days)


@given(DAYS, DAYS, DAY_SETS, DAY_SETS)
def test_between_is_the_count_of_days(
    one: date, two: date, holidays: frozenset[date], extra: frozenset[date]
) -> None:
    calendar = WorkCalendar(holidays, extra)
    start, end = min(one, two), max(one, two)
    assert calendar.between(start, end) == count(start, end, holidays, extra)
    assert calendar.between(end, start) == -calendar.between(start, end)
    assert calendar.is_working(one) == is_worked(one, holidays, extra)


@given(DAYS, st.integers(0, 60), DAY_SETS, DAY_SETS)
def test_after_is_the_nth_worked_day(
    start: date, number: int, holidays: frozenset[date], extra: frozenset[date]
) -> None:
    day, left = start, number
    while left:
        day += DAY
        left -= is_worked(day, holidays, extra)
    assert WorkCalendar(holidays, extra).after(start, number) == day


@given(DAYS, DAYS, DAY_SETS, DAY_SETS)
def test_half_time_leaves_at_most_half_for_the_rest(
    start: date, end: date, holidays: frozenset[date], extra: frozenset[date]
) -> None:
    calendar = WorkCalendar(holidays, extra)
    middle = calendar.half_time(start, end)
    if end <= start:
        assert middle == start
    else:
        before, after = calendar.between(start, middle), calendar.between(middle, end)
        assert before - after in (0, 1)


def test_a_week_with_a_holiday_and_a_worked_sunday() -> None:
    # October 2026: Thursday 1 to Wednesday 7 are off, Sunday 27 September and Saturday 10 are worked for it.
    off = [date(2026, 10, day) for day in range(1, 8)]
    calendar = WorkCalendar(off, [date(2026, 9, 27), date(2026, 10, 10)])
    assert calendar.between(date(2026, 9, 25), date(2026, 10, 10)) == 7  # 27-30 September, 8, 9, 10 October
    assert calendar.after(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert calendar.on_or_after(date(2026, 10, 3)) == date(2026, 10, 8)
    assert calendar.on_or_after(date(2026, 10, 10)) == date(2026, 10, 10)
    assert calendar.half_time(date(2026, 9, 25), date(2026, 10, 10)) == date(2026, 9, 30)


def test_a_day_both_off_and_worked_is_worked() -> None:
    monday = date(2026, 3, 9)
    assert WorkCalendar([monday], [monday]).is_working(monday)
    assert not WorkCalendar([monday]).is_working(monday)


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        WorkCalendar().after(date(2026, 3, 9), -1)
