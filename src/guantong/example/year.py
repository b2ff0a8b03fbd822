"""A believable year, played by calling the core: what stands at its end came about by moves of the tables.

Chance decides who is prompt, who leaves something out and who adopts less than was asked, and nothing decides
the figures but that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

from guantong.core import acts, cascade
from guantong.core.calendar import WorkCalendar
from guantong.core.issuing import Issue
from guantong.core.matters import Assignment, Bound, Indicator, Organization, Receipt
from guantong.core.moves import AssignmentState
from guantong.core.reading.types import Operator
from guantong.example.district import District
from guantong.example.season import YEAR_DAYS, Habit, Season
from guantong.example.work import carry_out, settle

DAYS_TO_SIGN, DAYS_TO_ADOPT = 3, 10
BRANCH_DAYS_TO_SIGN, BRANCH_DAYS_TO_ADOPT = 2, 5
MOST_SPLIT = 2  # clauses a school hands on to its branches
_OTHERWISE = {"less": 3, "later": 2, "narrower": 4, "left": 2, "left-late": 1, "adjusted": 1, "exempted": 1}
"""How a clause is treated that is not taken on as assigned, and how often."""


def play_year(district: District, issue: Issue, calendar: WorkCalendar, random: Random) -> Season:
    """Let every school and its branches deal with what was issued; returns all there is on the last day."""
    issued_on = issue.directive.issued_on
    if issued_on is None:
        raise ValueError("only an issued directive can be played")
    season = Season(random, calendar, issued_on, calendar.after(issued_on, YEAR_DAYS))
    receipts = {receipt.organization_id: receipt for receipt in issue.receipts}
    waiting: dict[str, list[Assignment]] = {unit.id: [] for unit in district.schools}
    for assignment in issue.assignments:
        waiting[assignment.organization_id].append(assignment)
    to_split = _worth_splitting(issue.assignments)
    for school in district.schools:
        branches = district.branches_of(school)
        _play_school(season, receipts[school.id], waiting[school.id], branches, to_split)
    return season


def _worth_splitting(assignments: Sequence[Assignment]) -> frozenset[str]:
    ids = [
        each.clause_id for each in assignments if each.indicator in (Indicator.NUMERIC, Indicator.MILESTONE)
    ]
    return frozenset(list(dict.fromkeys(ids))[:MOST_SPLIT])


def _play_school(
    season: Season,
    receipt: Receipt,
    assignments: Sequence[Assignment],
    branches: Sequence[Organization],
    to_split: frozenset[str],
) -> None:
    habit = Habit(season.random.betavariate(8, 2), season.random.betavariate(7, 2))
    signed_on = _answer(season, receipt.handed_on, DAYS_TO_SIGN, habit)
    receipt, signed = acts.sign(receipt, assignments, signed_on)
    season.receipts.append(receipt)
    adopted_on = max(signed_on, _answer(season, receipt.handed_on, DAYS_TO_ADOPT, habit))
    asked = [each for each in signed if each.indicator is not Indicator.COMPUTED]
    season.assignments += [
        settle(season, each, habit) for each in signed if each.indicator is Indicator.COMPUTED
    ]
    taken = _adopt(season, asked, adopted_on, habit)
    parts = _hand_on(season, taken, branches, to_split, habit) if branches and season.chance(0.8) else {}
    for assignment in taken:
        parent, children = parts.get(assignment.id, (assignment, []))
        season.assignments.append(carry_out(season, parent, habit, children))
        season.assignments += children


def _answer(season: Season, handed_on: date, limit: int, habit: Habit) -> date:
    """The day somebody answers: most shortly before the limit, some after it."""
    if season.chance(0.9 + 0.09 * habit.prompt):
        days = max(1, limit - int(season.random.expovariate(1)))
    else:
        days = limit + 1 + int(season.random.expovariate(0.4))
    return season.calendar.after(handed_on, days)


# Adoption


def _adopt(season: Season, assignments: Sequence[Assignment], on: date, habit: Habit) -> list[Assignment]:
    """One act for whatever is taken as assigned; a few clauses are treated otherwise."""
    plain: list[Assignment] = []
    treated: list[Assignment] = []
    for assignment in assignments:
        other = (
            _adopt_otherwise(season, assignment, on) if season.chance(0.35 - 0.15 * habit.thorough) else None
        )
        if other is None:
            plain.append(assignment)
        else:
            treated.append(other)
    return [*acts.adopt_as_assigned(plain, on), *treated]


def _adopt_otherwise(season: Season, assignment: Assignment, on: date) -> Assignment | None:
    """Less, later, narrower, not at all, or with approval; None where the terms leave no room for it."""
    terms = assignment.agreed
    (way,) = season.random.choices(list(_OTHERWISE), list(_OTHERWISE.values()))
    if way == "left":
        return assignment
    if way == "left-late":
        return acts.adopt(assignment, terms, season.later(max(on, assignment.adopt_by), 1, 30))
    if way == "exempted":
        return acts.exempt(assignment, on)
    if way == "narrower":
        return acts.adopt(assignment, replace(terms, scope="branch-secretaries"), on)
    if way == "less" and terms.target is not None and terms.target.op is Operator.AT_LEAST:
        less = replace(terms.target, value=(terms.target.value * Decimal("0.8")).quantize(Decimal("0.1")))
        return acts.adopt(assignment, replace(terms, target=less), on)
    if terms.due is None:
        return None
    later = replace(terms, due=season.later(max(terms.due, on), 5, 25))
    if way == "adjusted":
        agreed = acts.adjust(assignment, later)
        return acts.adopt(agreed, later, on)
    return acts.adopt(assignment, later, on)


# Splitting among branches


def _hand_on(
    season: Season,
    taken: Sequence[Assignment],
    branches: Sequence[Organization],
    to_split: frozenset[str],
    habit: Habit,
) -> dict[str, tuple[Assignment, list[Assignment]]]:
    """Split the chosen clauses on one day, so that each branch signs once; each branch then does its part."""
    chosen = [each for each in taken if each.clause_id in to_split and each.state is AssignmentState.ADOPTED]
    if not chosen:
        return {}
    last_adopted = max(each.adopted_on for each in chosen if each.adopted_on)
    on = season.later(last_adopted, 1, 4 + int(12 * (1 - habit.prompt)))
    sign_by = season.calendar.after(on, BRANCH_DAYS_TO_SIGN)
    adopt_by = season.calendar.after(on, BRANCH_DAYS_TO_ADOPT)
    split: dict[str, tuple[Assignment, list[Assignment]]] = {}
    for assignment in chosen:
        parts = _parts(assignment, branches)
        if parts and assignment.agreed.due is not None and assignment.agreed.due > adopt_by:
            parent, children = cascade.split(
                assignment, parts, sign_by=sign_by, adopt_by=adopt_by, today=on, calendar=season.calendar
            )
            split[assignment.id] = (parent, list(children))
    _play_branches(season, split, branches, on, sign_by)
    return split


def _parts(assignment: Assignment, branches: Sequence[Organization]) -> list[cascade.Part]:
    terms = assignment.adopted or assignment.agreed
    target = terms.target
    if target is None or target.is_rate:
        return [cascade.Part(branch.id, branch.path) for branch in branches]
    if target.value != int(target.value) or target.value < len(branches):
        return []
    each, rest = divmod(int(target.value), len(branches))
    return [
        cascade.Part(branch.id, branch.path, Bound(target.op, Decimal(each + (index < rest)), target.unit))
        for index, branch in enumerate(branches)
    ]


def _play_branches(
    season: Season,
    split: dict[str, tuple[Assignment, list[Assignment]]],
    branches: Sequence[Organization],
    on: date,
    sign_by: date,
) -> None:
    """Replace, in place, the children in `split` by what their branches made of them."""
    for branch in branches:
        mine = [
            (key, index, child)
            for key, (_, children) in split.items()
            for index, child in enumerate(children)
            if child.organization_id == branch.id
        ]
        if not mine:
            continue
        habit = Habit(season.random.betavariate(7, 2), 1)
        receipt = Receipt(mine[0][2].directive_id, branch.id, on, sign_by)
        signed_on = _answer(season, on, BRANCH_DAYS_TO_SIGN, habit)
        receipt, signed = acts.sign(receipt, [child for _, _, child in mine], signed_on)
        season.receipts.append(receipt)
        adopted_on = max(signed_on, _answer(season, on, BRANCH_DAYS_TO_ADOPT, habit))
        for (key, index, _), child in zip(mine, acts.adopt_as_assigned(signed, adopted_on), strict=True):
            split[key][1][index] = carry_out(season, child, habit, [])
