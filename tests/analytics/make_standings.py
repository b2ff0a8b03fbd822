"""Standings of random small districts, and of one assignment with whatever a test changes about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from guantong.core.calendar import WorkCalendar
from guantong.core.cases import Case
from guantong.core.deviation import Fact, FactCode, Observed
from guantong.core.matters import Actual, Assignment, Bound, Directive, Indicator, Periods, Terms
from guantong.core.moves import RELEASED, AssignmentState, CaseState
from guantong.core.reading.types import ClauseKind, Operator
from guantong.core.standings import Standing, standing

CALENDAR = WorkCalendar()
AS_OF = date(2026, 7, 31)
DIRECTIVE = Directive("1", "1", "0001", received_on=date(2026, 3, 2), issued_on=date(2026, 3, 6))
PLACES = {1: "0001", 2: "00010001", 3: "00010002", 4: "000100010001"}
CLAUSES = (1, 2)

_ASKING = [each for each in Indicator if each is not Indicator.INFORMATION]
_DAYS = st.none() | st.dates(date(2026, 3, 2), date(2026, 9, 1))
_BOUNDS = st.none() | st.builds(
    Bound, st.sampled_from(Operator), st.integers(0, 4).map(Decimal), st.just("个")
)


def make_standing(
    *, case: Case | None = None, untold: bool = False, periods: Periods | None = None, **changes: Any
) -> Standing:
    """The row of one assignment as of AS_OF. Raises ValueError where it has none."""
    assignment = Assignment(
        id="1",
        directive_id="1",
        clause_id="1",
        kind=ClauseKind.DUTY,
        organization_id="2",
        path="00010001",
        assigned=Terms(Indicator.MILESTONE, due=date(2026, 6, 30)),
        handed_on=date(2026, 3, 9),
        sign_by=date(2026, 3, 12),
        adopt_by=date(2026, 3, 23),
    )
    row = standing(
        replace(assignment, **changes),
        DIRECTIVE,
        observed=Observed((), (FactCode.IDLE_AT_HALF_TIME,) if untold else ()),
        case=case,
        periods=periods,
        calendar=CALENDAR,
        today=AS_OF,
    )
    if row is None:
        raise ValueError("what was lifted has no row")
    return row


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    """One assignment in force, anywhere in the district and in any state."""
    indicator = draw(st.sampled_from(_ASKING))
    organization = draw(st.sampled_from(sorted(PLACES)))
    fact = Fact(draw(st.sampled_from(FactCode)))
    case = draw(
        st.none() | st.builds(Case, st.just("1"), st.just(fact), st.just(AS_OF), st.sampled_from(CaseState))
    )
    in_time, held, known, required = sorted(draw(st.tuples(*[st.integers(0, 12)] * 4)))
    periods = draw(st.none() | st.just(Periods("1", required, known, held, in_time)))
    return make_standing(
        case=case,
        untold=draw(st.booleans()),
        periods=periods if indicator is Indicator.COMPUTED else None,
        clause_id=str(draw(st.sampled_from(CLAUSES))),
        kind=draw(st.sampled_from([ClauseKind.DUTY, ClauseKind.PROHIBITION])),
        organization_id=str(organization),
        path=PLACES[organization],
        assigned=Terms(indicator, draw(_BOUNDS), draw(_DAYS)),
        handed_on=draw(st.dates(date(2026, 3, 6), date(2026, 4, 30))),
        state=draw(st.sampled_from([state for state in AssignmentState if state not in RELEASED])),
        signed_on=draw(_DAYS),
        adopted_on=draw(_DAYS),
        acted_on=draw(_DAYS),
        passed_on=draw(_DAYS),
        done_on=draw(_DAYS),
        actual=draw(st.none() | st.builds(Actual, st.integers(0, 6))),
        judged=draw(st.none() | st.booleans()),
    )
