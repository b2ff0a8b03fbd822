"""What organizations have open, whoever keeps it: shown before an organization is closed, and then seen to.

The apps above keep it. Each registers itself as a keeper when Django starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from django.db.models import Count, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from guantong.apps.ledger.services import Act
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.models import Organization


class Work(StrEnum):
    """What becomes of the open work of an organization that is merged into another."""

    WITHDRAW = "withdraw"
    HAND_OVER = "hand-over"


@dataclass(frozen=True, slots=True)
class OpenWork:
    """How much of one kind is open, and what would become of it if it were handed over; without an heir, by itself.

    `code` is assignment (tasks that were handed down to it), notice (to-dos at its desk), directive (drafts of its
    own), issued (open tasks that others have from it), post or person.
    """

    code: str
    count: int
    moved: int = 0  # goes on at the heir
    merged: int = 0  # the heir has the same, which stands for both
    withdrawn: int = 0  # is taken back, discarded, settled or ended

    @property
    def left(self) -> int:
        """What stays where it is: issued work has to be ended before; without an heir, persons transferred."""
        return self.count - self.moved - self.merged - self.withdrawn


class Keeper(Protocol):
    """An app that keeps work which organizations have open. Every function works inside the tree's transaction."""

    def preview(self, organization: Organization, heir: Organization | None) -> list[OpenWork]:
        """What the organization has open, and what would become of it if the heir took it over."""
        ...

    def closing(
        self, actor: Actor, organization: Organization, heir: Organization | None, *, now: datetime
    ) -> list[Act]:
        """End what the organization has open, or hand it to the heir where there is one; the entries that tell of it.

        Raises Refused where it cannot be ended from here.
        """
        ...

    def moved(self, actor: Actor, organization: Organization, *, now: datetime) -> list[Act]:
        """Let what is open follow the organization, and all below it, to the place where they stand now.

        Raises Refused where it cannot go along.
        """
        ...


keepers: list[Keeper] = []
"""Every keeper there is; filled by the apps above."""


def counts_of(organization: Organization, **rows: QuerySet[Any]) -> dict[str, int]:
    """How many rows there are of each kind, by one query."""
    one = {"one": Value(1)}
    numbers = [each.order_by().values(**one).annotate(n=Count("*")).values("n") for each in rows.values()]
    found = Organization.objects.filter(pk=organization.pk)
    counts = found.values_list(*(Coalesce(Subquery(number), 0) for number in numbers)).get()
    return dict(zip(rows, counts, strict=True))
