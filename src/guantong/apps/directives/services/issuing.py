"""Handing a directive down: receipts, assignments, to-dos and entries in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from guantong.analytics.rows import columns
from guantong.apps.directives.models import Assignment, Directive, DirectiveClause, Receipt
from guantong.apps.directives.rows import directive_of
from guantong.apps.directives.services.drafting import (
    LONGEST_LINE,
    check_addressee,
    check_ready,
    checked_line,
    issued_clause,
    lock_directive,
    take_clauses,
)
from guantong.apps.ledger.services import Act, append
from guantong.apps.notices.services import ToDo, raise_notices
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.calendar import limit_calendar, work_calendars
from guantong.apps.organizations.models import Organization
from guantong.core import matters
from guantong.core.calendar import WorkCalendar
from guantong.core.deviation import observe
from guantong.core.issuing import LEAST_DAYS_TO_SIGN, Issue, issue
from guantong.core.matters import OrganizationKind, Stage, level_of
from guantong.core.refusal import Refused
from guantong.core.standings import next_look, standing

_LONGEST_LIMIT = 250  # working days: a year
OFFICES = ""
"""The key of the calendar of offices among those of the school stages."""


@dataclass(frozen=True, slots=True)
class Limits:
    """By when an organization has to sign, and by when to adopt."""

    sign_by: date
    adopt_by: date


def limits_on(today: date, sign_days: int, adopt_days: int, calendar: WorkCalendar) -> Limits:
    """The last day of each limit. Raises Refused: sign_limit_short (below two days), limit_long (over a year), limits_crossed."""
    if sign_days < LEAST_DAYS_TO_SIGN:
        raise Refused("sign_limit_short", days=sign_days, least=LEAST_DAYS_TO_SIGN)
    if adopt_days > _LONGEST_LIMIT:
        raise Refused("limit_long", days=adopt_days, most=_LONGEST_LIMIT)
    if adopt_days < sign_days:
        raise Refused("limits_crossed", sign_days=sign_days, adopt_days=adopt_days)
    return Limits(calendar.after(today, sign_days), calendar.after(today, adopt_days))


def issue_directive(
    actor: Actor,
    *,
    directive: int,
    sign_days: int,
    adopt_days: int,
    urgent_reason: str = "",
    now: datetime,
) -> Directive:
    """Hand a directive down to everybody it is addressed to.

    The limits count the school days of each organization's stage; with `urgent_reason` they count the working days
    of offices. Raises NotFound, Forbidden, and Refused: sign_limit_short, limits_crossed, and those of
    `core.issuing.issue` and of `drafting.address` for what has changed since.
    """
    with transaction.atomic():
        row = lock_directive(actor, "directive.issue", directive)
        urgent_reason = checked_line(urgent_reason, LONGEST_LINE)
        take_clauses(row)
        check_ready(row)
        clauses = list(row.clauses.select_related("terms", "clause").order_by("position"))
        held = row.addressed.select_for_update(of=("self",), no_key=True)  # none closes or moves meanwhile
        organizations = list(held.order_by("path"))
        for organization in organizations:
            check_addressee(row.issuer, organization)
        calendars = work_calendars()
        nobody = Limits(actor.today, actor.today)  # the core says what is missing
        issues = [
            _issue(actor, row, clauses, group, limits=limits, calendar=calendars[OFFICES])
            for limits, group in _by_limits(
                organizations, calendars, actor.today, sign_days, adopt_days, urgent=bool(urgent_reason)
            ).items()
        ] or [_issue(actor, row, clauses, [], limits=nobody, calendar=calendars[OFFICES])]
        _put_directive(row, issues, urgent_reason, calendars[OFFICES])
        receipts = _put_receipts(row, issues)
        made = _put_assignments(row, issues, clauses, receipts, calendars[OFFICES])
        raise_notices((_to_sign(row, receipts[organization.pk]) for organization in organizations), now=now)
        append(_acts(row, organizations, receipts, made), actor=actor.person, now=now)
    return row


def _by_limits(
    organizations: Sequence[Organization],
    calendars: Mapping[str, WorkCalendar],
    today: date,
    sign_days: int,
    adopt_days: int,
    *,
    urgent: bool,
) -> dict[Limits, list[Organization]]:
    """Organizations that have the same days to sign and to adopt."""
    of_stage: dict[str, Limits] = {}
    groups: dict[Limits, list[Organization]] = {}
    for organization in organizations:
        stage = organization.stage
        if stage not in of_stage:
            calendar = limit_calendar(calendars, stage, urgent)
            of_stage[stage] = limits_on(today, sign_days, adopt_days, calendar)
        groups.setdefault(of_stage[stage], []).append(organization)
    return groups


def _issue(
    actor: Actor,
    row: Directive,
    clauses: Sequence[DirectiveClause],
    organizations: Sequence[Organization],
    *,
    limits: Limits,
    calendar: WorkCalendar,
) -> Issue:
    return issue(
        directive_of(row),
        [issued_clause(clause) for clause in clauses],
        [_organization(each) for each in organizations],
        by=str(actor.person),
        sign_by=limits.sign_by,
        adopt_by=limits.adopt_by,
        today=actor.today,
        calendar=calendar,
    )


def _organization(row: Organization) -> matters.Organization:
    return matters.Organization(
        id=str(row.pk),
        path=row.path,
        name=row.name,
        kind=OrganizationKind(row.kind),
        stage=Stage(row.stage) if row.stage else None,
        guided_by=str(row.guided_by_id) if row.guided_by_id else None,
    )


def _put_directive(
    row: Directive, issues: Sequence[Issue], urgent_reason: str, calendar: WorkCalendar
) -> None:
    issued = issues[0].directive
    row.state, row.issued_on, row.effective_on = issued.state, issued.issued_on, issued.effective_on
    row.issued_by = int(issued.issued_by) if issued.issued_by else None
    row.urgent_reason = urgent_reason
    row.sign_by = max(receipt.sign_by for each in issues for receipt in each.receipts)
    row.adopt_by = max((made.adopt_by for each in issues for made in each.assignments), default=row.sign_by)
    if row.received_on and row.issued_on:
        row.kept_days = calendar.between(row.received_on, row.issued_on)
    row.save()


def _put_receipts(row: Directive, issues: Sequence[Issue]) -> dict[int, Receipt]:
    made = Receipt.objects.bulk_create(
        [
            Receipt(
                directive=row,
                organization_id=int(receipt.organization_id),
                handed_on=receipt.handed_on,
                sign_by=receipt.sign_by,
            )
            for each in issues
            for receipt in each.receipts
        ],
        batch_size=1000,
    )
    return {receipt.organization_id: receipt for receipt in made}


def _put_assignments(
    row: Directive,
    issues: Sequence[Issue],
    clauses: Sequence[DirectiveClause],
    receipts: Mapping[int, Receipt],
    calendar: WorkCalendar,
) -> dict[int, int]:
    """Write the assignments; how many each organization has. Those that only differ in place stand alike."""
    by_id = {str(clause.pk): (clause.pk, clause.terms_id) for clause in clauses if clause.terms_id}
    alike: dict[tuple[str, date, date, int, bool], dict[str, int | str | date | None]] = {}
    rows: list[Assignment] = []
    counts = dict.fromkeys(receipts, 0)
    for made in (made for each in issues for made in each.assignments):
        clause, terms = by_id[made.clause_id]
        organization = int(made.organization_id)
        key = (made.clause_id, made.sign_by, made.adopt_by, len(made.path), made.guided)
        if key not in alike:
            alike[key] = stood_on_arrival(made, issues[0].directive, calendar)
        counts[organization] += 1
        rows.append(
            Assignment(
                directive_id=row.pk,
                clause_id=clause,
                receipt_id=receipts[organization].pk,
                organization_id=organization,
                path=made.path,
                guided=made.guided,
                assigned_terms_id=terms,
                due=made.assigned.due,
                handed_on=made.handed_on,
                sign_by=made.sign_by,
                adopt_by=made.adopt_by,
                **alike[key],
            )
        )
    Assignment.objects.bulk_create(rows, batch_size=1000)
    return counts


def stood_on_arrival(
    made: matters.Assignment, directive: matters.Directive, calendar: WorkCalendar
) -> dict[str, int | str | date | None]:
    """The standing columns of an assignment on the day it is handed on."""
    today = made.handed_on
    effective_on = directive.effective_on or today
    observed = observe(
        made, adopted_in_time=(), breaches=(), effective_on=effective_on, calendar=calendar, today=today
    )
    stood = standing(made, directive, observed=observed, calendar=calendar, today=today)
    look = next_look(made, effective_on=effective_on, calendar=calendar, today=today)
    if stood is None:  # a person's part
        return {"counted": 0, "level": level_of(made.path), "indicator": made.indicator.value}
    return {**columns(stood), "look_at": look}


def _to_sign(row: Directive, receipt: Receipt) -> ToDo:
    return ToDo(
        receipt.organization_id, "receipt.sign", "receipt.sign", receipt.pk, row.title, receipt.sign_by
    )


def _acts(
    row: Directive,
    organizations: Iterable[Organization],
    receipts: Mapping[int, Receipt],
    made: Mapping[int, int],
) -> Iterable[Act]:
    """One entry for the directive, one for each organization it reaches."""
    chain = row.issuer.path[: matters.DIGITS_PER_LEVEL]
    yield Act(chain, row.issuer_id, "directive.issued", "directive", row.pk, {"organizations": len(receipts)})
    for organization in organizations:
        yield Act(
            organization.path[: matters.DIGITS_PER_LEVEL],
            organization.pk,
            "receipt.handed",
            "receipt",
            receipts[organization.pk].pk,
            {"directive": row.pk, "assignments": made[organization.pk]},
        )
