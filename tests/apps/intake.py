"""A district into which things are imported, and the workbooks for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from guantong.apps.intake import services
from guantong.apps.intake.lines import Kept, unpacked
from guantong.apps.intake.models import Batch
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.models import Kind, SchoolStage
from guantong.core.permits import Role
from tests.files.books import make_book

from .make import make_organization, make_person, make_post
from .road import ISSUED, Road, at

TODAY = ISSUED
HEADS: dict[str, Sequence[str]] = {
    "organizations": ("单位名称", "上级单位", "类别", "学段", "成立日期"),
    "persons": ("所在单位", "姓名", "性别", "出生年份", "党员身份", "身份起始日期", "联系方式"),
    "posts": ("姓名", "任职单位", "职务", "任职日期", "结束日期", "主持工作"),
    "accounts": ("姓名", "所在单位", "账号", "出生年份"),
}


def make_district() -> Road:
    """A committee with a clerk and three administrators; a school with two branches, and another school."""
    district = make_organization(name="云岫教育工委", kind=Kind.WORK_COMMITTEE)
    school = make_organization(district, name="砚舟中学党委", kind=Kind.COMMITTEE)
    other = make_organization(district, name="岚汀小学党支部")
    school.stage = SchoolStage.JUNIOR
    school.save()
    road = Road(district, [school, other], [make_organization(school, name=f"第{n}支部") for n in "一二"])
    for who, place, role in (
        ("clerk", district, Role.SECTION_STAFF),
        ("system", district, Role.SYSTEM_ADMIN),
        ("security", district, Role.SECURITY_ADMIN),
        ("audit", district, Role.AUDIT_ADMIN),
        ("school", school, Role.PARTY_OFFICE),
        ("branch", road.branches[0], Role.BRANCH_SECRETARY),
        ("member", school, Role.MEMBER),
    ):
        person = make_person(place, name=who)
        make_post(person, place, role)
        road.people[who] = person.pk
    return road


def received(
    actor: Actor,
    kind: str,
    lines: Sequence[Sequence[Any]],
    *,
    heads: Sequence[str] = (),
    name: str = "甲.xlsx",
) -> Batch:
    """A batch of lines under the heads of a kind."""
    data = make_book([list(heads or HEADS[kind]), *map(list, lines)])
    return services.receive(actor, kind=kind, file_name=name, content=data, now=at(TODAY))


def states(batch: Batch) -> list[str]:
    """What would become of each line, in the order of the sheet."""
    return [row.state for row in rows(batch)]


def reasons(batch: Batch) -> list[dict[str, str]]:
    """The code that is said of each field of each line."""
    return [{name: code for name, (code, _) in row.reasons.items()} for row in rows(batch)]


def rows(batch: Batch) -> list[Kept]:
    return unpacked(batch.lines)


def confirmed(actor: Actor, batch: Batch, *, only_good: bool = False) -> Batch:
    return services.confirm(actor, batch=batch.pk, only_good=only_good, now=at(TODAY, 10))


def day(text: str) -> date:
    return date.fromisoformat(text)
