"""Funnel and gauges: a tiny district counted by hand, and the edges."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from make_matters import make_assignment

from guantong.core import acts, cascade, cases, gauges
from guantong.core.calendar import WorkCalendar
from guantong.core.cases import Case
from guantong.core.deviation import Deviation, Fact, FactCode, Observed, observe, propose
from guantong.core.figures import Share
from guantong.core.issuing import issue
from guantong.core.matters import (
    Actual,
    Assignment,
    Bound,
    Breach,
    Directive,
    Indicator,
    IssuedClause,
    Organization,
    OrganizationKind,
    Periods,
    Receipt,
    Terms,
)
from guantong.core.moves import RELEASED, AssignmentState, CaseState
from guantong.core.reading.types import ClauseKind, Operator
from guantong.core.standings import Said, Standing, shortfall_of, standing

CALENDAR = WorkCalendar()
ISSUED = date(2026, 3, 6)  # a Friday
DUE = date(2026, 6, 30)  # 82 working days later; half-time is the 41st, Monday 4 May
AS_OF = date(2026, 7, 31)


# A tiny district by hand: school A with its branch A1, and school B


def day(month: int, number: int) -> date:
    return date(2026, month, number)


def handed_down() -> tuple[Directive, dict[str, Assignment], dict[str, Receipt]]:
    a = Organization("A", "00010001", "甲校党委", OrganizationKind.COMMITTEE)
    b = Organization("B", "00010002", "乙校党支部", OrganizationKind.BRANCH)
    clauses = [
        IssuedClause("c1", ClauseKind.DUTY, Terms(Indicator.MILESTONE, due=DUE)),
        IssuedClause("c2", ClauseKind.TARGET, Terms(Indicator.NUMERIC, at_least(90), DUE)),
        IssuedClause("c3", ClauseKind.PROHIBITION, Terms(Indicator.COMPUTED, none_found(), DUE)),
        IssuedClause("c4", ClauseKind.ATTITUDE),
    ]
    issued = issue(
        Directive("d", "W", "0001", received_on=day(3, 2)),
        clauses,
        [a, b],
        by="p",
        sign_by=day(3, 11),
        adopt_by=day(3, 20),
        today=ISSUED,
        calendar=CALENDAR,
    )
    rows = {f"{each.organization_id} {each.clause_id}": each for each in issued.assignments}
    return issued.directive, rows, {each.organization_id: each for each in issued.receipts}


def at_least(value: int) -> Bound:
    return Bound(Operator.AT_LEAST, Decimal(value), "%")


def none_found() -> Bound:
    return Bound(Operator.AT_MOST, Decimal(0), "件")


def work_of_a(rows: dict[str, Assignment], receipt: Receipt) -> list[Assignment]:
    """In time but for the action on c2; c1 is split, and the branch signs one working day late."""
    _, (c1, c2, c3) = acts.sign(receipt, [rows["A c1"], rows["A c2"], rows["A c3"]], day(3, 10))
    c1, c2 = acts.adopt_as_assigned([c1, c2], day(3, 18))
    limits: dict[str, Any] = {"sign_by": day(3, 27), "adopt_by": day(4, 1), "calendar": CALENDAR}
    c1, (part,) = cascade.split(c1, [cascade.Part("A1", "000100010001")], today=day(3, 25), **limits)
    _, (part,) = acts.sign(Receipt("d", "A1", day(3, 25), day(3, 27)), [part], day(3, 30))
    (part,) = acts.adopt_as_assigned([part], day(3, 31))
    part = acts.report(acts.act(part, day(4, 10), day(4, 10)), day(5, 20), day(5, 20))
    part = acts.verify(part, day(5, 22))
    c1 = acts.report(acts.act(c1, day(4, 2), day(4, 2)), day(5, 29), day(6, 1), parts=[part])
    c2 = acts.report(acts.act(c2, day(5, 29), day(5, 29)), day(6, 25), day(6, 25), actual=Actual(36, 40))
    c3 = acts.settle(c3, DUE, Actual(0))
    return [acts.verify(c1, day(6, 3)), acts.verify(c2, day(6, 29)), c3, part]


def work_of_b(rows: dict[str, Assignment], receipt: Receipt) -> list[Assignment]:
    """Signs a day late, adopts c2 lower and reaches 27 of 40; c1 is returned; nobody looked at c3."""
    _, (c1, c2, c3) = acts.sign(receipt, [rows["B c1"], rows["B c2"], rows["B c3"]], day(3, 12))
    (c1,) = acts.adopt_as_assigned([c1], day(3, 20))
    c2 = acts.adopt(c2, replace(c2.assigned, target=at_least(81)), day(3, 20))
    c1 = acts.give_back(acts.report(acts.act(c1, day(6, 15), day(6, 15)), day(7, 6), day(7, 7)))
    c2 = acts.report(acts.act(c2, day(4, 15), day(4, 15)), DUE, DUE, actual=Actual(27, 40))
    return [c1, acts.verify(c2, day(7, 3)), acts.settle(c3, DUE, None)]


def tiny_district() -> tuple[Directive, list[Standing]]:
    directive, rows, receipts = handed_down()
    assignments = work_of_a(rows, receipts["A"]) + work_of_b(rows, receipts["B"])
    standings = []
    for each in assignments:
        observed = observe(
            each,
            adopted_in_time=[],
            breaches=[],
            effective_on=ISSUED,
            calendar=CALENDAR,
            today=AS_OF,
        )
        case = confirmed_lower_target(each, observed) if each.id == "d:c2:B" else None
        row = standing(each, directive, observed=observed, case=case, calendar=CALENDAR, today=AS_OF)
        assert row is not None
        standings.append(row)
    return directive, standings


def confirmed_lower_target(assignment: Assignment, observed: Observed) -> Case:
    """Its late signature was explained; the lower target that it hid is confirmed."""
    fact = propose(observed, {FactCode.SIGNED_LATE})
    assert fact is not None
    asked = cases.ask(Case(assignment.id, fact, day(7, 6)), day(7, 6), CALENDAR)
    return cases.confirm(asked, observed, by="p", reason="核实属实", today=day(7, 10))


def shares(steps: tuple[gauges.Step, ...]) -> list[tuple[str, int, int, int]]:
    return [(step.stage, step.share.count, step.share.known, step.share.of) for step in steps]


def test_hand_count_funnel() -> None:
    _, rows = tiny_district()
    assert shares(gauges.funnel(rows)) == [
        ("issued", 7, 7, 7),
        ("signed", 7, 7, 7),
        ("adopted", 5, 5, 5),  # c1 and c2 of A and B, c1 of A1; c3 is computed and asks for no adoption
        ("acted", 5, 5, 5),
        ("reported", 4, 5, 5),  # c1 of B was returned
        ("verified", 4, 5, 5),
        ("effect", 4, 6, 7),  # not c1 and c2 of B; c3 of B is unknown
    ]
    by_clause = gauges.grouped(gauges.funnel, rows, lambda row: row.clause_id)
    assert [step.share for step in by_clause["c3"]] == [
        Share(2, 2, 2),
        Share(2, 2, 2),
        *[Share(0, 0, 0)] * 4,
        Share(1, 1, 2),
    ]
    by_level = gauges.grouped(gauges.funnel, rows, lambda row: row.level)
    assert {level: steps[0].share.of for level, steps in by_level.items()} == {2: 6, 3: 1}


def test_hand_count_deviation() -> None:
    _, rows = tiny_district()
    gauge = gauges.deviation(rows)
    # c2 of A was idle at half-time; c1 and c3 of B, and A1, were signed late; c2 of B is confirmed
    assert {kind: n for kind, n in gauge.to_explain.items() if n} == {Deviation.NOT_EXECUTED: 4}
    assert {kind: n for kind, n in gauge.confirmed.items() if n} == {Deviation.DISCOUNTED: 1}
    assert gauge.facts == {FactCode.SIGNED_LATE: 3, FactCode.IDLE_AT_HALF_TIME: 1}
    assert (gauge.known, gauge.of) == (7, 7)
    assert gauge.share_confirmed(Deviation.DISCOUNTED) == Share(1, 7, 7)
    assert gauge.share_to_explain(Deviation.ALTERED).value == 0


def test_hand_count_attenuation() -> None:
    directive, rows = tiny_district()
    top, school, branch = gauges.attenuation(rows, gauges.kept_by_issuer([directive], CALENDAR))
    assert (top.level, top.of, top.kept, top.signed.value) == (1, 0, ((4, 1),), None)
    assert (school.level, school.of) == (2, 6)
    assert (school.signed, school.adopted, school.acted) == (
        Share(3, 6, 6),
        Share(4, 4, 4),
        Share(2, 4, 4),
    )
    assert (school.kept, school.kept_median) == (((13, 1),), 13)
    assert (school.used, school.left) == (((4, 6),), ((82, 6),))
    assert (branch.level, branch.of) == (3, 1)
    assert (branch.signed, branch.adopted, branch.acted) == (
        Share(0, 1, 1),
        Share(1, 1, 1),
        Share(1, 1, 1),
    )
    assert (branch.kept_median, branch.used_median, branch.left_median) == (None, 17, 69)
    (drop,) = gauges.drops((top, school, branch))
    assert (drop.above, drop.below, drop.signed, drop.adopted, drop.acted) == (2, 3, 0.5, 0.0, -0.5)


def test_hand_count_shortfall() -> None:
    _, rows = tiny_district()
    gauge = gauges.shortfall(rows)
    # c2: A reached 90 of 90, B 67.5 of 90 = a quarter missing; c3: A none found, B unknown
    assert (gauge.missing, gauge.known, gauge.of) == (250_000, 3, 4)
    assert gauge.value == pytest.approx(0.25 / 3)
    assert (gauge.late, gauge.milestones) == (
        ((0, 2), (31, 1)),
        3,
    )  # c1 of B is 31 days over at the end of July
    assert (gauge.in_time, gauge.late_median) == (Share(2, 3, 3), 0)
    assert gauge.judged == Share(0, 0, 0)


# The edges


def test_nothing_gives_nothing_and_not_zero() -> None:
    assert all(step.share == Share(0, 0, 0) for step in gauges.funnel([]))
    assert gauges.attenuation([]) == ()
    assert gauges.drops(()) == ()
    assert (gauges.shortfall([]).value, gauges.deviation([]).of) == (None, 0)
    assert gauges.grouped(gauges.funnel, [], lambda row: row.level) == {}
    assert gauges.kept_by_issuer([Directive("d", "W", "0001", issued_on=ISSUED)], CALENDAR) == {}


@pytest.mark.parametrize(
    ("op", "target", "actual", "missing"),
    [
        (Operator.AT_LEAST, 90, 45, Fraction(1, 2)),
        (Operator.AT_LEAST, 90, 120, Fraction(0)),
        (Operator.AT_MOST, 10, 15, Fraction(1, 2)),
        (Operator.AT_MOST, 10, 3, Fraction(0)),
        (Operator.AT_MOST, 10, 40, Fraction(1)),  # capped
        (Operator.EQUAL, 10, 8, Fraction(1, 5)),
        (Operator.EQUAL, 10, 12, Fraction(1, 5)),
        (Operator.EQUAL, 10, 50, Fraction(1)),  # capped
        (Operator.AT_LEAST, 0, 0, Fraction(0)),
        (Operator.AT_MOST, 0, 0, Fraction(0)),
        (Operator.AT_MOST, 0, 1, Fraction(1)),
        (Operator.EQUAL, 0, 3, Fraction(1)),
    ],
)
def test_shortfall_by_operator(op: Operator, target: int, actual: int, missing: Fraction) -> None:
    assert shortfall_of(Bound(op, Decimal(target), "个"), Fraction(actual)) == missing


def make_row(assignment: Assignment, today: date = AS_OF, **changes: Any) -> Standing:
    told: dict[str, Any] = {"observed": Observed(), **changes}
    directive = Directive("d1", "W", "0001", received_on=day(3, 2), issued_on=ISSUED)
    row = standing(assignment, directive, calendar=CALENDAR, today=today, **told)
    assert row is not None
    return row


def test_a_milestone_due_on_a_day_off_is_kept_by_the_next_working_day() -> None:
    sunday = Terms(Indicator.MILESTONE, due=day(6, 28))
    for done_on, late in ((day(6, 27), 0), (day(6, 29), 0), (day(6, 30), 1)):
        done = make_assignment(assigned=sunday, state=AssignmentState.REPORTED, done_on=done_on)
        assert make_row(done).late_days == late
    open_one = make_assignment(assigned=sunday, state=AssignmentState.ACTED)
    assert make_row(open_one, day(6, 29)).effect is Said.UNKNOWN
    assert make_row(open_one, day(6, 30)).effect is Said.NO


def test_a_figure_is_unknown_before_it_is_due_and_without_target_date_or_value() -> None:
    terms = Terms(Indicator.NUMERIC, at_least(90), DUE)
    reached = make_assignment(assigned=terms, state=AssignmentState.ACTED, actual=Actual(9, 10))
    assert make_row(reached, day(6, 29)).effect is Said.UNKNOWN
    assert make_row(reached, DUE).effect is Said.YES
    for other in (
        replace(reached, actual=None),
        replace(reached, actual=Actual(0, 0)),
        replace(reached, assigned=replace(terms, target=None)),
        replace(reached, assigned=replace(terms, due=None)),
    ):
        row = make_row(other)
        assert (row.effect, row.shortfall) == (Said.UNKNOWN, None)
        gauge = gauges.shortfall([row])
        assert (gauge.known, gauge.of, gauge.value) == (0, 1, None)
    assert (
        make_row(replace(reached, actual=Actual(0, 10))).shortfall == 1_000_000
    )  # a known zero is no unknown


def test_without_a_due_date_the_fairness_is_unknown() -> None:
    row = make_row(make_assignment(assigned=Terms(Indicator.NUMERIC)))
    assert (row.used_days, row.left_days, row.acted_in_time) == (None, None, Said.UNKNOWN)
    passed = make_row(make_assignment(assigned=Terms(Indicator.MILESTONE, due=day(3, 3))))
    assert (passed.used_days, passed.left_days) == (5, 0)


def test_a_matter_handed_on_the_day_it_came_was_kept_for_no_day() -> None:
    (heat,) = gauges.attenuation([make_row(make_assignment(passed_on=day(3, 9)))])
    assert (heat.kept, heat.kept_median) == (((0, 1),), 0)


def test_the_last_day_of_a_limit_is_not_over() -> None:
    waiting = make_assignment()
    assert make_row(waiting, waiting.sign_by).signed_in_time is Said.UNKNOWN
    assert make_row(waiting, day(3, 13)).signed_in_time is Said.NO
    signed = replace(waiting, signed_on=waiting.sign_by)
    assert make_row(signed, waiting.sign_by).signed_in_time is Said.YES


def test_what_is_in_no_figure() -> None:
    directive = Directive("d1", "W", "0001")
    told: dict[str, Any] = {"observed": Observed(), "calendar": CALENDAR, "today": AS_OF}
    for state in RELEASED:
        assert standing(make_assignment(state=state), directive, **told) is None
    assert standing(make_assignment(within=True), directive, **told) is None
    # of two duplicates the one that was merged is gone, and the one that stands for both counts once
    one, other = make_assignment(), make_assignment(id="a2")
    rows = [standing(each, directive, **told) for each in (acts.merge(one, other, ISSUED), other)]
    assert gauges.funnel([row for row in rows if row])[0].share == Share(1, 1, 1)


def test_periods_of_computed_assignments_are_counted_beside_the_assignments() -> None:
    computed = make_assignment(assigned=Terms(Indicator.COMPUTED), state=AssignmentState.SIGNED)
    rows = [
        make_row(computed, periods=Periods("a1", 12, 10, 9, 7)),
        make_row(computed, periods=Periods("a1", 4, 0, 0, 0)),
        make_row(computed, periods=Periods("a1", 4, 4, 0, 0)),
        make_row(computed),
    ]
    assert [row.acted for row in rows] == [Said.YES, Said.UNKNOWN, Said.NO, Said.UNKNOWN]
    (heat,) = gauges.attenuation(rows)
    assert heat.periods == Share(7, 14, 20)
    assert heat.acted == Share(0, 0, 0)


def test_a_case_decides_over_what_is_observed() -> None:
    fact = Fact(FactCode.SCOPE_CHANGED)
    observed = Observed((fact,))
    expected = {
        None: (Deviation.ALTERED, None),
        CaseState.PROPOSED: (Deviation.ALTERED, None),
        CaseState.ASKED: (Deviation.ALTERED, None),
        CaseState.EXPLAINED: (Deviation.ALTERED, None),
        CaseState.CONFIRMED: (None, Deviation.ALTERED),
        CaseState.CLEARED: (None, None),
    }
    for state, kinds in expected.items():
        case = Case("a1", fact, AS_OF, state) if state else None
        row = make_row(make_assignment(), observed=observed, case=case)
        assert (row.to_explain, row.confirmed) == kinds
        assert row.deviation_known
    untold = Observed((), (FactCode.IDLE_AT_HALF_TIME,))
    assert not make_row(make_assignment(), observed=untold).deviation_known


def test_a_cleared_fact_makes_room_for_the_next() -> None:
    late, lower = Fact(FactCode.SIGNED_LATE), Fact(FactCode.TARGET_BELOW)
    both = Observed((late, lower))
    first = Case("a1", late, AS_OF, CaseState.CLEARED)
    row = make_row(make_assignment(), observed=both, case=first)
    assert (row.to_explain, row.fact) == (Deviation.DISCOUNTED, FactCode.TARGET_BELOW)
    second = Case("a1", lower, AS_OF, CaseState.CLEARED)
    row = make_row(make_assignment(), observed=both, case=second, cleared=[FactCode.SIGNED_LATE])
    assert (row.to_explain, row.fact, row.deviation_known) == (None, None, True)
    confirmed = replace(first, state=CaseState.CONFIRMED)
    assert make_row(make_assignment(), observed=both, case=confirmed).to_explain is None
    # with its only fact cleared, what nobody looked at is unknown again
    unseen = Observed((late,), (FactCode.BREACH_FOUND,))
    assert make_row(make_assignment(), observed=unseen).deviation_known
    assert not make_row(make_assignment(), observed=unseen, case=first).deviation_known


def test_a_breach_is_counted_once_however_many_findings() -> None:
    kept = make_assignment(kind=ClauseKind.PROHIBITION, assigned=Terms(Indicator.COMPUTED), signed_on=ISSUED)
    breaches = [Breach(f"f{number}", "c1", "o1", day(5, number)) for number in (1, 2, 3)]
    observed = observe(
        kept, adopted_in_time=[], breaches=breaches, effective_on=ISSUED, calendar=CALENDAR, today=AS_OF
    )
    gauge = gauges.deviation([make_row(kept, observed=observed)])
    assert gauge.to_explain[Deviation.NOT_STOPPED] == 1
