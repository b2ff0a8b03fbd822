"""The least that works: what may be asked of organizations, and the rows that asking makes.

Every clause starts as for information. Rules: product design, "The least that works"; burden rules of 2024.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from guantong.core.calendar import WorkCalendar
from guantong.core.matters import (
    Assignment,
    Directive,
    Indicator,
    IssuedClause,
    Organization,
    Receipt,
    is_below,
)
from guantong.core.moves import DIRECTIVE, DirectiveMove, DirectiveState
from guantong.core.reading.types import ClauseKind, Operator
from guantong.core.refusal import Refused

ONLY_TRANSMITTED = frozenset({ClauseKind.ATTITUDE, ClauseKind.PERMISSION})
ASKING = frozenset({Indicator.NUMERIC, Indicator.MILESTONE, Indicator.REPORT_BACK})
MOST_ASKING = 10
LEAST_DAYS_TO_SIGN = 2
FARTHEST = timedelta(days=3653)
"""How far ahead a date may lie: ten years; what lies beyond is mistyped."""


@dataclass(frozen=True, slots=True)
class Issue:
    """A directive as issued, with the signatures it waits for and the assignments it makes."""

    directive: Directive
    receipts: tuple[Receipt, ...]
    assignments: tuple[Assignment, ...]


def asking(clauses: Sequence[IssuedClause]) -> int:
    """How many clauses ask something of a school; what is computed asks nothing of anybody."""
    return sum(clause.terms.indicator in ASKING for clause in clauses)


def check_clause(clause: IssuedClause, today: date) -> None:
    """Whether one clause may be handed down as it stands.

    Raises Refused: only_transmitted, prohibition_computed (nobody reports that nothing was done: inspections tell),
    reason_missing, consent_missing, due_missing, due_past, due_far, target_empty.
    """
    terms = clause.terms
    if terms.indicator is Indicator.INFORMATION:
        return
    if clause.kind in ONLY_TRANSMITTED:
        raise Refused("only_transmitted", clause=clause.clause_id, kind=clause.kind.value)
    if clause.kind is ClauseKind.PROHIBITION and terms.indicator is not Indicator.COMPUTED:
        raise Refused("prohibition_computed", clause=clause.clause_id)
    if terms.indicator is Indicator.REPORT_BACK and not clause.reason.strip():
        raise Refused("reason_missing", clause=clause.clause_id)
    if terms.indicator is Indicator.REPORT_BACK and clause.consent_by is None:
        raise Refused("consent_missing", clause=clause.clause_id)
    if terms.indicator is Indicator.MILESTONE and terms.due is None:
        raise Refused("due_missing", clause=clause.clause_id)
    check_due(terms.due, today)
    target = terms.target
    if target is not None and target.op is Operator.AT_LEAST and target.value == 0:
        raise Refused("target_empty", clause=clause.clause_id)


def check_due(due: date | None, today: date) -> None:
    """Raises Refused("due_past"), and Refused("due_far") for more than ten years ahead."""
    if due is not None and due < today:
        raise Refused("due_past", due=due)
    if due is not None and due > today + FARTHEST:
        raise Refused("due_far", due=due)


def check_limits(sign_by: date, adopt_by: date, today: date, calendar: WorkCalendar) -> None:
    """Raises Refused("sign_limit_short") under two working days, Refused("limits_crossed")."""
    days = calendar.between(today, sign_by)
    if days < LEAST_DAYS_TO_SIGN:
        raise Refused("sign_limit_short", days=days, least=LEAST_DAYS_TO_SIGN)
    if adopt_by < sign_by:
        raise Refused("limits_crossed", sign_by=sign_by, adopt_by=adopt_by)


def check_approval(directive: Directive, clauses: Sequence[IssuedClause]) -> None:
    """Raises Refused("second_approval_missing" | "second_approval_same_person") above ten asking clauses."""
    count = asking(clauses)
    if count <= MOST_ASKING:
        return
    if directive.state is not DirectiveState.APPROVED or directive.approved_by is None:
        raise Refused("second_approval_missing", asking=count, most=MOST_ASKING)
    if directive.approved_by == directive.issued_by:
        raise Refused("second_approval_same_person", person=directive.approved_by)


def issue(
    directive: Directive,
    clauses: Sequence[IssuedClause],
    organizations: Sequence[Organization],
    *,
    by: str,
    sign_by: date,
    adopt_by: date,
    today: date,
    calendar: WorkCalendar,
    effective_on: date | None = None,
) -> Issue:
    """Hand a directive down: one receipt per organization, one assignment per clause and organization.

    Raises Refused as the checks above do, and no_clause, no_organization, clause_twice, organization_twice,
    not_below, no_such_move.
    """
    state = DIRECTIVE.step(directive.state, DirectiveMove.ISSUE)
    directive = replace(directive, issued_by=by)
    _check_addressed(directive, clauses, organizations)
    for clause in clauses:
        check_clause(clause, today)
    check_limits(sign_by, adopt_by, today, calendar)
    check_approval(directive, clauses)
    issued = replace(directive, state=state, issued_on=today, effective_on=effective_on or today)
    receipts = tuple(Receipt(directive.id, unit.id, today, sign_by) for unit in organizations)
    assignments = tuple(
        Assignment(
            id=f"{directive.id}:{clause.clause_id}:{unit.id}",
            directive_id=directive.id,
            clause_id=clause.clause_id,
            kind=clause.kind,
            organization_id=unit.id,
            path=unit.path,
            assigned=clause.terms,
            handed_on=today,
            sign_by=sign_by,
            adopt_by=adopt_by,
            side=clause.side,
            guided=unit.guided_by is not None,
        )
        for clause in clauses
        if clause.terms.indicator is not Indicator.INFORMATION
        for unit in organizations
    )
    return Issue(issued, receipts, assignments)


def _check_addressed(
    directive: Directive, clauses: Sequence[IssuedClause], organizations: Sequence[Organization]
) -> None:
    if not clauses:
        raise Refused("no_clause", directive=directive.id)
    if not organizations:
        raise Refused("no_organization", directive=directive.id)
    if len({clause.clause_id for clause in clauses}) < len(clauses):
        raise Refused("clause_twice", directive=directive.id)
    if len({unit.id for unit in organizations}) < len(organizations):
        raise Refused("organization_twice", directive=directive.id)
    for unit in organizations:
        if not is_below(unit.path, directive.issuer_path) and unit.guided_by != directive.issuer_id:
            raise Refused("not_below", organization=unit.id)
