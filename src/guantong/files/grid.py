"""The process that reads a workbook: `python -I -m guantong.files.grid [SHEET [HEAD…]]`, the file on standard input.

It limits itself first, refuses what a workbook may not hold, and answers with one JSON object: the names of the
sheets, of those that hold a table, of the one that was read, and its rows as text. A cell merged over several says
the same in each of them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection
from io import BytesIO
from itertools import islice
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from guantong.files import limits
from guantong.files.book_parts import MACROS, refuse_unsafe
from guantong.files.cells import text_of
from guantong.files.source import Unreadable
from guantong.files.tables import knows_heads, table_of
from guantong.files.worker import limit_this_process

_SHEETS = f"表格的工作表超过 {limits.SHEETS} 个，请只保留要导入的工作表后再试。"
_ROWS = f"表格超过 {limits.SHEET_ROWS} 行，请分成几个文件导入。"
_EMPTY = "表格里没有内容，请核对是否传错了文件。"
_MACRO_KINDS = (SheetTypeEnum.MacroSheet, SheetTypeEnum.Vba)
_MOST_MERGED = 20_000
_WIDEST = 200  # columns over which a merged cell is spread, or that are glanced at
_ABOVE = 20  # rows that may stand above those that count


_GLANCE = 60  # rows of a sheet that are looked at to see whether it holds a table


def read(data: bytes, wanted: str, heads: Collection[str] = ()) -> dict[str, Any]:
    """The sheets of a workbook and the rows of one: that called `wanted`, else the first under `heads`, else the first.

    `heads` as `tables.head_of` gives them; what is hidden counts as no table, and is read where it is wanted.

    Rows stand where they stand in the sheet, the first at 0, empty ones among them. Raises Unreadable.
    """
    refuse_unsafe(data)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        sheets = [each for each in book.sheets_metadata if each.typ is not SheetTypeEnum.ChartSheet]
        if any(each.typ in _MACRO_KINDS for each in sheets):
            raise Unreadable(MACROS)
        if len(sheets) > limits.SHEETS:
            raise Unreadable(_SHEETS)
        names = [each.name for each in sheets]
        shown = [each.name for each in sheets if each.visible is SheetVisibleEnum.Visible]
        begun = {name: _beginning(book, name) for name in names}
        known = [name for name in shown if knows_heads(begun[name], heads)]
        for name in [wanted] if wanted in names else [*known, *shown, *names]:
            if begun[name] and (rows := _rows(book, name)):
                tables = [each for each in shown if each in known or _is_table(begun[each])]
                return {"sheets": names, "tables": tables, "sheet": name, "rows": rows}
    except PasswordError as exc:
        raise Unreadable(limits.LOCKED) from exc
    except (CalamineError, ValueError, OSError) as exc:
        raise Unreadable(limits.BROKEN) from exc
    raise Unreadable(_EMPTY)


def _beginning(book: CalamineWorkbook, name: str) -> list[list[str]]:
    """The first rows of a sheet."""
    sheet = book.get_sheet_by_name(name)
    if sheet.end is None:
        return []
    return [[text_of(cell) for cell in row[:_WIDEST]] for row in islice(sheet.iter_rows(), _GLANCE)]


def _is_table(rows: list[list[str]]) -> bool:
    try:
        table_of(rows)
    except Unreadable:
        return False
    return True


def _rows(book: CalamineWorkbook, name: str) -> list[list[str]]:
    sheet = book.get_sheet_by_name(name)
    if sheet.end is None:
        return []
    if sheet.height * sheet.width > 50 * limits.SHEET_CELLS:
        raise Unreadable(limits.SHEET_TOO_MUCH)
    rows, filled, cells = [], 0, 0
    for number, row in enumerate(sheet.to_python(skip_empty_area=False)):
        told = [text_of(cell) for cell in row]
        while told and not told[-1]:
            told.pop()
        rows.append(told)
        if told:
            filled, cells = number + 1, cells + len(told)
            if filled > limits.SHEET_ROWS + _ABOVE:
                raise Unreadable(_ROWS)
            if cells > limits.SHEET_CELLS:
                raise Unreadable(limits.SHEET_TOO_MUCH)
    del rows[filled:]
    _spread(rows, sheet.merged_cell_ranges or ())
    return rows


def _spread(rows: list[list[str]], merged: Any) -> None:
    for (top, left), (bottom, right) in list(merged)[:_MOST_MERGED]:
        if top >= len(rows) or left >= len(rows[top]) or not rows[top][left]:
            continue
        said, width = rows[top][left], min(right, _WIDEST) + 1
        for number in range(top, min(bottom, len(rows) - 1) + 1):
            row = rows[number]
            row += [""] * (width - len(row))
            row[left:width] = [said] * (width - left)


def main() -> None:
    """Read standard input, write the answer, or {"refused": sentence}."""
    limit_this_process()
    try:
        answer = read(sys.stdin.buffer.read(), sys.argv[1] if len(sys.argv) > 1 else "", sys.argv[2:])
    except Unreadable as exc:
        answer = {"refused": str(exc)}
    except (MemoryError, RecursionError):
        answer = {"refused": limits.SHEET_TOO_MUCH}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
