"""Facts and cases: each rule at its edge, and all of them against a naive reading of the definitions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from make_matters import make_assignment

from guantong.core import acts, cases
from guantong.core.calendar import WorkCalendar
from guantong.core.cases import TERMS, Case
from guantong.core.deviation import Deviation, Fact, FactCode, Observed, observe, propose
from guantong.core.matters import Actual, Assignment, Bound, Breach, Indicator, Terms
from guantong.core.moves import AssignmentState
from guantong.core.reading.types import ClauseKind, Operator
from guantong.core.refusal import Refused

ISSUED = date(2026, 3, 9)  # a Monday; sign by Thursday 12, adopt by Monday 23 March
DUE = date(2026, 6, 30)
LATER = date(2026, 12, 1)
CALENDAR = WorkCalendar()


def look(assignment: Assignment, today: date = LATER, **changes: Any) -> Observed:
    told: dict[str, Any] = {
        "adopted_in_time": (),
        "breaches": (),
        "effective_on": ISSUED,
        "calendar": CALENDAR,
        **changes,
    }
    return observe(assignment, today=today, **told)


def codes(assignment: Assignment, today: date = LATER, **changes: Any) -> list[str]:
    return [fact.code.value for fact in look(assignment, today, **changes).facts]


def make_done(**changes: Any) -> Assignment:
    """Everything in time and as assigned."""
    terms = Terms(Indicator.NUMERIC, Bound(Operator.AT_LEAST, Decimal(90), "%"), DUE)
    made = make_assignment(
        state=AssignmentState.VERIFIED,
        assigned=terms,
        adopted=terms,
        signed_on=date(2026, 3, 12),
        adopted_on=date(2026, 3, 23),
        acted_on=date(2026, 4, 1),
        actual=Actual(9, 10),
    )
    return replace(made, **changes)


def adopted(assignment: Assignment, **changes: Any) -> Assignment:
    return replace(assignment, adopted=replace(assignment.assigned, **changes))


def test_what_was_done_in_time_and_as_assigned_has_no_fact() -> None:
    assert look(make_done()) == Observed()


def test_not_signed_within_the_limit() -> None:
    waiting = make_assignment(assigned=Terms(Indicator.COMPUTED))
    assert codes(waiting, date(2026, 3, 12)) == []
    assert codes(waiting, date(2026, 3, 13)) == ["signed_late"]
    (fact,) = look(replace(waiting, signed_on=date(2026, 3, 16))).facts
    assert (fact.asked, fact.found, fact.mended_on) == (
        date(2026, 3, 12),
        date(2026, 3, 16),
        date(2026, 3, 16),
    )
    assert fact.words == "逾期签收"
    assert look(waiting).facts[0].words == "逾期未签收"


def test_not_adopted_within_the_limit() -> None:
    signed = make_assignment(state=AssignmentState.SIGNED, signed_on=ISSUED)
    assert codes(signed, date(2026, 3, 23)) == []
    assert codes(signed, date(2026, 3, 24)) == ["adopted_late"]
    assert codes(replace(signed, adopted_on=date(2026, 3, 24)), date(2026, 3, 24)) == ["adopted_late"]


def test_left_out_while_others_were_adopted() -> None:
    signed = make_assignment(state=AssignmentState.SIGNED, signed_on=ISSUED)
    (fact, *_) = look(signed, date(2026, 3, 24), adopted_in_time=["a1", "a2", "a3"]).facts
    assert (fact.kind, fact.rests_on) == (Deviation.SELECTIVE, ("a2", "a3"))
    assert codes(signed, date(2026, 3, 24), adopted_in_time=["a1"]) == ["adopted_late"]
    assert codes(acts.exempt(signed, ISSUED), adopted_in_time=["a2"]) == []


def test_no_action_by_half_time_in_working_days() -> None:
    # 9 March to 30 June 2026 are 81 working days; the 41st after 9 March is Tuesday 5 May.
    idle = make_done(state=AssignmentState.ADOPTED, acted_on=None, actual=None)
    assert codes(idle, date(2026, 5, 5)) == []
    assert codes(idle, date(2026, 5, 6)) == ["idle_at_half_time"]
    assert codes(replace(idle, acted_on=date(2026, 5, 5))) == []
    assert codes(replace(idle, acted_on=date(2026, 5, 6))) == ["idle_at_half_time"]
    may = WorkCalendar([date(2026, 5, day) for day in range(1, 6)])  # then it is two days later
    assert codes(idle, date(2026, 5, 6), calendar=may) == []
    assert codes(idle, date(2026, 5, 8), calendar=may) == ["idle_at_half_time"]


def test_a_due_date_on_a_day_off_has_a_half_time_too() -> None:
    sunday = Terms(Indicator.MILESTONE, due=date(2026, 3, 22))  # 9 working days, the fifth is Monday 16 March
    idle = make_assignment(
        assigned=sunday, adopted=sunday, signed_on=ISSUED, adopted_on=ISSUED, state=AssignmentState.ADOPTED
    )
    assert codes(idle, date(2026, 3, 16)) == []
    assert codes(idle, date(2026, 3, 17)) == ["idle_at_half_time"]


def test_without_a_due_date_it_cannot_be_told() -> None:
    terms = Terms(Indicator.NUMERIC)
    waiting = make_done(assigned=terms, adopted=terms, acted_on=None, actual=None)
    observed = look(waiting)
    assert observed == Observed((), (FactCode.IDLE_AT_HALF_TIME,))
    assert not observed.known
    late = look(replace(waiting, signed_on=date(2026, 3, 13)))
    assert late.known  # one fact is enough to know that there is one


@pytest.mark.parametrize(
    ("op", "value", "code"),
    [
        (Operator.AT_LEAST, 89, "target_below"),
        (Operator.AT_LEAST, 91, None),
        (Operator.AT_MOST, 91, "target_above"),
        (Operator.AT_MOST, 89, None),
        (Operator.EQUAL, 89, "target_other"),
        (Operator.EQUAL, 91, "target_other"),
        (Operator.EQUAL, 90, None),
    ],
)
def test_below_follows_the_operator(op: Operator, value: int, code: str | None) -> None:
    done = make_done(assigned=Terms(Indicator.NUMERIC, Bound(op, Decimal(90), "%"), DUE))
    found = look(adopted(done, target=Bound(op, Decimal(value), "%"))).facts
    assert [fact.code.value for fact in found] == ([code] if code else [])
    for fact in found:
        assert (fact.kind, fact.asked, fact.found) == (Deviation.DISCOUNTED, Decimal(90), Decimal(value))


def test_later_narrower_other_or_nothing() -> None:
    done = make_done()
    assert codes(adopted(done, due=date(2026, 7, 1))) == ["date_later"]
    assert codes(adopted(done, due=date(2026, 6, 29))) == []
    assert codes(adopted(done, due=None)) == ["date_left_out"]
    assert codes(adopted(done, target=None)) == ["target_left_out"]
    assert codes(adopted(done, scope="secretaries")) == ["scope_changed"]
    assert codes(adopted(done, indicator=Indicator.REPORT_BACK)) == ["indicator_changed"]
    times = Bound(Operator.AT_LEAST, Decimal(1), "次")
    assert codes(adopted(done, target=times)) == ["indicator_changed"]


def test_an_approved_adjustment_is_no_deviation() -> None:
    done = replace(make_done(), state=AssignmentState.ADOPTED)
    other = replace(done.assigned, due=date(2026, 9, 1), scope="secretaries")
    assert codes(replace(done, adopted=other)) == ["scope_changed", "date_later"]
    assert codes(acts.adjust(replace(done, adopted=other), other)) == []
    # what was adopted as assigned does not become less because more was agreed afterwards
    stricter = replace(done.assigned, due=date(2026, 6, 1))
    assert codes(acts.adjust(done, stricter)) == []


def test_declared_done_below_the_target() -> None:
    (fact,) = look(make_done(actual=Actual(35, 40))).facts
    assert (fact.code, fact.asked, fact.found) == (FactCode.DONE_BELOW, Decimal(90), Decimal("87.5"))
    assert codes(make_done(actual=Actual(36, 40))) == []
    assert codes(make_done(state=AssignmentState.ACTED, actual=None)) == []
    assert look(make_done(actual=None)).untold == (FactCode.DONE_BELOW,)
    assert look(make_done(actual=Actual(0, 0))).untold == (FactCode.DONE_BELOW,)


def test_a_breach_after_the_prohibition_took_effect() -> None:
    kept = make_assignment(
        kind=ClauseKind.PROHIBITION,
        assigned=Terms(Indicator.COMPUTED),
        signed_on=ISSUED,
        state=AssignmentState.SIGNED,
    )
    breaches = [
        Breach("f2", "c1", "o1", date(2026, 5, 2)),
        Breach("f1", "c1", "o1", date(2026, 4, 2)),
        Breach("f0", "c1", "o1", ISSUED),
        Breach("f3", "c2", "o1", LATER),
        Breach("f4", "c1", "o2", LATER),
    ]
    (fact,) = look(kept, breaches=breaches).facts
    assert (fact.kind, fact.rests_on, fact.found) == (
        Deviation.NOT_STOPPED,
        ("f1", "f2"),
        date(2026, 4, 2),
    )
    assert codes(replace(kept, kind=ClauseKind.DUTY), breaches=breaches) == []


def test_at_most_one_is_asked_about() -> None:
    left = make_assignment(state=AssignmentState.SIGNED, signed_on=date(2026, 4, 1))
    observed = look(left, adopted_in_time=["a2"])
    assert [fact.kind.value for fact in observed.facts] == ["not_executed", "selective", "not_executed"]
    fact = propose(observed)
    assert fact is not None
    assert fact.kind is Deviation.SELECTIVE
    both = look(adopted(make_done(), scope="secretaries", target=None, due=None))
    assert {each.kind for each in both.facts} == {Deviation.ALTERED, Deviation.DISCOUNTED}
    fact = propose(both)
    assert fact is not None
    assert fact.kind is Deviation.ALTERED
    following = propose(both, {FactCode.SCOPE_CHANGED})
    assert following is not None
    assert following.code is FactCode.TARGET_LEFT_OUT
    assert propose(Observed()) is None


# Against a naive reading of the definitions

DAYS = st.none() | st.dates(ISSUED, date(2026, 8, 1))
BOUNDS = st.none() | st.builds(
    Bound, st.sampled_from(Operator), st.integers(0, 5).map(Decimal), st.just("个")
)
TERMS_OF = st.builds(
    Terms,
    st.sampled_from([Indicator.NUMERIC, Indicator.MILESTONE, Indicator.REPORT_BACK]),
    BOUNDS,
    DAYS,
    st.sampled_from(["", "secretaries"]),
)


@st.composite
def any_assignments(draw: st.DrawFn) -> Assignment:
    return make_assignment(
        kind=draw(st.sampled_from([ClauseKind.DUTY, ClauseKind.PROHIBITION])),
        assigned=draw(TERMS_OF),
        adjusted=draw(st.none() | TERMS_OF),
        adopted=draw(st.none() | TERMS_OF),
        state=draw(st.sampled_from(AssignmentState)),
        signed_on=draw(DAYS),
        adopted_on=draw(DAYS),
        acted_on=draw(DAYS),
        actual=draw(st.none() | st.builds(Actual, st.integers(0, 5))),
    )


def weaker(mine: Bound, asked: Bound) -> bool:
    if asked.op == ">=":
        return mine.value < asked.value
    if asked.op == "<=":
        return mine.value > asked.value
    return mine.value != asked.value


def middle(start: date, due: date) -> date:
    """Walk both ends towards each other, a working day at a time, the start first."""
    days = [start + timedelta(days=n) for n in range(1, (due - start).days + 1)]
    worked = [day for day in days if day.weekday() < 5]
    return worked[(len(worked) + 1) // 2 - 1] if worked else start


def kinds_by_definition(each: Assignment, others: int, breached: bool, today: date) -> set[str]:
    """The kinds an assignment shows facts of, as the product design words them."""
    agreed = each.adjusted or each.assigned
    found = set()
    if (each.signed_on is None and today > each.sign_by) or (each.signed_on or ISSUED) > each.sign_by:
        found.add("not_executed")
    if (each.adopted_on is None and today > each.adopt_by) or (each.adopted_on or ISSUED) > each.adopt_by:
        found.add("selective" if others else "not_executed")
    if agreed.due is not None:
        half = middle(each.handed_on, agreed.due)
        if (each.acted_on is None and today > half) or (each.acted_on is not None and each.acted_on > half):
            found.add("not_executed")
    if each.kind == "prohibition" and breached:
        found.add("not_stopped")
    mine = each.adopted
    if mine is not None:
        if altered(mine, each.assigned) & altered(mine, agreed):
            found.add("altered")
        if discounted(mine, each.assigned) & discounted(mine, agreed):
            found.add("discounted")
    if each.state in ("reported", "verified") and agreed.target and each.actual:
        reached = Bound(agreed.target.op, Decimal(each.actual.part), "个")
        if weaker(reached, agreed.target):
            found.add("discounted")
    return found


def altered(mine: Terms, asked: Terms) -> set[str]:
    """In what respects something else was adopted than asked."""
    other_measure = mine.target and asked.target and mine.target.op != asked.target.op
    respects = {"measure"} if mine.indicator != asked.indicator or other_measure else set()
    return respects | ({"scope"} if mine.scope != asked.scope else set())


def discounted(mine: Terms, asked: Terms) -> set[str]:
    """In what respects less was adopted than asked."""
    respects = set()
    if asked.due is not None and (mine.due is None or mine.due > asked.due):
        respects.add("due")
    if asked.target is not None and (
        mine.target is None or (mine.target.op == asked.target.op and weaker(mine.target, asked.target))
    ):
        respects.add("target")
    return respects


@given(any_assignments(), st.booleans(), st.booleans(), st.dates(ISSUED, date(2026, 9, 1)))
def test_facts_are_those_of_the_definitions(
    each: Assignment, others: bool, breached: bool, today: date
) -> None:
    observed = look(
        each,
        today,
        adopted_in_time=["a2"] if others else [],
        breaches=[Breach("f1", "c1", "o1", date(2026, 3, 10))] if breached else [],
    )
    lifted = each.state in ("exempted", "withdrawn", "repealed", "merged")
    expected = set() if lifted else kinds_by_definition(each, others, breached, today)
    assert {fact.kind.value for fact in observed.facts} == expected
    first = next((kind for kind in Deviation if kind.value in expected), None)
    fact = propose(observed)
    assert (fact.kind if fact else None) == first
    assert all(fact.words and fact.words not in TERMS.values() for fact in observed.facts)


# Cases

MONDAY = date(2026, 7, 6)
LOWER = look(adopted(make_done(), target=Bound(Operator.AT_LEAST, Decimal(80), "%")))


def make_case(observed: Observed = LOWER) -> Case:
    return Case("a1", observed.facts[0], MONDAY)


def confirm(case: Case, today: date, observed: Observed = LOWER, reason: str = "核实属实") -> Case:
    return cases.confirm(case, observed, by="p1", reason=reason, today=today)


def test_no_term_before_a_person_has_confirmed() -> None:
    proposed = make_case()
    asked = cases.ask(proposed, MONDAY, CALENDAR)
    explained = cases.explain(asked, date(2026, 7, 7))
    for case in (proposed, asked, explained):
        assert (case.term, case.confirmed, case.is_open) == (None, None, True)
    confirmed = confirm(explained, date(2026, 7, 10))
    assert (confirmed.term, confirmed.confirmed) == ("打折扣", Deviation.DISCOUNTED)
    assert not confirmed.is_open
    lifted = cases.lift(confirmed, by="p2", reason="复核改正", today=date(2026, 7, 20))
    assert (lifted.term, lifted.is_open) == (None, False)


def test_three_working_days_to_explain() -> None:
    thursday = date(2026, 7, 9)
    asked = cases.ask(make_case(), thursday, CALENDAR)
    assert asked.explain_by == date(2026, 7, 14)
    for day in (date(2026, 7, 10), date(2026, 7, 14)):
        with pytest.raises(Refused, match="still_time_to_explain"):
            confirm(cases.explain(asked, date(2026, 7, 10)), day)
    assert confirm(asked, date(2026, 7, 15)).term == "打折扣"
    with pytest.raises(Refused, match="explain_limit_short"):
        cases.ask(make_case(), thursday, CALENDAR, days=2)


def test_nobody_confirms_without_asking_or_without_a_reason() -> None:
    with pytest.raises(Refused, match="no_such_move"):
        confirm(make_case(), date(2026, 12, 1))
    asked = cases.ask(make_case(), MONDAY, CALENDAR)
    with pytest.raises(Refused, match="reason_missing"):
        confirm(asked, date(2026, 7, 10), reason=" 　")
    with pytest.raises(Refused, match="reason_missing"):
        cases.clear(asked, by="p1", reason="", today=MONDAY)


def test_what_was_put_right_in_time_is_not_confirmed() -> None:
    asked = cases.ask(make_case(), MONDAY, CALENDAR)
    with pytest.raises(Refused, match="put_right"):
        confirm(asked, date(2026, 7, 10), Observed())
    late = Observed((Fact(FactCode.SIGNED_LATE, mended_on=date(2026, 7, 9)),))
    asked = cases.ask(make_case(late), MONDAY, CALENDAR)
    with pytest.raises(Refused, match="put_right"):
        confirm(asked, date(2026, 7, 10), late)
    too_late = Observed((Fact(FactCode.SIGNED_LATE, mended_on=date(2026, 7, 10)),))
    assert confirm(asked, date(2026, 7, 10), too_late).term == "有令不行"
    assert confirm(asked, date(2026, 7, 10), Observed((Fact(FactCode.SIGNED_LATE),))).term == "有令不行"


def test_rates_are_compared_exactly() -> None:
    third = Bound(Operator.EQUAL, Decimal("33.3"), "%")
    assert third.misses(Fraction(100, 3))
    assert not Bound(Operator.AT_LEAST, Decimal("33.3"), "%").misses(Fraction(100, 3))
