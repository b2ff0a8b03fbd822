"""How the example's schools take on what was assigned: mostly as it is, sometimes otherwise, each time on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from guantong.core import acts
from guantong.core.matters import Assignment, Terms
from guantong.core.moves import AssignmentState
from guantong.core.permits import Role
from guantong.core.reading.types import Operator
from guantong.example import phrases
from guantong.example.deeds import Deed, What
from guantong.example.season import Season, Unit

_OTHERWISE = {"less": 4, "later": 3, "narrower": 7, "adjusted": 2, "exempted": 2}
"""How a clause is treated that is not taken on as assigned, and how often."""
_LEFT = {"left": 1, "left-late": 1}
_LEAVES_OUT, _LEFT_OUT = 0.25, 0.3  # of the schools, and of their clauses
_ASKS = frozenset({"adjusted", "exempted"})
_DENIED = 0.2
_NARROWER = "branch-secretaries"


def adopt(
    season: Season, unit: Unit, assignments: Sequence[Assignment], *, signed_on: date, on: date
) -> list[Assignment]:
    """Take on what a school was assigned: one act for whatever is taken as assigned, one each for the rest.

    A school that has asked for something waits for the answer; one that leaves something out takes on the rest
    clause by clause.
    """
    picks = unit.until == season.last_day and season.chance(_LEAVES_OUT)
    ways = {each.id: _way(season, unit, each, picks) for each in assignments}
    asked_on = min(on, unit.calendar.after(signed_on, 1))
    asked = [
        _ask(season, unit, each, ways[each.id], asked_on) for each in assignments if ways[each.id] in _ASKS
    ]
    taken_on = unit.calendar.on_or_after(max([on, *(day for _, day in asked)]))
    plain = [each for each in assignments if ways[each.id] == "plain"]
    plain += [each for each, _ in asked if each.state is AssignmentState.SIGNED]
    others = [each for each in assignments if ways[each.id] not in ("plain", *_ASKS)]
    treated = [_treat(season, unit, each, ways[each.id], on) for each in others]
    exempted = [each for each, _ in asked if each.state is not AssignmentState.SIGNED]
    if picks:
        return [*(_take(season, unit, each, each.agreed, taken_on) for each in plain), *treated, *exempted]
    if plain:
        by = season.head(unit, taken_on)
        season.deeds.append(Deed(What.ADOPT_ALL, taken_on, by, unit.id, directive_id=plain[0].directive_id))
    return [*acts.adopt_as_assigned(plain, taken_on), *treated, *exempted]


def _way(season: Season, unit: Unit, assignment: Assignment, picks: bool) -> str:
    """How it is treated: plainly where its terms leave no room for the other way, or the school closes this year."""
    if picks and season.chance(_LEFT_OUT):
        return season.weigh(_LEFT)
    if unit.until < season.last_day or not season.chance(0.34 - 0.15 * unit.thorough):
        return "plain"
    way = season.weigh(_OTHERWISE)
    if way == "less":
        return way if _less(assignment.agreed) is not None else "plain"
    if way in ("later", "adjusted"):
        return way if assignment.agreed.due is not None else "plain"
    return way


def _treat(season: Season, unit: Unit, assignment: Assignment, way: str, on: date) -> Assignment:
    terms = assignment.agreed
    if way == "left":
        return assignment
    if way == "left-late":
        late_on = season.later(unit.calendar, max(on, assignment.adopt_by), 1, 30)
        return _take(season, unit, assignment, terms, late_on) if late_on <= unit.until else assignment
    if way == "narrower":
        return _take(season, unit, assignment, replace(terms, scope=_NARROWER), on)
    if way == "less":
        return _take(season, unit, assignment, _less(terms) or terms, on)
    return _take(season, unit, assignment, _later(season, unit, terms, on), on)


def _take(season: Season, unit: Unit, assignment: Assignment, terms: Terms, on: date) -> Assignment:
    season.deeds.append(Deed(What.ADOPT, on, season.head(unit, on), assignment.id, terms=terms))
    return acts.adopt(assignment, terms, on)


def _less(terms: Terms) -> Terms | None:
    """A lower target in round figures; None where there is none to lower."""
    target = terms.target
    if target is None or target.op is not Operator.AT_LEAST:
        return None
    value = Decimal(int(target.value * (Decimal("0.9") if target.is_rate else Decimal("0.7"))))
    return replace(terms, target=replace(target, value=value)) if 0 < value < target.value else None


def _later(season: Season, unit: Unit, terms: Terms, on: date) -> Terms:
    due = max(terms.due or on, on)
    return replace(terms, due=season.later(unit.calendar, min(due, _FAR), 5, 25))


_FAR = date(9000, 1, 1)  # a document may name any day; the calendar must not run out behind it


def _ask(season: Season, unit: Unit, assignment: Assignment, way: str, on: date) -> tuple[Assignment, date]:
    """Ask for more time, or to be let off; the assignment as it is after the answer, and the day of that."""
    by = season.head(unit, on)
    if way == "exempted":
        season.note(Deed(What.REQUEST_EXEMPTION, on, by, assignment.id), phrases.EXEMPTING)
        granted, day = _decide(season, assignment, on)
        return acts.exempt(assignment, day) if granted else assignment, day
    later = _later(season, unit, assignment.agreed, on)
    season.note(Deed(What.REQUEST_ADJUSTMENT, on, by, assignment.id, terms=later), phrases.ADJUSTING)
    granted, day = _decide(season, assignment, on)
    return acts.adjust(assignment, later) if granted else assignment, day


def _decide(season: Season, assignment: Assignment, asked_on: date) -> tuple[bool, date]:
    """Whether the member in charge grants a request, and on which day."""
    approved = not season.chance(_DENIED)
    day = season.later(season.calendars.office, asked_on, 1, 3)
    deed = Deed(What.DECIDE, day, season.district(Role.MEMBER_IN_CHARGE), assignment.id, approved=approved)
    season.note(deed, phrases.GRANTED if approved else phrases.DENIED)
    return approved, day
