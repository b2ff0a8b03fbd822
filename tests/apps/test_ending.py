"""Posts end within the year, and what was given by mistake or ahead is taken back as if it had never been given."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from guantong.apps.ledger.models import Entry
from guantong.apps.ledger.queries import faults
from guantong.apps.organizations import tree
from guantong.apps.organizations.access import Actor, NotFound, actor_of
from guantong.apps.organizations.models import Kind, Organization, Person, Post
from guantong.apps.organizations.roster import appointing, handing, transfers
from guantong.core.permits import Role, Standpoint
from guantong.core.refusal import Refused

from .make import make_organization, make_person, make_post

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 20)
NOW = datetime(2026, 3, 20, 8, tzinfo=UTC)
ONE = timedelta(days=1)


@pytest.fixture
def district() -> Organization:
    return make_organization(name="云岫区委教育工委", kind=Kind.WORK_COMMITTEE)


@pytest.fixture
def school(district: Organization) -> Organization:
    return make_organization(district, name="甲学校党委", kind=Kind.COMMITTEE)


@pytest.fixture
def other(district: Organization, school: Organization) -> Organization:
    assert school.pk
    return make_organization(district, name="乙学校党委", kind=Kind.COMMITTEE)


def office(place: Organization, day: date = DAY) -> Actor:
    return Actor(0, (Standpoint(Role.SECTION_STAFF, place.path[:4]),), day)


def appoint(person: Person, place: Organization, **changed: Any) -> Post:
    given: dict[str, Any] = {"role": Role.SECRETARY, "since": DAY, "now": NOW}
    return appointing.appoint(office(place), person=person.pk, organization=place.pk, **{**given, **changed})


def end(post: Post, until: date | None, day: date = DAY) -> Post:
    now = NOW + (day - DAY)
    return appointing.end_post(office(post.organization, day), post=post.pk, until=until, now=now)


def over() -> list[tuple[str, int]]:
    acts = Entry.objects.filter(act__in=("post.ended", "post.withdrawn")).order_by("sequence")
    return list(acts.values_list("act", "object"))


def test_a_post_still_to_begin_is_taken_back_with_its_cover(school: Organization) -> None:
    person, cover = make_person(school), make_person(school)
    post = appoint(person, school, since=DAY + 9 * ONE)
    stand_in = appoint(cover, school, since=DAY + 12 * ONE, until=DAY + 14 * ONE, covers=post.pk)
    assert end(post, DAY).pk == post.pk
    assert not Post.objects.exists()
    assert over() == [("post.withdrawn", post.pk), ("post.withdrawn", stand_in.pk)]
    [told, of_cover] = Entry.objects.filter(act="post.withdrawn").order_by("sequence")
    assert told.facts == {
        "person": person.pk,
        "role": "secretary",
        "acting": False,
        "since": (DAY + 9 * ONE).isoformat(),
    }
    assert of_cover.facts["covers"] == post.pk
    assert faults() == []
    appoint(person, school, since=DAY + 9 * ONE)  # and the office is free again
    with pytest.raises(NotFound):
        end(post, None)


def test_a_post_begun_today_is_taken_back_today_and_not_tomorrow(school: Organization) -> None:
    wrong, right = make_person(school), make_person(school)
    post = appoint(wrong, school)
    assert actor_of(wrong.pk, DAY).posts
    with pytest.raises(Refused, match="until_before_since"):  # a wrong date is no wish to take it back
        end(post, DAY - ONE)
    with pytest.raises(Refused, match="post_begun"):
        end(post, None, DAY + ONE)
    end(post, None)
    assert not actor_of(wrong.pk, DAY).posts
    assert actor_of(appoint(right, school).person_id, DAY).posts


def test_an_office_handed_to_the_wrong_person_today_is_handed_anew(school: Organization) -> None:
    old, wrong, right = (make_person(school) for _ in range(3))
    post = make_post(old, school, Role.SECRETARY)

    def hand(to: Person) -> Post:
        return handing.hand_over(office(school), post=post.pk, to=to.pk, on=DAY, now=NOW)

    end(hand(wrong), None)
    new = hand(right)
    assert (new.handed_from, Post.objects.count()) == (post, 2)


def test_a_planned_cover_stands_in_nobodys_way_and_can_be_taken_back(school: Organization) -> None:
    away, cover, heir = (make_person(school) for _ in range(3))
    post = make_post(away, school, Role.SECRETARY)
    planned: dict[str, Any] = {"since": DAY + 20 * ONE, "until": DAY + 30 * ONE, "covers": post.pk}
    end(appoint(cover, school, **planned), DAY)
    appoint(cover, school, **planned)
    handing.hand_over(office(school), post=post.pk, to=heir.pk, on=DAY, now=NOW)
    assert list(Post.objects.order_by("pk").values_list("person", "until")) == [
        (away.pk, DAY - ONE),
        (heir.pk, None),
    ]


def test_a_cover_that_has_been_is_not_taken_back_by_dating_the_end_before_it(school: Organization) -> None:
    away, cover = make_person(school), make_person(school)
    post = make_post(away, school, Role.SECRETARY)
    row = Post.objects.create(
        person=cover,
        organization=school,
        role=Role.SECRETARY,
        since=DAY - 5 * ONE,
        until=DAY + 5 * ONE,
        covers=post,
    )
    with pytest.raises(Refused, match="cover_later"):
        end(post, DAY - 9 * ONE)
    end(post, DAY - 5 * ONE)
    row.refresh_from_db()
    assert row.until == DAY - 5 * ONE


def test_a_past_year_stays_as_it_is(school: Organization) -> None:
    old, heir = make_person(school), make_person(school)
    post = make_post(old, school, Role.SECRETARY)
    acts: list[Callable[[], object]] = [
        lambda: end(post, date(2025, 12, 30)),
        lambda: handing.hand_over(office(school), post=post.pk, to=heir.pk, on=date(2025, 12, 31), now=NOW),
        lambda: transfers.leave(office(school), person=old.pk, on=date(2025, 12, 31), end_held=True, now=NOW),
    ]
    for act in acts:
        with pytest.raises(Refused, match="year_closed"):
            act()
    handing.hand_over(office(school), post=post.pk, to=heir.pk, on=date(2026, 1, 1), now=NOW)
    post.refresh_from_db()
    assert post.until == date(2025, 12, 31)
    appoint(make_person(school), school, role=Role.DEPUTY, since=date(2019, 9, 1))  # entered late: as it was


@pytest.mark.parametrize("leaves", [True, False])
def test_who_goes_loses_what_was_still_to_begin(
    school: Organization, other: Organization, *, leaves: bool
) -> None:
    by, person = office(school), make_person(school)
    held = make_post(person, school, Role.DEPUTY)
    planned = appoint(person, school, since=DAY + 9 * ONE)

    def go(on: date, *, end_held: bool = True) -> Person:
        if leaves:
            return transfers.leave(by, person=person.pk, on=on, end_held=end_held, now=NOW)
        return transfers.transfer(by, person=person.pk, to=other.pk, on=on, end_held=end_held, now=NOW)

    with pytest.raises(Refused) as refused:
        go(DAY, end_held=False)
    assert (refused.value.code, refused.value.facts["count"]) == ("posts_open", 2)
    go(DAY)
    assert dict(Post.objects.values_list("pk", "until")) == {held.pk: DAY - ONE}
    assert over() == [("post.ended", held.pk), ("post.withdrawn", planned.pk)]


def test_nobody_went_before_a_post_they_have_held_since(school: Organization, other: Organization) -> None:
    person = make_person(school)
    post = make_post(person, school, Role.DEPUTY, since=DAY - 5 * ONE)
    with pytest.raises(Refused, match="post_later") as refused:
        transfers.transfer(
            office(school), person=person.pk, to=other.pk, on=DAY - 9 * ONE, end_held=True, now=NOW
        )
    assert refused.value.facts == {"since": post.since}
    transfers.leave(office(school), person=person.pk, on=DAY, end_held=True, now=NOW)
    with pytest.raises(Refused, match="before_leaving") as early:
        transfers.transfer(office(school), person=person.pk, to=other.pk, on=DAY - ONE, now=NOW)
    assert early.value.facts == {"on": DAY}


def test_an_organization_closes_over_covers_and_offices_handed_over_since(
    school: Organization, other: Organization
) -> None:
    people = [make_person(school) for _ in range(4)]
    first = make_post(people[0], school, Role.SECRETARY)
    since = DAY - 5 * ONE
    second = handing.hand_over(office(school), post=first.pk, to=people[1].pk, on=since, now=NOW)
    handing.hand_over(office(school), post=second.pk, to=people[2].pk, on=since + ONE, now=NOW)
    planned = appoint(people[0], school, role=Role.DEPUTY, since=DAY + 9 * ONE)
    appoint(
        people[3],
        school,
        role=Role.DEPUTY,
        since=DAY + 12 * ONE,
        until=DAY + 14 * ONE,
        covers=planned.pk,
    )
    by = Actor(1, (Standpoint(Role.SYSTEM_ADMIN, school.path[:4]),), DAY)
    tree.close(by, school.pk, into=other.pk, on=since - ONE, now=NOW)
    assert list(Post.objects.values_list("pk", "until")) == [(first.pk, since - 2 * ONE)]
    assert Entry.objects.get(act="organization.closed").facts["posts"] == 5
    tree.reopen(by, school.pk, on=DAY, now=NOW)
    for day in (since, DAY, DAY + 9 * ONE, DAY + 13 * ONE):
        assert not [each for each in people if actor_of(each.pk, day).posts]
