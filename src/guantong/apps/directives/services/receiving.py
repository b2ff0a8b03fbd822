"""What an organization does first with what it was handed: sign for it, and take it on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from guantong.apps.directives.folder import Folder, folder_of, open_folder
from guantong.apps.directives.models import Assignment, DirectiveClause, Receipt
from guantong.apps.directives.owners import may_own
from guantong.apps.directives.rows import receipt_of
from guantong.apps.ledger.services import append
from guantong.apps.notices.services import ToDo, raise_notices, settle_notices
from guantong.apps.organizations.access import Actor, Forbidden, allowed, fetch
from guantong.apps.replies.services import check_text
from guantong.core import acts, matters
from guantong.core.matters import Terms
from guantong.core.moves import AssignmentMove, AssignmentState
from guantong.core.refusal import Refused


def sign_receipt(actor: Actor, *, receipt: int, now: datetime) -> Receipt:
    """Sign for a directive, once, whatever the number of its clauses.

    Raises NotFound, Forbidden, and Refused: already_signed, directive_ended.
    """
    with transaction.atomic():
        fetch(actor, "receipt.sign", receipt)
        folder = open_folder(receipt)
        signed, assignments = acts.sign(receipt_of(folder.receipt), folder.assignments(), actor.today)
        folder.receipt.signed_on, folder.receipt.signed_by = signed.signed_on, actor.person
        folder.receipt.save(update_fields=["signed_on", "signed_by"])
        for assignment in assignments:
            folder.put(assignment)
        folder.save(actor.today)
        settle_notices("receipt.sign", [receipt], by=actor.person, now=now)
        if waiting := waiting_to_be_adopted(folder):
            raise_notices([to_adopt(folder, waiting)], now=now)
        append([folder.act("receipt.signed", "receipt", receipt)], actor=actor.person, now=now)
    return folder.receipt


def adopt_as_assigned(actor: Actor, *, receipt: int, now: datetime) -> int:
    """Take on, unchanged and in one act, all that waits to be adopted; how many assignments that were.

    Whoever does it owns them until another owner is named. Raises NotFound, Forbidden, and Refused: not_signed,
    nothing_to_adopt, directive_ended.
    """
    with transaction.atomic():
        fetch(actor, "receipt.see", receipt)
        folder = open_folder(receipt)
        if not allowed(actor, "assignment.adopt", folder.organization.path):
            raise Forbidden
        if folder.receipt.signed_on is None:
            raise Refused("not_signed", receipt=receipt)
        waiting = waiting_to_be_adopted(folder)
        if not waiting:
            raise Refused("nothing_to_adopt", receipt=receipt)
        taken = acts.adopt_as_assigned([folder.assignment(row.pk) for row in waiting], actor.today)
        for assignment in taken:
            row = folder.put(assignment)
            row.owner_id = row.owner_id or actor.person
        folder.save(actor.today)
        _adopted(folder, waiting, actor, now)
        entry = folder.act("receipt.adopted", "receipt", receipt, assignments=len(waiting))
        append([entry], actor=actor.person, now=now)
    return len(waiting)


def adopt_assignment(
    actor: Actor, *, assignment: int, terms: Terms, measure: str = "", now: datetime
) -> Assignment:
    """Take one assignment on in the organization's own terms; what was assigned stays beside them.

    `terms.owner_id` is a person of the organization, else the actor. Raises NotFound, Forbidden, and Refused:
    no_such_move, not_asking, due_past, owner_elsewhere, text_long, directive_ended.
    """
    with transaction.atomic():
        folder = folder_of(actor, "assignment.adopt", assignment, whole=True)
        check_text(measure)
        owner = int(terms.owner_id) if terms.owner_id else actor.person
        _check_owner(folder, owner, actor)
        adopted = acts.adopt(folder.assignment(assignment), terms, actor.today)
        row = folder.put(adopted)
        row.owner_id, row.measure = owner, measure.strip()
        folder.save(actor.today)
        _adopted(folder, [row], actor, now)
        same = row.adopted_terms_id in (row.assigned_terms_id, row.adjusted_terms_id)
        entry = folder.act("assignment.adopted", "assignment", assignment, as_assigned=same)
        append([entry], actor=actor.person, now=now)
    return row


def restore_assignment(actor: Actor, *, assignment: int, now: datetime) -> Assignment:
    """Put right what was taken on with less or later than asked: the terms asked take its place.

    Raises NotFound, Forbidden, and Refused: no_such_move, as_asked, directive_ended.
    """
    with transaction.atomic():
        folder = folder_of(actor, "assignment.adopt", assignment)
        row = folder.put(acts.restore(folder.assignment(assignment)))
        folder.save(actor.today)
        settle_notices("assignment.report", [assignment], by=None, now=now)
        raise_notices([to_report(row, texts_of([row.clause_id])[row.clause_id])], now=now)
        append([folder.act("assignment.restored", "assignment", assignment)], actor=actor.person, now=now)
    return row


def waiting_to_be_adopted(folder: Folder) -> list[Assignment]:
    """The assignments of a folder for which the next step is to adopt them."""
    return [row for row in folder.rows.values() if _may_adopt(folder.assignment(row.pk))]


def to_adopt(folder: Folder, waiting: list[Assignment]) -> ToDo:
    """The to-do for what waits to be adopted."""
    return ToDo(
        folder.organization.pk,
        "assignment.adopt",
        "receipt.adopt",
        folder.receipt.pk,
        folder.directive.title,
        min(row.adopt_by for row in waiting),
    )


def texts_of(clauses: Iterable[int]) -> dict[int, str]:
    """What directive clauses say, by their keys."""
    found = DirectiveClause.objects.filter(pk__in=list(clauses))
    return dict(found.values_list("pk", "clause__text"))


def to_report(row: Assignment, text: str) -> ToDo:
    """The to-do for an assignment that is to be carried out and reported done by the date it is held to."""
    return ToDo(row.organization_id, "assignment.report", "assignment.report", row.pk, text, row.due)


def _may_adopt(assignment: matters.Assignment) -> bool:
    return AssignmentMove.ADOPT in acts.machine_of(assignment).moves(AssignmentState(assignment.state))


def _check_owner(folder: Folder, owner: int, actor: Actor) -> None:
    """An assignment is owned by somebody of the organization or of what stands under it."""
    if owner == actor.person:
        return
    if not may_own(owner, folder.organization.path):
        raise Refused("owner_elsewhere", person=owner)


def _adopted(folder: Folder, rows: list[Assignment], actor: Actor, now: datetime) -> None:
    """Settle the to-do once nothing waits any more, and raise one for each report that is to come."""
    texts = texts_of(row.clause_id for row in rows)
    if not waiting_to_be_adopted(folder):
        settle_notices("receipt.adopt", [folder.receipt.pk], by=actor.person, now=now)
    raise_notices((to_report(row, texts[row.clause_id]) for row in rows), now=now)
