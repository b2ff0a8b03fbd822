"""Workbooks out: text is never a formula, days and figures are what they are, pages are ready to be printed."""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from guantong.files import Unreadable
from guantong.files.marking import HEAD, marked
from guantong.files.printing import LONGEST, sheet_of
from guantong.files.tables import table_of
from guantong.files.template import Blank, blank_book
from guantong.files.workbook import read_workbook

from .books import make_book, make_xls, with_parts

HOSTILE = [
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1＋1", "＋1", "－1", "＠a"),
    *(
        "=cmd|'/c calc'!A0",
        "http://example.invalid/",
        "mailto:a@example.invalid",
        "{=1}",
        "'=1",
        '"=1"',
        "1e5",
        "0123",
    ),
]


def back(data: bytes) -> list[list[Any]]:
    sheet = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0)
    return [list(row) for row in sheet.to_python(skip_empty_area=False)]


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(data)).active


def xml_of(data: bytes, part: str = "xl/worksheets/sheet1.xml") -> str:
    return zipfile.ZipFile(BytesIO(data)).read(part).decode()


def test_T48_text_is_never_a_formula() -> None:  # noqa: N802
    data = sheet_of("=甲", ["=头", "@头"], [[text, text] for text in HOSTILE])
    assert back(data) == [["=头", "@头"], *([text, text] for text in HOSTILE)]
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    assert not any(re.search(r"<f[ >]|<hyperlink", part) for part in parts)
    assert all(cell.data_type == "s" for row in opened(data).rows for cell in row)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40), min_size=1, max_size=5))
def test_any_text_reads_back_as_it_was(texts: list[str]) -> None:
    told = ["甲", *(text for text in texts if text)]
    assert back(sheet_of("表", ["头"] * len(told), [told]))[1] == told


def test_days_are_days_and_figures_figures() -> None:
    row: list[Any] = [date(2026, 11, 23), datetime(2026, 11, 23, 8, 30), 7, Decimal("92.5"), True, None, ""]  # noqa: DTZ001
    told = back(sheet_of("表", list("甲乙丙丁戊己庚"), [row]))[1]
    assert told == [date(2026, 11, 23), datetime(2026, 11, 23, 8, 30), 7, 92.5, "是", "", ""]  # noqa: DTZ001


def test_a_page_is_ready_to_be_printed() -> None:
    sheet = xml_of(sheet_of("收到的部署", ["甲"], [["乙"]]))
    assert 'orientation="landscape"' in sheet
    assert 'paperSize="9"' in sheet
    assert 'fitToHeight="0"' in sheet
    assert "<pageSetUpPr fitToPage=" in sheet
    book = xml_of(sheet_of("收到的部署", ["甲"], [["乙"]]), "xl/workbook.xml")
    assert "Print_Titles" in book
    assert "收到的部署" in book


@pytest.mark.parametrize("name", ["", "a/b:c*d?e[f]g\\h", "'甲'", "甲" * 60])
def test_any_name_will_do(name: str) -> None:
    assert back(sheet_of(name, ["甲"], [])) == [["甲"]]


def test_what_no_cell_can_hold_is_cut() -> None:
    [[told]] = back(sheet_of("表", ["甲" * (LONGEST + 1)], []))
    assert isinstance(told, str)
    assert (len(told), told[-1]) == (LONGEST, "…")
    assert back(sheet_of("表", ["甲\ud800乙"], [])) == [["甲乙"]]


def test_a_template_is_read_back_without_its_example() -> None:
    blanks = [
        Blank("单位", needed=True, of_units=True, example="甲校党委", hint="写全称。"),
        Blank("类别", offers=("党委", "党支部"), example="党委"),
    ]
    data = blank_book("人员", blanks, ["甲校党委", "=乙校"])
    book = read_workbook("a.xlsx", data)
    assert (book.sheet, book.rows[0]) == ("人员", ("单位*", "类别"))
    with pytest.raises(Unreadable, match="没有数据"):
        table_of(book.rows)
    table = table_of([*book.rows, ["甲校党委", "党支部"]])
    assert (len(table.lines), table.left_out) == (1, 1)
    sheet = xml_of(data)
    assert sheet.count("<dataValidation ") == 2
    assert "选项!$A$2:$A$3" in sheet
    assert read_workbook("a.xlsx", data, "选项").rows[1:] == (("甲校党委", "党委"), ("=乙校", "党支部"))


def test_the_same_workbook_comes_back_marked() -> None:
    def more(_: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 0, 1, "一览表")
        sheet.set_column(0, 0, 33)

    data = make_book([[], ["单位", "类别"], ["甲", "小队"], ["乙", "党委"]], also=more)
    marks = {(3, 1): "不认识这种类别。", (1, 1): "=1"}
    made = marked(data, "Sheet1", heads_at=2, width=2, marks=marks, told={3: "=类别：不认识这种类别。"})
    sheet = opened(made)
    assert [[cell.value for cell in row] for row in sheet.rows][1:] == [
        ["单位", "类别", HEAD],
        ["甲", "小队", "=类别：不认识这种类别。"],
        ["乙", "党委", None],
    ]
    assert sheet["B3"].comment.text == "不认识这种类别。"
    assert sheet["B3"].fill.start_color.rgb == "FFFFC7CE"
    assert sheet["A3"].fill.fill_type is None
    assert sheet.column_dimensions["A"].width > 30, "the rest is as it was"
    assert sheet["C3"].data_type == "s", "no formula"
    assert not re.search(r"<f[ >]", xml_of(made))
    again = marked(made, "Sheet1", heads_at=2, width=3, marks={}, told={4: "乙"})
    assert [cell.value for cell in opened(again)[4]] == ["乙", "党委", "乙"]


@pytest.mark.parametrize(
    "data",
    [
        make_xls([["甲", "乙"]]),
        b"",
        b"PK\x03\x04",
        with_parts(
            make_book([["甲"]]), {}, lambda name, part: part[: 99 if name == "xl/styles.xml" else None]
        ),
    ],
)
def test_what_cannot_be_kept_is_told(data: bytes) -> None:
    with pytest.raises(Unreadable):
        marked(data, "Sheet1", heads_at=1, width=1, marks={}, told={})
