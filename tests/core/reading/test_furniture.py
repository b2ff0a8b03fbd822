"""What the page or the site added: cut with its reason, and nothing of the author's lost."""

from __future__ import annotations

import pytest
from make_readings import cut, make_plan, pieces

from guantong.core.reading import BlockKind, Furniture, read

BODY = "云岫区教育局关于开展排查的通知\n一、各校要完成排查。\n二、各校要上报结果。\n"
QUOTES = ["各校要完成排查。", "各校要上报结果。"]


@pytest.mark.parametrize(
    ("before", "after", "text", "reason"),
    [
        pytest.param(
            "索引号：云教0012\n发布机构：云岫区教育局\n发布日期：2026-02-20\n\n",
            "",
            "索引号：云教0012\n发布机构：云岫区教育局\n发布日期：2026-02-20",
            "site-header",
            id="index table",
        ),
        pytest.param(
            "当前位置：首页 > 政务公开 > 通知公告\n",
            "",
            "当前位置：首页 > 政务公开 > 通知公告",
            "site-header",
            id="breadcrumb",
        ),
        pytest.param(
            "标题：排查的通知\n来源：云岫区教育局\n======== 正文 ========\n",
            "",
            "标题：排查的通知\n来源：云岫区教育局\n======== 正文 ========",
            "site-header",
            id="rule above the body",
        ),
        pytest.param("【字体：大 中 小】\n", "", "【字体：大 中 小】", "share-bar", id="font size"),
        pytest.param(
            "字号：[大] [中] [小]\n", "", "字号：[大] [中] [小]", "share-bar", id="font size in brackets"
        ),
        pytest.param("打印本页\n", "", "打印本页", "share-bar", id="print button"),
        pytest.param("", "扫一扫在手机打开当前页\n", "扫一扫在手机打开当前页", "share-bar", id="scan code"),
        pytest.param("", "分享到：微信 微博\n", "分享到：微信 微博", "share-bar", id="share buttons"),
        pytest.param("浏览次数：120\n", "", "浏览次数：120", "share-bar", id="counter"),
        pytest.param("", "责任编辑：某某\n", "责任编辑：某某", "site-footer", id="editor"),
        pytest.param(
            "", "上一篇：关于放假的通知\n", "上一篇：关于放假的通知", "site-footer", id="previous page"
        ),
        pytest.param("", "云ICP备00000000号\n", "云ICP备00000000号", "site-footer", id="registration number"),
        pytest.param("", "- 1 -\n", "- 1 -", "page-number", id="page number"),
        pytest.param("", "第 2 页 共 3 页\n", "第 2 页 共 3 页", "page-number", id="page of pages"),
        pytest.param(
            "",
            "……试读结束，下载后可阅读全文\n",
            "……试读结束，下载后可阅读全文",
            "trial-cut",
            id="trial reading",
        ),
        pytest.param(
            "",
            "版权所有 云岫区教育局\n各校要购买。\n",
            "版权所有 云岫区教育局\n各校要购买。",
            "copyright-notice",
            id="copyright",
        ),
        pytest.param("<!-- 模板开始 -->\n", "", "<!-- 模板开始 -->", "markup", id="comment of a page"),
    ],
)
def test_is_cut_with_its_reason_and_the_text_stays(before: str, after: str, text: str, reason: str) -> None:
    reading = read(before + BODY + after)
    assert (text, reason) in cut(reading)
    assert [c.text for c in reading.clauses] == QUOTES
    assert reading.title == "云岫区教育局关于开展排查的通知"


def test_a_line_of_dates_and_counters_below_the_title_is_the_sites() -> None:
    line = "发布时间：2026-03-01 来源：云岫区教育局 浏览次数：120"
    reading = read(BODY.replace("\n一、", f"\n{line}\n一、"))
    assert "发布时间：2026-03-01" in " ".join(text for text, _ in cut(reading))
    assert [c.text for c in reading.clauses] == QUOTES


def test_a_document_without_furniture_has_none() -> None:
    assert cut(read(BODY)) == []


def test_what_follows_the_trial_cut_is_an_advertisement() -> None:
    reading = read(BODY + "剩余60%未读，下载后可阅读全文\n更多范文请关注。各校要购买会员。\n")
    assert [reason for _, reason in cut(reading)] == ["trial-cut", "advertisement"]
    assert [c.text for c in reading.clauses] == QUOTES


def test_a_trial_cut_inside_a_sentence_leaves_its_beginning() -> None:
    reading = read(make_plan("一、重点工作", "各校要建立排查整改……试读结束，下载后可阅读全文"))
    assert [c.text for c in reading.clauses] == ["各校要建立排查整改"]


def test_a_copyright_notice_at_the_top_does_not_cut_the_document() -> None:
    assert [c.text for c in read("版权声明\n" + BODY).clauses] == QUOTES


def test_page_numbers_between_paragraphs_do_not_break_the_numbering() -> None:
    reading = read(BODY.replace("二、", "- 1 -\n二、"))
    assert [h.marker for h in reading.outline if h.level] == ["一、", "二、"]


def test_masking_is_listed_and_stays_in_the_quotation() -> None:
    reading = read(make_plan("一、重点工作", "各校要向***报送结果。"))
    assert cut(reading) == [("***", "masked")]
    assert [c.text for c in reading.clauses] == ["各校要向***报送结果。"]


def test_furniture_makes_blocks_of_its_own() -> None:
    reading = read(BODY + "打印本页\n")
    assert pieces(reading, BlockKind.FURNITURE) == ["打印本页"]


def test_what_the_file_format_knew_is_cut_too() -> None:
    text = make_plan("一、各校要完成排查。", "云岫工作简报", "二、各校要上报结果。")
    at = text.index("云岫工作简报")
    reading = read(text, [Furniture(at, at + 6, "running-head")])
    assert cut(reading) == [("云岫工作简报", "running-head")]
    assert [c.text for c in reading.clauses] == QUOTES


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("各校要打印学习资料。", id="to print"),
        pytest.param("各校要优化校园位置标识。", id="a place"),
        pytest.param("各校要确定责任编辑和审核人员。", id="an editor as a post"),
        pytest.param("各校要尊重版权所有者。", id="owner of a copyright"),
        pytest.param("各校要把经验分享到兄弟学校。", id="to share"),
    ],
)
def test_the_authors_words_are_no_furniture(sentence: str) -> None:
    reading = read(make_plan("一、重点工作", sentence))
    assert [c.text for c in reading.clauses] == [sentence]
    assert cut(reading) == []


class TestTables:
    """Rows flattened to text stay a table: no nodes, no clauses."""

    ROWS = (
        "附件：云岫区排查任务表 序号 项目 责任单位 完成时限 备注 "
        "1 食堂 各校要检查 5月底前 2 宿舍 各校要检查 6月底前"
    )

    def test_a_flattened_table_is_set_aside(self) -> None:
        reading = read(make_plan("一、各校要完成排查。", "二、各校要上报结果。", self.ROWS))
        assert pieces(reading, BlockKind.TABLE) == [self.ROWS]
        assert [c.text for c in reading.clauses] == QUOTES
        assert [h.marker for h in reading.outline if h.level] == ["一、", "二、"]

    def test_columns_parted_by_tabs_are_a_table_too(self) -> None:
        reading = read(make_plan("一、各校要完成排查。", "序号\t任务\t责任科室\t完成时限"))
        assert pieces(reading, BlockKind.TABLE) == ["序号\t任务\t责任科室\t完成时限"]

    def test_a_sentence_that_speaks_of_a_table_is_none(self) -> None:
        reading = read(make_plan("一、重点工作", "各校要按照任务表的序号逐项完成整改。"))
        assert pieces(reading, BlockKind.TABLE) == []
        assert len(reading.clauses) == 1

    def test_tables_the_file_format_knew_replace_the_guess(self) -> None:
        text = make_plan("一、各校要完成排查。", "1 食堂 各校要检查 5月底前")
        at = text.index("1 食堂")
        reading = read(text, tables=[(at, len(text) - 1)])
        assert pieces(reading, BlockKind.TABLE) == ["1 食堂 各校要检查 5月底前"]
        assert [c.text for c in reading.clauses] == QUOTES[:1]
