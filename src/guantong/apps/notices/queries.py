"""What waits at somebody's desks."""

from __future__ import annotations

from django.db.models import Count, F, Q, QuerySet

from guantong.apps.notices.models import Notice
from guantong.apps.organizations.access import Actor, allowed
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


_OF_CASES = {"assignment.explain", "assignment.judge"}
"""What is told of a case: seen by fewer than the assignment is."""


def seen_by(actor: Actor, waiting: QuerySet[Notice], place: str) -> tuple[QuerySet[Notice], int]:
    """Of what waits at the desk at a path: what somebody else may read of, and how many things they may not; one query.

    One reads of a to-do who sees at that place what it is about.
    """
    lying = waiting.order_by().values_list("code", "noun").annotate(count=Count("pk"))
    counts = {(code, noun): count for code, noun, count in lying}
    seen = {
        (code, noun)
        for code, noun in counts
        if allowed(actor, "case.see" if code in _OF_CASES else f"{noun}.see", place)
    }
    others = sum(count for sort, count in counts.items() if sort not in seen)
    return waiting.filter(code__in=sorted(code for code, _ in seen)), others


def _permits_of(role: Role) -> list[str]:
    return [permit for permit, grants in PERMITS.items() if any(role in grant.roles for grant in grants)]
