"""Accepting what was reported, or sending it back: done where it was handed on, and never by whoever reported it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from guantong.apps.directives.folder import (
    Folder,
    act_on,
    folder_of,
    lock,
    put,
    restand,
    save_changed,
    with_terms,
)
from guantong.apps.directives.models import Assignment
from guantong.apps.directives.rows import assignment_of
from guantong.apps.directives.services.receiving import texts_of, to_report
from guantong.apps.directives.services.working import desk_above
from guantong.apps.ledger.services import append
from guantong.apps.notices.services import raise_notices, settle_notices
from guantong.apps.organizations.access import Actor, Forbidden, NotFound, allowed
from guantong.apps.organizations.calendar import work_calendar
from guantong.apps.replies.models import Kind, Outcome, Reply
from guantong.apps.replies.queries import replies_to
from guantong.apps.replies.services import decide_reply
from guantong.core import acts
from guantong.core.moves import DirectiveState
from guantong.core.permits import allows
from guantong.core.refusal import Refused

_NEEDLESS = "任务已核验办结，不再审批。"


def verify_assignment(
    actor: Actor, *, assignment: int, judged: bool | None = None, decision: str = "", now: datetime
) -> Assignment:
    """Accept what was reported; `judged` says of a report back whether the effect is seen.

    Whoever handed it on verifies it: the issuer, or the organization that split it. Raises NotFound, Forbidden, and
    Refused: no_such_move, judgement_missing, own_report (nobody verifies what they reported themselves),
    directive_ended.
    """
    with transaction.atomic():
        folder, replies = _folder_to_verify(actor, assignment)
        row = folder.put(acts.verify(folder.assignment(assignment), actor.today, judged))
        folder.save(actor.today)
        _decide(actor, folder, row, replies, accepted=True, decision=decision, now=now)
    return row


def verify_assignments(actor: Actor, *, assignments: Sequence[int], now: datetime) -> int:
    """Accept several reports at one sitting, all or none; how many were.

    Raises as `verify_assignment` does; a report back, which needs a judgement of its own, is refused.
    """
    with transaction.atomic():
        wanted = Assignment.objects.filter(pk__in=assignments)
        lock(set(wanted.values_list("receipt", flat=True)))
        rows = list(
            with_terms().select_related("parent__organization").filter(pk__in=assignments).order_by("pk")
        )
        if len(rows) < len(set(assignments)):
            raise NotFound
        replies: defaultdict[int, list[Reply]] = defaultdict(list)
        for reply in replies_to("assignment", [row.pk for row in rows]):
            replies[reply.object].append(reply)
        before = {row.pk: dict(row.__dict__) for row in rows}
        for row in rows:
            if not allowed(actor, "assignment.see", row.organization.path):
                raise NotFound
            _check_verifier(actor, row, replies[row.pk])
            if row.directive.state != DirectiveState.ISSUED:
                raise Refused("directive_ended", directive=row.directive_id, state=row.directive.state)
            put(row, acts.verify(assignment_of(row), actor.today))
        restand(rows, today=actor.today, calendar=work_calendar())
        save_changed(rows, before)
        for row in rows:
            _answer(actor, row.pk, replies[row.pk], accepted=True, decision="", now=now)
        settle_notices("assignment.verify", [row.pk for row in rows], by=actor.person, now=now)
        append([act_on(row, "assignment.verified") for row in rows], actor=actor.person, now=now)
    return len(rows)


def return_assignment(actor: Actor, *, assignment: int, reason: str, now: datetime) -> Assignment:
    """Send a report back; it counts as not reported until it is reported again.

    Raises NotFound, Forbidden, and Refused: no_such_move, reason_missing, directive_ended.
    """
    with transaction.atomic():
        folder, replies = _folder_to_verify(actor, assignment)
        if not reason.strip():
            raise Refused("reason_missing", assignment=assignment)
        row = folder.put(acts.give_back(folder.assignment(assignment)))
        folder.save(actor.today)
        _decide(actor, folder, row, replies, accepted=False, decision=reason, now=now)
        raise_notices([to_report(row, texts_of([row.clause_id])[row.clause_id])], now=now)
    return row


def _decide(
    actor: Actor,
    folder: Folder,
    row: Assignment,
    replies: Sequence[Reply],
    *,
    accepted: bool,
    decision: str,
    now: datetime,
) -> None:
    _answer(actor, row.pk, replies, accepted=accepted, decision=decision, now=now)
    settle_notices("assignment.verify", [row.pk], by=actor.person, now=now)
    past = "assignment.verified" if accepted else "assignment.returned"
    append([folder.act(past, "assignment", row.pk)], actor=actor.person, now=now)


def _answer(
    actor: Actor,
    assignment: int,
    replies: Sequence[Reply],
    *,
    accepted: bool,
    decision: str,
    now: datetime,
) -> None:
    """Answer the report; what else was asked for about it is needless once it is accepted."""
    for reply in replies:
        if reply.outcome != Outcome.OPEN:
            continue
        if reply.kind == Kind.REPORT:
            decide_reply(actor, reply=reply.pk, accepted=accepted, decision=decision, now=now)
        elif accepted:
            decide_reply(actor, reply=reply.pk, accepted=False, decision=_NEEDLESS, now=now)
            settle_notices("assignment.decide", [assignment], by=actor.person, now=now)


def _folder_to_verify(actor: Actor, assignment: int) -> tuple[Folder, list[Reply]]:
    """The folder for verifying, with the replies about the assignment."""
    folder = folder_of(actor, "assignment.see", assignment)
    replies = replies_to("assignment", [assignment])
    _check_verifier(actor, folder.rows[assignment], replies)
    return folder, replies


def _check_verifier(actor: Actor, row: Assignment, replies: Sequence[Reply]) -> None:
    """Whether the actor sits where it was handed on, and did not report it. Raises Forbidden, Refused("own_report").

    What a person of the organization itself did is verified by whoever may split it there, for nobody stands between.
    """
    desk = desk_above(row).path
    here = [post for post in actor.posts if post.guided or post.path == desk]
    permit = "assignment.split" if row.within else "assignment.verify"
    if not allows(permit, here, row.organization.path):
        raise Forbidden
    reported = [reply for reply in replies if reply.kind == Kind.REPORT]
    if reported and reported[-1].made_by == actor.person:
        raise Refused("own_report", assignment=row.pk)
