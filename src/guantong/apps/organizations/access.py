"""One policy, four readings: may I (`allowed`), what may I (`visible`), who may (`holders`), give it me (`fetch`).

The policy is `core.permits`. Each app registers what a permit's noun means: which rows, and which of their fields
holds the path of the place they stand at. Objects come from `fetch`, lists from `visible`, nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model, Q, QuerySet

from guantong.apps.organizations.models import Organization, Person, Post
from guantong.core.permits import PERMITS, Reach, Role, Standpoint, allows, next_path, scopes


class NotFound(Exception):  # noqa: N818 — an answer to whoever asked, not an error of the program
    """There is no such object, or not for this actor: the two look the same."""


class Forbidden(Exception):  # noqa: N818 — an answer to whoever asked, not an error of the program
    """The actor may see the object, but not do this with it."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody acting on a day, with the posts they hold on it."""

    person: int
    posts: tuple[Standpoint, ...]
    today: date


@dataclass(frozen=True, slots=True)
class Noun:
    """What a permit's noun stands for: its rows, and the look-up that leads to the path of their place."""

    rows: Callable[[], QuerySet[Any]]
    place: str


_NOUNS: dict[str, Noun] = {}


def register(noun: str, rows: Callable[[], QuerySet[Any]], place: str) -> None:
    """Say what a permit's noun means; once per noun, in the app that owns it."""
    if noun in _NOUNS:
        raise ValueError(f"the noun {noun} has been registered already")
    _NOUNS[noun] = Noun(rows, place)


def actor_of(person: int, today: date) -> Actor:
    """The actor somebody is on a day: with the posts of that day at organizations that are open on it."""
    held = _held(Post.objects.filter(person=person), today)
    rows = held.values_list("role", "organization__path").order_by("organization__path", "role")
    return Actor(person, tuple(Standpoint(Role(role), path) for role, path in rows), today)


def allowed(actor: Actor, permit: str, place: str) -> bool:
    """Whether the actor may do what `permit` names with something at the path `place`."""
    return allows(permit, actor.posts, place)


def visible(actor: Actor, permit: str) -> QuerySet[Any]:
    """The rows with which the actor may do what `permit` names."""
    noun = _NOUNS[permit.partition(".")[0]]
    return noun.rows().filter(_within(scopes(permit, actor.posts), noun.place))


def holders(permit: str, place: str, today: date) -> QuerySet[Person]:
    """The persons who may, on a day, do what `permit` names with something at the path `place`."""
    above = [place[:end] for end in range(4, len(place) + 1, 4)]
    wanted = Q(pk__in=[])
    for grant in PERMITS[permit]:
        paths = {
            Reach.OWN: [place],
            Reach.BELOW: above[:-1],
            Reach.TREE: above,
        }[grant.reach]
        wanted |= Q(role__in=sorted(grant.roles), organization__path__in=paths)
    held = _held(Post.objects.filter(wanted), today)
    return Person.objects.filter(pk__in=held.values("person"))


def fetch(actor: Actor, permit: str, pk: int) -> Model:
    """The object, for doing what `permit` names with it.

    Raises NotFound where the actor may not even see it, Forbidden where only this is not allowed.
    """
    found: Model | None = visible(actor, permit.partition(".")[0] + ".see").filter(pk=pk).first()
    if found is None:
        raise NotFound
    if not visible(actor, permit).filter(pk=pk).exists():
        raise Forbidden
    return found


def _held(posts: QuerySet[Post], today: date) -> QuerySet[Post]:
    """The posts that count on a day: begun, not over, at an organization that is open."""
    return posts.filter(
        Q(until=None) | Q(until__gte=today),
        Q(organization__closed_on=None) | Q(organization__closed_on__gt=today),
        since__lte=today,
    )


def _within(reached: Collection[tuple[Reach, str]], place: str) -> Q:
    """Rows whose place is within one of the scopes, by ranges of the path that an index serves."""
    wanted = Q(pk__in=[])
    for reach, path in sorted(reached):
        if reach is Reach.OWN:
            wanted |= Q(**{place: path})
        else:
            start = "gt" if reach is Reach.BELOW else "gte"
            wanted |= Q(**{f"{place}__{start}": path, f"{place}__lt": next_path(path)})
    return wanted


register("organization", Organization.objects.all, "path")
