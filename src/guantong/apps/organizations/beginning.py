"""What a district lacks before anything can be handed down in it; told to whoever keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from guantong.apps.organizations.access import Actor, allowed, allowed_below
from guantong.apps.organizations.models import Organization, Person, Post
from guantong.apps.organizations.roster.appointing import ADMINISTRATORS
from guantong.apps.people.models import Account
from guantong.core.matters import DIGITS_PER_LEVEL
from guantong.core.permits import Role, next_path

_KEEPING = ("organization.change", "person.change", "post.change", "account.change")


@dataclass(frozen=True, slots=True)
class Beginning:
    """What there is in a district, `organization` being its top, besides the administrators and what is theirs.

    `auditor` is whether there is an audit administrator; of an example none is asked.
    """

    organization: int
    organizations: bool
    persons: bool
    posts: bool
    accounts: bool
    auditor: bool


def beginning(actor: Actor) -> Beginning | None:
    """How far the district of the actor's first post is moved in; None for whoever does not keep it: one query."""
    top = actor.posts[0].path[:DIGITS_PER_LEVEL] if actor.posts else ""
    if not top or not any(
        allowed(actor, permit, top) or allowed_below(actor, permit, top) for permit in _KEEPING
    ):
        return None
    within = {"organization__path__gte": top, "organization__path__lt": next_path(top)}
    going_on = Q(until=None) | Q(until__gte=actor.today)
    keeping = Post.objects.filter(going_on, person=OuterRef("pk"), role__in=ADMINISTRATORS)
    others = Person.objects.filter(~Exists(keeping), **within)
    held = Post.objects.filter(going_on, **within)
    found = (
        Organization.objects.filter(path=top)
        .annotate(
            below=Exists(Organization.objects.filter(path__gt=top, path__lt=next_path(top))),
            others=Exists(others),
            held=Exists(held.exclude(role__in=[*ADMINISTRATORS, Role.MEMBER])),
            opened=Exists(Account.objects.filter(person__in=others.values("pk"))),
            audited=Exists(held.filter(role=Role.AUDIT_ADMIN)),
        )
        .values_list("pk", "below", "others", "held", "opened", "audited", "invented")
        .first()
    )
    return Beginning(*found[:5], auditor=found[5] or found[6]) if found else None
