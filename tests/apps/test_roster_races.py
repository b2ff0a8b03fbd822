"""Two people at once at the roster, on a database that lets both in: one waits, and the second is told what there is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from guantong.apps.ledger.queries import faults
from guantong.apps.members.models import Correction
from guantong.apps.members.services import ask_correction
from guantong.apps.organizations import tree
from guantong.apps.organizations.access import NotFound
from guantong.apps.organizations.models import Membership, Person, Post
from guantong.apps.organizations.roster import appointing, handing, memberships, persons, transfers
from guantong.core.permits import Role
from guantong.core.persons import MemberStatus

from .make import make_person
from .merging import system
from .road import ISSUED, Road, at, make_road
from .test_road_races import race

pytestmark = pytest.mark.django_db(transaction=True)
NOW = at(ISSUED)


@pytest.fixture(autouse=True)
def lets_both_in() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")


@pytest.fixture
def road() -> Road:
    return make_road()


def codes(answers: list[object]) -> list[str]:
    return [each if isinstance(each, str) else "done" for each in answers]


def appointed(road: Road, person: Person, **changed: Any) -> Post:
    given: dict[str, Any] = {"role": Role.SECRETARY, "since": ISSUED, "organization": road.schools[2].pk}
    return appointing.appoint(road.actor("clerk"), person=person.pk, now=NOW, **{**given, **changed})


def test_two_secretaries_appointed_at_once_are_one(road: Road) -> None:
    held = Post.objects.get(person=road.people["school-2"])
    appointing.end_post(None, post=held.pk, until=ISSUED - timedelta(days=1), now=NOW)
    people = [make_person(road.schools[2], name=name) for name in ("甲某", "乙某")]
    answers = race(lambda: appointed(road, people[0]), lambda: appointed(road, people[1]))
    assert codes(answers) == ["done", "secretary_already"]
    assert faults() == []


def test_an_office_handed_over_twice_at_once_goes_to_the_first(road: Road) -> None:
    post = Post.objects.get(person=road.people["school-0"])
    people = [make_person(road.schools[0], name=name) for name in ("甲某", "乙某")]

    def hand(to: Person) -> Post:
        return handing.hand_over(road.actor("clerk"), post=post.pk, to=to.pk, on=ISSUED, now=NOW)

    answers = race(lambda: hand(people[0]), lambda: hand(people[1]))
    assert codes(answers) == ["done", "post_handed"]


def test_the_same_person_entered_twice_at_once_is_asked_about(road: Road) -> None:
    def enter(place: int) -> Person:
        return persons.enter_person(
            road.actor("clerk"), organization=road.schools[place].pk, name="方砚", birth_year=1985, now=NOW
        )

    assert codes(race(lambda: enter(0), lambda: enter(1))) == ["done", "person_twice"]
    assert Person.objects.filter(name="方砚").count() == 1


def test_who_is_appointed_while_they_leave_holds_no_post(road: Road) -> None:
    row = make_person(road.schools[0], name="方砚")
    answers = race(
        lambda: transfers.leave(road.actor("clerk"), person=row.pk, on=ISSUED, now=NOW),
        lambda: appointed(road, row, role=Role.DEPUTY, organization=road.schools[0].pk),
    )
    assert codes(answers) == ["done", "person_left"]


def test_two_standings_set_at_once_follow_each_other(road: Road) -> None:
    row = make_person(road.schools[0], name="方砚")

    def become(status: MemberStatus) -> object:
        return memberships.set_membership(
            road.actor("clerk"), person=row.pk, status=status, since=ISSUED, now=NOW
        )

    answers = race(lambda: become(MemberStatus.FULL), lambda: become(MemberStatus.RESTING))
    assert codes(answers) == ["done", "done"]
    assert Membership.objects.get(person=row).status == MemberStatus.RESTING


def test_two_corrections_asked_at_once_are_one(road: Road) -> None:
    def ask() -> Correction:
        return ask_correction(road.actor("member"), text="出生年份有误", now=NOW)

    assert codes(race(ask, ask)) == ["done", "correction_waits"]
    assert Correction.objects.count() == 1


@pytest.mark.parametrize("closes_first", [True, False])
@pytest.mark.parametrize("deed", ["standing", "leaves", "correction"])
def test_who_is_changed_while_their_organization_is_merged_waits_and_goes_along(
    road: Road, deed: str, *, closes_first: bool
) -> None:
    heir, old = road.schools[:2]
    row = make_person(old, name="方砚")
    Membership.objects.create(person=row, organization=old, status="full", since=ISSUED - timedelta(days=900))
    by = road.actor("clerk")
    acts: dict[str, Callable[[], object]] = {
        "standing": lambda: memberships.set_membership(
            by, person=row.pk, status=MemberStatus.RESTING, since=ISSUED, now=NOW
        ),
        "leaves": lambda: transfers.leave(by, person=row.pk, on=ISSUED, now=NOW),
        "correction": lambda: persons.correct_person(by, person=row.pk, name="方石", now=NOW),
    }
    deeds = [lambda: tree.close(system(road, ISSUED), old.pk, into=heir.pk, now=NOW), acts[deed]]
    assert codes(race(*(deeds if closes_first else reversed(deeds)))) == ["done", "done"]
    row.refresh_from_db()
    assert row.organization == (old if deed == "leaves" and not closes_first else heir)
    assert Membership.objects.filter(person=row, until=None).count() == (deed != "leaves")
    assert faults() == []


@pytest.mark.parametrize("deed", ["appointed", "entered"])
def test_nobody_comes_to_what_closes_meanwhile(road: Road, deed: str) -> None:
    heir, old = road.schools[:2]
    row, by = make_person(heir, name="方砚"), road.actor("clerk")
    acts: dict[str, Callable[[], object]] = {
        "appointed": lambda: appointed(road, row, role=Role.DEPUTY, organization=old.pk),
        "entered": lambda: persons.enter_person(by, organization=old.pk, name="顾屿", now=NOW),
    }
    answers = race(lambda: tree.close(system(road, ISSUED), old.pk, into=heir.pk, now=NOW), acts[deed])
    assert codes(answers) == ["done", "organization_closed"]
    assert not Person.objects.filter(organization=old).exists()
    assert not Post.objects.filter(organization=old, until=None).exists()


def test_a_permit_that_ends_while_one_waits_is_asked_for_then(road: Road) -> None:
    row = make_person(road.schools[1], name="方砚")
    secretary = road.actor("school-1")
    answers = race(
        lambda: transfers.transfer(
            road.actor("clerk"), person=row.pk, to=road.schools[0].pk, on=ISSUED, now=NOW
        ),
        lambda: _unseen(lambda: persons.correct_person(secretary, person=row.pk, name="方石", now=NOW)),
    )
    assert answers[1] == "not found"
    row.refresh_from_db()
    assert row.name == "方砚"


def _unseen(deed: Callable[[], object]) -> object:
    try:
        return deed()
    except NotFound:
        return "not found"
