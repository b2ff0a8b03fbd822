"""Splitting an assignment among those below, and reading back up what became of the parts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from guantong.core.acts import stepped
from guantong.core.calendar import WorkCalendar
from guantong.core.issuing import check_limits
from guantong.core.matters import Actual, Assignment, Bound, Indicator, Terms, is_below
from guantong.core.moves import AssignmentMove, AssignmentState
from guantong.core.refusal import Refused

ADVANCE = (
    AssignmentState.ISSUED,
    AssignmentState.SIGNED,
    AssignmentState.ADOPTED,
    AssignmentState.RETURNED,
    AssignmentState.ACTED,
    AssignmentState.REPORTED,
    AssignmentState.VERIFIED,
)
"""From the least to the most advanced; what was lifted has no place here."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a child gets: an organization below or, with the same path, a person of the organization itself.

    A target or due date left out is the parent's. Counts have to be divided, so there the target is needed.
    """

    organization_id: str
    path: str
    target: Bound | None = None
    due: date | None = None
    scope: str = ""
    owner_id: str | None = None


@dataclass(frozen=True, slots=True)
class RollUp:
    """What the parts come to: counts added, rates weighted, the latest milestone, the least advanced state.

    `actual` rests on `figures` of the `parts` in force, so it is what is known so far; None where nothing is
    known, never zero. `done_on` stays None until every part is finished.
    """

    state: AssignmentState | None
    actual: Actual | None
    done_on: date | None
    figures: int  # parts with a figure
    parts: int  # parts in force


def split(
    parent: Assignment,
    parts: Sequence[Part],
    *,
    sign_by: date,
    adopt_by: date,
    today: date,
    calendar: WorkCalendar,
    signed: Collection[str] = (),
) -> tuple[Assignment, tuple[Assignment, ...]]:
    """Hand parts of an adopted assignment further down; returns the parent and its new children.

    `signed` are organizations that have signed for this directive already: they do not sign again.
    Raises Refused: no_such_move, no_part, part_twice, not_below, owner_missing, part_later, target_missing,
    target_other, parts_below_target, and those of `issuing.check_limits`.
    """
    state = stepped(parent, AssignmentMove.SPLIT)
    terms = parent.adopted or parent.agreed
    _check_parts(parent, parts)
    goes_down = any(part.path != parent.path for part in parts)
    if goes_down:
        check_limits(sign_by, adopt_by, today, calendar)
    _check_due(parts, terms)
    _check_targets(parts, terms)
    children = tuple(
        _child(parent, terms, part, sign_by=sign_by, adopt_by=adopt_by, today=today, signed=signed)
        for part in parts
    )
    passed_on = parent.passed_on or (today if goes_down else None)
    return replace(parent, state=state, is_split=True, passed_on=passed_on), children


def passed_up(parent: Assignment, part: Assignment) -> Assignment:
    """The parent of a part that was acted on: whoever handed it on has acted through it."""
    if part.acted_on is None or parent.state not in (AssignmentState.ADOPTED, AssignmentState.ACTED):
        return parent
    first = min(parent.acted_on or part.acted_on, part.acted_on)
    return replace(parent, state=AssignmentState.ACTED, acted_on=first)


def roll_up(children: Sequence[Assignment]) -> RollUp:
    """Read the parts of one assignment together; what was lifted is left out."""
    parts = [child for child in children if not child.is_released]
    figures = [child.actual for child in parts if child.actual is not None and child.actual.value is not None]
    days = [child.done_on for child in parts if child.done_on is not None]
    return RollUp(
        state=min((child.state for child in parts), key=ADVANCE.index, default=None),
        actual=add(figures),
        done_on=max(days) if days and len(days) == len(parts) else None,
        figures=len(figures),
        parts=len(parts),
    )


def add(figures: Sequence[Actual]) -> Actual | None:
    """Counts add; rates add part to part and whole to whole, which weights them by their denominator.

    None for nothing, and for a mixture of counts and rates, which have no sum.
    """
    wholes = [figure.whole for figure in figures if figure.whole is not None]
    if not figures or 0 < len(wholes) < len(figures):
        return None
    part = sum((Decimal(figure.part) for figure in figures), Decimal())
    return Actual(part, sum(wholes) if wholes else None)


def _check_parts(parent: Assignment, parts: Sequence[Part]) -> None:
    if not parts:
        raise Refused("no_part", assignment=parent.id)
    if len({(part.organization_id, part.owner_id) for part in parts}) < len(parts):
        raise Refused("part_twice", assignment=parent.id)
    for part in parts:
        if part.path == parent.path:
            if part.owner_id is None:
                raise Refused("owner_missing", organization=part.organization_id)
        elif not is_below(part.path, parent.path):
            raise Refused("not_below", organization=part.organization_id)


def _check_due(parts: Sequence[Part], terms: Terms) -> None:
    for part in parts:
        if part.due is not None and terms.due is not None and part.due > terms.due:
            raise Refused("part_later", organization=part.organization_id, due=part.due, asked=terms.due)


def _check_targets(parts: Sequence[Part], terms: Terms) -> None:
    asked = terms.target
    if terms.indicator is not Indicator.NUMERIC or asked is None:
        return
    given = [part.target or (asked if asked.is_rate else None) for part in parts]
    targets = [target for target in given if target is not None]
    if len(targets) < len(parts):
        raise Refused("target_missing", parts=len(parts) - len(targets))
    if not all(target.same_measure(asked) for target in targets):
        raise Refused("target_other", unit=asked.unit)
    whole = [replace(asked, value=sum((target.value for target in targets), Decimal()))]
    if any(target.is_below(asked) for target in (targets if asked.is_rate else whole)):
        raise Refused("parts_below_target", target=asked.value, op=asked.op.value)


def _child(
    parent: Assignment,
    terms: Terms,
    part: Part,
    *,
    sign_by: date,
    adopt_by: date,
    today: date,
    signed: Collection[str],
) -> Assignment:
    within = part.path == parent.path
    has_signed = within or part.organization_id in signed
    return Assignment(
        id=f"{parent.id}/{part.organization_id}" + (f"/{part.owner_id}" if within else ""),
        directive_id=parent.directive_id,
        clause_id=parent.clause_id,
        kind=parent.kind,
        organization_id=part.organization_id,
        path=part.path,
        assigned=Terms(
            indicator=terms.indicator,
            target=part.target or terms.target,
            due=part.due or terms.due,
            scope=part.scope or terms.scope,
            owner_id=part.owner_id,
        ),
        handed_on=today,
        sign_by=sign_by,
        adopt_by=adopt_by,
        side=parent.side,
        parent_id=parent.id,
        within=within,
        state=AssignmentState.SIGNED if has_signed else AssignmentState.ISSUED,
        signed_on=today if has_signed else None,
    )
