"""A believable year, played by calling the core: what stands at its end came about by moves of the tables.

Chance decides who is prompt, who leaves something out and who adopts less than was asked, and nothing decides
the figures but that; only, no school acts on everything in time, and none on nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from guantong.core import acts, cascade
from guantong.core.acts import machine_of
from guantong.core.issuing import Issue
from guantong.core.matters import Assignment, Bound, Indicator, Organization, Receipt
from guantong.core.moves import AssignmentState
from guantong.core.permits import Role
from guantong.example import phrases
from guantong.example.adoption import adopt
from guantong.example.deeds import By, Deed, What
from guantong.example.district import District
from guantong.example.season import Season, Unit
from guantong.example.work import Task, Timing, carry_out, settle

DAYS_TO_SIGN, DAYS_TO_ADOPT = 3, 10
BRANCH_DAYS_TO_SIGN, BRANCH_DAYS_TO_ADOPT = 2, 5
MOST_SPLIT = 2  # clauses a school hands on to its branches
_SPLITS = 0.4  # of the schools that have branches
_DUE_FIRST = 2
_BEFORE_CLOSING = timedelta(days=45)  # so that what a closing school has begun late is verified all the same


def play_year(season: Season, district: District, issue: Issue) -> None:
    """Let every school and its branches deal with what was issued, and the district with its mergers and vacancy."""
    receipts = {receipt.organization_id: receipt for receipt in issue.receipts}
    waiting: dict[str, list[Assignment]] = {unit.id: [] for unit in district.schools}
    for assignment in issue.assignments:
        waiting[assignment.organization_id].append(assignment)
    to_split = _worth_splitting(issue.assignments)
    _change_hands(season)
    for school in district.schools:
        unit = _at_work(season, school)
        _play_school(
            season,
            unit,
            receipts[school.id],
            waiting[school.id],
            branches=district.branches_of(school),
            to_split=to_split,
        )
    _merge(season)


def answer(season: Season, unit: Unit, handed_on: date, limit: int) -> date:
    """The day somebody answers: most shortly before the limit of `limit` school days, some after it."""
    if season.chance(0.9 + 0.09 * unit.prompt):
        days = max(1, limit - int(season.random.expovariate(1)))
    else:
        days = limit + 1 + int(season.random.expovariate(0.4))
    return unit.calendar.after(handed_on, days)


def sign(
    season: Season, unit: Unit, receipt: Receipt, assignments: Sequence[Assignment], on: date
) -> tuple[Assignment, ...]:
    """Sign once for a directive, on a day."""
    receipt, signed = acts.sign(receipt, assignments, on)
    season.receipts.append(receipt)
    season.deeds.append(
        Deed(What.SIGN, on, season.head(unit, on), unit.id, directive_id=receipt.directive_id)
    )
    return signed


def _at_work(season: Season, school: Organization) -> Unit:
    return season.at_work(
        school,
        head=Role.SECRETARY,
        clerk=Role.PARTY_OFFICE,
        prompt=season.random.betavariate(8, 2),
        thorough=season.random.betavariate(7, 2),
    )


def _worth_splitting(assignments: Sequence[Assignment]) -> frozenset[str]:
    ids = [
        each.clause_id for each in assignments if each.indicator in (Indicator.NUMERIC, Indicator.MILESTONE)
    ]
    return frozenset(list(dict.fromkeys(ids))[:MOST_SPLIT])


def _play_school(
    season: Season,
    unit: Unit,
    receipt: Receipt,
    assignments: Sequence[Assignment],
    *,
    branches: Sequence[Organization],
    to_split: frozenset[str],
) -> None:
    signed_on = answer(season, unit, receipt.handed_on, DAYS_TO_SIGN)
    signed = sign(season, unit, receipt, assignments, signed_on)
    adopted_on = max(signed_on, answer(season, unit, receipt.handed_on, DAYS_TO_ADOPT))
    computed = [each for each in signed if each.indicator is Indicator.COMPUTED]
    season.assignments += [settle(season, unit, each) for each in computed]
    asked = [each for each in signed if each.indicator is not Indicator.COMPUTED]
    taken = adopt(season, unit, asked, signed_on=signed_on, on=adopted_on)
    parts = _hand_on(season, unit, taken, branches, to_split) if branches and season.chance(_SPLITS) else {}
    timings = _timings(season, unit, [each for each in taken if each.id not in parts])
    district = season.district(Role.SECTION_STAFF)
    for assignment in taken:
        parent, children = parts.get(assignment.id, (assignment, []))
        task = Task(parent, district, children, timings.get(assignment.id, Timing.USUAL))
        season.assignments.append(carry_out(season, unit, task))
        season.assignments += children


def _timings(season: Season, unit: Unit, taken: Sequence[Assignment]) -> dict[str, Timing]:
    """One assignment that is surely begun in time, and one that is not, of those due first.

    `taken` are those the school does itself: what was handed on is begun by whoever is first.
    """
    open_ = sorted(
        (each.agreed.due, each.id, each)
        for each in taken
        if each.state is AssignmentState.ADOPTED and each.agreed.due is not None
    )
    early = next((id_ for due, id_, each in open_ if _can_begin_early(season, each, due)), None)
    others = [(due, id_) for due, id_, _ in open_ if id_ != early]
    closes = unit.until - _BEFORE_CLOSING
    rest = [id_ for due, id_ in others if due <= closes][:_DUE_FIRST] or [id_ for _, id_ in others][:1]
    if early is None or not rest:
        return {}
    return {early: Timing.EARLY, season.random.choice(rest): Timing.LATE}


def _can_begin_early(season: Season, assignment: Assignment, due: date) -> bool:
    half_time = season.calendars.office.half_time(assignment.handed_on, due)
    return assignment.adopted_on is not None and assignment.adopted_on <= half_time


# Splitting among branches


def _hand_on(
    season: Season,
    unit: Unit,
    taken: Sequence[Assignment],
    branches: Sequence[Organization],
    to_split: frozenset[str],
) -> dict[str, tuple[Assignment, list[Assignment]]]:
    """Split the chosen clauses on one day, so that each branch signs once; each branch then does its part."""
    chosen = [each for each in taken if each.clause_id in to_split and each.state is AssignmentState.ADOPTED]
    if not chosen:
        return {}
    last_adopted = max(each.adopted_on for each in chosen if each.adopted_on)
    on = season.later(unit.calendar, last_adopted, 1, 4 + int(12 * (1 - unit.prompt)))
    sign_by = unit.calendar.after(on, BRANCH_DAYS_TO_SIGN)
    adopt_by = unit.calendar.after(on, BRANCH_DAYS_TO_ADOPT)
    split: dict[str, tuple[Assignment, list[Assignment]]] = {}
    for assignment in chosen:
        parts = _parts(assignment, branches)
        if parts and assignment.agreed.due is not None and assignment.agreed.due > adopt_by:
            parent, children = cascade.split(
                assignment, parts, sign_by=sign_by, adopt_by=adopt_by, today=on, calendar=unit.calendar
            )
            deed = Deed(What.SPLIT, on, season.head(unit, on), assignment.id, parts=tuple(parts))
            season.deeds.append(deed)
            split[assignment.id] = (parent, list(children))
    _play_branches(season, unit, split, branches, sign_by)
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
    school: Unit,
    split: dict[str, tuple[Assignment, list[Assignment]]],
    branches: Sequence[Organization],
    sign_by: date,
) -> None:
    """Replace, in place, the children in `split` by what their branches made of them."""
    verifier = season.clerk(school)
    for branch in branches:
        mine = [
            (key, index, child)
            for key, (_, children) in split.items()
            for index, child in enumerate(children)
            if child.organization_id == branch.id
        ]
        if not mine:
            continue
        unit = season.at_work(
            branch,
            head=Role.BRANCH_SECRETARY,
            clerk=Role.BRANCH_SECRETARY,
            prompt=season.random.betavariate(7, 2),
            thorough=1,
        )
        first = mine[0][2]
        receipt = Receipt(first.directive_id, branch.id, first.handed_on, sign_by)
        signed_on = answer(season, unit, first.handed_on, BRANCH_DAYS_TO_SIGN)
        signed = sign(season, unit, receipt, [child for _, _, child in mine], signed_on)
        adopted_on = max(signed_on, answer(season, unit, first.handed_on, BRANCH_DAYS_TO_ADOPT))
        by = season.head(unit, adopted_on)
        season.deeds.append(Deed(What.ADOPT_ALL, adopted_on, by, branch.id, directive_id=first.directive_id))
        for (key, index, _), child in zip(mine, acts.adopt_as_assigned(signed, adopted_on), strict=True):
            split[key][1][index] = carry_out(season, unit, Task(child, verifier))


# What changes in the district


def _change_hands(season: Season) -> None:
    vacancy = season.turns.vacancy
    if vacancy is None:
        return
    by = season.district(Role.SECRETARY)
    season.deeds.append(Deed(What.VACATE, vacancy.since, by, vacancy.organization_id))
    season.deeds.append(Deed(What.STAND_IN, vacancy.taken_on, by, vacancy.organization_id))


def _merge(season: Season) -> None:
    """Lift what a closing school has open, then put it together with its neighbour."""
    closing = {merger.organization_id: merger for merger in season.turns.mergers}
    by: By = season.district(Role.MEMBER_IN_CHARGE)
    for index, each in enumerate(season.assignments):
        merger = closing.get(each.organization_id)
        if merger is None or each.state in machine_of(each).closed:
            continue
        season.deeds.append(Deed(What.WITHDRAW, merger.on, by, each.id, text=phrases.MERGING))
        season.assignments[index] = acts.withdraw(each, merger.on)
    for merger in season.turns.mergers:
        secretary = season.district(Role.SECRETARY)
        season.deeds.append(Deed(What.MERGE, merger.on, secretary, merger.organization_id, into=merger.into))
