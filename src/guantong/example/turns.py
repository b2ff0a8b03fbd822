"""What changes in the district itself during a played year: two mergers, and a post that falls vacant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from guantong.core.calendar import WorkCalendar
from guantong.core.matters import Organization, OrganizationKind, Stage
from guantong.core.permits import Role

_MERGERS = 2
_SETTLED_IN = 60  # working days: no school closes, and no post falls vacant, right after the issue
_VACANT_DAYS = timedelta(weeks=6)
_ENDS_OF_TERM = ((8, 31), (2, 25))  # when schools are put together


@dataclass(frozen=True, slots=True)
class Merger:
    """A school that is closed on a day and taken in by its neighbour."""

    organization_id: str
    into: str
    on: date


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A secretary's post without a secretary from `since` on, until the deputy takes over."""

    organization_id: str
    since: date
    taken_on: date


@dataclass(frozen=True, slots=True)
class Turns:
    """The mergers of a year, and the vacancy."""

    mergers: tuple[Merger, ...] = ()
    vacancy: Vacancy | None = None

    def last_day_of(self, organization_id: str, last_day: date) -> date:
        """The eve of its merger, for a school that is closed; else the last day of the year."""
        ends = [
            each.on - timedelta(days=1) for each in self.mergers if each.organization_id == organization_id
        ]
        return min([*ends, last_day])

    def stand_in(self, organization_id: str, day: date) -> Role | None:
        """Who does the secretary's work on a day on which there is none; None where there is one."""
        vacancy = self.vacancy
        if vacancy is None or vacancy.organization_id != organization_id or day < vacancy.since:
            return None
        return Role.PARTY_OFFICE if day < vacancy.taken_on else Role.DEPUTY


def plan_turns(
    schools: Sequence[Organization], issued_on: date, calendar: WorkCalendar, random: Random
) -> Turns:
    """Small kindergartens taken in by a neighbour at the end of a term, and one vacancy in a larger school."""
    small = [
        school
        for school in schools
        if school.stage is Stage.KINDERGARTEN and school.kind is OrganizationKind.BRANCH
    ]
    pairs = [(left, right) for left, right in zip(small[::2], small[1::2], strict=False)]
    on = _end_of_term(issued_on, calendar)
    mergers = [
        Merger(closing.id, neighbour.id, on)
        for closing, neighbour in random.sample(pairs, min(_MERGERS, len(pairs)))
    ]
    large = [school for school in schools if school.kind is OrganizationKind.GENERAL_BRANCH]
    since = calendar.after(issued_on, _SETTLED_IN)
    vacancy = (
        Vacancy(random.choice(large).id, since, calendar.on_or_after(since + _VACANT_DAYS)) if large else None
    )
    return Turns(tuple(mergers), vacancy)


def _end_of_term(issued_on: date, calendar: WorkCalendar) -> date:
    """The first end of a term that leaves the schools some weeks to work."""
    earliest = calendar.after(issued_on, _SETTLED_IN)
    ends = [date(earliest.year + later, month, day) for later in (0, 1) for month, day in _ENDS_OF_TERM]
    return calendar.on_or_after(min(day for day in ends if day >= earliest))
