"""What is closed from above: assignments taken back, directives withdrawn, repealed or concluded."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from guantong.apps.directives.folder import folder_of, lock
from guantong.apps.directives.models import Assignment, Directive
from guantong.apps.directives.rows import directive_of
from guantong.apps.directives.services.drafting import LONGEST_LINE, checked_line, lock_directive
from guantong.apps.ledger.services import Act, append
from guantong.apps.notices.services import settle_notices
from guantong.apps.organizations.access import Actor
from guantong.core import acts, matters
from guantong.core.matters import Indicator
from guantong.core.moves import (
    ASSIGNMENT,
    COMPUTED,
    DIRECTIVE,
    AssignmentMove,
    AssignmentState,
    DirectiveMove,
)
from guantong.core.refusal import Refused

_WAITING = tuple(f"assignment.{verb}" for verb in ("report", "verify", "explain", "judge", "decide"))
_RELEASES = {
    DirectiveMove.WITHDRAW: (AssignmentMove.WITHDRAW, AssignmentState.WITHDRAWN),
    DirectiveMove.REPEAL: (AssignmentMove.REPEAL, AssignmentState.REPEALED),
}


def withdraw_assignment(actor: Actor, *, assignment: int, reason: str, now: datetime) -> Assignment:
    """Take an assignment back, with whatever of it was handed further down.

    Raises NotFound, Forbidden, and Refused: reason_missing, no_such_move, directive_ended.
    """
    with transaction.atomic():
        folder = folder_of(actor, "assignment.withdraw", assignment)
        if not reason.strip():
            raise Refused("reason_missing", assignment=assignment)
        row = folder.put(acts.withdraw(folder.assignment(assignment), actor.today))
        folder.save(actor.today)
        entries = close_parts([assignment], actor, now)
        settle_all([assignment], actor, now)
        entry = folder.act("assignment.withdrawn", "assignment", assignment)
        append([entry, *entries], actor=actor.person, now=now)
    return row


def withdraw_directive(actor: Actor, *, directive: int, reason: str, now: datetime) -> Directive:
    """Take back what was issued by mistake, before anybody signed.

    Raises NotFound, Forbidden, and Refused: reason_missing, no_such_move, signed_for_already.
    """
    return _end(actor, directive, DirectiveMove.WITHDRAW, "directive.withdraw", reason, now=now)


def repeal_directive(actor: Actor, *, directive: int, reason: str, now: datetime) -> Directive:
    """End what was in force; what is finished stays so, the rest leaves every figure.

    Raises NotFound, Forbidden, and Refused: reason_missing, no_such_move.
    """
    return _end(actor, directive, DirectiveMove.REPEAL, "directive.repeal", reason, now=now)


def conclude_directive(actor: Actor, *, directive: int, now: datetime) -> Directive:
    """Close a directive of which everything is closed.

    Raises NotFound, Forbidden, and Refused: no_such_move, still_open.
    """
    with transaction.atomic():
        row = lock_directive(actor, "directive.conclude", directive)
        row.state = DIRECTIVE.step(directive_of(row).state, DirectiveMove.CONCLUDE)
        if still_open := Assignment.objects.filter(is_open(), directive=row).count():
            raise Refused("still_open", directive=row.pk, open=still_open)
        row.save(update_fields=["state"])
        append([_act(row, "concluded", 0)], actor=actor.person, now=now)
    return row


def close_parts(parents: Collection[int], actor: Actor, now: datetime) -> list[Act]:
    """Withdraw what was handed on of assignments that are lifted, down to the last level; an entry for each."""
    entries: list[Act] = []
    while parents:
        below = Assignment.objects.filter(is_open(), parent__in=parents)
        lock(list(below.values_list("receipt", flat=True)))  # whoever was at work on one has finished
        parts = list(below.select_related("organization"))
        keys = [part.pk for part in parts]
        _release(Assignment.objects.filter(pk__in=keys), AssignmentState.WITHDRAWN, actor)
        settle_all(keys, actor, now)
        entries += [
            Act(
                part.organization.path[: matters.DIGITS_PER_LEVEL],
                part.organization_id,
                "assignment.withdrawn",
                "assignment",
                part.pk,
                {"parent": part.parent_id},
            )
            for part in parts
        ]
        parents = keys
    return entries


def settle_all(assignments: Collection[int], actor: Actor, now: datetime) -> None:
    """Take every to-do about these assignments off its desk."""
    for code in _WAITING:
        settle_notices(code, assignments, by=actor.person, now=now)


def _end(
    actor: Actor, directive: int, move: DirectiveMove, permit: str, reason: str, *, now: datetime
) -> Directive:
    with transaction.atomic():
        row = lock_directive(actor, permit, directive)
        row.state = DIRECTIVE.step(directive_of(row).state, move)
        reason = checked_line(reason, LONGEST_LINE)
        if not reason:
            raise Refused("reason_missing", directive=row.pk)
        receipts = _held_receipts(row)
        signed = row.receipts.exclude(signed_on=None).count()
        if move is DirectiveMove.WITHDRAW and signed:
            raise Refused("signed_for_already", directive=row.pk, signed=signed)
        row.ended_reason = reason
        row.save(update_fields=["state", "ended_reason"])
        still_open = Assignment.objects.filter(is_open(), directive=row)
        keys = list(still_open.values_list("pk", flat=True))
        _release(still_open, _RELEASES[move][1], actor)
        for batch in _batches(keys):
            settle_all(batch, actor, now)
        for batch in _batches(receipts):
            for code in ("receipt.sign", "receipt.adopt"):
                settle_notices(code, batch, by=actor.person, now=now)
        past = {DirectiveMove.WITHDRAW: "withdrawn", DirectiveMove.REPEAL: "repealed"}[move]
        append([_act(row, past, len(keys))], actor=actor.person, now=now)
    return row


def _held_receipts(row: Directive) -> list[int]:
    """Every receipt of a directive, held: nobody signs, adopts or hands on while it ends, and none is added unseen."""
    held: list[int] = []
    while fresh := list(row.receipts.exclude(pk__in=held).values_list("pk", flat=True)):
        lock(fresh)
        held += fresh
    return held


def is_open() -> Q:
    """What some move still leads out of; a computed assignment has a table of its own."""
    asked = sorted(state for state in ASSIGNMENT.states if state not in ASSIGNMENT.closed)
    computed = sorted(state for state in COMPUTED.states if state not in COMPUTED.closed)
    is_computed = Q(indicator=Indicator.COMPUTED)
    return (is_computed & Q(state__in=computed)) | (~is_computed & Q(state__in=asked))


def _release(rows: QuerySet[Assignment], state: AssignmentState, actor: Actor) -> None:
    rows.update(state=state, closed_on=actor.today, counted=0, look_at=None)


def _batches(keys: list[int], size: int = 1000) -> Iterator[list[int]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


def _act(row: Directive, past: str, assignments: int) -> Act:
    chain = row.issuer.path[: matters.DIGITS_PER_LEVEL]
    facts = {"assignments": assignments}
    return Act(chain, row.issuer_id, f"directive.{past}", "directive", row.pk, facts)
