"""What committee members are in charge of, and which offices of an organization nobody holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from guantong.apps.ledger.models import Entry
from guantong.apps.organizations import queries
from guantong.apps.organizations.access import Actor, NotFound
from guantong.apps.organizations.models import (
    Kind,
    Membership,
    Organization,
    PartyStatus,
    Person,
    Post,
    SchoolStage,
)
from guantong.apps.organizations.roster import appointing, handing, offices, rolls
from guantong.apps.organizations.roster.appointing import NewPost
from guantong.core.permits import Portfolio, Role, Standpoint
from guantong.core.refusal import Refused

from .make import DAY, make_organization, make_person

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 5, 8, tzinfo=UTC)
ONE = timedelta(days=1)
MEMBER = Role.COMMITTEE_MEMBER


@pytest.fixture
def district() -> Organization:
    return make_organization(name="云岫区委教育工委", kind=Kind.WORK_COMMITTEE)


@pytest.fixture
def school(district: Organization) -> Organization:
    made = make_organization(district, name="甲学校党委", kind=Kind.COMMITTEE)
    made.stage = SchoolStage.PRIMARY
    made.save()
    return made


def clerk(place: Organization, role: Role = Role.SECTION_STAFF) -> Actor:
    return Actor(0, (Standpoint(role, place.path),), DAY)


def appoint(person: Person, place: Organization, *, by: Actor | None = None, **changed: Any) -> Post:
    given: dict[str, Any] = {"role": MEMBER, "since": DAY, "now": NOW}
    return appointing.appoint(by, person=person.pk, organization=place.pk, **{**given, **changed})


def test_a_member_in_charge_is_called_by_it_and_one_at_a_time_is(
    district: Organization, school: Organization
) -> None:
    first, second, third = (make_person(school) for _ in range(3))
    held = appoint(first, school, portfolio=Portfolio.PUBLICITY, by=clerk(district), until=DAY + 9 * ONE)
    assert (held.words, appoint(second, school).words) == ("宣传委员", "委员")
    begun = Entry.objects.get(act="post.begun", object=held.pk)
    assert begun.facts["portfolio"] == "publicity"
    for since in (DAY - ONE, DAY + 9 * ONE):
        with pytest.raises(Refused, match="portfolio_held"):
            appoint(third, school, portfolio=Portfolio.PUBLICITY, since=since)
    assert appoint(third, school, portfolio=Portfolio.PUBLICITY, since=DAY + 10 * ONE).words == "宣传委员"
    appoint(first, school, portfolio=Portfolio.DISCIPLINE)  # one may be in charge of two things
    with pytest.raises(Refused, match="post_twice"):
        appoint(second, school)
    elsewhere = make_organization(district, kind=Kind.COMMITTEE)
    appoint(third, elsewhere, portfolio=Portfolio.PUBLICITY)
    with pytest.raises(Refused, match="portfolio_of_members_only"):
        appoint(third, elsewhere, role=Role.DEPUTY, portfolio=Portfolio.ORGANIZATION)
    with pytest.raises(ValueError, match="sports"):
        appoint(third, elsewhere, portfolio="sports")
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=held.pk).update(role=Role.DEPUTY)


def test_in_bulk_portfolios_are_held_against_each_other_and_cost_no_more(
    district: Organization, school: Organization
) -> None:
    people = [make_person(school) for _ in range(4)]
    rows = [
        NewPost(person.pk, school.pk, MEMBER, DAY, portfolio=portfolio)
        for person, portfolio in zip(people, Portfolio, strict=True)
    ]
    with pytest.raises(Refused, match="portfolio_held") as refused:
        appointing.appoint_many(
            clerk(district),
            [*rows, NewPost(people[0].pk, school.pk, MEMBER, DAY, portfolio="united-front")],
            NOW,
        )
    assert (refused.value.facts["row"], Post.objects.count()) == (4, 0)
    appointing.appoint_many(clerk(district), rows, NOW)
    shown = ["组织委员", "宣传委员", "纪检委员", "统战委员"]
    assert [post.words for post in rolls.posts_at(school)] == shown
    assert [post.words for post in queries.posts_at(school.pk)] == shown
    with pytest.raises(Refused, match="portfolio_held"):
        appointing.appoint_many(
            clerk(district), [NewPost(people[1].pk, school.pk, MEMBER, DAY, portfolio="discipline")], NOW
        )


def test_handing_over_and_covering_keep_what_one_is_in_charge_of(
    district: Organization, school: Organization
) -> None:
    first, second, third = (make_person(school) for _ in range(3))
    held = appoint(first, school, portfolio=Portfolio.ORGANIZATION, since=DAY - 90 * ONE)
    cover: dict[str, Any] = {"covers": held.pk, "until": DAY + 5 * ONE, "by": clerk(district)}
    with pytest.raises(Refused, match="cover_unknown"):
        appoint(second, school, **cover)
    assert appoint(second, school, portfolio=Portfolio.ORGANIZATION, **cover).words == "组织委员"
    with pytest.raises(Refused, match="portfolio_held"):
        appoint(third, school, portfolio=Portfolio.ORGANIZATION)
    Post.objects.filter(covers=held).delete()
    new = handing.hand_over(clerk(district), post=held.pk, to=third.pk, on=DAY, now=NOW)
    assert (new.words, new.portfolio, new.since) == ("组织委员", Portfolio.ORGANIZATION, DAY)


def vacant(by: Actor, place: Organization) -> list[str]:
    """By both ways of asking, which say the same."""
    asked = offices.vacancies(by, place.pk)
    row: Any = queries.organization_of(by, place.pk)
    posts = queries.posts_at(place.pk)
    assert offices.vacant_beside(row, DAY, posts=posts, members=row.full_members) == asked
    return [each.words for each in asked]


def test_what_nobody_holds_is_vacant_whether_it_was_held_or_not(
    district: Organization, school: Organization
) -> None:
    by, person = clerk(district), make_person(school)
    assert vacant(by, school) == ["书记", "副书记", "组织委员", "宣传委员", "纪检委员", "校长"]
    post = appoint(person, school, role=Role.SECRETARY, since=DAY - 90 * ONE)
    appointing.end_post(None, post=post.pk, until=DAY - ONE, now=NOW)
    appoint(make_person(school), school, role=Role.DEPUTY, acting=True)
    appoint(make_person(school), school, role=Role.PRINCIPAL, since=DAY + ONE)
    appoint(make_person(school), school)  # in charge of nothing
    appoint(make_person(school), school, portfolio=Portfolio.DISCIPLINE)
    assert vacant(by, school) == ["书记", "组织委员", "宣传委员", "校长"]
    told = {each.words: each.since for each in offices.vacancies(by, school.pk)}
    assert told == {"书记": DAY, "组织委员": None, "宣传委员": None, "校长": None}
    school.stage = SchoolStage.OFFICE
    school.save()
    assert vacant(by, school) == ["书记", "组织委员", "宣传委员"]
    with CaptureQueriesContext(connection) as cost:
        offices.vacant(school, DAY)
    assert len(cost) == 1
    Organization.objects.filter(pk=school.pk).update(closed_on=DAY)
    assert vacant(by, school) == []


def test_a_branch_of_seven_full_members_has_a_committee(district: Organization, school: Organization) -> None:
    by, branch = clerk(district), make_organization(school)
    branch.stage = school.stage  # part of a school has no principal
    branch.save()
    for number in range(9):
        Membership.objects.create(
            person=make_person(branch),
            organization=branch,
            status=PartyStatus.FULL if number < 6 else PartyStatus.PROBATIONARY,
            since=date(2020, 1, 1),
            until=None if number else DAY,
        )
    assert vacant(by, branch) == ["支部书记"]
    Membership.objects.filter(status=PartyStatus.PROBATIONARY).first().delete()  # type: ignore[union-attr]
    seventh = Membership.objects.create(
        person=make_person(branch), organization=branch, status=PartyStatus.FULL, since=DAY
    )
    assert vacant(by, branch) == ["支部书记", "组织委员", "宣传委员", "纪检委员"]
    appoint(seventh.person, branch, role=Role.SECRETARY)
    appoint(seventh.person, branch, portfolio=Portfolio.PUBLICITY)
    assert vacant(by, branch) == ["组织委员", "纪检委员"]
    Membership.objects.filter(pk=seventh.pk).update(status=PartyStatus.RESTING)
    assert vacant(by, branch) == []
    general = make_organization(district, kind=Kind.GENERAL_BRANCH)
    assert vacant(by, general) == ["书记", "组织委员", "宣传委员", "纪检委员"]
    assert vacant(by, make_organization(district, kind=Kind.SECTION)) == []
    assert "系统管理员" in vacant(by, district)
    with pytest.raises(NotFound):
        offices.vacancies(clerk(branch), school.pk)


def test_the_principal_of_a_kindergarten_has_a_word_of_their_own(
    district: Organization, school: Organization
) -> None:
    small = make_organization(district, name="乙幼儿园党委", kind=Kind.COMMITTEE)
    Organization.objects.filter(pk=small.pk).update(stage=SchoolStage.KINDERGARTEN)
    small.refresh_from_db()
    for place, word, other in ((school, "校长", "园长"), (small, "园长", "校长")):
        vacant = [each.words for each in offices.vacant(place, DAY)]
        assert word in vacant
        assert other not in vacant
        assert ("principal", word) in rolls.roles_given(clerk(district), place)
        held = appoint(make_person(place), place, role=Role.PRINCIPAL, by=clerk(district))
        assert held.words == word
        with CaptureQueriesContext(connection) as asked:
            assert word in [post.words for post in queries.posts_at(place.pk)]
            assert word in [post.words for post in queries.office_holders(place, DAY)]
            assert word in [post.words for post in rolls.posts_at(place)]
        assert len(asked) == 3


def test_namesakes_who_are_offered_are_told_apart(district: Organization, school: Organization) -> None:
    by = clerk(district)
    one, other, alone = (make_person(school, name=name) for name in ("方砚", "方砚", "方舟"))
    Person.objects.filter(pk=one.pk).update(birth_year=1980)
    Membership.objects.create(person=one, organization=school, status="full", since=DAY - ONE)
    told = {each.id: each.apart for each in rolls.candidates(by, school, "方")}
    assert told == {one.pk: "1980 年生，正式党员", other.pk: "出生年份不详，非党员", alone.pk: ""}
    assert {each.id for each in rolls.candidates(by, school, "方", but=[one.pk])} == {other.pk, alone.pk}
