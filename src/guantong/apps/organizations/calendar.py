"""The calendar that is kept: the State's holidays with the days worked in exchange, and the vacations of schools.

One calendar for the whole instance; whoever corrects it does so at their district, in whose chain it is recorded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from chinese_calendar import Holiday
from chinese_calendar.constants import holidays, workdays
from django.db import transaction
from django.db.models import Q

from guantong.apps.ledger.services import Act, append
from guantong.apps.organizations.access import Actor, Forbidden, NotFound, allowed
from guantong.apps.organizations.models import Day, Organization, SchoolStage, Vacation
from guantong.core.calendar import WorkCalendar
from guantong.core.chain import Plain
from guantong.core.refusal import Refused

OFFICES = ""
"""The key of the offices' calendar among those of the stages."""

LONGEST_VACATION = 100  # days; more is a mistyped year
_LONGEST_NAME = 30
_SATURDAY, _SUNDAY = 5, 6
_ONE_WEEK = timedelta(weeks=1)
_SCHOOLS = tuple(stage for stage in SchoolStage if stage is not SchoolStage.OFFICE)
_LATER = frozenset({SchoolStage.SENIOR, SchoolStage.VOCATIONAL})  # their vacations begin a week later


@transaction.atomic
def seed_year(year: int) -> int:
    """Enter the State's holidays of a year and the weekend days worked in exchange; what is entered already stays.

    Returns how many days were new. Raises Refused("calendar_unpublished") for a year that the installed
    `chinesecalendar` does not know; the days can then be entered by hand.
    """
    named = {
        day: (works, name) for works, of in ((False, holidays), (True, workdays)) for day, name in of.items()
    }
    known = set(Day.objects.filter(date__year=year).values_list("date", flat=True))
    days = {day: said for day, said in named.items() if day.year == year}
    if not days:
        raise Refused("calendar_unpublished", year=year)
    fresh = [
        Day(date=day, works=works, name=Holiday(name).chinese)
        for day, (works, name) in sorted(days.items())
        if day not in known
    ]
    Day.objects.bulk_create(fresh)
    return len(fresh)


@transaction.atomic
def seed_vacations(year: int) -> int:
    """Enter a 寒假 and a 暑假 for every stage of school; a stage that has a vacation in those days keeps its own.

    A starting point to be corrected: provinces set these days anew each year. 寒假 runs from the Saturday two weeks
    before the Spring Festival holiday to the Sunday two weeks after its beginning, 暑假 from the first Saturday of
    July to the end of August; senior and vocational schools begin each a week later. Returns how many were new.
    Raises Refused("calendar_unpublished") for a year whose Spring Festival `chinesecalendar` does not know.
    """
    festival = [
        day for day, name in holidays.items() if day.year == year and name == Holiday.spring_festival.value
    ]
    if not festival:
        raise Refused("calendar_unpublished", year=year)
    typical = (
        (
            "寒假",
            _back_to(_SATURDAY, min(festival) - 2 * _ONE_WEEK),
            _on_to(_SUNDAY, min(festival) + 2 * _ONE_WEEK),
        ),
        ("暑假", _on_to(_SATURDAY, date(year, 7, 1)), date(year, 8, 31)),
    )
    entered = list(Vacation.objects.filter(since__lte=date(year, 12, 31), until__gte=date(year, 1, 1)))
    fresh = []
    for stage in _SCHOOLS:
        for name, since, until in typical:
            begins = since + _ONE_WEEK if stage in _LATER else since
            if not any(v.stage == stage and v.since <= until and v.until >= begins for v in entered):
                fresh.append(Vacation(stage=stage, name=name, since=begins, until=until))
    Vacation.objects.bulk_create(fresh)
    return len(fresh)


def work_calendar(stage: SchoolStage | None = None) -> WorkCalendar:
    """The working days of offices, or the school days of a stage: those of offices less its vacations."""
    if stage is None or stage == SchoolStage.OFFICE:
        return _calendar(_days(), ())
    return work_calendars()[stage.value]


def work_calendars() -> Mapping[str, WorkCalendar]:
    """Every calendar there is, in two queries: by the value of each stage, and by OFFICES for those without one."""
    days = _days()
    spans: dict[str, list[tuple[date, date]]] = {}
    for stage, since, until in Vacation.objects.values_list("stage", "since", "until"):
        spans.setdefault(stage, []).append((since, until))
    offices = _calendar(days, ())
    return {
        OFFICES: offices,
        SchoolStage.OFFICE.value: offices,
        **{
            stage.value: _calendar(days, (*spans.get("", ()), *spans.get(stage.value, ())))
            for stage in _SCHOOLS
        },
    }


def limit_calendar(calendars: Mapping[str, WorkCalendar], stage: str, urgent: bool) -> WorkCalendar:
    """The calendar in which a limit addressed to an organization of `stage` counts: its school days, unless urgent.

    Raises KeyError for a stage that `calendars` does not hold.
    """
    return calendars[OFFICES if urgent else stage]


def school_stages() -> list[tuple[str, str]]:
    """The stages that can have a vacation, with their words, in order."""
    return [(stage.value, str(stage.label)) for stage in _SCHOOLS]


def enter_year(actor: Actor, *, district: int, year: int, now: dt.datetime) -> tuple[int, int]:
    """Enter the State's days of a year and its usual vacations; how many days and how many vacations were new.

    What is entered already stays. Raises NotFound, Forbidden, and Refused: calendar_unpublished.
    """
    with transaction.atomic():
        place = _place(actor, district)
        days, vacations = seed_year(year), seed_vacations(year)
        if days or vacations:
            facts: dict[str, Plain] = {"days": days, "vacations": vacations}
            act = Act(place.path, place.pk, "calendar.year_entered", "year", year, facts)
            append([act], actor=actor.person, now=now)
    return days, vacations


def set_day(actor: Actor, *, district: int, date: date, works: bool, name: str = "", now: dt.datetime) -> Day:
    """Say that a day is worked, or that it is off, whatever weekday it is.

    Raises NotFound, Forbidden, and Refused: name_long.
    """
    with transaction.atomic():
        place = _place(actor, district)
        _check_name(name)
        day, _ = Day.objects.update_or_create(date=date, defaults={"works": works, "name": name})
        append([_day_act(place, "day_set", date, works=works)], actor=actor.person, now=now)
    return day


def remove_day(actor: Actor, *, district: int, date: date, now: dt.datetime) -> None:
    """Let a day be again what its weekday makes it.

    Raises NotFound, Forbidden, and Refused: day_unknown (it has not been entered).
    """
    with transaction.atomic():
        place = _place(actor, district)
        if not Day.objects.filter(date=date).delete()[0]:
            raise Refused("day_unknown", date=date)
        append([_day_act(place, "day_removed", date)], actor=actor.person, now=now)


def add_vacation(
    actor: Actor, *, district: int, stage: str, name: str, since: date, until: date, now: dt.datetime
) -> Vacation:
    """Enter a vacation of the schools of a stage, of all schools where `stage` is empty; both days are off.

    Raises NotFound, Forbidden, and Refused: name_missing, name_long, stage_unknown (offices have none either),
    until_before_since, vacation_long, vacation_overlaps.
    """
    with transaction.atomic():
        place = _place(actor, district)
        _check_name(name)
        if not name.strip():
            raise Refused("name_missing")
        if stage and stage not in _SCHOOLS:
            raise Refused("stage_unknown", stage=stage)
        if until < since:
            raise Refused("until_before_since", since=since, until=until)
        if (length := (until - since).days + 1) > LONGEST_VACATION:
            raise Refused("vacation_long", days=length, most=LONGEST_VACATION)
        other = Vacation.objects.filter(stage=stage, since__lte=until, until__gte=since).first()
        if other is not None:
            raise Refused("vacation_overlaps", since=other.since, until=other.until)
        made = Vacation.objects.create(stage=stage, name=name, since=since, until=until)
        append([_vacation_act(place, "vacation_added", made)], actor=actor.person, now=now)
    return made


def remove_vacation(actor: Actor, *, district: int, vacation: int, now: dt.datetime) -> None:
    """Take a vacation out again. Raises NotFound, Forbidden."""
    with transaction.atomic():
        place = _place(actor, district)
        row = Vacation.objects.filter(pk=vacation).first()
        if row is None:
            raise NotFound
        act = _vacation_act(place, "vacation_removed", row)
        row.delete()
        append([act], actor=actor.person, now=now)


def days_of(year: int) -> list[Day]:
    """The days of a year that are not what their weekday makes them, in order."""
    return list(Day.objects.filter(date__year=year).order_by("date"))


def vacations_of(year: int) -> list[Vacation]:
    """The vacations that touch a year, by their first day."""
    touching = Q(since__lte=date(year, 12, 31), until__gte=date(year, 1, 1))
    return list(Vacation.objects.filter(touching).order_by("since", "stage"))


def _days() -> tuple[tuple[date, bool], ...]:
    return tuple(Day.objects.order_by("date").values_list("date", "works"))


@lru_cache(maxsize=32)  # the same rows make the same calendar: read at every act, changed once a year
def _calendar(days: tuple[tuple[date, bool], ...], vacations: tuple[tuple[date, date], ...]) -> WorkCalendar:
    free = {since + timedelta(days=n) for since, until in vacations for n in range((until - since).days + 1)}
    off = {day for day, works in days if not works}
    worked = {day for day, works in days if works}
    return WorkCalendar(off | free, worked - free)


def _place(actor: Actor, district: int) -> Organization:
    """The district whose calendar it is: everybody sees the calendar, so that only changing it can be forbidden."""
    place = Organization.objects.filter(pk=district, parent=None).first()
    if place is None:
        raise NotFound
    if not allowed(actor, "calendar.change", place.path):
        raise Forbidden
    return place


def _check_name(name: str) -> None:
    if len(name) > _LONGEST_NAME:
        raise Refused("name_long", length=len(name), most=_LONGEST_NAME)


def _back_to(weekday: int, day: date) -> date:
    return day - timedelta(days=(day.weekday() - weekday) % 7)


def _on_to(weekday: int, day: date) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _vacation_act(place: Organization, past: str, row: Vacation) -> Act:
    facts = {"stage": row.stage, "since": row.since.isoformat(), "until": row.until.isoformat()}
    return Act(place.path, place.pk, f"calendar.{past}", "vacation", row.pk, facts)


def _day_act(place: Organization, past: str, day: date, **facts: bool) -> Act:
    number = int(f"{day:%Y%m%d}")  # a day has no number of its own
    named: dict[str, Plain] = {"date": day.isoformat(), **facts}
    return Act(place.path, place.pk, f"calendar.{past}", "day", number, named)
