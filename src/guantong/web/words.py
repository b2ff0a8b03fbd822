"""The words of the screen: codes of the core as terms, days and figures as people write them.

Refusals as sentences are in `sentences`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from guantong.apps.organizations.accounts.listing import AccountState
from guantong.core.cases import TERMS
from guantong.core.deviation import Deviation, Fact, FactCode
from guantong.core.figures import Share
from guantong.core.matters import Bound, Indicator, Side
from guantong.core.moves import (
    AssignmentMove,
    AssignmentState,
    CaseMove,
    CaseState,
    DirectiveMove,
    DirectiveState,
)
from guantong.core.reading.types import ClauseKind
from guantong.core.standings import Said
from guantong.core.status import Light

_HERE = ZoneInfo("Asia/Shanghai")
UNKNOWN = "未知"

WORDS: Mapping[type[StrEnum], Mapping[Any, str]] = {
    DirectiveState: {
        DirectiveState.DRAFT: "起草中",
        DirectiveState.SUBMITTED: "待批准",
        DirectiveState.APPROVED: "已批准",
        DirectiveState.ISSUED: "已下达",
        DirectiveState.CONCLUDED: "已办结",
        DirectiveState.DISCARDED: "已作废",
        DirectiveState.WITHDRAWN: "已撤回",
        DirectiveState.REPEALED: "已废止",
    },
    DirectiveMove: {
        DirectiveMove.SUBMIT: "报批",
        DirectiveMove.APPROVE: "批准",
        DirectiveMove.RETURN: "退回修改",
        DirectiveMove.ISSUE: "下达",
        DirectiveMove.CONCLUDE: "办结",
        DirectiveMove.DISCARD: "作废",
        DirectiveMove.WITHDRAW: "撤回",
        DirectiveMove.REPEAL: "废止",
    },
    AssignmentState: {
        AssignmentState.ISSUED: "待签收",
        AssignmentState.SIGNED: "已签收",
        AssignmentState.ADOPTED: "已承接",
        AssignmentState.ACTED: "已行动",
        AssignmentState.REPORTED: "已报办结",
        AssignmentState.RETURNED: "已退回",
        AssignmentState.VERIFIED: "已核验",
        AssignmentState.EXEMPTED: "已免办",
        AssignmentState.WITHDRAWN: "已撤回",
        AssignmentState.REPEALED: "已废止",
        AssignmentState.MERGED: "已并办",
    },
    AssignmentMove: {
        AssignmentMove.SIGN: "签收",
        AssignmentMove.ADOPT: "承接",
        AssignmentMove.RESTORE: "改按要求承接",
        AssignmentMove.ACT: "登记进展",
        AssignmentMove.SPLIT: "分解",
        AssignmentMove.REPORT: "报办结",
        AssignmentMove.VERIFY: "核验",
        AssignmentMove.RETURN: "退回",
        AssignmentMove.SETTLE: "结算",
        AssignmentMove.ADJUST: "调整",
        AssignmentMove.EXEMPT: "免办",
        AssignmentMove.WITHDRAW: "撤回",
        AssignmentMove.REPEAL: "废止",
        AssignmentMove.MERGE: "并办",
    },
    CaseState: {
        CaseState.PROPOSED: "待处理",
        CaseState.ASKED: "待说明",
        CaseState.EXPLAINED: "已说明",
        CaseState.CONFIRMED: "已确认",
        CaseState.CLEARED: "已消除",
    },
    CaseMove: {
        CaseMove.ASK: "请单位说明",
        CaseMove.EXPLAIN: "说明",
        CaseMove.CONFIRM: "确认",
        CaseMove.CLEAR: "消除",
        CaseMove.LIFT: "撤销确认",
    },
    Indicator: {
        Indicator.INFORMATION: "传达",
        Indicator.COMPUTED: "自动统计",
        Indicator.NUMERIC: "数值",
        Indicator.MILESTONE: "节点",
        Indicator.REPORT_BACK: "书面回告",
    },
    ClauseKind: {
        ClauseKind.DUTY: "任务",
        ClauseKind.PROHIBITION: "禁止",
        ClauseKind.TARGET: "目标",
        ClauseKind.PERMISSION: "许可",
        ClauseKind.ATTITUDE: "态度",
    },
    Side: {Side.LEAD: "牵头", Side.SUPPORT: "配合"},
    Said: {Said.YES: "是", Said.NO: "否", Said.UNKNOWN: UNKNOWN, Said.NOT_ASKED: "不要求"},
    AccountState: {
        AccountState.UNUSED: "未启用",
        AccountState.NORMAL: "正常",
        AccountState.CLOSED: "停用",
        AccountState.TO_CHANGE: "要求改密",
    },
    Light: {
        Light.GREY: "未开始",
        Light.GREEN: "正常",
        Light.YELLOW: "临期",
        Light.RED: "逾期",
        Light.BLUE: "办结",
        Light.LATE: "逾期补办",
    },
}
"""The term of each member of an enum that pages show. The five kinds of deviation are not among them: see `term`."""

STAGES: Mapping[str, str] = {
    "issued": "已下达",
    "signed": "已签收",
    "adopted": "已承接",
    "acted": "有行动",
    "reported": "已报办结",
    "verified": "已核验",
    "effect": "见实效",
}
"""The stages of the funnel."""

ANSWERS: Mapping[str, str] = {
    **{stage: told for stage, told in STAGES.items() if stage != "issued"},
    "signed_in_time": "按时签收",
    "adopted_in_time": "按时承接",
    "acted_in_time": "按时行动",
}
"""What the gauges ask of an assignment."""

SAID: Mapping[str, Said] = {"yes": Said.YES, "no": Said.NO, "unknown": Said.UNKNOWN}
"""What a list can be narrowed to of an answer."""

INDICATORS: Mapping[str, str] = {
    **{kind.value: told for kind, told in WORDS[Indicator].items()},
    "figures": "数值和自动统计",
}
"""How something is measured, and figures of either kind together."""

NARROWED: Mapping[tuple[str, str], str] = {
    ("shortfall", "known"): "差额已知",
    ("shortfall", "none"): "没有差额",
    ("shortfall", "some"): "有差额",
    ("late", "known"): "是否准时已知",
    ("late", "none"): "准时完成",
    ("late", "some"): "晚于时限",
    ("open", "late"): "到期未报办结",
    ("open", "yes"): "在办",
    ("fact", "any"): "有待说明的事实",
    ("known", "no"): "情况还不能判定",
    ("confirmed", "any"): "经确认的偏差",
}
"""What else a list of assignments can be narrowed to, by parameter and value."""

OUTCOMES: Mapping[str, Mapping[str, str]] = {
    "adjust": {"accepted": "同意调整", "refused": "不同意调整"},
    "exempt": {"accepted": "同意免办", "refused": "不同意免办"},
    "report": {"accepted": "核验通过", "refused": "退回"},
    "explain": {"accepted": "采纳说明", "refused": "未采纳说明"},
}
"""What was decided on a reply, by its kind."""

SCOPES: Mapping[str, str] = {"": "全部", "branch-secretaries": "仅支部书记"}
"""Codes of those whom a clause covers."""

LEVELS: Mapping[int, str] = {1: "教育工委", 2: "学校党组织", 3: "所属支部", 4: "党小组"}

FAILURES: Mapping[int, str] = {
    400: "这个请求不完整，请返回上一页重新操作。",
    403: "您的岗位没有办理这件事的权限。",
    404: "没有这个页面，或者您看不到它。",
    409: "情况已经变了，请刷新页面后再办。",
    500: "系统出了问题，刚才的操作没有完成。请稍后再试。",
}
_IMPORTED_BY = {"posts": "安全管理员"}  # all else by the system administrator
HOST_UNKNOWN = "地址栏里的机器名或地址还没有登记，所以打不开。"
HOST_TO_ALLOW = "请管理员把它加进设置 GUANTONG_HOSTS（多个用逗号隔开），再重新启动 guantong serve。"


def imported_by(kind: str) -> str:
    """Who imports what is of a kind into a whole district."""
    return f"由{_IMPORTED_BY.get(kind, '系统管理员')}或工委党务干部导入"


def word(member: StrEnum) -> str:
    """The term of a member of an enum, e.g. AssignmentState.SIGNED → 已签收. Raises KeyError for what pages never show."""
    return WORDS[type(member)][member]


def choices(kind: type[StrEnum]) -> list[tuple[str, str]]:
    """Value and term of every member, for the choices of a form."""
    return [(member.value, term_) for member, term_ in WORDS[kind].items()]


def level(number: int) -> str:
    """What stands at a level of the tree, 1 at the top."""
    return LEVELS.get(number, f"第{number}级")


def fact(code: FactCode, mended_on: date | None = None) -> str:
    """A fact in neutral words; what came in late is called late, not missing."""
    return Fact(code, mended_on=mended_on).words


_SET_AGAINST: Mapping[FactCode, tuple[str, str]] = {
    FactCode.BREACH_FOUND: ("要求生效", "发现问题"),
    **dict.fromkeys((FactCode.LEFT_OUT, FactCode.SIGNED_LATE, FactCode.ADOPTED_LATE), ("期限", "实际")),
    FactCode.IDLE_AT_HALF_TIME: ("过半之日", "首次行动"),
    FactCode.DONE_BELOW: ("目标", "实际"),
}


def answered(answer: str, said: str) -> str:
    """An answer as a list is narrowed to it: 已签收, 未签收, 未能按时签收, 已签收：未知."""
    name = ANSWERS[answer]
    if SAID[said] is Said.YES:
        return name
    if SAID[said] is Said.UNKNOWN:
        return f"{name}：{UNKNOWN}"
    return f"未能{name}" if "按时" in name else f"未{name.removeprefix('已')}"


def against(fact: Fact) -> str:
    """What was asked and what was found, set against each other: （要求 90，承接 80）."""
    asked, found = _SET_AGAINST.get(fact.code, ("要求", "承接"))
    told = f"{asked} {_evidence(fact, fact.asked)}"
    return f"（{told}，{found} {_evidence(fact, fact.found)}）" if fact.found is not None else f"（{told}）"


def _evidence(fact: Fact, value: object) -> str:
    if fact.code is FactCode.SCOPE_CHANGED:
        return SCOPES.get(str(value), str(value))
    if fact.code is FactCode.INDICATOR_CHANGED and str(value) in {each.value for each in Indicator}:
        return word(Indicator(str(value)))
    return show(value).replace(">=", "≥").replace("<=", "≤")


def term(kind: Deviation, state: CaseState) -> str | None:
    """The term of political discipline; None unless a person has confirmed it."""
    return TERMS[kind] if state is CaseState.CONFIRMED else None


def show(value: object) -> str:
    """A fact as people write it: days, figures, and 未知 for what is not known."""
    if value is None:
        return UNKNOWN
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal | float | Fraction):
        return figure(value)
    if isinstance(value, StrEnum) and type(value) in WORDS:
        return word(value)
    return str(value)


def day(value: date | None) -> str:
    """2026年3月5日; empty for None. A moment gives its day in Shanghai."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(_HERE)
    return f"{value.year}年{value.month}月{value.day}日"


def date_of(value: datetime) -> date:
    """The day of a moment, in Shanghai."""
    return value.astimezone(_HERE).date()


def confirmed_term(kind: str) -> str:
    """The term of what a person confirmed, as it is stored; empty where nobody did."""
    return TERMS[Deviation(kind)] if kind else ""


def moment(value: datetime | None) -> str:
    """2026年3月5日 08:30, in Shanghai; empty for None."""
    return "" if value is None else f"{day(value)} {value.astimezone(_HERE):%H:%M}"


def figure(value: Decimal | Fraction | float | None, places: int = 2) -> str:
    """A figure without idle zeros: 90, 92.5, 33.33; 未知 for None."""
    if value is None:
        return UNKNOWN
    exact = (
        Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else Decimal(str(value))
    )
    told = f"{exact:.{places}f}"
    told = told.rstrip("0").rstrip(".") if "." in told else told
    return "0" if told == "-0" else told


def percent(value: Fraction | float | None, places: int = 1) -> str:
    """A share as a percentage: 0.925 → 92.5%; 未知 for None, never 0.

    Less than all is never rounded up to 100%, nor more than nothing down to 0%.
    """
    if value is None:
        return UNKNOWN
    told, least = figure(value * 100, places), Decimal(1).scaleb(-places)
    if told == "100" and value < 1:
        told = str(100 - least)
    if told == "0" and value > 0:
        return f"不足{least}%"
    return f"{told}%"


def share(value: Share) -> str:
    """A share with its three integers, as a bar shows it: 60%（12 / 20，另有 3 项未知）."""
    if not value.known:
        return f"{UNKNOWN}（共 {value.of} 项，都还不能判定）"
    unknown = f"，另有 {value.unknown} 项未知" if value.unknown else ""
    return f"{percent(value.value)}（{value.count} / {value.known}{unknown}）"


def bound(value: Bound | None) -> str:
    """A target as people write it: ≥ 90%, ≤ 3 件; empty for None."""
    if value is None:
        return ""
    unit = value.unit if value.is_rate or not value.unit else f" {value.unit}"
    return f"{value.op.sign} {figure(value.value)}{unit}"
