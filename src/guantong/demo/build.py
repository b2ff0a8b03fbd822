"""The setting of the demo: the district with its schools, sections and branches, its calendar, its people."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from guantong.apps.organizations.calendar import OFFICES, seed_vacations, seed_year, work_calendars
from guantong.apps.organizations.models import Day, Kind, Organization, Vacation
from guantong.apps.organizations.names import standard_groups
from guantong.apps.organizations.spelling import spelled
from guantong.apps.organizations.tree import found_district
from guantong.core.matters import Stage
from guantong.core.refusal import Refused
from guantong.demo.roster import appoint_all
from guantong.example.calendars import Calendars, days_off, vacations
from guantong.example.deeds import By
from guantong.example.demo import Played
from guantong.example.district import TOP_NAME, District

HERE = ZoneInfo("Asia/Shanghai")
SECTIONS = ("办公室", "组织科", "宣传科", "教育科", "安全科", "教研室")
_YEARS = 4  # calendar years that a played year and what follows from it can touch
_YEARS_OLD = 10


@dataclass(frozen=True, slots=True)
class Setting:
    """The district in the database: its rows by the ids of the play, and the key of everybody who holds a post."""

    district: Organization
    organizations: dict[str, Organization]
    persons: dict[By, int]


def keep_calendar(first_year: int) -> Calendars:
    """Enter the years of the play, the State's days where they are published; the calendars as they are then kept."""
    for year in range(first_year, first_year + _YEARS):
        _enter(seed_year, year, _example_days)
        _enter(seed_vacations, year, _example_vacations)
    kept = work_calendars()
    return Calendars(kept[OFFICES], {Stage(stage): kept[stage] for stage in kept if stage != OFFICES})


def build_setting(played: Played, founded: date) -> Setting:
    """Found the invented district and all that stands in it, and fill its posts, as of the day `founded`."""
    opened_on = date(founded.year - _YEARS_OLD, 9, 1)
    now = datetime.combine(founded, time(7), tzinfo=HERE)
    top = found_district(TOP_NAME, opened_on=opened_on, invented=True, now=now)
    organizations = {played.district.top.id: top, **_schools(played.district, top, opened_on)}
    _sections(played.district, top, opened_on)
    organizations |= _branches(played.district, organizations, opened_on)
    standard_groups(top.pk, now=now)
    return Setting(top, organizations, appoint_all(played, organizations, date(founded.year - 2, 9, 1)))


def _enter(seed: Callable[[int], int], year: int, instead: Callable[[int], None]) -> None:
    with suppress(Refused):  # a year that is not published yet
        seed(year)
        return
    instead(year)


def _example_days(year: int) -> None:
    rows = [Day(date=day, works=False, name=name) for day, name in days_off(year).items()]
    Day.objects.bulk_create(rows, ignore_conflicts=True)


def _example_vacations(year: int) -> None:
    Vacation.objects.bulk_create(
        Vacation(stage=each.stage, name=each.name, since=each.since, until=each.until)
        for each in vacations(year)
    )


def _schools(district: District, top: Organization, opened_on: date) -> dict[str, Organization]:
    rows = [
        Organization(
            parent=top,
            path=school.path.replace(district.top.path, top.path, 1),
            name=school.name,
            spelled=spelled(school.name),
            kind=school.kind.value,
            stage=school.stage or "",
            order=len(SECTIONS) + number,
            opened_on=opened_on,
        )
        for number, school in enumerate(district.schools, 1)
    ]
    made = Organization.objects.bulk_create(rows, batch_size=500)
    return {school.id: row for school, row in zip(district.schools, made, strict=True)}


def _sections(district: District, top: Organization, opened_on: date) -> None:
    """The bureau's own sections; they come first in official order, and their paths behind the schools'."""
    Organization.objects.bulk_create(
        Organization(
            parent=top,
            path=f"{top.path}{len(district.schools) + number:04}",
            name=name,
            spelled=spelled(name),
            kind=Kind.SECTION,
            order=number,
            opened_on=opened_on,
        )
        for number, name in enumerate(SECTIONS, 1)
    )


def _branches(
    district: District, organizations: dict[str, Organization], opened_on: date
) -> dict[str, Organization]:
    rows = [
        Organization(
            parent=organizations[school.id],
            path=f"{organizations[school.id].path}{number:04}",
            name=branch.name,
            spelled=spelled(branch.name),
            kind=branch.kind.value,
            stage=branch.stage or "",
            order=number,
            opened_on=opened_on,
        )
        for school in district.schools
        for number, branch in enumerate(district.branches_of(school), 1)
    ]
    made = Organization.objects.bulk_create(rows, batch_size=500)
    return {f"o{row.path}": row for row in made}
