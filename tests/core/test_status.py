"""Lights: one for every day, and what came in late is never green or blue."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.core.calendar import WorkCalendar
from guantong.core.status import Light, light

CALENDAR = WorkCalendar([date(2026, 5, 1)])
DUE = date(2026, 5, 1)  # a day off: kept by Monday, 4 May
DAYS = st.dates(date(2026, 4, 1), date(2026, 6, 1))


@pytest.mark.parametrize(
    ("begun", "closed_on", "today", "expected"),
    [
        (False, None, date(2026, 4, 1), Light.GREY),
        (True, None, date(2026, 4, 1), Light.GREEN),
        (True, None, date(2026, 4, 27), Light.YELLOW),
        (False, None, date(2026, 5, 4), Light.YELLOW),
        (True, None, date(2026, 5, 5), Light.RED),
        (True, date(2026, 5, 4), date(2026, 6, 1), Light.BLUE),
        (True, date(2026, 5, 5), date(2026, 6, 1), Light.LATE),
    ],
)
def test_the_light_of_a_day(begun: bool, closed_on: date | None, today: date, expected: Light) -> None:
    assert light(begun=begun, closed_on=closed_on, due=DUE, today=today, calendar=CALENDAR) is expected


def test_without_a_due_date_nothing_is_late() -> None:
    assert light(begun=False, closed_on=None, due=None, today=DUE, calendar=CALENDAR) is Light.GREY
    assert light(begun=True, closed_on=None, due=None, today=DUE, calendar=CALENDAR) is Light.GREEN
    assert light(begun=True, closed_on=DUE, due=None, today=DUE, calendar=CALENDAR) is Light.BLUE


@given(DAYS, st.booleans(), DAYS)
def test_an_open_matter_only_gets_more_urgent(due: date, begun: bool, today: date) -> None:
    order = [Light.GREY, Light.GREEN, Light.YELLOW, Light.RED]
    now, next_day = (
        order.index(light(begun=begun, closed_on=None, due=due, today=day, calendar=CALENDAR))
        for day in (today, today + timedelta(days=1))
    )
    assert now <= next_day


@given(DAYS, DAYS, DAYS)
def test_what_is_closed_never_changes_its_light(due: date, closed_on: date, today: date) -> None:
    lights = {
        light(begun=True, closed_on=closed_on, due=due, today=day, calendar=CALENDAR)
        for day in (today, today + timedelta(days=40))
    }
    assert len(lights) == 1
    assert lights <= {Light.BLUE, Light.LATE}
