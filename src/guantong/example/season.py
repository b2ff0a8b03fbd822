"""What a played year needs at hand: chance, a calendar, and what has come about so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from guantong.core.calendar import WorkCalendar
from guantong.core.matters import Assignment, Breach, Periods, Receipt

YEAR_DAYS = 200  # working days from the issue to the last act


@dataclass(frozen=True, slots=True)
class Habit:
    """How an organization works, between 0 and 1."""

    prompt: float
    thorough: float


@dataclass(slots=True)
class Season:
    """One play: it is handed around and gathers the rows."""

    random: Random
    calendar: WorkCalendar
    issued_on: date
    last_day: date
    assignments: list[Assignment] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    periods: dict[str, Periods] = field(default_factory=dict)
    breaches: list[Breach] = field(default_factory=list)

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def later(self, day: date, low: int, high: int) -> date:
        return self.calendar.after(day, self.random.randint(low, high))


def example_calendar(year: int) -> WorkCalendar:
    """Days off at the usual times of `year` and the next: an example, not the State's list."""
    holidays: list[date] = []
    for each in (year, year + 1):
        for first, days in ((date(each, 1, 1), 3), (date(each, 5, 1), 5), (date(each, 10, 1), 7)):
            holidays += [first + timedelta(days=offset) for offset in range(days)]
    return WorkCalendar(holidays)
