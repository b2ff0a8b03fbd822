"""Readings and played years as tables for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from guantong.console import harmless, percent, table, terminal_columns, wrap
from guantong.core.cases import TERMS
from guantong.core.chain import Fault, Finding
from guantong.core.deviation import Fact
from guantong.core.reading.types import Block, BlockKind, Clause, ClauseKind, Deadline, Reading
from guantong.core.rulebook import institutions

if TYPE_CHECKING:
    from guantong.analytics.gauges import Gauges
    from guantong.core.figures import Share
    from guantong.example.telling import Told

FAULTS = {
    Fault.GAP: "序号断开或重复",
    Fault.BROKEN: "与前一条不相接",
    Fault.CHANGED: "内容被改动",
    Fault.HEAD: "末尾与链头不符",
    Fault.PAST: "与以前存下的链头不符",
}
KINDS = {
    ClauseKind.DUTY: "任务",
    ClauseKind.PROHIBITION: "禁止",
    ClauseKind.TARGET: "目标",
    ClauseKind.PERMISSION: "许可",
    ClauseKind.ATTITUDE: "态度",
}
REASONS = {
    "site-header": "网站页眉",
    "site-footer": "网站页脚",
    "share-bar": "分享栏",
    "running-head": "页眉",
    "running-foot": "页脚",
    "watermark": "水印",
    "image-page": "图像页，没有文字",
    "markup": "网页标记",
    "page-number": "页码",
    "contents": "目录",
    "trial-cut": "试读截断",
    "advertisement": "广告",
    "copyright-notice": "版权声明",
    "masked": "屏蔽字符",
}
STAGES = {
    "issued": "已下达",
    "signed": "已签收",
    "adopted": "已承接",
    "acted": "有行动",
    "reported": "已报办结",
    "verified": "已核实",
    "effect": "见实效",
}
INDICATORS = {
    "computed": "自动计算",
    "numeric": "数值",
    "milestone": "节点",
    "report-back": "书面反馈",
    "information": "传达",
}
LEVELS = {1: "教育工委", 2: "学校党组织", 3: "所属支部"}
_EXCERPT = 60


def reading_json(reading: Reading, sha256: str) -> str:
    """The reading in the one shape that programs rely on; offsets index the decoded text."""
    return json.dumps(
        {
            "title": reading.title,
            "sha256": sha256,
            "date": _iso(reading.date),
            "blocks": [_plain(block) for block in reading.blocks],
            "furniture": [asdict(piece) for piece in reading.furniture],
            "outline": [asdict(heading) for heading in reading.outline],
            "clauses": [_clause(clause) for clause in reading.clauses],
        },
        ensure_ascii=False,
    )


def _plain(block: Block) -> dict[str, Any]:
    return {"start": block.start, "end": block.end, "kind": block.kind.value}


def _clause(clause: Clause) -> dict[str, Any]:
    plain = asdict(clause)
    plain["kind"] = clause.kind.value
    plain["deadline"] = _deadline(clause.deadline)
    plain["targets"] = [{**asdict(t), "op": t.op.value} for t in clause.targets]
    return plain


def _deadline(deadline: Deadline | None) -> dict[str, Any] | None:
    if deadline is None:
        return None
    return {"text": deadline.text, "date": _iso(deadline.date), "rule": deadline.rule}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def reading_tables(reading: Reading) -> str:
    """Title, outline, clauses and what was cut, for the terminal."""
    parts = [f"《{reading.title}》" if reading.title else "（未见标题）"]
    parts.append(f"成文日期：{_iso(reading.date) or '未见'}    条款：{_counted(reading)}")
    nodes = [heading for heading in reading.outline if heading.level]
    if nodes:
        rows = [("  " * (node.level - 1) + node.marker, node.title) for node in nodes]
        parts.append("提纲\n" + table(("序号", "标题"), rows))
    if reading.clauses:
        parts.append("条款\n" + _clauses(reading.clauses))
    cut = [(REASONS.get(f.reason, f.reason), reading.text[f.start : f.end]) for f in reading.furniture]
    cut += [
        ("表格，未拆成条款", reading.text[b.start : b.end])
        for b in reading.blocks
        if b.kind is BlockKind.TABLE
    ]
    if cut:
        rows = [(reason, _excerpt(text)) for reason, text in cut]
        parts.append("未作正文的部分（逐处列出）\n" + table(("原因", "内容"), rows))
    return "\n\n".join(parts)


def _clauses(clauses: Sequence[Clause]) -> str:
    """A table where the terminal is wide enough, else a card for each clause; columns that say nothing are left out."""
    rows = list(_rows(clauses))
    used = [i for i in range(len(_HEADERS)) if i < _ALWAYS or any(row[i] for row in rows)]
    headers, rows = [_HEADERS[i] for i in used], [tuple(row[i] for i in used) for row in rows]
    if terminal_columns() >= _WIDE_ENOUGH:
        return table(headers, rows, main=_TEXT)
    cards = []
    for number, path, kind, text, *rest in rows:
        told = [f"{header}：{cell}" for header, cell in zip(headers[_ALWAYS:], rest, strict=True) if cell]
        cards.append(
            "\n".join(
                [harmless(f"{number}  {path}  {kind}"), *wrap(harmless(text), terminal_columns() - 2), *told]
            )
        )
    return "\n\n".join(cards)


_HEADERS = ("条款", "位置", "类别", "条款原文", "牵头", "配合", "时限", "目标", "制度")
_ALWAYS, _TEXT = 4, 3
_WIDE_ENOUGH = 110


def _counted(reading: Reading) -> str:
    counts = {kind: sum(1 for c in reading.clauses if c.kind is kind) for kind in ClauseKind}
    return "、".join(f"{KINDS[kind]} {count}" for kind, count in counts.items() if count) or "0"


def _rows(clauses: Sequence[Clause]) -> Iterator[tuple[str, ...]]:
    names = {each.id: each.name for each in institutions()}
    for clause in clauses:
        yield (
            clause.id,
            "·".join(clause.path),
            KINDS[clause.kind],
            clause.text,
            "、".join(clause.lead_units),
            "、".join(clause.support_units),
            _due(clause.deadline),
            "；".join(f"{t.text}（{t.op.sign}）" for t in clause.targets),
            "、".join(names[i] for i in clause.institutions),
        )


def _due(deadline: Deadline | None) -> str:
    if deadline is None:
        return ""
    return deadline.text + (f"（{deadline.date}）" if deadline.date else "")


def _excerpt(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _EXCERPT else text[:_EXCERPT] + "……"


def demo_tables(told: Told, gauges: Gauges) -> str:
    """What was asked, the funnel, the three gauges and what the issuer had to set, for the terminal."""
    approval = "（超过10条，已经二次批准）" if told.second_approval else ""
    computed = len(told.asked) - told.asking
    assignments = gauges.funnel[0].share.of
    head = (
        f"演示：{told.title or '（未见标题）'}\n{told.note}\n"
        f"读出条款 {told.clauses} 条：{told.asking} 条要学校回应{approval}，{computed} 条由已有记录计算、不用填报，其余只作传达；"
        f"{told.issued_on} 下达，形成任务项 {assignments} 项，统计至 {told.as_of}。"
    )
    asked = [(a.clause_id, INDICATORS[a.indicator], a.text, a.target, a.due) for a in told.asked]
    return "\n\n".join(
        [
            head,
            "有要求的条款\n" + table(("条款", "方式", "原文", "目标", "时限"), asked, main=2),
            "落实漏斗\n" + _funnel(gauges),
            "偏差（两个数从不相加；未经确认的只是待说明的事实）\n" + _deviation(gauges),
            "温差（逐级按时的比例与留给下级的工作日）\n" + _attenuation(gauges),
            "落差（到期时目标与实际之差）\n" + _shortfall(gauges),
            "下达单位自行设定的目标、时限、单位（文件没有写明，或写了而未列入）\n"
            + table(
                ("条款", "设定了", "值", "文件原话"),
                [(s.clause_id, _SET[s.what], s.value, s.said) for s in told.set_by_issuer],
            ),
        ]
    )


def account_table(accounts: Sequence[Sequence[str]]) -> str:
    """Who can sign in to the demo: who, organization, account, password."""
    return "可以登录的账号（口令每次重建都不同）\n" + table(("身份", "单位", "账号", "口令"), accounts)


_SET = {"target": "目标", "date": "时限", "unit": "责任单位"}


def _funnel(gauges: Gauges) -> str:
    columns = [gauges.funnel, *gauges.by_level.values()]
    headers = ("环节", "全部", *(LEVELS.get(level, f"第{level}级") for level in gauges.by_level), "已知情况")
    rows = [
        (
            STAGES[steps[0].stage],
            *(_share(step.share) for step in steps),
            f"{steps[0].share.known}/{steps[0].share.of}",
        )
        for steps in zip(*columns, strict=True)
    ]
    return (
        table(headers, rows)
        + "\n自动计算的任务项不经承接、报办结和核实，各环节的基数因此不同，见末列（已知/应有）。"
    )


def _share(share: Share) -> str:
    return f"{share.count}（{percent(share.value)}）"


def _deviation(gauges: Gauges) -> str:
    gauge = gauges.deviation
    facts = [("待说明", Fact(code).words, count) for code, count in gauge.facts.items()]
    confirmed = [("经确认", TERMS[kind], count) for kind, count in gauge.confirmed.items() if count]
    rows = [*facts, *confirmed] or [("—", "没有", 0)]
    return table(("", "事实或认定", "任务项"), rows) + f"\n情况已知 {gauge.known} 项，共 {gauge.of} 项。"


def _attenuation(gauges: Gauges) -> str:
    headers = ("层级", "按时签收", "按时承接", "按时行动", "各级停留", "上级已用", "留给本级")
    rows = [
        (
            LEVELS.get(heat.level, f"第{heat.level}级"),
            *(_known(share) for share in (heat.signed, heat.adopted, heat.acted)),
            *(_days(days) for days in (heat.kept_median, heat.used_median, heat.left_median)),
        )
        for heat in gauges.attenuation
    ]
    falls = "；".join(
        f"{LEVELS.get(d.above)}→{LEVELS.get(d.below)}：签收 {_points(d.signed)}、承接 {_points(d.adopted)}、行动 {_points(d.acted)}"
        for d in gauges.drops
    )
    return table(headers, rows) + (f"\n逐级衰减（百分点，负数表示下一级更高）：{falls}" if falls else "")


def _known(share: Share) -> str:
    return "—" if not share.known else f"{percent(share.value)}（{share.known}/{share.of}）"


def _days(value: float | None, unit: str = "个工作日") -> str:
    return "—" if value is None else f"{value:g} {unit}"


def _points(value: float | None) -> str:
    return "—" if value is None else f"{value * 100:+.1f}"


def _shortfall(gauges: Gauges) -> str:
    gauge = gauges.shortfall
    rows = [
        ("数值：平均差额", percent(gauge.value), f"{gauge.known}/{gauge.of}"),
        ("节点：准时", percent(gauge.in_time.value), f"{gauge.in_time.known}/{gauge.in_time.of}"),
        ("节点：晚的天数（中位）", _days(gauge.late_median, "天"), ""),
        ("书面反馈：审核认为见效", percent(gauge.judged.value), f"{gauge.judged.known}/{gauge.judged.of}"),
    ]
    return table(("", "结果", "已知/全部"), rows)


def fault_lines(findings: Sequence[Finding]) -> list[str]:
    """One line for each chain that is not whole, with its first bad row."""
    return [f"链 {f.chain} 第 {f.sequence} 条：{FAULTS[f.fault]}。" for f in findings]
