"""Assignments that somebody owns at an organization: how many are open, and giving them to a successor."""

from __future__ import annotations

from django.db.models import F, QuerySet

from guantong.apps.directives.models import Assignment, Receipt
from guantong.apps.organizations.changing import within
from guantong.apps.organizations.models import Organization, Person
from guantong.core.moves import RELEASED, AssignmentState

_OVER = sorted({*RELEASED, AssignmentState.VERIFIED})


def owned_assignments(person: int, organization: int) -> QuerySet[Assignment]:
    """The assignments of an organization that are open and owned by a person."""
    return Assignment.objects.filter(owner=person, organization=organization).exclude(state__in=_OVER)


def count_owned(person: int, organization: int) -> int:
    """How many of them there are."""
    return owned_assignments(person, organization).count()


def may_own(person: int, path: str) -> bool:
    """Whether somebody can own what an organization at a path has to do: they belong to it or to what stands under it."""
    return Person.objects.filter(within("organization__path", path), pk=person).exists()


def count_left(person: int, organization: int, to: int) -> int:
    """How many of them a successor cannot own, belonging elsewhere; a part inside goes to whom the post lets act."""
    path = Organization.objects.values_list("path", flat=True).get(pk=organization)
    if may_own(to, path):
        return 0
    return owned_assignments(person, organization).filter(within=False).count()


def pass_on(person: int, organization: int, to: int) -> int:
    """Give them to a successor; how many. What that one cannot own is left without an owner.

    Their receipts are held first, as whoever changes a folder does.
    """
    receipts = owned_assignments(person, organization).values_list("receipt", flat=True).distinct()
    list(Receipt.objects.select_for_update().filter(pk__in=list(receipts)).order_by("pk").values_list("pk"))
    if count_left(person, organization, to):
        owned_assignments(person, organization).filter(within=False).update(owner=None)
    return owned_assignments(person, organization).update(owner=to)


def owned_by(person: int) -> QuerySet[Assignment]:
    """The open assignments a person owns anywhere, soonest first, with clause, directive and organization."""
    rows = Assignment.objects.filter(owner=person).exclude(state__in=_OVER)
    beside = ("clause__clause", "directive", "organization")
    return rows.select_related(*beside).order_by(F("due").asc(nulls_last=True), "pk")
