"""PDF files with a text layer."""

from __future__ import annotations

import logging
from io import BytesIO
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError

from guantong.files import limits
from guantong.files.pdf_lines import PageLine, PageText, mark_running_heads, set_lines
from guantong.files.pdf_paragraphs import join_lines
from guantong.files.pdf_runs import page_runs
from guantong.files.source import Extract, Unreadable, compose

_SCANNED = "这是扫描或拍照的 PDF，只有图像没有文字，请改用原来的 Word 文件，或先做文字识别再试。"
_COLUMNS = "这份 PDF 是分栏或左右并排的版式，文字次序无法可靠还原，请改用原来的 Word 文件。"
_GARBLED = "这份 PDF 的字体没有文字编码，读出来是乱码，请改用原来的 Word 文件，或先做文字识别再试。"
_IMAGE_PAGE = "image-page"


def parse(data: bytes) -> Extract:
    """Raises Unreadable."""
    pages = _read_pages(data)
    written = [page for page in pages if page.lines]
    if not written or len(written) * 2 < len(pages):
        raise Unreadable(_SCANNED)
    if any(page.columns for page in pages):
        raise Unreadable(_COLUMNS)
    text = "".join(line.text for page in pages for line in page.lines)
    odd = sum(1 for c in text if c == "\ufffd" or "\ue000" <= c <= "\uf8ff" or (c < " " and c != "\t"))
    if odd * 10 > len(text):
        raise Unreadable(_GARBLED)
    mark_running_heads(pages)
    for position, page in enumerate(pages, start=1):
        if not page.lines:
            page.lines.append(PageLine(0, 0, 0, 0, f"〔第{position}页没有文字〕", _IMAGE_PAGE))
    return compose(join_lines(pages))


def _read_pages(data: bytes) -> list[PageText]:
    logging.getLogger("pypdf").setLevel(
        logging.CRITICAL
    )  # what it can mend it mends; the user sees our sentence
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(limits.LOCKED)
        fonts: dict[int, Any] = {}
        return [_read_page(page, fonts) for page in reader.pages]
    except (Unreadable, MemoryError):
        raise
    except DependencyError as exc:  # a cipher that needs a library we do not carry
        raise Unreadable(limits.LOCKED) from exc
    except Exception as exc:  # on damaged files pypdf raises whatever comes
        raise Unreadable(limits.BROKEN) from exc


def _read_page(page: PageObject, fonts: dict[int, Any]) -> PageText:
    width, height = float(page.mediabox.width), float(page.mediabox.height)
    if page.rotation % 180:
        width, height = height, width
    return set_lines(page_runs(page, fonts), width, height)
