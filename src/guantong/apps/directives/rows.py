"""Between the rows of the tables and the frozen rows of the core: one way down, one way back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from guantong.apps.directives import models
from guantong.core import matters
from guantong.core.cases import Case
from guantong.core.deviation import Evidence, Fact, FactCode
from guantong.core.matters import Actual, Bound, Indicator, Side, Terms
from guantong.core.moves import AssignmentState, CaseState, DirectiveState
from guantong.core.reading.types import ClauseKind, Operator
from guantong.core.refusal import Refused

_MOST = Decimal(10**9)


def target_of(op: str, value: str, unit: str) -> Bound | None:
    """A target as somebody typed it; None where nothing was typed.

    A rate may be typed with its sign; of any other unit 95% is not 95. Raises Refused("target_not_a_number") for what
    is no number from 0 to a thousand million with four decimals.
    """
    if not value.strip():
        return None
    typed = value.strip()
    if unit.strip() == matters.PERCENT:
        typed = typed.rstrip("%％").strip()
    try:
        number = Decimal(typed)
        if number > _MOST or number != round(number, 4):
            raise ValueError
        return Bound(Operator(op), number, unit.strip())
    except (ArithmeticError, ValueError):
        raise Refused("target_not_a_number") from None


def terms_of(row: models.Terms, owner: int | None = None) -> Terms:
    """The core's terms; `owner` is a person's id."""
    target = Bound(Operator(row.op), row.value, row.unit) if row.value is not None else None
    return Terms(Indicator(row.indicator), target, row.due, row.scope, str(owner) if owner else None)


def terms_row(terms: Terms) -> models.Terms:
    """A row of terms, not saved yet. Whose they are is kept with the assignment."""
    target = terms.target
    return models.Terms(
        indicator=terms.indicator,
        op=target.op if target else "",
        value=target.value if target else None,
        unit=target.unit if target else "",
        due=terms.due,
        scope=terms.scope,
    )


def directive_of(row: models.Directive) -> matters.Directive:
    """The core's directive; the issuer has to be at hand."""
    return matters.Directive(
        id=str(row.pk),
        issuer_id=str(row.issuer_id),
        issuer_path=row.issuer.path,
        received_on=row.received_on,
        state=DirectiveState(row.state),
        issued_on=row.issued_on,
        effective_on=row.effective_on,
        issued_by=_text(row.issued_by),
        approved_by=_text(row.approved_by),
    )


def receipt_of(row: models.Receipt) -> matters.Receipt:
    """The core's receipt."""
    return matters.Receipt(
        str(row.directive_id), str(row.organization_id), row.handed_on, row.sign_by, row.signed_on
    )


def assignment_of(row: models.Assignment) -> matters.Assignment:
    """The core's assignment; clause and terms have to be at hand."""
    assigned = terms_of(row.assigned_terms)
    adjusted = terms_of(row.adjusted_terms) if row.adjusted_terms else None
    adopted = terms_of(row.adopted_terms, row.owner_id) if row.adopted_terms else None
    return matters.Assignment(
        id=str(row.pk),
        directive_id=str(row.directive_id),
        clause_id=str(row.clause_id),
        kind=ClauseKind(row.clause.kind),
        organization_id=str(row.organization_id),
        path=row.path,
        assigned=assigned,
        handed_on=row.handed_on,
        sign_by=row.sign_by,
        adopt_by=row.adopt_by,
        side=Side(row.clause.side),
        parent_id=_text(row.parent_id),
        within=row.within,
        guided=row.guided,
        state=AssignmentState(row.state),
        adjusted=adjusted,
        adopted=adopted,
        signed_on=row.signed_on,
        adopted_on=row.adopted_on,
        acted_on=row.acted_on,
        is_split=row.is_split,
        passed_on=row.passed_on,
        reported_on=row.reported_on,
        done_on=row.done_on,
        closed_on=row.closed_on,
        actual=Actual(row.actual_part, row.actual_whole) if row.actual_part is not None else None,
        judged=row.judged,
        merged_into=_text(row.merged_into_id),
    )


def changes_of(assignment: matters.Assignment) -> dict[str, Any]:
    """The columns that acts of the core change; terms are rows of their own and are put by `adopted` and `adjusted`."""
    actual = assignment.actual
    return {
        "state": assignment.state.value,
        "is_split": assignment.is_split,
        "signed_on": assignment.signed_on,
        "adopted_on": assignment.adopted_on,
        "acted_on": assignment.acted_on,
        "passed_on": assignment.passed_on,
        "reported_on": assignment.reported_on,
        "done_on": assignment.done_on,
        "closed_on": assignment.closed_on,
        "actual_part": Decimal(actual.part) if actual else None,
        "actual_whole": actual.whole if actual else None,
        "judged": assignment.judged,
        "merged_into_id": int(assignment.merged_into) if assignment.merged_into else None,
        "due": assignment.agreed.due,
    }


def case_of(row: models.Case) -> Case:
    """The core's case."""
    return Case(
        assignment_id=str(row.assignment_id),
        fact=_fact_of(row.fact, row.evidence),
        proposed_on=row.proposed_on,
        state=CaseState(row.state),
        explain_by=row.explain_by,
        explained_on=row.explained_on,
        decided_on=row.decided_on,
        decided_by=_text(row.decided_by),
        reason=row.reason,
    )


def put_case(row: models.Case, case: Case) -> models.Case:
    """Write a case into its row, not saved yet."""
    row.state, row.fact, row.evidence = case.state, case.fact.code, _evidence_of(case.fact)
    row.proposed_on, row.explain_by, row.explained_on = case.proposed_on, case.explain_by, case.explained_on
    row.decided_on, row.reason = case.decided_on, case.reason
    row.decided_by = int(case.decided_by) if case.decided_by else None
    return row


def breaches_of(rows: Iterable[models.Inspection], assignment: models.Assignment) -> list[matters.Breach]:
    """What inspections of a prohibition found."""
    return [
        matters.Breach(str(row.pk), str(assignment.clause_id), str(assignment.organization_id), row.held_on)
        for row in rows
        if row.found
    ]


def _fact_of(code: str, told: dict[str, Any]) -> Fact:
    mended_on = told.get("mended_on")
    return Fact(
        FactCode(code),
        _evidence(told.get("asked")),
        _evidence(told.get("found")),
        tuple(told.get("rests_on", ())),
        date.fromisoformat(mended_on) if mended_on else None,
    )


def _evidence_of(fact: Fact) -> dict[str, Any]:
    return {
        "asked": _told(fact.asked),
        "found": _told(fact.found),
        "rests_on": list(fact.rests_on),
        "mended_on": fact.mended_on.isoformat() if fact.mended_on else None,
    }


def _told(evidence: Evidence) -> dict[str, str] | None:
    if evidence is None:
        return None
    kind = "day" if isinstance(evidence, date) else "number" if isinstance(evidence, Decimal) else "code"
    return {kind: str(evidence)}


def _evidence(told: dict[str, str] | None) -> Evidence:
    if told is None:
        return None
    ((kind, text),) = told.items()
    if kind == "day":
        return date.fromisoformat(text)
    return Decimal(text) if kind == "number" else text


def _text(key: int | None) -> str | None:
    return None if key is None else str(key)
