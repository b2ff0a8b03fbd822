"""Splitting and rolling up, against adding up by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from make_matters import make_assignment

from guantong.core import acts
from guantong.core.calendar import WorkCalendar
from guantong.core.cascade import Part, RollUp, add, roll_up, split
from guantong.core.matters import Actual, Assignment, Bound, Indicator, Terms
from guantong.core.moves import RELEASED, AssignmentState
from guantong.core.reading.types import Operator
from guantong.core.refusal import Refused

TODAY = date(2026, 4, 1)
DUE = date(2026, 6, 30)
LIMITS: dict[str, Any] = {
    "sign_by": date(2026, 4, 3),
    "adopt_by": date(2026, 4, 8),
    "today": TODAY,
    "calendar": WorkCalendar(),
}
ONE, TWO = Part("b1", "000100010001"), Part("b2", "000100010002")


def make_parent(terms: Terms) -> Assignment:
    return make_assignment(assigned=terms, adopted=terms, state=AssignmentState.ADOPTED)


def numeric(op: Operator, value: int, unit: str = "个") -> Terms:
    return Terms(Indicator.NUMERIC, Bound(op, Decimal(value), unit), DUE)


def with_target(part: Part, op: Operator, value: int, unit: str = "个") -> Part:
    return replace(part, target=Bound(op, Decimal(value), unit))


def test_children_inherit_what_is_not_said() -> None:
    parent, (one, two) = split(make_parent(numeric(Operator.AT_LEAST, 90, "%")), [ONE, TWO], **LIMITS)
    assert parent.passed_on == TODAY
    assert parent.state is AssignmentState.ADOPTED
    assert (one.parent_id, one.organization_id, one.path) == ("a1", "b1", "000100010001")
    assert one.assigned.target == parent.assigned.target
    assert (one.assigned.due, one.handed_on, one.state) == (DUE, TODAY, AssignmentState.ISSUED)
    assert one.id != two.id
    later = {"sign_by": date(2026, 5, 8), "adopt_by": date(2026, 5, 8), "today": date(2026, 5, 6)}
    again, _ = split(parent, [Part("b3", "000100010003")], **{**LIMITS, **later})
    assert again.passed_on == TODAY  # the first time counts


def test_nobody_signs_twice_for_a_directive() -> None:
    parent = make_parent(Terms(Indicator.MILESTONE, due=DUE))
    person = Part("o1", "00010001", owner_id="p7")
    after, (one, two, within) = split(parent, [ONE, TWO, person], signed={"b1"}, **LIMITS)
    assert (after.is_split, after.passed_on) == (True, TODAY)
    assert (one.state, one.signed_on) == (AssignmentState.SIGNED, TODAY)
    assert (two.state, two.signed_on) == (AssignmentState.ISSUED, None)
    assert (within.state, within.within, within.assigned.owner_id) == (AssignmentState.SIGNED, True, "p7")


def test_what_stays_inside_was_not_passed_on() -> None:
    parent = make_parent(Terms(Indicator.MILESTONE, due=DUE))
    after, _ = split(parent, [Part("o1", "00010001", owner_id="p7")], **{**LIMITS, "sign_by": TODAY})
    assert (after.is_split, after.passed_on) == (True, None)


@pytest.mark.parametrize(
    ("terms", "parts", "code"),
    [
        (Terms(Indicator.MILESTONE, due=DUE), [], "no_part"),
        (Terms(Indicator.MILESTONE, due=DUE), [ONE, ONE], "part_twice"),
        (Terms(Indicator.MILESTONE, due=DUE), [Part("o2", "00010002")], "not_below"),
        (Terms(Indicator.MILESTONE, due=DUE), [Part("o0", "0001")], "not_below"),
        (Terms(Indicator.MILESTONE, due=DUE), [Part("o1", "00010001")], "owner_missing"),
        (Terms(Indicator.MILESTONE, due=DUE), [replace(ONE, due=date(2026, 7, 1))], "part_later"),
        (numeric(Operator.AT_LEAST, 5), [ONE, with_target(TWO, Operator.AT_LEAST, 5)], "target_missing"),
        (numeric(Operator.AT_LEAST, 5), [with_target(ONE, Operator.AT_LEAST, 5, "次")], "target_other"),
        (numeric(Operator.AT_LEAST, 5), [with_target(ONE, Operator.EQUAL, 5)], "target_other"),
        (
            numeric(Operator.AT_LEAST, 5),
            [with_target(ONE, Operator.AT_LEAST, 2), with_target(TWO, Operator.AT_LEAST, 2)],
            "parts_below_target",
        ),
        (
            numeric(Operator.AT_MOST, 5),
            [with_target(ONE, Operator.AT_MOST, 3), with_target(TWO, Operator.AT_MOST, 3)],
            "parts_below_target",
        ),
        (
            numeric(Operator.AT_LEAST, 90, "%"),
            [ONE, with_target(TWO, Operator.AT_LEAST, 89, "%")],
            "parts_below_target",
        ),
    ],
)
def test_parts_that_do_not_make_up_the_whole(terms: Terms, parts: list[Part], code: str) -> None:
    with pytest.raises(Refused) as caught:
        split(make_parent(terms), parts, **LIMITS)
    assert caught.value.code == code


def test_a_part_may_be_due_with_the_whole_or_before() -> None:
    parts = [replace(ONE, due=DUE), replace(TWO, due=date(2026, 5, 29))]
    _, children = split(make_parent(Terms(Indicator.MILESTONE, due=DUE)), parts, **LIMITS)
    assert [child.assigned.due for child in children] == [DUE, date(2026, 5, 29)]


def test_counts_of_the_parts_make_up_the_target() -> None:
    parts = [with_target(ONE, Operator.AT_LEAST, 2), with_target(TWO, Operator.AT_LEAST, 3)]
    _, children = split(make_parent(numeric(Operator.AT_LEAST, 5)), parts, **LIMITS)
    assert [child.assigned.target.value for child in children if child.assigned.target] == [2, 3]


def test_what_is_computed_or_not_adopted_is_not_split() -> None:
    for parent in (
        make_assignment(assigned=Terms(Indicator.COMPUTED), state=AssignmentState.SIGNED),
        make_assignment(state=AssignmentState.SIGNED),
    ):
        with pytest.raises(Refused, match="no_such_move"):
            split(parent, [ONE], **LIMITS)


def test_branches_too_get_two_working_days_to_sign() -> None:
    with pytest.raises(Refused, match="sign_limit_short"):
        split(make_parent(Terms(Indicator.MILESTONE, due=DUE)), [ONE], **{**LIMITS, "sign_by": TODAY})


def test_a_parent_is_done_when_it_says_so_after_all_children() -> None:
    parent, children = split(make_parent(Terms(Indicator.MILESTONE, due=DUE)), [ONE, TWO], **LIMITS)
    parent = acts.act(parent, TODAY, TODAY)
    verified = [replace(child, state=AssignmentState.VERIFIED) for child in children]
    open_one = [verified[0], replace(children[1], state=AssignmentState.REPORTED)]
    with pytest.raises(Refused) as caught:
        acts.report(parent, TODAY, TODAY, parts=open_one)
    assert caught.value.facts["open"] == 1
    with pytest.raises(ValueError, match="was split"):
        acts.report(parent, TODAY, TODAY)
    assert roll_up(verified).state is AssignmentState.VERIFIED
    assert parent.state is AssignmentState.ACTED  # its children being verified does not make it done
    lifted = [verified[0], acts.exempt(children[1], TODAY)]
    for parts in (verified, lifted):
        assert acts.report(parent, TODAY, TODAY, parts=parts).state is AssignmentState.REPORTED


# Rolling up

ORDER = ["issued", "signed", "adopted", "returned", "acted", "reported", "verified"]
RATES = st.builds(Actual, st.integers(0, 20), st.integers(0, 20))
COUNTS = st.builds(Actual, st.integers(0, 20))


def children_with(actuals: st.SearchStrategy[Actual | None]) -> st.SearchStrategy[list[Assignment]]:
    one = st.builds(
        lambda state, actual, done_on: make_assignment(state=state, actual=actual, done_on=done_on),
        st.sampled_from(AssignmentState),
        actuals,
        st.none() | st.dates(date(2026, 3, 1), date(2026, 12, 31)),
    )
    return st.lists(one, max_size=6)


@given(children_with(st.none() | RATES) | children_with(st.none() | COUNTS))
def test_roll_up_is_what_adding_up_gives(children: list[Assignment]) -> None:
    rolled = roll_up(children)
    in_force = [child for child in children if child.state not in RELEASED]
    assert rolled.parts == len(in_force)
    if not in_force:
        assert rolled == RollUp(None, None, None, 0, 0)
        return
    assert rolled.state == ORDER[min(ORDER.index(child.state) for child in in_force)]
    days = [child.done_on for child in in_force]
    known = [day for day in days if day is not None]
    assert rolled.done_on == (None if None in days else max(known))

    part = weight = figures = 0
    is_rate = False
    for child in in_force:
        if child.actual is not None and child.actual.whole != 0:
            figures += 1
            part += int(child.actual.part)
            weight += child.actual.whole or 0
            is_rate = child.actual.whole is not None
    assert rolled.figures == figures
    if figures == 0:
        assert rolled.actual is None  # unknown, not zero
    else:
        assert rolled.actual is not None
        assert rolled.actual.value == (Fraction(100 * part, weight) if is_rate else part)


def test_a_rate_is_weighted_by_its_denominator() -> None:
    total = add([Actual(9, 10), Actual(30, 90)])
    assert total == Actual(39, 100)
    assert total.value == 39  # not the mean of 90 and 33.3


def test_counts_and_rates_have_no_sum() -> None:
    assert add([Actual(3), Actual(3, 10)]) is None
    assert add([]) is None
    assert add([Actual(0)]) == Actual(0)
