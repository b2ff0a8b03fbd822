"""Which offices an organization has by its kind, and which of them nobody holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from guantong.apps.organizations.access import Actor, at
from guantong.apps.organizations.models import Kind, Organization, Post, PostRole
from guantong.apps.organizations.queries import AT_THE_HEAD
from guantong.apps.organizations.roster import ADMINISTRATORS
from guantong.core.permits import Role

OFFICES: Mapping[str, tuple[Role, ...]] = {
    Kind.WORK_COMMITTEE: (
        Role.SECRETARY,
        Role.DEPUTY,
        Role.MEMBER_IN_CHARGE,
        Role.SECTION_STAFF,
        *ADMINISTRATORS,
    ),
    Kind.COMMITTEE: (Role.SECRETARY, Role.DEPUTY, Role.PRINCIPAL, Role.PARTY_OFFICE),
    Kind.GENERAL_BRANCH: (Role.SECRETARY, Role.PARTY_OFFICE),
    Kind.BRANCH: (Role.BRANCH_SECRETARY,),
    Kind.SECTION: (),
}
"""The offices somebody has to hold for the work of an organization to go its way; others it may have besides."""


@dataclass(frozen=True, slots=True)
class Vacancy:
    """An office without a holder; `since` the day from which, None where nobody has held it yet."""

    role: Role
    words: str
    since: date | None


def vacancies(actor: Actor, organization: int) -> list[Vacancy]:
    """The offices of an organization that nobody holds today; acting and covering count as holding. Two queries.

    A head is a head, whether called secretary or branch secretary. Raises NotFound, Forbidden.
    """
    return vacant(at(actor, "organization.see", organization), actor.today)


def vacant(place: Organization, day: date) -> list[Vacancy]:
    """As `vacancies`, of an organization that is at hand: one query; none where it is closed."""
    if place.closed_on is not None and place.closed_on <= day:
        return []
    ends: dict[Role, date | None] = {}
    held: set[Role] = set()
    for role, since, until in Post.objects.filter(organization=place, since__lte=day).values_list(
        "role", "since", "until"
    ):
        office = _office(Role(role))
        if until is None or (since <= day <= until):
            held.add(office)
        elif (last := ends.get(office)) is None or last < until:
            ends[office] = until
    return [
        Vacancy(role, str(PostRole(role).label), _next(ends.get(_office(role))))
        for role in OFFICES[place.kind]
        if _office(role) not in held
    ]


def _office(role: Role) -> Role:
    return AT_THE_HEAD[0] if role in AT_THE_HEAD else role


def _next(day: date | None) -> date | None:
    return day + timedelta(days=1) if day else None
