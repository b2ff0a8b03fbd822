"""An invented district: one work committee, 120 school organizations, the branches under the larger ones."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from guantong.core.matters import Organization, OrganizationKind, Stage

TOP_PATH = "0001"
TOP_NAME = "中共云岫区委教育工作委员会"

# Syllables that make names nobody has: no place, no school, no person is meant.
_FIRST = "砚岚禾梧榆澜芷葭桐珞苇樾霁漪棠蘅皋曦翎筠"
_SECOND = "舟汀渡畔矶圃屿塍陌坡湾岗溪桥亭台"

_SCHOOLS = {
    Stage.SENIOR: "高级中学",
    Stage.JUNIOR: "初级中学",
    Stage.NINE_YEAR: "九年一贯制学校",
    Stage.VOCATIONAL: "职业学校",
    Stage.PRIMARY: "小学",
    Stage.KINDERGARTEN: "幼儿园",
    Stage.SPECIAL: "特殊教育学校",
    Stage.OFFICE: "教师发展中心",
}
_TITLES = {
    OrganizationKind.COMMITTEE: "党委",
    OrganizationKind.GENERAL_BRANCH: "党总支",
    OrganizationKind.BRANCH: "党支部",
}
_MAKE_UP = (
    # stage, kind, how many; in official order
    (Stage.SENIOR, OrganizationKind.COMMITTEE, 9),
    (Stage.SENIOR, OrganizationKind.GENERAL_BRANCH, 2),
    (Stage.JUNIOR, OrganizationKind.COMMITTEE, 4),
    (Stage.JUNIOR, OrganizationKind.GENERAL_BRANCH, 12),
    (Stage.JUNIOR, OrganizationKind.BRANCH, 6),
    (Stage.NINE_YEAR, OrganizationKind.COMMITTEE, 3),
    (Stage.NINE_YEAR, OrganizationKind.GENERAL_BRANCH, 5),
    (Stage.NINE_YEAR, OrganizationKind.BRANCH, 2),
    (Stage.VOCATIONAL, OrganizationKind.COMMITTEE, 3),
    (Stage.VOCATIONAL, OrganizationKind.GENERAL_BRANCH, 1),
    (Stage.PRIMARY, OrganizationKind.COMMITTEE, 3),
    (Stage.PRIMARY, OrganizationKind.GENERAL_BRANCH, 16),
    (Stage.PRIMARY, OrganizationKind.BRANCH, 18),
    (Stage.KINDERGARTEN, OrganizationKind.GENERAL_BRANCH, 2),
    (Stage.KINDERGARTEN, OrganizationKind.BRANCH, 30),
    (Stage.SPECIAL, OrganizationKind.BRANCH, 2),
    (Stage.OFFICE, OrganizationKind.BRANCH, 2),
)
_BRANCHES = {OrganizationKind.COMMITTEE: (6, 12), OrganizationKind.GENERAL_BRANCH: (3, 6)}
_NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class District:
    """The organizations in official order, which is the order of their paths."""

    top: Organization
    schools: tuple[Organization, ...]
    branches: tuple[Organization, ...]  # of the schools that have any

    @property
    def organizations(self) -> tuple[Organization, ...]:
        return tuple(
            sorted((self.top, *self.schools, *self.branches), key=lambda organization: organization.path)
        )

    def branches_of(self, school: Organization) -> tuple[Organization, ...]:
        return tuple(branch for branch in self.branches if branch.path.startswith(school.path))


def build_district(random: Random) -> District:
    """120 school organizations and some 370 branches, the same for the same `random`."""
    top = Organization("o1", TOP_PATH, TOP_NAME, OrganizationKind.WORK_COMMITTEE)
    names = random.sample([first + second for first in _FIRST for second in _SECOND], 120)
    rows = [(stage, kind) for stage, kind, number in _MAKE_UP for _ in range(number)]
    schools: list[Organization] = []
    branches: list[Organization] = []
    for number, ((stage, kind), name) in enumerate(zip(rows, names, strict=True), 1):
        path = f"{TOP_PATH}{number:04}"
        full = f"{name}{_SCHOOLS[stage]}{_TITLES[kind]}"
        school = Organization(f"o{path}", path, full, kind, stage)
        schools.append(school)
        branches += _branches(school, random)
    return District(top, tuple(schools), tuple(branches))


def _branches(school: Organization, random: Random) -> list[Organization]:
    if school.kind not in _BRANCHES:
        return []
    number = random.randint(*_BRANCHES[school.kind])
    return [
        Organization(
            id=f"o{school.path}{index:04}",
            path=f"{school.path}{index:04}",
            name=f"{school.name}第{_numeral(index)}党支部",
            kind=OrganizationKind.BRANCH,
            stage=school.stage,
        )
        for index in range(1, number + 1)
    ]


def _numeral(number: int) -> str:
    """1 to 19."""
    return _NUMERALS[number - 1] if number <= 10 else f"十{_NUMERALS[number - 11]}"
