"""What holds for every reading of any text, and texts to try it on."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from hypothesis import strategies as st

from guantong.core.reading import BlockKind, Clause, Heading, Reading, read

WORDS = """
第一方面 第二部分 第一， 第二章 第三条 一、 二、 （一） （二） (三) 1. 2、 ３． （1） ① ② 一要 二要 三是 —— - ● 附件： 1.1 ## **
各学校 各校党组织 组织科 大家 我们 要 必须 不得 严禁 可以 鼓励 建立台账 开展排查 坚持 会同 牵头 负责 配合 由 请 对 在 应
6月底前 年底前 每季度 2026年3月5日 到2027年 印发之日起30日内 不低于40% 新增12个 全覆盖 不发生事故 三会一课 主题党日
《管理办法》 《〈章程〉办法》 （组织科牵头，各学校配合） （责任单位：组织科） 责任单位： 完成时限： ，下同 排在第一位
标题： 发布日期： 打印本页 试读结束 扫一扫 *** 序号 备注 文件 通知 方案 讲话 同志们： 指导思想 工作目标
"""
MARKS = "，。；：！？、“”‘’（）()《》〈〉—…·%％ \u3000\t\n\r\u200b\ufeff\u00ad\u2028\x00é"
PIECES = [*WORDS.split(), *MARKS, "\n\n", "。\n", "\r\n"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)
ANY = st.text(max_size=80)


def check(text: str) -> Reading:
    """Read `text` and check everything that must hold for every reading."""
    reading = read(text)
    assert reading.text == text
    _check_blocks(reading)
    _check_outline(reading)
    _check_clauses(reading)
    for piece in reading.furniture:
        assert 0 <= piece.start < piece.end <= len(text)
        assert piece.reason
    return reading


def _check_blocks(reading: Reading) -> None:
    position = 0
    for block in reading.blocks:
        assert block.start == position < block.end
        position = block.end
    assert position == len(reading.text)


def _check_outline(reading: Reading) -> None:
    nodes = [node for node in reading.outline if node.level]
    assert [node.level for node in reading.outline][: len(reading.outline) - len(nodes)] in ([], [0])
    assert [node.start for node in nodes] == sorted(node.start for node in nodes)
    assert all(b.level <= a.level + 1 for a, b in pairwise(nodes))
    assert not nodes or nodes[0].level == 1
    for node in nodes:
        assert 0 <= node.start <= node.end <= len(reading.text)
        assert node.title == reading.text[node.start : node.end]


def _check_clauses(reading: Reading) -> None:
    ids = Counter([c.id for c in reading.clauses] + [h.id for h in reading.outline])
    assert not ids or max(ids.values()) == 1
    above = _ancestors(reading.outline)
    end = 0
    for clause in reading.clauses:
        assert end <= clause.start < clause.end <= len(reading.text)
        assert clause.text == reading.text[clause.start : clause.end]
        assert clause.text == clause.text.strip("\n")
        assert len(clause.path) == (len(above[clause.outline_id]) if clause.outline_id else 0)
        end = clause.end
        _check_fields(clause)
    clause_blocks = {(b.start, b.end) for b in reading.blocks if b.kind is BlockKind.CLAUSE}
    assert clause_blocks == {(c.start, c.end) for c in reading.clauses}


def _ancestors(outline: tuple[Heading, ...]) -> dict[str | None, list[str]]:
    above: dict[str | None, list[str]] = {}
    stack: list[str] = []
    for node in outline:
        if node.level:
            stack = [*stack[: node.level - 1], node.id]
            above[node.id] = stack
    return above


def _check_fields(clause: Clause) -> None:
    for names in (
        clause.subjects,
        clause.lead_units,
        clause.support_units,
        clause.cites,
        clause.institutions,
    ):
        assert all(names)
        assert len(set(names)) == len(names)
    if clause.deadline:
        assert clause.deadline.text
    for target in clause.targets:
        assert target.text


@st.composite
def mutations(draw: st.DrawFn, text: str) -> str:
    """A document with slices deleted, inserted, doubled, moved, or without its line ends."""
    for _ in range(draw(st.integers(1, 4))):
        a, b = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        b = min(b, a + draw(st.integers(0, 200)))
        kind = draw(st.sampled_from(["delete", "insert", "double", "move", "join", "wrap"]))
        if kind == "delete":
            text = text[:a] + text[b:]
        elif kind == "insert":
            text = text[:a] + draw(TEXTS) + text[a:]
        elif kind == "double":
            text = text[:b] + text[a:b] + text[b:]
        elif kind == "move":
            text = text[a:b] + text[:a] + text[b:]
        elif kind == "join":
            text = text[:a] + text[a:].replace("\n", "")
        else:
            text = text[:a] + "\n" + text[a:]
    return text
