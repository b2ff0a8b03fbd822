"""A list out: a workbook of one sheet, ready to be printed on A4 across, in which no text is ever a formula (T48)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

Cell = str | int | float | Decimal | date | bool | None
"""What a cell can hold; a datetime is shown to the minute, and has to be without a time zone."""

LONGEST = 32_767
"""Characters of a cell."""

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": 'yyyy"年"m"月"d"日"',
}
_NARROWEST, _WIDEST = 6, 44
_MEASURED = 200  # rows by which the widths are found
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_BROKEN = re.compile("[\ud800-\udfff\ufffe\uffff]")


def sheet_of(
    name: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    marks: Mapping[tuple[int, int], str] | None = None,
) -> bytes:
    """An .xlsx with one sheet called `name`: a row of heads, which every printed page repeats, and the rows.

    Text stays text whatever it begins with, days are days and figures figures. `marks` colours cells, by row and
    column from 0, and says why in a note.
    """
    into = BytesIO()
    book = xlsxwriter.Workbook(into, _OPTIONS)
    sheet = book.add_worksheet(_NOT_IN_NAMES.sub(" ", name)[:31].strip("' ") or "Sheet1")
    formats = _formats(book)
    widths = [_width(head) for head in heads]
    for column, head in enumerate(heads):
        sheet.write_string(0, column, clean(head), formats["head"])
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            why = (marks or {}).get((number, column))
            _write(sheet, (number + 1, column), value, formats, marked=why is not None)
            if why and number < _NOTES:
                sheet.write_comment(number + 1, column, clean(why)[:2000])
            if number < _MEASURED and column < len(widths):
                widths[column] = max(widths[column], _width(value))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(max(width + 2, _NARROWEST), _WIDEST))
    lay_out(sheet, name)
    book.close()
    return into.getvalue()


_NOTES = 2_000
"""Rows whose marked cells have a note: more would make the file slow to open."""


def lay_out(sheet: Any, name: str) -> None:
    """A4 across, one page wide, the first row on every page, the name above and the page number below."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.6)
    sheet.set_header("&C" + clean(name).replace("&", "&&")[:120])
    sheet.set_footer("&C第 &P 页，共 &N 页")


def clean(text: str) -> str:
    """Text as a cell can hold it: what is no character of XML is gone, what is too long is cut, and says so."""
    text = _BROKEN.sub("", text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _formats(book: Any) -> dict[str, Any]:
    plain = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter", "text_wrap": True}
    kinds = {
        "text": {},
        "day": {"num_format": 'yyyy"年"m"月"d"日"', "align": "left"},
        "moment": {"num_format": 'yyyy"年"m"月"d"日" hh:mm', "align": "left"},
        "figure": {},
    }
    made = {name: book.add_format({**plain, **more}) for name, more in kinds.items()}
    wrong = {"bg_color": "#FFF1F0", "font_color": "#A8071A"}
    made |= {f"{name}!": book.add_format({**plain, **more, **wrong}) for name, more in kinds.items()}
    made["head"] = book.add_format({**plain, "bold": True, "bg_color": "#F0F0F0", "align": "center"})
    return made


def _write(sheet: Any, at: tuple[int, int], value: Cell, formats: Mapping[str, Any], *, marked: bool) -> None:
    def look(kind: str) -> Any:
        return formats[f"{kind}!" if marked else kind]

    if value is None or value == "":
        sheet.write_blank(*at, None, look("text"))
    elif isinstance(value, bool):
        sheet.write_string(*at, "是" if value else "否", look("text"))
    elif isinstance(value, datetime):
        sheet.write_datetime(*at, value, look("moment"))
    elif isinstance(value, date):
        sheet.write_datetime(*at, datetime(value.year, value.month, value.day), look("day"))  # noqa: DTZ001
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(*at, value, look("figure"))
    else:
        sheet.write_string(*at, clean(value), look("text"))


def _width(value: Cell) -> int:
    if isinstance(value, datetime):
        return 22
    if isinstance(value, date):
        return 14
    longest = max(str("" if value is None else value).splitlines() or [""], key=len)
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in longest[:_WIDEST])
