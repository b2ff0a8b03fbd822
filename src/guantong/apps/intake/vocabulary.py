"""The words by which offices call kinds, stages, roles and the like, each with its usual variants."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from guantong.apps.organizations.models import Kind, PartyStatus, PostPortfolio, PostRole, SchoolStage, Sex
from guantong.core.permits import Portfolio, Role
from guantong.files.cells import folded

_KINDS = {
    Kind.COMMITTEE: "党委 基层党委 党的委员会 党委会 学校党委 党委（校级） 委员会 中共党委 中共委员会 党的基层委员会 基层委员会",
    Kind.GENERAL_BRANCH: "党总支 总支 党总支部 总支部 总支委员会 中共党总支 中共总支 基层党总支 党的总支部委员会 总支部委员会",
    Kind.BRANCH: "党支部 支部 支部委员会 联合支部 联合党支部 基层党支部 直属党支部 中共党支部 中共支部 党的支部委员会",
    Kind.SECTION: "科室 处室 机关科室 科 股室",
}
_STAGES = {
    SchoolStage.KINDERGARTEN: "幼儿园 幼儿 学前 学前教育 公办幼儿园 民办幼儿园 公办园 民办园 普惠性幼儿园",
    SchoolStage.PRIMARY: "小学 完全小学 完小",
    SchoolStage.JUNIOR: "初中 初级中学",
    SchoolStage.SENIOR: "高中 高级中学 普通高中 普高 普通高级中学",
    SchoolStage.NINE_YEAR: "九年一贯制 九年一贯制学校 九年制 一贯制",
    SchoolStage.VOCATIONAL: "职业学校 中职 中等职业学校 中等职业技术学校 职高 职业高中 职教 职业教育",
    SchoolStage.SPECIAL: "特殊教育 特教 特殊教育学校 特校",
    SchoolStage.OFFICE: "机关 局机关 机关科室 直属单位",
}
_SEXES = {Sex.FEMALE: "女 女性", Sex.MALE: "男 男性"}
_STATUSES: dict[PartyStatus | None, str] = {
    PartyStatus.FULL: "正式党员 正式 中共党员 党员",
    PartyStatus.PROBATIONARY: "预备党员 预备 中共预备党员",
    PartyStatus.RESTING: "不计入",
    None: "非党员 群众 团员 共青团员 民主党派 无党派 无 否 不是 — - /",
}
_ROLES = {
    Role.SECRETARY: "书记 党委书记 党总支书记 总支书记 党组织书记 工委书记",
    Role.DEPUTY: "副书记 党委副书记 党总支副书记 党支部副书记 支部副书记 专职副书记 工委副书记",
    Role.COMMITTEE_MEMBER: "委员 工委委员 党委委员 党总支委员 总支委员 党支部委员 支部委员 支委 党组织委员 青年委员",
    Role.PRINCIPAL: "校长 园长 执行校长 执行园长",
    Role.PARTY_OFFICE: "党务干部 党务工作者 党务干事 组织员 专职组织员 党办主任 党办干部 党务专干",
    Role.BRANCH_SECRETARY: "支部书记 党支部书记",
    Role.MEMBER: "党员",
    Role.MEMBER_IN_CHARGE: "分管领导 分管委员",
    Role.SECTION_STAFF: "科室工作人员 科员 科室人员 工作人员",
    Role.DISCIPLINE_GROUP: "派驻纪检监察组 纪检监察组 派驻纪检组",
    Role.LIAISON: "联系片区 片区联系人 联系领导",
    Role.SYSTEM_ADMIN: "系统管理员",
    Role.SECURITY_ADMIN: "安全管理员 安全保密管理员",
    Role.AUDIT_ADMIN: "审计管理员 安全审计员",
}
_NOT_KEPT = "副校长 副园长 常务副校长 常务副园长 校长助理 园长助理 教导主任 教务主任 总务主任 德育主任"
_PORTFOLIOS = {
    Portfolio.ORGANIZATION: "组织委员",
    Portfolio.PUBLICITY: "宣传委员",
    Portfolio.DISCIPLINE: "纪检委员 纪律检查委员",
    Portfolio.UNITED_FRONT: "统战委员",
}
_TASKS: dict[Portfolio | None, str] = {
    Portfolio.ORGANIZATION: "组织 组织工作",
    Portfolio.PUBLICITY: "宣传 宣传工作",
    Portfolio.DISCIPLINE: "纪检 纪检工作 纪律检查",
    Portfolio.UNITED_FRONT: "统战 统战工作",
    None: "无 - — /",
}
_YES, _NO = "是 主持 主持工作 代 代理 √ ✓ y yes 1", "否 不是 n no 0 — - /"


T = TypeVar("T")


def _by_word(table: Mapping[T, str]) -> dict[str, T]:
    return {folded(word): member for member, words in table.items() for word in words.split()}


KINDS = _by_word(_KINDS)
STAGES = _by_word(_STAGES)
SEXES = _by_word(_SEXES)
STATUSES = _by_word(_STATUSES)
ROLES = _by_word(_ROLES)
PORTFOLIOS = _by_word(_PORTFOLIOS)
TASKS: dict[str, Portfolio | None] = {**_by_word(_TASKS), **PORTFOLIOS}
ACTING = _by_word({True: _YES, False: _NO})
"""What words mean, folded. Heads of branches are told from those of whole units in `posts`."""

NOT_KEPT = frozenset(map(folded, _NOT_KEPT.split()))
"""Offices of a school that are none of the Party's, folded."""

SHOWN_KINDS = [str(kind.label) for kind in _KINDS]
SHOWN_STAGES = [str(stage.label) for stage in _STAGES]
SHOWN_SEXES = [str(sex.label) for sex in _SEXES]
SHOWN_STATUSES = [str(status.label) for status in _STATUSES if status]
SHOWN_ROLES = [
    *(str(PostRole(role).label) for role in _ROLES),
    *(str(PostPortfolio(portfolio).label) for portfolio in _PORTFOLIOS),
]
SHOWN_PORTFOLIOS = [str(PostPortfolio(portfolio).label) for portfolio in _PORTFOLIOS]
SHOWN_ACTING = ["是", "否"]
"""What a template offers to choose from."""

_BETWEEN = re.compile(r"[\s、,，;；/／|+＋&·和兼及]+")


def are_two(text: str) -> bool:
    """Whether a cell names two posts: 书记、校长, 书记兼园长, 书记校长."""
    pieces = [folded(piece) for piece in _BETWEEN.split(text) if piece]
    if len(pieces) > 1:
        return any(map(_is_post, pieces))
    whole = folded(text)
    return any(_is_post(whole[:at]) and _is_post(whole[at:]) for at in range(1, len(whole)))


def _is_post(word: str) -> bool:
    return word in ROLES or word in PORTFOLIOS or word in NOT_KEPT


def kind_in(name: str) -> Kind | None:
    """The kind that stands at the end of an organization's name, as of 云岫小学党支部; None where none does."""
    text = folded(name)
    for kind, endings in _ENDINGS:
        if text.endswith(endings):
            return kind
    return Kind.COMMITTEE if _OFFICIAL.fullmatch(text) else None


_ENDINGS = (
    (Kind.GENERAL_BRANCH, ("党总支", "总支部", "总支", "总支部委员会")),
    (Kind.BRANCH, ("支部", "支部委员会")),
    (Kind.COMMITTEE, ("党委", "党的委员会", "党委会")),
    (Kind.SECTION, ("科", "科室")),
)
_OFFICIAL = re.compile(r"(中共|中国共产党).+(?<!工作)委员会")
