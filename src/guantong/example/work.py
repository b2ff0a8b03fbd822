"""How the example's organizations act, report and are verified, and what their records show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum, auto

from guantong.core import acts, cascade
from guantong.core.matters import Actual, Assignment, Breach, Periods
from guantong.core.moves import AssignmentState
from guantong.core.permits import Role
from guantong.core.reading.types import ClauseKind, Operator
from guantong.example import phrases
from guantong.example.deeds import By, Deed, What
from guantong.example.season import YEAR_DAYS, Season, Unit

_PERIODS = 8  # a computed clause rests on so many periods of the year
_ENTERED_LATE = 0.3  # of the first actions: written down when the due date comes near
_FURTHER = 0.05  # is told of once more before it is finished
_INSPECTED, _FOUND = 0.55, 0.26
_BEYOND = timedelta(days=40)  # what is due so long after the year is not reported in it


class Timing(Enum):
    """When something is first acted on: as it comes, surely before half-time, or surely after it."""

    USUAL = auto()
    EARLY = auto()
    LATE = auto()


@dataclass(frozen=True, slots=True)
class Task:
    """An assignment in the hands of an organization, with its parts, and who verifies it."""

    assignment: Assignment
    verifier: By
    parts: Sequence[Assignment] = ()
    timing: Timing = Timing.USUAL


def carry_out(season: Season, unit: Unit, task: Task) -> Assignment:
    """Act, report done and have it verified, as far as the year reaches."""
    assignment = task.assignment
    due, adopted_on = assignment.agreed.due, assignment.adopted_on
    if assignment.state is not AssignmentState.ADOPTED or due is None or adopted_on is None:
        return assignment
    for part in task.parts:  # whoever handed it on has acted through it
        assignment = cascade.passed_up(assignment, part)
    held_on = _first_action(season, unit, assignment, due, task.timing)
    entered_on = _entered(season, unit, held_on, due)
    if entered_on > unit.until or (task.timing is Timing.USUAL and season.chance(0.01)):
        return assignment
    assignment = acts.act(assignment, held_on, entered_on)
    note = Deed(What.ACT, entered_on, season.clerk(unit), assignment.id, held_on=held_on)
    season.note(note, phrases.PROGRESS)
    closed = [
        part.closed_on for part in task.parts if part.state is AssignmentState.VERIFIED and part.closed_on
    ]
    forgets = task.timing is Timing.USUAL and season.chance(0.03 + 0.07 * (1 - unit.thorough))
    if len(closed) < len(task.parts) or forgets or due > unit.until + _BEYOND:
        return assignment
    earliest = unit.calendar.on_or_after(max([entered_on, *closed]))
    return _finish(season, unit, assignment, max(earliest, _around(season, unit, due, task.timing)), task)


def _first_action(season: Season, unit: Unit, assignment: Assignment, due: date, timing: Timing) -> date:
    """The day of the first action; never before it was adopted."""
    calendar, adopted_on = unit.calendar, assignment.adopted_on or assignment.handed_on
    half_time = season.calendars.office.half_time(assignment.handed_on, due)
    if timing is Timing.EARLY:
        return calendar.after(
            adopted_on, season.random.randint(0, max(0, calendar.between(adopted_on, half_time)) // 2)
        )
    if timing is Timing.LATE:
        after = max(adopted_on, half_time)
        return calendar.after(
            after, season.random.randint(1, 1 + min(20, max(0, calendar.between(after, due)) // 2))
        )
    window = max(1, calendar.between(adopted_on, due))
    share = season.random.betavariate(2, 6) * (1.3 - 0.3 * unit.prompt)
    return calendar.after(adopted_on, min(2 * YEAR_DAYS, int(window * share)))


def _entered(season: Season, unit: Unit, held_on: date, due: date) -> date:
    """The day an action is written down: soon, or when the due date comes near."""
    if season.chance(_ENTERED_LATE * (1.4 - 0.5 * unit.prompt)):
        near = unit.last_before(due - timedelta(days=int(season.random.expovariate(0.3)) + 1))
        return max(held_on, near)
    return season.later(unit.calendar, held_on, 0, 2)


def _around(season: Season, unit: Unit, due: date, timing: Timing) -> date:
    """The day something is finished: mostly in the last days before it is due, sometimes after."""
    if timing is Timing.USUAL and season.chance(0.15 * (1.3 - unit.prompt)):
        return season.later(unit.calendar, due, 1, 12)
    return unit.last_before(due - timedelta(days=int(season.random.expovariate(0.25)) + 1))


def _finish(season: Season, unit: Unit, assignment: Assignment, done_on: date, task: Task) -> Assignment:
    reported_on = season.later(unit.calendar, done_on, 0, 3)
    if reported_on > unit.until:
        return assignment
    if assignment.acted_on and season.chance(_FURTHER) and unit.calendar.is_working(done_on):
        further = Deed(What.ACT, done_on, season.clerk(unit), assignment.id, held_on=done_on)
        season.note(further, phrases.FURTHER)
    actual = _reached(season, assignment, unit, task.parts)
    reported = _report(season, unit, assignment, task, done_on=done_on, today=reported_on, actual=actual)
    verified_on = season.later(season.calendars.office, reported_on, 2, 8)
    if verified_on > unit.until:
        return reported
    if task.timing is not Timing.USUAL or not season.chance(0.08):
        return _verify(season, reported, verified_on, task)
    season.note(Deed(What.GIVE_BACK, verified_on, task.verifier, assignment.id), phrases.RETURNED)
    returned = acts.give_back(reported)
    again_on = season.later(unit.calendar, verified_on, 3, 8)
    if again_on > unit.until or season.chance(0.2):
        return returned
    again = _report(season, unit, returned, task, done_on=again_on, today=again_on, actual=actual)
    verified_on = season.later(season.calendars.office, again_on, 1, 4)
    return again if verified_on > unit.until else _verify(season, again, verified_on, task)


def _report(
    season: Season,
    unit: Unit,
    assignment: Assignment,
    task: Task,
    *,
    done_on: date,
    today: date,
    actual: Actual | None,
) -> Assignment:
    deed = Deed(What.REPORT, today, season.clerk(unit), assignment.id, held_on=done_on, actual=actual)
    season.note(deed, phrases.DONE)
    return acts.report(assignment, done_on, today, actual=actual, parts=task.parts)


def _verify(season: Season, assignment: Assignment, today: date, task: Task) -> Assignment:
    season.deeds.append(Deed(What.VERIFY, today, task.verifier, assignment.id))
    return acts.verify(assignment, today)


def _reached(
    season: Season, assignment: Assignment, unit: Unit, parts: Sequence[Assignment]
) -> Actual | None:
    target = assignment.agreed.target
    if target is None:
        return None
    if parts:
        return cascade.roll_up(parts).actual
    aim = assignment.adopted.target if assignment.adopted and assignment.adopted.target else target
    over = Decimal(str(round(season.random.gauss(0.06, 0.05) - 0.06 * (1 - unit.thorough), 3)))
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


def settle(season: Season, unit: Unit, assignment: Assignment) -> Assignment:
    """Close a computed assignment on the last day with what its records came to.

    A prohibition stays in force, and what is known of it is what inspections found. A school that closes before the
    last day is not counted.
    """
    if unit.until < season.last_day:
        return assignment
    if assignment.kind is ClauseKind.PROHIBITION:
        return _inspect(season, unit, assignment)
    actual, periods = _counted(season, unit, assignment)
    if periods is not None:
        season.periods[assignment.id] = periods
    season.deeds.append(
        Deed(What.SETTLE, season.last_day, None, assignment.id, actual=actual, periods=periods)
    )
    return acts.settle(assignment, season.last_day, actual)


def _counted(season: Season, unit: Unit, assignment: Assignment) -> tuple[Actual, Periods | None]:
    target = assignment.agreed.target
    if target is not None and not target.is_rate:
        short = season.chance(0.3 - 0.2 * unit.thorough)
        return Actual(max(0, round(target.value) - short)), None
    known = _PERIODS - (season.random.randint(1, 3) if season.chance(0.1) else 0)
    held = sum(season.chance(0.8 + 0.2 * unit.thorough) for _ in range(known))
    in_time = sum(season.chance(0.75 + 0.24 * unit.prompt) for _ in range(held))
    return Actual(held, known), Periods(assignment.id, _PERIODS, known, held, in_time)


def _inspect(season: Season, unit: Unit, assignment: Assignment) -> Assignment:
    """Where nobody looked, nothing is known: no finding is not the same as no breach."""
    if not season.chance(_INSPECTED):
        return assignment
    found = season.chance(_FOUND)
    held_on = season.later(unit.calendar, season.issued_on, 20, YEAR_DAYS - 60)
    if held_on > season.last_day:
        return assignment
    season.note(
        Deed(
            What.INSPECT,
            held_on,
            season.district(Role.DISCIPLINE_GROUP),
            assignment.id,
            held_on=held_on,
            found=found,
        ),
        phrases.BREACHES if found else phrases.INSPECTED,
    )
    if found:
        season.breaches.append(
            Breach(f"{assignment.id}!0", assignment.clause_id, assignment.organization_id, held_on)
        )
    return replace(assignment, actual=Actual(int(found)))
