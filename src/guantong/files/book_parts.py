"""What a workbook may not hold (T46): whatever would run, load or stand for something outside it.

.xlsx is looked through part by part; .xls is an OLE file whose one stream of records is followed to its end.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from guantong.files import limits
from guantong.files.archive import ZIP_ERRORS, open_archive
from guantong.files.sniff import stream_entry
from guantong.files.source import Unreadable

MACROS = "表格含有宏，请在 Excel 或 WPS 中另存为不含宏的 .xlsx 后再试。"
EMBEDS = "表格嵌入了其他文件或控件，请删去后另存为 .xlsx 再试。"
LINKS = "表格链接了其他文件或外部数据，请断开链接、把结果粘贴为数值后另存再试。"
DDE = "表格含有自动取数的公式（DDE），请把它改为普通内容后另存再试。"
BINARY = "这是二进制格式的表格（.xlsb），请另存为 .xlsx 后再试。"
ENTITIES = "表格内部含有不允许的声明，请用 Excel 或 WPS 重新另存为 .xlsx 后再试。"

_PROJECTS = ("vbaproject.bin", "jsaproject.bin")
_FOLDERS = {
    "/macrosheets/": MACROS,
    "/embeddings/": EMBEDS,
    "/activex/": EMBEDS,
    "/externallinks/": LINKS,
    "/querytables/": LINKS,
}
_MACRO_TYPES = (b"macroEnabled", b"macrosheet", b"vbaProject")
_FORMULA_DDE = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?>[^<|]{0,200}\|[^<]{0,500}!")
_ENCODING = re.compile(rb"""^<\?xml[^>]*encoding\s*=\s*["']([^"']+)["']""")
_DECLARED = (b"<!DOCTYPE", b"<!ENTITY")


def refuse_unsafe(data: bytes) -> None:
    """Look through a workbook, .xlsx or .xls. Raises Unreadable."""
    if data.startswith(b"PK"):
        _look_through(open_archive(data))
    else:
        _follow(data)


def _look_through(archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    for name in sorted(names):
        lower = f"/{name.lower()}"
        if lower.endswith(_PROJECTS):
            raise Unreadable(MACROS)
        for folder, sentence in _FOLDERS.items():
            if folder in lower:
                raise Unreadable(sentence)
        if lower in ("/xl/connections.xml", "/xl/connections.bin"):
            raise Unreadable(LINKS)
        if lower == "/xl/workbook.bin":
            raise Unreadable(BINARY)
    for name in sorted(names):
        if name.lower().endswith((".xml", ".rels")):
            _look_into(name.lower(), _read(archive, name))


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        return archive.read(name)
    except (*ZIP_ERRORS, KeyError) as exc:
        raise Unreadable(limits.BROKEN) from exc


def _look_into(name: str, part: bytes) -> None:
    start = part[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    encoding = _ENCODING.match(start)
    # read in another encoding than it is written in, a part could hide what is looked for here
    if b"\x00" in start or (encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii")):
        raise Unreadable(ENTITIES)
    if any(word in part for word in _DECLARED):
        raise Unreadable(ENTITIES)
    if name.endswith(".rels"):
        _look_at_relations(part)
    elif name == "[content_types].xml" and any(kind in part for kind in _MACRO_TYPES):
        raise Unreadable(MACROS)
    elif "/worksheets/" in name and _FORMULA_DDE.search(part):
        raise Unreadable(DDE)


def _look_at_relations(part: bytes) -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(part, parser)
    except (etree.XMLSyntaxError, ValueError) as exc:
        raise Unreadable(limits.BROKEN) from exc
    for relation in root:
        kind = relation.get("Type") or ""
        if kind.endswith(("/oleObject", "/package", "/control")):
            raise Unreadable(EMBEDS)
        if relation.get("TargetMode") == "External" and not kind.endswith("/hyperlink"):
            raise Unreadable(LINKS)


# [MS-XLS] 2.4: each record has a number and a length, two bytes each.
_FILE_PASS, _BOUND_SHEET, _PROJECT, _SUP_BOOK, _OBJECT_LINK = 0x2F, 0x85, 0xD3, 0x1AE, 0xDE
_INTERNAL, _ADD_IN = (
    b"\x01\x04",
    b"\x01\x3a",
)  # SUPBOOK that means this workbook, or functions that come with Excel
_SHEET_TYPES = {1: MACROS, 6: MACROS}  # of a BOUNDSHEET: an Excel 4.0 macro sheet, a module


def _follow(data: bytes) -> None:
    """The records of an .xls, through the file's chain of sectors."""
    if any(stream_entry(data, name) is not None for name in ("_VBA_PROJECT", "_VBA_PROJECT_CUR", "VBA")):
        raise Unreadable(MACROS)
    if any(stream_entry(data, name) is not None for name in ("\x01Ole", "\x03LINK")):
        raise Unreadable(EMBEDS)
    for number, body in _records(_book_stream(data)):
        if number == _FILE_PASS:
            raise Unreadable(limits.LOCKED)
        if number == _PROJECT:
            raise Unreadable(MACROS)
        if number == _BOUND_SHEET and len(body) > 5 and body[5] in _SHEET_TYPES:
            raise Unreadable(_SHEET_TYPES[body[5]])
        if number == _SUP_BOOK and body[2:4] not in (_INTERNAL, _ADD_IN):
            raise Unreadable(LINKS)
        if number == _OBJECT_LINK:
            raise Unreadable(EMBEDS)


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        number, length = (
            int.from_bytes(stream[at : at + 2], "little"),
            int.from_bytes(stream[at + 2 : at + 4], "little"),
        )
        if number == 0 and length == 0:  # padding behind the last record
            return
        yield number, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _book_stream(data: bytes) -> bytes:
    """The stream with the records, put together from its sectors ([MS-CFB] 2.2–2.6)."""
    entry = next((at for name in ("Workbook", "Book") if (at := stream_entry(data, name)) is not None), None)
    if entry is None or len(data) < 512:
        raise Unreadable(limits.BROKEN)
    sector = 1 << int.from_bytes(data[30:32], "little")
    start, size = _number(data, entry + 116), _number(data, entry + 120)
    if sector not in (512, 4096) or size > len(data):
        raise Unreadable(limits.BROKEN)
    table = _allocation(data, sector)
    if size < _number(data, 56):  # so small that it lies in the root's stream, in sectors of 64 bytes
        root = data.find("Root Entry\0".encode("utf-16-le"))
        small = b"".join(_chain(data, table, _number(data, root + 116), sector, sector))
        mini = b"".join(_chain(data, table, _number(data, 60), sector, sector))
        numbers = [_number(mini, at) for at in range(0, len(mini) - 3, 4)]
        return b"".join(_chain(small, numbers, start, 64, 0))[:size]
    return b"".join(_chain(data, table, start, sector, sector))[:size]


def _allocation(data: bytes, sector: int) -> list[int]:
    where = [_number(data, at) for at in range(76, 512, 4)]
    following, left = _number(data, 68), _number(data, 72)
    while following < 0xFFFFFFFA and 0 < left <= len(data) // sector:
        block = data[(following + 1) * sector : (following + 2) * sector]
        numbers = [_number(block, at) for at in range(0, len(block) - 3, 4)]
        if not numbers:
            break
        where += numbers[:-1]
        following, left = numbers[-1], left - 1
    found: list[int] = []
    for number in where:
        if number < 0xFFFFFFFA:
            block = data[(number + 1) * sector : (number + 2) * sector]
            found += [_number(block, at) for at in range(0, len(block) - 3, 4)]
    return found


def _chain(data: bytes, table: list[int], start: int, sector: int, before: int) -> Iterator[bytes]:
    """The sectors from `start` on; `before` bytes stand in front of the first. Raises Unreadable for a circle."""
    seen = 0
    while start < 0xFFFFFFFA:
        seen += 1
        if seen > len(table) or start >= len(table):
            raise Unreadable(limits.BROKEN)
        at = before + start * sector
        yield data[at : at + sector]
        start = table[start]


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")
