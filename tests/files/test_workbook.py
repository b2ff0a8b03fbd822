"""A workbook in: read as it stands, or refused with one sentence that says why and what to do."""

from __future__ import annotations

import resource
import struct
import time
from datetime import date
from typing import Any

import pytest

from guantong.files import Unreadable, limits
from guantong.files.tables import head_of, table_of
from guantong.files.workbook import Workbook, read_workbook

from .books import make_book, make_sheets, make_xls, with_parts
from .made import make_zip
from .test_refusals import assert_one_sentence

HEADS = ["序号", "单位名称", "上级单位", "成立日期"]
LINE = ["1", "云岫小学党支部", "", "2020年9月1日"]
GOOD = make_book([HEADS, LINE])


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read_workbook(name, data)
    assert_one_sentence(str(caught.value))
    return str(caught.value)


def test_what_is_read_is_what_stands_in_the_sheet() -> None:
    book = read_workbook(
        "甲.xlsx", make_book([HEADS, [1, "0123", 12345678901.0, date(2026, 11, 23)], [], ["末"]])
    )
    assert book.rows == (tuple(HEADS), ("1", "0123", "12345678901", "2026-11-23"), (), ("末",))
    assert (book.sheets, book.sheet) == (("Sheet1",), "Sheet1")


def test_empty_last_rows_and_columns_are_none() -> None:
    data = make_book([HEADS, LINE, ["", " "], ["　"]], also=lambda _, sheet: sheet.write_blank(90, 40, None))
    assert read_workbook("甲.xlsx", data).rows == (tuple(HEADS), tuple(LINE))


def test_of_several_sheets_the_first_with_rows_is_read_or_the_one_named() -> None:
    data = make_sheets({"说明": [], "小学": [HEADS, LINE], "中学": [HEADS, ["1", "砚舟中学党委"]]})
    assert read_workbook("甲.xlsx", data).sheet == "小学"
    chosen = read_workbook("甲.xlsx", data, "中学")
    assert (chosen.sheets, chosen.rows[1]) == (("说明", "小学", "中学"), ("1", "砚舟中学党委"))
    assert read_workbook("甲.xlsx", data, "没有").sheet == "小学"


def test_sums_signatures_and_titles_between_the_lines_are_no_lines() -> None:
    def merge(_: Any, sheet: Any) -> None:
        sheet.merge_range(1, 0, 1, 3, "一、小学")

    lines = [[], LINE, ["2", "制表人小学党支部"], ["", "合 计", "2"], ["小计：2"], ["总计", "2", "2", "2"]]
    signed = [["制表人：张某", "", "审核人：李某"], ["填表人", "张某"], ["审核人签字"]]
    alone = [["3"], ["", "合计路小学党支部"]]
    table = table_of(read_workbook("甲.xlsx", make_book([HEADS, *lines, *signed, *alone], also=merge)).rows)
    assert [line.number for line in table.lines] == [3, 4, 11, 12]
    assert table.left_out == 7


def test_merged_cells_say_the_same_in_each() -> None:
    def merge(_: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 0, 3, "某区学校一览表")
        sheet.merge_range(2, 2, 3, 2, "砚舟中学党委")

    data = make_book([[], HEADS, ["1", "第一支部"], ["2", "第二支部"]], also=merge)
    table = table_of(read_workbook("甲.xlsx", data).rows)
    assert table.heads == tuple(HEADS)
    assert [line.cells[2] for line in table.lines] == ["砚舟中学党委"] * 2


def test_an_old_workbook_is_read() -> None:
    book = read_workbook("甲.xls", make_xls([["姓名", "编号"], ["张某", "0123"], ["李某", 46349.0]]))
    assert book.rows == (("姓名", "编号"), ("张某", "0123"), ("李某", "46349"))


def test_the_heads_are_found_below_titles() -> None:
    rows = [
        ["某区学校党组织一览表"] * 4,
        ["填报单位：某某", "", "填报时间：2026年3月"],
        ["序号", "单 位 名 称*", "上级单位（必填）", "备注"],
        ["", "（全称）", "（没有的不填）"],
        ["1", "2", "3", "4"],
        ["1", "甲校党委", "", ""],
        ["序号", "单 位 名 称*", "上级单位（必填）", "备注"],
        [],
        ["2", "乙校党委", "甲校党委"],
        ["", "（示例）丙校党委"],
        ["注：按学校顺序填写"],
    ]
    table = table_of(rows, {"单位名称", "上级单位"})
    assert (table.number, [head_of(head) for head in table.heads]) == (
        3,
        ["序号", "单位名称", "上级单位", "备注"],
    )
    assert [(line.number, line.cells[1]) for line in table.lines] == [(6, "甲校党委"), (9, "乙校党委")]
    assert table.left_out == 5  # the units, the figures, the repeated heads, the example, the remark
    assert table_of(rows).heads == table.heads, "and without knowing any head"


def test_figures_under_the_heads_are_no_line() -> None:
    assert table_of([["甲", "乙", "丙"], ["1", "2", "3"], ["x", "y", "z"]]).left_out == 1


@pytest.mark.parametrize("rows", [[], [["2026", "3"]], [["姓名"], ["张某"]]])
def test_without_heads_it_says_so(rows: list[list[str]]) -> None:
    with pytest.raises(Unreadable, match="表头"):
        table_of(rows)


def test_without_lines_it_says_so() -> None:
    with pytest.raises(Unreadable, match="没有数据"):
        table_of([["姓名", "单位"], [], ["", ""]])


def _noisy(rows: int, columns: int) -> bytes:
    return make_book([[f"{row * 7919 % 99991}{column}" for column in range(columns)] for row in range(rows)])


REFUSED: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.xlsx", b"", "空的"),
    "too large": ("a.xlsx", b"PK\x03\x04" + bytes(limits.FILE_BYTES), "20 MB"),
    "macro name": ("a.xlsm", GOOD, "宏"),
    "macros": ("a.xlsx", with_parts(GOOD, {"xl/vbaProject.bin": b"x"}), "宏"),
    "script": ("a.xlsx", with_parts(GOOD, {"xl/jsaProject.bin": b"x"}), "宏"),
    "macro sheet": ("a.xlsx", with_parts(GOOD, {"xl/macrosheets/sheet1.xml": b"<x/>"}), "宏"),
    "macro type": (
        "a.xlsx",
        with_parts(
            GOOD,
            {},
            lambda name, part: (
                part.replace(b"spreadsheetml.sheet.main", b"sheet.macroEnabled.main")
                if name == "[Content_Types].xml"
                else part
            ),
        ),
        "宏",
    ),
    "binary": ("a.xlsx", with_parts(GOOD, {"xl/workbook.bin": b"x"}), "xlsb"),
    "object": ("a.xlsx", with_parts(GOOD, {"xl/embeddings/oleObject1.bin": b"x"}), "嵌入"),
    "control": ("a.xlsx", with_parts(GOOD, {"xl/activeX/activeX1.xml": b"<x/>"}), "嵌入"),
    "link": ("a.xlsx", with_parts(GOOD, {"xl/externalLinks/externalLink1.xml": b"<x/>"}), "链接"),
    "connection": ("a.xlsx", with_parts(GOOD, {"xl/connections.xml": b"<x/>"}), "链接"),
    "relation": (
        "a.xlsx",
        with_parts(
            GOOD,
            {
                "xl/worksheets/_rels/sheet1.xml.rels": b'<Relationships><Relationship Id="r" '
                b'Type="http://x/image" Target="http://example.invalid/" TargetMode="External"/></Relationships>'
            },
        ),
        "链接",
    ),
    "dde": (
        "a.xlsx",
        make_book([HEADS, LINE], also=lambda _, sheet: sheet.write_formula(5, 0, "=cmd|'/c calc'!A0")),
        "DDE",
    ),
    "dtd": (
        "a.xlsx",
        with_parts(
            GOOD,
            {},
            lambda name, part: (
                part.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY y "z">]>', 1)
                if name.endswith("sharedStrings.xml")
                else part
            ),
        ),
        "声明",
    ),
    "hidden dtd": ("a.xlsx", with_parts(GOOD, {"xl/more.xml": "<!DOCTYPE x>".encode("utf-16")}), "声明"),
    "odd encoding": (
        "a.xlsx",
        with_parts(GOOD, {"xl/more.xml": b'<?xml version="1.0" encoding="UTF-7"?><x/>'}),
        "声明",
    ),
    "bomb": ("a.xlsx", with_parts(GOOD, {"xl/media/zeros": bytes(40 * limits.MB)}), "展开"),
    "entries": ("a.xlsx", with_parts(GOOD, {f"xl/media/{n}": b"" for n in range(2000)}), "展开"),
    "nested": ("a.xlsx", with_parts(GOOD, {"xl/media/a.zip": make_zip({"a": b"b"})}), "异常"),
    "sheets": ("a.xlsx", make_sheets({f"表{n}": [HEADS] for n in range(21)}), "20 个"),
    "rows": ("a.xlsx", make_book([["甲", "乙"]] * (limits.SHEET_ROWS + 21)), "20000 行"),
    "far corner": (
        "a.xlsx",
        make_book([["甲"]], also=lambda _, sheet: sheet.write_string(1_048_575, 16_383, "乙")),
        "过大",
    ),
    "blank": ("a.xlsx", make_book([]), "没有内容"),
    "picture": ("a.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(64), "图片"),
    "page": ("a.xls", b"<html><body><table><tr><td>x", "网页"),
    "text": ("a.xlsx", "姓名,单位".encode(), "不是表格"),
    "other name": ("a.xls", GOOD, "改正扩展名"),
    "csv": ("a.csv", b"a,b", "另存为"),
    "cut off": ("a.xlsx", GOOD[: len(GOOD) // 2], "损坏"),
    "locked": ("a.xlsx", make_xls([["甲"]], streams=["EncryptedPackage"]), "密码"),
    "old, locked": ("a.xls", make_xls([["甲"]], extra=struct.pack("<HHH", 0x2F, 2, 0)), "密码"),
    "old, macro sheet": ("a.xls", make_xls([["甲"]], sheet_type=1), "宏"),
    "old, project": ("a.xls", make_xls([["甲"]], extra=struct.pack("<HH", 0xD3, 0)), "宏"),
    "old, macros": ("a.xls", make_xls([["甲"]], streams=["_VBA_PROJECT_CUR"]), "宏"),
    "old, object": ("a.xls", make_xls([["甲"]], streams=["\x01Ole"]), "嵌入"),
    "old, link": ("a.xls", make_xls([["甲"]], extra=struct.pack("<HHHH", 0x1AE, 4, 1, 9)), "链接"),
    "old, cut off": ("a.xls", make_xls([["甲"]])[:1600], "损坏"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_T44_T46_refused_with_a_sentence(case: str) -> None:  # noqa: N802
    name, data, says = REFUSED[case]
    assert says in refusal(name, data)


def test_control_an_old_workbook_with_links_to_itself_is_read() -> None:
    own = struct.pack("<HHHH", 0x1AE, 4, 1, 0x0401)
    assert read_workbook("a.xls", make_xls([["甲", "乙"]], extra=own)).rows == (("甲", "乙"),)


def test_T45_a_bomb_is_refused_at_once() -> None:  # noqa: N802
    data = REFUSED["bomb"][1]
    assert len(data) < limits.MB
    start = time.perf_counter()
    refusal("a.xlsx", data)
    assert time.perf_counter() - start < 1


def test_a_large_sheet_is_read_within_the_limits() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    book: Workbook = read_workbook("a.xlsx", _noisy(limits.SHEET_ROWS, 8))
    assert len(book.rows) == limits.SHEET_ROWS
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss - before < 512 * 1024  # KiB


def test_a_cover_does_not_hide_the_list_behind_it() -> None:
    data = make_sheets(
        {
            "封面": [["某区学校情况表"], ["填报单位", "砚舟中学党委"], ["填报日期", "2026年3月1日"]],
            "空": [],
            "在册": [["单位名称", "姓名"], ["砚舟中学党委", "张某"]],
            "退休": [["单位名称", "姓名"], ["砚舟中学党委", "李某"]],
        },
        also=lambda _, sheet: sheet.hide() if sheet.name == "空" else None,
    )
    book = read_workbook("甲.xlsx", data, heads={"单位名称", "姓名", "学段"})
    assert (book.sheet, book.sheets) == ("在册", ("封面", "空", "在册", "退休"))
    assert {"在册", "退休"} <= set(book.tables)
    assert read_workbook("甲.xlsx", data, "退休", {"单位名称", "姓名"}).rows[1] == ("砚舟中学党委", "李某")
    assert read_workbook("甲.xlsx", data, heads={"职务", "账号"}).sheet == "封面", (
        "where none has them, the first"
    )


def test_lists_to_choose_from_and_titles_are_no_tables() -> None:
    def hide(_: Any, sheet: Any) -> None:
        if sheet.name == "选项":
            sheet.hide()

    lists = [["单位名称", "姓名"], ["甲", "乙"]]
    data = make_sheets({"封面": [["一览表"]], "选项": lists, "名单": [HEADS, LINE]}, also=hide)
    book = read_workbook("甲.xlsx", data, heads={"单位名称", "姓名"})
    assert book.tables == ("名单",)
    assert book.sheet != "选项"
