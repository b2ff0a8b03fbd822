"""Courses of events: what an organization did with what it was asked, and where its rows then stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from guantong.apps.directives.folder import observed_of, restand, save_changed, with_terms
from guantong.apps.directives.models import Assignment, Case, Inspection, Progress, Receipt, Terms
from guantong.apps.directives.rows import put_case
from guantong.apps.notices.models import Notice
from guantong.apps.organizations.calendar import work_calendar
from guantong.core import cases
from guantong.core.deviation import propose
from guantong.core.matters import Indicator
from guantong.core.reading.types import ClauseKind

TODAY = date(2026, 11, 23)
COURSES = 40
_SLICE = 400
_CASE_EVERY = 9  # of the assignments with a fact, one was asked about
_OWN = ("id", "clause_id", "receipt_id", "organization_id", "path", "parent_id", "owner_id")
COLUMNS = [field.attname for field in Assignment._meta.concrete_fields if field.attname not in _OWN]
"""What assignments that took the same course have alike."""


def at(day: date, hour: int = 9) -> datetime:
    """A moment of a day, in Shanghai."""
    return datetime.combine(day, time(hour), tzinfo=ZoneInfo("Asia/Shanghai"))


def play(rows: Sequence[Assignment], random: Random) -> date | None:
    """Let an organization do, up to TODAY, what it does; the rows are not saved. The day it signed, if it did."""
    if random.random() < 0.03:
        return None
    late = random.random() < 0.1
    signed = rows[0].sign_by + timedelta(days=random.randint(1, 6) if late else -random.randint(0, 1))
    for row in rows:
        row.signed_on, row.state = signed, "signed"
        if row.indicator == Indicator.COMPUTED:
            _counted(row, random)
        elif random.random() < 0.95:
            _adopted(row, random, signed)
    return signed


def _counted(row: Assignment, random: Random) -> None:
    """Records were counted of most; whether a prohibition was kept was seen where somebody looked."""
    if random.random() < 0.2:
        return
    if row.clause.kind == ClauseKind.PROHIBITION:
        row.actual_part = Decimal(random.random() < 0.06)
        return
    known = random.randint(7, 8)
    held = known - (random.random() < 0.3)
    row.periods_required, row.periods_known = 8, known
    row.periods_held, row.periods_in_time = held, held - (random.random() < 0.3)
    row.actual_part, row.actual_whole = Decimal(held), 8


def _adopted(row: Assignment, random: Random, signed: date) -> None:
    late = random.random() < 0.06
    row.adopted_on = max(signed, row.adopt_by + timedelta(days=random.randint(1, 9) if late else -2))
    row.adopted_terms = row.assigned_terms
    row.state = "adopted"
    terms = row.assigned_terms
    if terms.due and random.random() < 0.06:
        later = terms.due + timedelta(days=30)
        row.adopted_terms = Terms.objects.create(
            indicator=terms.indicator, op=terms.op, value=terms.value, unit=terms.unit, due=later
        )
    if random.random() < 0.93:
        _acted(row, random, row.adopted_on)


def _acted(row: Assignment, random: Random, adopted: date) -> None:
    row.acted_on, row.state = adopted + timedelta(days=random.randint(3, 110)), "acted"
    due = row.due or TODAY
    done = max(row.acted_on, due + timedelta(days=random.choice((-20, -9, -4, -1, 0, 0, 6))))
    if done >= TODAY or random.random() < 0.08:
        return
    row.done_on = row.reported_on = done
    row.state = "reported"
    asked = row.assigned_terms
    if asked.value is not None:
        short = random.random() < 0.12
        if asked.unit == "%":
            row.actual_whole = 40
            row.actual_part = Decimal(int(40 * asked.value / 100) - (3 if short and asked.value else 0))
        else:
            row.actual_part = asked.value - (1 if short and asked.value else 0)
    if random.random() < 0.8:
        row.state, row.closed_on = "verified", min(TODAY, done + timedelta(days=4))


def stand(rows: Sequence[Assignment], receipts: Sequence[Receipt], signed: date | None) -> None:
    """Find where the rows of the first receipt stand, and write it to those of all of them."""
    for row in rows:
        if row.clause.kind == ClauseKind.PROHIBITION and row.actual_part is not None:
            _looked(row, receipts)
    restand(rows, today=TODAY, calendar=work_calendar())
    pks = [receipt.pk for receipt in receipts]
    for row in rows:
        told = {name: getattr(row, name) for name in COLUMNS}
        Assignment.objects.filter(receipt__in=pks, clause=row.clause_id).update(**told)
    Receipt.objects.filter(pk__in=pks).update(signed_on=signed)


def _looked(row: Assignment, receipts: Sequence[Receipt]) -> None:
    looked_at = Assignment.objects.filter(
        receipt__in=[receipt.pk for receipt in receipts], clause=row.clause_id
    ).values_list("pk", flat=True)
    day = TODAY - timedelta(days=40)
    Inspection.objects.bulk_create(
        Inspection(
            assignment_id=pk, held_on=day, found=bool(row.actual_part), entered_at=at(day), entered_by=1
        )
        for pk in looked_at
    )


def follow_up(directive: int, head: int) -> int:
    """Ask about some of the facts, and confirm most of what was asked; how many were asked about."""
    calendar = work_calendar()
    asked_on = calendar.after(TODAY - timedelta(days=21), 0)
    pks = list(
        Assignment.objects.filter(directive=directive, counted=1)
        .exclude(fact="")
        .order_by("pk")
        .values_list("pk", flat=True)
    )[::_CASE_EVERY]
    for start in range(0, len(pks), _SLICE):
        rows = list(with_terms().filter(pk__in=pks[start : start + _SLICE]))
        before = {row.pk: dict(row.__dict__) for row in rows}
        made = []
        for n, row in enumerate(rows):
            observed = observed_of(row, today=TODAY, calendar=calendar)
            fact = propose(observed)
            if fact is None:
                continue
            case = cases.ask(cases.Case(str(row.pk), fact, asked_on), asked_on, calendar)
            if n % 5 and (
                fact.mended_on is None or case.explain_by is None or fact.mended_on > case.explain_by
            ):
                case = cases.explain(case, asked_on + timedelta(days=1))
                case = cases.confirm(
                    case,
                    observed,
                    by=str(head),
                    reason="说明未附依据，经核实。",
                    today=TODAY - timedelta(days=3),
                )
            made.append(put_case(Case(assignment=row, asked_by=head), case))
        Case.objects.bulk_create(made)
        restand(rows, today=TODAY, calendar=calendar)
        save_changed(rows, before)
    return len(pks)


def tell(directive: int) -> None:
    """An entry of progress for everything that was acted on."""
    rows = Assignment.objects.filter(directive=directive).values_list("pk", "acted_on")
    Progress.objects.bulk_create(
        (
            Progress(
                assignment_id=pk,
                held_on=day,
                text="召开专题会议逐条对照，明确了牵头的同志和时间，列出清单并在公告栏公开。",
                entered_at=at(day),
                entered_by=1,
            )
            for pk, day in rows.iterator()
            if day is not None
        ),
        batch_size=1000,
    )


def lay_out(directive: int, district: int) -> None:
    """To-dos on every desk as the states of receipts and assignments have them, and those that were settled."""
    now = at(TODAY)
    signed = Receipt.objects.filter(directive=directive).exclude(signed_on=None)
    Notice.objects.filter(code="receipt.sign", object__in=signed.values("pk")).update(
        settled_at=now, settled_by=1
    )
    Notice.objects.exclude(code="receipt.sign").delete()
    title = signed.values_list("directive__title", flat=True)[0]
    waiting = Assignment.objects.filter(directive=directive, state="signed", asks=1)
    todos = [
        Notice(
            desk_id=desk,
            permit="assignment.adopt",
            code="receipt.adopt",
            noun="receipt",
            object=receipt,
            subject=title,
            due=due,
            made_at=now,
        )
        for receipt, desk, due in waiting.values_list("receipt", "organization", "adopt_by").distinct()
    ]
    rows = Assignment.objects.filter(directive=directive, asks=1).exclude(adopted_on=None)
    for pk, desk, above, state, due, name, text in rows.values_list(
        *("pk", "organization", "parent__organization", "state", "due"),
        *("organization__name", "clause__clause__text"),
    ):
        common = {"noun": "assignment", "object": pk, "made_at": now}
        is_reported = state in ("reported", "verified")
        settled = {"settled_at": now, "settled_by": 1}
        todos.append(
            Notice(
                desk_id=desk,
                permit="assignment.report",
                code="assignment.report",
                subject=text[:200],
                due=due,
                **common,
                **(settled if is_reported else {}),
            )
        )
        if is_reported:
            todos.append(
                Notice(
                    desk_id=above or district,
                    permit="assignment.verify",
                    code="assignment.verify",
                    subject=f"{name}：{text}"[:200],
                    **common,
                    **(settled if state == "verified" else {}),
                )
            )
    Notice.objects.bulk_create(todos, batch_size=1000)
