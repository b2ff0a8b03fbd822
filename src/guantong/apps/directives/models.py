"""The tables of what is handed down: directives, their clauses and terms, receipts, assignments, and what is done."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from guantong.apps.documents.models import Clause, Document
from guantong.apps.organizations.models import Organization, Person
from guantong.core.deviation import Deviation, FactCode
from guantong.core.matters import Indicator, Side
from guantong.core.moves import AssignmentState, CaseState, DirectiveState
from guantong.core.reading.types import ClauseKind, Operator


def _choices(
    enum: type[Indicator | Side | AssignmentState | CaseState | DirectiveState],
) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in enum]


class Directive(models.Model):
    """A document that an organization hands down to others."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="directives")
    issuer = models.ForeignKey(Organization, models.PROTECT, related_name="directives")
    title = models.CharField(max_length=300)
    state = models.CharField(max_length=16, choices=_choices(DirectiveState), default=DirectiveState.DRAFT)
    addressed = models.ManyToManyField(Organization, related_name="+")
    received_on = models.DateField(null=True)  # when the document reached the issuer
    issued_on = models.DateField(null=True)
    effective_on = models.DateField(null=True)
    sign_by = models.DateField(null=True)  # the latest of all addressed; each has its own on its receipt
    adopt_by = models.DateField(null=True)
    urgent_reason = models.CharField(max_length=200, blank=True)  # why vacations were not spared
    ended_reason = models.CharField(max_length=200, blank=True)
    kept_days = models.IntegerField(null=True)  # working days from its arrival to its issue
    drafted_by = models.BigIntegerField()
    issued_by = models.BigIntegerField(null=True)
    approved_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["issuer", "state"], name="directive_issuer")]

    def __str__(self) -> str:
        return self.title


class Terms(models.Model):
    """What is to be done, how much and by when. A row never changes: other terms are another row."""

    indicator = models.CharField(max_length=16, choices=_choices(Indicator))
    op = models.CharField(max_length=2, choices=[(op.value, op.sign) for op in Operator], blank=True)
    value = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    unit = models.CharField(max_length=16, blank=True)
    due = models.DateField(null=True)
    scope = models.CharField(max_length=40, blank=True)  # code of those it covers; empty for all

    def __str__(self) -> str:
        return f"{self.indicator} {self.op}{self.value or ''}{self.unit} {self.due or ''}"


class DirectiveClause(models.Model):
    """A clause as the issuer hands it down; without terms it is for information."""

    directive = models.ForeignKey(Directive, models.CASCADE, related_name="clauses")
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in ClauseKind])
    terms = models.ForeignKey(Terms, models.PROTECT, null=True, related_name="+")
    side = models.CharField(max_length=8, choices=_choices(Side), default=Side.LEAD)
    reason = models.CharField(max_length=200, blank=True)  # why a report back is needed
    consent_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["directive", "clause"], name="directive_clause_once")]

    def __str__(self) -> str:
        return f"{self.directive_id}:{self.clause_id}"


class Receipt(models.Model):
    """An organization signs once for a directive."""

    directive = models.ForeignKey(Directive, models.PROTECT, related_name="receipts")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="receipts")
    handed_on = models.DateField()
    sign_by = models.DateField()
    signed_on = models.DateField(null=True)
    signed_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["directive", "organization"], name="receipt_once")]
        indexes = [models.Index(fields=["organization", "signed_on"], name="receipt_organization")]

    def __str__(self) -> str:
        return f"{self.directive_id}@{self.organization_id}"


class Stood(models.Model):
    """Where an assignment stands, as `core.standings` found it: the columns that measures count.

    The columns are those of `analytics.tables.ASSIGNMENTS`; NULL is not known. `look_at` is the day on which they
    may be other although nobody did anything.
    """

    counted = models.SmallIntegerField(default=1)  # 0: lifted, or a person's part; in no figure
    indicator = models.CharField(max_length=16)
    asks = models.SmallIntegerField(default=1)
    acts = models.SmallIntegerField(default=1)
    signed = models.SmallIntegerField(null=True)
    adopted = models.SmallIntegerField(null=True)
    acted = models.SmallIntegerField(null=True)
    reported = models.SmallIntegerField(null=True)
    verified = models.SmallIntegerField(null=True)
    effect = models.SmallIntegerField(null=True)
    signed_in_time = models.SmallIntegerField(null=True)
    adopted_in_time = models.SmallIntegerField(null=True)
    acted_in_time = models.SmallIntegerField(null=True)
    fact = models.CharField(
        max_length=24, blank=True, choices=[(code.value, code.value) for code in FactCode]
    )
    confirmed = models.CharField(
        max_length=16, blank=True, choices=[(kind.value, kind.value) for kind in Deviation]
    )
    deviation_known = models.SmallIntegerField(default=0)
    kept_days = models.IntegerField(null=True)
    used_days = models.IntegerField(null=True)
    left_days = models.IntegerField(null=True)
    shortfall = models.IntegerField(null=True)
    late_days = models.IntegerField(null=True)
    periods_required = models.IntegerField(default=0)
    periods_known = models.IntegerField(default=0)
    periods_held = models.IntegerField(default=0)
    periods_in_time = models.IntegerField(default=0)
    look_at = models.DateField(null=True)

    class Meta:
        abstract = True


class Assignment(Stood):
    """A clause that an organization has to carry out. Earlier terms are kept beside later ones."""

    directive = models.ForeignKey(Directive, models.PROTECT, related_name="assignments", db_index=False)
    clause = models.ForeignKey(DirectiveClause, models.PROTECT, related_name="assignments")
    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="assignments")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="assignments", db_index=False)
    path = models.CharField(max_length=64)  # where the organization stood when it was handed on
    level = models.SmallIntegerField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")
    within = models.BooleanField(default=False)
    guided = models.BooleanField(default=False)
    is_split = models.BooleanField(default=False)
    state = models.CharField(max_length=16, choices=_choices(AssignmentState), default=AssignmentState.ISSUED)
    assigned_terms = models.ForeignKey(Terms, models.PROTECT, related_name="+", db_index=False)
    adjusted_terms = models.ForeignKey(Terms, models.PROTECT, null=True, related_name="+", db_index=False)
    adopted_terms = models.ForeignKey(Terms, models.PROTECT, null=True, related_name="+", db_index=False)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    measure = models.TextField(blank=True)  # what the organization means to do, in its own words
    due = models.DateField(null=True)  # of the terms it is held to; for lists
    handed_on = models.DateField()
    sign_by = models.DateField()
    adopt_by = models.DateField()
    signed_on = models.DateField(null=True)
    adopted_on = models.DateField(null=True)
    acted_on = models.DateField(null=True)
    passed_on = models.DateField(null=True)
    reported_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    actual_part = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    actual_whole = models.IntegerField(null=True)
    judged = models.BooleanField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["receipt", "clause"], condition=Q(parent=None), name="assignment_once"
            )
        ]
        indexes = [
            # what the gauges of a page count, each from its index alone: the order of the first columns serves a
            # funnel of each clause and one of each directive, and the rows of a directive besides
            models.Index(
                fields=[
                    *("directive", "level", "indicator", "clause", "path", "counted", "asks", "acts"),
                    *("signed", "adopted", "acted", "reported", "verified", "effect"),
                    *("signed_in_time", "adopted_in_time", "acted_in_time", "shortfall"),
                    *("periods_required", "periods_known", "periods_in_time"),
                ],
                name="assignment_answers",
            ),
            models.Index(
                fields=[
                    *("directive", "level", "clause", "fact", "confirmed", "deviation_known"),
                    *("path", "counted"),
                ],
                name="assignment_deviations",
            ),
            models.Index(
                fields=[
                    *("directive", "level", "kept_days", "used_days", "left_days", "late_days"),
                    *("path", "counted"),
                ],
                name="assignment_days",
            ),
            # what the front page counts below an organization, and the order of lists
            models.Index(
                fields=[
                    *("organization", "counted", "state", "due", "closed_on", "reported_on"),
                    *("confirmed", "fact", "directive", "clause"),
                ],
                name="assignment_below",
            ),
            models.Index(fields=["look_at"], condition=~Q(look_at=None), name="assignment_look_at"),
        ]

    def __str__(self) -> str:
        return f"{self.clause_id}@{self.organization_id}"


class Case(models.Model):
    """A fact that somebody follows up, from the question to a person's decision."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="cases")
    state = models.CharField(max_length=16, choices=_choices(CaseState))
    fact = models.CharField(max_length=24, choices=[(code.value, code.value) for code in FactCode])
    evidence = models.JSONField(default=dict)  # asked, found, rests_on, mended_on of the fact
    proposed_on = models.DateField()
    asked_by = models.BigIntegerField(null=True)
    explain_by = models.DateField(null=True)
    explained_on = models.DateField(null=True)
    decided_on = models.DateField(null=True)
    decided_by = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(state__in=[CaseState.ASKED, CaseState.EXPLAINED, CaseState.CONFIRMED]),
                name="case_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.fact} {self.assignment_id}"


class Progress(models.Model):
    """What was done, on the day it was done; when it was entered is kept too."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="progress")
    held_on = models.DateField()
    text = models.TextField()
    entered_at = models.DateTimeField()
    entered_by = models.BigIntegerField()
    once = models.CharField(
        max_length=36, blank=True
    )  # of the form it came by, so that a repeat makes no second

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "once"], condition=~Q(once=""), name="progress_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.held_on} {self.assignment_id}"


class Inspection(models.Model):
    """Somebody looked whether a prohibition is kept, and found a breach or none."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="inspections")
    held_on = models.DateField()
    found = models.BooleanField()
    note = models.TextField(blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.held_on} {self.assignment_id}"
