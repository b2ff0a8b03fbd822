"""A workbook to fill in: heads, an example, lists to choose from, and a sheet that says what each column wants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import xlsxwriter

from guantong.files.printing import clean, lay_out
from guantong.files.tables import EXAMPLE

_LINES = 20_000  # rows in which something can be chosen
_UNITS = 2_000  # organizations that can be chosen; more are typed


@dataclass(frozen=True, slots=True)
class Blank:
    """A column to fill in: its head, whether it must be, what can be chosen, an example, and what it wants."""

    words: str
    needed: bool = False
    offers: tuple[str, ...] = ()
    of_units: bool = False
    example: str = ""
    hint: str = ""


def blank_book(name: str, blanks: Sequence[Blank], units: Sequence[str]) -> bytes:
    """The template for a kind called `name`; `units` are the names that can be chosen as organizations."""
    into = BytesIO()
    book = xlsxwriter.Workbook(
        into, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet, notes, lists = (book.add_worksheet(title) for title in (name, "填写说明", "选项"))
    head = book.add_format({"bold": True, "bg_color": "#F0F0F0", "border": 1, "align": "center"})
    must = book.add_format(
        {"bold": True, "bg_color": "#F0F0F0", "border": 1, "align": "center", "font_color": "#A8071A"}
    )
    pale = book.add_format({"font_color": "#595959", "italic": True, "num_format": "@"})
    text = book.add_format({"num_format": "@"})  # so that 0123 stays, and a day as it is typed
    for column, blank in enumerate(blanks):
        sheet.set_column(column, column, max(14, len(blank.words) * 2 + 6), text)
        sheet.write_string(
            0, column, blank.words + ("*" if blank.needed else ""), must if blank.needed else head
        )
        if told := (EXAMPLE if column == 0 else "") + blank.example:
            sheet.write_string(1, column, told, pale)
        if offered := [clean(unit) for unit in units[:_UNITS]] if blank.of_units else blank.offers:
            _offer(sheet, lists, column, blank, offered)
    lay_out(sheet, name)
    _explain(book, notes, blanks)
    lists.hide()
    book.close()
    return into.getvalue()


def _offer(sheet: Any, lists: Any, column: int, blank: Blank, offered: Sequence[str]) -> None:
    """Let a column be chosen from a list; what is on no list can be typed all the same where it names organizations."""
    lists.write_string(0, column, blank.words)
    for row, word in enumerate(offered, start=1):
        lists.write_string(row, column, word)
    place = xlsxwriter.utility.xl_range_abs(1, column, len(offered), column)
    sheet.data_validation(
        2,
        column,
        _LINES,
        column,
        {
            "validate": "list",
            "source": f"=选项!{place}",
            "error_type": "warning" if blank.of_units else "stop",
            "error_title": "不在可选范围内",
            "error_message": "请从列表中选择。",
        },
    )


def _explain(book: Any, notes: Any, blanks: Sequence[Blank]) -> None:
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    notes.set_column(0, 0, 16)
    notes.set_column(1, 1, 8)
    notes.set_column(2, 2, 70)
    for column, words in enumerate(("列", "必填", "怎么填")):
        notes.write_string(0, column, words, bold)
    for row, blank in enumerate(blanks, start=1):
        notes.write_string(row, 0, blank.words, wrap)
        notes.write_string(row, 1, "是" if blank.needed else "", wrap)
        offers = f"可填：{'、'.join(blank.offers)}。" if blank.offers else ""
        notes.write_string(row, 2, f"{blank.hint}{offers}", wrap)
    told = (
        f"以“{EXAMPLE}”开头的那一行是示例，导入时不读，可以删去。",
        "日期可写成 2026年11月23日、2026.11.23、2026-11-23、20261123 等。",
        "列的先后、列名都可以改；多出来的列不读。",
    )
    for row, line in enumerate(told, start=len(blanks) + 2):
        notes.write_string(row, 0, line)
