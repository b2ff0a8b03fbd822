"""The calendar as kept: seeded once, corrected by hand, less the vacations for schools."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from guantong.apps.ledger.models import Entry
from guantong.apps.ledger.queries import faults
from guantong.apps.organizations import calendar
from guantong.apps.organizations.access import Actor, Forbidden, NotFound
from guantong.apps.organizations.calendar import (
    limit_calendar,
    seed_vacations,
    seed_year,
    work_calendar,
    work_calendars,
)
from guantong.apps.organizations.models import Day, Kind, Organization, SchoolStage, Vacation
from guantong.core.permits import Role, Standpoint
from guantong.core.refusal import Refused

from .make import DAY, make_organization

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 5, 8, tzinfo=UTC)
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


@pytest.fixture
def district() -> Organization:
    return make_organization(name="云岫区委教育工委", kind=Kind.WORK_COMMITTEE)


def clerk(place: Organization, role: Role = Role.SECTION_STAFF) -> Actor:
    return Actor(1, (Standpoint(role, place.path),), DAY)


def add(district: Organization, **changed: Any) -> Vacation:
    given: dict[str, Any] = {
        "district": district.pk,
        "stage": SchoolStage.PRIMARY,
        "name": "秋假",
        "since": date(2026, 11, 2),
        "until": date(2026, 11, 6),
        "now": NOW,
    }
    return calendar.add_vacation(clerk(district), **{**given, **changed})


def test_a_day_is_set_set_anew_and_let_go(district: Organization) -> None:
    monday = date(2026, 11, 9)
    for works in (False, True, False):
        calendar.set_day(
            clerk(district), district=district.pk, date=monday, works=works, name="停电", now=NOW
        )
        assert work_calendar().is_working(monday) is works
    calendar.remove_day(clerk(district), district=district.pk, date=monday, now=NOW)
    assert work_calendar().is_working(monday)
    with pytest.raises(Refused, match="day_unknown"):
        calendar.remove_day(clerk(district), district=district.pk, date=monday, now=NOW)
    with pytest.raises(Refused, match="name_long"):
        calendar.set_day(
            clerk(district), district=district.pk, date=monday, works=True, name="长" * 31, now=NOW
        )


def test_a_vacation_is_added_and_taken_out(district: Organization) -> None:
    made = add(district)
    primary, junior = (work_calendar(stage) for stage in (SchoolStage.PRIMARY, SchoolStage.JUNIOR))
    assert [c.between(date(2026, 10, 30), date(2026, 11, 6)) for c in (primary, junior)] == [0, 5]
    add(district, stage=SchoolStage.JUNIOR)  # the same days for another stage
    add(district, stage="", since=date(2026, 11, 6), until=date(2026, 11, 9))
    calendar.remove_vacation(clerk(district), district=district.pk, vacation=made.pk, now=NOW)
    primary = work_calendar(SchoolStage.PRIMARY)
    assert primary.between(date(2026, 10, 30), date(2026, 11, 9)) == 4
    with pytest.raises(NotFound):
        calendar.remove_vacation(clerk(district), district=district.pk, vacation=made.pk, now=NOW)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": " "}, "name_missing"),
        ({"name": "长" * 31}, "name_long"),
        ({"stage": "university"}, "stage_unknown"),
        ({"stage": SchoolStage.OFFICE}, "stage_unknown"),
        ({"until": date(2026, 11, 1)}, "until_before_since"),
        ({"until": date(2026, 11, 2) + timedelta(days=100)}, "vacation_long"),
        ({"since": date(2026, 10, 1), "until": date(2026, 10, 12)}, "vacation_overlaps"),
    ],
)
def test_a_vacation_that_cannot_be_is_refused(
    district: Organization, changed: dict[str, Any], code: str
) -> None:
    add(district, since=date(2026, 10, 12), until=date(2026, 10, 12))
    with pytest.raises(Refused, match=code):
        add(district, **changed)
    assert Vacation.objects.count() == Entry.objects.count() == 1
    add(district, until=date(2026, 11, 2) + timedelta(days=99))


CHANGES: list[Callable[[Actor, int], object]] = [
    lambda actor, pk: calendar.set_day(actor, district=pk, date=NATIONAL_DAY, works=False, now=NOW),
    lambda actor, pk: calendar.remove_day(actor, district=pk, date=NATIONAL_DAY, now=NOW),
    lambda actor, pk: calendar.add_vacation(
        actor, district=pk, stage="", name="秋假", since=NATIONAL_DAY, until=NATIONAL_DAY, now=NOW
    ),
    lambda actor, pk: calendar.remove_vacation(
        actor, district=pk, vacation=Vacation.objects.get().pk, now=NOW
    ),
    lambda actor, pk: calendar.enter_year(actor, district=pk, year=2026, now=NOW),
]


def test_a_year_is_entered_once_and_put_on_record(district: Organization) -> None:
    days, vacations = calendar.enter_year(clerk(district), district=district.pk, year=2026, now=NOW)
    assert (days, vacations) == (Day.objects.count(), Vacation.objects.count())
    assert {stage for stage, _ in calendar.school_stages()} == set(
        Vacation.objects.values_list("stage", flat=True)
    )
    assert calendar.enter_year(clerk(district), district=district.pk, year=2026, now=NOW) == (0, 0)
    entry = Entry.objects.get()
    assert (entry.act, entry.object) == ("calendar.year_entered", 2026)
    assert entry.facts == {"days": days, "vacations": vacations}
    with pytest.raises(Refused, match="calendar_unpublished"):
        calendar.enter_year(clerk(district), district=district.pk, year=2199, now=NOW)


def test_only_the_district_and_whoever_runs_the_machine_change_it(district: Organization) -> None:
    school = make_organization(district, kind=Kind.COMMITTEE)
    Day.objects.create(date=NATIONAL_DAY, works=False)
    Vacation.objects.create(stage="", name="停课", since=SATURDAY_WORKED, until=SATURDAY_WORKED)
    for change in CHANGES:
        with pytest.raises(Forbidden):
            change(clerk(district, Role.DISCIPLINE_GROUP), district.pk)
        with pytest.raises(Forbidden):  # a school sees the calendar, and does not keep it
            change(clerk(school), district.pk)
        with pytest.raises(NotFound):  # a school has none of its own
            change(clerk(school), school.pk)
    assert not Entry.objects.exists()
    for change in CHANGES[:2]:
        change(clerk(district, Role.SYSTEM_ADMIN), district.pk)
    assert Entry.objects.count() == 2


def test_each_change_is_on_record_by_date_and_code(district: Organization) -> None:
    calendar.set_day(clerk(district), district=district.pk, date=DAY, works=False, name="停电", now=NOW)
    calendar.remove_day(clerk(district), district=district.pk, date=DAY, now=NOW)
    made = add(district)
    pk = made.pk
    calendar.remove_vacation(clerk(district), district=district.pk, vacation=pk, now=NOW)
    span = {"stage": "primary", "since": "2026-11-02", "until": "2026-11-06"}
    entries = Entry.objects.filter(chain=district.path).order_by("sequence")
    assert list(entries.values_list("act", "object", "facts")) == [
        ("calendar.day_set", 20260305, {"date": "2026-03-05", "works": False}),
        ("calendar.day_removed", 20260305, {"date": "2026-03-05"}),
        ("calendar.vacation_added", pk, span),
        ("calendar.vacation_removed", pk, span),
    ]
    assert faults() == []


def test_vacations_are_seeded_for_every_stage_and_corrections_stay() -> None:
    own = Vacation.objects.create(
        stage=SchoolStage.PRIMARY, name="暑假", since=date(2026, 7, 6), until=date(2026, 8, 28)
    )
    stages = [stage for stage in SchoolStage if stage is not SchoolStage.OFFICE]
    assert seed_vacations(2026) == 2 * len(stages) - 1
    assert seed_vacations(2026) == 0
    assert list(Vacation.objects.filter(stage=SchoolStage.PRIMARY, name="暑假")) == [own]
    seed_year(2026)
    calendars = work_calendars()
    for stage in stages:
        assert not calendars[stage].is_working(date(2026, 2, 10)), stage
        assert not calendars[stage].is_working(date(2026, 7, 20)), stage
        assert calendars[stage].is_working(date(2026, 3, 2)), stage
        assert calendars[stage].is_working(date(2026, 6, 30)), stage
    winter = {v.stage: v.since for v in Vacation.objects.filter(name="寒假")}
    assert winter[SchoolStage.SENIOR] == winter[SchoolStage.JUNIOR] + timedelta(days=7)
    assert calendars[""].is_working(date(2026, 7, 20))
    assert len(calendar.vacations_of(2026)) == 2 * len(stages)
    assert calendar.vacations_of(2025) == []
    assert [day.date.year for day in calendar.days_of(2026)] == [2026] * Day.objects.count()
    with pytest.raises(Refused, match="calendar_unpublished"):
        seed_vacations(2199)


def test_all_calendars_in_two_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    seed_year(2026)
    seed_vacations(2026)
    with django_assert_num_queries(2):
        calendars = work_calendars()
    assert set(calendars) == {"", *SchoolStage.values}
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    for stage in SchoolStage:
        one = work_calendar(stage)
        assert [one.ordinal(day) for day in days] == [calendars[stage].ordinal(day) for day in days]
    office, without = calendars[SchoolStage.OFFICE], calendars[""]
    assert [office.ordinal(day) for day in days] == [without.ordinal(day) for day in days]


def test_a_limit_for_schools_counts_school_days_unless_it_is_urgent() -> None:
    seed_year(2026)
    seed_vacations(2026)
    calendars, friday = work_calendars(), date(2026, 7, 3)
    assert limit_calendar(calendars, SchoolStage.PRIMARY, False).after(friday, 1) == date(2026, 9, 1)
    assert limit_calendar(calendars, SchoolStage.PRIMARY, True).after(friday, 1) == date(2026, 7, 6)
    assert limit_calendar(calendars, "", False).after(friday, 1) == date(2026, 7, 6)
    with pytest.raises(KeyError):
        limit_calendar(calendars, "university", False)
