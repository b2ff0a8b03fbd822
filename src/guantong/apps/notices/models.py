"""The table of to-dos."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from guantong.apps.organizations.models import Organization


class Notice(models.Model):
    """Something waits to be done: at a desk, by whoever holds a post there that gives the permit.

    It names no person, so that it passes on with the office, and it is settled for all when anybody does the thing.
    """

    desk = models.ForeignKey(Organization, models.CASCADE, related_name="notices")
    permit = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    noun = models.CharField(max_length=32)
    object = models.BigIntegerField()
    subject = models.CharField(max_length=200)  # what it is about, for the sentence
    due = models.DateField(null=True)
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "object", "desk"], condition=Q(settled_at=None), name="notice_open_once"
            )
        ]
        indexes = [models.Index(fields=["desk", "settled_at", "due"], name="notice_desk")]

    def __str__(self) -> str:
        return f"{self.code} {self.object}"
