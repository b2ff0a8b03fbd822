"""Lines that are posts: who holds which role where, from when; two secretaries at once are noticed here already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from guantong.apps.intake import vocabulary
from guantong.apps.intake.fields import Field, take_day
from guantong.apps.intake.judging import Ground, Line, Unit, Verdict
from guantong.apps.intake.models import LineState
from guantong.apps.intake.people import NAME, YEAR, Known, Roster
from guantong.apps.intake.persons import take_unit
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.models import Kind, Membership, Organization, PartyStatus, Post
from guantong.apps.organizations.queries import AT_THE_HEAD
from guantong.apps.organizations.roster.appointing import (
    ADMINISTRATORS,
    Held,
    NewPost,
    appoint_many,
    check_post,
    standing_alone,
)
from guantong.core.matters import level_of
from guantong.core.permits import Role
from guantong.core.refusal import Refused
from guantong.files.cells import folded

PERMIT = "post.change"
FIELDS = (
    NAME,
    Field(
        "organization",
        "任职单位",
        (
            "单位名称",
            "单位",
            "任职党组织",
            "任职党组织名称",
            "任职支部",
            "任职党支部",
            "党组织",
            "党组织全称",
            "所在单位",
            "所在党支部",
            "所在党组织",
            "组织名称",
            "任职组织",
        ),
        needed=True,
        names_unit=True,
        example="云岫小学党支部",
        hint="本系统里的单位名称；同名的写成“上级/名称”。",
    ),
    Field(
        "role",
        "职务",
        ("党内职务", "岗位", "职位", "担任职务", "任职"),
        needed=True,
        offers=tuple(vocabulary.SHOWN_ROLES),
        example="书记",
    ),
    Field(
        "portfolio",
        "分工",
        ("委员分工", "党内分工", "支委分工"),
        offers=tuple(vocabulary.SHOWN_PORTFOLIOS),
        hint="职务是委员的填；职务已写明“组织委员”等的不填。",
        blank="没有分工的可以留空。",
    ),
    Field(
        "since",
        "任职日期",
        ("任职时间", "任职起始日期", "开始日期", "起始日期", "任现职时间", "任职年月"),
        needed=True,
        example="2024年9月1日",
    ),
    Field(
        "until",
        "结束日期",
        ("任职截止日期", "截止日期", "任期届满日期", "届满日期", "到期日期"),
        hint="还在任的不填。",
    ),
    Field(
        "acting",
        "主持工作",
        ("是否主持工作", "是否主持", "代理"),
        offers=tuple(vocabulary.SHOWN_ACTING),
        hint="由他人主持工作的填“是”，其余不填。",
    ),
    Field(
        "home",
        "人员所在单位",
        ("人事关系所在单位", "组织关系所在单位", "关系所在单位"),
        names_unit=True,
        hint="与任职单位不同时填。",
    ),
    YEAR,
)
_FIELD_OF = {
    "until_before_since": "until",
    "organization_closed": "organization",
    "portfolio_of_members_only": "portfolio",
}
"""The field a refusal of the roster is about; all others are about the role."""

_OF_MEMBERS = (*AT_THE_HEAD, Role.DEPUTY, Role.COMMITTEE_MEMBER)
"""Offices to which full members are elected."""

_ALONE = ("secretary_already", "portfolio_held")


def judge(ground: Ground, lines: Sequence[Line]) -> list[Verdict]:
    """A verdict on each line, held against the posts that are held and against those of the lines before it."""
    ground.look_up(line.said(field) for line in lines for field in ("organization", "home"))
    roster = Roster(ground, lines)
    verdicts = [Verdict() for _ in lines]
    units = [
        take_unit(verdict, ground, line, "organization", "")
        for verdict, line in zip(verdicts, lines, strict=True)
    ]
    places = Organization.objects.in_bulk({unit for unit in units if unit is not None})
    held, full = _Held(roster.ids(), list(places)), _Full(roster.ids())
    for line, verdict, unit in zip(lines, verdicts, units, strict=True):
        person = roster.find(verdict, line, "home", unit)
        new = _new(ground, verdict, line, person, ground.units[unit] if unit is not None else None)
        if new is not None and not verdict.is_bad:
            _place(verdict, new, places[new.organization], held, line.number)
        if (
            new is not None
            and verdict.new is not None
            and new.role in _OF_MEMBERS
            and not full.on(new.person, new.since)
        ):
            verdict.note(LineState.NEW, "role", "not_full_member")
    return verdicts


def write(actor: Actor, fresh: Sequence[tuple[int, NewPost]], now: datetime) -> list[int]:
    """Begin them."""
    return appoint_many(actor, [new for _, new in fresh], now)


class _Held:
    """The posts of the persons and of the organizations, in one query, and those of the lines before."""

    def __init__(self, persons: Sequence[int], places: Sequence[int]) -> None:
        self.by_person: defaultdict[int, list[Held]] = defaultdict(list)
        self.by_place: defaultdict[int, list[Held]] = defaultdict(list)
        self.rows: dict[
            tuple[int, str], int
        ] = {}  # the row of the sheet that an office one holds alone comes from
        wanted = Q(person__in=persons) | (Q(organization__in=places) & standing_alone())
        fields = ("person", "organization", "role", "since", "until", "pk", "covers", "portfolio")
        for person, place, role, *rest in Post.objects.filter(wanted).values_list(*fields):
            self.add(Held(person, place, Role(role), *rest))

    def add(self, post: Held) -> None:
        self.by_person[post.person].append(post)
        self.by_place[post.organization].append(post)

    def beside(self, new: NewPost) -> list[Held]:
        return [*self.by_person[new.person], *self.by_place[new.organization]]


class _Full:
    """When persons are full members by the roster, in one query."""

    def __init__(self, persons: Sequence[int]) -> None:
        self._spells: defaultdict[int, list[tuple[date, date | None]]] = defaultdict(list)
        rows = Membership.objects.filter(person__in=persons, status=PartyStatus.FULL)
        for person, since, until in rows.values_list("person", "since", "until"):
            self._spells[person].append((since, until))

    def on(self, person: int, day: date) -> bool:
        """Whether somebody is one on a day."""
        return any(since <= day and (until is None or day <= until) for since, until in self._spells[person])


def _place(verdict: Verdict, new: NewPost, place: Organization, held: _Held, number: int) -> None:
    """Hold a post against the others; what fits stands in the way of those below it."""
    told = (new.organization, new.role, new.portfolio, new.since)
    for known in held.by_person[new.person]:
        if known.pk and (known.organization, known.role, known.portfolio, known.since) == told:
            verdict.note(LineState.SAME, "role", "post_exists")
            return
    try:
        check_post(new, place, held.beside(new))
    except Refused as refused:
        facts: dict[str, Any] = {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in refused.facts.items()
        }
        if refused.code in _ALONE and (new.organization, new.portfolio) in held.rows:
            facts["row"] = held.rows[new.organization, new.portfolio]
        verdict.bad(_FIELD_OF.get(refused.code, "role"), refused.code, **facts)
        return
    begun = Held(new.person, new.organization, new.role, new.since, new.until, None, None, new.portfolio)
    held.add(begun)
    if begun.stands_alone:
        held.rows[new.organization, new.portfolio] = number
    verdict.new = new


def _new(
    ground: Ground, verdict: Verdict, line: Line, person: Known | None, unit: Unit | None
) -> NewPost | None:
    since, until = take_day(verdict, line, "since"), take_day(verdict, line, "until")
    if not line.said("since"):
        verdict.bad("since", "missing")
    role = _role(verdict, line, unit)
    acting = vocabulary.ACTING.get(folded(line.said("acting"))) if line.said("acting") else False
    if acting is None:
        verdict.bad("acting", "word_unknown")
    portfolio = _portfolio(verdict, line)
    if unit is None or role is None:
        return None
    if not ground.may("administrator.change" if role in ADMINISTRATORS else PERMIT, unit.path):
        verdict.bad("organization", "not_permitted_at")
    if person is None or since is None or verdict.is_bad:
        return None
    if person.id == ground.actor.person:
        verdict.bad("person", "own_post")
        return None
    return NewPost(person.id, unit.id, role, since, until, bool(acting), portfolio=portfolio)


def _portfolio(verdict: Verdict, line: Line) -> str:
    """What a committee member is in charge of, by a column of its own or by what the role is called."""
    called = vocabulary.PORTFOLIOS.get(folded(line.said("role")))
    said = line.said("portfolio")
    text = folded(said)
    told = vocabulary.TASKS.get(text) if text else None
    if text and text not in vocabulary.TASKS:
        verdict.bad("portfolio", "posts_two" if vocabulary.are_two(said) else "word_unknown")
    elif told and called and told is not called:
        verdict.bad("portfolio", "portfolio_differs")
    return str(told or called or "")


def _role(verdict: Verdict, line: Line, unit: Unit | None) -> Role | None:
    """The role a word means; at the head of a branch, whether that is a whole unit or a branch inside one decides."""
    text = line.said("role")
    if not text:
        verdict.bad("role", "missing")
        return None
    is_in_charge = folded(text) in vocabulary.PORTFOLIOS
    role = Role.COMMITTEE_MEMBER if is_in_charge else vocabulary.ROLES.get(folded(text))
    if role is None:
        is_none, are_two = folded(text) in vocabulary.NOT_KEPT, vocabulary.are_two(text)
        verdict.bad("role", "post_not_kept" if is_none else "posts_two" if are_two else "word_unknown")
    if unit is None or role not in AT_THE_HEAD:
        return role
    if unit.kind != Kind.BRANCH:
        if role is Role.BRANCH_SECRETARY:
            verdict.bad("role", "not_a_branch")
        return role
    return Role.SECRETARY if level_of(unit.path) == _UNITS else Role.BRANCH_SECRETARY


_UNITS = 2
"""The level at which a branch is a unit of its own, with a school and nothing between it and the district."""
