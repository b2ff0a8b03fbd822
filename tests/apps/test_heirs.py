"""What is called by the name of a merged organization means its heir; and an office is none that has tasks open."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guantong.apps.ledger.models import Entry
from guantong.apps.ledger.queries import faults
from guantong.apps.organizations import groups, names, tree
from guantong.apps.organizations.models import Alias, Group, Kind, Person, Post, SchoolStage
from guantong.apps.organizations.names import resolve
from guantong.apps.organizations.roster import appointing, handing
from guantong.core.permits import Role
from guantong.core.refusal import Refused

from .make import make_organization, make_person
from .merging import MERGED, NOW, system
from .road import ISSUED, at, issued, make_road

pytestmark = pytest.mark.django_db


def test_names_and_lists_go_to_the_heir() -> None:
    road = make_road()
    heir, old, third = road.schools
    elsewhere = make_organization(name="别区教育工委", kind=Kind.WORK_COMMITTEE)
    guided = Alias.objects.create(district=elsewhere, text="岚汀", organization=old)
    by, top = road.actor("clerk"), road.district.pk
    for text, place in (("岚汀", old), ("砚舟", heir)):
        names.bind_name(by, district=top, text=text, organization=place.pk, now=NOW)
    for name, members in (("两校", [old, heir]), ("试点校", [old, third]), ("他校", [third])):
        names.save_group(by, district=top, name=name, members=[each.pk for each in members], now=NOW)
    tree.close(system(road), old.pk, into=heir.pk, now=NOW)
    meant = resolve(top, ["岚汀", "砚舟", "两校", "试点校", "他校"]).found
    assert meant == {
        "岚汀": (heir.pk,),
        "砚舟": (heir.pk,),
        "两校": (heir.pk,),
        "试点校": (heir.pk, third.pk),
        "他校": (third.pk,),
    }
    assert {each.name: each.members.count() for each in Group.objects.all()} == {
        "两校": 1,
        "试点校": 2,
        "他校": 1,
    }
    guided.refresh_from_db()
    assert guided.organization == old  # nobody its district may address
    told = Entry.objects.get(act="organization.closed").facts
    assert (told["names"], told["groups"]) == (1, 2)
    assert faults() == []
    assert groups.pass_names(old, heir) == {}


def test_what_has_tasks_open_is_no_office_and_nothing_is_what_there_is_not() -> None:
    road = make_road()
    issued(road)
    school = road.schools[0]
    for kind, stage, code in (
        (Kind.SECTION, "", "tasks_open"),
        (Kind.WORK_COMMITTEE, "", "kind_unknown"),
        ("nonsense", "", "kind_unknown"),
        (Kind.COMMITTEE, "nonsense", "stage_unknown"),
    ):
        with pytest.raises(Refused, match=code) as refused:
            tree.change_kind(system(road), school.pk, kind=kind, stage=stage, now=NOW)  # type: ignore[arg-type]
        if code == "tasks_open":
            assert refused.value.facts["open"] == 4
    tree.change_kind(system(road), school.pk, kind=Kind.BRANCH, stage=SchoolStage.SENIOR, now=NOW)
    idle = make_organization(road.district, name="基教科")
    assert tree.change_kind(system(road), idle.pk, kind=Kind.SECTION, now=NOW).kind == Kind.SECTION


def test_who_belongs_elsewhere_takes_an_office_over_and_owns_none_of_its_tasks() -> None:
    road = make_road()
    issued(road)
    school = road.schools[0]
    road.adopted(school, "school-0")
    old, heir = Person.objects.get(pk=road.people["school-0"]), make_person(road.schools[1])
    post = Post.objects.get(person=old)
    assert handing.left_behind(post, heir.pk) == 2
    assert handing.left_behind(post, make_person(road.branches[0]).pk) == 0
    new = handing.hand_over(road.actor("clerk"), post=post.pk, to=heir.pk, on=ISSUED, now=at(ISSUED, 15))
    assert not school.assignments.exclude(owner=None).exists()
    told = Entry.objects.get(act="post.handed-over")
    assert (told.object, told.facts["moved"], told.facts["ownerless"]) == (new.pk, 0, 2)


def test_a_post_given_for_the_time_after_a_merger_ends_nothing() -> None:
    road = make_road()
    heir, old, _ = road.schools
    later = appointing.appoint(
        road.actor("clerk"),
        person=make_person(old).pk,
        organization=old.pk,
        role=Role.DEPUTY,
        since=MERGED + timedelta(days=9),
        now=NOW,
    )
    tree.close(system(road), old.pk, into=heir.pk, now=NOW)
    assert not Post.objects.filter(pk=later.pk).exists()
