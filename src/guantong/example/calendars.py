"""Days off and vacations of the example: at the usual times of a year, not the State's list.

A play takes the calendars it is given; these stand in where none are kept, and the vacations are the example's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from guantong.core.calendar import WorkCalendar
from guantong.core.matters import Organization, Stage

_DAYS_OFF = (("元旦", 1, 1, 3), ("劳动节", 5, 1, 5), ("国庆节", 10, 1, 7))  # name, month, day, how many
_YOUNG = frozenset({Stage.KINDERGARTEN, Stage.SPECIAL})


@dataclass(frozen=True, slots=True)
class Vacation:
    """Days, both counted in, on which schools of a stage do not work."""

    stage: Stage
    name: str
    since: date
    until: date

    def days(self) -> Iterator[date]:
        return (self.since + timedelta(days=n) for n in range((self.until - self.since).days + 1))


@dataclass(frozen=True, slots=True)
class Calendars:
    """The working days of offices, and the school days of each stage; a stage that is not named works as offices do."""

    office: WorkCalendar
    schools: Mapping[Stage, WorkCalendar] = field(default_factory=dict)

    def of(self, organization: Organization) -> WorkCalendar:
        """By which days an organization is held to its limits."""
        if organization.stage is None:
            return self.office
        return self.schools.get(organization.stage, self.office)


def days_off(year: int) -> dict[date, str]:
    """The holidays of a year, each day with its name."""
    return {
        date(year, month, day) + timedelta(days=n): name
        for name, month, day, number in _DAYS_OFF
        for n in range(number)
    }


def vacations(year: int) -> list[Vacation]:
    """Winter and summer vacation of every stage but the centres, which keep office hours."""
    found = []
    for stage in Stage:
        if stage is Stage.OFFICE:
            continue
        summer, winter = (
            (date(year, 7, 16), date(year, 2, 1))
            if stage in _YOUNG
            else (date(year, 7, 6), date(year, 1, 30))
        )
        found.append(Vacation(stage, "寒假", winter, date(year, 2, 24)))
        found.append(Vacation(stage, "暑假", summer, date(year, 8, 31)))
    return found


def example_calendars(first_year: int, years: int = 3) -> Calendars:
    """Calendars of `years` years from the first on."""
    span = range(first_year, min(first_year + years, date.max.year))
    off = [day for year in span for day in days_off(year)]
    free: dict[Stage, list[date]] = {}
    for year in span:
        for vacation in vacations(year):
            free.setdefault(vacation.stage, []).extend(vacation.days())
    return Calendars(WorkCalendar(off), {stage: WorkCalendar(off + days) for stage, days in free.items()})
