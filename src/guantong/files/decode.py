"""Bytes of a plain text or a page into characters."""

from __future__ import annotations

import codecs
import re

from guantong.files.source import Unreadable

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The commonest characters of official Chinese. A wrong decoding yields rare ones, never many of these.
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说部门和及其应将各每月日第条"
    "落实委书记支党组织讲课贯彻督促检查考核责任牵头配学校教育师德培训认真加强完善建设管理开展制度机关单位领导干部群众服务问题重点"
    "，。、；：“”（）《》　\r\n 0123456789.,-()"
)
_BAD = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")
_CHARSET = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w-]{3,20})""", re.IGNORECASE)


def decode_text(data: bytes) -> str:
    """Decode by byte order mark, else UTF-8, else whichever of GB18030 and UTF-16 looks like Chinese.

    The mark itself is not part of the text; line ends stay as they are. Raises Unreadable.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            text = _strict(data[len(mark) :], encoding)
            break
    else:
        text = _strict(data, "utf-8")
        if text is None or "\0" in text or (not text.isascii() and max(text) < "\u0800"):
            text = _likeliest(data)  # a few Chinese characters in GB18030 can pass for Latin letters in UTF-8
    if text is None:
        raise Unreadable("认不出文件的文字编码，请用记事本打开后另存为 UTF-8 编码再试。")
    if len(_BAD.findall(text)) * 200 > len(text):
        raise Unreadable("文件内容不是文字，请核对是否传错了文件。")
    return text


def decode_page(data: bytes) -> str:
    """As `decode_text`, but the page's own `charset` is believed where it fits."""
    marked = data.startswith(tuple(mark for mark, _ in _BOMS))
    declared = _CHARSET.search(data[:4096])
    if declared and not marked:
        name = declared[1].decode("ascii").lower()
        text = _strict(data, "gb18030" if name.startswith("gb") else name)
        if text is not None:
            return text
    return decode_text(data)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _likeliest(data: bytes) -> str | None:
    texts = [_strict(data, encoding) for encoding in ("utf-8", "gb18030", "utf-16-le", "utf-16-be")]
    return max((text for text in texts if text is not None), key=_familiarity, default=None)


def _familiarity(text: str) -> float:
    """Share of common characters; broken ones count against it."""
    sample = text[:20_000]
    return sum((c in _COMMON) - (_BAD.match(c) is not None) for c in sample) / max(len(sample), 1)
