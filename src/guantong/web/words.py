"""The words of the screen: refusals as sentences, codes of the core as terms, days and figures as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from guantong.core.cases import TERMS
from guantong.core.deviation import Deviation, Fact, FactCode
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
from guantong.core.refusal import Refused
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

_MATTERS: Mapping[str, tuple[type[StrEnum], type[StrEnum], str]] = {
    "directive": (DirectiveState, DirectiveMove, "这件部署"),
    "assignment": (AssignmentState, AssignmentMove, "这项任务"),
    "computed assignment": (AssignmentState, AssignmentMove, "这项任务（自动统计）"),
    "deviation": (CaseState, CaseMove, "这条情况"),
}
_CODES: Mapping[tuple[str, str], type[StrEnum]] = {
    ("only_transmitted", "kind"): ClauseKind,
    ("not_asking", "indicator"): Indicator,
    ("directive_ended", "state"): DirectiveState,
}
"""Facts of a refusal that are codes, by the refusal's code and the fact's name."""

SENTENCES: Mapping[str, str] = {
    # moves
    "no_such_move": "{matter}现在是“{state}”，不能再“{move}”，可能刚刚有人办过。请看下面的最新情况。",
    # issuing
    "nothing_to_assign": "这份文件里没有可以交办的条款，只能传达，不能下达任务。",
    "only_transmitted": "“{kind}”类条款只能传达，不能作为任务下达。请把它改为“传达”。",
    "reason_missing": "请写明理由后再提交。",
    "consent_missing": "要求书面回告须经批准人同意。请先报批，或改用其他方式。",
    "due_missing": "“节点”类任务要有完成时间，请填写。",
    "due_past": "完成时间 {due} 已经过去，请改为今天或以后的日期。",
    "target_empty": "目标值没有约束作用，请填写大于 0 的数，或去掉目标。",
    "sign_limit_short": "签收期限只有 {days} 个工作日，至少要留 {least} 个工作日。请把签收期限往后改。",
    "limits_crossed": "承接期限 {adopt_by} 早于签收期限 {sign_by}，请把承接期限改到签收期限当天或以后。",
    "second_approval_missing": "有 {asking} 条要求单位办理，超过 {most} 条，须先经第二人批准。请先报批，或减少办理条款。",
    "second_approval_same_person": "批准人和下达人不能是同一个人，请由另一位负责人批准。",
    "no_clause": "还没有选条款，请至少选一条。",
    "no_organization": "还没有选单位，请至少选一个。",
    "clause_twice": "同一条款选了两次，请去掉重复的。",
    "organization_twice": "同一单位选了两次，请去掉重复的。",
    "not_below": "选中的单位不在本单位之下，不能向它下达。请重新选择。",
    # signing, adopting, acting, reporting, verifying
    "already_signed": "这件部署已在 {on} 签收，不用再签。",
    "not_of_receipt": "任务和签收单不是同一件部署、同一个单位的，请返回重新打开。",
    "not_asking": "承接方式不能是“{indicator}”，请选择一种要办理的方式。",
    "day_ahead": "日期 {day} 还没有到，请填今天（{today}）或以前的日期。",
    "parts_open": "还有 {open} 个下级部分没有核验，全部核验后才能报办结。",
    "figure_of_other_kind": "目标单位是“{unit}”：比率要同时填分子和分母，数量只填一个数。请改正后再报。",
    "judgement_missing": "书面回告要给出核验结论，请选择“达到”或“未达到”。",
    "indicator_fixed": "自动统计与需要办理的任务不能互改，也不能改为只传达。请另行免办或撤回。",
    "only_guided": "该单位只受本单位业务指导，不能由本单位免办。请与其上级党组织联系。",
    "not_the_same": "只能并入同一单位另一项还在办理的任务，请重新选择。",
    "still_open": "还有 {open} 项任务没有办结，暂不能办结这件部署。",
    "target_not_a_number": "目标值应是 0 到 10 亿之间的数，最多四位小数，请改正。",
    "directive_ended": "这件部署{state}，不再办理。",
    "text_long": "内容有 {length} 个字，最多 {most} 个字，请精简。",
    "reply_waits": "同类申请已经提交，正在等待答复，不能重复提交。",
    # splitting
    "no_part": "还没有选分解对象，请至少选一个。",
    "part_twice": "同一对象分了两次，请去掉重复的。",
    "owner_missing": "分给本单位内部的部分要指定责任人，请补上。",
    "part_later": "分解的完成时间 {due} 晚于要求的 {asked}，请改早。",
    "target_missing": "有 {parts} 个部分没有填目标，请补齐，或全部不填。",
    "target_other": "各部分目标的单位应与原目标一致（{unit}），请改正。",
    "parts_below_target": "各部分合起来达不到原目标（{op} {target}），请调整。",
    # cases
    "explain_limit_short": "说明期限只有 {days} 个工作日，至少要留 {least} 个工作日。",
    "still_time_to_explain": "单位的说明期限到 {until}，期满后才能确认。",
    "put_right": "“{fact}”已在期限内改正，不能再确认。请看下面的最新情况。",
    # organizations and the calendar
    "calendar_unpublished": "{year} 年的放假安排还没有随软件发布，请按公布的通知手工录入。",
    "below_itself": "不能把单位并入或移到它自己或它的下级。请另选单位。",
    "other_district": "两个单位不在同一个区，不能移动或合并。",
    "tree_full": "这个单位下面不能再增加单位了，请换一个上级单位。",
    "still_parent": "它下面还有 {children} 个单位，请先移走或撤销。",
    "organization_closed": "这个单位已在 {on} 撤销，不能再改。",
    "name_taken": "同一上级下已有同名单位，请换一个名称。",
    # accounts
    "account_name_taken": "这个账号名已有人使用，请换一个。",
    "account_held": "这个人已有账号，不能再建。",
    "password_wrong": "原密码不对，请重新输入。",
    "password_short": "新密码太短，至少 {least} 个字符。",
    "password_common": "新密码太常见，容易被猜到，请换一个。",
    "password_same": "新密码要与原密码、账号名都不同，请换一个。",
}
"""A sentence for every code of refusal: what is the matter, and what to do. Fields are facts of the refusal."""

STALE = frozenset(
    {
        "no_such_move",
        "already_signed",
        "put_right",
        "organization_closed",
        "still_open",
        "parts_open",
        "account_held",
        "directive_ended",
        "reply_waits",
    }
)
"""Codes that mean: the state is no longer what the sender saw, or not yet what the step needs (HTTP 409)."""

FAILURES: Mapping[int, str] = {
    400: "这个请求不完整，请返回上一页重新操作。",
    403: "您的岗位没有办理这件事的权限。",
    404: "没有这个页面，或者您看不到它。",
    409: "情况已经变了，请刷新页面后再办。",
    500: "系统出了问题，刚才的操作没有完成。请稍后再试。",
}


def sentence(refused: Refused) -> str:
    """A refusal as one Chinese sentence. Raises KeyError for a code that has none; a test keeps that from happening."""
    matter = _MATTERS.get(str(refused.facts.get("matter", "")))
    told = {name: _fact(refused.code, name, value, matter) for name, value in refused.facts.items()}
    return SENTENCES[refused.code].format(**told)


def _fact(
    code: str, name: str, value: object, matter: tuple[type[StrEnum], type[StrEnum], str] | None
) -> str:
    if matter is not None and name in ("matter", "state", "move"):
        states, moves, called = matter
        return {
            "matter": lambda: called,
            "state": lambda: word(states(str(value))),
            "move": lambda: word(moves(str(value))),
        }[name]()
    if (kind := _CODES.get((code, name))) is not None:
        return word(kind(str(value)))
    if name == "fact":
        return fact(FactCode(str(value)))
    if name == "op":
        return {">=": "≥", "<=": "≤"}.get(str(value), str(value))
    return show(value)


def word(member: StrEnum) -> str:
    """The term of a member of an enum, e.g. AssignmentState.SIGNED → 已签收. Raises KeyError for what pages never show."""
    return WORDS[type(member)][member]


def choices(kind: type[StrEnum]) -> list[tuple[str, str]]:
    """Value and term of every member, for the choices of a form."""
    return [(member.value, term_) for member, term_ in WORDS[kind].items()]


def fact(code: FactCode, mended_on: date | None = None) -> str:
    """A fact in neutral words; what came in late is called late, not missing."""
    return Fact(code, mended_on=mended_on).words


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
    """A share as a percentage: 0.925 → 92.5%; 未知 for None, never 0."""
    return UNKNOWN if value is None else f"{figure(value * 100, places)}%"


def bound(value: Bound | None) -> str:
    """A target as people write it: ≥ 90%, ≤ 3 件; empty for None."""
    if value is None:
        return ""
    unit = value.unit if value.is_rate or not value.unit else f" {value.unit}"
    return f"{value.op.sign} {figure(value.value)}{unit}"
