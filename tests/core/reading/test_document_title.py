"""The title of the whole document, level 0."""

from __future__ import annotations

import pytest

from guantong.core.reading import read

BODY = "一、各校要完成排查。\n二、各校要上报结果。\n"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        pytest.param(f"云岫区校园安全工作方案\n{BODY}", "云岫区校园安全工作方案", id="one line"),
        pytest.param(
            f"云岫区教育局\n关于开展安全排查的通知\n{BODY}",
            "云岫区教育局关于开展安全排查的通知",
            id="two lines",
        ),
        pytest.param(f"工 作 方 案\n{BODY}", "工作方案", id="letters set wide"),
        pytest.param(
            f"云教〔2026〕5号\n云岫区校园安全工作方案\n{BODY}",
            "云岫区校园安全工作方案",
            id="below the file number",
        ),
        pytest.param(
            f"云岫区教育局文件\n云岫区校园安全工作方案\n{BODY}",
            "云岫区校园安全工作方案",
            id="below the letterhead",
        ),
        pytest.param(
            f"云岫区校园安全工作方案（试行）\n{BODY}", "云岫区校园安全工作方案（试行）", id="with a bracket"
        ),
        pytest.param(f"在工作会议上的讲话\n（2026年3月5日）\n{BODY}", "在工作会议上的讲话", id="date below"),
        pytest.param(
            f"标题：关于排查的通知\n索引号：0012\n\n{BODY}", "关于排查的通知", id="only in the site's header"
        ),
        pytest.param(f"# 云岫区校园安全工作方案\n{BODY}", "云岫区校园安全工作方案", id="Markdown"),
        pytest.param(BODY, None, id="none"),
        pytest.param("", None, id="empty"),
    ],
)
def test_title(text: str, title: str | None) -> None:
    reading = read(text)
    assert reading.title == title
    assert [h.title for h in reading.outline if h.level == 0] == ([title] if title else [])


def test_of_a_transmitted_document_the_inner_one_counts() -> None:
    letter = "云岫区教育局关于印发《校车管理办法》的通知\n各学校：\n现将办法印发给你们，请认真贯彻执行。\n云岫区教育局\n2026年5月6日\n"
    reading = read(f"{letter}云岫区校车管理办法\n{BODY}")
    assert reading.title == "云岫区校车管理办法"
    assert all("贯彻执行" not in c.text for c in reading.clauses)


def test_a_line_behind_the_first_marker_is_no_title() -> None:
    assert read(f"{BODY}云岫区校车管理办法\n各校要执行。\n").title is None


def test_a_sentence_that_ends_in_a_kind_of_document_is_no_title() -> None:
    assert read(f"请各校认真执行本方案。\n{BODY}").title is None


def test_the_title_of_two_lines_is_found_in_the_source() -> None:
    text = f"云岫区教育局\n关于开展安全排查的通知\n{BODY}"
    node = read(text).outline[0]
    assert (node.id, node.marker, text[node.start : node.end]) == (
        "h0",
        "",
        "云岫区教育局\n关于开展安全排查的通知",
    )


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("把准方向 扛牢责任\n——在全区教育工作会议上的讲话", "把准方向 扛牢责任——在全区教育工作会议上的讲话"),
        ("关于2025年工作情况的报告\n——区教育局", "关于2025年工作情况的报告"),
    ],
)
def test_a_dash_line_below_the_title_is_no_heading(head: str, title: str) -> None:
    reading = read(f"{head}\n（2026年3月5日）\n一、组织建设\n各校要建账。\n二、队伍建设\n各校要培训。\n")
    assert reading.title == title
    assert [(node.level, node.marker) for node in reading.outline] == [(0, ""), (1, "一、"), (1, "二、")]
