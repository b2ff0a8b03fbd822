"""What a played year needs at hand: chance, calendars, who works where, and what has come about so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

from guantong.core.calendar import WorkCalendar
from guantong.core.matters import Assignment, Breach, Organization, Periods, Receipt
from guantong.core.permits import Role
from guantong.example.calendars import Calendars
from guantong.example.deeds import By, Deed
from guantong.example.turns import Turns

YEAR_DAYS = 200  # working days from the issue to the last act


@dataclass(frozen=True, slots=True)
class Unit:
    """An organization at work: its school days, how prompt and thorough it is (0 to 1), and its last day."""

    organization: Organization
    calendar: WorkCalendar
    prompt: float
    thorough: float
    until: date
    head: Role  # who signs and adopts
    clerk: Role  # who records and reports

    @property
    def id(self) -> str:
        return self.organization.id

    def last_before(self, day: date) -> date:
        """The day itself where it is worked, else the last worked day before it."""
        month = date.fromordinal(max(1, day.toordinal() - 90))
        return self.calendar.after(month, max(0, self.calendar.between(month, day)))


@dataclass(slots=True)
class Season:
    """One play: it is handed around and gathers the rows and the deeds."""

    random: Random
    calendars: Calendars
    top: Organization
    issued_on: date
    last_day: date
    turns: Turns
    assignments: list[Assignment] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    periods: dict[str, Periods] = field(default_factory=dict)
    breaches: list[Breach] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    days_of: dict[str, WorkCalendar] = field(
        default_factory=dict
    )  # by organization, those that work this year

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def note(self, deed: Deed, texts: Sequence[str]) -> None:
        """Add a deed that says something, in one of the sentences given."""
        self.deeds.append(replace(deed, text=self.random.choice(texts)))

    def weigh(self, ways: Mapping[str, int]) -> str:
        """One of the ways, by how often each is taken."""
        (way,) = self.random.choices(list(ways), list(ways.values()))
        return way

    def later(self, calendar: WorkCalendar, day: date, low: int, high: int) -> date:
        return calendar.after(day, self.random.randint(low, high))

    def at_work(
        self, organization: Organization, head: Role, clerk: Role, thorough: float, prompt: float
    ) -> Unit:
        """An organization with its habits, working until the eve of its merger or the last day of the year."""
        self.days_of[organization.id] = self.calendars.of(organization)
        until = self.turns.last_day_of(organization.id, self.last_day)
        return Unit(organization, self.days_of[organization.id], prompt, thorough, until, head, clerk)

    def head(self, unit: Unit, day: date) -> By:
        """Who answers for an organization on a day: its head, or whoever stands in for a vacant post."""
        return By(self.turns.stand_in(unit.id, day) or unit.head, unit.id)

    def clerk(self, unit: Unit) -> By:
        return By(unit.clerk, unit.id)

    def district(self, role: Role) -> By:
        return By(role, self.top.id)
