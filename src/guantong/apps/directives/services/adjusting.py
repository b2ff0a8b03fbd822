"""Asking for other terms, or to be let off, with a reason; and the approval that the level above gives or not."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from guantong.apps.directives.folder import folder_of
from guantong.apps.directives.models import Terms as TermsRow
from guantong.apps.directives.rows import terms_of, terms_row
from guantong.apps.directives.services.ending import close_parts, settle_all
from guantong.apps.directives.services.receiving import texts_of, to_report
from guantong.apps.directives.services.working import desk_above
from guantong.apps.ledger.services import append
from guantong.apps.notices.services import ToDo, raise_notices, settle_notices
from guantong.apps.organizations.access import Actor, NotFound
from guantong.apps.replies.models import Kind, Outcome, Reply
from guantong.apps.replies.queries import replies_to
from guantong.apps.replies.services import decide_reply, write_reply
from guantong.core import acts
from guantong.core.issuing import check_due
from guantong.core.matters import Terms
from guantong.core.moves import AssignmentMove
from guantong.core.refusal import Refused

_PERMITS = {Kind.ADJUST: "assignment.adjust", Kind.EXEMPT: "assignment.exempt"}
_MOVES = {Kind.ADJUST: AssignmentMove.ADJUST, Kind.EXEMPT: AssignmentMove.EXEMPT}


def request_adjustment(actor: Actor, *, assignment: int, terms: Terms, reason: str, now: datetime) -> Reply:
    """Ask for other terms: another target, a later date. What was assigned stays until it is decided.

    Raises NotFound, Forbidden, and Refused: reason_missing, reply_waits, no_such_move, indicator_fixed, due_past,
    due_far, text_long, directive_ended.
    """
    return _request(actor, assignment, Kind.ADJUST, reason, terms, now=now)


def request_exemption(actor: Actor, *, assignment: int, reason: str, now: datetime) -> Reply:
    """Ask not to have to do it.

    Raises NotFound, Forbidden, and Refused: reason_missing, reply_waits, no_such_move, only_guided, text_long,
    directive_ended.
    """
    return _request(actor, assignment, Kind.EXEMPT, reason, None, now=now)


def decide_request(actor: Actor, *, reply: int, approve: bool, reason: str, now: datetime) -> Reply:
    """Approve or refuse what was asked for; a refusal needs a reason.

    Raises NotFound, Forbidden, and Refused: reply_decided, reason_missing, and those of the core's act.
    """
    with transaction.atomic():
        asked = Reply.objects.filter(pk=reply, noun="assignment", kind__in=_PERMITS).first()
        if asked is None:
            raise NotFound
        kind = Kind(asked.kind)
        folder = folder_of(actor, _PERMITS[kind], asked.object)
        if not approve and not reason.strip():
            raise Refused("reason_missing", assignment=asked.object)
        if not decide_reply(actor, reply=reply, accepted=approve, decision=reason, now=now):
            raise Refused("reply_decided", reply=reply)
        entries = []
        if approve and kind is Kind.ADJUST:
            proposed = terms_of(TermsRow.objects.get(pk=asked.proposed or 0))
            row = folder.put(acts.adjust(folder.assignment(asked.object), proposed))
            if settle_notices(
                "assignment.report", [row.pk], by=None, now=now
            ):  # it is due on another day now
                raise_notices([to_report(row, texts_of([row.clause_id])[row.clause_id])], now=now)
        elif approve:
            folder.put(acts.exempt(folder.assignment(asked.object), actor.today))
            entries = close_parts([asked.object], actor, now)
            settle_all([asked.object], actor, now)
        folder.save(actor.today)
        if not any(each.outcome == Outcome.OPEN for each in requests_of(asked.object)):
            settle_notices("assignment.decide", [asked.object], by=actor.person, now=now)
        past = {Kind.ADJUST: "adjusted", Kind.EXEMPT: "exempted"}[kind] if approve else "held"
        act = folder.act(f"assignment.{past}", "assignment", asked.object, reply=reply)
        append([act, *entries], actor=actor.person, now=now)
        asked.refresh_from_db()
    return asked


def requests_of(assignment: int) -> list[Reply]:
    """What was asked for about an assignment, decided or not."""
    return [reply for reply in replies_to("assignment", [assignment]) if reply.kind in _PERMITS]


def _request(
    actor: Actor, assignment: int, kind: Kind, reason: str, terms: Terms | None, *, now: datetime
) -> Reply:
    with transaction.atomic():
        folder = folder_of(actor, "assignment.request", assignment)
        if not reason.strip():
            raise Refused("reason_missing", assignment=assignment)
        row, current = folder.rows[assignment], folder.assignment(assignment)
        acts.stepped(current, _MOVES[kind])
        proposed = None
        if terms is None:
            acts.exempt(current, actor.today)
        else:
            acts.adjust(current, terms)
            check_due(terms.due, actor.today)
            fresh = terms_row(terms)
            fresh.save(force_insert=True)
            proposed = fresh.pk
        reply = write_reply(
            actor,
            organization=row.organization_id,
            noun="assignment",
            about=assignment,
            kind=kind,
            text=reason,
            proposed=proposed,
            now=now,
        )
        subject = f"{folder.organization.name}：{texts_of([row.clause_id])[row.clause_id]}"
        raise_notices(
            [ToDo(desk_above(row).pk, _PERMITS[kind], "assignment.decide", assignment, subject)], now=now
        )
        entry = folder.act("assignment.requested", "assignment", assignment, kind=kind.value, reply=reply.pk)
        append([entry], actor=actor.person, now=now)
    return reply
