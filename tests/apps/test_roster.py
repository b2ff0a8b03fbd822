"""Posts begin and end on record, and no organization has two secretaries at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from guantong.apps.ledger.models import Entry
from guantong.apps.ledger.queries import faults
from guantong.apps.organizations import queries, roster, tree
from guantong.apps.organizations.access import Actor, Forbidden, NotFound, actor_of
from guantong.apps.organizations.models import Kind, Organization, Person, Post
from guantong.core.permits import Role, Standpoint
from guantong.core.refusal import Refused

from .make import DAY, make_organization, make_person

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 5, 8, tzinfo=UTC)
ONE = timedelta(days=1)


@pytest.fixture
def district() -> Organization:
    return make_organization(name="云岫区委教育工委", kind=Kind.WORK_COMMITTEE)


@pytest.fixture
def school(district: Organization) -> Organization:
    return make_organization(district, name="甲学校党委", kind=Kind.COMMITTEE)


def clerk(place: Organization, role: Role = Role.SECTION_STAFF) -> Actor:
    return Actor(0, (Standpoint(role, place.path),), DAY)


def appoint(person: Person, place: Organization, *, by: Actor | None = None, **changed: Any) -> Post:
    given: dict[str, Any] = {"role": Role.SECRETARY, "since": DAY, "now": NOW}
    return roster.appoint(by, person=person.pk, organization=place.pk, **{**given, **changed})


def test_a_post_gives_its_permits_from_its_first_day_to_its_last(
    district: Organization, school: Organization
) -> None:
    person = make_person(school)
    post = appoint(person, school, by=clerk(district))
    roster.end_post(clerk(district), post=post.pk, until=DAY + 2 * ONE, now=NOW)
    days = [DAY - ONE, DAY, DAY + 2 * ONE, DAY + 3 * ONE]
    assert [bool(actor_of(person.pk, day).posts) for day in days] == [False, True, True, False]
    heads = [queries.head_of(school.pk, day) for day in days]
    assert [head and head.person for head in heads] == [None, person, person, None]


def test_two_secretaries_at_once_are_refused_and_whoever_is_acting_counts(school: Organization) -> None:
    old, new, third = (make_person(school) for _ in range(3))
    post = appoint(old, school, since=DAY - 300 * ONE)
    for role in (Role.SECRETARY, Role.BRANCH_SECRETARY):
        with pytest.raises(Refused, match="secretary_already"):
            appoint(new, school, role=role, acting=True)
    roster.end_post(None, post=post.pk, until=DAY - ONE, now=NOW)
    appoint(new, school, acting=True, until=DAY + ONE)
    with pytest.raises(Refused, match="secretary_already"):
        appoint(third, school, since=DAY - 5 * ONE)
    with pytest.raises(Refused, match="secretary_already"):
        appoint(third, school, since=DAY + ONE)
    appoint(third, school, since=DAY + 2 * ONE)
    appoint(third, school, role=Role.PRINCIPAL)


def test_administrators_are_appointed_by_one_of_their_own_and_kept_apart(
    district: Organization, school: Organization
) -> None:
    person = make_person(school)
    guard = clerk(district, Role.SECURITY_ADMIN)
    with pytest.raises(Forbidden):
        appoint(person, school, role=Role.AUDIT_ADMIN, by=clerk(district))
    appoint(person, district, role=Role.AUDIT_ADMIN, by=guard)
    with pytest.raises(Refused, match="administrators_apart"):
        appoint(person, school, role=Role.SYSTEM_ADMIN, by=guard)
    appoint(person, school, role=Role.SYSTEM_ADMIN, since=DAY - 9 * ONE, until=DAY - ONE, by=guard)


def test_what_cannot_be_is_refused(district: Organization, school: Organization) -> None:
    elsewhere = make_organization(name="别区教育工委", kind=Kind.WORK_COMMITTEE)
    person, stranger = make_person(school), make_person(elsewhere)
    with pytest.raises(Refused, match="until_before_since"):
        appoint(person, school, until=DAY - ONE)
    with pytest.raises(Refused, match="person_unknown"):
        appoint(stranger, school, by=clerk(district))
    with pytest.raises(Refused, match="person_unknown"):
        roster.appoint(None, person=10**9, organization=school.pk, role=Role.MEMBER, since=DAY, now=NOW)
    with pytest.raises(Refused, match="own_post"):
        appoint(person, school, by=Actor(person.pk, (Standpoint(Role.SECURITY_ADMIN, district.path),), DAY))
    post = appoint(person, school, role=Role.DEPUTY)
    with pytest.raises(Refused, match="post_twice"):
        appoint(person, school, role=Role.DEPUTY, since=DAY + 9 * ONE)
    with pytest.raises(Refused, match="until_before_since"):
        roster.end_post(None, post=post.pk, until=DAY - ONE, now=NOW)
    roster.end_post(None, post=post.pk, until=DAY, now=NOW)
    with pytest.raises(Refused, match="post_ended"):
        roster.end_post(None, post=post.pk, until=DAY + ONE, now=NOW)
    Organization.objects.filter(pk=school.pk).update(closed_on=DAY)
    with pytest.raises(Refused, match="organization_closed"):
        appoint(person, school)
    assert Post.objects.count() == 1


def test_nobody_appoints_at_home_next_door_or_above(district: Organization, school: Organization) -> None:
    other = make_organization(district, kind=Kind.COMMITTEE)
    person = make_person(school)
    post = appoint(person, school)
    secretary = clerk(school, Role.SECRETARY)
    with pytest.raises(Forbidden):
        appoint(person, school, by=secretary, role=Role.DEPUTY)
    with pytest.raises(Forbidden):
        roster.end_post(secretary, post=post.pk, until=DAY, now=NOW)
    for place in (other, district):
        with pytest.raises(NotFound):
            appoint(person, place, by=secretary)
    with pytest.raises(NotFound):
        roster.end_post(clerk(other), post=post.pk, until=DAY, now=NOW)
    with pytest.raises(NotFound):
        roster.end_post(None, post=10**9, until=DAY, now=NOW)


def test_both_ends_are_on_record_by_id_code_and_date(district: Organization, school: Organization) -> None:
    person = make_person(school)
    post = appoint(person, school, by=clerk(district), acting=True)
    roster.end_post(clerk(district), post=post.pk, until=DAY, now=NOW)
    entries = Entry.objects.filter(chain=district.path, organization=school.pk, object=post.pk)
    assert list(entries.order_by("sequence").values_list("act", "facts")) == [
        (
            "post.begun",
            {"person": person.pk, "role": "secretary", "acting": True, "since": DAY.isoformat()},
        ),
        ("post.ended", {"until": DAY.isoformat()}),
    ]
    assert faults() == []


def test_an_example_says_so_at_every_place_of_its_tree(district: Organization, school: Organization) -> None:
    example = tree.found_district("示例区教育工委", opened_on=DAY, invented=True, now=NOW)
    below = make_organization(example)
    assert queries.is_invented(below.path)
    assert not queries.is_invented(school.path)
    assert queries.district_of(below.path) == example
    assert queries.district_of(district.path) == district
    with pytest.raises(NotFound):
        queries.district_of("7777")


def test_children_are_those_directly_below_that_are_open_in_official_order(
    district: Organization, school: Organization
) -> None:
    second, closed, future = (make_organization(district, kind=Kind.COMMITTEE) for _ in range(3))
    make_organization(school)
    Organization.objects.filter(pk=school.pk).update(order=2)
    Organization.objects.filter(pk=second.pk).update(order=1)
    Organization.objects.filter(pk=closed.pk).update(closed_on=DAY)
    Organization.objects.filter(pk=future.pk).update(opened_on=date(2027, 1, 1))
    assert list(queries.children(clerk(district), district.pk)) == [second, school]
    with pytest.raises(NotFound):
        queries.children(clerk(school), district.pk)
