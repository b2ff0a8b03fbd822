"""The least that works: what may be asked, with whose approval, and the rows it makes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from guantong.core.calendar import WorkCalendar
from guantong.core.issuing import Issue, asking, check_clause, issue
from guantong.core.matters import (
    Bound,
    Directive,
    Indicator,
    IssuedClause,
    Organization,
    OrganizationKind,
    Terms,
)
from guantong.core.moves import DirectiveState
from guantong.core.reading.types import ClauseKind, Operator
from guantong.core.refusal import Refused

TODAY = date(2026, 3, 9)  # a Monday
DUE = date(2026, 6, 30)
SCHOOL = Organization("o1", "00010001", "甲校党支部", OrganizationKind.BRANCH)
OTHER = Organization("o2", "00010002", "乙校党支部", OrganizationKind.BRANCH)
DRAFT = Directive("d1", "o0", "0001")


def make_clause(number: int = 1, indicator: Indicator = Indicator.MILESTONE, **changes: Any) -> IssuedClause:
    due = None if indicator is Indicator.INFORMATION else DUE
    made = IssuedClause(f"c{number}", ClauseKind.DUTY, Terms(indicator, due=due))
    return replace(made, **changes)


def make_issue(
    clauses: list[IssuedClause],
    organizations: tuple[Organization, ...] = (SCHOOL, OTHER),
    directive: Directive = DRAFT,
    **changes: Any,
) -> Issue:
    told: dict[str, Any] = {
        "by": "p1",
        "sign_by": date(2026, 3, 12),
        "adopt_by": date(2026, 3, 23),
        "today": TODAY,
        "calendar": WorkCalendar(),
        **changes,
    }
    return issue(directive, clauses, organizations, **told)


def test_every_clause_starts_as_for_information() -> None:
    clause = IssuedClause("c1", ClauseKind.ATTITUDE)
    issued = make_issue([clause])
    assert clause.terms.indicator is Indicator.INFORMATION
    assert issued.assignments == ()
    assert [receipt.organization_id for receipt in issued.receipts] == ["o1", "o2"]  # it is still signed for


def test_one_assignment_per_assigned_clause_and_organization() -> None:
    issued = make_issue([make_clause(1), make_clause(2, Indicator.INFORMATION), make_clause(3)])
    assert [each.id for each in issued.assignments] == ["d1:c1:o1", "d1:c1:o2", "d1:c3:o1", "d1:c3:o2"]
    assert issued.directive.state is DirectiveState.ISSUED
    assert (issued.directive.issued_on, issued.directive.effective_on) == (TODAY, TODAY)
    assert len(issued.receipts) == 2


@pytest.mark.parametrize("kind", [ClauseKind.ATTITUDE, ClauseKind.PERMISSION])
@pytest.mark.parametrize("indicator", [each for each in Indicator if each is not Indicator.INFORMATION])
def test_attitude_and_permission_are_never_assigned(kind: ClauseKind, indicator: Indicator) -> None:
    with pytest.raises(Refused) as caught:
        make_issue([make_clause(indicator=indicator, kind=kind, reason="需要", consent_by="p2")])
    assert caught.value.code == "only_transmitted"
    assert caught.value.facts == {"clause": "c1", "kind": kind}


def test_a_report_back_needs_a_reason_and_consent() -> None:
    asked = make_clause(indicator=Indicator.REPORT_BACK)
    for reason, code in (("", "reason_missing"), ("　", "reason_missing"), ("无其他记录", "consent_missing")):
        with pytest.raises(Refused, match=code):
            check_clause(replace(asked, reason=reason), TODAY)
    check_clause(replace(asked, reason="无其他记录", consent_by="p2"), TODAY)


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (Terms(Indicator.MILESTONE), "due_missing"),
        (Terms(Indicator.MILESTONE, due=date(2026, 3, 8)), "due_past"),
        (Terms(Indicator.NUMERIC, Bound(Operator.AT_LEAST, Decimal(0), "个")), "target_empty"),
    ],
)
def test_terms_nobody_can_keep_are_refused(terms: Terms, code: str) -> None:
    with pytest.raises(Refused, match=code):
        check_clause(make_clause(terms=terms), TODAY)


def test_terms_on_the_edge_are_accepted() -> None:
    check_clause(make_clause(terms=Terms(Indicator.MILESTONE, due=TODAY)), TODAY)
    check_clause(
        make_clause(terms=Terms(Indicator.NUMERIC)), TODAY
    )  # a figure without a target, without a date
    none = Bound(Operator.AT_MOST, Decimal(0), "件")
    check_clause(make_clause(terms=Terms(Indicator.COMPUTED, none)), TODAY)


def test_more_than_ten_asking_clauses_need_a_second_approval() -> None:
    ten = [make_clause(number) for number in range(10)]
    more = [*ten, make_clause(10, Indicator.NUMERIC)]
    computed = [make_clause(number, Indicator.COMPUTED) for number in range(20, 40)]
    assert asking([*ten, *computed]) == 10
    assert make_issue([*ten, *computed]).directive.state is DirectiveState.ISSUED
    with pytest.raises(Refused) as caught:
        make_issue(more)
    assert (caught.value.code, caught.value.facts) == ("second_approval_missing", {"asking": 11, "most": 10})
    approved = replace(DRAFT, state=DirectiveState.APPROVED, approved_by="p2")
    assert make_issue(more, directive=approved).directive.approved_by == "p2"
    with pytest.raises(Refused, match="second_approval_same_person"):
        make_issue(more, directive=replace(approved, approved_by="p1"))


def test_limits_leave_two_working_days_to_sign() -> None:
    thursday = date(2026, 3, 12)
    with pytest.raises(Refused) as caught:
        make_issue([make_clause()], today=thursday, sign_by=date(2026, 3, 15))  # Friday and a weekend
    assert caught.value.facts == {"days": 1, "least": 2}
    assert make_issue([make_clause()], today=thursday, sign_by=date(2026, 3, 16)).assignments
    with pytest.raises(Refused, match="limits_crossed"):
        make_issue([make_clause()], adopt_by=date(2026, 3, 11))


def test_nothing_and_nobody_and_twice_are_refused() -> None:
    with pytest.raises(Refused, match="no_clause"):
        make_issue([])
    with pytest.raises(Refused, match="no_organization"):
        make_issue([make_clause()], ())
    with pytest.raises(Refused, match="clause_twice"):
        make_issue([make_clause(), make_clause()])
    with pytest.raises(Refused, match="organization_twice"):
        make_issue([make_clause()], (SCHOOL, SCHOOL))
    with pytest.raises(Refused, match="no_such_move"):
        make_issue([make_clause()], directive=replace(DRAFT, state=DirectiveState.ISSUED))


def test_an_organization_elsewhere_is_reached_only_by_guidance() -> None:
    elsewhere = Organization("o9", "00020001", "丙校党支部", OrganizationKind.BRANCH)
    with pytest.raises(Refused, match="not_below"):
        make_issue([make_clause()], (elsewhere,))
    (assignment,) = make_issue([make_clause()], (replace(elsewhere, guided_by="o0"),)).assignments
    assert assignment.guided
    with pytest.raises(Refused, match="not_below"):
        make_issue([make_clause()], (Organization("o0", "0001", "工委", OrganizationKind.WORK_COMMITTEE),))


def test_a_target_below_zero_is_no_target() -> None:
    for value in ("-1", "NaN", "Infinity"):
        with pytest.raises(ValueError, match="from 0 up"):
            Bound(Operator.AT_LEAST, Decimal(value), "%")
