"""Who keeps the platform, as an installation is examined: counts alone, nobody's name."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q

from guantong.apps.organizations.models import Organization, Person, Post, PostRole
from guantong.apps.organizations.roster.appointing import ADMINISTRATORS
from guantong.apps.people.models import Account


def keepers(day: date) -> list[tuple[str, int]]:
    """How many can sign in as each of the three administrators, by what it is called; none is asked of an example."""
    if not Organization.objects.filter(parent=None, invented=False).exists():
        return []
    able = Account.objects.filter(is_active=True).values("person")
    held = Post.objects.filter(_goes_on(day), since__lte=day, role__in=ADMINISTRATORS, person__in=able)
    roles = list(held.values_list("role", flat=True))
    return [(PostRole(role).label, roles.count(role.value)) for role in ADMINISTRATORS]


def left_open(day: date) -> int:
    """How many accounts are open of persons who have left the roster, or whose last post is over."""
    posts = Post.objects.filter(person=OuterRef("pk"))
    gone = Person.objects.filter(Q(left_on__lte=day) | (Exists(posts) & ~Exists(posts.filter(_goes_on(day)))))
    return Account.objects.filter(is_active=True, person__in=gone.values("pk")).count()


def _goes_on(day: date) -> Q:
    """Posts that are not over on a day: neither themselves, nor by the end of their organization."""
    not_over = Q(until=None) | Q(until__gte=day)
    return not_over & (Q(organization__closed_on=None) | Q(organization__closed_on__gt=day))
