"""Posts begin and end on record, and no organization has two secretaries at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guantong.apps.ledger.models import Entry
from guantong.apps.ledger.queries import faults
from guantong.apps.organizations import queries, tree
from guantong.apps.organizations.access import Actor, Forbidden, NotFound, actor_of
from guantong.apps.organizations.models import Kind, Organization, Person, Post
from guantong.apps.organizations.roster import appointing, handing, rolls
from guantong.apps.organizations.roster.appointing import NewPost
from guantong.core.permits import Role, Standpoint
from guantong.core.refusal import Refused

from .make import DAY, make_organization, make_person, make_post
from .road import ISSUED, at, issued, make_road

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
    return appointing.appoint(by, person=person.pk, organization=place.pk, **{**given, **changed})


def test_a_post_gives_its_permits_from_its_first_day_to_its_last(
    district: Organization, school: Organization
) -> None:
    person = make_person(school)
    post = appoint(person, school, by=clerk(district))
    appointing.end_post(clerk(district), post=post.pk, until=DAY + 2 * ONE, now=NOW)
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
    appointing.end_post(None, post=post.pk, until=DAY - ONE, now=NOW)
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
        appoint(person, district, role=Role.SYSTEM_ADMIN, by=guard)
    appoint(person, district, role=Role.SYSTEM_ADMIN, since=DAY - 9 * ONE, until=DAY - ONE, by=guard)
    with pytest.raises(Refused, match="administrators_at_the_top"):
        appoint(person, school, role=Role.AUDIT_ADMIN, by=guard)


def test_an_administrator_holds_no_office_besides(district: Organization, school: Organization) -> None:
    """Otherwise the security administrator takes the account of whoever they make one."""
    guard, head = clerk(district, Role.SECURITY_ADMIN), make_person(school)
    appoint(head, school, until=DAY + 9 * ONE, by=guard)
    with pytest.raises(Refused, match="administrator_alone"):
        appoint(head, district, role=Role.AUDIT_ADMIN, since=DAY + 9 * ONE, by=guard)
    appoint(head, district, role=Role.AUDIT_ADMIN, since=DAY + 10 * ONE, by=guard)
    with pytest.raises(Refused, match="administrator_alone"):
        appoint(head, school, role=Role.LIAISON, since=DAY + 9 * ONE, by=guard)
    appoint(head, school, role=Role.MEMBER, by=guard)
    both = [NewPost(make_person(school).pk, district.pk, Role.SYSTEM_ADMIN, DAY)]
    both.append(NewPost(both[0].person, school.pk, Role.DEPUTY, DAY))
    with pytest.raises(Refused, match="administrator_alone"):
        appointing.appoint_many(guard, both, NOW)


def test_whoever_has_left_holds_no_post_from_that_day_on(
    district: Organization, school: Organization
) -> None:
    person = make_person(school)
    Person.objects.filter(pk=person.pk).update(left_on=DAY)
    for until in (None, DAY):
        with pytest.raises(Refused, match="person_left"):
            appoint(person, school, since=DAY - 9 * ONE, until=until, by=clerk(district))
    appoint(person, school, since=DAY - 9 * ONE, until=DAY - ONE, by=clerk(district))


def test_nobody_is_given_a_post_by_whom_their_roster_is_not_shown_to(
    district: Organization, school: Organization
) -> None:
    """An account is worth what its posts are: a post given by strangers takes it out of the hands of its own office."""
    branch, other = make_organization(school), make_organization(district, name="乙学校")
    own, stranger, cadre = make_person(branch), make_person(other, name="外校某"), make_person(district)
    by = clerk(school, Role.PARTY_OFFICE)
    post = appoint(own, branch, role=Role.DEPUTY, since=DAY - ONE, by=by)
    cover = {"covers": post.pk, "role": Role.DEPUTY, "until": DAY + ONE}
    for person in (stranger, cadre):
        for given in ({"role": Role.LIAISON}, cover):
            with pytest.raises(Refused, match="person_unknown"):
                appoint(person, branch, by=by, **given)
        with pytest.raises(Refused, match="person_unknown"):
            appointing.appoint_many(by, [NewPost(person.pk, branch.pk, Role.LIAISON, DAY)], NOW)
        with pytest.raises(Refused, match="person_unknown"):
            handing.hand_over(by, post=post.pk, to=person.pk, on=DAY, now=NOW)
        assert rolls.candidate(by, branch, person.pk) is None
    assert rolls.candidates(by, branch, "外校") == []
    assert [each.id for each in rolls.candidates(by, branch, "某某")] == [own.pk]
    assert [each.id for each in rolls.candidates(clerk(district), branch, "外校")] == [stranger.pk]
    assert appoint(stranger, branch, role=Role.LIAISON, by=clerk(district)).person == stranger


def test_what_cannot_be_is_refused(district: Organization, school: Organization) -> None:
    elsewhere = make_organization(name="别区教育工委", kind=Kind.WORK_COMMITTEE)
    person, stranger = make_person(school), make_person(elsewhere)
    with pytest.raises(Refused, match="until_before_since"):
        appoint(person, school, until=DAY - ONE)
    with pytest.raises(Refused, match="person_unknown"):
        appoint(stranger, school, by=clerk(district))
    with pytest.raises(Refused, match="person_unknown"):
        appointing.appoint(None, person=10**9, organization=school.pk, role=Role.MEMBER, since=DAY, now=NOW)
    with pytest.raises(Refused, match="own_post"):
        appoint(person, school, by=Actor(person.pk, (Standpoint(Role.SECURITY_ADMIN, district.path),), DAY))
    post = appoint(person, school, role=Role.DEPUTY)
    with pytest.raises(Refused, match="post_twice"):
        appoint(person, school, role=Role.DEPUTY, since=DAY + 9 * ONE)
    with pytest.raises(Refused, match="until_before_since"):
        appointing.end_post(None, post=post.pk, until=DAY - ONE, now=NOW)
    appointing.end_post(None, post=post.pk, until=DAY, now=NOW)
    with pytest.raises(Refused, match="post_ended"):
        appointing.end_post(None, post=post.pk, until=DAY + ONE, now=NOW)
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
        appointing.end_post(secretary, post=post.pk, until=DAY, now=NOW)
    for place in (other, district):
        with pytest.raises(NotFound):
            appoint(person, place, by=secretary)
    with pytest.raises(NotFound):
        appointing.end_post(clerk(other), post=post.pk, until=DAY, now=NOW)
    with pytest.raises(NotFound):
        appointing.end_post(None, post=10**9, until=DAY, now=NOW)


def test_both_ends_are_on_record_by_id_code_and_date(district: Organization, school: Organization) -> None:
    person = make_person(school)
    post = appoint(person, school, by=clerk(district), acting=True)
    appointing.end_post(clerk(district), post=post.pk, until=DAY, now=NOW)
    entries = Entry.objects.filter(chain=district.path, organization=school.pk, object=post.pk)
    assert list(entries.order_by("sequence").values_list("act", "facts")) == [
        (
            "post.begun",
            {"person": person.pk, "role": "secretary", "acting": True, "since": DAY.isoformat()},
        ),
        ("post.ended", {"until": DAY.isoformat()}),
    ]
    assert faults() == []


def test_a_place_is_of_the_district_at_the_top_of_its_tree(district: Organization) -> None:
    example = tree.found_district("示例区教育工委", opened_on=DAY, invented=True, now=NOW)
    below = make_organization(example)
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


def test_nobody_dismisses_or_hands_over_to_or_from_themselves(
    district: Organization, school: Organization
) -> None:
    person, other = make_person(school), make_person(school)
    own = Actor(person.pk, (Standpoint(Role.SECURITY_ADMIN, district.path),), DAY)
    held, theirs = make_post(person, school, Role.DEPUTY), make_post(other, school, Role.PARTY_OFFICE)
    with pytest.raises(Refused, match="own_post"):
        appointing.end_post(own, post=held.pk, until=DAY, now=NOW)
    with pytest.raises(Refused, match="own_post"):
        handing.hand_over(own, post=held.pk, to=other.pk, on=DAY, now=NOW)
    with pytest.raises(Refused, match="own_post"):
        handing.hand_over(own, post=theirs.pk, to=person.pk, on=DAY, now=NOW)
    assert not Post.objects.exclude(until=None).exists()


def test_a_cover_stands_beside_the_secretary_within_the_term_and_ends_with_it(
    district: Organization, school: Organization
) -> None:
    by = clerk(district)
    away, cover, third = (make_person(school) for _ in range(3))
    post = appoint(away, school, since=DAY - 300 * ONE, until=DAY + 90 * ONE, by=by)
    for code, changed in (
        ("cover_without_end", {}),
        ("cover_outside_term", {"until": DAY + 91 * ONE}),
        ("cover_outside_term", {"since": DAY - 301 * ONE, "until": DAY}),
        ("cover_unknown", {"until": DAY, "role": Role.DEPUTY}),
        ("cover_unknown", {"until": DAY, "covers": 10**9}),
    ):
        with pytest.raises(Refused, match=code):
            appoint(cover, school, by=by, **{"covers": post.pk, **changed})
    row = appoint(cover, school, by=by, covers=post.pk, until=DAY + 30 * ONE)
    assert bool(actor_of(cover.pk, DAY).posts)
    head = queries.head_of(school.pk, DAY)
    assert head is not None
    assert head.person == away
    with pytest.raises(Refused, match="cover_twice"):
        appoint(third, school, by=by, covers=post.pk, until=DAY + 40 * ONE)
    with pytest.raises(Refused, match="cover_unknown"):
        appoint(third, school, by=by, covers=row.pk, until=DAY + 10 * ONE)
    with pytest.raises(Refused, match="secretary_already"):
        appoint(third, school, by=by)
    appointing.end_post(by, post=post.pk, until=DAY + 5 * ONE, now=NOW)
    row.refresh_from_db()
    assert row.until == DAY + 5 * ONE
    appoint(third, school, by=by, since=DAY + 6 * ONE)
    later = appoint(
        cover, school, by=by, since=DAY + 20 * ONE, until=DAY + 30 * ONE, covers=third.posts.get().pk
    )
    held = third.posts.get()
    appointing.end_post(
        by, post=held.pk, until=DAY + 10 * ONE, now=NOW
    )  # the cover would begin later: it goes
    assert not Post.objects.filter(pk=later.pk).exists()
    ended = Entry.objects.filter(act="post.ended").values_list("object", flat=True)
    assert sorted(ended) == [post.pk, row.pk, held.pk]
    taken_back = Entry.objects.get(act="post.withdrawn")
    assert (taken_back.object, taken_back.facts["covers"]) == (later.pk, held.pk)


def test_many_posts_follow_the_rules_of_one_and_are_held_against_each_other(
    district: Organization, school: Organization
) -> None:
    by = clerk(district)
    people = [make_person(school) for _ in range(4)]
    make_post(people[3], school, Role.DEPUTY)
    good = NewPost(people[0].pk, school.pk, Role.SECRETARY, DAY)
    for code, bad in (
        ("secretary_already", NewPost(people[1].pk, school.pk, Role.BRANCH_SECRETARY, DAY)),
        ("post_twice", NewPost(people[3].pk, school.pk, Role.DEPUTY, DAY)),
        ("person_unknown", NewPost(10**9, school.pk, Role.DEPUTY, DAY)),
        ("until_before_since", NewPost(people[1].pk, school.pk, Role.DEPUTY, DAY, DAY - ONE)),
    ):
        with pytest.raises(Refused) as refused:
            appointing.appoint_many(by, [good, bad], NOW)
        assert (refused.value.code, refused.value.facts["row"]) == (code, 1)
    with pytest.raises(Forbidden):
        appointing.appoint_many(by, [good, NewPost(people[1].pk, school.pk, Role.AUDIT_ADMIN, DAY)], NOW)
    assert Post.objects.count() == 1
    following = NewPost(people[1].pk, school.pk, Role.SECRETARY, DAY + ONE)
    first = NewPost(people[0].pk, school.pk, Role.SECRETARY, DAY, DAY)
    made = appointing.appoint_many(by, [following, first], NOW)
    assert [Post.objects.get(pk=pk).person for pk in made] == [people[1], people[0]]
    [entry] = Entry.objects.filter(act="post.imported")
    assert (entry.object, entry.facts) == (school.pk, {"count": 2})
    guard = clerk(district, Role.SECURITY_ADMIN)
    apart = [NewPost(people[2].pk, district.pk, role, DAY) for role in (Role.AUDIT_ADMIN, Role.SYSTEM_ADMIN)]
    with pytest.raises(Refused, match="administrators_apart"):
        appointing.appoint_many(guard, apart, NOW)


def test_many_posts_cost_as_many_queries_as_two(district: Organization) -> None:
    by = clerk(district)
    schools = [make_organization(district, kind=Kind.COMMITTEE) for _ in range(40)]
    people = [make_person(school) for school in schools]

    def rows(some: slice, role: Role) -> list[NewPost]:
        pairs = list(zip(people, schools, strict=True))[some]
        return [NewPost(person.pk, place.pk, role, DAY) for person, place in pairs]

    appointing.appoint_many(by, rows(slice(1), Role.PRINCIPAL), NOW)
    costs = []
    for some in (slice(2), slice(40)):
        with CaptureQueriesContext(connection) as cost:
            appointing.appoint_many(by, rows(some, Role.DEPUTY if some.stop == 2 else Role.SECRETARY), NOW)
        costs.append(len([each for each in cost.captured_queries if not each["sql"].startswith("INSERT")]))
    assert costs[0] == costs[1] < 10


def test_an_office_is_handed_over_with_its_note_and_the_work_owned_at_it() -> None:
    road = make_road()
    issued(road)
    school, elsewhere = road.schools[0], road.schools[1]
    road.adopted(school, "school-0")
    road.adopted(elsewhere, "school-1")
    old, new = Person.objects.get(pk=road.people["school-0"]), make_person(school, name="继任")
    done = road.assignment(school)
    done.state = "exempted"
    done.save()
    by = road.actor("clerk")
    post = rolls.post_of(by, old.posts.get().pk)
    preview = handing.handing_preview(by, post)
    assert preview.owned == 1
    row = handing.hand_over(
        by, post=post.pk, to=new.pk, on=ISSUED, note=" 轮训名单在柜里 ", now=at(ISSUED, 15)
    )
    post.refresh_from_db()
    assert (post.until, row.since, row.handed_from_id, row.note) == (
        ISSUED - ONE,
        ISSUED,
        post.pk,
        "轮训名单在柜里",
    )
    owners = dict(school.assignments.exclude(owner=None).values_list("pk", "owner"))
    assert owners.pop(done.pk) == old.pk
    assert list(owners.values()) == [new.pk]
    assert not elsewhere.assignments.filter(owner=new).exists()
    entry = Entry.objects.get(act="post.handed-over")
    assert (entry.facts["handed_from"], entry.facts["moved"], entry.object) == (post.pk, 1, row.pk)
    assert not actor_of(old.pk, ISSUED).posts
    assert faults() == []


def test_what_cannot_be_handed_over_is_refused_and_one_secretary_stays_one(
    district: Organization, school: Organization
) -> None:
    by = clerk(district)
    people = [make_person(school) for _ in range(3)]
    post = appoint(people[0], school, since=DAY - 90 * ONE)

    def hand(held: Post, to: Person, on: date = DAY, **more: Any) -> Post:
        return handing.hand_over(by, post=held.pk, to=to.pk, on=on, now=NOW, **more)

    refused: dict[str, Callable[[], Post]] = {
        "handed_to_the_same": lambda: hand(post, people[0]),
        "day_ahead": lambda: hand(post, people[1], DAY + ONE),
        "text_too_long": lambda: hand(post, people[1], note="长" * 2001),
        "post_not_begun": lambda: hand(post, people[1], DAY - 90 * ONE),
        "year_closed": lambda: hand(post, people[1], date(2025, 12, 31)),
        "person_unknown": lambda: hand(post, Person(pk=10**9)),
    }
    for code, act in refused.items():
        with pytest.raises(Refused, match=code):
            act()
    second = hand(post, people[1], acting=True)
    assert second.acting
    with pytest.raises(Refused, match="post_not_begun"):  # the same day once more
        hand(second, people[2])
    with pytest.raises(Refused, match="post_handed"):
        hand(post, people[2])
    heads = Post.objects.filter(organization=school, since__lte=DAY).exclude(until__lt=DAY)
    assert heads.count() == 1
    Post.objects.filter(pk=post.pk).update(until=DAY - 9 * ONE)
    over = rolls.post_of(by, post.pk)
    with pytest.raises(Refused, match="post_ended"):
        handing.handing_preview(by, over)
