"""Levels by nesting in this document; what belongs to which node."""

from __future__ import annotations

import pytest
from make_readings import TITLE, make_plan, nodes_of, read_all

from guantong.core.reading import read


def levels(*lines: str) -> list[tuple[int, str]]:
    return [(level, marker.strip("、.：，")) for level, marker in nodes_of(make_plan(*lines))]


def test_each_new_style_nests_one_deeper() -> None:
    lines = [
        "第一部分 总体安排",
        "一、主要任务",
        "（一）抓课堂",
        "1.抓备课",
        "（1）抓教案",
        "①各校要检查教案。",
        "②各校要评选教案。",
    ]
    assert [level for level, _ in levels(*lines)] == [1, 2, 3, 4, 5, 6, 6]


@pytest.mark.parametrize(
    "order",
    [("1.", "一、", "（一）"), ("（一）", "1.", "（1）"), ("一、", "（1）", "①"), ("第一，", "一是", "1.")],
)
def test_the_usual_rank_of_a_style_does_not_count(order: tuple[str, str, str]) -> None:
    text = make_plan(f"{order[0]}总体安排", f"{order[1]}主要任务", f"{order[2]}各校要检查教案。")
    assert [level for level, _ in nodes_of(text)] == [1, 2, 3]


def test_a_higher_style_closes_the_lower_ones() -> None:
    lines = [
        "一、甲",
        "（一）各校要学习。",
        "1.各校要研讨。",
        "2.各校要整改。",
        "（二）各校要报告。",
        "二、乙",
        "（一）各校要总结。",
    ]
    assert levels(*lines) == [
        (1, "一"),
        (2, "（一）"),
        (3, "1"),
        (3, "2"),
        (2, "（二）"),
        (1, "二"),
        (2, "（一）"),
    ]


def test_numbers_that_run_on_under_changing_headings_keep_their_level() -> None:
    lines = [
        "一、甲",
        "（一）抓课堂",
        "1.各校要备课。",
        "2.各校要听课。",
        "（二）抓队伍",
        "3.各校要培训。",
        "二、乙",
        "（三）抓保障",
        "4.各校要投入。",
    ]
    assert [level for level, marker in levels(*lines) if marker[0].isdigit()] == [3, 3, 3, 3]
    assert [level for level, marker in levels(*lines) if marker[0] == "（"] == [2, 2, 2]


def test_numbers_that_restart_keep_their_level() -> None:
    lines = [
        "（一）抓课堂",
        "1.各校要备课。",
        "2.各校要听课。",
        "（二）抓队伍",
        "1.各校要培训。",
        "2.各校要考核。",
    ]
    assert [level for level, _ in levels(*lines)] == [1, 2, 2, 1, 2, 2]


def test_firstly_nests_below_a_part_and_starts_anew() -> None:
    lines = [
        "第一方面：把准方向",
        "一要学习。各校要读书。",
        "二要调研。各校要下沉。",
        "第二方面：建强组织",
        "一要选人。各校要选配。",
    ]
    assert levels(*lines) == [(1, "第一方面"), (2, "一要"), (2, "二要"), (1, "第二方面"), (2, "一要")]


def test_entries_nest_below_what_is_to_be_done() -> None:
    lines = [
        "一要抓学习。各校要读书。",
        "二要抓作风。一是各校要减会；二是各校要减表。",
        "三要抓纪律。各校要自查。",
    ]
    assert levels(*lines) == [(1, "一要"), (1, "二要"), (2, "一是"), (2, "二是"), (1, "三要")]


def test_a_list_inside_a_paragraph_ends_with_it() -> None:
    lines = [
        "一、抓学习",
        "一是各校要读书；二是各校要研讨。",
        "各校要每月报告学习情况。",
        "二、抓作风",
        "各校要减会。",
    ]
    reading = read(make_plan(*lines))
    (report,) = [c for c in reading.clauses if "每月报告" in c.text]
    assert report.path == ("一",)


def test_the_path_names_the_markers_from_the_outermost() -> None:
    clauses = read_all("一、甲", "（一）抓课堂", "１．抓备课", "(1)各校要检查教案。", "(2)各校要评选教案。")
    assert [c.path for c in clauses] == [("一", "(一)", "1", "(1)"), ("一", "(一)", "1", "(2)")]


def test_markers_that_are_words_stay_whole_in_the_path() -> None:
    (clause,) = read_all("第一方面：把准方向", "一要抓好学习。各校要每月读书。")
    assert clause.path == ("第一方面", "一要")


def test_dashes_are_counted_in_the_path() -> None:
    clauses = read_all(
        "一、基本要求", "——各校要公开收费项目。", "——各校要设置接待窗口。", "二、其他", "——各校要报告。"
    )
    assert [c.path for c in clauses] == [("一", "——1"), ("一", "——2"), ("二", "——1")]


def test_an_unnumbered_heading_lends_its_title_to_the_path() -> None:
    clauses = read_all(
        "工作任务", "1.各校要开展排查。", "2.各校要演练。", "工作要求", "1.各校要落实责任。", "2.各校要报送。"
    )
    assert [c.path[0] for c in clauses] == ["工作任务", "工作任务", "工作要求", "工作要求"]


class TestClosingParagraphs:
    """An unmarked paragraph behind the last of one-paragraph entries belongs to what is above the list."""

    def test_behind_sub_entries_it_belongs_to_their_parent(self) -> None:
        clauses = read_all(
            "一、任务",
            "（一）各校要建账。",
            "（二）各校要排查。",
            "各校要按月报送进度。",
            "二、要求",
            "各校要落实。",
        )
        assert [c.path for c in clauses] == [("一", "(一)"), ("一", "(二)"), ("一",), ("二",)]

    def test_behind_the_outermost_list_it_belongs_to_none(self) -> None:
        clauses = read_all("一、各校要建账。", "二、各校要排查。", "各校要按月报送进度。")
        assert clauses[-1].path == ()
        assert clauses[-1].outline_id is None

    def test_where_entries_have_paragraphs_of_their_own_it_stays(self) -> None:
        clauses = read_all(
            "（一）抓账目。", "各校要建账。", "（二）抓排查。", "各校要排查。", "各校要按月报送进度。"
        )
        assert clauses[-1].path == ("(二)",)

    def test_behind_a_heading_it_stays(self) -> None:
        clauses = read_all("一、任务", "各校要建账。", "二、要求", "各校要排查。", "各校要按月报送进度。")
        assert [c.path for c in clauses] == [("一",), ("二",), ("二",)]


def test_text_before_the_first_marker_belongs_to_no_node() -> None:
    clauses = read_all("请各校于3月底前完成以下工作，确保不漏一项。", "一、各校要建账。", "二、各校要排查。")
    assert (clauses[0].path, clauses[0].outline_id) == ((), None)


def test_a_salutation_in_the_middle_closes_the_lists() -> None:
    reading = read(
        make_plan(
            "一、任务",
            "（一）抓账目。各校要建账。",
            "（二）抓排查。各校要排查。",
            "同志们：",
            "各校要把任务落实到人。",
        )
    )
    assert reading.clauses[-1].path == ("一",)


def test_ids_are_given_in_document_order() -> None:
    reading = read(make_plan("一、甲", "各校要学习。", "二、乙", "各校要整改。"))
    assert [h.id for h in reading.outline] == ["h0", "h1", "h2"]
    assert [(c.id, c.outline_id) for c in reading.clauses] == [("c1", "h1"), ("c2", "h2")]
    assert reading.outline[0].title == TITLE
