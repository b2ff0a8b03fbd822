"""Who must act, from the sentence itself, and who inherits where it is left out."""

from __future__ import annotations

import pytest
from make_readings import make_speech, read_all, read_one

from guantong.core.reading import read


@pytest.mark.parametrize(
    ("sentence", "subjects"),
    [
        pytest.param("各级党组织要落实责任。", ("各级党组织",), id="before 要"),
        pytest.param("局办公室应当做好服务。", ("局办公室",), id="before 应当"),
        pytest.param("教师不得有偿补课。", ("教师",), id="before 不得"),
        pytest.param("班主任必须每学期家访。", ("班主任",), id="before 必须"),
        pytest.param("各学校、幼儿园要开展排查。", ("各学校", "幼儿园"), id="several"),
        pytest.param("各学校党组织书记、校长要亲自抓。", ("各学校党组织书记", "校长"), id="posts"),
        pytest.param("6月底前，各学校要完成自查。", ("各学校",), id="behind a time"),
        pytest.param("对存在问题的学校，督导科要约谈。", ("督导科",), id="behind an object"),
        pytest.param("加强台账管理，各校要落实专人。", ("各校",), id="behind an order"),
        pytest.param("同时，各学校要公开结果。", ("各学校",), id="behind 同时"),
        pytest.param("各学校也要公开结果。", ("各学校",), id="adverb before 要"),
        pytest.param(
            "全区各中小学（含民办学校）要开齐课程。",
            ("全区各中小学（含民办学校）",),
            id="bracket behind the name",
        ),
        pytest.param("请各学校对照整改。", ("各学校",), id="behind 请"),
        pytest.param("请各学校于5月底前报送名单。", ("各学校",), id="behind 请 and before 于"),
        pytest.param("各教研组要开展备课。", ("各教研组",), id="a group of teachers"),
        pytest.param("督导室要开展抽查。", ("督导室",), id="an office in 室"),
        pytest.param("由人事科牵头开展检查。", ("人事科",), id="behind 由"),
        pytest.param("各党支部每月召开一次党员大会。", ("各党支部",), id="without a modal"),
        pytest.param("机关各科室要带头精简文件。", ("机关各科室",), id="with 带头"),
        pytest.param("各校作为责任主体，要亲自部署。", ("各校",), id="作为"),
    ],
)
def test_named(sentence: str, subjects: tuple[str, ...]) -> None:
    clause = read_one(sentence)
    assert clause.subjects == subjects
    assert clause.lead_units == subjects


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("大家要静下心来读书。", id="大家"),
        pytest.param("我们要坚持边学边改。", id="我们"),
        pytest.param("同志们要把责任扛起来。", id="同志们"),
        pytest.param("这项工作要抓紧。", id="a thing"),
        pytest.param("安全工作要常抓不懈。", id="work"),
        pytest.param("完善值班制度。", id="an order"),
        pytest.param("要把责任落实到人。", id="nobody"),
        pytest.param("对各学校要加强指导。", id="the object of 对"),
        pytest.param("把各学校的台账要逐项核对。", id="the object of 把"),
    ],
)
def test_nobody_is_named(sentence: str) -> None:
    assert read_one(sentence).subjects == ()
    assert read_one(sentence).lead_units == ()


@pytest.mark.parametrize(
    ("sentence", "support"),
    [
        pytest.param("机关党委要会同办公室开展检查。", ("办公室",), id="会同"),
        pytest.param("由人事科牵头，督导科配合开展检查。", ("督导科",), id="配合"),
    ],
)
def test_partners(sentence: str, support: tuple[str, ...]) -> None:
    assert read_one(sentence).support_units == support


class TestLeftOut:
    """A subject that is left out is the last one named in the paragraph."""

    def lead(self, *lines: str) -> list[tuple[str, ...]]:
        return [c.lead_units for c in read_all("一、重点工作", *lines)]

    def test_goes_on_within_the_paragraph(self) -> None:
        assert self.lead("各学校要制定计划。要每月研讨。完善台账。") == [("各学校",)] * 3

    def test_does_not_reach_the_next_paragraph(self) -> None:
        assert self.lead("各学校要制定计划。", "要每月研讨。") == [("各学校",), ()]

    def test_changes_with_a_new_subject(self) -> None:
        assert self.lead("各学校要制定计划。教研科要指导。要每月通报。") == [
            ("各学校",),
            ("教研科",),
            ("教研科",),
        ]

    def test_is_not_among_the_clauses_own_subjects(self) -> None:
        clauses = read_all("一、重点工作", "各学校要制定计划。要每月研讨。")
        assert [c.subjects for c in clauses] == [("各学校",), ()]

    def test_a_thing_as_subject_inherits_nobody(self) -> None:
        assert self.lead("各学校要制定计划。这项制度要上墙公示。") == [("各学校",), ()]

    def test_everybody_inherits_nobody(self) -> None:
        assert self.lead("各学校要制定计划。大家要静下心来读书。") == [("各学校",), ()]

    def test_entries_inside_the_paragraph_go_on_with_the_lead_in(self) -> None:
        assert self.lead("各学校要做到：一是建立台账；二是落实专人；三是按月销号。") == [("各学校",)] * 3

    def test_so_in_a_speech(self) -> None:
        reading = read(make_speech("一、重点工作", "各学校党组织要制定计划。要每月研讨。"))
        assert [c.lead_units for c in reading.clauses] == [("各学校党组织",)] * 2
