"""One policy, four readings: may I (`allowed`), what may I (`visible`), who may (`holders`), give it me (`fetch`).

The policy is `core.permits`. Each app registers what a permit's noun means: which rows, and which of their fields
holds the path of the place they stand at. Objects come from `fetch`, lists from `visible`, nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Model, Q, QuerySet

from guantong.apps.organizations.models import Organization, Person, Post
from guantong.core.permits import (
    PERMITS,
    Reach,
    Role,
    Standpoint,
    allows,
    in_another_line,
    next_path,
    scopes,
)


class NotFound(Exception):  # noqa: N818 — an answer to whoever asked, not an error of the program
    """There is no such object, or not for this actor: the two look the same."""


class Forbidden(Exception):  # noqa: N818 — an answer to whoever asked, not an error of the program
    """The actor may see the object, but not do this with it."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody acting on a day, with the posts they hold on it and what their organizations guide."""

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
    """The actor somebody is on a day: with the posts of that day at organizations that are open on it.

    One query. Each post stands once for itself and once for every organization its own guides in another line.
    """
    held = _held(Post.objects.filter(person=person), today)
    posts: dict[Standpoint, None] = {}  # a set that keeps the order
    for role, path, guided in held.values_list(
        "role", "organization__path", "organization__guides__path"
    ).order_by("organization__path", "role", "organization__guides__path"):
        posts[Standpoint(Role(role), path)] = None
        if guided and in_another_line(path, guided):
            posts[Standpoint(Role(role), guided, guided=True)] = None
    return Actor(person, tuple(posts), today)


def allowed(actor: Actor, permit: str, place: str) -> bool:
    """Whether the actor may do what `permit` names with something at the path `place`."""
    return allows(permit, actor.posts, place)


def allowed_below(actor: Actor, permit: str, place: str) -> bool:
    """Whether the actor may do what `permit` names with all that stands under the organization at the path `place`."""
    return any(
        reach in _REACHES_DOWN and place.startswith(path) for reach, path in scopes(permit, actor.posts)
    )


_REACHES_DOWN = (Reach.BELOW, Reach.TREE, Reach.GUIDED)


def visible(actor: Actor, permit: str, of: str = "") -> QuerySet[Any]:
    """The rows with which the actor may do what `permit` names; `of` another noun, the rows where they may do it."""
    noun = _NOUNS[of or permit.partition(".")[0]]
    return noun.rows().filter(_within(scopes(permit, actor.posts), noun.place))


def holders(permit: str, place: str, today: date) -> QuerySet[Person]:
    """The persons who may, on a day, do what `permit` names with something at the path `place`."""
    above = [place[:end] for end in range(4, len(place) + 1, 4)]
    guides = Organization.objects.filter(path__in=above, guided_by__isnull=False)
    wanted = Q(pk__in=[])
    for grant in PERMITS[permit]:
        match grant.reach:
            case Reach.OWN:
                paths = [place]
            case Reach.BELOW:
                paths = above[:-1]
            case Reach.TREE:
                paths = above
            case Reach.GUIDED:
                pairs = guides.values_list("guided_by__path", "path")
                paths = [path for path, guided in pairs if in_another_line(path, guided)]
        wanted |= Q(role__in=sorted(grant.roles), organization__path__in=paths)
    held = _held(Post.objects.filter(wanted), today)
    return Person.objects.filter(pk__in=held.values("person"))


def fetch(actor: Actor, permit: str, pk: int) -> Model:
    """The object, for doing what `permit` names with it.

    Raises NotFound where the actor may not even see it, Forbidden where only this is not allowed.
    """
    noun = _noun(permit)
    found = noun.rows().filter(pk=pk).annotate(stands_at=F(noun.place)).first()
    if found is None:
        raise NotFound
    _check(actor, permit, found.stands_at)
    row: Model = found
    return row


def fetch_values(actor: Actor, permit: str, pk: int, *fields: str) -> tuple[Any, ...]:
    """Some fields of the object, for doing what `permit` names with it; raises as `fetch`."""
    noun = _noun(permit)
    found = noun.rows().filter(pk=pk).values_list(noun.place, *fields).first()
    if found is None:
        raise NotFound
    place, *values = found
    _check(actor, permit, place)
    return tuple(values)


def _noun(permit: str) -> Noun:
    return _NOUNS[permit.partition(".")[0]]


def _check(actor: Actor, permit: str, place: str) -> None:
    """What is not seen looks as if it were not there; only then does it matter what may be done."""
    if not allowed(actor, permit.partition(".")[0] + ".see", place):
        raise NotFound
    if not allowed(actor, permit, place):
        raise Forbidden


def at(actor: Actor, permit: str, organization: int) -> Organization:
    """The organization, for doing at it what `permit` names: for what has no row yet, or is no noun of its own.

    Raises NotFound where the actor may neither see it nor do this there, Forbidden where they may see it only.
    """
    row = Organization.objects.filter(pk=organization).first()
    if row is None:
        raise NotFound
    if not allowed(actor, permit, row.path):
        raise Forbidden if allowed(actor, "organization.see", row.path) else NotFound
    return row


def _held(posts: QuerySet[Post], today: date) -> QuerySet[Post]:
    """The posts that count on a day: begun, not over, at an organization that is open."""
    return posts.filter(
        Q(until=None) | Q(until__gte=today),
        Q(organization__closed_on=None) | Q(organization__closed_on__gt=today),
        since__lte=today,
    )


def _within(reached: Collection[tuple[Reach, str]], place: str) -> Q:
    """Rows whose place is within one of the scopes, by ranges of the path that an index serves.

    Ranges that meet are made one: whoever guides a hundred neighbouring schools asks for one range.
    """
    own = sorted(path for reach, path in reached if reach is Reach.OWN)
    wanted = Q(**{f"{place}__in": own})
    spans: list[tuple[str, str]] = []
    for start, end in sorted(
        # in digits, "0" behind a path is before all that stand under it and after the path itself
        (path + "0" if reach is Reach.BELOW else path, next_path(path))
        for reach, path in reached
        if reach is not Reach.OWN
    ):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    for start, end in spans:
        wanted |= Q(**{f"{place}__gte": start, f"{place}__lt": end})
    return wanted


register("organization", Organization.objects.all, "path")
register("person", Person.objects.all, "organization__path")
register("account", Person.objects.all, "organization__path")
