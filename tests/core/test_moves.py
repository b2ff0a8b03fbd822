"""The transition tables, looked at exhaustively, and the acts that go by them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from make_matters import make_assignment

from guantong.core import acts
from guantong.core.matters import Actual, Bound, Directive, Indicator, Receipt, Terms
from guantong.core.moves import (
    ASSIGNMENT,
    CASE,
    COMPUTED,
    DIRECTIVE,
    RELEASED,
    AssignmentMove,
    AssignmentState,
    CaseState,
    DirectiveMove,
    DirectiveState,
    Machine,
    Transition,
)
from guantong.core.reading.types import Operator
from guantong.core.refusal import Refused

MACHINES: list[Machine[Any, Any]] = [DIRECTIVE, ASSIGNMENT, COMPUTED, CASE]
DAY = date(2026, 3, 9)

LIFTS = {"exempt": "exempted", "withdraw": "withdrawn", "repeal": "repealed", "merge": "merged"}
EXPECTED = {
    "directive": {
        "draft": {"submit": "submitted", "issue": "issued", "discard": "discarded"},
        "submitted": {"approve": "approved", "return": "draft"},
        "approved": {"issue": "issued", "return": "draft"},
        "issued": {"conclude": "concluded", "withdraw": "withdrawn", "repeal": "repealed"},
    },
    "assignment": {
        "issued": {"sign": "signed", "adjust": "issued", **LIFTS},
        "signed": {"adopt": "adopted", "adjust": "signed", **LIFTS},
        "adopted": {
            "restore": "adopted",
            "act": "acted",
            "split": "adopted",
            "adjust": "adopted",
            **LIFTS,
        },
        "acted": {
            "restore": "acted",
            "act": "acted",
            "split": "acted",
            "report": "reported",
            "adjust": "acted",
            **LIFTS,
        },
        "reported": {"verify": "verified", "return": "returned", **LIFTS},
        "returned": {
            "restore": "returned",
            "act": "acted",
            "report": "reported",
            "adjust": "returned",
            **LIFTS,
        },
    },
    "computed assignment": {
        "issued": {"sign": "signed", "adjust": "issued", **LIFTS},
        "signed": {"settle": "verified", "adjust": "signed", **LIFTS},
    },
    "deviation": {
        "proposed": {"ask": "asked", "clear": "cleared"},
        "asked": {"explain": "explained", "confirm": "confirmed", "clear": "cleared"},
        "explained": {"confirm": "confirmed", "clear": "cleared"},
        "confirmed": {"lift": "cleared"},
    },
}


def reachable(machine: Machine[Any, Any], start: StrEnum) -> set[StrEnum]:
    found, border = {start}, [start]
    while border:
        state = border.pop()
        for row in machine.transitions:
            if row.source == state and row.target not in found:
                found.add(row.target)
                border.append(row.target)
    return found


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.matter)
def test_every_state_times_every_move(machine: Machine[Any, Any]) -> None:
    expected = EXPECTED[machine.matter]
    every_move = type(machine.transitions[0].move)
    for state in type(machine.start):
        for move in every_move:
            target = expected.get(state, {}).get(move)
            if target is None:
                with pytest.raises(Refused) as caught:
                    machine.step(state, move)
                assert caught.value.code == "no_such_move"
                assert caught.value.facts == {"matter": machine.matter, "state": state, "move": move}
            else:
                assert machine.step(state, move) == target


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.matter)
def test_every_state_is_reached_and_leads_to_an_end(machine: Machine[Any, Any]) -> None:
    assert reachable(machine, machine.start) == machine.states
    for state in machine.states:
        assert reachable(machine, state) & machine.closed
        assert (state in machine.closed) == (not machine.moves(state))


def test_the_closed_states() -> None:
    state = AssignmentState
    assert ASSIGNMENT.closed == COMPUTED.closed == {state.VERIFIED, *RELEASED}
    assert DIRECTIVE.closed == {
        DirectiveState.CONCLUDED,
        DirectiveState.DISCARDED,
        DirectiveState.WITHDRAWN,
        DirectiveState.REPEALED,
    }
    assert CASE.closed == {CaseState.CLEARED}
    assert ASSIGNMENT.states == set(AssignmentState)
    assert DIRECTIVE.states == set(DirectiveState)
    assert CASE.states == set(CaseState)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.matter)
def test_offers_agree_with_step_and_permit(machine: Machine[Any, Any]) -> None:
    permits = {row.permit for row in machine.transitions}
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+", permit) for permit in permits)
    for state in machine.states:
        assert machine.offers(state, ()) == ()
        assert set(machine.offers(state, permits)) == machine.moves(state)
        for permit in permits:
            for move in machine.moves(state):
                assert (move in machine.offers(state, {permit})) == (machine.permit(state, move) == permit)


def test_a_table_with_a_row_twice_is_refused() -> None:
    row = Transition(CaseState.ASKED, AssignmentMove.ACT, CaseState.CLEARED, "a.b")
    with pytest.raises(ValueError, match="twice"):
        Machine("matter", CaseState.ASKED, [row, row])


# Acts


def test_one_signature_stands_for_the_whole_directive() -> None:
    receipt = Receipt("d1", "o1", DAY, date(2026, 3, 12))
    lifted = acts.exempt(make_assignment(id="a3"), DAY)
    computed = make_assignment(id="a2", assigned=Terms(Indicator.COMPUTED))
    signed, assignments = acts.sign(receipt, [make_assignment(), computed, lifted], DAY)
    assert signed.signed_on == DAY
    assert [each.state.value for each in assignments] == ["signed", "signed", "exempted"]
    with pytest.raises(Refused, match="already_signed"):
        acts.sign(signed, assignments, DAY)
    with pytest.raises(Refused, match="not_of_receipt"):
        acts.sign(receipt, [make_assignment(organization_id="o2")], DAY)


def test_unchanged_adoption_is_one_act() -> None:
    signed = make_assignment(state=AssignmentState.SIGNED)
    computed = make_assignment(id="a2", assigned=Terms(Indicator.COMPUTED), state=AssignmentState.SIGNED)
    adjusted = acts.adjust(replace(signed, id="a3"), Terms(Indicator.MILESTONE, due=date(2026, 9, 1)))
    done = replace(signed, id="a4", state=AssignmentState.VERIFIED)
    taken = acts.adopt_as_assigned([signed, computed, adjusted, done], DAY)
    assert [each.state.value for each in taken] == ["adopted", "signed", "adopted", "verified"]
    assert taken[0].adopted == signed.assigned
    assert taken[2].adopted == adjusted.adjusted
    assert taken[2].assigned == signed.assigned  # kept, never overwritten


def test_terms_that_ask_nothing_cannot_be_adopted() -> None:
    signed = make_assignment(state=AssignmentState.SIGNED)
    for indicator in (Indicator.INFORMATION, Indicator.COMPUTED):
        with pytest.raises(Refused, match="not_asking"):
            acts.adopt(signed, Terms(indicator), DAY)
    with pytest.raises(Refused, match="due_past"):
        acts.adopt(signed, Terms(Indicator.MILESTONE, due=date(2026, 3, 6)), DAY)
    late = acts.adopt(signed, signed.assigned, date(2026, 7, 1))
    assert late.adopted_on == date(2026, 7, 1)  # as assigned it may be adopted even when it is overdue


def test_the_first_action_is_the_earliest() -> None:
    adopted = make_assignment(state=AssignmentState.ADOPTED)
    acted = acts.act(adopted, date(2026, 4, 10), date(2026, 4, 10))
    assert acts.act(acted, date(2026, 4, 2), date(2026, 4, 13)).acted_on == date(2026, 4, 2)
    assert acts.act(acted, date(2026, 4, 13), date(2026, 4, 13)).acted_on == date(2026, 4, 10)
    with pytest.raises(Refused, match="day_ahead"):
        acts.act(acted, date(2026, 4, 14), date(2026, 4, 13))


def test_what_is_returned_counts_as_not_reported() -> None:
    acted = make_assignment(state=AssignmentState.ACTED)
    reported = acts.report(acted, DAY, DAY, actual=Actual(3))
    returned = acts.give_back(reported)
    assert returned.state is AssignmentState.RETURNED
    assert (returned.reported_on, returned.done_on, returned.actual) == (None, None, None)
    assert acts.verify(acts.report(returned, DAY, DAY), DAY).closed_on == DAY


@pytest.mark.parametrize(("unit", "actual"), [("%", Actual(90)), ("个", Actual(9, 10))])
def test_a_rate_is_reported_with_its_denominator_and_a_count_without(unit: str, actual: Actual) -> None:
    terms = Terms(Indicator.NUMERIC, Bound(Operator.AT_LEAST, Decimal(5), unit))
    acted = make_assignment(assigned=terms, state=AssignmentState.ACTED)
    with pytest.raises(Refused, match="figure_of_other_kind"):
        acts.report(acted, DAY, DAY, actual=actual)
    assert acts.report(acted, DAY, DAY).actual is None  # a figure that is not known is not invented


def test_a_report_back_is_judged() -> None:
    terms = Terms(Indicator.REPORT_BACK)
    reported = make_assignment(assigned=terms, state=AssignmentState.REPORTED)
    with pytest.raises(Refused, match="judgement_missing"):
        acts.verify(reported, DAY)
    assert acts.verify(reported, DAY, judged=False).judged is False


def test_an_adjustment_stays_of_its_kind() -> None:
    for indicator in (Indicator.COMPUTED, Indicator.INFORMATION):
        with pytest.raises(Refused, match="indicator_fixed"):
            acts.adjust(make_assignment(), Terms(indicator))


def test_an_organization_that_is_only_guided_is_not_exempted() -> None:
    with pytest.raises(Refused, match="only_guided"):
        acts.exempt(make_assignment(guided=True), DAY)


def test_duplicates_are_merged_so_that_one_is_asked() -> None:
    one, other = make_assignment(), make_assignment(id="a2")
    merged = acts.merge(one, other, DAY)
    assert (merged.state, merged.merged_into) == (AssignmentState.MERGED, "a2")
    for into in (one, merged, make_assignment(id="a2", organization_id="o2")):
        with pytest.raises(Refused, match="not_the_same"):
            acts.merge(one, into, DAY)


def test_what_an_heir_has_stands_for_what_the_closing_organization_had() -> None:
    one, heirs = make_assignment(), make_assignment(id="a2", organization_id="o2")
    merged = acts.merge(one, heirs, DAY, heir="o2")
    assert (merged.merged_into, merged.organization_id) == ("a2", one.organization_id)
    for into in (make_assignment(id="a2"), acts.withdraw(heirs, DAY)):  # not the heir's, or lifted
        with pytest.raises(Refused, match="not_the_same"):
            acts.merge(one, into, DAY, heir="o2")


@pytest.mark.parametrize("signed_on", [None, DAY])
def test_an_heir_goes_on_where_the_other_stopped_and_signs_once(signed_on: date | None) -> None:
    receipt = Receipt("d1", "o2", DAY, DAY, signed_on)
    for before in (make_assignment(), make_assignment(state=AssignmentState.ACTED, acted_on=DAY)):
        after = acts.hand_over(before, receipt, path="00010009", guided=True, parent_id="a9")
        signs = signed_on is not None and before.state is AssignmentState.ISSUED
        assert after == replace(
            before,
            organization_id="o2",
            path="00010009",
            guided=True,
            parent_id="a9",
            state=AssignmentState.SIGNED if signs else before.state,
            signed_on=signed_on if signs else before.signed_on,
        )


def test_what_is_closed_or_of_another_directive_goes_to_no_heir() -> None:
    receipt = Receipt("d1", "o2", DAY, DAY)
    closed = make_assignment(state=AssignmentState.VERIFIED)
    with pytest.raises(ValueError, match="stays where it was done"):
        acts.hand_over(closed, receipt, path="00010009", guided=False, parent_id=None)
    with pytest.raises(Refused, match="not_of_receipt"):
        acts.hand_over(
            make_assignment(directive_id="d2"), receipt, path="00010009", guided=False, parent_id=None
        )


def test_the_end_of_a_directive_is_the_end_of_what_is_open() -> None:
    issued = Directive("d1", "o0", "0001", state=DirectiveState.ISSUED)
    done = make_assignment(id="a2", state=AssignmentState.VERIFIED)
    after, assignments = acts.end(issued, DirectiveMove.REPEAL, [make_assignment(), done], DAY)
    assert after.state is DirectiveState.REPEALED
    assert [each.state.value for each in assignments] == ["repealed", "verified"]
    _, assignments = acts.end(issued, DirectiveMove.WITHDRAW, [make_assignment()], DAY)
    assert assignments[0].state is AssignmentState.WITHDRAWN
    with pytest.raises(Refused, match="still_open"):
        acts.end(issued, DirectiveMove.CONCLUDE, [make_assignment(), done], DAY)
    assert acts.end(issued, DirectiveMove.CONCLUDE, [done], DAY)[0].state is DirectiveState.CONCLUDED
