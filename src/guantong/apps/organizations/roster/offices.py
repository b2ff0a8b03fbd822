"""Which offices an organization has by its kind, and which of them nobody holds: the one truth for every page.

A branch of seven full members or more has a committee, with members for organization, publicity and discipline
inspection; one of fewer has a secretary: 中国共产党支部工作条例（试行） article 20. All else is what such organizations
usually have, and no rule says it of them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, FilteredRelation, Q

from guantong.apps.organizations.access import Actor, at
from guantong.apps.organizations.models import (
    Kind,
    Organization,
    Post,
    SchoolStage,
    called,
)
from guantong.apps.organizations.queries import AT_THE_HEAD, full_members
from guantong.apps.organizations.roster.appointing import ADMINISTRATORS
from guantong.core.permits import Portfolio, Role

COMMITTEE_FROM = 7
"""A branch has a committee from so many full members on."""


@dataclass(frozen=True, slots=True)
class Office:
    """What somebody may be appointed to: a role, of a committee member with what they are in charge of."""

    role: Role
    portfolio: str = ""


_IN_CHARGE = tuple(
    Office(Role.COMMITTEE_MEMBER, portfolio)
    for portfolio in (Portfolio.ORGANIZATION, Portfolio.PUBLICITY, Portfolio.DISCIPLINE)
)
_SECRETARY = Office(Role.SECRETARY)
_PRINCIPAL = Office(Role.PRINCIPAL)
_OFFICES: Mapping[str, tuple[Office, ...]] = {
    Kind.WORK_COMMITTEE: (
        _SECRETARY,
        Office(Role.DEPUTY),
        Office(Role.MEMBER_IN_CHARGE),
        Office(Role.SECTION_STAFF),
        *(Office(role) for role in ADMINISTRATORS),
    ),
    Kind.COMMITTEE: (_SECRETARY, Office(Role.DEPUTY), *_IN_CHARGE),
    Kind.GENERAL_BRANCH: (_SECRETARY, *_IN_CHARGE),
    Kind.BRANCH: (Office(Role.BRANCH_SECRETARY),),
    Kind.SECTION: (),
}


@dataclass(frozen=True, slots=True)
class Vacancy:
    """An office without a holder; `since` the day from which, None where nobody has held it yet."""

    role: Role
    portfolio: str
    words: str
    since: date | None


def vacancies(actor: Actor, organization: int) -> list[Vacancy]:
    """The offices of an organization that nobody holds today; acting and covering count as holding. Two queries.

    A head is a head, whether called secretary or branch secretary. Raises NotFound, Forbidden.
    """
    return vacant(at(actor, "organization.see", organization), actor.today)


def vacant(place: Organization, day: date) -> list[Vacancy]:
    """As `vacancies`, of an organization that is at hand: one query; none where it is closed."""
    rows = Organization.objects.filter(pk=place.pk).annotate(
        held=FilteredRelation("posts", condition=Q(posts__since__lte=day)),
        above=F("parent__stage"),
        full=full_members(day),
    )
    found = list(
        rows.values_list("above", "full", "held__role", "held__portfolio", "held__since", "held__until")
    )
    stage_above, members = found[0][0] or "", found[0][1]
    posts = [told[2:] for told in found if told[2] is not None]  # one row without a post where there is none
    return _vacant(place, day, posts, _offices(place, stage_above, members))


def vacant_beside(place: Organization, day: date, *, posts: Iterable[Post], members: int) -> list[Vacancy]:
    """As `vacant`, where the posts of all days, the full members and what stands above are at hand too: no query."""
    told = [(post.role, post.portfolio, post.since, post.until) for post in posts if post.since <= day]
    return _vacant(place, day, told, _offices(place, place.parent.stage if place.parent else "", members))


def _vacant(
    place: Organization,
    day: date,
    posts: Iterable[tuple[str, str, date, date | None]],
    offices: Iterable[Office],
) -> list[Vacancy]:
    if place.closed_on is not None and place.closed_on <= day:
        return []
    ends: dict[Office, date] = {}
    held: set[Office] = set()
    for role, portfolio, since, until in posts:
        office = _one_head(Office(Role(role), portfolio))
        if until is None or since <= day <= until:
            held.add(office)
        else:
            ends[office] = max(until, ends.get(office, until))
    return [
        Vacancy(
            office.role,
            office.portfolio,
            called(office.role, office.portfolio, place.stage),
            _next(ends.get(_one_head(office))),
        )
        for office in offices
        if _one_head(office) not in held
    ]


def _offices(place: Organization, stage_above: str, members: int) -> Iterator[Office]:
    """The offices of an organization of this kind; a school, and no part of one, has a principal besides."""
    yield from _OFFICES[place.kind]
    if place.kind == Kind.BRANCH and members >= COMMITTEE_FROM:
        yield from _IN_CHARGE
    if place.kind != Kind.SECTION and place.stage not in _NO_SCHOOL and stage_above in _NO_SCHOOL:
        yield _PRINCIPAL


_NO_SCHOOL = ("", SchoolStage.OFFICE)


def _one_head(office: Office) -> Office:
    return _SECRETARY if office.role in AT_THE_HEAD else office


def _next(day: date | None) -> date | None:
    return day + timedelta(days=1) if day else None
