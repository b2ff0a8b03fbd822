"""What waits at somebody's desks."""

from __future__ import annotations

from django.db.models import F, Q, QuerySet

from guantong.apps.notices.models import Notice
from guantong.apps.organizations.access import Actor
from guantong.core.permits import PERMITS, Role


def open_notices(actor: Actor) -> QuerySet[Notice]:
    """The to-dos of somebody: those at the organizations of their posts that their roles may settle; soonest first."""
    wanted = Q(pk__in=[])
    for post in actor.posts:
        if post.guided:  # a desk is where one sits
            continue
        wanted |= Q(desk__path=post.path, permit__in=_permits_of(post.role))
    waiting = Notice.objects.filter(wanted, settled_at=None)
    return waiting.order_by(F("due").asc(nulls_last=True), "pk")


def _permits_of(role: Role) -> list[str]:
    return [permit for permit, grants in PERMITS.items() if any(role in grant.roles for grant in grants)]
