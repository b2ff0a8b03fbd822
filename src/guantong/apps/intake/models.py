"""The tables of what is being imported: batches with their lines, until those are entered, and how columns were read."""

from __future__ import annotations

from django.db import models

from guantong.apps.organizations.models import Organization


class BatchState(models.TextChoices):
    """Where a batch stands."""

    OPEN = "open", "待确认"
    DONE = "done", "已导入"
    DISCARDED = "discarded", "已放弃"


class LineState(models.TextChoices):
    """What would become of a line: only what is new is entered."""

    NEW = "new", "可导入"
    SAME = "same", "已有"
    CHANGED = "changed", "已有但内容不同"
    QUESTION = "question", "待确认"
    BAD = "bad", "有问题"


class Batch(models.Model):
    """A workbook that somebody handed in, and what became of it.

    Its lines and its file hold personal data: they go when all was entered or the batch was discarded, and after the
    day `keep_until` at the latest. `heads` are those of the columns, `columns` the field each is read as, or "". The
    lines stand in one column, as `lines` packs them: they are only ever judged together, and five thousand rows of a
    table took three times as long.
    """

    kind = models.CharField(max_length=16)
    district = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    kept = models.CharField(
        max_length=32, blank=True
    )  # under which name the file is kept; empty once it is gone
    sheet = models.CharField(max_length=100)
    sheets = models.JSONField(default=list)
    heads = models.JSONField(default=list)
    heads_at = models.PositiveIntegerField(default=1)  # the row they stand in, from 1
    columns = models.JSONField(default=list)
    left_out = models.PositiveIntegerField(default=0)  # those that say something about the table
    total = models.PositiveIntegerField(default=0)
    lines = models.JSONField(default=list)  # personal data, see `lines`
    counts = models.JSONField(default=dict)  # lines by state
    state = models.CharField(max_length=16, choices=BatchState.choices, default=BatchState.OPEN)
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()
    keep_until = models.DateField()  # the last day
    done_at = models.DateTimeField(null=True)
    imported = models.PositiveIntegerField(default=0)
    entered = models.JSONField(default=list)  # ids of what was made, in the order of the lines

    class Meta:
        indexes = [
            models.Index(fields=["district", "-made_at"], name="intake_batch_district"),
            models.Index(fields=["keep_until"], name="intake_batch_keep_until"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"


class Mapping(models.Model):
    """The field that somebody said a head means, remembered for them; "" for a column that is not read.

    What is said by whoever may import a kind for the whole district is remembered for all of it: `said_by` is None.
    """

    kind = models.CharField(max_length=16)
    district = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    said_by = models.BigIntegerField(null=True)
    head = models.CharField(max_length=100)  # folded
    field = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "kind", "said_by", "head"], name="intake_mapping_once"
            ),
            models.UniqueConstraint(
                fields=["district", "kind", "head"],
                condition=models.Q(said_by=None),
                name="intake_mapping_once_for_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.head} {self.field}"
