"""Pages of a site: lines where the page shows lines."""

from __future__ import annotations

import socket

import pytest

from guantong.files import Unreadable
from guantong.files.html import parse


def test_blocks_become_lines_and_scripts_go() -> None:
    page = """<!DOCTYPE html><html><head><title>网站</title><style>p {}</style></head><body>
    <script>var a = "不是正文";</script><div>关于<b>加强</b>督查的通知<p>一、总体要求<br>
    二、主要&nbsp;任务&#12290;</div>
    <noscript>请启用脚本</noscript><p style="display: none">暗字</p><p hidden>暗字<b>暗</b></p><!-- 注释 -->
    <ul><li>甲</li><li>乙</li></ul><ol start="3"><li>丙<li>丁</ol></body></html>"""
    assert parse(page.encode()).text.split("\n") == [
        "关于加强督查的通知",
        "一、总体要求",
        "二、主要 任务。",
        "甲",
        "乙",
        "3. 丙",
        "4. 丁",
    ]


def test_line_ends_of_the_source_are_no_spaces_between_characters() -> None:
    assert parse("<p>各校要\n    按时\r\n报送 excel\n表</p>".encode()).text == "各校要按时报送 excel 表"


@pytest.mark.parametrize("name", ["gb2312", "GBK", "gb18030"])
def test_declared_charset(name: str) -> None:
    declared = f'<meta http-equiv="Content-Type" content="text/html; charset={name}">'
    page = f"<html><head>{declared}</head><p>龘字與贯通</p>"
    assert parse(page.encode("gb18030")).text == "龘字與贯通"


def test_mark_beats_declaration_and_wrong_declaration_is_not_believed() -> None:
    page = '<meta charset="gbk"><p>各校要落实工作</p>'
    assert parse(b"\xff\xfe" + page.encode("utf-16-le")).text == "各校要落实工作"
    assert parse('<meta charset="utf-8"><p>各校要落实工作</p>'.encode("gbk")).text == "各校要落实工作"
    assert parse('<meta charset="zlib"><p>各校要落实工作</p>'.encode()).text == "各校要落实工作"


def test_tables_row_by_row() -> None:
    page = """<p>附件</p><table><caption>分工表</caption><tr><th>序号<th>任务<th>责任单位
    <tr><td>1<td><p>开展督查</p><p>形成报告</p><td>督查室</table><p>完</p>"""
    read = parse(page.encode())
    assert read.text == "附件\n分工表\n序号\t任务\t责任单位\n1\t开展督查 形成报告\t督查室\n完"
    assert [read.text[a:b] for a, b in read.tables] == ["序号\t任务\t责任单位\n1\t开展督查 形成报告\t督查室"]


def test_a_page_laid_out_by_tables_reads_as_a_page() -> None:
    article = "各校要落实。" * 200
    page = f"<table><tr><td>菜单<td><p>标题</p><p>{article}</p></table>"
    read = parse(page.encode())
    assert read.text == f"菜单\n标题\n{article}"
    assert read.tables == ()


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the reader must not reach out")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    page = '<!DOCTYPE html SYSTEM "http://example.invalid/x.dtd"><link href="http://example.invalid/a.css">'
    assert parse(f'{page}<img src="http://example.invalid/a.png"><p>正文</p>'.encode()).text == "正文"


def test_deep_nesting_loses_nothing() -> None:
    page = "<div>" * 5_000 + "<p>深处的正文</p>" + "</div>" * 5_000 + "<p>末尾</p>"
    assert parse(page.encode()).text == "深处的正文\n末尾"


@pytest.mark.parametrize("page", ["<html><body></body></html>", "<script>a</script>", "   "])
def test_no_text(page: str) -> None:
    with pytest.raises(Unreadable, match="没有"):
        parse(page.encode())
