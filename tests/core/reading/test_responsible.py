"""Who is held responsible: brackets behind an item, and lines without brackets below it."""

from __future__ import annotations

import pytest
from make_readings import read_all, read_one

from guantong.core.reading.responsible import parse_responsible

Units = tuple[str, ...]


@pytest.mark.parametrize(
    ("content", "lead", "support"),
    [
        pytest.param("组织科牵头，办公室、各学校配合", ("组织科",), ("办公室", "各学校"), id="牵头 and 配合"),
        pytest.param("组织科、宣传科负责", ("组织科", "宣传科"), (), id="负责: all lead"),
        pytest.param("组织科、各学校按职责分工负责", ("组织科", "各学校"), (), id="按职责分工负责: all lead"),
        pytest.param("组织科牵头负责", ("组织科",), (), id="牵头负责"),
        pytest.param("组织科、宣传科牵头落实", ("组织科", "宣传科"), (), id="牵头落实"),
        pytest.param("由组织科牵头，各学校落实", ("组织科",), ("各学校",), id="由"),
        pytest.param("组织科会同宣传科负责", ("组织科",), ("宣传科",), id="会同"),
        pytest.param("责任单位：组织科、各学校", ("组织科", "各学校"), (), id="责任单位"),
        pytest.param("责任科室：组织科", ("组织科",), (), id="责任科室"),
        pytest.param("责任处室：组织处、办公室", ("组织处", "办公室"), (), id="责任处室"),
        pytest.param(
            "牵头单位：组织科、人事科，配合单位：办公室",
            ("组织科", "人事科"),
            ("办公室",),
            id="牵头单位 and 配合单位",
        ),
        pytest.param("牵头单位：组织科；参加单位：办公室", ("组织科",), ("办公室",), id="参加单位"),
        pytest.param("牵头单位：组织科，参与单位：办公室", ("组织科",), ("办公室",), id="参与单位"),
        pytest.param("责任部门：基教科 配合部门：办公室", ("基教科",), ("办公室",), id="parted by a blank"),
        pytest.param("主办：组织科；协办：各学校", ("组织科",), ("各学校",), id="主办 and 协办"),
        pytest.param(
            "区教育局牵头，区发展改革局、区财政局等有关部门及各镇（街道）按职责分工负责",
            ("区教育局",),
            ("区发展改革局", "区财政局", "有关部门", "各镇（街道）"),
            id="collective tail",
        ),
        pytest.param(
            "各省、自治区、直辖市人民政府负责", ("各省、自治区、直辖市人民政府",), (), id="、 inside a name"
        ),
    ],
)
def test_lead_and_support(content: str, lead: Units, support: Units) -> None:
    found = parse_responsible(content)
    assert found is not None
    assert (found.lead, found.support) == (lead, support)


@pytest.mark.parametrize(
    "content",
    ["以下简称专班", "含民办学校", "云教〔2026〕3号", "以上各项由办公室负责解释", "见附件", "2026年6月"],
)
def test_a_bracket_that_names_nobody(content: str) -> None:
    assert parse_responsible(content) is None


def test_the_first_leads_where_the_bracket_says_so() -> None:
    found = parse_responsible("组织科、宣传科、办公室负责，排在第一位的为牵头单位，下同")
    assert found is not None
    assert (found.lead, found.support) == (("组织科",), ("宣传科", "办公室"))


def test_a_named_leader_in_a_bracket_that_says_the_first_leads() -> None:
    found = parse_responsible("教研科牵头，各学校、信息中心等按职责分工负责。排在第一位的为牵头部门，下同")
    assert found is not None
    assert (found.lead, found.support) == (("教研科",), ("各学校", "信息中心"))


def test_each_unit_is_named_once() -> None:
    found = parse_responsible("责任科室：组织科；责任科室：组织科、宣传科")
    assert found is not None
    assert found.lead == ("组织科", "宣传科")


def test_a_due_time_in_the_bracket_is_kept() -> None:
    found = parse_responsible("责任科室：组织科；完成时限：6月底前")
    assert found is not None
    assert (found.lead, found.due) == (("组织科",), "6月底前")


def units(*lines: str) -> list[tuple[str, Units, Units]]:
    return [(c.text, c.lead_units, c.support_units) for c in read_all(*lines)]


class TestReach:
    """A bracket holds for all clauses of its own item before it."""

    def test_behind_the_full_stop_it_holds_for_all_sentences(self) -> None:
        found = units("1.抓备课。建立台账。按月更新。（教研科牵头，办公室配合）", "2.抓听课。完善制度。")
        assert found == [
            ("建立台账。", ("教研科",), ("办公室",)),
            ("按月更新。", ("教研科",), ("办公室",)),
            ("完善制度。", (), ()),
        ]

    def test_before_the_full_stop_it_holds_too(self) -> None:
        assert units("1.建立台账（教研科负责）。", "2.完善制度（人事科负责）。") == [
            ("建立台账（教研科负责）。", ("教研科",), ()),
            ("完善制度（人事科负责）。", ("人事科",), ()),
        ]

    def test_of_two_brackets_each_holds_for_what_stands_before_it(self) -> None:
        found = units("1.抓备课。建立台账。（教研科负责）完善制度。（人事科负责）")
        assert [lead for _, lead, _ in found] == [("教研科",), ("人事科",)]

    def test_behind_a_heading_it_does_not_reach_the_entries_below(self) -> None:
        found = units(
            "（一）抓备课。完善制度。（教研科负责）",
            "1.建立台账。（人事科负责）",
            "2.按月更新。",
            "（二）抓听课。推门听课。",
        )
        assert [lead for _, lead, _ in found] == [("教研科",), ("人事科",), (), ()]

    def test_in_a_paragraph_of_its_own_below_the_item(self) -> None:
        found = units(
            "（一）抓备课。",
            "各校要集体备课。",
            "教研科要加强指导。",
            "（教研科牵头，各学校配合）",
            "（二）抓听课。",
            "各校要推门听课。",
        )
        assert [lead for _, lead, _ in found] == [("教研科",), ("教研科",), ("各校",)]

    def test_a_bracket_inside_the_sentence_only_explains(self) -> None:
        assert read_one("各校（由校长负责）要建立台账。").lead_units != ("校长",)

    def test_the_bracket_wins_and_the_subject_is_kept(self) -> None:
        clause = read_one("各校要建立台账。（教研科牵头，办公室配合）")
        assert (clause.subjects, clause.lead_units, clause.support_units) == (
            ("各校",),
            ("教研科",),
            ("办公室",),
        )

    def test_a_due_time_in_the_bracket_is_the_deadline(self) -> None:
        clause = read_one("建立台账。（责任科室：教研科；完成时限：6月底前）")
        assert clause.deadline is not None
        assert clause.deadline.text == "6月底前"

    def test_the_due_time_in_the_sentence_wins(self) -> None:
        clause = read_one("4月底前建立台账。（责任科室：教研科；完成时限：6月底前）")
        assert clause.deadline is not None
        assert clause.deadline.text == "4月底前"

    def test_for_long_in_the_bracket_is_a_rule(self) -> None:
        clause = read_one("规范办学行为。（责任科室：基教科；完成时限：长期坚持）")
        assert clause.deadline is not None
        assert clause.deadline.rule == "long-term"


class TestTheFirstLeads:
    """（…，排在第一位的为牵头单位，下同） holds for the whole document, also before and for 按职责分工负责."""

    def test_in_later_brackets(self) -> None:
        found = units(
            "1.建立台账。（教研科、人事科负责。排在第一位的为牵头单位，下同）",
            "2.完善制度。（人事科、办公室按职责分工负责）",
        )
        assert [(lead, support) for _, lead, support in found] == [
            (("教研科",), ("人事科",)),
            (("人事科",), ("办公室",)),
        ]

    def test_without_the_sentence_all_lead(self) -> None:
        found = units("1.建立台账。（教研科、人事科负责）", "2.完善制度。（人事科、办公室按职责分工负责）")
        assert [support for _, _, support in found] == [(), ()]

    def test_listed_first(self) -> None:
        found = units("1.建立台账。（教研科、人事科负责，列首位的为牵头单位，下同）")
        assert found[0][1:] == (("教研科",), ("人事科",))


class TestLinesWithoutBrackets:
    """牵头单位：… on lines below the sentence hold for the item above."""

    def test_lead_and_support(self) -> None:
        found = units(
            "（一）抓备课。",
            "建立备课台账，按月更新。",
            "牵头单位：教研科",
            "配合单位：各学校、办公室",
            "（二）抓听课。",
            "完善听课制度。",
        )
        assert found == [
            ("建立备课台账，按月更新。", ("教研科",), ("各学校", "办公室")),
            ("完善听课制度。", (), ()),
        ]

    def test_a_line_is_no_clause(self) -> None:
        assert (
            len(units("（一）抓备课。", "建立备课台账，按月更新。", "责任单位：教研科", "完成时限：6月底前"))
            == 1
        )

    def test_responsible_and_due_on_one_line(self) -> None:
        clause = read_all(
            "（一）抓备课。", "建立备课台账，按月更新。", "责任单位：教研科、人事科；完成时限：6月底前"
        )[0]
        assert clause.lead_units == ("教研科", "人事科")
        assert clause.deadline is not None
        assert clause.deadline.text == "6月底前"

    def test_directly_below_numbered_items(self) -> None:
        found = units(
            "1.建立备课台账，按月更新。", "责任单位：教研科", "2.完善听课制度，按周点评。", "责任单位：人事科"
        )
        assert found == [
            ("建立备课台账，按月更新。", ("教研科",), ()),
            ("完善听课制度，按周点评。", ("人事科",), ()),
        ]
