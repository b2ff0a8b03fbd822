"""Reading the tree: whose district a place is in, what stands directly below, who is at the head."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from guantong.apps.organizations.access import Actor, NotFound, allowed, fetch
from guantong.apps.organizations.models import Organization, Post
from guantong.core.matters import DIGITS_PER_LEVEL
from guantong.core.permits import Role

AT_THE_HEAD = (Role.SECRETARY, Role.BRANCH_SECRETARY)


def district_of(path: str) -> Organization:
    """The top-level organization of the tree in which a place stands. Raises NotFound where there is none."""
    district = Organization.objects.filter(path=path[:DIGITS_PER_LEVEL]).first()
    if district is None:
        raise NotFound
    return district


def is_invented(path: str) -> bool:
    """Whether a place stands in an example district, whose data is made up."""
    return Organization.objects.filter(path=path[:DIGITS_PER_LEVEL], invented=True).exists()


def any_invented() -> bool:
    """Whether there is an example district: for pages that are shown to nobody in particular."""
    return Organization.objects.filter(parent=None, invented=True).exists()


def office_holders(organization: Organization, day: date) -> QuerySet[Post]:
    """The posts of an organization on a day, each with its person, in the order of names; of its own people alone."""
    posts = Post.objects.filter(
        Q(until=None) | Q(until__gte=day),
        organization=organization,
        since__lte=day,
        person__organization__path__startswith=organization.path,
    )
    return posts.select_related("person").order_by("person__name", "person", "role")


def children(actor: Actor, organization: int) -> QuerySet[Organization]:
    """What stands directly below an organization and is open, in official order. Raises NotFound."""
    fetch(actor, "organization.see", organization)
    return _open_below(organization, actor.today)


def below(actor: Actor, organization: Organization) -> QuerySet[Organization]:
    """As `children`, of an organization that is at hand: one query. Raises NotFound."""
    if not allowed(actor, "organization.see", organization.path):
        raise NotFound
    return _open_below(organization.pk, actor.today)


def _open_below(organization: int, day: date) -> QuerySet[Organization]:
    return open_on(Organization.objects.filter(parent=organization), day).order_by("order", "path")


def open_on(rows: QuerySet[Organization], day: date) -> QuerySet[Organization]:
    """Those of `rows` that exist on a day."""
    return rows.filter(Q(closed_on=None) | Q(closed_on__gt=day), opened_on__lte=day)


def head_of(organization: int, day: date) -> Post | None:
    """The post of whoever is secretary of an organization on a day, acting or not; None while it is vacant."""
    posts = Post.objects.filter(organization=organization, role__in=AT_THE_HEAD, since__lte=day)
    return posts.filter(Q(until=None) | Q(until__gte=day)).select_related("person").first()
