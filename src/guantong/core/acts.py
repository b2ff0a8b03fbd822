"""What people do with an assignment: each act is one move, and returns the assignment as it stands after it.

Every act raises Refused("no_such_move") where the table in `moves` has no row for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from guantong.core.issuing import ASKING, check_due
from guantong.core.matters import Actual, Assignment, Directive, Indicator, Receipt, Terms
from guantong.core.moves import (
    ASSIGNMENT,
    COMPUTED,
    DIRECTIVE,
    AssignmentMove,
    AssignmentState,
    DirectiveMove,
    Machine,
)
from guantong.core.refusal import Refused


def machine_of(assignment: Assignment) -> Machine[AssignmentState, AssignmentMove]:
    return COMPUTED if assignment.indicator is Indicator.COMPUTED else ASSIGNMENT


def stepped(assignment: Assignment, move: AssignmentMove) -> AssignmentState:
    return machine_of(assignment).step(assignment.state, move)


def sign(
    receipt: Receipt, assignments: Sequence[Assignment], today: date
) -> tuple[Receipt, tuple[Assignment, ...]]:
    """Sign for a directive: the one signature stands for all of its `assignments` to the organization.

    Raises Refused("already_signed"), Refused("not_of_receipt") for an assignment that belongs elsewhere.
    """
    if receipt.signed_on is not None:
        raise Refused("already_signed", directive=receipt.directive_id, on=receipt.signed_on)
    for each in assignments:
        if (each.directive_id, each.organization_id) != (receipt.directive_id, receipt.organization_id):
            raise Refused("not_of_receipt", assignment=each.id)
    signed = (
        replace(each, state=AssignmentState.SIGNED, signed_on=today)
        if _may(each, AssignmentMove.SIGN)
        else each  # lifted before anybody signed
        for each in assignments
    )
    return replace(receipt, signed_on=today), tuple(signed)


def adopt(assignment: Assignment, terms: Terms, today: date) -> Assignment:
    """Take an assignment on in the organization's own terms; the assigned ones stay beside them.

    Raises Refused("not_asking") for terms that ask nothing, and for another date than asked those of `check_due`.
    """
    if terms.indicator not in ASKING:
        raise Refused("not_asking", assignment=assignment.id, indicator=terms.indicator.value)
    if terms.due != assignment.agreed.due:
        check_due(terms.due, today)
    state = stepped(assignment, AssignmentMove.ADOPT)
    return replace(assignment, state=state, adopted=terms, adopted_on=today)


def adopt_as_assigned(assignments: Sequence[Assignment], today: date) -> tuple[Assignment, ...]:
    """One act for a whole directive: everything that waits to be adopted is taken on unchanged."""
    return tuple(
        adopt(each, each.agreed, today) if _may(each, AssignmentMove.ADOPT) else each for each in assignments
    )


def restore(assignment: Assignment) -> Assignment:
    """Put right what was taken on otherwise: the terms are those asked, the day of adoption and the owner stay.

    Raises Refused("as_asked") where nothing differs.
    """
    state = stepped(assignment, AssignmentMove.RESTORE)
    owner = assignment.adopted.owner_id if assignment.adopted else None
    terms = replace(assignment.agreed, owner_id=owner)
    if terms == assignment.adopted:
        raise Refused("as_asked", assignment=assignment.id)
    return replace(assignment, state=state, adopted=terms)


def act(assignment: Assignment, held_on: date, today: date) -> Assignment:
    """Record an action done on `held_on`. Raises Refused("day_ahead"), Refused("before_handed_on")."""
    _check_day(assignment, held_on, today)
    first = min(assignment.acted_on or held_on, held_on)
    return replace(assignment, state=stepped(assignment, AssignmentMove.ACT), acted_on=first)


def report(
    assignment: Assignment,
    done_on: date,
    today: date,
    *,
    actual: Actual | None = None,
    parts: Sequence[Assignment] = (),
) -> Assignment:
    """Report done, as of `done_on`, with the figure reached; `parts` are those it was split into.

    Raises Refused("parts_open") until each part is verified or lifted, Refused("figure_of_other_kind") for a
    rate without its denominator or a count with one, Refused("part_over_whole"), Refused("day_ahead"),
    Refused("before_handed_on"); ValueError where the parts of a split
    assignment are not given.
    """
    _check_day(assignment, done_on, today)
    if assignment.is_split and not parts:
        raise ValueError(f"{assignment.id} was split; its parts are needed to report it done")
    unfinished = [part for part in parts if not (part.is_released or part.state is AssignmentState.VERIFIED)]
    if unfinished:
        raise Refused("parts_open", assignment=assignment.id, open=len(unfinished))
    _check_figure(assignment, actual)
    state = stepped(assignment, AssignmentMove.REPORT)
    return replace(assignment, state=state, reported_on=today, done_on=done_on, actual=actual)


def verify(assignment: Assignment, today: date, judged: bool | None = None) -> Assignment:
    """Accept what was reported; `judged` is what the reviewer of a report back found.

    Raises Refused("judgement_missing") for a report back without it.
    """
    state = stepped(assignment, AssignmentMove.VERIFY)
    if assignment.indicator is Indicator.REPORT_BACK and judged is None:
        raise Refused("judgement_missing", assignment=assignment.id)
    return replace(assignment, state=state, closed_on=today, judged=judged)


def give_back(assignment: Assignment) -> Assignment:
    """Return what was reported; it counts as not reported until it is reported again."""
    state = stepped(assignment, AssignmentMove.RETURN)
    return replace(assignment, state=state, reported_on=None, done_on=None, actual=None)


def settle(assignment: Assignment, today: date, actual: Actual | None) -> Assignment:
    """Close a computed assignment with what its records came to; None where they do not tell."""
    state = stepped(assignment, AssignmentMove.SETTLE)
    return replace(assignment, state=state, closed_on=today, actual=actual)


def adjust(assignment: Assignment, terms: Terms) -> Assignment:
    """Approve other terms than those assigned.

    Raises Refused("indicator_fixed") if they ask nothing more, or change between computed and asked.
    """
    if (terms.indicator is Indicator.COMPUTED) != (assignment.indicator is Indicator.COMPUTED):
        raise Refused("indicator_fixed", assignment=assignment.id)
    if terms.indicator is Indicator.INFORMATION:
        raise Refused("indicator_fixed", assignment=assignment.id)
    return replace(assignment, state=stepped(assignment, AssignmentMove.ADJUST), adjusted=terms)


def exempt(assignment: Assignment, today: date) -> Assignment:
    """Approve that it need not be done. Raises Refused("only_guided") for an organization of another line."""
    if assignment.guided:
        raise Refused("only_guided", organization=assignment.organization_id)
    return _close(assignment, AssignmentMove.EXEMPT, today)


def withdraw(assignment: Assignment, today: date) -> Assignment:
    return _close(assignment, AssignmentMove.WITHDRAW, today)


def repeal(assignment: Assignment, today: date) -> Assignment:
    return _close(assignment, AssignmentMove.REPEAL, today)


def merge(assignment: Assignment, into: Assignment, today: date, *, heir: str | None = None) -> Assignment:
    """Let `into` stand for both, so that an organization is asked once.

    `heir` is the organization into which that of the assignment is merged: then `into` is one of the heir's, and what
    is merged stays where it was done. Raises Refused("not_the_same") unless `into` is another assignment of the same
    organization, or of the heir, that was not lifted.
    """
    same_place = (heir or assignment.organization_id) == into.organization_id
    if assignment.id == into.id or not same_place or assignment.within != into.within or into.is_released:
        raise Refused("not_the_same", assignment=assignment.id, into=into.id)
    return replace(_close(assignment, AssignmentMove.MERGE, today), merged_into=into.id)


def hand_over(
    assignment: Assignment, receipt: Receipt, *, path: str, guided: bool, parent_id: str | None
) -> Assignment:
    """Give what is open to the organization that takes the place of its own, at `path`; `receipt` is the heir's.

    How far it has come and all terms stay. The heir signs once: what nobody had signed for counts as signed for on the
    day of its signature. Raises Refused("not_of_receipt") for another directive's receipt, ValueError for what is
    closed, which stays where it was done.
    """
    if assignment.directive_id != receipt.directive_id:
        raise Refused("not_of_receipt", assignment=assignment.id)
    if assignment.state in machine_of(assignment).closed:
        raise ValueError(f"{assignment.id} is closed and stays where it was done")
    after = replace(
        assignment,
        organization_id=receipt.organization_id,
        path=path,
        guided=guided,
        parent_id=parent_id,
    )
    if receipt.signed_on is None or not _may(assignment, AssignmentMove.SIGN):
        return after
    return replace(after, state=AssignmentState.SIGNED, signed_on=receipt.signed_on)


def end(
    directive: Directive, move: DirectiveMove, assignments: Sequence[Assignment], today: date
) -> tuple[Directive, tuple[Assignment, ...]]:
    """Conclude, withdraw or repeal a directive and all of its `assignments`; what is finished stays so.

    Raises Refused("still_open") when it is to be concluded while something is not closed.
    """
    after = replace(directive, state=DIRECTIVE.step(directive.state, move))
    still_open = [each for each in assignments if each.state not in machine_of(each).closed]
    if move is DirectiveMove.CONCLUDE:
        if still_open:
            raise Refused("still_open", directive=directive.id, open=len(still_open))
        return after, tuple(assignments)
    close = {DirectiveMove.WITHDRAW: withdraw, DirectiveMove.REPEAL: repeal}[move]
    return after, tuple(
        each if each.state in machine_of(each).closed else close(each, today) for each in assignments
    )


def _may(assignment: Assignment, move: AssignmentMove) -> bool:
    return move in machine_of(assignment).moves(assignment.state)


def _close(assignment: Assignment, move: AssignmentMove, today: date) -> Assignment:
    return replace(assignment, state=stepped(assignment, move), closed_on=today)


def _check_day(assignment: Assignment, day: date, today: date) -> None:
    if day > today:
        raise Refused("day_ahead", assignment=assignment.id, day=day, today=today)
    if day < assignment.handed_on:
        raise Refused("before_handed_on", day=day, handed_on=assignment.handed_on)


def _check_figure(assignment: Assignment, actual: Actual | None) -> None:
    """Without its denominator a rate could not be added to others."""
    target = assignment.agreed.target
    if target is not None and actual is not None and target.is_rate == (actual.whole is None):
        raise Refused("figure_of_other_kind", assignment=assignment.id, unit=target.unit)
    if actual is not None and actual.whole is not None and actual.part > actual.whole:
        raise Refused("part_over_whole", part=actual.part, whole=actual.whole)
