"""Which organizations there were on a day, what they were called and what they stood below; and what became of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import (
    BigIntegerField,
    CharField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from guantong.apps.organizations.models import Organization, PastClosure, PastName, PastPlace
from guantong.apps.organizations.queries import existed_on


@dataclass(frozen=True, slots=True)
class Past:
    """What was so of an organization from a day to a day, both counted in.

    `kind` is name, place or closure; `name` what it was called, or the parent it stood below, or what it was then
    merged into; `other` and `path` are those of that other organization, where there is one. `own` is the path it
    had itself, of a place.
    """

    kind: str
    name: str
    other: int | None
    path: str
    own: str
    since: date
    until: date


def standing_on(rows: QuerySet[Organization], day: date) -> QuerySet[Organization]:
    """Those of `rows` that existed on a day, each with `called`: its name on it."""
    names = PastName.objects.filter(since__lte=day, until__gte=day, organization=OuterRef("pk"))
    return existed_on(rows, day).annotate(called=Coalesce(Subquery(names.values("name")[:1]), F("name")))


def placed_below(rows: QuerySet[Organization], parent: int, day: date) -> QuerySet[Organization]:
    """Those of `rows` that stood directly below an organization on a day."""
    held = PastPlace.objects.filter(since__lte=day, until__gte=day)
    moved_away = held.filter(parent=parent).values("organization")
    moved_here = held.filter(organization__parent=parent).exclude(parent=parent).values("organization")
    return rows.filter(Q(pk__in=moved_away) | (Q(parent=parent) & ~Q(pk__in=moved_here)))


def with_places(rows: QuerySet[Organization], day: date) -> QuerySet[Organization]:
    """`rows`, each with `stood_below`: the key of its parent on a day, and `had_children`: whether it was one itself."""
    held = PastPlace.objects.filter(since__lte=day, until__gte=day)
    away = held.filter(organization=OuterRef("pk")).exclude(parent=OuterRef("parent"))  # it came only later
    stayed = Organization.objects.filter(~Exists(away), parent=OuterRef("pk"))
    gone = Organization.objects.filter(
        pk__in=held.filter(parent=OuterRef(OuterRef("pk"))).values("organization")
    )
    return rows.annotate(
        stood_below=Coalesce(
            Subquery(held.filter(organization=OuterRef("pk")).values("parent")[:1]),
            F("parent"),
            output_field=BigIntegerField(),
        ),
        had_children=Exists(existed_on(stayed, day)) | Exists(existed_on(gone, day)),
    )


def above_on(organization: Organization, day: date) -> list[Organization]:
    """What stood above an organization on a day, from the top down, and last itself; each with `called`.

    Paths that were held for a day are never given to another: a past path says whose it was.
    """
    held = PastPlace.objects.filter(since__lte=day, until__gte=day)
    then = held.filter(organization=organization).values_list("path", flat=True).first() or organization.path
    paths = [then[:end] for end in range(4, len(then) + 1, 4)]
    places = held.filter(organization=OuterRef("pk")).values("path")[:1]
    candidates = Organization.objects.filter(
        Q(path__in=paths) | Q(pk__in=held.filter(path__in=paths).values("organization"))
    )
    placed = standing_on(candidates, day).annotate(then=Coalesce(Subquery(places), F("path")))
    return list(placed.filter(then__in=paths).order_by("then"))


def past_of(organization: int) -> list[Past]:
    """What an organization was called, where it stood and when it was closed before, latest first; one query."""
    none, no_path = Value(None, output_field=IntegerField()), Value("", output_field=CharField())
    days = ("since", "until")
    names = PastName.objects.filter(organization=organization).values_list(
        _told("name"), "name", none, no_path, no_path, *days
    )
    places = PastPlace.objects.filter(organization=organization).values_list(
        _told("place"), "parent__name", "parent", "parent__path", "path", *days
    )
    closures = PastClosure.objects.filter(organization=organization).values_list(
        _told("closure"), "merged_into__name", "merged_into", "merged_into__path", no_path, *days
    )
    rows = [
        Past(kind, name or "", other, path or "", own, since, until)
        for kind, name, other, path, own, since, until in names.union(places, closures, all=True)
    ]
    return sorted(rows, key=lambda each: each.since, reverse=True)


def _told(kind: str) -> Value:
    return Value(kind, output_field=CharField())
