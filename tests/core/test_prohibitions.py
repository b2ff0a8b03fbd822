"""Whether a prohibition was kept is known only where somebody looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from make_matters import make_assignment

from guantong.core import acts, gauges
from guantong.core.calendar import WorkCalendar
from guantong.core.deviation import Deviation, FactCode, Observed, observe
from guantong.core.matters import Actual, Assignment, Bound, Breach, Directive, Indicator, Terms
from guantong.core.moves import AssignmentState
from guantong.core.reading.types import ClauseKind, Operator
from guantong.core.standings import standing

ISSUED = date(2026, 3, 9)
SIGN_BY = date(2026, 3, 12)
DUE = date(2026, 6, 30)
LATER = date(2026, 12, 1)
CALENDAR = WorkCalendar()
NONE_AT_ALL = Terms(Indicator.COMPUTED, Bound(Operator.AT_MOST, Decimal(0), "个"), DUE)


def make_prohibition(**changes: Any) -> Assignment:
    """Signed for in time; nobody has looked yet."""
    made = make_assignment(
        kind=ClauseKind.PROHIBITION,
        assigned=NONE_AT_ALL,
        sign_by=SIGN_BY,
        signed_on=ISSUED,
        state=AssignmentState.SIGNED,
    )
    return replace(made, **changes)


def look(assignment: Assignment, today: date = LATER, breaches: Sequence[Breach] = ()) -> Observed:
    return observe(
        assignment,
        adopted_in_time=[],
        breaches=breaches,
        effective_on=ISSUED,
        calendar=CALENDAR,
        today=today,
    )


def test_a_prohibition_is_known_once_somebody_has_looked() -> None:
    waiting = make_prohibition()
    nobody_looked = Observed((), (FactCode.BREACH_FOUND,))
    assert look(waiting) == nobody_looked
    assert not look(waiting).known
    assert look(acts.settle(waiting, DUE, None)) == nobody_looked
    assert look(acts.settle(waiting, DUE, Actual(0, 0))) == nobody_looked  # none of the places was inspected
    assert look(acts.settle(waiting, DUE, Actual(0))) == Observed()
    breach = Breach("f1", "c1", "o1", LATER)
    assert look(acts.settle(waiting, DUE, None), breaches=[breach]).untold == ()
    # on the day it takes effect nothing can have broken it yet
    assert look(waiting, ISSUED) == Observed()
    assert look(waiting, date(2026, 3, 10)) == nobody_looked
    assert look(acts.exempt(waiting, ISSUED)) == Observed()
    assert look(replace(waiting, kind=ClauseKind.DUTY)) == Observed()


INSPECTIONS = ["not over yet", "nobody looked", "looked, kept", "looked, broken", "exempted"]


def carried_out(waiting: Assignment, inspection: str) -> Assignment:
    if inspection == "not over yet":
        return waiting
    if inspection == "exempted":
        return acts.exempt(waiting, ISSUED)
    actual = {"nobody looked": None, "looked, kept": Actual(0), "looked, broken": Actual(1)}[inspection]
    return acts.settle(waiting, DUE, actual)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from(INSPECTIONS), st.booleans()), max_size=8))
def test_a_prohibition_nobody_inspected_is_counted_as_unknown(told: list[tuple[str, bool]]) -> None:
    directive = Directive("d1", "W", "0001", issued_on=ISSUED)
    rows = []
    for number, (inspection, late) in enumerate(told):
        signed_on = date(2026, 3, 13) if late else SIGN_BY
        waiting = make_prohibition(id=f"a{number}", organization_id=f"o{number}", signed_on=signed_on)
        found = [Breach("f1", "c1", f"o{number}", date(2026, 5, 4))] if inspection == "looked, broken" else []
        each = carried_out(waiting, inspection)
        observed = look(each, breaches=found)
        rows.append(standing(each, directive, observed=observed, calendar=CALENDAR, today=LATER))
    gauge = gauges.deviation([row for row in rows if row is not None])
    exempted = sum(inspection == "exempted" for inspection, _ in told)
    unseen = told.count(("not over yet", False)) + told.count(("nobody looked", False))
    broken = sum(inspection == "looked, broken" for inspection, _ in told)
    assert gauge.of == len(told) - exempted
    assert gauge.known == gauge.of - unseen
    assert gauge.to_explain[Deviation.NOT_STOPPED] == broken
