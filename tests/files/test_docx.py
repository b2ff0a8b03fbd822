"""What of a Word document is text, and what is not."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from guantong.files import Unreadable
from guantong.files.docx import parse
from guantong.files.source import Extract

from .made import (
    NAMESPACES,
    OFFICE,
    make_docx,
    make_level,
    make_numbering,
    make_paragraph,
    make_style,
    make_zip,
)


def make_run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def read_body(body: str, **parts: str) -> Extract:
    return parse(make_docx(body, **parts))  # type: ignore[arg-type]  # only the parts that are XML


def read_runs(*runs: str) -> str:
    return read_body(f"<w:p>{''.join(runs)}</w:p>").text


def test_insertions_are_read_and_deletions_are_not() -> None:
    text = read_runs(
        make_run("各校要"),
        f'<w:ins w:id="1">{make_run("按时")}</w:ins>',
        '<w:del w:id="2"><w:r><w:delText>尽快</w:delText></w:r></w:del>',
        f'<w:moveFrom w:id="3">{make_run("旧处")}</w:moveFrom>',
        f'<w:moveTo w:id="4">{make_run("新处")}</w:moveTo>',
        make_run("报送。"),
    )
    assert text == "各校要按时新处报送。"


def test_a_deleted_paragraph_end_joins_with_the_next() -> None:
    first = f'<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>{make_run("各校要")}</w:p>'
    assert read_body(first + make_paragraph("落实。")).text == "各校要落实。"
    assert read_body(make_paragraph("通知") + first).text == "通知\n各校要"


def test_hidden_text_is_not_read() -> None:
    styles = (
        make_style("Secret", "<w:rPr><w:vanish/></w:rPr>", kind="character")
        + make_style("SecretToo", based_on="Secret", kind="character")
        + make_style("Note", "<w:rPr><w:vanish/></w:rPr>")
    )
    runs = (
        make_run("看得见")
        + make_run("暗一", "<w:vanish/>")
        + make_run("暗二", '<w:rStyle w:val="SecretToo"/>')
        + make_run("也看得见", '<w:rStyle w:val="Secret"/><w:vanish w:val="0"/>')
    )
    body = f"<w:p>{runs}</w:p>" + make_paragraph("暗三", style="Note")
    assert read_body(body, styles=styles).text == "看得见也看得见"


def test_breaks_tabs_hyphens_and_symbols() -> None:
    text = read_runs(
        "<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:tab/><w:t>丙</w:t><w:cr/></w:r>",
        "<w:r><w:t>A</w:t><w:noBreakHyphen/><w:t>B</w:t><w:softHyphen/><w:t>C</w:t></w:r>",
        '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:sym w:font="Wingdings" w:char="zz"/></w:r>',
    )
    assert text == "甲\n乙\t丙\nA-BC☑"


def test_fields_show_their_result_only() -> None:
    def char(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    code = "<w:r><w:instrText> REF _1 </w:instrText></w:r>"
    nested = char("begin") + code + char("separate") + make_run("内") + char("end")
    text = read_runs(
        make_run("见"),
        char("begin") + "<w:r><w:instrText>IF </w:instrText></w:r>" + nested + char("separate"),
        make_run("第三条") + char("end"),
        '<w:fldSimple w:instr=" PAGE ">' + make_run("7") + "</w:fldSimple>",
        '<w:hyperlink r:id="x">' + make_run("附件") + "</w:hyperlink>",
        make_run("。"),
    )
    assert text == "见第三条7附件。"


def test_a_field_without_end_swallows_nothing() -> None:
    body = '<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText></w:r></w:p>'
    assert read_body(body + make_paragraph("后面的正文")).text == "后面的正文"


def test_text_boxes_follow_their_paragraph_once() -> None:
    box = f"<w:txbxContent>{make_paragraph('框内一')}{make_paragraph('框内二')}</w:txbxContent>"
    both = (
        '<mc:AlternateContent><mc:Choice Requires="wps">'
        f"<w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
    )
    body = f"<w:p><w:r><w:t>前</w:t>{both}</w:r>{make_run('后')}</w:p>"
    old = f"<w:p><w:r><w:pict><v:textbox>{box}</v:textbox></w:pict></w:r></w:p>"
    assert read_body(body + old).text == "前后\n框内一\n框内二\n框内一\n框内二"


def test_notes_follow_the_body() -> None:
    """No mark stands in the text: a figure would glue to the figures beside it."""
    notes = '<w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>' + "".join(
        f'<w:footnote w:id="{i}">{make_paragraph(text)}</w:footnote>'
        for i, text in ((2, "乙注"), (1, "甲注"))
    )
    body = "<w:p>" + "".join(
        make_run(text) + f'<w:r><w:footnoteReference w:id="{i}"/></w:r>'
        for text, i in (("达到40%", 2), ("以上", 1))
    )
    endnotes = f'<w:endnote w:id="5">{make_paragraph("尾")}</w:endnote>'
    body += '<w:r><w:endnoteReference w:id="5"/></w:r></w:p>'
    text = read_body(body, footnotes=notes, endnotes=endnotes).text
    assert text == "达到40%以上\n脚注1：乙注\n脚注2：甲注\n尾注1：尾"


def test_headers_footers_and_comments_are_not_body() -> None:
    header = f"<w:hdr {NAMESPACES}>{make_paragraph('页眉')}</w:hdr>".encode()
    relation = f'<Relationship Id="h" Type="{OFFICE}/header" Target="header1.xml"/>'
    body = make_paragraph("正文") + '<w:sectPr><w:headerReference w:type="default" r:id="h"/></w:sectPr>'
    assert parse(make_docx(body, more={"word/header1.xml": header}, relations=relation)).text == "正文"


def test_content_controls_and_ruby() -> None:
    above, base = make_run("guan"), make_run("贯")
    ruby = f"<w:r><w:ruby><w:rt>{above}</w:rt><w:rubyBase>{base}</w:rubyBase></w:ruby></w:r>"
    inside = f"<w:sdt><w:sdtContent><w:p>{ruby}{make_run('通')}</w:p></w:sdtContent></w:sdt>"
    assert read_body(f"<w:customXml>{inside}</w:customXml>").text == "贯通"


def test_a_table_of_contents_is_furniture() -> None:
    styles = make_style("10", name="toc 1") + make_style("Mine", based_on="10")
    body = (
        make_paragraph("contents")
        + make_paragraph("一、总体要求\t1", style="10")
        + make_paragraph("二、任务\t2", style="Mine")
        + make_paragraph("一、总体要求")
    )
    read = read_body(body, styles=styles)
    assert [(read.text[f.start : f.end], f.reason) for f in read.furniture] == [
        ("一、总体要求\t1", "contents"),
        ("二、任务\t2", "contents"),
    ]


def test_table_spans() -> None:
    def row(*cells: str) -> str:
        return "<w:tr>" + "".join(f"<w:tc>{make_paragraph(cell)}</w:tc>" for cell in cells) + "</w:tr>"

    table = f"<w:tbl>{row('任务', '单位')}{row('督查', '')}{row('', '督查室')}</w:tbl>"
    deleted = '<w:tbl><w:tr><w:trPr><w:del w:id="1"/></w:trPr><w:tc><w:p/></w:tc></w:tr></w:tbl>'
    frame = f"<w:tbl>{row('红头')}{row('文号')}</w:tbl>"
    read = read_body(frame + make_paragraph("前") + table + make_paragraph("后") + deleted)
    assert read.text == "红头\n文号\n前\n任务\t单位\n督查\n\t督查室\n后"
    assert [read.text[a:b] for a, b in read.tables] == ["任务\t单位\n督查\n\t督查室"]


def test_numbered_line_breaks_and_typed_indents() -> None:
    numbering = make_numbering({0: make_level(0, "chineseCounting", "%1、")}, {1: (0, "")})
    body = make_paragraph("　　总体要求", num=(1, 0)) + make_paragraph("　　各校要落实。")
    assert read_body(body, numbering=numbering).text == "一、总体要求\n　　各校要落实。"


def test_strict_dialect() -> None:
    """Word can also save "Strict Open XML", the same document under other names."""
    numbering = make_numbering({0: make_level(0, "decimal", "%1.")}, {1: (0, "")})
    usual = make_docx(make_paragraph("正文", num=(1, 0)), numbering=numbering)
    strict = {}
    with zipfile.ZipFile(BytesIO(usual)) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            for kind in (b"wordprocessingml", b"officeDocument"):
                old, new = b"http://schemas.openxmlformats.org/%b/2006/", b"http://purl.oclc.org/ooxml/%b/"
                data = data.replace(old % kind, new % kind)
            strict[name] = data
    assert strict["word/document.xml"].count(b"purl.oclc.org") == 2
    assert parse(make_zip(strict)).text == "1.正文"


@pytest.mark.parametrize("body", ["", "<w:p/>", make_paragraph("  \t ")])
def test_no_text(body: str) -> None:
    with pytest.raises(Unreadable, match="没有"):
        read_body(body)
