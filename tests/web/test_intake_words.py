"""Every sentence of an import, made of the facts that judging gives."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from guantong.apps.intake.kinds import KINDS
from guantong.apps.organizations.models import Group
from guantong.apps.people.models import Account
from guantong.web import intake_words
from tests.apps.intake import TODAY, make_district, received, rows
from tests.apps.make import make_organization, make_person
from tests.apps.road import Road, at

pytestmark = pytest.mark.django_db

ORGANIZATIONS = [
    ["", "", "", "", "去年"],
    ["甲" * 101, "没有", "小队", "", "2099-01-01"],
    ["乙党委"],
    ["乙党委"],
    ["丙党委", "同名"],
    ["丁党委", "片区"],
    ["戊党委", "岚汀小学党支部/没有"],
    ["己党委", "己党委"],
    ["岚汀小学党支部"],
    ["砚舟中学党委", "", "党总支", "小学"],
    ["庚", "己党委"],
    *([f"第{n}层", f"第{n - 1}层" if n else "", "党支部"] for n in range(17)),
]
PERSONS = [
    ["第一支部", "王某", "", "2099", "正式党员", ""],
    ["第一支部", "王某", "", "75.13", "", "2010.7.1"],
    ["第一支部", "王某"],
]
POSTS = [
    ["无名", "第二支部", "书记、校长", ""],
    ["张某", "第二支部", "副校长", "2026-01-05"],
    ["双某", "第二支部", "委员", "2026-01-05"],
    ["张某", "砚舟中学党委", "支部书记", "2026-01-05"],
    ["张某", "第二支部", "委员", "2026-01-05", "2025-01-05"],
    ["张某", "第一支部", "书记", "2026-01-05"],
    ["张某", "第二支部", "组织委员", "2026-01-05"],
    ["王某", "第二支部", "组织委员", "2026-01-05"],
    ["张某", "第二支部", "组织委员", "2026-01-05"],
    ["赵某", "第二支部", "委员", "2026-01-05"],
    ["赵某", "第二支部", "委员", "2026-01-06"],
    ["branch", "第一支部", "支部书记", "2024-01-01"],
    ["张某", "云岫教育工委", "系统管理员", "2026-01-05"],
    ["clerk", "第二支部", "委员", "2026-01-05"],
]
PARTED = [
    ["张某", "第二支部", "书记", "2026-01-05", "宣传"],
    ["张某", "第二支部", "组织委员", "2026-01-05", "宣传"],
]
ADMINISTRATORS = [
    ["audit", "云岫教育工委", "系统管理员", "2026-01-05"],
    ["张某", "第一支部", "系统管理员", "2026-01-05"],
    ["branch", "云岫教育工委", "系统管理员", "2026-01-05"],
]
ACCOUNTS = [
    ["张某", "第二支部"],
    ["有了", "第一支部"],
    ["张某", "第一支部"],
    ["王某", "第二支部", "a b"],
    ["赵某", "第二支部", "taken"],
    ["clerk", "云岫教育工委"],
    ["system", "云岫教育工委"],
]
OTHERS = {
    "organization_closed": {"organization": 7, "on": "2026-03-01"},
    "said_same": {},
    "not_permitted_below": {"unit": "砚舟中学党委"},
}
"""What comes of answers, of organizations that close meanwhile and of those one sees but does not keep."""


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def filled() -> Road:
    """A district with namesakes, a group, accounts and somebody of every kind."""
    road = make_district()
    for parent in road.schools:
        make_organization(parent, name="同名")
    group = Group.objects.create(district=road.district, name="片区")
    group.members.set(road.schools)
    for name, place in (("张某", 0), ("有了", 0), ("王某", 1), ("赵某", 1), ("双某", 0), ("双某", 0)):
        made = make_person(road.branches[place], name=name)
        if name == "有了":
            Account.objects.create(name="taken", person=made.pk, made_at=at(TODAY))
    return road


def test_every_sentence_is_made_of_facts_as_they_are_given() -> None:
    road = filled()
    told: dict[str, str] = {}

    def take(who: str, kind: str, lines: Sequence[Sequence[str]], heads: Sequence[str] = ()) -> None:
        fields = {field.code: field for field in KINDS[kind].fields}
        for row in rows(received(road.actor(who), kind, lines, heads=heads)):
            for field, reason in row.reasons.items():
                told[reason[0]] = intake_words.told(reason, fields[field])
            for _, code, facts in row.choices:
                told[code] = intake_words.told([code, facts])

    take("clerk", "organizations", ORGANIZATIONS)
    take("school", "organizations", [["辛党支部"]])
    take("clerk", "persons", PERSONS)
    take("branch", "persons", [["第二支部", "张某"]])
    take("clerk", "posts", POSTS)
    take("clerk", "posts", PARTED, ["姓名", "任职单位", "职务", "任职日期", "分工"])
    take("security", "posts", ADMINISTRATORS)
    take("clerk", "accounts", ACCOUNTS)
    for code, facts in OTHERS.items():
        told[code] = intake_words.told([code, facts])
    assert set(intake_words.REASONS) == set(told)
    for code, sentence in told.items():
        assert sentence, code
        assert "{" not in sentence, code
        assert "None" not in sentence, code
    assert told["year_wrong"] == "应是 1916 到 2010 之间的年份，请核对。"
    assert told["day_later"] == "最晚到 2026年3月9日，请核对。"
