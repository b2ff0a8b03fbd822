"""Funnel and gauges of random districts, against counting by brute force."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from make_matters import make_assignment

from guantong.core import gauges
from guantong.core.calendar import WorkCalendar
from guantong.core.cases import Case
from guantong.core.deviation import Deviation, Fact, FactCode, Observed
from guantong.core.figures import Share
from guantong.core.matters import Actual, Assignment, Bound, Directive, Indicator, Periods, Terms
from guantong.core.moves import AssignmentState, CaseState
from guantong.core.reading.types import Operator
from guantong.core.standings import Standing, standing

CALENDAR = WorkCalendar()
ISSUED = date(2026, 3, 6)
AS_OF = date(2026, 7, 31)


def day(month: int, number: int) -> date:
    return date(2026, month, number)


DAYS = st.none() | st.dates(day(3, 2), day(9, 1))
BOUNDS = st.none() | st.builds(
    Bound, st.sampled_from(Operator), st.integers(0, 4).map(Decimal), st.just("个")
)
STAGES = ["issued", "signed", "adopted", "acted", "reported", "verified"]


@dataclass(frozen=True)
class Played:
    assignment: Assignment
    case: Case | None
    periods: Periods | None


@st.composite
def played(draw: st.DrawFn) -> Played:
    indicator = draw(st.sampled_from([each for each in Indicator if each is not Indicator.INFORMATION]))
    assignment = make_assignment(
        organization_id=draw(st.sampled_from(["o1", "o2"])),
        path=draw(st.sampled_from(["0001", "00010001", "000100010001"])),
        clause_id=draw(st.sampled_from(["c1", "c2"])),
        assigned=Terms(indicator, draw(BOUNDS), draw(DAYS)),
        handed_on=draw(st.dates(ISSUED, day(4, 30))),
        within=draw(st.integers(0, 9)) == 0,
        state=draw(st.sampled_from(AssignmentState)),
        signed_on=draw(DAYS),
        adopted_on=draw(DAYS),
        acted_on=draw(DAYS),
        passed_on=draw(DAYS),
        done_on=draw(DAYS),
        actual=draw(st.none() | st.builds(Actual, st.integers(0, 6))),
        judged=draw(st.none() | st.booleans()),
    )
    fact = Fact(draw(st.sampled_from(FactCode)))
    case = draw(
        st.none() | st.builds(Case, st.just("a1"), st.just(fact), st.just(AS_OF), st.sampled_from(CaseState))
    )
    in_time, held, known, required = sorted(draw(st.tuples(*[st.integers(0, 12)] * 4)))
    periods = Periods("a1", required, known, held, in_time) if indicator is Indicator.COMPUTED else None
    return Played(assignment, case, periods)


def read_off(each: Played) -> Standing | None:
    directive = Directive("d1", "W", "0001", received_on=day(3, 2), issued_on=ISSUED)
    return standing(
        each.assignment,
        directive,
        observed=Observed((), (FactCode.IDLE_AT_HALF_TIME,)),
        case=each.case,
        periods=each.periods,
        calendar=CALENDAR,
        today=AS_OF,
    )


def rows_of(district: list[Played]) -> list[Standing]:
    return [row for row in map(read_off, district) if row is not None]


def working_days(start: date, end: date) -> int:
    if end < start:
        return -working_days(end, start)
    days = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    return sum(each.weekday() < 5 for each in days)


def in_force(district: list[Played]) -> list[Played]:
    lifted = ("exempted", "withdrawn", "repealed", "merged")
    return [each for each in district if each.assignment.state not in lifted and not each.assignment.within]


@settings(max_examples=50)
@given(st.lists(played(), max_size=6))
def test_the_funnel_is_what_counting_gives(district: list[Played]) -> None:
    steps = {step.stage: step.share for step in gauges.funnel(rows_of(district))}
    force = in_force(district)
    assert steps["issued"].count == len(force)
    for number, stage in enumerate(STAGES[1:], 1):
        count = of = unknown = 0
        for each in force:
            state = "acted" if each.assignment.state == "returned" else each.assignment.state.value
            if each.assignment.indicator != "computed":
                of += 1
                count += STAGES.index(state) >= number
            elif stage == "signed":
                of += 1
                count += each.assignment.signed_on is not None
            elif stage == "acted" and each.periods:
                of += 1
                count += each.periods.held > 0
                unknown += each.periods.held == 0 and each.periods.known < each.periods.required
        assert steps[stage] == Share(count, of - unknown, of)


@settings(max_examples=50)
@given(st.lists(played(), max_size=6))
def test_attenuation_is_what_counting_gives(district: list[Played]) -> None:
    levels = gauges.attenuation(rows_of(district))
    force = in_force(district)
    assert [heat.level for heat in levels] == sorted({len(each.assignment.path) // 4 for each in force})
    for heat in levels:
        here = [each for each in force if len(each.assignment.path) == 4 * heat.level]
        rows = [each.assignment for each in here]
        asked = [each for each in rows if each.indicator != "computed"]
        assert heat.of == len(rows)
        assert heat.signed == in_time([(row.signed_on, row.sign_by) for row in rows])
        assert heat.adopted == in_time([(row.adopted_on, row.adopt_by) for row in asked])
        assert heat.acted == in_time([(row.acted_on, half_time(row)) for row in asked])
        kept = [working_days(row.handed_on, row.passed_on) for row in rows if row.passed_on]
        assert heat.kept_median == (statistics.median(kept) if kept else None)
        used = [working_days(day(3, 2), row.handed_on) for row in rows if row.assigned.due]
        assert heat.used_median == (statistics.median(used) if used else None)
        left = [max(0, working_days(row.handed_on, row.assigned.due)) for row in rows if row.assigned.due]
        assert heat.left_median == (statistics.median(left) if left else None)
        periods = [each.periods for each in here if each.periods]
        assert heat.periods.count == sum(each.in_time for each in periods)
        assert heat.periods.of == sum(each.required for each in periods)


def half_time(row: Assignment) -> date | None:
    if row.assigned.due is None:
        return None
    middle, rest = row.handed_on, (working_days(row.handed_on, row.assigned.due) + 1) // 2
    while rest > 0:
        middle += timedelta(days=1)
        rest -= middle.weekday() < 5
    return middle


def in_time(answers: list[tuple[date | None, date | None]]) -> Share:
    """A limit that is still to come is unknown while nothing was done."""
    decided = [(done, by) for done, by in answers if by is not None and (done is not None or by < AS_OF)]
    return Share(sum(done is not None and done <= by for done, by in decided), len(decided), len(answers))


@settings(max_examples=50)
@given(st.lists(played(), max_size=6))
def test_shortfall_is_what_counting_gives(district: list[Played]) -> None:
    gauge = gauges.shortfall(rows_of(district))
    force = [each.assignment for each in in_force(district)]
    figures = [row for row in force if row.indicator in ("numeric", "computed")]
    missing = [value for row in figures if (value := missing_of(row)) is not None]
    assert (gauge.known, gauge.of) == (len(missing), len(figures))
    if missing:
        assert gauge.value == pytest.approx(sum(missing) / len(missing), abs=1e-6)
    else:
        assert gauge.value is None
    milestones = [row for row in force if row.indicator == "milestone"]
    late = [days for row in milestones if (days := days_late(row)) is not None]
    assert (sorted(late), gauge.milestones) == (
        [value for value, count in gauge.late for _ in range(count)],
        len(milestones),
    )
    reports = [row.judged for row in force if row.indicator == "report-back"]
    assert gauge.judged == Share(reports.count(True), len(reports) - reports.count(None), len(reports))


def missing_of(row: Assignment) -> float | None:
    target, due = row.assigned.target, row.assigned.due
    over = row.state in ("reported", "verified") or (due is not None and due <= AS_OF)
    if target is None or row.actual is None or not over:
        return None
    t, a = float(target.value), float(row.actual.part)
    if t == 0:
        return 0.0 if a == 0 else 1.0
    gap = {">=": max(0.0, (t - a) / t), "<=": max(0.0, (a - t) / t), "=": abs(t - a) / t}[target.op]
    return min(1.0, gap)


def days_late(row: Assignment) -> int | None:
    due = row.assigned.due
    if due is None:
        return None
    while due.weekday() >= 5:
        due += timedelta(days=1)
    if row.done_on is None:
        return (AS_OF - due).days if due < AS_OF else None
    return max(0, (row.done_on - due).days)


@settings(max_examples=50)
@given(st.lists(played(), max_size=6))
def test_deviation_is_what_counting_gives(district: list[Played]) -> None:
    gauge = gauges.deviation(rows_of(district))
    force = in_force(district)
    for kind in Deviation:
        mine = [each.case for each in force if each.case and each.case.fact.kind is kind]
        assert gauge.to_explain[kind] == sum(c.state in ("proposed", "asked", "explained") for c in mine)
        assert gauge.confirmed[kind] == sum(c.state == "confirmed" for c in mine)
    # of all of them it is untold whether they were idle, so only a case that stands makes one known
    standing_cases = [each.case for each in force if each.case and each.case.state != "cleared"]
    assert (gauge.known, gauge.of) == (len(standing_cases), len(force))
