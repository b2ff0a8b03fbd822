"""Working days: Monday to Friday, less the holidays, plus the weekend days worked in exchange (调休)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
SATURDAY = 5


class WorkCalendar:
    """A calendar made of data that is passed in; without data every weekday is a working day."""

    def __init__(self, holidays: Iterable[date] = (), extra_workdays: Iterable[date] = ()) -> None:
        """`holidays` are days off, `extra_workdays` are worked; a day in both is worked."""
        extra = frozenset(extra_workdays)
        self._added = sorted(day for day in extra if day.weekday() >= SATURDAY)
        self._removed = sorted(day for day in set(holidays) - extra if day.weekday() < SATURDAY)

    def is_working(self, day: date) -> bool:
        return self.ordinal(day) > self.ordinal(day - ONE_DAY)

    def ordinal(self, day: date) -> int:
        """The number of working days up to and with `day`; two ordinals differ by the days between.

        Stored beside a date, it lets SQL count working days by subtraction.
        """
        weeks, rest = divmod(day.toordinal(), 7)  # date.min, ordinal 1, is a Monday
        weekdays = weeks * 5 + min(rest, 5)
        return weekdays - bisect_right(self._removed, day) + bisect_right(self._added, day)

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` is the earlier one."""
        return self.ordinal(end) - self.ordinal(start)

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, `day` itself for 0. Raises ValueError below 0."""
        if count < 0:
            raise ValueError("count of working days must not be negative")
        target = self.ordinal(day) + count
        while missing := target - self.ordinal(day):
            day += missing * ONE_DAY  # at most so many of them are worked, so this never overshoots
        return day

    def on_or_after(self, day: date) -> date:
        """`day` if it is worked, else the next working day.

        A limit that ends on a day off ends with the next working day (Civil Code, article 203).
        """
        return day if self.is_working(day) else self.after(day, 1)

    def half_time(self, start: date, end: date) -> date:
        """The middle of `start` and `end` in working days; an odd day is given to whoever has to act."""
        return self.after(start, max(0, self.between(start, end) + 1) // 2)
