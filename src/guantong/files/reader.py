"""From a file to its text: the cheap checks first, then the parser, in a process of its own."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path, PurePath

from guantong.files import limits, sniff
from guantong.files.decode import decode_text
from guantong.files.markdown import table_spans
from guantong.files.office import convert_to_docx
from guantong.files.sandbox import parse_apart
from guantong.files.secrecy import REFUSAL, is_marked_secret
from guantong.files.source import Extract, SourceText, Unreadable

_READABLE = "目前能读 .docx、.doc、.wps、.pdf、.html、.txt 和 .md"


def read_text(path: Path) -> SourceText:
    """The text of a document, with what its page added and which spans are tables.

    The extension says what the file should be, its content must agree. .txt and .md come back character by
    character (line ends as they are, no byte order mark); other formats as lines parted by "\\n", no blank
    ones. Raises Unreadable with one Chinese sentence for the user.
    """
    return read_bytes(path.name, _load(path))


def read_bytes(name: str, data: bytes) -> SourceText:
    """As `read_text`, for a file that was handed in under `name` and stands nowhere yet."""
    suffix = PurePath(name).suffix.lower()
    _check_size(data)
    _check_kind(suffix, data)
    extract = _extract(suffix, data)
    if is_marked_secret(extract.text):
        raise Unreadable(REFUSAL)
    return SourceText(
        text=extract.text,
        sha256=hashlib.sha256(data).hexdigest(),
        format="html" if suffix == ".htm" else suffix[1:],
        furniture=extract.furniture,
        tables=extract.tables,
    )


def read_pasted(text: str) -> SourceText:
    """As `read_text`, for text that somebody pasted; `sha256` is of its UTF-8 bytes. Raises Unreadable."""
    _check_text(text)
    if is_marked_secret(text):
        raise Unreadable(REFUSAL)
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return SourceText(text=text, sha256=digest, format="pasted")


def _load(path: Path) -> bytes:
    try:
        with os.fdopen(
            os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb"
        ) as file:  # a pipe would wait for ever
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise Unreadable("这不是普通文件，请指定一个文件。")
            return file.read(limits.FILE_BYTES + 1)
    except FileNotFoundError as exc:
        raise Unreadable("找不到这个文件，请核对文件名和所在文件夹。") from exc
    except IsADirectoryError as exc:
        raise Unreadable("这是一个文件夹，请指定其中的一个文件。") from exc
    except (OSError, ValueError) as exc:
        raise Unreadable("打不开这个文件，请核对是否有权限读取、是否正被其他程序占用。") from exc


def _check_size(data: bytes) -> None:
    if not data:
        raise Unreadable("文件是空的，请核对是否传错了文件。")
    if len(data) > limits.FILE_BYTES:
        raise Unreadable(limits.TOO_LARGE)


def _check_text(text: str) -> None:
    if not text.strip():
        raise Unreadable("文件里没有文字，请核对是否传错了文件。")
    if len(text) > limits.TEXT_CHARS:
        raise Unreadable(limits.TOO_MUCH)


def _check_kind(suffix: str, data: bytes) -> None:
    if suffix in (".docm", ".dotm"):
        raise Unreadable("这是带宏的 Word 文件，请在 Word 或 WPS 中另存为不含宏的 .docx 后再试。")
    if suffix not in sniff.EXPECTED:
        raise Unreadable(f"读不了这种文件，{_READABLE}，请转存为其中一种后再试。")
    kind = sniff.kind_of(data)
    if kind == "encrypted":
        raise Unreadable(limits.LOCKED)
    if kind in sniff.EXPECTED[suffix]:
        return
    if kind == "text":
        raise Unreadable(f"文件扩展名是 {suffix}，内容却不是，可能已损坏，请重新导出或重新获取后再试。")
    name = sniff.NAMES[kind]
    raise Unreadable(f"文件扩展名是 {suffix}，内容却是{name}，请转存为 .docx 或改正扩展名后再试。")


def _extract(suffix: str, data: bytes) -> Extract:
    if suffix in (".txt", ".md"):
        text = decode_text(data)
        _check_text(text)
        return Extract(text, tables=table_spans(text) if suffix == ".md" else ())
    if suffix in (".doc", ".wps"):
        return parse_apart("docx", convert_to_docx(data))
    return parse_apart({".htm": "html"}.get(suffix, suffix[1:]), data)
