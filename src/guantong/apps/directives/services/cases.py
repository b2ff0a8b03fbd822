"""From a fact to a person's decision: the organization is asked first, and only then may anybody confirm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from guantong.apps.directives.folder import Folder, folder_of, observed_of
from guantong.apps.directives.models import Case
from guantong.apps.directives.rows import case_of, put_case
from guantong.apps.directives.services.receiving import texts_of
from guantong.apps.directives.services.working import desk_above
from guantong.apps.ledger.services import append
from guantong.apps.notices.services import ToDo, raise_notices, settle_notices
from guantong.apps.organizations.access import Actor, Forbidden, actor_of, allowed, fetch_values
from guantong.apps.organizations.calendar import limit_calendar, work_calendar, work_calendars
from guantong.apps.replies.models import Kind
from guantong.apps.replies.services import check_text, decide_replies, write_reply
from guantong.core import cases
from guantong.core.deviation import FactCode, propose
from guantong.core.moves import CaseState
from guantong.core.refusal import Refused


def ask_case(actor: Actor, *, assignment: int, days: int = cases.DAYS_TO_EXPLAIN, now: datetime) -> Case:
    """Ask the organization about the fact that is seen of its assignment; it has `days` school days, 3 at least.

    Raises NotFound, Forbidden, and Refused: case_open, nothing_to_explain, explain_limit_short, directive_ended.
    """
    with transaction.atomic():
        folder = folder_of(actor, "assignment.see", assignment)
        if not allowed(actor, "case.ask", folder.organization.path):
            raise Forbidden
        row = folder.rows[assignment]
        earlier = list(Case.objects.filter(assignment=row))
        if any(case.state != CaseState.CLEARED for case in earlier):
            raise Refused("case_open", assignment=assignment)
        calendar = work_calendar()
        fact = propose(
            observed_of(row, today=actor.today, calendar=calendar), [FactCode(case.fact) for case in earlier]
        )
        if fact is None:
            raise Refused("nothing_to_explain", assignment=assignment)
        days_of = limit_calendar(work_calendars(), row.organization.stage, urgent=False)
        asked = cases.ask(cases.Case(str(assignment), fact, actor.today), actor.today, days_of, days)
        made = put_case(Case(assignment=row, asked_by=actor.person), asked)
        made.save(force_insert=True)
        folder.save(actor.today, calendar)
        subject = f"{fact.words}：{texts_of([row.clause_id])[row.clause_id]}"
        todo = ToDo(
            row.organization_id,
            "case.explain",
            "assignment.explain",
            assignment,
            subject,
            asked.explain_by,
        )
        raise_notices([todo], now=now)
        entry = folder.act("case.asked", "case", made.pk, assignment=assignment, fact=fact.code.value)
        append([entry], actor=actor.person, now=now)
    return made


def explain_case(actor: Actor, *, case: int, text: str, now: datetime) -> Case:
    """Explain, or say how it was put right.

    Raises NotFound, Forbidden, and Refused: no_such_move, reason_missing, text_long, directive_ended.
    """
    with transaction.atomic():
        row, folder = _open(actor, "case.explain", case)
        if not text.strip():
            raise Refused("reason_missing", case=case)
        put_case(row, cases.explain(case_of(row), actor.today)).save()
        write_reply(
            actor,
            organization=folder.organization.pk,
            noun="case",
            about=case,
            kind=Kind.EXPLAIN,
            text=text,
            now=now,
        )
        folder.save(actor.today)
        settle_notices("assignment.explain", [row.assignment_id], by=actor.person, now=now)
        subject = f"{folder.organization.name}：{case_of(row).fact.words}"
        todo = ToDo(
            _desk_of_asker(row, folder, actor),
            "case.clear",
            "assignment.judge",
            row.assignment_id,
            subject,
            row.explain_by,
        )
        raise_notices([todo], now=now)
        append([folder.act("case.explained", "case", case)], actor=actor.person, now=now)
    return row


def confirm_case(actor: Actor, *, case: int, reason: str, now: datetime) -> Case:
    """Attach the kind of deviation, as a person's decision with a reason.

    Raises NotFound, Forbidden, directive_ended, and Refused as `core.cases.confirm` does.
    """
    return _decide(actor, case, "confirm", reason, now)


def clear_case(actor: Actor, *, case: int, reason: str, now: datetime) -> Case:
    """Accept the explanation, or what was put right. Raises NotFound, Forbidden, Refused as `core.cases.clear` does."""
    return _decide(actor, case, "clear", reason, now)


def lift_case(actor: Actor, *, case: int, reason: str, now: datetime) -> Case:
    """Take a confirmation back. Raises NotFound, Forbidden, and Refused as `core.cases.lift` does."""
    return _decide(actor, case, "lift", reason, now)


_PAST = {"confirm": "case.confirmed", "clear": "case.cleared", "lift": "case.lifted"}


def _decide(actor: Actor, case: int, verb: str, reason: str, now: datetime) -> Case:
    with transaction.atomic():
        row, folder = _open(actor, f"case.{verb}", case)
        check_text(reason)
        put_case(row, _decided(row, folder, actor, verb, reason)).save()
        decide_replies(
            actor,
            noun="case",
            about=case,
            kind=Kind.EXPLAIN,
            accepted=verb == "clear",
            decision=reason,
            now=now,
        )
        folder.save(actor.today)
        for code in ("assignment.explain", "assignment.judge"):
            settle_notices(code, [row.assignment_id], by=actor.person, now=now)
        entry = folder.act(_PAST[verb], "case", case, assignment=row.assignment_id)
        append([entry], actor=actor.person, now=now)
    return row


def _decided(row: Case, folder: Folder, actor: Actor, verb: str, reason: str) -> cases.Case:
    by = str(actor.person)
    if verb == "confirm":
        observed = observed_of(folder.rows[row.assignment_id], today=actor.today, calendar=work_calendar())
        return cases.confirm(case_of(row), observed, by=by, reason=reason, today=actor.today)
    without: Callable[..., cases.Case] = {"clear": cases.clear, "lift": cases.lift}[verb]
    return without(case_of(row), by=by, reason=reason, today=actor.today)


def _desk_of_asker(case: Case, folder: Folder, actor: Actor) -> int:
    """Where the explanation is read: at the issuer, or where whoever asked sits if that is below it."""
    row = folder.rows[case.assignment_id]
    desks = [folder.directive.issuer, desk_above(row)]
    asker = actor_of(case.asked_by, actor.today) if case.asked_by else None
    places = {post.path for post in asker.posts if not post.guided} if asker else set()
    return next((desk.pk for desk in desks if desk.path in places), folder.directive.issuer_id)


def _open(actor: Actor, permit: str, case: int) -> tuple[Case, Folder]:
    """The case for doing what `permit` names, and the folder of its assignment, both locked."""
    (assignment,) = fetch_values(actor, permit, case, "assignment")
    folder = folder_of(actor, "assignment.see", assignment)
    return Case.objects.select_for_update().get(pk=case), folder
