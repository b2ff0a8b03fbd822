"""The table of corrections that persons ask for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from guantong.apps.organizations.models import Organization, Person


class Outcome(models.TextChoices):
    """What became of it."""

    OPEN = "open", "待办理"
    CORRECTED = "corrected", "已更正"
    KEPT = "kept", "不更正"


class Correction(models.Model):
    """Somebody says what is wrong in their own record; the office that keeps it answers.

    Read by whoever asked, and by those who may do `person.change` at the organization to which the asker belongs now.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="corrections")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")  # whose desk it lies at
    text = models.TextField()
    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=16, choices=Outcome.choices, default=Outcome.OPEN)
    answer = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(outcome=Outcome.OPEN), name="correction_open_once"
            )
        ]
        indexes = [models.Index(fields=["person", "id"], name="correction_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.outcome}"
