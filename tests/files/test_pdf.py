"""Pages back into paragraphs."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from docx.shared import Mm, Pt

from guantong.files import Unreadable, read_text
from guantong.files.pdf import parse
from guantong.files.source import Extract

from .conftest import Convert
from .made import PICTURE, Placed, make_page, make_pdf, make_raw_pdf

LONG = (
    "各学校党组织要认真落实组织生活制度，每季度召开一次支部党员大会，每月召开一次支部委员会会议，按时上好党课"
)
PLAN = [
    "一、总体要求",
    f"{LONG}。",
    "二、主要任务",
    f"（一）压实责任。{LONG}，到2025年底前覆盖率达到95%以上。",
    f"1.{LONG}；",
    f"2.{LONG}。",
]


def furniture_of(read: Extract) -> list[tuple[str, str]]:
    return [(read.text[f.start : f.end], f.reason) for f in read.furniture]


def body_of(read: Extract) -> list[str]:
    """Lines of the text that are not furniture."""
    spans = {(f.start, f.end) for f in read.furniture}
    lines, at = [], 0
    for line in read.text.split("\n"):
        if (at, at + len(line)) not in spans:
            lines.append(line)
        at += len(line) + 1
    return lines


def test_paragraphs_with_an_indent() -> None:
    assert parse(make_pdf([make_page(PLAN)])).text.split("\n") == PLAN


def test_paragraphs_without_an_indent() -> None:
    assert parse(make_pdf([make_page(PLAN, indent=False)])).text.split("\n") == PLAN


def test_a_marker_in_the_middle_of_a_sentence_begins_nothing() -> None:
    """The line happens to begin with （一）; the sentence before it has not ended."""
    first = "关于本方案所称重点任务，是指上级党组织印发的工作要点第三条"
    paragraph = first[:26] + "（一）项规定的任务，各校要按时落实，不得拖延，并在年底前报送。"
    assert parse(make_pdf([make_page(["通知如下：", paragraph])])).text.split("\n") == [
        "通知如下：",
        paragraph,
    ]


def test_words_and_figures_keep_their_spaces() -> None:
    page: list[Placed] = [
        (80, 700, 16, "用 Word"),
        (148, 700, 16, "Excel"),
        (80, 672, 16, "甲"),
        (104, 672, 16, "乙"),
        (80, 644, 16, "名称"),
        (240, 644, 16, "单位"),
    ]
    assert parse(make_pdf([page])).text == "用 Word Excel\n甲乙\n名称\t单位"


@pytest.mark.parametrize(
    "number", ["— {} —", "-{}-", "- {} -", "{}", "第{}页", "第 {} 页 共 3 页", "{}/3", "－{}－", "·{}·"]
)
def test_page_numbers(number: str) -> None:
    """A paragraph goes on over the page: the number stands after it, in the text but listed."""
    pages = [[*make_page(PLAN), (290.0, 60.0, 14.0, number.format(i))] for i in (1, 2, 3)]
    cut = pages[0].pop(-2)  # the last line of the text goes to the next page
    pages[1].insert(0, (cut[0], 768, cut[2], cut[3]))
    read = parse(make_pdf(pages))
    assert furniture_of(read) == [(number.format(i), "page-number") for i in (1, 2, 3)]
    assert body_of(read) == PLAN * 3


def test_running_heads() -> None:
    pages = [
        [
            (200.0, 800.0, 10.0, "学校党建工作文件汇编"),
            *make_page(PLAN),
            (90.0, 50.0, 10.0, f"内部资料 第{i}版"),
        ]
        for i in (1, 2)
    ]
    read = parse(make_pdf(pages))
    assert furniture_of(read) == [
        ("学校党建工作文件汇编", "running-head"),
        ("内部资料 第1版", "running-foot"),
        ("学校党建工作文件汇编", "running-head"),
        ("内部资料 第2版", "running-foot"),
    ]
    assert body_of(read) == PLAN * 2


def test_the_same_line_at_the_top_of_every_page_is_text_when_it_belongs_to_the_text() -> None:
    """The control: no distance, no other size; and a title at the top of one page only is text too."""
    pages = [make_page(["一、工作要求", *PLAN], top=790), make_page(["一、工作要求", *PLAN], top=790)]
    assert furniture_of(parse(make_pdf(pages))) == []
    assert furniture_of(parse(make_pdf([[(200.0, 800.0, 22.0, "工作方案"), *make_page(PLAN)]]))) == []


def test_tagged_artifacts_are_furniture() -> None:
    def shown(text: str, x: int, y: int) -> str:
        return f"BT /F 16 Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET"

    head = "/Artifact << /Type /Pagination /Subtype /Header >> BDC " + shown("文件汇编", 80, 800) + " EMC"
    read = parse(make_raw_pdf([f"{head} {shown('正文', 80, 700)}"]))
    assert (read.text.split("\n"), furniture_of(read)) == (
        ["正文", "文件汇编"],
        [("文件汇编", "running-head")],
    )


def test_text_operators_put_text_where_they_say() -> None:
    """Td, TD, T*, ', TJ, Tc, Tz, Ts, cm, q/Q and an ActualText: each moves or changes what follows."""

    def code(text: str) -> str:
        return f"<{text.encode('utf-16-be').hex()}>"

    content = f"""q 1 0 0 1 20 0 cm BT /F 16 Tf 80 700 Td [{code("甲")} -2000 {code("乙")}] TJ
    0 -28 TD {code("丙")} Tj T* {code("丁")} Tj {code("戊")} ' 28 TL ET Q
    q BT /F 16 Tf 2 Tc 150 Tz 80 560 Td {code("宽")} Tj {code("字")} Tj 5 Ts {code("高")} Tj ET Q
    BT /F 16 Tf 80 500 Td /Span << /ActualText (ok) >> BDC {code("替换")} Tj {code("掉")} Tj EMC
    {code("尾")} Tj ET"""
    assert parse(make_raw_pdf([content])).text == "甲\t乙\n丙\n丁\n戊\n宽字高\nok尾"


def test_bold_drawn_twice_is_read_once() -> None:
    page: list[Placed] = [
        (80, 700, 16, "标题"),
        (80.4, 700, 16, "标题"),
        (80, 672, 16, "人人"),
        (112, 672, 16, "人人"),
    ]
    assert parse(make_pdf([page])).text == "标题\n人人人人"


def test_turned_pages() -> None:
    """Landscape pages are often portrait ones with /Rotate and text that runs upwards."""
    lines = "".join(
        f"BT /F 16 Tf 0 1 -1 0 {100 + 28 * i} 80 Tm <{text.encode('utf-16-be').hex()}> Tj ET "
        for i, text in enumerate(("第一行", "第二行"))
    )
    for rotate in (0, 90):
        assert parse(make_raw_pdf([lines], rotate=rotate)).text == "第一行\n第二行"


def make_form(content: str) -> str:
    head = "<< /Type /XObject /Subtype /Form /BBox [0 0 99 99] /Matrix [1 0 0 1 80 0]"
    return f"{head} /Length {len(content)} >>\nstream\n{content}\nendstream"


def test_forms_are_drawn_where_they_are_put() -> None:
    """Office programs put running heads and boxes into forms. One that draws itself comes to an end."""
    inside = f"BT /F 16 Tf 0 0 Td <{'框内'.encode('utf-16-be').hex()}> Tj ET"
    texts = [
        f"BT /F 16 Tf 80 {y} Td <{t.encode('utf-16-be').hex()}> Tj ET" for y, t in ((700, "上"), (500, "下"))
    ]
    page = f"{texts[0]} q 1 0 0 1 0 600 cm /Im Do Q {texts[1]}"
    assert (
        parse(make_raw_pdf([page], mapped=False, encoding="UniGB-UTF16-H", drawn=make_form(inside))).text
        == "上\n框内\n下"
    )
    form = make_form(f"{inside} /Im Do")
    endless = parse(make_raw_pdf([page], mapped=False, encoding="UniGB-UTF16-H", drawn=form))
    assert 1 < endless.text.count("框内") < 10


def test_a_font_with_a_standard_encoding_and_a_page_with_its_corner_elsewhere() -> None:
    lines = [(1080, 1700, "贯通𠮷"), (1290, 1060, "— 1 —")]
    content = " ".join(f"BT /F 16 Tf {x} {y} Td <{t.encode('utf-16-be').hex()}> Tj ET" for x, y, t in lines)
    read = parse(make_raw_pdf([content], mapped=False, encoding="UniGB-UTF16-H", corner=(1000, 1000)))
    assert (body_of(read), furniture_of(read)) == (["贯通𠮷"], [("— 1 —", "page-number")])


def test_watermark_is_furniture() -> None:
    mark = f"BT /F 40 Tf .7 .7 -.7 .7 200 300 Tm <{'草稿'.encode('utf-16-be').hex()}> Tj ET "
    body = "".join(
        f"BT /F 16 Tf {x} {y} Td <{t.encode('utf-16-be').hex()}> Tj ET " for x, y, _, t in make_page(PLAN)
    )
    read = parse(make_raw_pdf([mark + body]))
    assert (furniture_of(read), body_of(read)) == ([("草稿", "watermark")], PLAN)


def make_columns(first: list[str], second: list[str]) -> list[Placed]:
    left = [(60.0, 760.0 - 20 * i, 12.0, text) for i, text in enumerate(first)]
    return left + [(310.0, 760.0 - 20 * i, 12.0, text) for i, text in enumerate(second)]


def test_two_columns_are_refused() -> None:
    lines = [LONG[i : i + 19] for i in range(15)]
    with pytest.raises(Unreadable, match="分栏"):
        parse(make_pdf([make_columns(lines, lines)]))


def test_a_table_of_short_entries_is_not_two_columns() -> None:
    names = [f"第{i}中学" for i in range(20)]
    lines = parse(make_pdf([make_columns(names, names)])).text.split("\n")
    assert lines == [f"{name}\t{name}" for name in names]


def test_scanned_is_refused_and_a_picture_page_is_not_lost() -> None:
    picture = "q 500 0 0 700 40 60 cm /Im Do Q"
    with pytest.raises(Unreadable, match="扫描"):
        parse(make_raw_pdf([picture, picture], drawn=PICTURE))
    text = "".join(
        f"BT /F 16 Tf {x} {y} Td <{t.encode('utf-16-be').hex()}> Tj ET " for x, y, _, t in make_page(PLAN)
    )
    read = parse(make_raw_pdf([text, picture], drawn=PICTURE))
    assert furniture_of(read) == [("〔第2页没有文字〕", "image-page")]
    with pytest.raises(Unreadable, match="扫描"):
        parse(make_raw_pdf([text, picture, picture], drawn=PICTURE))


def test_fonts_without_characters_are_refused() -> None:
    with pytest.raises(Unreadable, match="乱码"):
        parse(make_pdf([make_page(PLAN)], mapped=False))


def test_written_by_libreoffice(convert: Convert, tmp_path: Path) -> None:
    """An official page as LibreOffice sets it, with whatever font it finds."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer.paragraphs[0].text = "— 1 —"
    for text in PLAN * 4:
        paragraph = document.add_paragraph()
        paragraph.add_run(text).font.size = Pt(16)
        paragraph.paragraph_format.first_line_indent = Pt(32)
        paragraph.paragraph_format.line_spacing = Pt(28)
    path = tmp_path / "plan.docx"
    document.save(str(path))
    made = convert({"plan.docx": path.read_bytes()}, "pdf")["plan"]
    try:
        read = read_text(made)
    except Unreadable as exc:
        if "乱码" in str(exc):
            pytest.skip("no Chinese font on this machine: LibreOffice cannot write the text into a PDF")
        raise
    assert body_of(Extract(read.text, read.furniture)) == PLAN * 4
    assert {f.reason for f in read.furniture} == {"page-number"}
