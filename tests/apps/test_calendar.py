"""The calendar as kept: seeded once, corrected by hand, less the vacations for schools."""

from __future__ import annotations

from datetime import date

import pytest

from guantong.apps.organizations.calendar import seed_year, work_calendar
from guantong.apps.organizations.models import Day, SchoolStage, Vacation
from guantong.core.refusal import Refused

pytestmark = pytest.mark.django_db

NATIONAL_DAY, SATURDAY_WORKED = date(2026, 10, 1), date(2026, 10, 10)


def test_a_year_holds_the_holidays_and_the_weekends_worked_for_them() -> None:
    entered = seed_year(2026)
    calendar = work_calendar()
    assert entered == Day.objects.count() > 20
    assert not calendar.is_working(NATIONAL_DAY)
    assert calendar.is_working(SATURDAY_WORKED)
    assert not calendar.is_working(date(2026, 10, 17))
    assert Day.objects.get(date=NATIONAL_DAY).name == "国庆节"


def test_what_was_corrected_by_hand_stays() -> None:
    seed_year(2026)
    Day.objects.filter(date=SATURDAY_WORKED).update(works=False)
    assert seed_year(2026) == 0
    assert not work_calendar().is_working(SATURDAY_WORKED)


def test_a_year_that_is_not_published_is_refused() -> None:
    with pytest.raises(Refused, match="calendar_unpublished"):
        seed_year(2199)
    assert not Day.objects.exists()


def test_a_vacation_is_off_for_its_stage_even_where_the_weekend_is_worked() -> None:
    seed_year(2026)
    Vacation.objects.create(
        stage=SchoolStage.PRIMARY, name="秋假", since=SATURDAY_WORKED, until=date(2026, 10, 12)
    )
    Vacation.objects.create(stage="", name="停课", since=date(2026, 10, 14), until=date(2026, 10, 14))
    primary, junior, office = (
        work_calendar(stage) for stage in (SchoolStage.PRIMARY, SchoolStage.JUNIOR, None)
    )
    assert [c.is_working(SATURDAY_WORKED) for c in (primary, junior, office)] == [False, True, True]
    assert [c.is_working(date(2026, 10, 12)) for c in (primary, junior, office)] == [False, True, True]
    assert [c.is_working(date(2026, 10, 14)) for c in (primary, junior, office)] == [False, False, True]
