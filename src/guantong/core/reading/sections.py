"""What a heading tells about the sentences under it: orders, goals, or nothing that obliges."""

from __future__ import annotations

import re
from enum import Enum


class Section(Enum):
    """How sentences under a heading are taken."""

    ORDERS = "orders"
    GOALS = "goals"  # only what carries a measurable target or a due time obliges
    PRINCIPLES = "principles"  # guiding thought: obliges nobody in particular
    ACCOUNT = "account"  # past work, findings, analysis


_ACCOUNT = re.compile(
    r"工作回顾|总体情况|基本情况|检查情况|(?:存在|主要)(?:的)?问题|问题隐患|(?:主要|取得的?)成(?:绩|效)|"
    r"主要做法|工作总结|形势(?:分析|判断)?$|"
    r"体会$|回顾$|重点危险区的判定|防御区的确定|重要意义$|背景$|名词解释|^附则|^[^，。]{0,6}(?:条件|时间|地点|对象|联系人|联系方式|电话|附件)$"
)
_PRINCIPLES = re.compile(r"指导思想|(?:基本|工作|主要)?原则|总体(?:要求|思路)|总要求|指导方针")
_CALL = re.compile(r"(?:充分|深刻|切实|进一步)?(?:认识|提高|统一|坚持|把握)")
_TASKS = re.compile(r"[和及与、](?:主要)?(?:任务|措施)")
_GOALS = re.compile(
    r"(?:总体|主要|工作|发展|具体|预期|防控|目标)(?:目标|指标)|目标(?:任务|要求)?$|^目标(?!和|及)|(?:预期|具体)指标"
)


def classify(title: str) -> Section:
    """The section a heading opens; a heading without a telling word opens orders."""
    if len(title) <= 24 and not _CALL.match(title):
        if _ACCOUNT.search(title):
            return Section.ACCOUNT
        if _GOALS.search(title) and not _TASKS.search(title):
            return Section.GOALS
        if _PRINCIPLES.search(title):
            return Section.PRINCIPLES
    return Section.ORDERS
