"""Where one assignment stands on a day: the row of integers and codes that the gauges count.

Whatever a count needs of dates is settled here, once, so that the same counting can be done by SQL.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from guantong.core.calendar import ONE_DAY, WorkCalendar
from guantong.core.cases import Case
from guantong.core.deviation import Deviation, Fact, FactCode, Observed, propose
from guantong.core.figures import MILLION
from guantong.core.matters import Assignment, Bound, Directive, Indicator, Periods, level_of
from guantong.core.moves import AssignmentState
from guantong.core.reading.types import ClauseKind, Operator


class Said(StrEnum):
    """An answer that keeps "not known" apart from "no", and both from "not asked of this assignment"."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    NOT_ASKED = "not-asked"


@dataclass(frozen=True, slots=True)
class Standing:
    """One assignment in force, as of a day. Days are working days where nothing else is said."""

    assignment_id: str
    directive_id: str
    clause_id: str
    organization_id: str
    path: str
    level: int
    indicator: Indicator
    signed: Said
    adopted: Said
    acted: Said
    reported: Said
    verified: Said
    effect: Said
    signed_in_time: Said
    adopted_in_time: Said
    acted_in_time: Said
    to_explain: Deviation | None
    fact: FactCode | None  # what is to be explained
    confirmed: Deviation | None
    deviation_known: bool
    kept_days: int | None  # from its arrival to handing parts on; None where nothing was handed on
    used_days: (
        int | None
    )  # by the levels above, from the document's arrival at the issuer; None without due date
    left_days: int | None  # from its arrival to the due date, at least 0; None without due date
    shortfall: int | None  # of a figure against its target, in parts per million
    late_days: int | None  # calendar days a milestone came, or by now is, after its due date
    judged: bool | None
    periods: Periods | None


def standing(
    assignment: Assignment,
    directive: Directive,
    *,
    observed: Observed,
    case: Case | None = None,
    cleared: Collection[FactCode] = (),
    periods: Periods | None = None,
    calendar: WorkCalendar,
    today: date,
) -> Standing | None:
    """The row of one assignment; None for what is in no figure: lifted, or a person's part of another.

    A case decides over what is merely observed: open it is to be explained, confirmed it is confirmed, and
    cleared it is neither and makes room for the next fact. `cleared` are the facts that earlier cases of the
    assignment cleared.
    """
    if assignment.is_released or assignment.within:
        return None
    fact = _to_explain(observed, case, cleared)
    confirmed = case.confirmed if case else None
    late_days = _late_days(assignment, calendar, today)
    missing = _missing(assignment, today)
    due = assignment.agreed.due
    handed_on = assignment.handed_on
    origin = directive.received_on or directive.issued_on or handed_on
    return Standing(
        assignment_id=assignment.id,
        directive_id=assignment.directive_id,
        clause_id=assignment.clause_id,
        organization_id=assignment.organization_id,
        path=assignment.path,
        level=level_of(assignment.path),
        indicator=assignment.indicator,
        **_stages(assignment, periods),
        effect=_effect(assignment, missing, late_days),
        **_in_time(assignment, calendar, today),
        to_explain=fact.kind if fact else None,
        fact=fact.code if fact else None,
        confirmed=confirmed,
        deviation_known=fact is not None or confirmed is not None or not observed.untold,
        kept_days=calendar.between(handed_on, assignment.passed_on) if assignment.passed_on else None,
        used_days=calendar.between(origin, handed_on) if due else None,
        left_days=max(0, calendar.between(handed_on, due)) if due else None,
        shortfall=None if missing is None else round(missing * MILLION),
        late_days=late_days,
        judged=assignment.judged,
        periods=periods,
    )


def next_look(
    assignment: Assignment, *, effective_on: date, calendar: WorkCalendar, today: date
) -> date | None:
    """The next day on which the standing can change although nobody does anything; None if there is none.

    From `today` up to the day before it, `observe` and `standing` give the same.
    """
    if assignment.is_released or assignment.within:
        return None
    return min(
        (day for day in _turns(assignment, effective_on, calendar, today) if day > today), default=None
    )


def _turns(assignment: Assignment, effective_on: date, calendar: WorkCalendar, today: date) -> Iterator[date]:
    """Days on which a limit has passed, or a due date has come."""
    due = assignment.agreed.due
    if assignment.signed_on is None:
        yield assignment.sign_by + ONE_DAY
    if assignment.kind is ClauseKind.PROHIBITION:
        yield effective_on + ONE_DAY
    if due is not None:
        yield due
    if assignment.indicator is Indicator.COMPUTED:
        return
    if assignment.adopted_on is None:
        yield assignment.adopt_by + ONE_DAY
    if due is not None and assignment.acted_on is None:
        yield calendar.half_time(assignment.handed_on, due) + ONE_DAY
    if assignment.indicator is Indicator.MILESTONE and due is not None and assignment.done_on is None:
        yield max(calendar.on_or_after(due), today) + ONE_DAY  # every further day is a day late


def shortfall_of(target: Bound, actual: Fraction) -> Fraction:
    """The share of a target that is missing, from 0 to 1, by the target's operator.

    >=: max(0, (t-a)/t); <=: max(0, (a-t)/t); =: |a-t|/t; for t = 0 it is 0 if a = 0, else 1; never above 1.
    """
    asked = Fraction(target.value)
    if asked == 0:
        return Fraction(actual != 0)
    gap = (asked - actual) / asked
    if target.op is Operator.AT_MOST:
        gap = -gap
    elif target.op is Operator.EQUAL:
        gap = abs(gap)
    return min(Fraction(1), max(Fraction(0), gap))


def _to_explain(observed: Observed, case: Case | None, cleared: Collection[FactCode]) -> Fact | None:
    """The fact that is still to be explained, unless one of the assignment is confirmed already."""
    if case is None:
        return propose(observed, cleared)
    if case.is_open:
        return case.fact
    return None if case.confirmed else propose(observed, {*cleared, case.fact.code})


_ADVANCE = {
    AssignmentState.ISSUED: 0,
    AssignmentState.SIGNED: 1,
    AssignmentState.ADOPTED: 2,
    AssignmentState.ACTED: 3,
    AssignmentState.RETURNED: 3,
    AssignmentState.REPORTED: 4,
    AssignmentState.VERIFIED: 5,
}


def _stages(assignment: Assignment, periods: Periods | None) -> dict[str, Said]:
    if assignment.indicator is Indicator.COMPUTED:
        return {
            "signed": _said(assignment.signed_on is not None),
            "adopted": Said.NOT_ASKED,
            "acted": _held(assignment.kind, periods),
            "reported": Said.NOT_ASKED,
            "verified": Said.NOT_ASKED,
        }
    reached = _ADVANCE[assignment.state]
    names = ("signed", "adopted", "acted", "reported", "verified")
    return {name: _said(reached >= step) for step, name in enumerate(names, 1)}


def _held(kind: ClauseKind, periods: Periods | None) -> Said:
    """Whether a computed assignment was acted on: its records show at least one period held.

    A prohibition asks for no act. No record is no answer, and some that show nothing are none for the others.
    """
    if kind is ClauseKind.PROHIBITION:
        return Said.NOT_ASKED
    if periods is None:
        return Said.UNKNOWN
    if periods.held:
        return Said.YES
    return Said.NO if periods.known == periods.required else Said.UNKNOWN


def _in_time(assignment: Assignment, calendar: WorkCalendar, today: date) -> dict[str, Said]:
    signed = _by(assignment.signed_on, assignment.sign_by, today)
    if assignment.indicator is Indicator.COMPUTED:
        return {
            "signed_in_time": signed,
            "adopted_in_time": Said.NOT_ASKED,
            "acted_in_time": Said.NOT_ASKED,
        }
    due = assignment.agreed.due
    half_time = calendar.half_time(assignment.handed_on, due) if due else None
    return {
        "signed_in_time": signed,
        "adopted_in_time": _by(assignment.adopted_on, assignment.adopt_by, today),
        "acted_in_time": _by(assignment.acted_on, half_time, today),
    }


def _by(done: date | None, limit: date | None, today: date) -> Said:
    """Unknown without a limit, and while the limit has not passed and nothing has happened."""
    if limit is None or (done is None and today <= limit):
        return Said.UNKNOWN
    return _said(done is not None and done <= limit)


def _missing(assignment: Assignment, today: date) -> Fraction | None:
    """The shortfall of a figure; unknown without target or figure, and before it is due or declared done."""
    terms = assignment.agreed
    if terms.indicator not in (Indicator.NUMERIC, Indicator.COMPUTED):
        return None
    value = assignment.actual.value if assignment.actual else None
    if terms.target is None or value is None or not _is_over(assignment, today):
        return None
    return shortfall_of(terms.target, value)


def _is_over(assignment: Assignment, today: date) -> bool:
    due = assignment.agreed.due
    declared = assignment.state in (AssignmentState.REPORTED, AssignmentState.VERIFIED)
    return declared or (due is not None and today >= due)


def _late_days(assignment: Assignment, calendar: WorkCalendar, today: date) -> int | None:
    """Days after the due date; a due date on a day off is kept by the next working day."""
    due = assignment.agreed.due
    if assignment.indicator is not Indicator.MILESTONE or due is None:
        return None
    limit = calendar.on_or_after(due)
    if assignment.done_on is None and today <= limit:
        return None
    return max(0, ((assignment.done_on or today) - limit).days)


def _effect(assignment: Assignment, missing: Fraction | None, late_days: int | None) -> Said:
    if assignment.indicator is Indicator.REPORT_BACK:
        return Said.UNKNOWN if assignment.judged is None else _said(assignment.judged)
    if assignment.indicator is Indicator.MILESTONE:
        return Said.UNKNOWN if late_days is None else _said(late_days == 0)
    return Said.UNKNOWN if missing is None else _said(missing == 0)


def _said(yes: bool) -> Said:
    return Said.YES if yes else Said.NO
