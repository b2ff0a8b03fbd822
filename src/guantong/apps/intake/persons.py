"""Lines that are persons: where they belong, and whether they are on the roster already: asked, never guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from guantong.apps.intake import vocabulary
from guantong.apps.intake.fields import Field, take_day, take_year
from guantong.apps.intake.judging import Choice, Ground, Line, Reason, Verdict
from guantong.apps.intake.models import LineState
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.roster.persons import (
    NewPerson,
    Twin,
    enter_many,
    tidy,
    twins,
)
from guantong.core.persons import MemberStatus
from guantong.files.cells import folded

PERMIT = "person.change"
SAME, OTHER = "same", "other"
"""Answers to whether a line is somebody who is known."""

FIELDS = (
    Field(
        "organization",
        "所在单位",
        (
            "单位名称",
            "单位",
            "所属党组织",
            "所在党组织",
            "所在支部",
            "所在党支部",
            "所在党总支",
            "所在党委",
            "党组织全称",
            "党支部",
            "所属支部",
            "党组织",
            "组织名称",
            "支部名称",
        ),
        needed=True,
        names_unit=True,
        example="云岫小学党支部",
        hint="本系统里的单位名称；同名的写成“上级/名称”。",
    ),
    Field("name", "姓名", ("人员姓名", "党员姓名", "名字"), needed=True, example="张某"),
    Field("sex", "性别", offers=tuple(vocabulary.SHOWN_SEXES), example="女"),
    Field(
        "birth_year",
        "出生年份",
        ("出生年", "出生日期", "出生年月", "出生时间", "出生年月日", "生日"),
        example="1985",
        hint="只保存年份；同名的人靠它区分。",
    ),
    Field(
        "status",
        "党员身份",
        ("党员类别", "人员类别", "政治面貌", "党员状态", "身份"),
        offers=tuple(vocabulary.SHOWN_STATUSES),
        example="正式党员",
        hint="不是党员的不填。",
        blank="不是党员的，连同起始日期留空。",
    ),
    Field(
        "since",
        "身份起始日期",
        ("入党日期", "入党时间", "起始日期", "身份起始时间", "入党年月"),
        example="2010年7月1日",
        hint="填了党员身份就要填，从哪天起；正式党员填了转正日期的可不填。",
    ),
    Field(
        "confirmed",
        "转正日期",
        ("转正时间", "转为正式党员日期", "转正年月"),
        example="",
        hint="正式党员填了的，从转正那天起算。",
    ),
    Field(
        "contact",
        "联系方式",
        ("手机", "手机号", "手机号码", "电话", "联系电话", "电话号码"),
        hint="本人愿意提供才填。",
    ),
)
_CONFIRMED = (MemberStatus.FULL, MemberStatus.RESTING)
_LONGEST = {"name": 50, "contact": 100}


def judge(ground: Ground, lines: Sequence[Line]) -> list[Verdict]:
    """A verdict on each line."""
    ground.look_up(line.said("organization") for line in lines)
    verdicts = [_fields(ground, line) for line in lines]
    rows = [(index, verdict.new) for index, verdict in enumerate(verdicts) if verdict.new is not None]
    places = {new.organization: ground.units[new.organization] for _, new in rows}
    # what has a path and a name is all that is asked of a place
    known = twins(ground.actor, [new for _, new in rows], cast("Any", places))
    earlier: defaultdict[str, list[tuple[int, NewPerson]]] = defaultdict(list)
    for position, (index, new) in enumerate(rows):
        doubles = [
            number
            for number, other in earlier[new.name]
            if None in (other.birth_year, new.birth_year) or other.birth_year == new.birth_year
        ]
        earlier[new.name].append((lines[index].number, new))
        if known.get(position) or doubles:
            _ask(verdicts[index], lines[index], known.get(position, []), doubles)
    return verdicts


def write(actor: Actor, fresh: Sequence[tuple[int, NewPerson]], now: datetime) -> list[int]:
    """Put them on the roster."""
    return enter_many(actor, [new for _, new in fresh], now)


def _ask(verdict: Verdict, line: Line, known: Sequence[Twin], doubles: Sequence[int]) -> None:
    verdict.choices = [Choice(SAME, "choice_same", {}), Choice(OTHER, "choice_other", {})]
    if line.answer == OTHER:
        verdict.new = replace(verdict.new, another=True)
        return
    if line.answer == SAME:
        verdict.note(LineState.SAME, "name", "said_same")
        verdict.new = None
        return
    places = list(dict.fromkeys(twin.place for twin in known if twin.place))[:3]
    elsewhere = any(not twin.place for twin in known)
    verdict.note(
        LineState.QUESTION, "name", "same_person", places=places, elsewhere=elsewhere, rows=doubles[:3]
    )
    verdict.new = None


def _fields(ground: Ground, line: Line) -> Verdict:
    verdict, said = Verdict(), line.cells.get
    name, contact = tidy(said("name", "")), said("contact", "")
    if not name:
        verdict.bad("name", "missing")
    for field, text in (("name", name), ("contact", contact)):
        if len(text) > _LONGEST[field]:
            verdict.bad(field, "text_long", most=_LONGEST[field])
    unit = take_unit(verdict, ground, line, "organization", PERMIT)
    sex = vocabulary.SEXES.get(folded(told)) if (told := said("sex")) else None
    if told and sex is None:
        verdict.bad("sex", "word_unknown")
    today = ground.today
    year = take_year(verdict, line, "birth_year", today)
    status = vocabulary.STATUSES.get(folded(called), "") if (called := said("status")) else None
    if status == "":
        verdict.bad("status", "word_unknown")
    since = take_day(verdict, line, "since", last=today)
    if status in _CONFIRMED:
        since = take_day(verdict, line, "confirmed", last=today) or since
    if status and since is None:
        verdict.bad("since", "since_missing")
    if since and not called:
        verdict.bad("status", "status_missing")
    if not verdict.is_bad and unit is not None:
        member = MemberStatus(status) if status else None
        sex_code = sex.value if sex else ""
        verdict.new = NewPerson(name, unit, sex_code, year, contact, member, since if member else None)
    return verdict


def take_unit(verdict: Verdict, ground: Ground, line: Line, field: str, permit: str) -> int | None:
    """The organization in a field, at which the actor may do what `permit` names; None where the verdict says why not."""
    text = line.said(field)
    if not text:
        verdict.bad(field, "missing")
        return None
    unit = ground.find(text)
    if isinstance(unit, Reason):
        verdict.bad(field, unit.code, **unit.facts)
        return None
    if permit and not ground.may(permit, unit.path):
        verdict.bad(field, "not_permitted_at")
        return None
    return unit.id
