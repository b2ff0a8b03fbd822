"""Everything of one directive at one organization, as services work on it: locked, changed by acts of the core, saved.

Whatever an act changes, the standings are found anew; of the whole folder where something is adopted, because a clause
left out is a fact only beside others that were adopted in time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet

from guantong.analytics.rows import columns
from guantong.apps.directives import models
from guantong.apps.directives.rows import (
    assignment_of,
    breaches_of,
    case_of,
    changes_of,
    directive_of,
    terms_row,
)
from guantong.apps.ledger.services import Act
from guantong.apps.organizations.access import Actor, fetch_values
from guantong.apps.organizations.calendar import work_calendar
from guantong.core import matters
from guantong.core.calendar import WorkCalendar
from guantong.core.chain import Plain
from guantong.core.deviation import FactCode, Observed, observe
from guantong.core.matters import Periods, Terms
from guantong.core.moves import CaseState, DirectiveState
from guantong.core.reading.types import ClauseKind
from guantong.core.refusal import Refused
from guantong.core.standings import next_look, standing

_OPEN = (CaseState.ASKED, CaseState.EXPLAINED, CaseState.CONFIRMED)
_OF_RECEIPT = (
    *("directive", "organization", "handed_on", "sign_by", "signed_on", "signed_by"),
    *("organization__path", "organization__name", "organization__stage"),
    *("directive__title", "directive__state", "directive__issuer", "directive__issuer__path"),
    *("directive__received_on", "directive__issued_on", "directive__effective_on"),
    *("directive__issued_by", "directive__approved_by", "directive__urgent_reason"),
)
"""What services need of a receipt and of what it belongs to."""
_BESIDE = ("clause", "assigned_terms", "adjusted_terms", "adopted_terms")


def with_terms() -> QuerySet[models.Assignment]:
    """Assignments with what the core needs of them at hand."""
    return models.Assignment.objects.select_related("directive__issuer", "organization", *_BESIDE)


class Folder:
    """The receipt of one organization for one directive, with all of its assignments, or with one of them.

    To be opened inside a transaction. One will do for an act that leaves the standing of the others as it is.
    """

    def __init__(self, receipt: models.Receipt, rows: Sequence[models.Assignment]) -> None:
        self.receipt = receipt
        self.directive = receipt.directive
        self.organization = receipt.organization
        self.rows = {row.pk: row for row in rows}
        self._before = {row.pk: dict(row.__dict__) for row in rows}

    def assignments(self) -> list[matters.Assignment]:
        """All of them, as they stand."""
        return [assignment_of(row) for row in self.rows.values()]

    def assignment(self, pk: int) -> matters.Assignment:
        return assignment_of(self.rows[pk])

    def put(self, assignment: matters.Assignment) -> models.Assignment:
        """Write an assignment, as an act of the core returned it, into its row."""
        return put(self.rows[int(assignment.id)], assignment)

    def save(self, today: date, calendar: WorkCalendar | None = None) -> None:
        """Find every standing anew and save the rows that changed."""
        rows = list(self.rows.values())
        restand(rows, today=today, calendar=calendar or work_calendar())
        save_changed(rows, self._before)

    def act(self, act: str, noun: str, key: int, **facts: Plain) -> Act:
        """An entry for the record of acts about something of this folder."""
        organization = self.organization
        return Act(organization.path[: matters.DIGITS_PER_LEVEL], organization.pk, act, noun, key, facts)


def put(row: models.Assignment, assignment: matters.Assignment) -> models.Assignment:
    """Write what an act of the core returned into the row of the assignment, not saved yet."""
    before = assignment_of(row)
    for name, value in changes_of(assignment).items():
        setattr(row, name, value)
    if assignment.adjusted != before.adjusted and assignment.adjusted:
        row.adjusted_terms = _terms(row, assignment.adjusted)
    if assignment.adopted != before.adopted and assignment.adopted:
        row.adopted_terms = _terms(row, assignment.adopted)
        if owner := assignment.adopted.owner_id:
            row.owner_id = int(owner)
    return row


def act_on(row: models.Assignment, act: str, **facts: Plain) -> Act:
    """An entry for the record of acts about an assignment."""
    chain = row.organization.path[: matters.DIGITS_PER_LEVEL]
    return Act(chain, row.organization_id, act, "assignment", row.pk, facts)


def _terms(row: models.Assignment, terms: Terms) -> models.Terms:
    """The row of these terms: one of the assignment's own where they are the same, else a new one."""
    for known in (row.adopted_terms, row.adjusted_terms, row.assigned_terms):
        if known is not None and same_terms(known, terms):
            return known
    fresh = terms_row(terms)
    fresh.save(force_insert=True)
    return fresh


def same_terms(row: models.Terms, terms: Terms) -> bool:
    """Whether a row says the same; whose they are is not among it."""
    other = terms_row(terms)
    return all(
        getattr(row, name) == getattr(other, name)
        for name in ("indicator", "op", "value", "unit", "due", "scope")
    )


def open_folder(receipt: int, only: int | None = None) -> Folder:
    """The folder of a receipt, locked until the transaction ends; with `only` one of its assignments in it.

    Raises Refused("directive_ended") where the directive is no longer in force.
    """
    lock([receipt])
    receipts = models.Receipt.objects.select_related("directive__issuer", "organization")
    row = receipts.only(*_OF_RECEIPT).get(pk=receipt)
    if row.directive.state != DirectiveState.ISSUED:
        raise Refused("directive_ended", directive=row.directive_id, state=row.directive.state)
    wanted = {"receipt": row} if only is None else {"pk": only}
    rows = list(models.Assignment.objects.filter(**wanted).select_related(*_BESIDE).order_by("pk"))
    for each in rows:
        each.directive, each.organization, each.receipt = row.directive, row.organization, row
    return Folder(row, rows)


def lock(receipts: Collection[int]) -> None:
    """Hold the receipts until the transaction ends: whoever changes anything of a folder holds its receipt.

    It is a statement of its own, so that what is read after it is what the one who held them before has left. SQLite
    lets one writer in at a time and needs none.
    """
    if connection.features.has_select_for_update:
        list(
            models.Receipt.objects.filter(pk__in=receipts)
            .order_by("pk")
            .select_for_update()
            .values_list("pk")
        )


def folder_of(actor: Actor, permit: str, assignment: int, *, whole: bool = False) -> Folder:
    """The folder in which an assignment lies, for doing with it what `permit` names: with it alone or whole, locked.

    Raises NotFound, Forbidden, and Refused as `open_folder`.
    """
    receipt, parent = fetch_values(actor, permit, assignment, "receipt", "parent")
    if parent is not None:
        lock(receipts_above(parent))
    return open_folder(receipt, None if whole else assignment)


def receipts_above(parent: int | None) -> list[int]:
    """The receipts of a whole and of what it is itself a part of: held first, as whoever hands on or takes back does."""
    found: list[int] = []
    while parent is not None:
        receipt, parent = models.Assignment.objects.values_list("receipt", "parent").get(pk=parent)
        found.append(receipt)
    return found


def restand(rows: Sequence[models.Assignment], *, today: date, calendar: WorkCalendar) -> None:
    """Find the standing of each row as of `today`, and when to look again; the rows are not saved."""
    in_time = _adopted_in_time(rows, today)
    cases = _cases([row.pk for row in rows])
    inspections = _inspections(rows)
    for row in rows:
        assignment, directive = assignment_of(row), directive_of(row.directive)
        effective_on = directive.effective_on or row.handed_on
        stood = standing(
            assignment,
            directive,
            observed=observe(
                assignment,
                adopted_in_time=in_time[row.receipt_id],
                breaches=breaches_of(inspections[row.pk], row),
                effective_on=effective_on,
                calendar=calendar,
                today=today,
            ),
            case=next((case_of(case) for case in cases[row.pk] if case.state in _OPEN), None),
            cleared=_cleared(cases[row.pk]),
            periods=periods_of(row),
            calendar=calendar,
            today=today,
        )
        row.counted = int(stood is not None)
        if stood is not None:
            for name, value in columns(stood).items():
                setattr(row, name, value)
        row.look_at = next_look(assignment, effective_on=effective_on, calendar=calendar, today=today)


def observed_of(row: models.Assignment, *, today: date, calendar: WorkCalendar) -> Observed:
    """The facts that can be seen of one assignment today, with what was asked and what was found."""
    assignment, directive = assignment_of(row), directive_of(row.directive)
    return observe(
        assignment,
        adopted_in_time=_adopted_in_time([row], today)[row.receipt_id],
        breaches=breaches_of(_inspections([row])[row.pk], row),
        effective_on=directive.effective_on or row.handed_on,
        calendar=calendar,
        today=today,
    )


def periods_of(row: models.Assignment) -> Periods | None:
    """The periods of a computed assignment; None until records were counted."""
    if not row.periods_required:
        return None
    counts = (row.periods_required, row.periods_known, row.periods_held, row.periods_in_time)
    return Periods(str(row.pk), *counts)


def save_changed(rows: Iterable[models.Assignment], before: Mapping[int, Mapping[str, Any]]) -> int:
    """Save the columns that differ from `before` (the rows' own attributes, by key); how many rows did."""
    saved = 0
    names = [field.attname for field in models.Assignment._meta.concrete_fields]
    for row in rows:
        changed = [name for name in names if getattr(row, name) != before[row.pk].get(name)]
        if changed:
            row.save(update_fields=changed)
            saved += 1
    return saved


def _adopted_in_time(rows: Sequence[models.Assignment], today: date) -> dict[int, list[str]]:
    """By receipt, the assignments adopted in time: as `rows` say, which may not be saved yet, else as the table says.

    Asked for only of receipts with an assignment past its limit: beside it alone the others matter.
    """
    found: defaultdict[int, list[str]] = defaultdict(list)
    past = {row.receipt_id for row in rows if (row.adopted_on or today) > row.adopt_by}
    if not past:
        return found
    adopted = models.Assignment.objects.filter(receipt__in=past, adopted_on__lte=F("adopt_by"))
    at_hand = {row.pk for row in rows}
    for pk, receipt in adopted.exclude(pk__in=at_hand).values_list("pk", "receipt"):
        found[receipt].append(str(pk))
    for row in rows:
        if row.adopted_on is not None and row.adopted_on <= row.adopt_by:
            found[row.receipt_id].append(str(row.pk))
    return found


def _cases(pks: Collection[int]) -> Mapping[int, list[models.Case]]:
    found: defaultdict[int, list[models.Case]] = defaultdict(list)
    for case in models.Case.objects.filter(assignment__in=pks):
        found[case.assignment_id].append(case)
    return found


def _cleared(cases: Iterable[models.Case]) -> list[FactCode]:
    return [FactCode(case.fact) for case in cases if case.state == CaseState.CLEARED]


def _inspections(rows: Sequence[models.Assignment]) -> Mapping[int, list[models.Inspection]]:
    found: defaultdict[int, list[models.Inspection]] = defaultdict(list)
    forbidden = [row.pk for row in rows if row.clause.kind == ClauseKind.PROHIBITION]
    if forbidden:
        for each in models.Inspection.objects.filter(assignment__in=forbidden).order_by("pk"):
            found[each.assignment_id].append(each)
    return found
