"""Workbooks for tests, made here: .xlsx by XlsxWriter, .xls record by record, and hostile ones."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

Rows = Sequence[Sequence[Any]]


def make_book(rows: Rows, *, name: str = "Sheet1", also: Callable[[Any, Any], object] | None = None) -> bytes:
    """A workbook with one sheet; `also` gets the book and the sheet before it is closed."""
    return make_sheets({name: rows}, also=also)


def make_sheets(sheets: Mapping[str, Rows], *, also: Callable[[Any, Any], object] | None = None) -> bytes:
    """A workbook with several sheets."""
    into = BytesIO()
    book = xlsxwriter.Workbook(into, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write(number, column, value)
        if also:
            also(book, sheet)
    book.close()
    return into.getvalue()


def with_parts(
    data: bytes, parts: Mapping[str, bytes], change: Callable[[str, bytes], bytes] = lambda _, part: part
) -> bytes:
    """The archive with parts added, and with those it has changed."""
    into = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(data)) as old,
        zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, part in parts.items():
            new.writestr(name, part)
    return into.getvalue()


def make_xls(
    rows: Sequence[Sequence[str | float]],
    *,
    extra: bytes = b"",
    sheet_type: int = 0,
    streams: Sequence[str] = (),
) -> bytes:
    """A workbook as Excel 97 wrote them ([MS-XLS], [MS-CFB]); `extra` are records before the first sheet."""
    begin = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0x0DBB, 0x07CC, 0, 6))
    name = "甲".encode("utf-16-le")
    cells = b"".join(
        _label(row, column, value)
        if isinstance(value, str)
        else _record(0x203, struct.pack("<HHHd", row, column, 0, value))
        for row, each in enumerate(rows)
        for column, value in enumerate(each)
    )
    size = _record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    sheet = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0x0DBB, 0x07CC, 0, 6)) + size + cells
    sheet += _record(0x0A, b"")
    bound = struct.pack("<IBBBB", 0, 0, sheet_type, len(name) // 2, 1) + name
    before = len(begin) + len(extra) + len(_record(0x85, bound)) + len(_record(0x0A, b""))
    bound = struct.pack("<I", before) + bound[4:]
    stream = begin + extra + _record(0x85, bound) + _record(0x0A, b"") + sheet
    return _compound(stream.ljust(4096, b"\0"), streams)


def _label(row: int, column: int, text: str) -> bytes:
    return _record(0x204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))


def _record(number: int, body: bytes) -> bytes:
    return struct.pack("<HH", number, len(body)) + body


def _compound(stream: bytes, more: Sequence[str]) -> bytes:
    """One stream in an OLE file: a sector of directory, one of allocation, the rest are the stream's."""
    stream = stream.ljust(-(-len(stream) // 512) * 512, b"\0")
    sectors = len(stream) // 512
    folders = -(-(2 + len(more)) // 4)
    table = [0xFFFFFFFD] + [n + 1 for n in range(1, folders)] + [0xFFFFFFFE]
    first = len(table)
    table += [first + n + 1 for n in range(sectors - 1)] + [0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))
    assert len(table) == 128
    entries = _entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1) + _entry("Workbook", 2, first, len(stream))
    entries += b"".join(_entry(name, 2, 0xFFFFFFFE, 0) for name in more)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    head += bytes(6) + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<I", 0) + b"\xff" * 4 * 108
    return head + struct.pack("<128I", *table) + entries.ljust(folders * 512, b"\0") + stream


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    told = (name + "\0").encode("utf-16-le")
    body = told.ljust(64, b"\0") + struct.pack("<HBBIII", len(told), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
    return body + bytes(36) + struct.pack("<IQ", start, size)
