"""Which markers are believed, and which only look like one."""

from __future__ import annotations

import pytest
from make_readings import make_plan, nodes_of, outline_of

from guantong.core.reading import read


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("第一方面：", "第二方面：", id="part"),
        pytest.param("第一部分 ", "第二部分 ", id="part with a blank"),
        pytest.param("第一章 ", "第二章 ", id="chapter"),
        pytest.param("第一条 ", "第二条 ", id="article"),
        pytest.param("第一，", "第二，", id="first, second"),
        pytest.param("第一、", "第二、", id="first and second with 、"),
        pytest.param("一、", "二、", id="Chinese number"),
        pytest.param("（一）", "（二）", id="Chinese number in brackets"),
        pytest.param("(一)", "(二)", id="in narrow brackets"),
        pytest.param("1.", "2.", id="figure and full stop"),
        pytest.param("1、", "2、", id="figure and 、"),
        pytest.param("１．", "２．", id="full-width figure"),
        pytest.param("1）", "2）", id="figure and bracket"),
        pytest.param("（1）", "（2）", id="figure in brackets"),
        pytest.param("(1)", "(2)", id="figure in narrow brackets"),
        pytest.param("①", "②", id="circled"),
        pytest.param("一要", "二要", id="一要"),
        pytest.param("一是", "二是", id="一是"),
        pytest.param("——", "——", id="dash"),
        pytest.param("一、\t", "二、\t", id="tab behind the number"),
        pytest.param("（一） ", "（二） ", id="blank behind the bracket"),
        pytest.param("## 一、", "## 二、", id="Markdown heading"),
    ],
)
def test_every_style_opens_a_list(first: str, second: str) -> None:
    text = make_plan(f"{first}开展课堂调研。", f"{second}完善评价办法。")
    shown = [(1, mark.strip("# ：，\t")) for mark in (first, second)]
    assert [(level, marker.strip("：，")) for level, marker in nodes_of(text)] == shown
    assert [title for _, _, title in outline_of(text)] == ["开展课堂调研", "完善评价办法"]


def test_the_marker_is_given_as_written() -> None:
    assert nodes_of(make_plan("１．各校要开展调研。", "２．各校要完善办法。")) == [(1, "１．"), (1, "２．")]


def test_lists_reach_beyond_ten() -> None:
    numbers = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
    text = make_plan(*(f"{n}、各校要开展调研。" for n in numbers))
    assert nodes_of(text) == [(1, f"{n}、") for n in numbers]


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("各校一要求就落实，不等不靠。", id="一要求"),
        pytest.param("一要求就落实，不等不靠。", id="一要求 at the start"),
        pytest.param("二要素齐全的方案要先行上报。", id="二要素"),
        pytest.param("一是否达标、二是否整改要逐校核对。", id="一是否"),
        pytest.param("第一书记要每月到校走访。", id="第一书记"),
        pytest.param("第一时间要报告突发情况。", id="第一时间"),
        pytest.param("第三方评估要客观公正。", id="第三方"),
        pytest.param("3.29日前各校要报送名单。", id="a day written 3.29"),
        pytest.param("各校要按1.5倍标准配备器材。", id="decimal"),
        pytest.param("2026.3.1前各校要报送名单。", id="a date with full stops"),
        pytest.param("各校要抓好第一、二学期的衔接。", id="第一、二学期"),
        pytest.param("各校要组织一、二、三年级开展活动。", id="grades in a row"),
        pytest.param("各校要做到“一要勤、二要细”，不留死角。", id="inside quotation marks"),
        pytest.param("各校要开课。二、三年级要开设书法课。", id="grades that open a sentence"),
        pytest.param("各校（一）区的校舍要先行检修。", id="a bracket inside a sentence"),
        pytest.param("各校要用好10、11月份的时间。", id="months"),
        pytest.param("各校——特别是民办学校——要规范收费。", id="dashes inside a sentence"),
    ],
)
def test_false_friends_open_nothing(sentence: str) -> None:
    assert nodes_of(make_plan("一、重点工作", sentence, "二、工作要求", "各校要报告。")) == [
        (1, "一、"),
        (1, "二、"),
    ]


@pytest.mark.parametrize(
    "attached",
    [
        pytest.param(["附件：1.自查表", "2.汇总表", "3.整改台账"], id="first behind the word"),
        pytest.param(["附件: 1.自查表", "2.汇总表"], id="narrow colon and blank"),
        pytest.param(["附件：1．自查表", "      2．汇总表"], id="indented"),
        pytest.param(["附件：", "1.自查表", "2.汇总表"], id="below the word"),
    ],
)
def test_a_list_of_attachments_is_no_outline(attached: list[str]) -> None:
    text = make_plan("一、各校要完成排查。", "二、各校要上报结果。", *attached, "云岫区教育局")
    assert nodes_of(text) == [(1, "一、"), (1, "二、")]


def test_rows_of_a_flattened_table_are_no_outline() -> None:
    row = "附件：云岫区任务表 序号 项目 责任单位 完成时限 1、食堂 后勤科 5月底 2、宿舍 后勤科 6月底"
    assert nodes_of(make_plan("一、各校要完成排查。", "二、各校要上报结果。", row)) == [
        (1, "一、"),
        (1, "二、"),
    ]


class TestInsideAParagraph:
    """A list that runs on inside a paragraph is believed where its second entry is in sight."""

    def test_headings_run_on(self) -> None:
        text = make_plan("一、抓支部", "一要抓好学习。各校要每月学习。二要抓好纪律。各校要每周点评。")
        assert outline_of(text)[1:] == [(2, "一要", "抓好学习"), (2, "二要", "抓好纪律")]

    def test_entries_parted_by_semicolons(self) -> None:
        text = make_plan("一、抓支部", "一是各校要制定计划；二是各校要落实经费；三是各校要通报结果。")
        assert nodes_of(text) == [(1, "一、"), (2, "一是"), (2, "二是"), (2, "三是")]

    def test_entries_parted_by_commas(self) -> None:
        text = make_plan("一、抓支部", "一要带头学习，二要带头调研，三要带头整改。")
        assert nodes_of(text) == [(1, "一、"), (2, "一要"), (2, "二要"), (2, "三要")]

    def test_figures_in_brackets(self) -> None:
        text = make_plan("一、抓支部", "各校要做到：（1）制定计划；（2）落实经费；（3）通报结果。")
        assert nodes_of(text) == [(1, "一、"), (2, "（1）"), (2, "（2）"), (2, "（3）")]

    def test_circled_figures(self) -> None:
        text = make_plan("一、抓支部", "各校要做到：①制定计划；②落实经费。")
        assert nodes_of(text) == [(1, "一、"), (2, "①"), (2, "②")]

    def test_one_alone_is_text(self) -> None:
        text = make_plan("一、抓支部", "各校要抓紧整改。一是时间紧。各校要倒排工期。")
        assert nodes_of(text) == [(1, "一、")]

    def test_two_lists_in_one_paragraph_are_siblings(self) -> None:
        text = make_plan(
            "一、抓支部", "一是各校要学习；二是各校要研讨。在此基础上，一是各校要整改；二是各校要报告。"
        )
        assert nodes_of(text) == [(1, "一、"), (2, "一是"), (2, "二是"), (2, "一是"), (2, "二是")]

    def test_parts_of_a_document_without_line_ends(self) -> None:
        text = (
            "第一方面：把准方向。一要扛牢责任。各学校要开会。二要严守规矩。各学校不得瞒报。"
            "第二方面：建强组织。一要抓好支部。各支部要开会。二要抓好队伍。各位书记要整改到位。"
        )
        assert [level for level, _ in nodes_of(text)] == [1, 2, 2, 1, 2, 2]

    def test_a_document_without_line_ends(self) -> None:
        text = "一、学习内容（一）各校要原文学习。（二）各支部要开展研讨。二、工作要求1.各校要做好记录。2.局机关要加强督查。"
        assert nodes_of(text) == [
            (1, "一、"),
            (2, "（一）"),
            (2, "（二）"),
            (1, "二、"),
            (2, "1."),
            (2, "2."),
        ]


class TestUnnumberedHeadings:
    """Short lines without a mark, each above a list that starts anew."""

    LINES = (
        "工作任务",
        "1.各校要开展排查。",
        "2.各校要组织演练。",
        "工作要求",
        "1.各校要落实责任。",
        "2.各校要按时报送。",
    )

    def test_are_nodes_without_marker(self) -> None:
        assert outline_of(make_plan(*self.LINES))[::3] == [(1, "", "工作任务"), (1, "", "工作要求")]

    def test_numbers_stand_below_them(self) -> None:
        assert [level for level, marker in nodes_of(make_plan(*self.LINES)) if marker] == [2, 2, 2, 2]

    def test_one_alone_is_text(self) -> None:
        assert nodes_of(make_plan(*self.LINES[:3])) == [(1, "1."), (1, "2.")]

    def test_a_line_that_ends_as_a_sentence_is_text(self) -> None:
        lines = [line + "。" if line in ("工作任务", "工作要求") else line for line in self.LINES]
        assert "" not in [marker for _, marker in nodes_of(make_plan(*lines))]


def test_decimal_numbers_nest_by_their_length() -> None:
    text = make_plan("1、总体安排", "1.1 各校要制定计划。", "1.2 各校要报送计划。")
    assert nodes_of(text) == [(1, "1、"), (2, "1.1"), (2, "1.2")]


@pytest.mark.parametrize("bullet", ["●", "◆", "■", "•", "○", "● "])
def test_bullets_stay_outside_quotes_and_names(bullet: str) -> None:
    (clause,) = read(make_plan("一、重点工作", f"{bullet}安全科要开展抽查。")).clauses
    assert (clause.text, clause.subjects) == ("安全科要开展抽查。", ("安全科",))


@pytest.mark.parametrize("bullet", ["- ", "* ", "- **", "> "])
def test_marks_of_markdown_stay_outside_quotes_and_names(bullet: str) -> None:
    text = (
        f"# 云岫区教育局工作方案\n\n## 一、重点工作\n\n{bullet}安全科要开展抽查。\n\n{bullet}教研科要通报。\n"
    )
    assert [(c.text, c.subjects) for c in read(text).clauses] == [
        ("安全科要开展抽查。", ("安全科",)),
        ("教研科要通报。", ("教研科",)),
    ]
