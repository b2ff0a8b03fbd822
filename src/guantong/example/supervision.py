"""What the example's supervisors make of the facts at the end of the year, and how things then stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from guantong.core import cases
from guantong.core.cases import Case
from guantong.core.deviation import Observed, observe, propose
from guantong.core.matters import Assignment, Directive
from guantong.core.refusal import Refused
from guantong.core.standings import Standing, standing
from guantong.example.season import Season

SUPERVISOR = "p-supervisor"
DAYS_TO_DECIDE, DAYS_TO_CLOSE = 6, 10


def review(season: Season, directive: Directive) -> list[Standing]:
    """Look for facts, ask, hear, decide; then read off how every assignment stands ten working days later."""
    as_of = season.calendar.after(season.last_day, DAYS_TO_CLOSE)
    rows = []
    for assignment, observed in _observe_all(season, directive):
        case = _follow_up(season, assignment, observed)
        row = standing(
            assignment,
            directive,
            observed=observed,
            case=case,
            periods=season.periods.get(assignment.id),
            calendar=season.calendar,
            today=as_of,
        )
        if row is not None:
            rows.append(row)
    return rows


def _observe_all(season: Season, directive: Directive) -> Iterable[tuple[Assignment, Observed]]:
    in_time: defaultdict[str, list[str]] = defaultdict(list)
    for each in season.assignments:
        if each.adopted_on is not None and each.adopted_on <= each.adopt_by:
            in_time[each.organization_id].append(each.id)
    breaches = defaultdict(list)
    for breach in season.breaches:
        breaches[breach.organization_id].append(breach)
    for each in season.assignments:
        yield (
            each,
            observe(
                each,
                adopted_in_time=in_time[each.organization_id],
                breaches=breaches[each.organization_id],
                effective_on=directive.effective_on or season.issued_on,
                calendar=season.calendar,
                today=season.last_day,
            ),
        )


def _follow_up(season: Season, assignment: Assignment, observed: Observed) -> Case | None:
    fact = propose(observed)
    if fact is None:
        return None
    case = Case(assignment.id, fact, season.last_day)
    if not season.chance(0.85):
        return case  # nobody has come to it yet
    case = cases.ask(case, season.last_day, season.calendar)
    if season.chance(0.8):
        case = cases.explain(case, season.later(season.last_day, 1, 3))
    return _decide(season, case, observed)


def _decide(season: Season, case: Case, observed: Observed) -> Case:
    today = season.calendar.after(season.last_day, DAYS_TO_DECIDE)
    verdict = season.random.random()
    if verdict < 0.25:
        return case
    if verdict < 0.6:
        return cases.clear(case, by=SUPERVISOR, reason="说明成立", today=today)
    try:
        return cases.confirm(case, observed, by=SUPERVISOR, reason="核实属实", today=today)
    except Refused:
        return cases.clear(case, by=SUPERVISOR, reason="已补办", today=today)
