"""T20: laws of the policy on trees and posts drawn at random."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guantong.apps.organizations import access
from guantong.apps.organizations.models import Organization, Person, Post
from guantong.core.matters import DIGITS_PER_LEVEL, is_below
from guantong.core.permits import PERMITS, Reach, Role, Standpoint, allows
from tests.apps.make import DAY, make_organization, make_person, make_post

READ_DOWN = [
    (permit, role)
    for permit, grants in PERMITS.items()
    if permit.endswith(".see")
    for role in sorted(frozenset().union(*(grant.roles for grant in grants if grant.reach is Reach.TREE)))
]
"""Who sees, of what, the own organization and all below it."""


@st.composite
def trees(draw: st.DrawFn) -> list[str]:
    """Paths of a tree with a top, of up to a dozen organizations."""
    tree = ["0001"]
    for _ in range(draw(st.integers(1, 11))):
        above = draw(st.sampled_from(tree))
        below = sum(is_below(path, above) and len(path) == len(above) + DIGITS_PER_LEVEL for path in tree)
        tree.append(f"{above}{below + 1:04d}")
    return tree


def scope(permit: str, post: Standpoint, tree: list[str]) -> set[str]:
    return {path for path in tree if allows(permit, [post], path)}


@given(tree=trees(), data=st.data())
def test_T20_what_is_seen_from_below_is_seen_from_above(tree: list[str], data: st.DataObject) -> None:  # noqa: N802
    permit, role = data.draw(st.sampled_from(READ_DOWN))
    path = data.draw(st.sampled_from([path for path in tree if len(path) > DIGITS_PER_LEVEL]))
    own, above = (scope(permit, Standpoint(role, at), tree) for at in (path, path[:-DIGITS_PER_LEVEL]))
    assert path in own
    assert own < above


@given(tree=trees(), data=st.data())
def test_T20_whose_places_stand_apart_share_nothing(tree: list[str], data: st.DataObject) -> None:  # noqa: N802
    first, second = data.draw(st.sampled_from(tree)), data.draw(st.sampled_from(tree))
    apart = not (first.startswith(second) or second.startswith(first))
    permit = data.draw(st.sampled_from(sorted(PERMITS)))
    roles = data.draw(st.sampled_from(list(Role))), data.draw(st.sampled_from(list(Role)))
    here, there = (
        scope(permit, Standpoint(role, path), tree) for role, path in zip(roles, (first, second), strict=True)
    )
    assert not (apart and here & there)
    assert all(place.startswith(first) for place in here), "nobody reaches above or beside their post"


@given(tree=trees(), data=st.data())
def test_T20_a_post_more_never_takes_anything_away(tree: list[str], data: st.DataObject) -> None:  # noqa: N802
    post = st.builds(Standpoint, st.sampled_from(list(Role)), st.sampled_from(tree), st.booleans())
    few, more = data.draw(st.lists(post, max_size=3)), data.draw(st.lists(post, max_size=3))
    for permit in PERMITS:
        for path in tree:
            assert not allows(permit, few, path) or allows(permit, [*few, *more], path)
            assert allows(permit, [*few, *more], path) == (
                allows(permit, few, path) or allows(permit, more, path)
            )


_ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
_BUSINESS = ("document", "directive", "receipt", "assignment", "case", "name")
"""Nouns of what the platform is for."""


def permits_of(role: Role) -> set[str]:
    """The permits a role gives anywhere."""
    return {permit for permit, grants in PERMITS.items() if any(role in grant.roles for grant in grants)}


def test_T20_administrators_reach_no_business() -> None:  # noqa: N802
    """The three keep tree, roster, posts, accounts, calendar and record, and see and do nothing of the work itself."""
    system, security, audit = (permits_of(role) for role in _ADMINISTRATORS)
    kept = {"organization", "person", "post", "administrator", "account", "calendar", "ledger"}
    nouns = {permit.partition(".")[0] for permit in system | security | audit}
    assert nouns == kept
    assert not nouns & set(_BUSINESS)
    assert {permit.partition(".")[0] for permit in PERMITS} == kept | set(_BUSINESS)


def test_T20_no_two_administrators_may_change_the_same() -> None:  # noqa: N802
    """What one does another would have to have a hand in: none opens an account and gives it a post."""
    changes = {
        role: {permit for permit in permits_of(role) if not permit.endswith(".see")}
        for role in _ADMINISTRATORS
    }
    assert changes == {
        Role.SYSTEM_ADMIN: {"organization.change", "person.change", "account.change", "calendar.change"},
        Role.SECURITY_ADMIN: {"post.change", "administrator.change"},
        Role.AUDIT_ADMIN: set(),
    }
    assert not changes[Role.SYSTEM_ADMIN] & changes[Role.SECURITY_ADMIN]
    assert permits_of(Role.AUDIT_ADMIN) == {"ledger.see"}


def test_T20_a_member_reaches_nothing() -> None:  # noqa: N802
    assert not permits_of(Role.MEMBER)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_T20_no_grant_survives_its_end(data: st.DataObject) -> None:  # noqa: N802
    """Neither that of a post nor that of its organization, in any of the readings, on any day after."""
    Post.objects.all().delete()
    Person.objects.all().delete()
    Organization.objects.update(guided_by=None)
    for each in Organization.objects.order_by("-path"):
        each.delete()
    top, line = make_organization(), make_organization()
    below, guided = make_organization(top), make_organization(line)
    guided.guided_by = top
    guided.save()
    place, role = data.draw(st.sampled_from([top, below])), data.draw(st.sampled_from(list(Role)))
    person = make_person(top)
    until = DAY + timedelta(days=data.draw(st.integers(0, 3)))
    make_post(person, place, role, until=data.draw(st.sampled_from([until, None])))
    if Post.objects.get().until is None:
        Organization.objects.filter(pk=place.pk).update(closed_on=until + timedelta(days=1))
    asked = data.draw(st.sets(st.sampled_from(sorted(PERMITS)), min_size=1, max_size=3))
    after = until + timedelta(days=data.draw(st.integers(1, 400)))
    for day, holds in ((until, True), (after, False)):
        actor = access.actor_of(person.pk, day)
        assert bool(actor.posts) is holds
        for permit, grants in PERMITS.items():
            granted = holds and any(role in grant.roles for grant in grants)
            reached = [
                each.path for each in (top, below, line, guided) if access.allowed(actor, permit, each.path)
            ]
            assert granted or not reached
            if permit not in asked:
                continue
            for path in (top.path, below.path, line.path, guided.path):
                assert access.holders(permit, path, day).filter(pk=person.pk).exists() == (path in reached)
