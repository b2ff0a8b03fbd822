"""The calendar that is kept: the State's holidays with the days worked in exchange, and the vacations of schools."""

from __future__ import annotations

from datetime import date, timedelta

from chinese_calendar import Holiday
from chinese_calendar.constants import holidays, workdays
from django.db import transaction
from django.db.models import Q

from guantong.apps.organizations.models import Day, SchoolStage, Vacation
from guantong.core.calendar import WorkCalendar
from guantong.core.refusal import Refused


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


def work_calendar(stage: SchoolStage | None = None) -> WorkCalendar:
    """The working days of offices, or the school days of a stage: those of offices less its vacations."""
    days = dict(Day.objects.values_list("date", "works"))
    vacation = _vacation_days(stage) if stage else frozenset()
    off = {day for day, works in days.items() if not works}
    worked = {day for day, works in days.items() if works}
    return WorkCalendar(off | vacation, worked - vacation)


def _vacation_days(stage: SchoolStage) -> frozenset[date]:
    spans = Vacation.objects.filter(Q(stage=stage) | Q(stage="")).values_list("since", "until")
    return frozenset(
        since + timedelta(days=n) for since, until in spans for n in range((until - since).days + 1)
    )
