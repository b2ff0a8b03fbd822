"""Clauses and readings for tests of the example: one of each kind of asking."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from guantong.core.reading.types import Clause, ClauseKind, Deadline, Operator, Reading, Target

DATED = date(2026, 3, 5)
ISSUED = date(2026, 3, 11)


def make_clause(number: int, kind: ClauseKind = ClauseKind.DUTY, text: str = "") -> Clause:
    text = text or f"各学校要把第{number}件事办好。"
    return Clause(f"c{number}", None, (), text, 0, len(text), kind, subjects=("各学校",))


def make_reading(*clauses: Clause, dated: date | None = DATED) -> Reading:
    return Reading("", "示例文件", dated, (), (), (), clauses)


ATTITUDE = make_clause(1, ClauseKind.ATTITUDE)
PERMISSION = make_clause(2, ClauseKind.PERMISSION)
PROHIBITION = make_clause(3, ClauseKind.PROHIBITION)
INSTITUTION = replace(make_clause(4), institutions=("theme-party-day",))
RATE = replace(make_clause(5), targets=(Target("不低于90%", Operator.AT_LEAST, 90.0, "%"),))
COUNT = replace(
    make_clause(6),
    targets=(Target("新增12个", Operator.AT_LEAST, 12.0, "个"),),
    deadline=Deadline("9月底前", date(2026, 9, 30), None),
)
DATE = replace(make_clause(7), deadline=Deadline("6月底前", date(2026, 6, 30), None))
RECURRING = replace(make_clause(8), deadline=Deadline("每季度", None, "quarterly"))
NAMELESS = replace(make_clause(9), subjects=(), lead_units=("教研室",))
MIXED = (ATTITUDE, PERMISSION, PROHIBITION, INSTITUTION, RATE, COUNT, DATE, RECURRING, NAMELESS)
