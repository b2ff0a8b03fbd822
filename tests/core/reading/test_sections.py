"""What a heading tells about the sentences below it."""

from __future__ import annotations

import pytest
from make_readings import read_all

from guantong.core.reading.sections import Section, classify

PRINCIPLE = "要坚持问题导向，各校都要把学生放在首位。"
GOAL = "校园安全事故持续减少。"


@pytest.mark.parametrize("title", ["指导思想", "基本原则", "工作原则", "总体要求", "总体思路"])
def test_guiding_thought_obliges_nobody(title: str) -> None:
    assert classify(title) is Section.PRINCIPLES
    assert read_all(f"一、{title}", PRINCIPLE, "二、工作措施", "各校要建账。")[0].text == "各校要建账。"


@pytest.mark.parametrize("title", ["工作目标", "总体目标", "目标任务", "主要指标", "预期目标"])
def test_goals_oblige_where_they_can_be_measured(title: str) -> None:
    if title != "主要指标":
        assert classify(title) is Section.GOALS
    clauses = read_all(
        f"一、{title}", GOAL + "到2027年底，达标学校占比达到90%以上。", "二、工作措施", "各校要建账。"
    )
    assert [c.text for c in clauses][-2:] == ["到2027年底，达标学校占比达到90%以上。", "各校要建账。"]


@pytest.mark.parametrize(
    "title", ["2025年工作回顾", "存在的问题", "主要成效", "基本情况", "检查情况", "重要意义"]
)
def test_an_account_obliges_nobody(title: str) -> None:
    assert classify(title) is Section.ACCOUNT
    assert (
        read_all(f"一、{title}", "部分学校台账不全，需要整改。", "二、工作措施", "各校要建账。")[0].text
        == "各校要建账。"
    )


@pytest.mark.parametrize(
    "title",
    [
        "主要任务",
        "工作措施",
        "保障措施",
        "工作要求",
        "重点工作",
        "目标和任务",
        "充分认识重要意义",
        "坚持目标导向",
        "坚持问题导向，整改存在的问题",
    ],
)
def test_other_headings_open_orders(title: str) -> None:
    assert classify(title) is Section.ORDERS
    assert "各校要建账。" in [
        c.text for c in read_all(f"一、{title}", "各校要建账。", "二、其他", "各校要报告。")
    ]


def test_what_a_heading_says_holds_for_all_below_it() -> None:
    clauses = read_all(
        "一、基本原则",
        "（一）坚持公开。各校都要公开透明。",
        "（二）坚持便民。要方便家长。",
        "二、措施",
        "各校要建账。",
    )
    assert [c.text for c in clauses] == ["各校要建账。"]


def test_it_ends_with_the_next_heading_of_its_level() -> None:
    clauses = read_all("一、指导思想", PRINCIPLE, "二、主要任务", "（一）抓账目。各校要建账。")
    assert [c.path for c in clauses] == [("二", "(一)")]
