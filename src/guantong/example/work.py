"""How the example's organizations act, report and are verified, and what their records show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from guantong.core import acts, cascade
from guantong.core.matters import Actual, Assignment, Breach, Periods
from guantong.core.moves import AssignmentState
from guantong.core.reading.types import ClauseKind, Operator
from guantong.example.season import YEAR_DAYS, Habit, Season

_PERIODS = 8  # a computed clause rests on so many periods of the year


def carry_out(
    season: Season, assignment: Assignment, habit: Habit, parts: Sequence[Assignment]
) -> Assignment:
    """Act, report done and have it verified, as far as the year reaches."""
    due, adopted_on = assignment.agreed.due, assignment.adopted_on
    if assignment.state is not AssignmentState.ADOPTED or due is None or adopted_on is None:
        return assignment
    acted_on = _first_action(season, adopted_on, due, habit)
    if acted_on > season.last_day or season.chance(0.01):
        return assignment
    assignment = acts.act(assignment, acted_on, acted_on)
    verified = [part.closed_on for part in parts if part.state is AssignmentState.VERIFIED and part.closed_on]
    if len(verified) < len(parts) or season.chance(0.03 + 0.07 * (1 - habit.thorough)):
        return assignment
    latest = max([acted_on, *verified])
    return _finish(season, assignment, max(latest, _around(season, due, habit)), habit, parts)


def _first_action(season: Season, adopted_on: date, due: date, habit: Habit) -> date:
    window = max(1, season.calendar.between(adopted_on, due))
    share = season.random.betavariate(2, 5) * (1.3 - 0.3 * habit.prompt)
    return season.calendar.after(adopted_on, int(window * share))


def _around(season: Season, due: date, habit: Habit) -> date:
    """The day something is finished: mostly in the last days before it is due, sometimes after."""
    if season.chance(0.15 * (1.3 - habit.prompt)):
        return season.later(due, 1, 12)
    return season.calendar.on_or_after(due - timedelta(days=int(season.random.expovariate(0.25)) + 3))


def _finish(
    season: Season, assignment: Assignment, done_on: date, habit: Habit, parts: Sequence[Assignment]
) -> Assignment:
    reported_on = season.later(done_on, 0, 3)
    verified_on = season.later(reported_on, 2, 8)
    if verified_on > season.last_day:
        return assignment
    actual = _reached(season, assignment, habit, parts)
    reported = acts.report(assignment, done_on, reported_on, actual=actual, parts=parts)
    if not season.chance(0.08):
        return acts.verify(reported, verified_on)
    returned = acts.give_back(reported)
    again_on = season.later(verified_on, 3, 8)
    if again_on > season.last_day or season.chance(0.2):
        return returned
    return acts.verify(acts.report(returned, again_on, again_on, actual=actual, parts=parts), again_on)


def _reached(
    season: Season, assignment: Assignment, habit: Habit, parts: Sequence[Assignment]
) -> Actual | None:
    target = assignment.agreed.target
    if target is None:
        return None
    if parts:
        return cascade.roll_up(parts).actual
    aim = assignment.adopted.target if assignment.adopted and assignment.adopted.target else target
    over = Decimal(str(round(season.random.gauss(0.06, 0.05) - 0.06 * (1 - habit.thorough), 3)))
    if target.op is Operator.AT_MOST:
        over = -over
    if target.op is Operator.EQUAL:
        over = min(over, Decimal(0)) if season.chance(0.3) else Decimal(0)
    reached = max(Decimal(0), aim.value * (1 + over))
    if not target.is_rate:
        return Actual(round(reached))
    whole = season.random.randint(12, 90)
    share = min(reached, Decimal(100)) if target.value <= 100 else reached
    return Actual(round(whole * share / 100), whole)


def settle(season: Season, assignment: Assignment, habit: Habit) -> Assignment:
    """Close a computed assignment on the last day with what its periods, or the inspections, came to."""
    if assignment.kind is ClauseKind.PROHIBITION:
        return _inspect(season, assignment)
    target = assignment.agreed.target
    if target is not None and not target.is_rate:
        short = season.chance(0.3 - 0.2 * habit.thorough)
        return acts.settle(assignment, season.last_day, Actual(max(0, round(target.value) - short)))
    known = _PERIODS - (season.random.randint(1, 3) if season.chance(0.1) else 0)
    held = sum(season.chance(0.8 + 0.2 * habit.thorough) for _ in range(known))
    in_time = sum(season.chance(0.75 + 0.24 * habit.prompt) for _ in range(held))
    season.periods[assignment.id] = Periods(assignment.id, _PERIODS, known, held, in_time)
    return acts.settle(assignment, season.last_day, Actual(held, known))


def _inspect(season: Season, assignment: Assignment) -> Assignment:
    """Where nobody looked, nothing is known: no finding is not the same as no breach."""
    if not season.chance(0.4):
        return acts.settle(assignment, season.last_day, None)
    found = int(season.chance(0.12))
    for number in range(found):
        dated = season.later(season.issued_on, 20, YEAR_DAYS - 20)
        id_ = f"{assignment.id}!{number}"
        season.breaches.append(Breach(id_, assignment.clause_id, assignment.organization_id, dated))
    return acts.settle(assignment, season.last_day, Actual(found))
