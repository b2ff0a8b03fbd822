"""The same workbook back, with what is wrong marked: cells coloured, a note at each, a column 问题 at the end.

The copy is made in a process of its own: `python -I -m guantong.files.marking` with the length of a JSON object in
eight bytes, the object and the file on standard input. What cannot be kept is made afresh by `printing`.
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from guantong.files import limits
from guantong.files.sandbox import run_apart
from guantong.files.source import Unreadable

HEAD = "问题"
"""The head of the column that is added; one that is there already is used again."""

_MOST_NOTES = 2_000
_LONGEST = 2_000


def marked(
    data: bytes,
    sheet: str,
    *,
    heads_at: int,
    width: int,
    marks: Mapping[tuple[int, int], str],
    told: Mapping[int, str],
) -> bytes:
    """A copy of an .xlsx: `marks` says what is wrong with a cell, by row from 1 and column from 0; `told` what with a row.

    The heads stand in the row `heads_at`, in `width` columns. Raises Unreadable where the workbook cannot be kept.
    """
    if not data.startswith(b"PK"):
        raise Unreadable(limits.BROKEN)
    order = json.dumps(
        {
            "sheet": sheet,
            "heads_at": heads_at,
            "width": width,
            "marks": [[row, column, why] for (row, column), why in marks.items()],
            "told": list(told.items()),
        }
    ).encode()
    answer = run_apart(
        "guantong.files.marking",
        [],
        len(order).to_bytes(8, "big") + order + data,
        too_slow=limits.SHEET_TOO_SLOW,
        too_much=limits.SHEET_TOO_MUCH,
    )
    if not answer.startswith(b"PK"):
        raise Unreadable(limits.BROKEN)
    return answer


def _mark(data: bytes, order: Mapping[str, Any]) -> bytes:
    from openpyxl import load_workbook  # noqa: PLC0415  # in the process of its own alone
    from openpyxl.styles import PatternFill  # noqa: PLC0415  # as above
    from openpyxl.utils import get_column_letter  # noqa: PLC0415  # as above

    book = load_workbook(BytesIO(data))
    sheet = book[order["sheet"]]
    fill = PatternFill("solid", start_color="FFFFC7CE", end_color="FFFFC7CE")
    for count, (row, column, why) in enumerate(order["marks"]):
        _colour(sheet.cell(row, column + 1), fill, why if count < _MOST_NOTES else "")
    last = order["width"]
    if last and sheet.cell(order["heads_at"], last).value == HEAD:
        last -= 1
    _say(sheet.cell(order["heads_at"], last + 1), HEAD)
    sheet.column_dimensions[get_column_letter(last + 1)].width = 48
    for row, why in order["told"]:
        _say(sheet.cell(row, last + 1), why)
    into = BytesIO()
    book.save(into)
    return into.getvalue()


def _colour(cell: Any, fill: Any, why: str) -> None:
    from openpyxl.cell.cell import MergedCell  # noqa: PLC0415  # as above
    from openpyxl.comments import Comment  # noqa: PLC0415  # as above

    cell.fill = fill
    if why and not isinstance(cell, MergedCell):
        cell.comment = Comment(why[:_LONGEST], "贯通", width=320, height=120)


def _say(cell: Any, text: str) -> None:
    """Write text that is never taken for a formula."""
    cell.value = text[:_LONGEST]
    cell.data_type = "s"


def main() -> None:
    """Read standard input, write the copy; any failure is told by the exit status alone."""
    from guantong.files.worker import limit_this_process  # noqa: PLC0415  # not needed by whoever starts this

    limit_this_process(limits.UNPACKED_BYTES)  # openpyxl writes its parts to files that it removes
    sent = sys.stdin.buffer.read()
    end = 8 + int.from_bytes(sent[:8], "big")
    try:
        made = _mark(sent[end:], json.loads(sent[8:end]))
    except (ValueError, KeyError, TypeError, AttributeError, OSError, zipfile.BadZipFile) as exc:
        sys.exit(type(exc).__name__)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
