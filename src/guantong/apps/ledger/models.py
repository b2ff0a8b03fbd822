"""The table of entries and the head of each chain."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One act: who, when, where, what, on what; by ids, codes and figures only, never a name or free text."""

    chain = models.CharField(max_length=16)
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.BigIntegerField(null=True)
    organization = models.BigIntegerField()
    act = models.CharField(max_length=64)
    noun = models.CharField(max_length=32)
    object = models.BigIntegerField()
    facts = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "sequence"], name="ledger_entry_once")]
        indexes = [
            models.Index(fields=["noun", "object"], name="ledger_entry_object"),
            models.Index(fields=["organization", "id"], name="ledger_entry_organization"),
        ]

    def __str__(self) -> str:
        return f"{self.chain}/{self.sequence} {self.act} {self.noun}:{self.object}"


class ChainHead(models.Model):
    """The last entry of each chain, kept beside it so that a cut end shows."""

    chain = models.CharField(max_length=16, primary_key=True)
    sequence = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.chain}/{self.sequence}"
