"""The roster when an organization closes: its people go to the heir, from day to day; without one nobody is left behind."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guantong.apps.ledger.models import Entry
from guantong.apps.organizations import tree
from guantong.apps.organizations.access import Actor, NotFound
from guantong.apps.organizations.models import Kind, Membership, Organization, Person
from guantong.apps.organizations.roster import memberships, persons, rolls, transfers
from guantong.apps.organizations.tree.work import OpenWork
from guantong.core.permits import Role, Standpoint
from guantong.core.persons import MemberStatus, check_spells
from guantong.core.refusal import Refused

from .make import make_organization, make_person

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 20)
MERGED = date(2026, 3, 10)
NOW = datetime(2026, 3, 20, 8, tzinfo=UTC)
ONE = timedelta(days=1)
FULL, PROBATIONARY, RESTING = MemberStatus.FULL, MemberStatus.PROBATIONARY, MemberStatus.RESTING


@pytest.fixture
def district() -> Organization:
    return make_organization(name="云岫区委教育工委", kind=Kind.WORK_COMMITTEE)


@pytest.fixture
def old(district: Organization) -> Organization:
    return make_organization(district, name="甲学校党委", kind=Kind.COMMITTEE)


@pytest.fixture
def heir(district: Organization, old: Organization) -> Organization:
    assert old.pk
    return make_organization(district, name="乙学校党委", kind=Kind.COMMITTEE)


def office(place: Organization, role: Role = Role.SECTION_STAFF) -> Actor:
    return Actor(0, (Standpoint(role, place.path),), TODAY)


def member(
    place: Organization, name: str, *spells: tuple[MemberStatus, date, date | None], left: date | None = None
) -> Person:
    person = Person.objects.create(name=name, organization=place, left_on=left)
    for status, since, until in spells:
        Membership.objects.create(person=person, organization=place, status=status, since=since, until=until)
    return person


def march(day: int) -> date:
    return date(2026, 3, day)


def fill(place: Organization) -> dict[str, Person]:
    """Everything a standing may be on the day of a merger."""
    long_ago = date(2010, 7, 1)
    return {
        "full": member(place, "甲", (FULL, long_ago, None)),
        "resting": member(place, "乙", (RESTING, date(2025, 1, 1), None)),
        "promoted": member(
            place, "丙", (PROBATIONARY, date(2025, 3, 15), march(14)), (FULL, march(15), None)
        ),
        "since": member(place, "丁", (FULL, MERGED, None)),
        "eve": member(place, "戊", (FULL, long_ago, march(9)), (RESTING, MERGED, None)),
        "ended": member(place, "己", (FULL, long_ago, march(16))),
        "none": member(place, "庚"),
        "gone": member(place, "辛", (FULL, long_ago, date(2026, 1, 31)), left=date(2026, 2, 1)),
    }


def voting(by: Actor, place: Organization) -> dict[date, list[tuple[str, str, bool]]]:
    days = [MERGED + n * ONE for n in range(-60, 12)]
    return {
        day: [(each.name, each.status, each.counts) for each in memberships.voters_on(by, place.pk, day)]
        for day in days
    }


def test_standings_go_on_at_the_heir_from_the_day_and_not_before(
    district: Organization, old: Organization, heir: Organization
) -> None:
    people, by = fill(old), office(district)
    before, none = voting(by, old), voting(by, heir)
    assert not any(none.values())
    assert tree.preview(by, old.pk, into=heir.pk) == [OpenWork("person", 7, moved=7)]
    tree.close(by, old.pk, into=heir.pk, on=MERGED, now=NOW)
    at_old, at_heir = voting(by, old), voting(by, heir)
    for day, voters in before.items():
        assert (at_old[day], at_heir[day]) == ((voters, []) if day < MERGED else ([], voters))
    assert ("甲", FULL, True) in at_heir[MERGED]
    assert ("甲", FULL, True) in at_old[MERGED - ONE]
    assert ("丙", PROBATIONARY, False) in at_heir[MERGED]
    for name, person in people.items():
        person.refresh_from_db()
        assert person.organization == (old if name == "gone" else heir)
        check_spells(memberships.spell_of(each) for each in person.memberships.all())
    assert list(people["since"].memberships.values_list("organization", "since")) == [(heir.pk, MERGED)]
    assert list(
        people["full"].memberships.order_by("since").values_list("organization", "since", "until")
    ) == [
        (old.pk, date(2010, 7, 1), MERGED - ONE),
        (heir.pk, MERGED, None),
    ]
    told = Entry.objects.get(act="organization.closed")
    assert told.facts == {"on": "2026-03-10", "posts": 0, "into": heir.pk, "persons": 7}
    # and a standing that went over is changed and ended like any other
    later = office(district)
    memberships.set_membership(later, person=people["resting"].pk, status=FULL, since=TODAY, now=NOW)
    transfers.leave(later, person=people["full"].pk, on=TODAY, now=NOW)
    assert [each.name for each in memberships.voters_on(by, heir.pk, TODAY) if each.counts] == [
        "丁",
        "丙",
        "乙",
    ]


def test_whoever_went_over_is_seen_by_the_offices_of_the_heir_alone(
    district: Organization, old: Organization, heir: Organization
) -> None:
    third = make_organization(district, name="丙学校党委", kind=Kind.COMMITTEE)
    people = fill(old)
    here, there, beside = (office(place, Role.SECRETARY) for place in (old, heir, third))
    moved, gone = people["full"].pk, people["gone"].pk
    assert rolls.person_of(here, moved).organization == old
    with pytest.raises(NotFound):
        rolls.person_of(there, moved)
    tree.close(office(district), old.pk, into=heir.pk, on=MERGED, now=NOW)
    assert rolls.person_of(there, moved, "person.change").organization == heir
    assert rolls.person_of(office(district), moved).organization == heir
    for stranger in (here, beside):
        with pytest.raises(NotFound):
            rolls.person_of(stranger, moved)
        with pytest.raises(NotFound):
            persons.correct_person(stranger, person=moved, name="某", now=NOW)
    with pytest.raises(NotFound):
        rolls.person_of(there, gone)  # who had left before is not theirs
    assert rolls.person_of(here, gone).organization == old


def test_thousands_cost_as_many_queries_as_one(district: Organization, heir: Organization) -> None:
    costs = []
    for number in (1, 2, 3000):  # the first of all asks for what is remembered then
        place = make_organization(district, name=f"{number}人党委", kind=Kind.COMMITTEE)
        rows = Person.objects.bulk_create(Person(name="某", organization=place) for _ in range(number))
        Membership.objects.bulk_create(
            Membership(person=row, organization=place, status=FULL, since=date(2020, 1, 1)) for row in rows
        )
        with CaptureQueriesContext(connection) as cost:
            tree.close(office(district), place.pk, into=heir.pk, on=MERGED, now=NOW)
        costs.append(len(cost))
        assert Membership.objects.filter(organization=place, until=MERGED - ONE).count() == number
    assert costs[1] == costs[2] <= costs[0]
    assert Membership.objects.filter(organization=heir, since=MERGED, until=None).count() == 3003


def test_without_an_heir_nobody_is_left_behind(
    district: Organization, old: Organization, heir: Organization
) -> None:
    by = office(district)
    stays, member_only = make_person(old), make_person(heir)
    Membership.objects.create(person=member_only, organization=old, status=FULL, since=date(2020, 1, 1))
    member(old, "辛", (FULL, date(2010, 7, 1), date(2026, 1, 31)), left=date(2026, 2, 1))
    assert tree.preview(by, old.pk) == [OpenWork("person", 2)]
    with pytest.raises(Refused, match="persons_left_over") as refused:
        tree.close(by, old.pk, now=NOW)
    assert refused.value.facts["count"] == 2
    old.refresh_from_db()
    assert (old.closed_on, Entry.objects.count()) == (None, 0)
    transfers.transfer(by, person=stays.pk, to=heir.pk, on=date(2026, 3, 5), now=NOW)
    memberships.set_membership(by, person=member_only.pk, status=None, since=date(2026, 3, 12), now=NOW)
    with pytest.raises(Refused, match="before_last_change") as early:  # somebody was a member there that day
        tree.close(by, old.pk, on=date(2026, 3, 11), now=NOW)
    assert early.value.facts["since"] == date(2026, 3, 12)
    tree.close(by, old.pk, on=date(2026, 3, 12), now=NOW)
    old.refresh_from_db()
    assert old.closed_on == date(2026, 3, 12)
