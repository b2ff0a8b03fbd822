"""Who somebody is on the screen: their name, and the organization they act for."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet, Subquery

from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.models import Organization, Person

_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Acting:
    """A person's name, the organization of the first of their posts, and whether the whole district is an example."""

    person: str
    organization: str  # empty for somebody without a post
    invented: bool


def acting(actor: Actor) -> Acting:
    """Who the actor is on the screen, by one query."""
    path = actor.posts[0].path if actor.posts else ""
    row = (
        Person.objects.filter(pk=actor.person)
        .annotate(
            place=Subquery(_at(path).values("name")[:1]),
            example=Subquery(_at(path[:_DIGITS]).values("invented")[:1]),
        )
        .values("name", "place", "example")
        .first()
    )
    if row is None:
        return Acting("", "", False)
    return Acting(row["name"], row["place"] or "", bool(row["example"]))


def _at(path: str) -> QuerySet[Organization]:
    return Organization.objects.filter(path=path)
