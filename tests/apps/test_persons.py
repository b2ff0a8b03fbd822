"""The roster: who is entered and corrected, what they are to the Party, where they go, and what the record keeps of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guantong.apps.ledger.models import Entry
from guantong.apps.ledger.queries import faults
from guantong.apps.organizations.access import Actor, Forbidden, NotFound
from guantong.apps.organizations.models import Kind, Membership, Organization, Person, Post
from guantong.apps.organizations.roster import memberships, persons, rolls, transfers
from guantong.apps.organizations.roster.persons import NewPerson
from guantong.core.permits import Role, Standpoint
from guantong.core.persons import MemberStatus
from guantong.core.refusal import Refused

from .make import DAY, make_organization, make_person, make_post

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 5, 8, tzinfo=UTC)
ONE = timedelta(days=1)
FULL, PROBATIONARY, RESTING = MemberStatus.FULL, MemberStatus.PROBATIONARY, MemberStatus.RESTING
LONG_AGO = date(2001, 7, 1)


@pytest.fixture
def district() -> Organization:
    return make_organization(name="云岫区委教育工委", kind=Kind.WORK_COMMITTEE)


@pytest.fixture
def school(district: Organization) -> Organization:
    return make_organization(district, name="甲学校党委", kind=Kind.COMMITTEE)


@pytest.fixture
def other(district: Organization) -> Organization:
    make_organization(district)
    return make_organization(district, name="乙学校党委", kind=Kind.COMMITTEE)


def office(place: Organization, role: Role = Role.SECTION_STAFF) -> Actor:
    return Actor(0, (Standpoint(role, place.path),), DAY)


def enter(by: Actor | None, place: Organization, **changed: Any) -> Person:
    given: dict[str, Any] = {"name": "方砚", "now": NOW}
    return persons.enter_person(by, organization=place.pk, **{**given, **changed})


def entries(act: str) -> list[tuple[int | None, str, dict[str, Any]]]:
    return list(
        Entry.objects.filter(act=act).order_by("sequence").values_list("organization", "noun", "facts")
    )


def spells(person: Person) -> list[tuple[str, int, date, date | None]]:
    rows = Membership.objects.filter(person=person).order_by("since")
    return list(rows.values_list("status", "organization", "since", "until"))


def test_somebody_entered_is_found_by_name_and_pinyin_and_the_record_names_nobody(
    school: Organization,
) -> None:
    row = enter(
        office(school, Role.PARTY_OFFICE),
        school,
        name=" 方　砚 ",
        sex="female",
        birth_year=1985,
        contact=" 8801 ",
        status=FULL,
        since=LONG_AGO,
    )
    assert (row.name, row.sex, row.birth_year, row.contact) == ("方砚", "female", 1985, "8801")
    for text in ("方", "fang", "fy", "yan"):
        assert list(rolls.found_by(rolls.roster_of(school), text)) == [row]
    assert not rolls.found_by(rolls.roster_of(school), "li").exists()
    assert spells(row) == [("full", school.pk, LONG_AGO, None)]
    assert entries("person.entered") == [(school.pk, "person", {})]
    assert faults() == []


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("name_missing", {"name": " 　"}),
        ("name_long", {"name": "长" * 51}),
        ("sex_unknown", {"sex": "x"}),
        ("birth_year_wrong", {"birth_year": 2015}),
        ("birth_year_wrong", {"birth_year": 1890}),
        ("text_too_long", {"contact": "1" * 101}),
        ("status_missing", {"since": DAY}),
        ("since_missing", {"status": FULL}),
        ("day_ahead", {"status": FULL, "since": DAY + ONE}),
    ],
)
def test_what_cannot_be_is_refused_one_by_one_and_in_bulk(
    school: Organization, code: str, changed: dict[str, Any]
) -> None:
    by = office(school, Role.SECRETARY)
    with pytest.raises(Refused) as refused:
        enter(by, school, **changed)
    assert refused.value.code == code
    assert "row" not in refused.value.facts
    good, bad = (
        NewPerson("甲某", school.pk),
        NewPerson(**{"name": "方砚", "organization": school.pk, **changed}),
    )
    with pytest.raises(Refused) as refused:
        persons.enter_many(by, [good, bad], NOW)
    assert (refused.value.code, refused.value.facts["row"]) == (code, 1)
    assert not Person.objects.exists()
    assert not Entry.objects.exists()


def test_nobody_enters_above_next_door_or_where_all_is_over(
    district: Organization, school: Organization, other: Organization
) -> None:
    by = office(school, Role.SECRETARY)
    for place in (district, other):
        with pytest.raises(NotFound):
            enter(by, place)
        with pytest.raises(NotFound):
            persons.enter_many(by, [NewPerson("甲某", school.pk), NewPerson("乙某", place.pk)], NOW)
    with pytest.raises(Forbidden):
        enter(office(school, Role.PRINCIPAL), school)
    with pytest.raises(NotFound):
        persons.enter_many(by, [NewPerson("甲某", 10**9)], NOW)
    Organization.objects.filter(pk=school.pk).update(closed_on=DAY)
    with pytest.raises(Refused, match="organization_closed"):
        enter(office(district), school)
    assert not Person.objects.exists()


def test_a_person_twice_is_asked_not_guessed(
    district: Organization, school: Organization, other: Organization
) -> None:
    enter(office(district), school, birth_year=1985)
    away = make_organization(name="别区教育工委", kind=Kind.WORK_COMMITTEE)
    make_person(away, name="方砚")
    for year in (1985, None):
        with pytest.raises(Refused) as refused:
            enter(office(district), other, birth_year=year)
        assert (refused.value.code, refused.value.facts["places"]) == ("person_twice", "甲学校党委")
    with pytest.raises(Refused) as refused:
        enter(office(other, Role.SECRETARY), other, birth_year=1985)
    assert refused.value.facts["places"] == "本区其他单位"
    assert refused.value.facts["persons"] == []
    enter(office(district), other, birth_year=1986)
    enter(office(district), other, birth_year=1985, another=True)
    enter(office(away, Role.SECRETARY), away, birth_year=1970, another=True)
    rows = [NewPerson("乙某", school.pk, birth_year=1990), NewPerson("乙某", other.pk, birth_year=1990)]
    with pytest.raises(Refused) as refused:
        persons.enter_many(office(district), rows, NOW)
    assert (refused.value.code, refused.value.facts["row"]) == ("person_twice", 1)
    rows[1] = NewPerson("乙某", other.pk, birth_year=1990, another=True)
    assert len(persons.enter_many(office(district), rows, NOW)) == 2


@pytest.mark.parametrize("year", [None, 1985, 1986])
def test_the_birth_year_of_somebody_unseen_is_not_found_by_trying(
    district: Organization, school: Organization, other: Organization, year: int | None
) -> None:
    enter(office(district), school, birth_year=1985)
    by = office(other, Role.SECRETARY)
    own = enter(by, other, name="乙某", birth_year=1970)
    tries: list[Callable[[], object]] = [
        lambda: enter(by, other, birth_year=year),
        lambda: persons.enter_many(by, [NewPerson("方砚", other.pk, birth_year=year)], NOW),
        lambda: persons.correct_person(by, person=own.pk, name="方砚", birth_year=year, now=NOW),
    ]
    for act in tries:
        with pytest.raises(Refused) as refused:
            act()
        facts = {key: refused.value.facts[key] for key in ("places", "persons")}
        assert (refused.value.code, facts) == ("person_twice", {"places": "本区其他单位", "persons": []})


def test_many_cost_as_many_queries_as_two_and_one_entry_an_organization(
    district: Organization, school: Organization, other: Organization
) -> None:
    def rows(number: int, letter: str) -> list[NewPerson]:
        return [
            NewPerson(f"{letter}{n}某", (school, other)[n % 2].pk, "male", 1980, "", FULL, LONG_AGO)
            for n in range(number)
        ]

    by = office(district)
    persons.enter_many(by, rows(2, "z"), NOW)  # which makes the chain of the record
    with CaptureQueriesContext(connection) as few:
        persons.enter_many(by, rows(2, "a"), NOW)
    with CaptureQueriesContext(connection) as many:
        made = persons.enter_many(by, rows(300, "b"), NOW)
    asked = [
        [each for each in cost.captured_queries if not each["sql"].startswith("INSERT")]
        for cost in (few, many)
    ]
    assert len(asked[0]) == len(asked[1]) < 10
    assert Person.objects.filter(pk__in=made).count() == len(set(made)) == 300
    assert [Person.objects.get(pk=made[n]).name for n in (0, 299)] == ["b0某", "b299某"]
    assert Membership.objects.count() == 304
    assert entries("person.imported")[-2:] == [
        (school.pk, "organization", {"count": 150}),
        (other.pk, "organization", {"count": 150}),
    ]
    assert persons.enter_many(by, [], NOW) == []


def test_a_correction_says_which_fields_and_never_what(school: Organization) -> None:
    by = office(school, Role.SECRETARY)
    row = enter(by, school, birth_year=1985)
    given: dict[str, Any] = {"name": "方岚", "sex": "male", "birth_year": 1985, "now": NOW}
    persons.correct_person(by, person=row.pk, **given)
    persons.correct_person(by, person=row.pk, **given)
    row.refresh_from_db()
    assert (row.name, row.sex) == ("方岚", "male")
    assert list(rolls.found_by(rolls.roster_of(school), "fanglan")) == [row]
    assert entries("person.corrected") == [(school.pk, "person", {"changes_name": True, "changes_sex": True})]
    twin = enter(by, school, name="乙某", birth_year=1985)
    with pytest.raises(Refused, match="person_twice"):
        persons.correct_person(by, person=twin.pk, **given)
    persons.correct_person(by, person=twin.pk, another=True, **given)
    with pytest.raises(NotFound):
        persons.correct_person(office(school, Role.PRINCIPAL), person=row.pk, **given)


def test_of_oneself_one_changes_the_contact_alone(school: Organization) -> None:
    row = make_person(school, name="方砚")
    own = Actor(row.pk, (Standpoint(Role.SECRETARY, school.path),), DAY)
    for act in (
        lambda: persons.correct_person(own, person=row.pk, name="方岚", now=NOW),
        lambda: memberships.set_membership(own, person=row.pk, status=FULL, since=DAY, now=NOW),
        lambda: transfers.transfer(own, person=row.pk, to=school.pk, on=DAY, now=NOW),
        lambda: transfers.leave(own, person=row.pk, on=DAY, now=NOW),
    ):
        with pytest.raises(Refused, match="own_record"):
            act()
    persons.set_own_contact(own, contact="8802", now=NOW)
    persons.set_own_contact(own, contact="8802", now=NOW)
    row.refresh_from_db()
    assert row.contact == "8802"
    assert entries("person.corrected") == [(school.pk, "person", {"changes_contact": True})]
    with pytest.raises(NotFound):
        persons.set_own_contact(Actor(10**9, (), DAY), contact="", now=NOW)


def change(by: Actor, row: Person, status: MemberStatus | None, since: date) -> None:
    memberships.set_membership(by, person=row.pk, status=status, since=since, now=NOW)


def test_a_standing_follows_the_one_before_without_a_gap(school: Organization) -> None:
    by = office(school, Role.SECRETARY)
    row = enter(by, school, status=PROBATIONARY, since=DAY - 400 * ONE)
    change(by, row, FULL, DAY - 30 * ONE)
    change(by, row, FULL, DAY - 35 * ONE)  # put right: it was earlier
    assert spells(row) == [
        ("probationary", school.pk, DAY - 400 * ONE, DAY - 36 * ONE),
        ("full", school.pk, DAY - 35 * ONE, None),
    ]
    change(by, row, RESTING, DAY - 35 * ONE)  # put right: it was this
    change(by, row, FULL, DAY - 35 * ONE)
    with pytest.raises(Refused, match="probation_after_full"):
        change(by, row, PROBATIONARY, DAY)
    with pytest.raises(Refused, match="spells_overlap"):
        change(by, row, RESTING, DAY - 50 * ONE)
    with pytest.raises(Refused, match="day_ahead"):
        change(by, row, RESTING, DAY + ONE)
    change(by, row, None, DAY)
    assert spells(row)[-1] == ("full", school.pk, DAY - 35 * ONE, DAY - ONE)
    with pytest.raises(Refused, match="not_a_member"):
        change(by, row, None, DAY)
    change(by, row, FULL, DAY)
    change(by, row, None, DAY)  # put right: it never was
    assert len(spells(row)) == 2


def test_a_resting_right_does_not_count_and_nobody_is_told_why(school: Organization) -> None:
    by = office(school, Role.SECRETARY)
    full, resting, fresh = (enter(by, school, name=f"{n}某", status=FULL, since=LONG_AGO) for n in "甲乙丙")
    enter(by, school, name="丁某")
    change(by, resting, RESTING, DAY - 5 * ONE)
    memberships.set_membership(by, person=fresh.pk, status=None, since=DAY - 3 * ONE, now=NOW)
    told = {each.person: each.counts for each in memberships.voters_on(by, school.pk, DAY)}
    assert told == {full.pk: True, resting.pk: False}
    before = {each.person: each.counts for each in memberships.voters_on(by, school.pk, DAY - 6 * ONE)}
    assert before == {full.pk: True, resting.pk: True, fresh.pk: True}
    said = entries("membership.changed")
    assert said == [(school.pk, "person", {})] * 2
    assert not [entry for entry in Entry.objects.values_list("facts", flat=True) if "resting" in str(entry)]
    with CaptureQueriesContext(connection) as cost:
        memberships.voters_on(by, school.pk, DAY)
    assert len(cost) == 2
    Organization.objects.filter(pk=school.pk).update(closed_on=DAY)
    assert memberships.voters_on(by, school.pk, DAY) == [], "what is closed votes on nothing"
    assert len(memberships.voters_on(by, school.pk, DAY - ONE)) == 2
    with pytest.raises(Forbidden):
        memberships.voters_on(office(school, Role.PRINCIPAL), school.pk, DAY)


def test_a_transfer_takes_the_standing_along_and_ends_no_post_in_silence(
    district: Organization, school: Organization, other: Organization
) -> None:
    by = office(district)
    row = enter(by, school, status=FULL, since=LONG_AGO)
    post = make_post(row, school, Role.DEPUTY)
    kept = make_post(row, district, Role.LIAISON)
    with pytest.raises(Refused) as refused:
        transfers.transfer(by, person=row.pk, to=other.pk, on=DAY, now=NOW)
    assert (refused.value.code, refused.value.facts["count"]) == ("posts_open", 1)
    transfers.transfer(by, person=row.pk, to=other.pk, on=DAY, end_held=True, now=NOW)
    row.refresh_from_db()
    assert row.organization == other
    assert spells(row) == [("full", school.pk, LONG_AGO, DAY - ONE), ("full", other.pk, DAY, None)]
    ends = dict(Post.objects.values_list("pk", "until"))
    assert ends == {post.pk: DAY - ONE, kept.pk: None}
    assert entries("person.transferred") == [(other.pk, "person", {"from": school.pk, "on": DAY.isoformat()})]
    assert [e[0] for e in entries("post.ended")] == [school.pk]
    assert faults() == []


def test_a_transfer_needs_both_ends_and_whoever_ends_posts_the_permit_for_it(
    district: Organization, school: Organization, other: Organization
) -> None:
    row = enter(office(district), school)
    with pytest.raises(NotFound):
        transfers.transfer(office(school, Role.SECRETARY), person=row.pk, to=other.pk, on=DAY, now=NOW)
    with pytest.raises(NotFound):
        transfers.transfer(office(other, Role.SECRETARY), person=row.pk, to=other.pk, on=DAY, now=NOW)
    make_post(row, school, Role.DEPUTY)
    acts: list[Callable[[Actor], Person]] = [
        lambda by: transfers.transfer(by, person=row.pk, to=other.pk, on=DAY, end_held=True, now=NOW),
        lambda by: transfers.leave(by, person=row.pk, on=DAY, end_held=True, now=NOW),
    ]
    for act in acts:
        with pytest.raises(Forbidden):
            act(office(district, Role.SYSTEM_ADMIN))
    by = office(district)
    with pytest.raises(Refused, match="same_organization"):
        transfers.transfer(by, person=row.pk, to=school.pk, on=DAY, now=NOW)
    with pytest.raises(Refused, match="day_ahead"):
        transfers.transfer(by, person=row.pk, to=other.pk, on=DAY + ONE, now=NOW)
    Organization.objects.filter(pk=other.pk).update(closed_on=DAY)
    with pytest.raises(Refused, match="organization_closed"):
        transfers.transfer(by, person=row.pk, to=other.pk, on=DAY, now=NOW)
    away = make_organization(name="别区教育工委", kind=Kind.WORK_COMMITTEE)
    both = Actor(0, (*by.posts, Standpoint(Role.SECTION_STAFF, away.path)), DAY)
    with pytest.raises(Refused, match="other_district"):
        transfers.transfer(both, person=row.pk, to=away.pk, on=DAY, now=NOW)
    row.refresh_from_db()
    assert row.organization == school


def test_who_leaves_is_off_the_roster_and_comes_back_by_a_transfer(
    district: Organization, school: Organization, other: Organization
) -> None:
    by = office(district)
    row = enter(by, school, status=FULL, since=LONG_AGO, contact="8801")
    make_post(row, school, Role.DEPUTY)
    make_post(row, other, Role.LIAISON)
    with pytest.raises(Refused, match="posts_open"):
        transfers.leave(by, person=row.pk, on=DAY, now=NOW)
    transfers.leave(by, person=row.pk, on=DAY, end_held=True, now=NOW)
    row.refresh_from_db()
    assert (row.left_on, row.contact) == (DAY, "")
    assert spells(row) == [("full", school.pk, LONG_AGO, DAY - ONE)]
    assert not Post.objects.filter(until=None).exists()
    on = [rolls.still_here(rolls.roster_of(school), day).exists() for day in (DAY - ONE, DAY)]
    assert on == [True, False]
    with pytest.raises(Refused, match="person_left"):
        transfers.leave(by, person=row.pk, on=DAY, now=NOW)
    with pytest.raises(Refused, match="person_left"):
        change(by, row, FULL, DAY)
    transfers.transfer(by, person=row.pk, to=school.pk, on=DAY, now=NOW)
    row.refresh_from_db()
    assert (row.left_on, row.organization) == (None, school)
    assert [e[2] for e in entries("person.left")] == [{"on": DAY.isoformat()}]
