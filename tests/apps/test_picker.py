"""Choosing an organization: who is offered for what was typed, in which order, and at what cost."""

from __future__ import annotations

from typing import Any

import pytest

from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.models import Kind, Organization
from guantong.apps.organizations.spelling import spelled
from guantong.apps.organizations.tree.picker import MOST, named, offered

from .make import make_organization
from .road import ISSUED, Road, make_road

pytestmark = pytest.mark.django_db


@pytest.fixture
def road() -> Road:
    road = make_road()
    for name in ("长乐小学党支部", "长乐小学", "新长乐中学党委", "乐山中学党委", "重庆路幼儿园党支部"):
        make_organization(road.district, name=name)
    for row in Organization.objects.all():
        row.spelled = spelled(row.name)
        row.save(update_fields=["spelled"])
    return road


def found(actor: Actor, text: str) -> list[str]:
    return [each.name for each in offered(actor, text)]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("长乐小学", ["长乐小学", "长乐小学党支部"]),
        ("长乐", ["长乐小学", "长乐小学党支部", "新长乐中学党委"]),
        ("clxx", ["长乐小学", "长乐小学党支部"]),
        ("ZLXX", ["长乐小学", "长乐小学党支部"]),
        ("zhangyue", ["长乐小学", "长乐小学党支部", "新长乐中学党委"]),
        ("cl", ["长乐小学", "长乐小学党支部", "新长乐中学党委"]),
        ("chongqinglu", ["重庆路幼儿园党支部"]),
        ("zhongqing", ["重庆路幼儿园党支部"]),
        ("cqlyey", ["重庆路幼儿园党支部"]),
        (" 长 乐 小 学 ", ["长乐小学", "长乐小学党支部"]),
        ("\uff43\uff4c\uff58\uff58", ["长乐小学", "长乐小学党支部"]),
        ("没有", []),
        ("%", []),
    ],
)
def test_what_is_called_so_comes_first_then_what_begins_so(road: Road, typed: str, names: list[str]) -> None:
    assert found(road.actor("clerk"), typed) == names


def test_only_what_is_open_and_seen_is_offered(road: Road) -> None:
    assert found(road.actor("school-0"), "长乐") == []
    assert found(road.actor("school-0"), "支部") == ["第一支部", "第二支部"]
    assert found(road.actor("member"), "支部") == []
    assert found(road.actor("clerk"), "岚汀") == ["岚汀小学党委"]
    Organization.objects.filter(name="岚汀小学党委").update(closed_on=ISSUED)
    assert found(road.actor("clerk"), "岚汀") == []


def test_the_names_above_are_told_as_far_as_they_are_seen(road: Road) -> None:
    assert offered(road.actor("clerk"), "第一支部")[0].place == "云岫教育工委／砚舟中学党委"
    assert offered(road.actor("school-0"), "第一支部")[0].place == "砚舟中学党委"
    street = make_organization(name="松亭街道党工委", kind=Kind.WORK_COMMITTEE)
    guided = make_organization(street, name="竹溪幼儿园党支部")
    guided.guided_by = road.district
    guided.save()
    assert [(each.name, each.place) for each in offered(road.actor("clerk"), "竹溪")] == [
        ("竹溪幼儿园党支部", "")
    ]


def test_one_that_was_chosen_is_named_to_whoever_sees_it(road: Road) -> None:
    branch, second = road.branches[0], road.schools[1]
    chosen = named(road.actor("clerk"), branch.pk)
    assert chosen is not None
    assert (chosen.id, chosen.name, chosen.place) == (branch.pk, "第一支部", "砚舟中学党委")
    assert named(road.actor("school-0"), second.pk) is None
    assert named(road.actor("clerk"), 10**9) is None
    Organization.objects.filter(pk=second.pk).update(closed_on=ISSUED)
    assert named(road.actor("clerk"), second.pk) is None


def test_a_few_are_offered_by_two_queries_however_many_there_are(
    road: Road, django_assert_num_queries: Any
) -> None:
    clerk = road.actor("clerk")
    for n in range(60):
        make_organization(road.schools[2], name=f"第{n + 10}支部")
    with django_assert_num_queries(2):
        assert len(offered(clerk, "支部")) == MOST
    with django_assert_num_queries(2):
        first = offered(clerk, "")
    assert [each.name for each in first[:2]] == ["云岫教育工委", "砚舟中学党委"]
    with django_assert_num_queries(1):
        assert offered(clerk, "没有") == []
    with django_assert_num_queries(1):
        assert named(clerk, road.schools[2].pk)
