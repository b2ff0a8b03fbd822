"""The road on the day of a merger, a week after all was handed down."""

from __future__ import annotations

from datetime import date

from guantong.apps.directives import services
from guantong.apps.directives.models import Assignment
from guantong.apps.directives.services import PartTo
from guantong.apps.figures.queries import gauges_of
from guantong.apps.notices.models import Notice
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.models import Organization
from guantong.apps.organizations.tree import Work
from guantong.core.permits import Role, Standpoint

from .road import ISSUED, Road, at, later

MERGED = date(2026, 3, 16)
NOW = at(MERGED)
HAND_OVER = Work.HAND_OVER


def system(road: Road, today: date = MERGED) -> Actor:
    return Actor(1, (Standpoint(Role.SYSTEM_ADMIN, road.district.path),), today)


def desk(organization: Organization) -> set[tuple[str, int]]:
    waiting = Notice.objects.filter(desk=organization, settled_at=None)
    return set(waiting.values_list("code", "object"))


def states(organization: Organization) -> list[str]:
    rows = Assignment.objects.filter(organization=organization).order_by("clause__position", "pk")
    return list(rows.values_list("state", flat=True))


def funnel(road: Road) -> list[int]:
    """How many assignments the directive asks for, and how many of them have come how far."""
    assert road.directive
    return [step.share.count for step in gauges_of(directive=road.directive.pk).funnel]


def verified(road: Road, school: int, nth: int) -> Assignment:
    """Reported and verified on the road's day."""
    row = road.assignment(road.schools[school], nth)
    who = road.actor(f"school-{school}", later(1))
    services.record_progress(who, assignment=row.pk, held_on=later(1), text="已办", now=at(later(1)))
    services.report_done(who, assignment=row.pk, done_on=later(1), now=at(later(1)))
    return services.verify_assignment(road.actor("clerk", later(2)), assignment=row.pk, now=at(later(2)))


def split_to_branches(road: Road, *, nth: int = 0) -> list[Assignment]:
    school = road.schools[0]
    return services.split_assignment(
        road.actor("school-0"),
        assignment=road.assignment(school, nth).pk,
        parts=[PartTo(branch.pk) for branch in road.branches],
        sign_days=2,
        adopt_days=5,
        now=at(ISSUED, 13),
    )
