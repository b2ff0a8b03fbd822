"""Heading or item, and where its title ends."""

from __future__ import annotations

import pytest
from make_readings import make_plan, outline_of, read_all


def titles(*lines: str) -> list[str]:
    return [title for _, _, title in outline_of(make_plan(*lines))]


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        pytest.param(["一、加强组织领导", "各校要成立专班。"], "加强组织领导", id="alone on its line"),
        pytest.param(["一、加强领导，压实责任", "各校要成立专班。"], "加强领导，压实责任", id="with a comma"),
        pytest.param(["一、 加强组织领导", "各校要成立专班。"], "加强组织领导", id="blank behind the number"),
        pytest.param(["一、\t加强组织领导", "各校要成立专班。"], "加强组织领导", id="tab behind the number"),
        pytest.param(["一、加强组织领导。各校要成立专班。"], "加强组织领导", id="up to the full stop"),
        pytest.param(
            ["一、加强组织领导：各校要成立专班，落实人员。"], "加强组织领导", id="label with a colon"
        ),
        pytest.param(["一、加强组织领导 各校要成立专班，落实人员。"], "加强组织领导", id="up to a gap"),
    ],
)
def test_a_heading_ends_where_its_body_begins(lines: list[str], title: str) -> None:
    assert titles(*lines, "二、强化工作保障", "各校要落实经费。")[0] == title


@pytest.mark.parametrize(
    ("item", "title"),
    [
        pytest.param("各校要成立专班，明确专人负责日常联络。", "各校要成立专班", id="comma"),
        pytest.param("各校要成立专班；落实人员。", "各校要成立专班", id="semicolon"),
        pytest.param("各校、各幼儿园要成立专班，落实人员。", "各校、各幼儿园要成立专班", id="、 stays in"),
        pytest.param(
            "各校要学习《条例，规则》精神，写出体会。", "各校要学习《条例，规则》精神", id="not inside 《》"
        ),
    ],
)
def test_the_title_of_an_item_ends_at_the_first_stop(item: str, title: str) -> None:
    long = "对照任务清单逐项细化具体措施和时间安排，确保各项任务按期完成并形成可供查阅的工作记录"
    assert titles(f"1.{item}{long}。", f"2.各校要开展自查，{long}。")[0] == title


def test_a_heading_with_orders_below_it_is_no_clause() -> None:
    assert [c.text for c in read_all("一、完善台账管理", "各校要建账。")] == ["各校要建账。"]


def test_a_heading_with_nothing_below_it_is_its_own_clause() -> None:
    clauses = read_all("一、完善台账管理", "二、健全值班制度", "三、落实经费", "各校要足额拨付。")
    assert [c.text for c in clauses] == ["完善台账管理", "健全值班制度", "各校要足额拨付。"]


def test_an_item_is_its_own_clause_without_its_marker() -> None:
    assert [c.text for c in read_all("1.各校要建账。", "2.各校要排查。")] == ["各校要建账。", "各校要排查。"]


def test_the_sentences_behind_a_heading_glued_by_a_full_stop_are_its_clauses() -> None:
    clauses = read_all("（一）抓好备课。各校要集体备课。教研科要指导。", "（二）抓好听课。各校要推门听课。")
    assert [c.text for c in clauses] == ["各校要集体备课。", "教研科要指导。", "各校要推门听课。"]


@pytest.mark.parametrize(
    "first",
    [
        pytest.param("学校要成立专班。", id="a subject and 要"),
        pytest.param("校长必须负总责。", id="a subject and 必须"),
        pytest.param("6月底前完成排查。", id="a due time"),
    ],
)
def test_a_first_sentence_that_orders_is_no_heading(first: str) -> None:
    clauses = read_all(f"（一）{first}教师要积极参与。", f"（二）{first}教师要积极参与。")
    assert [c.text for c in clauses] == [first, "教师要积极参与。"] * 2


def test_a_short_label_is_a_heading_and_stays_outside_the_clause() -> None:
    clauses = read_all("1.加强组织领导：各校要成立专班。", "2.强化经费保障：区财政局要足额拨付。")
    assert [(c.text, c.lead_units) for c in clauses] == [
        ("各校要成立专班。", ("各校",)),
        ("区财政局要足额拨付。", ("区财政局",)),
    ]


def test_a_title_ends_without_its_comma() -> None:
    assert titles("一要带头学习，二要带头调研，三要带头整改。") == ["带头学习", "带头调研", "带头整改"]


def test_a_heading_that_only_names_a_matter_is_no_clause() -> None:
    assert read_all("一、重点任务", "校园环境焕然一新了。", "二、组织领导", "三、监督检查") == []


def test_a_bracket_is_no_body() -> None:
    clauses = read_all("1.抓好集体备课。（教研科负责）", "2.抓好推门听课。（教研科负责）")
    assert [c.text for c in clauses] == ["抓好集体备课。", "抓好推门听课。"]


class TestGluedToTheBody:
    """Whole pages on one line: a title may run into its body without any mark."""

    FILL = (
        "各校要对照清单逐项排查教室、宿舍、食堂的隐患，建立台账，明确专人，按月销号，及时报告进展情况。" * 30
    )

    @pytest.mark.parametrize(
        ("glued", "title"),
        [
            pytest.param("加强组织领导各校要成立工作专班，明确专人负责。", "加强组织领导", id="各 behind it"),
            pytest.param("健全工作机制要按月召开调度会议，研究解决问题。", "健全工作机制", id="要 behind it"),
        ],
    )
    def test_the_title_ends_at_its_noun(self, glued: str, title: str) -> None:
        text = f"一、{glued}{self.FILL}二、落实经费保障各校要足额拨付经费，专款专用。"
        assert outline_of(text)[0][2] == title

    def test_on_lines_of_usual_length_it_is_an_item(self) -> None:
        assert titles(
            "一、加强组织领导各校要成立工作专班，明确专人负责对照清单逐项排查教室、宿舍、食堂的隐患，建立台账，按月销号。"
        ) == ["加强组织领导各校要成立工作专班"]

    def test_ten_thousand_characters_on_one_line(self) -> None:
        text = (
            f"一、加强组织领导各校要成立专班。{self.FILL * 4}二、落实经费保障各校要足额拨付。{self.FILL * 4}"
        )
        assert len(text) > 10_000
        assert [(level, marker) for level, marker, _ in outline_of(text)] == [(1, "一、"), (1, "二、")]
