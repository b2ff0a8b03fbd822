"""The people of the example: who holds which post, and the few who can sign in.

Every name is made of rare syllables; sex, birth year and standing are drawn by lot.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from random import Random
from typing import NamedTuple

from guantong.apps.organizations.models import Membership, Organization, Person, Post, Sex
from guantong.apps.organizations.roster.appointing import ADMINISTRATORS
from guantong.apps.organizations.spelling import spelled
from guantong.apps.people.services import make_account
from guantong.core.matters import OrganizationKind
from guantong.core.permits import Role
from guantong.core.persons import MemberStatus
from guantong.example.deeds import By
from guantong.example.demo import Played

_SURNAMES = (
    "陈林周吴郑何罗宋唐韩冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏"
    "薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱"
    "秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_GIVEN = "砚岚禾梧榆澜芷葭桐珞苇樾霁漪棠蘅皋曦翎筠舟汀溪朴笙韶弈晗煦珩"
_DISTRICT = (
    Role.SECRETARY,
    Role.DEPUTY,
    Role.MEMBER_IN_CHARGE,
    Role.SECTION_STAFF,
    Role.DISCIPLINE_GROUP,
    Role.SYSTEM_ADMIN,
)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another


class SignIn(NamedTuple):
    """An account of the demo, as it is printed: who, where, and what to type."""

    who: str
    organization: str
    name: str
    password: str


def appoint_all(played: Played, organizations: dict[str, Organization], since: date) -> dict[By, int]:
    """Fill every post; the key of the person by what they are and where. Written in bulk: it is only the setting."""
    wanted = list(_posts(played))
    names = _names(len(wanted), Random(played.seed))  # noqa: S311 — a play, not a secret
    lot = Random(played.seed + 1)  # noqa: S311 — as above; of its own, so that the names stay what they were
    persons = Person.objects.bulk_create(
        (
            Person(
                name=name,
                spelled=spelled(name),
                sex=lot.choice(Sex.values),
                birth_year=since.year - lot.randint(32, 57),
                organization=organizations[by.organization_id],
            )
            for name, by in zip(names, wanted, strict=True)
        ),
        batch_size=500,
    )
    Membership.objects.bulk_create(
        (
            Membership(
                person=person,
                organization=person.organization,
                status=MemberStatus.FULL.value,
                since=date((person.birth_year or 0) + lot.randint(21, 31), 7, 1),
            )
            for person, by in zip(persons, wanted, strict=True)
            if by.role not in ADMINISTRATORS
        ),
        batch_size=500,
    )
    Post.objects.bulk_create(
        (
            Post(person=person, organization=organizations[by.organization_id], role=by.role, since=since)
            for person, by in zip(persons, wanted, strict=True)
        ),
        batch_size=500,
    )
    return {by: person.pk for by, person in zip(wanted, persons, strict=True)}


def make_accounts(
    played: Played, organizations: dict[str, Organization], persons: dict[By, int], now: datetime
) -> list[SignIn]:
    """Accounts for a handful, each with a password of its own that is made anew with every build."""
    made = []
    for name, who, by in _accounts(played):
        password = _password()
        make_account(name=name, person=persons[by], password=password, must_change=False, now=now)
        made.append(SignIn(who, organizations[by.organization_id].name, name, password))
    return made


def _password() -> str:
    """Letters, figures and dashes: what either profile of passwords takes."""
    while True:
        drawn = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
        if any(letter.isdigit() for letter in drawn) and any(letter.isalpha() for letter in drawn):
            return drawn


def _posts(played: Played) -> Iterator[By]:
    district = played.district
    for role in _DISTRICT:
        yield By(role, district.top.id)
    for school in district.schools:
        yield By(Role.SECRETARY, school.id)
        yield By(Role.PARTY_OFFICE, school.id)
        if school.kind is not OrganizationKind.BRANCH:
            yield By(Role.DEPUTY, school.id)
    for branch in district.branches:
        yield By(Role.BRANCH_SECRETARY, branch.id)


def _names(number: int, random: Random) -> Sequence[str]:
    """Invented names of three characters, no two alike."""
    given = [first + second for first in _GIVEN for second in _GIVEN if first != second]
    return random.sample([surname + name for surname in _SURNAMES for name in given], number)


def _accounts(played: Played) -> Iterator[tuple[str, str, By]]:
    top = played.district.top.id
    yield "gongwei", "教育工委书记", By(Role.SECRETARY, top)
    yield "fenguan", "分管领导", By(Role.MEMBER_IN_CHARGE, top)
    yield "ducha", "科室工作人员（督查）", By(Role.SECTION_STAFF, top)
    yield "jijian", "派驻纪检监察组", By(Role.DISCIPLINE_GROUP, top)
    signed = {deed.on for deed in played.deeds if deed.directive_id == played.notice.directive.id}
    fresh = [school for school in played.notice.addressed if school.id not in signed]
    busy = {row.organization_id for row in played.main.rows if row.level > 2}  # branches that got a part
    with_branches = [school for school in fresh if played.district.branches_of(school)]
    with_branches.sort(key=lambda school: not any(b.id in busy for b in played.district.branches_of(school)))
    plain = [school for school in fresh if not played.district.branches_of(school)]
    schools = [*with_branches[:2], *plain[:1]]
    for number, school in enumerate(schools, 1):
        yield f"xuexiao{number}", "学校党组织书记", By(Role.SECRETARY, school.id)
    branches = [branch for school in schools for branch in played.district.branches_of(school)]
    branches.sort(key=lambda branch: branch.id not in busy)
    if branches:
        yield "zhibu1", "支部书记", By(Role.BRANCH_SECRETARY, branches[0].id)
