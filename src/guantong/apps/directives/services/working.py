"""Doing it: progress with what shows it, reporting done, and whether that is accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from guantong.apps.directives.folder import (
    act_on,
    folder_of,
    lock,
    open_folder,
    put,
    restand,
    save_changed,
    with_terms,
)
from guantong.apps.directives.models import Assignment, Inspection, Progress
from guantong.apps.directives.rows import assignment_of
from guantong.apps.directives.services.receiving import texts_of
from guantong.apps.evidence.services import refer
from guantong.apps.ledger.services import append
from guantong.apps.notices.services import ToDo, raise_notices, settle_notices
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.calendar import work_calendar
from guantong.apps.organizations.models import Organization
from guantong.apps.replies.models import Kind
from guantong.apps.replies.services import check_text, write_reply
from guantong.core import acts
from guantong.core.cascade import passed_up
from guantong.core.matters import Actual, Periods
from guantong.core.moves import DirectiveState
from guantong.core.reading.types import ClauseKind
from guantong.core.refusal import Refused


def record_progress(
    actor: Actor,
    *,
    assignment: int,
    held_on: date,
    text: str,
    shown: Sequence[tuple[str, int]] = (),
    once: str = "",
    now: datetime,
) -> Progress:
    """Record what was done on `held_on`; `shown` are records that show it, as (noun, key).

    The same form sent twice (`once`) makes one record. Raises NotFound (also of what is referred to), Forbidden,
    and Refused: no_such_move, day_ahead, before_handed_on, text_missing, text_long, directive_ended.
    """
    with transaction.atomic():
        folder = folder_of(actor, "assignment.act", assignment)
        _check_said(text)
        if once and (known := Progress.objects.filter(assignment=assignment, once=once).first()):
            return known
        row = folder.put(acts.act(folder.assignment(assignment), held_on, actor.today))
        folder.save(actor.today)
        _pass_up(row, actor.today)
        made = Progress.objects.create(
            assignment=row,
            held_on=held_on,
            text=text.strip(),
            entered_at=now,
            entered_by=actor.person,
            once=once,
        )
        if shown:
            refer(actor, noun="progress", object=made.pk, shown=shown, now=now)
        entry = folder.act("progress.recorded", "progress", made.pk, assignment=assignment, shown=len(shown))
        append([entry], actor=actor.person, now=now)
    return made


def report_done(
    actor: Actor,
    *,
    assignment: int,
    done_on: date,
    actual: Actual | None = None,
    text: str = "",
    now: datetime,
) -> Assignment:
    """Report an assignment done as of `done_on`, with the figure reached.

    Raises NotFound, Forbidden, and Refused: figure_missing, text_long, directive_ended, and those of
    `core.acts.report`.
    """
    with transaction.atomic():
        folder = folder_of(actor, "assignment.report", assignment)
        row = folder.rows[assignment]
        current = folder.assignment(assignment)
        if current.agreed.target is not None and actual is None:
            raise Refused("figure_missing", assignment=assignment)
        parts = with_terms().filter(parent=assignment) if row.is_split else ()
        folder.put(
            acts.report(
                current,
                done_on,
                actor.today,
                actual=actual,
                parts=[assignment_of(part) for part in parts],
            )
        )
        folder.save(actor.today)
        write_reply(
            actor,
            organization=row.organization_id,
            noun="assignment",
            about=assignment,
            kind=Kind.REPORT,
            text=text,
            now=now,
        )
        settle_notices("assignment.report", [assignment], by=actor.person, now=now)
        raise_notices([_to_verify(row)], now=now)
        append([folder.act("assignment.reported", "assignment", assignment)], actor=actor.person, now=now)
    return row


def record_inspection(
    actor: Actor, *, assignment: int, held_on: date, found: bool, note: str = "", now: datetime
) -> Inspection:
    """Record that somebody looked whether a prohibition is kept. What was found is counted, none is a count too.

    Raises NotFound, Forbidden, and Refused: not_a_prohibition, day_ahead, before_effective, note_missing (for a
    breach), text_long,
    directive_ended, assignment_lifted.
    """
    with transaction.atomic():
        folder = folder_of(actor, "assignment.inspect", assignment)
        check_text(note)
        row = folder.rows[assignment]
        if row.clause.kind != ClauseKind.PROHIBITION:
            raise Refused("not_a_prohibition", assignment=assignment)
        if folder.assignment(assignment).is_released:
            raise Refused("assignment_lifted", assignment=assignment)
        if held_on > actor.today:
            raise Refused("day_ahead", assignment=assignment, day=held_on, today=actor.today)
        effective_on = folder.directive.effective_on or row.handed_on
        if held_on <= effective_on:
            raise Refused("before_effective", day=held_on, effective_on=effective_on)
        if found and not note.strip():
            raise Refused("note_missing", assignment=assignment)
        made = Inspection.objects.create(
            assignment=row,
            held_on=held_on,
            found=found,
            note=note.strip(),
            entered_at=now,
            entered_by=actor.person,
        )
        breaches = Inspection.objects.filter(assignment=row, found=True).count()
        row.actual_part, row.actual_whole = breaches, None
        folder.save(actor.today)
        entry = folder.act(
            "inspection.recorded", "inspection", made.pk, assignment=assignment, found=int(found)
        )
        append([entry], actor=actor.person, now=now)
    return made


def settle_assignments(
    *, counted: Mapping[int, tuple[Periods | None, Actual | None]], today: date, now: datetime
) -> int:
    """Close computed assignments, by key, with what their records came to; how many were.

    Done by the system, for nobody's permit: those of a whole period in one call. Raises Refused: no_such_move,
    directive_ended; then none is closed.
    """
    with transaction.atomic():
        receipts = Assignment.objects.filter(pk__in=counted).values_list("receipt", flat=True)
        lock(set(receipts))
        rows = list(with_terms().filter(pk__in=counted).order_by("pk"))
        before = {row.pk: dict(row.__dict__) for row in rows}
        for row in rows:
            if row.directive.state != DirectiveState.ISSUED:
                raise Refused("directive_ended", directive=row.directive_id, state=row.directive.state)
            periods, actual = counted[row.pk]
            put(row, acts.settle(assignment_of(row), today, actual))
            if periods is not None:
                row.periods_required, row.periods_known = periods.required, periods.known
                row.periods_held, row.periods_in_time = periods.held, periods.in_time
        restand(rows, today=today, calendar=work_calendar())
        save_changed(rows, before)
        append([act_on(row, "assignment.settled") for row in rows], actor=None, now=now)
    return len(rows)


def desk_above(row: Assignment) -> Organization:
    """The organization that handed it down: that of the parent, else the issuer."""
    return row.parent.organization if row.parent else row.directive.issuer


def _pass_up(row: Assignment, today: date) -> None:
    """Who handed a part on has acted through it; all the way up, where it is the first action."""
    while row.parent is not None:
        folder = open_folder(row.parent.receipt_id, row.parent_id)
        above = folder.rows[row.parent.pk]
        before = assignment_of(above)
        after = passed_up(before, assignment_of(row))
        if after == before:
            return
        row = folder.put(after)
        folder.save(today)


def _to_verify(row: Assignment) -> ToDo:
    subject = f"{row.organization.name}：{texts_of([row.clause_id])[row.clause_id]}"
    return ToDo(desk_above(row).pk, "assignment.verify", "assignment.verify", row.pk, subject)


def _check_said(text: str) -> None:
    if not text.strip():
        raise Refused("text_missing")
    check_text(text)
