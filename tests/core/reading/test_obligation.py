"""Which sentences are clauses, and where in the sentence the clause begins."""

from __future__ import annotations

import pytest
from make_readings import make_plan, make_speech, read_all

from guantong.core.reading import read


def quotes(*sentences: str) -> list[str]:
    return [c.text for c in read_all("一、重点工作", *sentences, "二、工作要求", "各校要报告。")][:-1]


def heard(*sentences: str) -> list[str]:
    text = make_speech("一、重点工作", *sentences, "二、工作要求", "各校要报告。")
    return [c.text for c in read(text).clauses][:-1]


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("各校要建立台账。", id="要"),
        pytest.param("各校应当公开收费项目。", id="应当"),
        pytest.param("各校应于每月底报送进度。", id="应"),
        pytest.param("各校必须按时报告。", id="必须"),
        pytest.param("各校务必配齐人员。", id="务必"),
        pytest.param("各校须在3月底前备案。", id="须"),
        pytest.param("各校不得瞒报。", id="不得"),
        pytest.param("严禁有偿补课。", id="严禁"),
        pytest.param("绝不能让一名学生掉队。", id="绝不能"),
        pytest.param("请各校对照整改。", id="请"),
        pytest.param("各校可以结合实际制定细则。", id="可以"),
        pytest.param("鼓励各校开展试点。", id="鼓励"),
        pytest.param("完善台账管理制度。", id="order without a subject"),
        pytest.param("对薄弱学校开展专项帮扶。", id="order behind an object in front"),
        pytest.param("每年组织一次集中轮训。", id="order behind a time"),
    ],
)
def test_what_obliges_in_a_plan(sentence: str) -> None:
    assert quotes(sentence) == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("各校要建立台账。", id="要"),
        pytest.param("大家要静下心来读书。", id="大家要"),
        pytest.param("加强值班值守。", id="order"),
        pytest.param("不要有松口气的想法。", id="不要"),
        pytest.param("机关各科室必须带头精简文件。", id="必须"),
    ],
)
def test_what_obliges_in_a_speech(sentence: str) -> None:
    assert heard(sentence) == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("去年以来，全区校园安全工作取得了明显成效。", id="praise of past work"),
        pytest.param("这项工作的主要意义是提升质量。", id="definition"),
        pytest.param("一个学校风气正，老师就安心，家长就放心。", id="analysis"),
        pytest.param("部分学校的台账仍然不全。", id="finding"),
        pytest.param("今天召开这次会议，主题十分鲜明。", id="occasion"),
        pytest.param("老师们的需要就是我们的方向。", id="需要 as a noun"),
        pytest.param("这些主要问题的根源在于责任不清。", id="主要"),
        pytest.param("校园安全形势依然严峻复杂。", id="state"),
    ],
)
def test_what_tells_is_background(sentence: str) -> None:
    assert heard(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("现印发给你们，请认真贯彻执行。", id="letter of transmission"),
        pytest.param("现将有关事项通知如下：", id="announcement"),
        pytest.param("让我们携起手来，为办好教育而努力！", id="call at the end"),
        pytest.param("要充分认识到，师德问题依然存在。", id="要认识到"),
        pytest.param("为加强校车管理，制定本办法。", id="why the document exists"),
        pytest.param("特此通知。", id="formula"),
        pytest.param("联系人：某某，电话：00000000。", id="whom to call"),
    ],
)
def test_formulas_are_no_clauses(sentence: str) -> None:
    assert quotes(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "clause"),
    [
        pytest.param(
            "刚才，几所学校作了交流，大家要坚持边学边改。",
            "大家要坚持边学边改。",
            id="what has just happened",
        ),
        pytest.param("去年的台账已经整改完毕，各校要防止反弹。", "各校要防止反弹。", id="a finished act"),
        pytest.param("他强调，各校要落实值班制度。", "各校要落实值班制度。", id="who said it"),
        pytest.param("会议指出，要把责任落实到人。", "要把责任落实到人。", id="what the meeting pointed out"),
        pytest.param("局领导要求，各校要立即自查。", "各校要立即自查。", id="who asked for it"),
        pytest.param("台账是检查的依据，各校要如实填写。", "各校要如实填写。", id="a definition in front"),
    ],
)
def test_background_in_front_is_left_out(sentence: str, clause: str) -> None:
    assert heard(sentence) == [clause]


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("6月底前，各校要完成自查。", id="a time"),
        pytest.param("对存在问题的学校，督导科要约谈负责人。", id="an object"),
        pytest.param("坚持问题导向，各校要逐项整改。", id="an order"),
        pytest.param("围绕提质目标，各校要制定方案。", id="a purpose"),
    ],
)
def test_what_leads_up_to_the_order_stays(sentence: str) -> None:
    assert quotes(sentence) == [sentence]


class TestSentences:
    """One clause a sentence: it ends at 。！？ or the line end, and nowhere else."""

    def test_each_sentence_is_one_clause(self) -> None:
        assert quotes("各校要建账。各校要销号！各校要报告。") == [
            "各校要建账。",
            "各校要销号！",
            "各校要报告。",
        ]

    def test_a_latin_full_stop_ends_a_sentence(self) -> None:
        clauses = read_all("1.各校要建账. (责任科室:安全科;完成时限:6月底前)", "2.各校要在5.5倍以内配备.")
        assert (clauses[0].text, clauses[0].lead_units) == ("各校要建账.", ("安全科",))
        assert clauses[1].text == "各校要在5.5倍以内配备."

    def test_a_blank_behind_a_semicolon_parts_nothing(self) -> None:
        assert quotes("各校要建账； 各校要销号。") == ["各校要建账； 各校要销号。"]

    def test_semicolons_join(self) -> None:
        assert quotes("各校要建账；专人负责；按月销号。") == ["各校要建账；专人负责；按月销号。"]

    def test_a_full_stop_inside_quotation_marks_ends_nothing(self) -> None:
        assert quotes("各校要防止“先补考、再说。”的做法出现。")[0].startswith("各校要防止")

    def test_a_bracket_behind_the_sentence_is_left_out(self) -> None:
        assert quotes("各校要建账。（教研科负责）各校要销号。") == ["各校要建账。", "各校要销号。"]

    def test_a_bracket_inside_the_sentence_stays(self) -> None:
        assert quotes("各校（含民办学校）要建账。") == ["各校（含民办学校）要建账。"]

    def test_words_in_quotation_marks_oblige_nobody(self) -> None:
        assert heard("墙上写着“必须按时报告”几个大字。") == []

    def test_words_in_titles_oblige_nobody(self) -> None:
        assert heard("《各校要建账的通知》去年已经印发。") == []


def test_a_sentence_cut_short_counts_if_its_order_is_there() -> None:
    reading = read(make_plan("一、重点工作", "各校要建立排查整改", "……试读结束，下载后可阅读全文"))
    assert [c.text for c in reading.clauses] == ["各校要建立排查整改"]


@pytest.mark.parametrize("sentence", ["本办法自发布之日起施行。", "本办法由云岫区教育局负责解释。"])
def test_when_a_document_takes_force_obliges_nobody(sentence: str) -> None:
    clauses = read_all("第一条 各校要建账。", f"第二条 {sentence}")
    assert [c.text for c in clauses] == ["各校要建账。"]


class TestEntriesInsideASentence:
    """一是…；二是… : each entry is a clause of its own."""

    def test_each_is_a_clause(self) -> None:
        assert quotes("各校要做到：一是建立台账；二是落实专人；三是按月销号。") == [
            "建立台账；",
            "落实专人；",
            "按月销号。",
        ]

    def test_each_carries_its_marker_in_the_path(self) -> None:
        clauses = read_all("一、重点工作", "各校要做到：一是建立台账；二是落实专人。")
        assert [c.path for c in clauses] == [("一", "一是"), ("一", "二是")]

    def test_entries_that_name_a_state_count_too(self) -> None:
        entries = (
            "一是责任到位，书记每月研究一次；二是教育到位，4月底前签订承诺书；三是监督到位，及时谈话提醒。"
        )
        assert len(heard(f"各校要做到三个到位：{entries}")) == 3

    def test_the_lead_in_is_no_clause(self) -> None:
        assert "各校要做到：" not in quotes("各校要做到：一是建立台账；二是落实专人。")


@pytest.mark.parametrize(
    "noise",
    [
        pytest.param("附件：1.自查表", id="attachment"),
        pytest.param("云岫区教育局", id="signature"),
        pytest.param("2026年4月1日", id="date"),
        pytest.param("各中小学、幼儿园：", id="addressees"),
        pytest.param("同志们：", id="salutation"),
    ],
)
def test_what_stands_around_a_document_is_no_clause(noise: str) -> None:
    assert quotes("各校要建账。", noise) == ["各校要建账。"]


def test_an_unheaded_page_of_orders_is_read() -> None:
    reading = read(make_plan("各校要在3月底前建立台账，做到底数清、情况明。"))
    assert [(c.text, c.path) for c in reading.clauses] == [
        ("各校要在3月底前建立台账，做到底数清、情况明。", ())
    ]


def test_the_same_plain_sentence_obliges_in_a_plan_and_not_in_a_speech() -> None:
    sentence = "校长走进每一间教室听课。"
    assert quotes(sentence) == [sentence]
    assert heard(sentence) == []


def test_a_list_of_conditions_is_no_list_of_orders() -> None:
    clauses = read_all(
        "一、对存在下列情形的学校要进行整改",
        "（一）台账不全的。",
        "（二）管理混乱的。",
        "二、要求",
        "各校要报告。",
    )
    assert [c.path for c in clauses] == [("一",), ("二",)]
