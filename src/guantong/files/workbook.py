"""A workbook in: the rows of one of its sheets as text, or one sentence that says why not.

The file is looked at before it is parsed (T44), and parsed in a process of its own (T45, T46). Where the table begins
is found in `tables`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePath

from guantong.files import limits, sniff
from guantong.files.sandbox import answer_apart
from guantong.files.source import Unreadable

_OTHERS = "读不了这种文件，请在 Excel 或 WPS 中另存为 .xlsx 后再试。"
_WITH_MACROS = "这是带宏的表格，请在 Excel 或 WPS 中另存为不含宏的 .xlsx 后再试。"
_EXPECTED = {".xlsx": b"PK", ".xls": b"\xd0\xcf"}


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook of which one sheet was read: rows as they stand in it, the first at 0, empty ones among them.

    `tables` are the sheets that hold a table, as far as they are shown.
    """

    sha256: str
    sheets: tuple[str, ...]
    tables: tuple[str, ...]
    sheet: str
    rows: tuple[tuple[str, ...], ...]


def read_workbook(name: str, data: bytes, sheet: str = "", heads: Collection[str] = ()) -> Workbook:
    """The sheet called so, else the first under known heads, else the first with rows, of an .xlsx or .xls.

    It was handed in under `name`; `heads` are as `tables.head_of` gives them. Raises Unreadable with one Chinese sentence for the user.
    """
    _check_kind(PurePath(name).suffix.lower(), data)
    answer = answer_apart(
        "guantong.files.grid",
        [sheet, *sorted(heads)],
        data,
        too_slow=limits.SHEET_TOO_SLOW,
        too_much=limits.SHEET_TOO_MUCH,
    )
    return Workbook(
        sha256=hashlib.sha256(data).hexdigest(),
        sheets=tuple(answer["sheets"]),
        tables=tuple(answer["tables"]),
        sheet=answer["sheet"],
        rows=tuple(map(tuple, answer["rows"])),
    )


def _check_kind(suffix: str, data: bytes) -> None:
    if not data:
        raise Unreadable("文件是空的，请核对是否传错了文件。")
    if len(data) > limits.FILE_BYTES:
        raise Unreadable(limits.TOO_LARGE)
    if suffix in (".xlsm", ".xltm", ".xlam"):
        raise Unreadable(_WITH_MACROS)
    if suffix not in _EXPECTED:
        raise Unreadable(_OTHERS)
    kind = sniff.kind_of(data)
    if kind == "encrypted":
        raise Unreadable(limits.LOCKED)
    if kind == "text":
        raise Unreadable(
            f"文件扩展名是 {suffix}，内容却不是表格，请用 Excel 或 WPS 打开后另存为 .xlsx 再试。"
        )
    if kind != "sheet":
        raise Unreadable(
            f"文件扩展名是 {suffix}，内容却是{sniff.NAMES[kind]}，请用 Excel 或 WPS 打开后另存为 .xlsx 再试。"
        )
    if not data.startswith(_EXPECTED[suffix]):
        other = ".xls" if suffix == ".xlsx" else ".xlsx"
        raise Unreadable(f"文件扩展名是 {suffix}，内容却是 {other} 表格，请改正扩展名后再试。")
