"""The tables of documents and of the clauses that quote them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from guantong.apps.organizations.models import Organization
from guantong.core.reading import ClauseKind


class Kind(models.TextChoices):
    """What a clause asks for; attitude and permission can only be transmitted."""

    DUTY = ClauseKind.DUTY, "任务"
    PROHIBITION = ClauseKind.PROHIBITION, "禁止"
    TARGET = ClauseKind.TARGET, "目标"
    PERMISSION = ClauseKind.PERMISSION, "许可"
    ATTITUDE = ClauseKind.ATTITUDE, "态度"


class ClauseState(models.TextChoices):
    """What a person said to a clause that the reader proposed."""

    PROPOSED = "proposed", "待确认"
    CONFIRMED = "confirmed", "已确认"
    REJECTED = "rejected", "不作条款"


class Document(models.Model):
    """A document as it was received: its text exactly as read, and what the reader saw in it.

    All offsets, of clauses too, are `str` indices into `text`, end exclusive.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="documents")
    title = models.CharField(max_length=300)
    number = models.CharField(max_length=100, blank=True)  # 文号
    dated = models.DateField(null=True)
    received_on = models.DateField(null=True)
    sender = models.CharField(max_length=100, blank=True)
    file_name = models.CharField(max_length=200, blank=True)  # empty where the text was pasted
    sha256 = models.CharField(max_length=64)  # of the file; of the text in UTF-8 where it was pasted
    text = models.TextField()
    outline = models.JSONField(default=list)  # [{id, level, marker, title, start, end}]
    blocks = models.JSONField(default=list)  # [[start, end, kind]], tiles of the whole text
    furniture = models.JSONField(default=list)  # [{start, end, reason}]
    reader = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "sha256"], name="document_once")]

    def __str__(self) -> str:
        return self.title


class Clause(models.Model):
    """A stretch of a document that obliges somebody: `text == document.text[start:end]`, always.

    The fields are as they hold now; `read` keeps what the reader had read, and is empty where a person made the clause.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="clauses")
    code = models.CharField(max_length=16)  # "c12": never changes, never given twice
    position = models.PositiveIntegerField()  # among the clauses of the document, from 1
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    text = models.TextField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    path = models.JSONField(default=list)  # the markers above it: ["四", "(一)", "1"]
    subjects = models.JSONField(default=list)
    lead_units = models.JSONField(default=list)
    support_units = models.JSONField(default=list)
    deadline_text = models.TextField(blank=True)
    deadline = models.DateField(null=True)
    deadline_rule = models.CharField(max_length=40, blank=True)
    targets = models.JSONField(default=list)  # [{text, op, value: decimal as string or null, unit}]
    cites = models.JSONField(default=list)
    institutions = models.JSONField(default=list)
    state = models.CharField(max_length=16, choices=ClauseState.choices, default=ClauseState.PROPOSED)
    revision = models.PositiveIntegerField(default=0)  # one up with each change
    read = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "code"], name="clause_once"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="clause_not_empty"),
        ]

    def __str__(self) -> str:
        return self.code
