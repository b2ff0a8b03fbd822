"""Until the next look nothing changes by itself; so that the tick need not look at what cannot have changed."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from make_matters import make_assignment

from guantong.core.calendar import WorkCalendar
from guantong.core.deviation import observe
from guantong.core.matters import Assignment, Directive, Indicator, Terms
from guantong.core.moves import AssignmentState
from guantong.core.reading.types import ClauseKind
from guantong.core.standings import Standing, next_look, standing

CALENDAR = WorkCalendar([date(2026, 5, n) for n in range(1, 6)], [date(2026, 5, 9)])
START, END = date(2026, 3, 9), date(2026, 8, 31)
DAYS = st.none() | st.dates(START, END)


@st.composite
def assignments(draw: st.DrawFn) -> Assignment:
    sign_by = draw(st.dates(START, date(2026, 4, 30)))
    return make_assignment(
        kind=draw(st.sampled_from(ClauseKind)),
        assigned=Terms(
            draw(st.sampled_from([each for each in Indicator if each is not Indicator.INFORMATION])),
            due=draw(DAYS),
        ),
        handed_on=START,
        sign_by=sign_by,
        adopt_by=sign_by + timedelta(days=draw(st.integers(0, 20))),
        state=draw(st.sampled_from(AssignmentState)),
        signed_on=draw(DAYS),
        adopted_on=draw(DAYS),
        acted_on=draw(DAYS),
        done_on=draw(DAYS),
    )


def seen_on(assignment: Assignment, effective_on: date, day: date) -> Standing | None:
    directive = Directive("d1", "W", "0001", received_on=START, issued_on=START, effective_on=effective_on)
    observed = observe(
        assignment,
        adopted_in_time=["a2"],
        breaches=[],
        effective_on=effective_on,
        calendar=CALENDAR,
        today=day,
    )
    return standing(assignment, directive, observed=observed, calendar=CALENDAR, today=day)


@settings(max_examples=200, deadline=None)
@given(assignments(), st.dates(START, END), st.dates(START, END))
def test_nothing_changes_before_the_next_look(assignment: Assignment, effective_on: date, day: date) -> None:
    until = next_look(assignment, effective_on=effective_on, calendar=CALENDAR, today=day)
    now = seen_on(assignment, effective_on, day)
    last = min(until or END + timedelta(days=200), END + timedelta(days=200))
    for offset in range((last - day).days):
        assert seen_on(assignment, effective_on, day + timedelta(days=offset)) == now


def test_a_limit_that_passes_is_looked_at_on_the_day_after() -> None:
    assignment = make_assignment(sign_by=date(2026, 3, 12))
    look = next_look(assignment, effective_on=START, calendar=CALENDAR, today=START)
    assert look == date(2026, 3, 13)
    assert seen_on(assignment, START, date(2026, 3, 12)) != seen_on(assignment, START, look)


def test_an_overdue_milestone_is_looked_at_every_day() -> None:
    assignment = make_assignment(
        signed_on=START, adopted_on=START, acted_on=START, state=AssignmentState.ACTED
    )
    today = date(2026, 7, 8)
    assert next_look(assignment, effective_on=START, calendar=CALENDAR, today=today) == date(2026, 7, 9)
