"""Since when somebody is a member here says nothing of where they were before: that roster stays as it was."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from guantong.apps.organizations import tree
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.models import Kind, Membership, Organization, Person
from guantong.apps.organizations.roster import memberships, persons, transfers
from guantong.core.permits import Role, Standpoint
from guantong.core.persons import MemberStatus
from guantong.core.refusal import Refused

from .make import make_organization

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 20)
NOW = datetime(2026, 3, 20, 8, tzinfo=UTC)
CAME = date(2026, 3, 10)
LONG_AGO = date(2010, 7, 1)
FULL, RESTING = MemberStatus.FULL, MemberStatus.RESTING


@pytest.fixture
def district() -> Organization:
    return make_organization(name="云岫区委教育工委", kind=Kind.WORK_COMMITTEE)


@pytest.fixture
def schools(district: Organization) -> list[Organization]:
    return [make_organization(district, name=f"{name}学校党委", kind=Kind.COMMITTEE) for name in "甲乙"]


def office(place: Organization, role: Role = Role.SECRETARY) -> Actor:
    return Actor(0, (Standpoint(role, place.path),), TODAY)


def entered(place: Organization, status: MemberStatus | None = None, since: date | None = None) -> Person:
    return persons.enter_person(None, organization=place.pk, name="方砚", status=status, since=since, now=NOW)


def change(place: Organization, row: Person, status: MemberStatus | None, since: date) -> None:
    memberships.set_membership(office(place), person=row.pk, status=status, since=since, now=NOW)


def spells(row: Person) -> list[tuple[int, str, date, date | None]]:
    rows = Membership.objects.filter(person=row).order_by("since")
    return list(rows.values_list("organization", "status", "since", "until"))


@pytest.mark.parametrize("merged", [True, False])
def test_whoever_came_with_their_standing_was_a_member_where_they_came_from(
    district: Organization, schools: list[Organization], *, merged: bool
) -> None:
    old, new = schools
    row, by = entered(old, FULL, LONG_AGO), office(district, Role.SECTION_STAFF)
    if merged:
        tree.close(by, old.pk, into=new.pk, on=CAME, now=NOW)
    else:
        transfers.transfer(by, person=row.pk, to=new.pk, on=CAME, now=NOW)
    stood = spells(row)
    for status, since, code in (
        (FULL, date(2015, 7, 1), "before_coming"),
        (RESTING, date(2026, 3, 9), "before_coming"),
        (None, date(2026, 3, 9), "before_coming"),
        (FULL, date(2026, 3, 15), "came_along"),
    ):
        with pytest.raises(Refused, match=code) as refused:
            change(new, row, status, since)
        assert refused.value.facts == {"since": CAME}
    assert spells(row) == stood
    change(new, row, RESTING, date(2026, 3, 15))
    change(new, row, RESTING, date(2026, 3, 12))  # what began here is put right here
    assert spells(row)[1:] == [
        (new.pk, "full", CAME, date(2026, 3, 11)),
        (new.pk, "resting", date(2026, 3, 12), None),
    ]
    with pytest.raises(Refused, match="spells_overlap"):
        change(new, row, RESTING, CAME)


def test_who_was_no_member_when_they_came_becomes_one_here_and_not_before(
    district: Organization, schools: list[Organization]
) -> None:
    old, new = schools
    row = entered(old)
    transfers.transfer(office(district, Role.SECTION_STAFF), person=row.pk, to=new.pk, on=CAME, now=NOW)
    with pytest.raises(Refused, match="before_coming"):
        change(new, row, FULL, date(2020, 7, 1))
    change(new, row, FULL, date(2026, 3, 15))
    with pytest.raises(Refused, match="before_coming"):
        change(new, row, FULL, date(2026, 3, 9))
    change(new, row, FULL, CAME)
    assert spells(row) == [(new.pk, "full", CAME, None)]


def test_who_was_never_elsewhere_joined_the_party_whenever_it_was(schools: list[Organization]) -> None:
    row = entered(schools[0])
    change(schools[0], row, FULL, date(2020, 7, 1))
    change(schools[0], row, FULL, LONG_AGO)
    assert spells(row) == [(schools[0].pk, "full", LONG_AGO, None)]
