"""Lines that are organizations: in any order, named in every way, founded by the rules by which one is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from guantong.apps.organizations.access import Forbidden, NotFound
from guantong.apps.organizations.models import Alias, Kind, Organization
from guantong.apps.organizations.spelling import spelled
from guantong.apps.organizations.tree import found, move
from guantong.apps.organizations.tree.founding import NewOrganization, found_many
from guantong.core.refusal import Refused

from .intake import TODAY, confirmed, make_district, reasons, received, states
from .road import Road, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def road() -> Road:
    return make_district()


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def tree() -> set[tuple[str, str]]:
    return set(Organization.objects.exclude(parent=None).values_list("parent__name", "name"))


def test_parents_may_stand_later_and_be_named_in_every_way(road: Road) -> None:
    Alias.objects.create(district=road.district, text="砚中", organization=road.schools[0])
    clerk = road.actor("clerk")
    batch = received(
        clerk,
        "organizations",
        [
            ["初一支部", "云台学校党委/教工总支"],
            ["教工总支", "云台学校", "党总支"],
            ["云台学校党委", "云岫教育工委", "", "九年一贯制学校", "2020.9"],
            ["第三支部", "砚中", "支部"],
            ["第四支部", "砚舟中学", "基层党支部"],
            ["青年小组", "砚舟中学党委>第一支部", "联合支部"],
            ["人事科", "", "科室", "机关"],
        ],
    )
    assert states(batch) == ["new"] * 7, reasons(batch)
    done = confirmed(clerk, batch)
    assert tree() >= {
        ("云岫教育工委", "云台学校党委"),
        ("云台学校党委", "教工总支"),
        ("教工总支", "初一支部"),
        ("砚舟中学党委", "第三支部"),
        ("砚舟中学党委", "第四支部"),
        ("第一支部", "青年小组"),
        ("云岫教育工委", "人事科"),
    }
    made = [Organization.objects.get(pk=pk) for pk in done.entered]
    assert [row.name for row in made][:3] == ["初一支部", "教工总支", "云台学校党委"], (
        "in the order of the lines"
    )
    assert made[0].path.startswith(made[1].path)
    assert (made[2].kind, made[2].stage, made[2].opened_on) == ("committee", "nine-year", date(2020, 9, 1))
    assert made[2].spelled == spelled("云台学校党委")
    assert made[6].opened_on == road.district.opened_on, "there all along"
    assert made[0].opened_on == date(2020, 9, 1), "not before what it stands below"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([["甲", "乙", "党委"], ["乙", "丙", "党委"], ["丙", "甲", "党委"]], ["unit_circle"] * 3),
        ([["甲", "甲", "党委"]], ["unit_circle"]),
        ([["甲", "没有", "党委"], ["乙", "甲", "党支部"]], ["unit_unknown", "parent_row_bad"]),
        ([["甲", "第一支部/第九支部", "党委"]], ["unit_not_below"]),
        ([["", "", "", "小学"]], ["missing"]),
        ([["甲党委"], ["甲党委"]], [None, "row_twice"]),
        (
            [
                ["甲党委"],
                ["乙党委"],
                ["同", "甲党委", "支部"],
                ["同", "乙党委", "支部"],
                ["丁", "同", "支部"],
            ],
            [None] * 4 + ["unit_ambiguous"],
        ),
        ([["甲", "", "兴趣小组"]], ["word_unknown"]),
        ([["甲", "", ""]], ["kind_missing"]),
        ([["甲党委", "", "", "大学"]], ["word_unknown"]),
        ([["甲党委", "", "", "", "去年"]], ["day_wrong"]),
        ([["甲党委", "", "", "", "2027-01-01"]], ["day_later"]),
        ([["甲" * 101 + "党委"]], ["text_long"]),
    ],
)
def test_what_cannot_be_founded_says_why(road: Road, lines: list[list[str]], said: list[str | None]) -> None:
    batch = received(road.actor("clerk"), "organizations", lines)
    told = [next(iter(each.values()), None) for each in reasons(batch)]
    assert told == said


def test_a_wrong_parent_hides_nothing_else_of_its_line(road: Road) -> None:
    wrong = ["兴趣小组", "大学", "去年"]
    told = {"kind": "word_unknown", "stage": "word_unknown", "opened_on": "day_wrong"}
    lines = [["甲", "没有", *wrong], ["乙", "甲", *wrong], ["丙", "丙", *wrong], ["丁" * 101, "没有", *wrong]]
    assert reasons(received(road.actor("clerk"), "organizations", lines)) == [
        {"parent": "unit_unknown", **told},
        {"parent": "parent_row_bad", **told},
        {"parent": "unit_circle", **told},
        {"parent": "unit_unknown", "name": "text_long", **told},
    ]


@pytest.mark.parametrize(
    ("kind", "stage", "meant"),
    [
        ("中共党支部", "公办幼儿园", ("branch", "kindergarten")),
        ("基层党总支", "民办园", ("general-branch", "kindergarten")),
        ("中共党委", "普高", ("committee", "senior")),
        ("基层党委", "中等职业技术学校", ("committee", "vocational")),
    ],
)
def test_kinds_and_stages_as_offices_call_them(
    road: Road, kind: str, stage: str, meant: tuple[str, str]
) -> None:
    batch = received(road.actor("clerk"), "organizations", [["甲", "", kind, stage]])
    made = Organization.objects.get(pk=confirmed(road.actor("clerk"), batch).entered[0])
    assert (made.kind, made.stage) == meant


def test_a_chain_deeper_than_a_tree_can_be(road: Road) -> None:
    lines = [[f"第{n}层", f"第{n - 1}层" if n else "", "党支部"] for n in range(20)]
    batch = received(road.actor("clerk"), "organizations", list(reversed(lines)))
    bad = [next(iter(each.values()), "") for each in reversed(reasons(batch))]
    assert bad == [""] * 15 + ["too_deep"] + ["parent_row_bad"] * 4


def test_found_many_keeps_the_rules_of_found(road: Road) -> None:
    clerk, school = road.actor("clerk"), road.schools[0]
    moved = found(clerk, school.pk, name="走了的支部", kind=Kind.BRANCH, opened_on=TODAY, now=at(TODAY))
    move(clerk, moved.pk, road.district.pk, now=at(TODAY))

    def new(name: str, **more: Any) -> NewOrganization:
        return NewOrganization(name, more.pop("kind", Kind.BRANCH), more.pop("on", TODAY), **more)

    for code, lines in (
        ("name_taken", [new("第一支部", parent=school.pk)]),
        ("name_taken", [new("甲", parent=school.pk), new(" 甲 ", parent=school.pk)]),
        ("name_missing", [new(" ", parent=school.pk)]),
        ("name_long", [new("甲" * 101, parent=school.pk)]),
        ("kind_unknown", [new("甲", parent=school.pk, kind=Kind.WORK_COMMITTEE)]),
        ("stage_unknown", [new("甲", parent=school.pk, stage="university")]),
        ("day_ahead", [new("甲", parent=school.pk, on=date(2026, 3, 10))]),
        ("below_itself", [new("甲", under=1), new("乙", under=0)]),
        ("organization_unknown", [new("甲")]),
        ("organization_unknown", [new("甲", under=7)]),
    ):
        with pytest.raises(Refused) as caught:
            found_many(clerk, lines, now=at(TODAY))
        assert caught.value.code == code
        assert caught.value.facts["row"] == len(lines) - 1 or code == "below_itself"
    with pytest.raises(NotFound):
        found_many(road.actor("school"), [new("甲", parent=road.schools[1].pk)], now=at(TODAY))
    with pytest.raises(Forbidden):
        found_many(road.actor("branch"), [new("甲", parent=road.branches[0].pk)], now=at(TODAY))
    single = found(clerk, school.pk, name="第八支部", kind=Kind.BRANCH, opened_on=TODAY, now=at(TODAY))
    [pk] = found_many(clerk, [new("第九支部", parent=school.pk)], now=at(TODAY))
    assert int(Organization.objects.get(pk=pk).path) == int(single.path) + 1, "behind all there ever were"


class TestAnyTree(TestCase):
    """Whatever the order of the lines, what comes in is the tree they tell of."""

    @settings(max_examples=20, deadline=None)
    @given(st.data())
    def test_a_shuffled_tree_is_the_tree(self, data: st.DataObject) -> None:
        road = make_district()
        count = data.draw(st.integers(1, 14))
        parents = [data.draw(st.integers(-1, n - 1)) for n in range(count)]
        depth: list[int] = []
        for parent in parents:
            depth.append(1 if parent < 0 else depth[parent] + 1)
        order = data.draw(st.permutations(range(count)))
        lines = [[f"组织{n}", f"组织{parents[n]}" if parents[n] >= 0 else "", "党支部"] for n in order]
        clerk = road.actor("clerk")
        batch = received(clerk, "organizations", lines)
        assert states(batch) == ["new"] * count, reasons(batch)
        confirmed(clerk, batch)
        found = {(above, name) for above, name in tree() if name.startswith("组织")}
        assert found == {
            (f"组织{parent}" if parent >= 0 else "云岫教育工委", f"组织{n}")
            for n, parent in enumerate(parents)
        }


def test_official_names_say_their_kind_and_find_what_stands_above(road: Road) -> None:
    batch = received(
        road.actor("system"),
        "organizations",
        [
            ["中共禾梧中学委员会", "区委教育工委", "", "", ""],
            ["中共禾梧中学第一支部委员会", "禾梧中学党委", "", "", ""],
            ["中国共产党桐溪小学总支部委员会", "局党组", "", "", ""],
            ["第三支部", "中共砚舟中学委员会", "", "", ""],
        ],
    )
    done = confirmed(road.actor("system"), batch)
    made = [Organization.objects.get(pk=pk) for pk in done.entered]
    assert [unit.kind for unit in made] == [
        Kind.COMMITTEE,
        Kind.BRANCH,
        Kind.GENERAL_BRANCH,
        Kind.BRANCH,
    ]
    assert [unit.parent for unit in made] == [road.district, made[0], road.district, road.schools[0]]
