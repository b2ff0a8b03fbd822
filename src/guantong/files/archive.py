"""What a zip must look like before anything in it is unpacked."""

from __future__ import annotations

import stat
import zipfile
import zlib
from io import BytesIO

from guantong.files import limits
from guantong.files.source import Unreadable

# All that zipfile and zlib are known to raise on damaged input.
ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,  # UnicodeDecodeError among them
)
_BOMB = "文件展开后超出允许的大小，可能是恶意压缩文件，请核对来源。"
_SUSPECT = "文件内部结构异常（含压缩包、链接或越界路径），请用原来的软件重新另存后再试。"
_NESTED = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b\x08")
_ENTRY_RATIO_FROM = limits.MB  # below this a high ratio is just repetitive markup


def open_archive(data: bytes) -> zipfile.ZipFile:
    """The archive, its directory found within the limits (T44). Raises Unreadable."""
    try:
        archive = zipfile.ZipFile(BytesIO(data))
        _check_directory(archive.infolist(), len(data))
        for info in archive.infolist():
            with archive.open(info) as entry:
                if entry.read(4).startswith(_NESTED):
                    raise Unreadable(_SUSPECT)
    except ZIP_ERRORS as exc:
        raise Unreadable(limits.BROKEN) from exc
    return archive


def _check_directory(entries: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(info.file_size for info in entries)
    if len(entries) > limits.ENTRIES or unpacked > limits.UNPACKED_BYTES:
        raise Unreadable(_BOMB)
    if unpacked > packed * limits.UNPACKED_RATIO:
        raise Unreadable(_BOMB)
    names = [info.filename for info in entries]
    if len(set(names)) != len(names):
        raise Unreadable(limits.BROKEN)  # two parts of one name: readers would disagree which counts
    for info in entries:
        if info.flag_bits & 1:
            raise Unreadable(limits.LOCKED)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable(limits.BROKEN)
        if info.file_size > _ENTRY_RATIO_FROM and info.file_size > info.compress_size * limits.UNPACKED_RATIO:
            raise Unreadable(_BOMB)
        if stat.S_ISLNK(info.external_attr >> 16) or _escapes(info.orig_filename):
            raise Unreadable(_SUSPECT)


def _escapes(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return parts[0] == "" or ".." in parts or ":" in parts[0]
