"""What people make of a fact: the organization is asked first, and only a person confirms a deviation.

Until then none of the five terms of political discipline stands on an assignment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from guantong.core.calendar import WorkCalendar
from guantong.core.deviation import Deviation, Fact, Observed
from guantong.core.moves import CASE, CaseMove, CaseState
from guantong.core.refusal import Refused

DAYS_TO_EXPLAIN = 3

TERMS = {
    Deviation.NOT_STOPPED: "有禁不止",
    Deviation.SELECTIVE: "做选择",
    Deviation.NOT_EXECUTED: "有令不行",
    Deviation.ALTERED: "搞变通",
    Deviation.DISCOUNTED: "打折扣",
}
"""For what a person has confirmed, and nothing else: `Case.term`, and words for `DeviationGauge.confirmed`."""


@dataclass(frozen=True, slots=True)
class Case:
    """A fact that somebody follows up, from the proposal to a person's decision."""

    assignment_id: str
    fact: Fact
    proposed_on: date
    state: CaseState = CaseState.PROPOSED
    explain_by: date | None = None
    explained_on: date | None = None
    decided_on: date | None = None
    decided_by: str | None = None
    reason: str = ""

    @property
    def is_open(self) -> bool:
        """Still to be decided: shown in the supervisor's list and on the organization's own page alone."""
        return self.state in (CaseState.PROPOSED, CaseState.ASKED, CaseState.EXPLAINED)

    @property
    def confirmed(self) -> Deviation | None:
        return self.fact.kind if self.state is CaseState.CONFIRMED else None

    @property
    def term(self) -> str | None:
        """The term of political discipline; None unless a person has confirmed it."""
        return TERMS[self.confirmed] if self.confirmed else None


def ask(case: Case, today: date, calendar: WorkCalendar, days: int = DAYS_TO_EXPLAIN) -> Case:
    """Ask the organization first. Raises Refused("explain_limit_short") under three working days."""
    if days < DAYS_TO_EXPLAIN:
        raise Refused("explain_limit_short", days=days, least=DAYS_TO_EXPLAIN)
    return replace(case, state=CASE.step(case.state, CaseMove.ASK), explain_by=calendar.after(today, days))


def explain(case: Case, today: date) -> Case:
    return replace(case, state=CASE.step(case.state, CaseMove.EXPLAIN), explained_on=today)


def confirm(case: Case, observed: Observed, *, by: str, reason: str, today: date) -> Case:
    """Attach the kind to the assignment, as a person's decision.

    `observed` is what can be seen today. Raises Refused: no_such_move; still_time_to_explain until the
    last day of the organization's time is over, even where it has explained; put_right where the fact is
    gone or was made up within that time; reason_missing.
    """
    state = CASE.step(case.state, CaseMove.CONFIRM)
    if case.explain_by is None or today <= case.explain_by:
        raise Refused("still_time_to_explain", until=case.explain_by)
    now = next((fact for fact in observed.facts if fact.code is case.fact.code), None)
    if now is None or (now.mended_on is not None and now.mended_on <= case.explain_by):
        raise Refused("put_right", fact=case.fact.code.value)
    if not reason.strip():
        raise Refused("reason_missing", assignment=case.assignment_id)
    return replace(case, state=state, fact=now, decided_on=today, decided_by=by, reason=reason)


def clear(case: Case, *, by: str, reason: str, today: date) -> Case:
    """Accept the explanation, or what was put right. Raises Refused("reason_missing")."""
    return _without(case, CaseMove.CLEAR, by, reason, today)


def lift(case: Case, *, by: str, reason: str, today: date) -> Case:
    """Take a confirmation back. Raises Refused("reason_missing")."""
    return _without(case, CaseMove.LIFT, by, reason, today)


def _without(case: Case, move: CaseMove, by: str, reason: str, today: date) -> Case:
    state = CASE.step(case.state, move)
    if not reason.strip():
        raise Refused("reason_missing", assignment=case.assignment_id)
    return replace(case, state=state, decided_on=today, decided_by=by, reason=reason)
