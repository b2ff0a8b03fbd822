"""Changes of the tree with a day from which they hold, and what of the past they leave as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from guantong.apps.ledger.models import Entry
from guantong.apps.ledger.queries import faults
from guantong.apps.organizations import access, tree
from guantong.apps.organizations.access import Actor, Forbidden
from guantong.apps.organizations.models import Kind, Organization, PastClosure, PastName, PastPlace, Post
from guantong.apps.organizations.tree import Work
from guantong.core.permits import Role, Standpoint
from guantong.core.refusal import Refused

from .make import make_organization, make_person, make_post

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 16)
NOW = datetime(2026, 3, 16, 8, tzinfo=UTC)


def by(place: Organization, today: date = DAY) -> Actor:
    return Actor(1, (Standpoint(Role.SYSTEM_ADMIN, place.path[:4]),), today)


def march(day: int) -> date:
    return date(2026, 3, day)


@pytest.fixture
def district() -> Organization:
    return make_organization(name="云岫教育工委", kind=Kind.WORK_COMMITTEE)


@pytest.fixture
def schools(district: Organization) -> list[Organization]:
    return [make_organization(district, name=f"{name}小学党委", kind=Kind.COMMITTEE) for name in "甲乙丙"]


def names_on(day: date) -> list[str]:
    return [each.name for each in tree.tree_on(day)]


def test_a_change_holds_from_its_day_on(district: Organization, schools: list[Organization]) -> None:
    first, second, third = schools
    branch = make_organization(first, name="第一支部")
    tree.rename(by(district), first.pk, "甲学校党委", on=march(2), now=NOW)
    tree.move(by(district), branch.pk, second.pk, on=march(4), now=NOW)
    tree.close(by(district), third.pk, into=second.pk, on=march(10), now=NOW)
    assert names_on(march(1)) == ["云岫教育工委", "甲小学党委", "第一支部", "乙小学党委", "丙小学党委"]
    assert names_on(march(3)) == ["云岫教育工委", "甲学校党委", "第一支部", "乙小学党委", "丙小学党委"]
    assert names_on(march(9)) == ["云岫教育工委", "甲学校党委", "乙小学党委", "第一支部", "丙小学党委"]
    assert names_on(march(10)) == ["云岫教育工委", "甲学校党委", "乙小学党委", "第一支部"]
    assert [each.name for each in tree.tree_on(march(3), first.path)] == ["甲学校党委", "第一支部"]
    assert [each.name for each in tree.tree_on(march(4), first.path)] == ["甲学校党委"]
    days = Entry.objects.order_by("sequence").values_list("facts__on", flat=True)
    assert list(days) == ["2026-03-02", "2026-03-04", "2026-03-10"]
    assert faults() == []


def test_no_change_is_dated_ahead_or_into_a_past_year_or_before_what_is_known(
    district: Organization, schools: list[Organization]
) -> None:
    first, second, third = schools
    actor = by(district)
    Organization.objects.filter(pk=third.pk).update(opened_on=march(3))
    changes: list[Callable[[date], object]] = [
        lambda on: tree.rename(actor, third.pk, "丁学校党委", on=on, now=NOW),
        lambda on: tree.move(actor, third.pk, second.pk, on=on, now=NOW),
        lambda on: tree.close(actor, third.pk, on=on, now=NOW),
        lambda on: tree.split(actor, third.pk, name="丁学校党委", kind=Kind.COMMITTEE, on=on, now=NOW),
    ]
    for change in changes:
        for on, code in (
            (DAY + timedelta(days=1), "day_ahead"),
            (date(2025, 12, 31), "year_closed"),
            (march(2), "before_last_change"),
        ):
            with pytest.raises(Refused, match=code):
                change(on)
    with pytest.raises(Refused, match="day_ahead"):
        tree.found(
            actor, district.pk, name="戊", kind=Kind.BRANCH, opened_on=DAY + timedelta(days=1), now=NOW
        )
    tree.move(actor, first.pk, second.pk, on=march(9), now=NOW)
    tree.rename(actor, second.pk, "乙学校党委", on=march(9), now=NOW)
    changes = [
        lambda on: tree.rename(actor, second.pk, "乙小学党委", on=on, now=NOW),
        lambda on: tree.move(actor, first.pk, district.pk, on=on, now=NOW),
        lambda on: tree.move(actor, third.pk, first.pk, on=on, now=NOW),  # it came there later
    ]
    for change in changes:
        with pytest.raises(Refused, match="before_last_change"):
            change(march(8))
    with pytest.raises(Refused, match="before_last_change"):  # the place it was given is its own for a day
        tree.move(actor, first.pk, district.pk, on=march(9), now=NOW)
    tree.move(actor, first.pk, district.pk, on=march(12), now=NOW)
    with pytest.raises(Refused, match="before_last_change"):  # something left it on the 12th
        tree.move(actor, second.pk, third.pk, on=march(11), now=NOW)
    tree.move(actor, second.pk, third.pk, on=march(12), now=NOW)
    assert not PastPlace.objects.filter(since__year=2025).exists()


def test_a_move_is_not_dated_before_one_within_what_moves(
    district: Organization, schools: list[Organization]
) -> None:
    first, second, _ = schools
    one, two = (make_organization(first, name=f"第{n}支部") for n in "一二")
    tree.move(by(district), one.pk, two.pk, on=march(10), now=NOW)
    with pytest.raises(Refused, match="before_last_change"):
        tree.move(by(district), first.pk, second.pk, on=march(9), now=NOW)
    tree.move(by(district), first.pk, second.pk, on=march(10), now=NOW)


def test_the_top_is_renamed_and_no_more(district: Organization, schools: list[Organization]) -> None:
    actor = by(district)
    tree.rename(actor, district.pk, "云岫区委教育工委", now=NOW)
    changes: list[Callable[[], object]] = [
        lambda: tree.move(actor, district.pk, schools[0].pk, now=NOW),
        lambda: tree.close(actor, district.pk, now=NOW),
        lambda: tree.split(actor, district.pk, name="另一个", kind=Kind.COMMITTEE, now=NOW),
        lambda: tree.change_kind(actor, district.pk, kind=Kind.COMMITTEE, now=NOW),
    ]
    for change in changes:
        with pytest.raises(Refused, match="district_stays"):
            change()


def test_names_are_kept_even_found_by_letters_and_never_empty(
    district: Organization, schools: list[Organization]
) -> None:
    actor = by(district)
    made = tree.found(actor, district.pk, name=" 长乐  小学 ", kind=Kind.BRANCH, opened_on=DAY, now=NOW)
    assert (made.name, " clxx " in made.spelled) == ("长乐 小学", True)
    tree.rename(actor, made.pk, "重光小学", now=NOW)
    made.refresh_from_db()
    assert "cgxx" in made.spelled
    assert "clxx" not in made.spelled
    assert not PastName.objects.filter(organization=made).exists()  # borne for no whole day
    for name, code in (("  ", "name_missing"), ("长" * 101, "name_long"), (schools[0].name, "name_taken")):
        with pytest.raises(Refused, match=code):
            tree.rename(actor, made.pk, name, now=NOW)
        with pytest.raises(Refused, match=code):
            tree.found(actor, district.pk, name=name, kind=Kind.BRANCH, opened_on=DAY, now=NOW)


def test_posts_end_with_the_eve_and_do_not_come_back(
    district: Organization, schools: list[Organization]
) -> None:
    school = schools[0]
    person = make_person(school)
    kept = make_post(person, school, Role.SECRETARY)
    make_post(person, school, Role.PARTY_OFFICE, since=DAY)
    make_post(person, school, Role.DEPUTY, since=DAY + timedelta(days=9))
    over = make_post(person, school, Role.PRINCIPAL, until=march(1))
    assert len(access.actor_of(person.pk, DAY).posts) == 2
    tree.close(by(district), school.pk, into=schools[1].pk, on=march(15), now=NOW)
    assert access.actor_of(person.pk, DAY).posts == ()
    ends = dict(Post.objects.filter(person=person).values_list("pk", "until"))
    assert ends == {kept.pk: march(14), over.pk: march(1)}
    tree.reopen(by(district, DAY + timedelta(days=1)), school.pk, now=NOW)
    for days in range(1, 20):
        assert access.actor_of(person.pk, DAY + timedelta(days=days)).posts == ()


def test_a_closure_that_was_ended_stays_in_the_past(
    district: Organization, schools: list[Organization]
) -> None:
    first, second, _ = schools
    actor = by(district)
    with pytest.raises(Refused, match="organization_open"):
        tree.reopen(actor, first.pk, now=NOW)
    branch = make_organization(first, name="第一支部")
    tree.close(actor, branch.pk, on=march(2), now=NOW)
    tree.close(actor, first.pk, into=second.pk, on=march(3), now=NOW)
    with pytest.raises(Refused, match="parent_closed"):
        tree.reopen(actor, branch.pk, now=NOW)
    with pytest.raises(Refused, match="before_last_change"):
        tree.reopen(actor, first.pk, on=march(2), now=NOW)
    again = tree.reopen(actor, first.pk, on=march(10), now=NOW)
    assert (again.closed_on, again.merged_into) == (None, None)
    with pytest.raises(Refused, match="before_last_change"):  # its superior was not there
        tree.reopen(actor, branch.pk, on=march(9), now=NOW)
    there = [first.name in names_on(day) for day in (march(2), march(3), march(9), march(10))]
    assert there == [True, False, False, True]
    gap = PastClosure.objects.get()
    assert (gap.since, gap.until, gap.merged_into) == (march(3), march(9), second)
    tree.close(actor, first.pk, on=march(12), now=NOW)
    tree.reopen(actor, first.pk, on=march(12), now=NOW)  # undone on the same day
    assert PastClosure.objects.count() == 1
    tree.close(actor, first.pk, on=march(12), now=NOW)
    tree.found(actor, district.pk, name=first.name, kind=Kind.COMMITTEE, opened_on=DAY, now=NOW)
    with pytest.raises(Refused, match="name_taken"):
        tree.reopen(actor, first.pk, now=NOW)


def test_what_is_split_off_stands_beside_with_the_children_named(
    district: Organization, schools: list[Organization]
) -> None:
    first, second, _ = schools
    branches = [make_organization(first, name=f"第{n}支部") for n in "一二三"]
    other = make_organization(second, name="第一支部")
    actor = by(district)
    for children in ([other.pk], [branches[0].pk, 10**9]):
        with pytest.raises(Refused, match="not_a_child"):
            tree.split(actor, first.pk, name="丁", kind=Kind.COMMITTEE, children=children, now=NOW)
    made = tree.split(
        actor,
        first.pk,
        name="甲中学党委",
        kind=Kind.COMMITTEE,
        stage="junior",
        children=[branches[1].pk, branches[2].pk],
        on=march(9),
        now=NOW,
    )
    assert (made.parent_id, made.split_from_id, made.opened_on) == (district.pk, first.pk, march(9))
    assert [each.name for each in made.children.order_by("path")] == ["第二支部", "第三支部"]
    assert names_on(march(8)).count("甲中学党委") == 0
    eve = {each.id: each.path for each in tree.tree_on(march(8))}
    assert [eve[each.pk][:8] for each in branches] == [first.path] * 3
    acts = list(Entry.objects.order_by("sequence").values_list("act", flat=True))
    assert acts == ["organization.split", "organization.founded", "organization.moved", "organization.moved"]


def test_who_closes_into_a_neighbour_may_change_that_too(
    district: Organization, schools: list[Organization]
) -> None:
    first, second, _ = schools
    branch = make_organization(first, name="第一支部")
    school_office = Actor(1, (Standpoint(Role.PARTY_OFFICE, first.path),), DAY)
    both = Actor(
        1,
        (Standpoint(Role.PARTY_OFFICE, first.path), Standpoint(Role.PRINCIPAL, second.path)),
        DAY,
    )
    with pytest.raises(Forbidden):  # seen, and not theirs
        tree.close(both, branch.pk, into=second.pk, now=NOW)
    tree.close(school_office, branch.pk, into=first.pk, work=Work.HAND_OVER, now=NOW)
    with pytest.raises(Refused, match="heir_missing"):
        tree.close(by(district), second.pk, work=Work.HAND_OVER, now=NOW)


def test_what_a_closing_organization_guides_goes_to_its_heir_or_to_nobody(
    district: Organization, schools: list[Organization]
) -> None:
    first, second, third = schools
    inner = make_organization(second, name="第一支部")
    for each in (third, inner):
        each.guided_by = first
        each.save()
    tree.close(by(district), first.pk, into=second.pk, now=NOW)
    third.refresh_from_db()
    inner.refresh_from_db()
    assert third.guided_by == second
    assert inner.guided_by is None  # it stands below the heir


def test_kind_stage_and_order_are_corrected(district: Organization, schools: list[Organization]) -> None:
    school = schools[0]
    for _ in range(2):  # the second changes nothing
        tree.change_kind(by(district), school.pk, kind=Kind.BRANCH, stage="primary", order=7, now=NOW)
    school.refresh_from_db()
    assert (school.kind, school.stage, school.order) == ("branch", "primary", 7)
    entry = Entry.objects.get()
    assert (entry.act, entry.facts) == (
        "organization.changed",
        {"kind": "branch", "stage": "primary", "order": 7},
    )


def test_a_year_tells_what_changed_in_it(district: Organization, schools: list[Organization]) -> None:
    first, second, third = schools
    actor = by(district)
    branch = make_organization(first, name="第一支部")
    make_organization(branch, name="第一小组")  # goes along, and is no change of its own
    tree.rename(actor, first.pk, "甲学校党委", on=march(2), now=NOW)
    tree.rename(actor, first.pk, "甲实验学校党委", on=march(3), now=NOW)
    tree.move(actor, branch.pk, second.pk, on=march(4), now=NOW)
    made = tree.split(actor, second.pk, name="乙中学党委", kind=Kind.COMMITTEE, on=march(5), now=NOW)
    tree.close(actor, third.pk, into=second.pk, on=march(6), now=NOW)
    tree.reopen(actor, third.pk, on=march(7), now=NOW)
    tree.close(actor, third.pk, on=march(8), now=NOW)
    told = [
        (row["day"].day, row["place"], row["what"], row["before"], row["after"])
        for row in tree.changes_in(actor, 2026)
    ]
    assert told == [
        (8, third.pk, "closed", "丙小学党委", ""),
        (7, third.pk, "reopened", "乙小学党委", "丙小学党委"),
        (6, third.pk, "merged", "丙小学党委", "乙小学党委"),
        (5, made.pk, "split", "乙小学党委", "乙中学党委"),
        (4, branch.pk, "moved", "甲实验学校党委", "乙小学党委"),
        (3, first.pk, "renamed", "甲学校党委", "甲实验学校党委"),
        (2, first.pk, "renamed", "甲小学党委", "甲学校党委"),
    ]
    rows = tree.changes_in(actor, 2026)
    assert (rows.count(), [row["place"] for row in rows[2:4]]) == (7, [third.pk, made.pk])
    assert [row["place"] for row in tree.changes_in(actor, 2026, first.path)] == [first.pk, first.pk]
    Organization.objects.filter(pk=second.pk).update(opened_on=date(2020, 9, 1))
    assert [(row["what"], row["place"]) for row in tree.changes_in(actor, 2020)] == [
        ("founded", second.pk),
        ("founded", district.pk),
    ], "what stands since the district's first day was there all along"
    assert not tree.changes_in(Actor(1, (), DAY), 2026)
