"""May I, what may I, who may: three readings of one policy, and they agree."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guantong.apps.organizations import access
from guantong.apps.organizations.access import Actor, Forbidden, NotFound
from guantong.apps.organizations.models import Kind, Organization, Person, Post
from guantong.core.permits import PERMITS, Grant, Reach, Role

from .make import DAY, make_organization, make_person, make_post

pytestmark = pytest.mark.django_db

ORGANIZATION_PERMITS = [permit for permit in PERMITS if permit.startswith("organization.")]


def make_district() -> tuple[Organization, Organization, Organization, Organization]:
    district = make_organization(name="教育工委", kind=Kind.WORK_COMMITTEE)
    school = make_organization(district, name="甲学校党委", kind=Kind.COMMITTEE)
    branch = make_organization(school)
    other = make_organization(district, name="乙学校党委", kind=Kind.COMMITTEE)
    return district, school, branch, other


def actor(person: Person, today: date = DAY) -> Actor:
    return access.actor_of(person.pk, today)


def test_a_school_sees_itself_and_what_is_below_but_no_neighbour() -> None:
    district, school, branch, other = make_district()
    secretary = make_person(school)
    make_post(secretary, school, Role.SECRETARY)
    assert set(access.visible(actor(secretary), "organization.see")) == {school, branch}
    for stranger in (district, other):
        with pytest.raises(NotFound):
            access.fetch(actor(secretary), "organization.see", stranger.pk)


def test_what_does_not_exist_looks_like_what_one_may_not_see() -> None:
    _, school, _, other = make_district()
    secretary = make_person(school)
    make_post(secretary, school, Role.SECRETARY)
    with pytest.raises(NotFound) as hidden:
        access.fetch(actor(secretary), "organization.see", other.pk)
    with pytest.raises(NotFound) as missing:
        access.fetch(actor(secretary), "organization.see", 10**9)
    assert repr(hidden.value) == repr(missing.value)


def test_a_post_counts_from_its_first_day_to_its_last() -> None:
    _, school, _, _ = make_district()
    secretary = make_person(school)
    make_post(secretary, school, Role.SECRETARY, since=DAY, until=DAY + timedelta(days=2))
    days = [DAY + timedelta(days=n) for n in (-1, 0, 2, 3)]
    assert [access.allowed(actor(secretary, day), "organization.see", school.path) for day in days] == [
        *(False, True, True, False)
    ]


def test_a_post_ends_with_its_organization() -> None:
    _, school, _, _ = make_district()
    secretary = make_person(school)
    make_post(secretary, school, Role.SECRETARY)
    Organization.objects.filter(pk=school.pk).update(closed_on=DAY)
    assert not access.allowed(actor(secretary), "organization.see", school.path)


def test_an_unknown_permit_is_never_silently_refused() -> None:
    _, school, _, _ = make_district()
    with pytest.raises(KeyError):
        access.allowed(actor(make_person(school)), "organization.fly", school.path)


def test_seen_but_not_permitted_is_forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    _, school, branch, _ = make_district()
    member, secretary = make_person(school), make_person(school)
    make_post(member, school, Role.COMMITTEE_MEMBER)
    make_post(secretary, school, Role.SECRETARY)
    monkeypatch.setitem(PERMITS, "organization.close", (Grant(frozenset({Role.SECRETARY}), Reach.TREE),))
    assert access.fetch(actor(secretary), "organization.close", branch.pk) == branch
    with pytest.raises(Forbidden):
        access.fetch(actor(member), "organization.close", branch.pk)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_three_readings_agree(data: st.DataObject) -> None:
    """On random trees and posts: row by row, person by person, for every permit of every registered noun."""
    Post.objects.all().delete()
    Person.objects.all().delete()
    for each in Organization.objects.order_by("-path"):
        each.delete()
    tree = [make_organization(kind=Kind.WORK_COMMITTEE)]
    for _ in range(data.draw(st.integers(0, 6))):
        tree.append(make_organization(data.draw(st.sampled_from(tree))))
    persons = [make_person(tree[0]) for _ in range(2)]
    for _ in range(data.draw(st.integers(0, 4))):
        since = DAY + timedelta(days=data.draw(st.integers(-2, 1)))
        length = data.draw(st.none() | st.integers(0, 3))
        until = None if length is None else since + timedelta(days=length)
        make_post(
            data.draw(st.sampled_from(persons)),
            data.draw(st.sampled_from(tree)),
            data.draw(st.sampled_from(list(Role))),
            since=since,
            until=until,
        )
    for permit in ORGANIZATION_PERMITS:
        for person in persons:
            seen = set(access.visible(actor(person), permit).values_list("path", flat=True))
            assert seen == {each.path for each in tree if access.allowed(actor(person), permit, each.path)}
            assert {each.path for each in tree if person in access.holders(permit, each.path, DAY)} == seen
    for permit in PERMITS:  # may I and who may agree for nouns without rows yet, too
        for each in tree:
            may = {person for person in persons if access.allowed(actor(person), permit, each.path)}
            assert set(access.holders(permit, each.path, DAY)) == may
