"""Who somebody is on the screen: their name, and the organization they act for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Subquery, Value

from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.models import Organization, Person
from guantong.core.matters import DIGITS_PER_LEVEL


@dataclass(frozen=True, slots=True)
class Acting:
    """A person's name, the organization of the first of their posts, and whether the whole district is an example.

    `to_dos` is how many things wait for them.
    """

    person: str
    organization: str  # empty for somebody without a post
    invented: bool
    to_dos: int


def acting(actor: Actor, waiting: QuerySet[Any]) -> Acting:
    """Who the actor is on the screen, and how many of the rows `waiting` there are, by one query."""
    path = actor.posts[0].path if actor.posts else ""
    row = (
        Person.objects.filter(pk=actor.person)
        .annotate(
            place=Subquery(_at(path).values("name")[:1]),
            example=Subquery(_at(path[:DIGITS_PER_LEVEL]).values("invented")[:1]),
            to_dos=Subquery(_count_of(waiting)),
        )
        .values("name", "place", "example", "to_dos")
        .first()
    )
    if row is None:
        return Acting("", "", False, 0)
    return Acting(row["name"], row["place"] or "", bool(row["example"]), row["to_dos"] or 0)


def _count_of(rows: QuerySet[Any]) -> QuerySet[Any]:
    """One row with one number, for a subquery."""
    number: QuerySet[Any] = rows.order_by().values(one=Value(1)).annotate(n=Count("*")).values("n")
    return number


def _at(path: str) -> QuerySet[Organization]:
    return Organization.objects.filter(path=path)
