"""May I, what may I, who may: three readings of one policy, and they agree."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guantong.apps.organizations import access
from guantong.apps.organizations.access import Actor, Forbidden, NotFound
from guantong.apps.organizations.models import Kind, Organization, Person, Post
from guantong.core.moves import ASSIGNMENT, CASE, COMPUTED, DIRECTIVE
from guantong.core.permits import PERMITS, Grant, Reach, Role, Standpoint

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


def test_what_is_guided_in_another_line_is_seen_with_what_stands_under_it() -> None:
    district, school, branch, _ = make_district()
    street = make_organization(name="街道党工委", kind=Kind.WORK_COMMITTEE)
    guided = make_organization(street, name="丙幼儿园党支部")
    below, neighbour = make_organization(guided), make_organization(street)
    Organization.objects.filter(pk=guided.pk).update(guided_by=district)
    secretary = make_person(district)
    make_post(secretary, district, Role.SECRETARY)
    by = actor(secretary)
    assert set(access.visible(by, "organization.see")) >= {guided, below, school, branch}
    assert not access.visible(by, "organization.see").filter(pk__in=[street.pk, neighbour.pk]).exists()
    assert access.allowed(by, "assignment.exempt", guided.path)  # reached, for core.acts to refuse
    for permit in ("organization.change", "receipt.sign", "assignment.split", "post.change"):
        assert not access.allowed(by, permit, guided.path)
    with pytest.raises(Forbidden):
        access.fetch(by, "organization.change", guided.pk)


def test_what_guides_its_own_line_has_no_more_reach_than_the_line_gives() -> None:
    _, school, branch, _ = make_district()
    Organization.objects.filter(pk=school.pk).update(guided_by=branch)
    Organization.objects.filter(pk=branch.pk).update(guided_by=branch)
    secretary = make_person(branch)
    make_post(secretary, branch, Role.SECRETARY)
    assert actor(secretary).posts == (Standpoint(Role.SECRETARY, branch.path),)
    for place in (school.path, branch.path):
        assert secretary not in access.holders("assignment.verify", place, DAY)


def test_every_permit_a_move_needs_is_a_row_of_the_policy() -> None:
    machines = (DIRECTIVE, ASSIGNMENT, COMPUTED, CASE)
    needed = {row.permit for machine in machines for row in machine.transitions}
    assert len(needed) > 20
    assert needed <= set(PERMITS)


def test_whatever_may_be_done_with_what_is_guided_may_be_seen_too() -> None:
    for permit, grants in PERMITS.items():
        noun, _, verb = permit.partition(".")
        for grant in grants:
            if grant.reach is Reach.GUIDED and verb != "see":
                seeing = [g.roles for g in PERMITS[f"{noun}.see"] if g.reach is Reach.GUIDED]
                assert grant.roles <= frozenset().union(*seeing), permit


def test_neighbours_make_one_range() -> None:
    _, school, branch, other = make_district()
    posts = tuple(Standpoint(Role.SECRETARY, each.path, guided=True) for each in (other, branch, school))
    rows = access.visible(Actor(1, posts, DAY), "organization.see")
    assert set(rows) == {school, branch, other}
    assert str(rows.query).count(" OR ") == 0
    assert set(access.visible(Actor(1, posts, DAY), "organization.change")) == set()


def test_an_organization_is_given_for_a_permit_like_an_object() -> None:
    district, school, branch, other = make_district()
    secretary, guard = make_person(district), make_person(district)
    make_post(secretary, school, Role.SECRETARY)
    make_post(guard, school, Role.SECURITY_ADMIN)
    assert access.at(actor(guard), "post.change", school.pk) == school  # without seeing any business
    assert access.at(actor(secretary), "post.change", branch.pk) == branch
    with pytest.raises(Forbidden):
        access.at(actor(secretary), "post.change", school.pk)
    for pk in (other.pk, 10**9):
        with pytest.raises(NotFound):
            access.at(actor(secretary), "post.change", pk)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_three_readings_agree(data: st.DataObject) -> None:
    """On random trees and posts: row by row, person by person, for every permit of every registered noun."""
    Post.objects.all().delete()
    Person.objects.all().delete()
    Organization.objects.update(guided_by=None)
    for each in Organization.objects.order_by("-path"):
        each.delete()
    tree = [make_organization(kind=Kind.WORK_COMMITTEE) for _ in range(2)]
    for _ in range(data.draw(st.integers(0, 7))):
        tree.append(make_organization(data.draw(st.sampled_from(tree))))
    for each in tree:  # in its own line too, where guidance must count for nothing
        each.guided_by = data.draw(st.none() | st.sampled_from(tree))
        each.save()
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
            assert seen == naive_scope(person, permit, tree)
            assert seen == {each.path for each in tree if access.allowed(actor(person), permit, each.path)}
            assert {each.path for each in tree if person in access.holders(permit, each.path, DAY)} == seen
    for permit in PERMITS:  # may I and who may agree for nouns without rows yet, too
        for each in tree:
            may = {person for person in persons if access.allowed(actor(person), permit, each.path)}
            assert set(access.holders(permit, each.path, DAY)) == may


def naive_scope(person: Person, permit: str, tree: list[Organization]) -> set[str]:
    """The paths a person's posts reach, read from the rows one by one."""
    reached = set()
    for post in Post.objects.filter(person=person, since__lte=DAY).select_related("organization"):
        if post.until is not None and post.until < DAY:
            continue
        here = post.organization.path
        other_line = [
            each.path
            for each in tree
            if each.guided_by_id == post.organization_id
            and not each.path.startswith(here)
            and not here.startswith(each.path)
        ]
        for grant in PERMITS[permit]:
            if post.role not in grant.roles:
                continue
            for place in (each.path for each in tree):
                below = place.startswith(here) and place != here
                if (
                    (grant.reach is Reach.OWN and place == here)
                    or (grant.reach is Reach.BELOW and below)
                    or (grant.reach is Reach.TREE and (below or place == here))
                    or (grant.reach is Reach.GUIDED and any(place.startswith(path) for path in other_line))
                ):
                    reached.add(place)
    return reached
