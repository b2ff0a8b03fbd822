"""The table of what organizations ask and answer upwards."""

from __future__ import annotations

from django.db import models

from guantong.apps.organizations.models import Organization


class Kind(models.TextChoices):
    """What a reply is about."""

    ADJUST = "adjust", "申请调整"
    EXEMPT = "exempt", "申请豁免"
    REPORT = "report", "报办结"
    EXPLAIN = "explain", "情况说明"


class Outcome(models.TextChoices):
    """What became of it."""

    OPEN = "open", "待审核"
    ACCEPTED = "accepted", "同意"
    REFUSED = "refused", "不同意"


class Reply(models.Model):
    """An organization's reason in its own words, and what the level above decided and why; read by both sides."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    noun = models.CharField(max_length=32)
    object = models.BigIntegerField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    text = models.TextField(blank=True)
    proposed = models.BigIntegerField(
        null=True
    )  # the row of what is proposed instead, in the app of the noun
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()
    outcome = models.CharField(max_length=16, choices=Outcome.choices, default=Outcome.OPEN)
    decision = models.TextField(blank=True)
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["noun", "object", "id"], name="reply_object")]

    def __str__(self) -> str:
        return f"{self.kind} {self.noun}:{self.object}"
