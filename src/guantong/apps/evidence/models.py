"""The table of references."""

from __future__ import annotations

from django.db import models


class Reference(models.Model):
    """A record that exists anyway (`shown_noun`, `shown`) shows that something was done (`noun`, `object`)."""

    noun = models.CharField(max_length=32)
    object = models.BigIntegerField()
    shown_noun = models.CharField(max_length=32)
    shown = models.BigIntegerField()
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["noun", "object", "shown_noun", "shown"], name="reference_once")
        ]

    def __str__(self) -> str:
        return f"{self.noun}:{self.object} ← {self.shown_noun}:{self.shown}"
