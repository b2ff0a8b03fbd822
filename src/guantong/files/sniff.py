"""What a file is by its first bytes, whatever it calls itself."""

from __future__ import annotations

import re

# What each extension may hold. A .txt with markup in it is still text; a page without a tag is still a page.
EXPECTED: dict[str, frozenset[str]] = {
    ".txt": frozenset({"text", "html"}),
    ".md": frozenset({"text", "html"}),
    ".html": frozenset({"text", "html"}),
    ".htm": frozenset({"text", "html"}),
    ".docx": frozenset({"docx"}),
    ".pdf": frozenset({"pdf"}),
    ".doc": frozenset({"doc"}),
    ".wps": frozenset({"doc"}),
}

# How the user calls them.
NAMES = {
    "pdf": "PDF",
    "docx": ".docx 文档",
    "doc": ".doc 文档",
    "html": "网页",
    "text": "纯文本",
    "rtf": "RTF 文档",
    "image": "图片",
    "archive": "压缩包",
    "ofd": "OFD 版式文件",
    "odt": ".odt 文档",
    "sheet": "电子表格",
    "slides": "演示文稿",
    "office": "另一种 Office 文件",
}

_MAGIC = (
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
)
# Names of parts as they stand in a zip's directory, most telling first.
_ZIP_PARTS = (
    (b"word/document", "docx"),
    (b"xl/workbook", "sheet"),
    (b"ppt/presentation", "slides"),
    (b"OFD.xml", "ofd"),
    (b"vnd.oasis.opendocument.text", "odt"),
)
_OLE_STREAMS = (
    ("WordDocument", "doc"),
    ("Workbook", "sheet"),
    ("Book", "sheet"),
    ("PowerPoint Document", "slides"),
)


def kind_of(data: bytes) -> str:
    """One of NAMES, or "encrypted" for an Office file locked with a password."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return next((kind for part, kind in _ZIP_PARTS if part in data), "archive")
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if stream_entry(data, "EncryptedPackage") is not None:
            return "encrypted"
        return next((kind for name, kind in _OLE_STREAMS if stream_entry(data, name) is not None), "office")
    if re.search(rb"%PDF-\d", data[:1024]):
        return "pdf"
    for magic, kind in _MAGIC:
        # "BM" also begins many a plain text; a bitmap has zeros in its header.
        if data.startswith(magic) and (magic != b"BM" or data[6:10] == bytes(4)):
            return kind
    return "html" if re.search(rb"(?i)<(!doctype html|html|head|body)[\s>]", data[:2048]) else "text"


def stream_entry(data: bytes, name: str) -> int | None:
    """Offset of a stream's directory entry in an OLE file ([MS-CFB] 2.6.1: 128 bytes each), or None."""
    wanted = (name + "\0").encode("utf-16-le")
    at = data.find(wanted)
    while at >= 0:
        if at % 128 == 0 and data[at + 64 : at + 66] == len(wanted).to_bytes(2, "little"):
            return at
        at = data.find(wanted, at + 1)
    return None
