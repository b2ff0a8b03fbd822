"""The tree as it stood on a day, and what changed in it in a year: read from the tables of names and places once held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Left

from guantong.apps.organizations.access import Actor, visible
from guantong.apps.organizations.changing import ONE_DAY
from guantong.apps.organizations.changing import within as at_or_below
from guantong.apps.organizations.models import Organization, PastClosure, PastName, PastPlace
from guantong.core.matters import DIGITS_PER_LEVEL


@dataclass(frozen=True, slots=True)
class Placed:
    """An organization as it stood on a day."""

    id: int
    path: str
    name: str


def tree_on(day: date, within: str = "") -> list[Placed]:
    """The organizations that were open on a day, in order of path, where they stood and as they were called.

    With `within`, only what stood at or below that path on the day.
    """
    on_it = Q(since__lte=day, until__gte=day)
    names, places = PastName.objects.filter(on_it), PastPlace.objects.filter(on_it)
    closed = PastClosure.objects.filter(on_it, organization=OuterRef("pk"))
    rows = Organization.objects.filter(
        ~Exists(closed), Q(closed_on=None) | Q(closed_on__gt=day), opened_on__lte=day
    )
    if within:
        here = places.filter(at_or_below("path", within)).values("organization")
        rows = rows.filter(at_or_below("path", within) | Q(pk__in=here))
        names = names.filter(organization__in=rows.values("pk"))
        places = places.filter(organization__in=rows.values("pk"))
    called, stood = (
        dict(names.values_list("organization", "name")),
        dict(places.values_list("organization", "path")),
    )
    placed = (
        Placed(pk, stood.get(pk, path), called.get(pk, name))
        for pk, path, name in rows.values_list("pk", "path", "name")
    )
    return sorted((each for each in placed if each.path.startswith(within)), key=lambda each: each.path)


def changes_in(actor: Actor, year: int, within: str = "") -> QuerySet[Any]:
    """What changed in a year of the tree that somebody may see, or at and below a path of it; latest first.

    Rows have `day`, `place` (the organization's key), `called` (its name today), `what` (founded, split, renamed, moved,
    closed, merged or reopened), `before` and `after`: names, those of superiors where it moved. What was entered with
    a day of opening long ago is founded on that day; what stands since the first day of its district was there all
    along. One query a page, however many rows there are.
    """
    seen: QuerySet[Organization] = visible(actor, "organization.see")
    if within:
        seen = seen.filter(at_or_below("path", within))
    first, last = date(year, 1, 1), date(year, 12, 31)
    eve, end = first - ONE_DAY, last - ONE_DAY  # what held until the eve was changed on the day
    of = Q(organization__in=seen.values("pk"))
    founded = seen.filter(opened_on__range=(first, last))
    day_one = Organization.objects.filter(
        parent=None, path=Left(OuterRef("path"), DIGITS_PER_LEVEL), opened_on=OuterRef("opened_on")
    )
    founded = founded.exclude(Exists(day_one), ~Q(parent=None))
    closed = seen.filter(closed_on__range=(first, last))
    shut = PastClosure.objects.filter(of, since__range=(first, last))
    opened = PastClosure.objects.filter(of, until__range=(eve, end))
    named = PastName.objects.filter(of, until__range=(eve, end))
    key: BigIntegerField[int, int] = BigIntegerField()
    stood = Subquery(_next(PastPlace.objects.all()).values("parent")[:1], output_field=key)
    placed = PastPlace.objects.filter(of, until__range=(eve, end)).annotate(
        next_parent=Coalesce(stood, F("organization__parent"), output_field=key)
    )
    away = placed.exclude(next_parent=F("parent"))  # what stood under it has gone along
    parent = Organization.objects.filter(pk=OuterRef("next_parent")).values("name")[:1]
    renamed_to = Coalesce(Subquery(_next(PastName.objects.all()).values("name")[:1]), F("organization__name"))
    was_split = Case(When(split_from=None, then=Value("founded")), default=Value("split"))
    was_merged = Case(When(merged_into=None, then=Value("closed")), default=Value("merged"))
    rows = _told(founded, F("opened_on"), was_split, F("split_from__name"), F("name"), own=True)
    changes: QuerySet[Any] = rows.union(
        _told(closed, F("closed_on"), was_merged, F("name"), F("merged_into__name"), own=True),
        _told(shut, F("since"), was_merged, F("organization__name"), F("merged_into__name")),
        _told(opened, _day_after(), Value("reopened"), F("merged_into__name"), F("organization__name")),
        _told(named, _day_after(), Value("renamed"), F("name"), renamed_to),
        _told(away, _day_after(), Value("moved"), F("parent__name"), Subquery(parent)),
        all=True,
    )
    return changes.order_by("-day", "place", "what")


def _told(rows: QuerySet[Any], day: Any, what: Any, before: Any, after: Any, *, own: bool = False) -> Any:
    """The rows in the shape of a change; `own` where they are organizations themselves."""
    text: CharField[str, str] = CharField()
    return (
        rows.order_by()
        .annotate(
            day=Cast(day, DateField()),
            place=F("pk") if own else F("organization_id"),
            called=F("name") if own else F("organization__name"),
            what=Cast(what, text),
            before=Coalesce(before, Value(""), output_field=text),
            after=Coalesce(after, Value(""), output_field=text),
        )
        .values("day", "place", "called", "what", "before", "after")
    )


def _day_after() -> ExpressionWrapper[Any]:
    return ExpressionWrapper(F("until") + Value(ONE_DAY), output_field=DateField())


def _next(past: QuerySet[Any]) -> QuerySet[Any]:
    """Of the same organization, what held next after a row."""
    return past.filter(organization=OuterRef("organization"), since__gt=OuterRef("until")).order_by("since")
