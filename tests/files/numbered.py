"""Documents with automatic numbers beside the text a reader of the page sees, typed by hand."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import NamedTuple

import docx

from .made import make_docx, make_level, make_numbering, make_paragraph, make_style


class Numbered(NamedTuple):
    data: bytes
    twin: str


OFFICIAL_LEVELS = (
    make_level(0, "chineseCounting", "%1、")
    + make_level(1, "chineseCounting", "（%2）")
    + make_level(2, "decimal", "%3.")
    + make_level(3, "decimal", "（%4）")
)


def make_body(items: Iterable[tuple[str, int | None] | tuple[str, int | None, int]]) -> str:
    """Paragraphs from (text, level) or (text, level, numId); level None is not numbered, numId is 1."""
    out = []
    for text, level, *num_id in items:
        num = None if level is None else (num_id[0] if num_id else 1, level)
        out.append(make_paragraph(text, num=num))
    return "".join(out)


def official() -> Numbered:
    """一、/（一）/1./（1）, as most plans are written."""
    body = make_body(
        [
            ("关于加强学校党建工作的实施方案", None),
            ("总体要求", 0),
            ("各校要压实责任。", None),
            ("主要任务", 0),
            ("加强组织建设", 1),
            ("每季度召开支部党员大会。", 2),
            ("每月召开支部委员会会议：", 2),
            ("有议题；", 3),
            ("有记录。", 3),
            ("加强队伍建设", 1),
            ("按期换届。", 2),
            ("工作保障", 0),
            ("加强领导", 1),
        ]
    )
    twin = """关于加强学校党建工作的实施方案
一、总体要求
各校要压实责任。
二、主要任务
（一）加强组织建设
1.每季度召开支部党员大会。
2.每月召开支部委员会会议：
（1）有议题；
（2）有记录。
（二）加强队伍建设
1.按期换届。
三、工作保障
（一）加强领导"""
    return Numbered(make_docx(body, numbering=make_numbering({0: OFFICIAL_LEVELS}, {1: (0, "")})), twin)


def several_levels() -> Numbered:
    """%1.%2.%3, with a level that shows its heading's Chinese number as digits (isLgl)."""
    levels = (
        make_level(0, "chineseCountingThousand", "第%1章", suffix="space")
        + make_level(1, "decimal", "%1.%2", suffix="space", extra="<w:isLgl/>")
        + make_level(2, "decimal", "%1.%2.%3", suffix="tab", extra="<w:isLgl/>")
    )
    body = make_body(
        [
            ("总则", 0),
            ("依据", 1),
            ("范围", 1),
            ("学校", 2),
            ("机关", 2),
            ("职责", 0),
            ("学校", 1),
            ("书记", 2),
        ]
    )
    twin = "第一章 总则\n1.1 依据\n1.2 范围\n1.2.1 学校\n1.2.2 机关\n第二章 职责\n2.1 学校\n2.1.1 书记"
    return Numbered(make_docx(body, numbering=make_numbering({4: levels}, {1: (4, "")})), twin)


def restarted() -> Numbered:
    """A second w:num over the same definition starts anew (startOverride), a third goes on."""
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbering = make_numbering(
        {0: make_level(0, "decimal", "%1.")}, {1: (0, ""), 2: (0, override), 3: (0, "")}
    )
    body = make_body([("甲", 0, 1), ("乙", 0, 1), ("丙", 0, 2), ("丁", 0, 2), ("戊", 0, 3)])
    return Numbered(make_docx(body, numbering=numbering), "1.甲\n2.乙\n1.丙\n2.丁\n3.戊")


def starts_elsewhere() -> Numbered:
    """w:start of 3, and an override that starts at 5 and changes the look of the level."""
    level = make_level(0, "decimal", "(%1)")
    override = f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/>{level}</w:lvlOverride>'
    numbering = make_numbering(
        {0: make_level(0, "chineseCounting", "%1是", start=3), 1: make_level(0, "decimal", "%1.")},
        {1: (0, ""), 2: (1, override)},
    )
    body = make_body([("甲", 0, 1), ("乙", 0, 1), ("丙", 0, 2), ("丁", 0, 2)])
    return Numbered(make_docx(body, numbering=numbering), "三是甲\n四是乙\n(5)丙\n(6)丁")


def never_restarts() -> Numbered:
    """Articles run on through chapters (lvlRestart 0); items restart after level 1 only (lvlRestart 1)."""
    levels = (
        make_level(0, "chineseCounting", "第%1章", suffix="space")
        + make_level(1, "chineseCounting", "第%2条", suffix="space", extra='<w:lvlRestart w:val="0"/>')
        + make_level(2, "decimal", "%3．", extra='<w:lvlRestart w:val="1"/>')
    )
    body = make_body(
        [("总则", 0), ("目的", 1), ("甲", 2), ("范围", 1), ("乙", 2), ("职责", 0), ("书记", 1), ("丙", 2)]
    )
    twin = "第一章 总则\n第一条 目的\n1．甲\n第二条 范围\n2．乙\n第二章 职责\n第三条 书记\n1．丙"
    return Numbered(make_docx(body, numbering=make_numbering({0: levels}, {1: (0, "")})), twin)


def by_styles() -> Numbered:
    """Headings numbered by their styles: linked by pStyle, based on another style, switched off."""
    levels = make_level(0, "chineseCounting", "%1、", extra='<w:pStyle w:val="H1"/>') + make_level(
        1, "chineseCounting", "（%2）", extra='<w:pStyle w:val="H2"/>'
    )
    one = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    two = '<w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    off = '<w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>'
    styles = (
        make_style("H1", one)
        + make_style("H2", two, based_on="H1")
        + make_style("H2red", "", based_on="H2")
        + make_style("Bare", off, based_on="H1")
    )
    body = (
        make_paragraph("总体要求", style="H1")
        + make_paragraph("不编号的标题", style="Bare")
        + make_paragraph("主要任务", style="H1")
        + make_paragraph("组织建设", style="H2")
        + make_paragraph("队伍建设", style="H2red")
        + make_paragraph("附则", style="H1", num=(0, 0))
        + make_paragraph("保障措施", style="H1")
    )
    twin = "一、总体要求\n不编号的标题\n二、主要任务\n（一）组织建设\n（二）队伍建设\n附则\n三、保障措施"
    return Numbered(make_docx(body, numbering=make_numbering({0: levels}, {1: (0, "")}), styles=styles), twin)


def linked_list_style() -> Numbered:
    """numStyleLink → a numbering style → the definition that carries styleLink; both share one count."""
    numbering = make_numbering(
        {
            0: '<w:styleLink w:val="Plan"/>' + make_level(0, "chineseCounting", "%1、"),
            1: '<w:numStyleLink w:val="Plan"/>',
        },
        {7: (0, ""), 8: (1, "")},
    )
    styles = make_style("Plan", '<w:pPr><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr>', kind="numbering")
    body = make_body([("甲", 0, 8), ("乙", 0, 7), ("丙", 0, 8)])
    return Numbered(make_docx(body, numbering=numbering, styles=styles), "一、甲\n二、乙\n三、丙")


def in_tables() -> Numbered:
    """Numbers in cells, in reading order; the list goes on after the table. Merged cells are read once."""
    row = "<w:tr>{}</w:tr>"
    cell = "<w:tc><w:tcPr>{}</w:tcPr>{}</w:tc>"
    rest, go_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"

    def entry(text: str, merge: str = "", *, numbered: bool = False) -> str:
        return cell.format(merge, make_paragraph(text, num=(1, 0) if numbered else None))

    table = "<w:tbl>" + "".join(
        [
            row.format(entry("序号") + entry("任务") + entry("单位")),
            row.format(entry("", numbered=True) + entry("开展督查") + entry("督查室", rest)),
            row.format(entry("", numbered=True) + entry("通报结果") + entry("", go_on)),
        ]
    )
    body = make_paragraph("分工表") + table + "</w:tbl>" + make_paragraph("其他", num=(1, 0))
    twin = "分工表\n序号\t任务\t单位\n1、\t开展督查\t督查室\n2、\t通报结果\n3、其他"
    return Numbered(
        make_docx(body, numbering=make_numbering({0: make_level(0, "decimal", "%1、")}, {1: (0, "")})), twin
    )


def many_formats() -> Numbered:
    """Formats in use in Chinese offices, at the numbers where they turn."""
    kinds = {
        "ideographDigital": ("一", "二"),
        "japaneseCounting": ("一", "二"),
        "decimalFullWidth": ("１", "２"),
        "decimalEnclosedCircle": ("①", "②"),
        "decimalZero": ("01", "02"),
        "upperRoman": ("I", "II"),
        "lowerRoman": ("i", "ii"),
        "upperLetter": ("A", "B"),
        "lowerLetter": ("a", "b"),
        "ideographTraditional": ("甲", "乙"),
        "ideographZodiac": ("子", "丑"),
        "chineseLegalSimplified": ("壹", "贰"),
    }
    abstracts = {i: make_level(0, kind, "%1）") for i, kind in enumerate(kinds)}
    nums = {i + 1: (i, "") for i in abstracts}
    items = [("事项", 0, num) for num in nums for _ in range(2)]
    twin = "\n".join(f"{sign}）事项" for signs in kinds.values() for sign in signs)
    return Numbered(make_docx(make_body(items), numbering=make_numbering(abstracts, nums)), twin)


def past_ten() -> Numbered:
    """十、十一、二十、二十一."""
    numbering = make_numbering(
        {0: make_level(0, "chineseCountingThousand", "第%1条", suffix="space")}, {1: (0, "")}
    )
    signs = "一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七 十八 十九 二十 二十一".split()  # noqa: SIM905
    body = make_body([("条文", 0)] * len(signs))
    return Numbered(make_docx(body, numbering=numbering), "\n".join(f"第{sign}条 条文" for sign in signs))


def parted_by_tabs() -> Numbered:
    """The tab after a number is a distance after 、 and ）, and a space after 1. and 第一条."""
    kinds = (
        ("chineseCounting", "%1、"),
        ("decimal", "%1）"),
        ("decimal", "%1."),
        ("chineseCounting", "第%1条"),
    )
    abstracts = {i: make_level(0, kind, text, suffix="tab") for i, (kind, text) in enumerate(kinds)}
    body = make_body([("事项", 0, i + 1) for i in abstracts] + [("2023年事项", 0, 3)])
    numbering = make_numbering(abstracts, {i + 1: (i, "") for i in abstracts})
    twin = "一、事项\n1）事项\n1. 事项\n第一条 事项\n2. 2023年事项"
    return Numbered(make_docx(body, numbering=numbering), twin)


def skipped_levels() -> Numbered:
    """A level without its higher one shows that one's start; a list broken off keeps its count."""
    levels = make_level(0, "decimal", "%1") + make_level(1, "decimal", "%1.%2")
    numbering = make_numbering({0: levels, 1: make_level(0, "decimal", "附件%1：")}, {1: (0, ""), 2: (1, "")})
    body = make_body([("甲", 1), ("乙", 1), ("丙", 0, 2), ("丁", 1), ("戊", 0, 2)])
    return Numbered(make_docx(body, numbering=numbering), "1.1甲\n1.2乙\n附件1：丙\n1.3丁\n附件2：戊")


def bullets() -> Numbered:
    """Glyphs of symbol fonts become plain bullets; a dash stays a dash; an empty label shows nothing."""
    texts = "\uf0b7", "——", "\uf06c", ""
    abstracts = {i: make_level(0, "bullet", text, suffix="space") for i, text in enumerate(texts)}
    body = make_body([("事项", 0, i + 1) for i in abstracts])
    numbering = make_numbering(abstracts, {i + 1: (i, "") for i in abstracts})
    return Numbered(make_docx(body, numbering=numbering), "• 事项\n—— 事项\n● 事项\n事项")


def by_python_docx() -> Numbered:
    """The numbered styles of a common writing library's own template."""
    document = docx.Document()
    document.add_paragraph("通知")
    for text in ("甲", "乙"):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("丙", style="List Bullet")
    document.add_paragraph("丁", style="List Number")
    buffer = BytesIO()
    document.save(buffer)
    return Numbered(buffer.getvalue(), "通知\n1. 甲\n2. 乙\n• 丙\n3. 丁")


DOCUMENTS = {
    make.__name__: make()
    for make in (
        official,
        several_levels,
        restarted,
        starts_elsewhere,
        never_restarts,
        by_styles,
        linked_list_style,
        in_tables,
        many_formats,
        past_ten,
        parted_by_tabs,
        skipped_levels,
        bullets,
        by_python_docx,
    )
}
