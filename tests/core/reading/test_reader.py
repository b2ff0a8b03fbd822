"""Whole documents: what an office would write, and everything that must come out of it."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from itertools import pairwise

import pytest
from make_readings import POINTS, SPEECH, cut, make_plan, nodes_of, pieces, read_all, read_one
from reading_laws import check

from guantong.core.reading import Block, BlockKind, ClauseKind, Reading, read


class TestWorkPoints:
    """A yearly work plan with a letter of transmission and brackets behind each item."""

    reading = read(POINTS)

    def test_title_and_date(self) -> None:
        assert (self.reading.title, self.reading.date) == ("云岫区教育局2026年工作要点", date(2026, 2, 10))

    def test_the_title_is_the_inner_documents(self) -> None:
        assert self.reading.outline[0].start == POINTS.rindex("云岫区教育局2026年工作要点")

    def test_numbers_run_on_across_the_headings(self) -> None:
        levels = [(h.level, h.marker) for h in self.reading.outline if h.level]
        assert levels == [
            (1, "一、"),
            (2, "1."),
            (2, "2."),
            (2, "3．"),
            (1, "二、"),
            (2, "4."),
            (2, "5."),
            (1, "三、"),
        ]

    def test_clauses_with_their_units(self) -> None:
        found = [(c.path, c.lead_units, c.support_units) for c in self.reading.clauses]
        assert found == [
            (("一", "1"), ("组织科",), ()),
            (("一", "2"), ("组织科", "宣传科"), ()),
            (("一", "3"), ("宣传科",), ("办公室", "信息中心")),
            (("二", "4"), ("基建科",), ()),
            (("二", "5"), ("基教科",), ()),
            (("三",), ("各学校",), ()),
        ]

    def test_deadlines(self) -> None:
        found = [c.deadline and (c.deadline.date, c.deadline.rule) for c in self.reading.clauses]
        assert found == [
            (date(2026, 6, 30), None),
            (None, "quarterly"),
            (None, "long-term"),
            (date(2026, 8, 31), None),
            (None, "long-term"),
            None,
        ]

    def test_kinds(self) -> None:
        kinds = [c.kind for c in self.reading.clauses]
        assert kinds[0] is ClauseKind.DUTY
        assert kinds[4] is ClauseKind.PROHIBITION
        assert kinds[5] is ClauseKind.ATTITUDE

    def test_the_letter_and_the_general_demand_are_background(self) -> None:
        background = "".join(pieces(self.reading, BlockKind.BACKGROUND))
        assert "请认真贯彻执行" in background
        assert "总体要求是" in background


class TestSpeech:
    """A speech in 方面 and 要, its headings glued to what follows."""

    reading = read(SPEECH)

    def test_two_parts_with_what_is_to_be_done_in_each(self) -> None:
        marks = [(h.level, h.marker, h.title) for h in self.reading.outline if h.level]
        assert marks == [
            (1, "第一方面", "把准方向，扛牢责任"),
            (2, "一要", "把责任扛在肩上"),
            (2, "二要", "把规矩立在前面"),
            (2, "三要", "把风气养在平时"),
            (1, "第二方面", "建强组织，夯实基础"),
            (2, "一要", "抓好组织生活"),
            (2, "二要", "抓好书记队伍"),
        ]

    def test_clauses(self) -> None:
        assert [(c.path, c.text) for c in self.reading.clauses] == [
            (("第一方面", "一要"), "各学校党组织书记要每半年至少主持召开1次专题会。"),
            (("第一方面", "二要"), "各学校党组织要严格执行请示报告制度，不得迟报、瞒报。"),
            (("第一方面", "三要"), "大家不要有“可以放一放”的想法。"),
            (("第二方面", "一要"), "各党支部要按期落实“三会一课”，坚持每月开展一次主题党日。"),
            (("第二方面", "二要"), "各位书记要把述职评议考核当作一面镜子，9月底前全部整改到位。"),
        ]

    def test_institutions(self) -> None:
        assert [c.institutions for c in self.reading.clauses] == [
            (),
            ("requests-and-reports",),
            (),
            ("three-meetings-one-lecture", "theme-party-day"),
            ("secretary-appraisal",),
        ]

    def test_an_idea_that_is_warned_of_is_an_attitude(self) -> None:
        assert self.reading.clauses[2].kind is ClauseKind.ATTITUDE

    def test_the_bracket_wins_over_the_subject(self) -> None:
        last = self.reading.clauses[-1]
        assert last.subjects == ("各位书记",)
        assert (last.lead_units, last.support_units) == (("组织科",), ("各学校党组织",))


class TestCitations:
    def test_names_are_taken_whole_and_once(self) -> None:
        clause = read_one(
            "各校要学习《校车管理办法》，对照《校车管理办法》和《收费公示规定》（云教〔2026〕1号）抓好整改。"
        )
        assert clause.cites == ("《校车管理办法》", "《收费公示规定》")

    def test_titles_inside_titles(self) -> None:
        clause = read_one("各校要落实《云岫区〈章程〉管理办法》和《关于〈公示〉的通知》。")
        assert clause.cites == ("《云岫区〈章程〉管理办法》", "《关于〈公示〉的通知》")

    def test_titles_in_title_marks_of_the_same_kind(self) -> None:
        assert read_one("各校要落实《云岫区《章程》管理办法》。").cites == ("《云岫区《章程》管理办法》",)

    def test_the_whole_sentence_counts_where_the_clause_begins_later(self) -> None:
        clause = read_one("《考核办法》已经印发，各校要严格对照执行。")
        assert (clause.text, clause.cites) == ("各校要严格对照执行。", ("《考核办法》",))

    def test_the_next_sentence_does_not_count(self) -> None:
        first, second = read_all("一、重点工作", "各校要建账。各校要落实《考核办法》。")
        assert (first.cites, second.cites) == ((), ("《考核办法》",))

    def test_none(self) -> None:
        assert read_one("各校要建账。").cites == ()


class TestInstitutions:
    def test_the_whole_sentence_counts_where_the_clause_begins_later(self) -> None:
        clause = read_one("“三会一课”台账已经下发，各校要严格对照执行。")
        assert (clause.text, clause.institutions) == ("各校要严格对照执行。", ("three-meetings-one-lecture",))

    def test_the_next_sentence_does_not_count(self) -> None:
        first, second = read_all("一、重点工作", "各校要建账。各校要开展主题党日。")
        assert (first.institutions, second.institutions) == ((), ("theme-party-day",))


class TestBlocks:
    """Everything in the text is in exactly one block."""

    @pytest.mark.parametrize("text", [POINTS, SPEECH, "", "\n", "。", "一、", "各校要建账。", " \u3000\n"])
    def test_tile_the_text(self, text: str) -> None:
        blocks = read(text).blocks
        assert "".join(text[b.start : b.end] for b in blocks) == text
        assert all(a.end == b.start for a, b in pairwise(blocks))

    def test_kinds(self) -> None:
        text = "一、加强领导\n各校要成立专班。\n打印本页\n"
        assert read(text).blocks == (
            Block(0, 2, BlockKind.BACKGROUND),
            Block(2, 6, BlockKind.HEADING),
            Block(6, 7, BlockKind.BACKGROUND),
            Block(7, 15, BlockKind.CLAUSE),
            Block(15, 16, BlockKind.BACKGROUND),
            Block(16, 20, BlockKind.FURNITURE),
            Block(20, 21, BlockKind.BACKGROUND),
        )

    def test_an_item_is_a_clause_block_not_a_heading(self) -> None:
        reading = read(make_plan("1.各校要建账。", "2.各校要销号。"))
        assert pieces(reading, BlockKind.CLAUSE) == ["各校要建账。", "各校要销号。"]


class TestQuoting:
    """Fields are read from the evened text, quotations are the source's own characters."""

    def test_full_width_and_latin_characters_are_quoted_as_written(self) -> None:
        text = make_plan("１．各校要明确专人,并在６月３０日前完成;", "２．各校要建账;")
        clause = read(text).clauses[0]
        assert clause.text == "各校要明确专人,并在６月３０日前完成;"
        assert text[clause.start : clause.end] == clause.text
        assert clause.deadline is not None

    def test_zero_width_characters_are_quoted_and_do_not_hide_words(self) -> None:
        reading = read(make_plan("一、重点工作", "各\u200b校\ufeff要落实三\u00ad会一课。"))
        assert reading.clauses[0].text == "各\u200b校\ufeff要落实三\u00ad会一课。"
        assert reading.clauses[0].institutions == ("three-meetings-one-lecture",)

    def test_a_byte_order_mark_and_windows_line_ends_change_nothing(self) -> None:
        plain = read(POINTS)
        other = read("\ufeff" + POINTS.replace("\n", "\r\n"))
        assert [c.text for c in other.clauses] == [c.text for c in plain.clauses]
        assert [c.path for c in other.clauses] == [c.path for c in plain.clauses]
        assert other.title == plain.title

    def test_a_line_broken_behind_a_comma_is_one_clause(self) -> None:
        reading = read(make_plan("一、重点工作", "各校要认真自查，\n抓好整改。"))
        assert [c.text for c in reading.clauses] == ["各校要认真自查，\n抓好整改。"]


@pytest.mark.parametrize("text", [POINTS, SPEECH], ids=["points", "speech"])
class TestWhole:
    def test_is_ready_for_json(self, text: str) -> None:
        shown = json.loads(
            json.dumps(dataclasses.asdict(read(text)), default=date.isoformat, ensure_ascii=False)
        )
        assert shown["clauses"][0]["kind"] == read(text).clauses[0].kind.value

    def test_twice_is_the_same(self, text: str) -> None:
        assert read(text) == read(text)

    def test_trailing_line_ends_change_nothing(self, text: str) -> None:
        plain, more = read(text.rstrip("\n")), read(text + "\n\n")
        assert (more.outline, more.clauses, more.date) == (plain.outline, plain.clauses, plain.date)

    def test_what_the_site_puts_around_it_changes_no_clause(self, text: str) -> None:
        plain, other = (
            read(text),
            read(f"当前位置：首页 > 通知公告\n{text}打印本页\n扫一扫在手机打开当前页\n"),
        )
        assert [(c.text, c.path, c.lead_units) for c in other.clauses] == [
            (c.text, c.path, c.lead_units) for c in plain.clauses
        ]
        assert [reason for _, reason in cut(other)] == ["site-header", "share-bar", "share-bar"]

    def test_blank_lines_between_paragraphs_change_no_clause(self, text: str) -> None:
        plain, other = read(text), read(text.replace("\n", "\n\n"))
        assert [(c.text, c.path) for c in other.clauses] == [(c.text, c.path) for c in plain.clauses]

    def test_indents_change_no_clause(self, text: str) -> None:
        plain, other = read(text), read("".join("　　" + line for line in text.splitlines(keepends=True)))
        assert [(c.text, c.path) for c in other.clauses] == [(c.text, c.path) for c in plain.clauses]


@pytest.mark.parametrize(
    "text", ["", "\n\n", " ", "\ufeff", "\u200b\n\u200b", "。。。", "一、", "（", "《《《", "“”"]
)
def test_texts_without_content(text: str) -> None:
    assert read(text) == Reading(text, None, None, read(text).blocks, (), read(text).outline, ())


@pytest.mark.parametrize("text", ["（一）（二）建立台账\u2028", "一、\n（一）建立台账。"])
def test_markers_in_a_row_make_one_clause(text: str) -> None:
    assert len(read(text).clauses) == 1


def test_ten_thousand_characters_on_one_line() -> None:
    filler = "各校要对照清单逐项排查，建立台账，明确专人，按月销号，及时报告进展情况。" * 150
    text = f"一、总体安排{filler}二、工作要求（一）压实责任{filler}（二）严格督查{filler}"
    assert len(text) > 10_000
    assert nodes_of(text) == [(1, "一、"), (1, "二、"), (2, "（一）"), (2, "（二）")]
    assert len(read(text).clauses) >= 449


def test_a_long_mess_of_open_brackets_and_quotes_is_read() -> None:
    for mess in (
        "（" * 3000,
        "“" * 3000,
        "《" * 3000,
        "一、" * 3000,
        "各校要" * 3000,
        "——" * 3000,
        "1." * 3000,
    ):
        reading = read(mess)
        assert reading.blocks[-1].end == len(mess)


def test_a_heading_that_runs_into_a_clause_ends_where_the_clause_begins() -> None:
    check("第一方面”第一方面。")
