"""Lines of a PDF back into paragraphs.

A Chinese official page (GB/T 9704) has 28 characters a line and begins a paragraph two characters in. A line
runs on into the next unless it ends early or the next one begins a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from guantong.files.pdf_lines import PageLine, PageText
from guantong.files.source import Line

_STOPS = "。！？；：.!?;:”』）"
_FULL_STOPS = "。！？”"
_MARKER = re.compile(
    r"第[一二三四五六七八九十百〇零\d]+[章节条款部分方面]"
    r"|[一二三四五六七八九十]{1,3}[、.．]"
    r"|[（(][一二三四五六七八九十\d]{1,3}[)）]"
    r"|\d{1,2}[.．、)）](?!\d)"
    r"|[①-⑳]|附件[\d一二三四五六七八九十]*[:：]|——"
)
_LATIN = re.compile("[!-~]")
_INDENT = 1.0  # ems to the right of the margin that begin a paragraph
_TEXT_WIDTH = 0.7  # of the page: no right margin stands further left
_SHORT = 2.0  # ems a full line may stay short of the margin: a stop may not begin the next line


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the text of pages of one width stands, in points."""

    left: float
    right: float
    pitch: float  # usual distance of two lines
    indents: bool  # paragraphs begin with an indent


def join_lines(pages: list[PageText]) -> Iterator[Line]:
    """Paragraphs and furniture; what the page added comes after the paragraph it would cut in two."""
    frames = {width: _frame([p for p in pages if round(p.width) == width]) for width in _widths(pages)}
    paragraph = ""
    before: PageLine | None = None
    waiting: list[Line] = []
    for page in pages:
        frame = frames[round(page.width)]
        heads = [Line(line.text, furniture=line.furniture) for line in page.lines if line.furniture]
        body = [line for line in page.lines if not line.furniture]
        for position, line in enumerate(body):
            if before is not None and _runs_on(before, line, frame, same_page=position > 0):
                paragraph = _glue(paragraph, line.text)
            else:
                yield Line(paragraph)
                yield from waiting
                waiting, paragraph = [], line.text
            before = line
        waiting += heads
    yield Line(paragraph)
    yield from waiting


def _widths(pages: list[PageText]) -> set[int]:
    return {round(page.width) for page in pages}


def _frame(pages: list[PageText]) -> Frame:
    lines = [line for page in pages for line in page.lines if not line.furniture and "\t" not in line.text]
    if not lines:
        return Frame(0, 0, 0, indents=False)
    longest = max(line.x1 - line.x0 for line in lines)
    long_lines = [line for line in lines if line.x1 - line.x0 > 0.7 * longest]
    ends = sorted(line.x1 for line in long_lines)
    left = min(line.x0 for line in long_lines)
    gaps = [
        above.y - below.y
        for page in pages
        for above, below in pairwise(page.lines)
        if not above.furniture and not below.furniture
    ]
    indents = any(
        1.5 <= (first.x0 - left) / (first.size or 1) <= 2.6 and second.x0 - left < 0.5 * second.size
        for page in pages
        for first, second in pairwise(page.lines)
    )
    # On a page of nothing but short lines the longest of them is no measure of the margin.
    right = max(ends[int(len(ends) * 0.9)], _TEXT_WIDTH * pages[0].width)
    return Frame(left, right, median(gaps) if gaps else 0, indents)


def _runs_on(before: PageLine, line: PageLine, frame: Frame, *, same_page: bool) -> bool:
    em = line.size or 1.0
    if "\t" in before.text or "\t" in line.text or abs(before.size - line.size) > 0.15 * em:
        return False
    if same_page and frame.pitch and before.y - line.y > 1.6 * frame.pitch:
        return False
    if _ends_early(before, line, frame):
        return False
    stopped = before.text[-1] in _STOPS
    if line.x0 - frame.left >= _INDENT * em:
        # A block set in as a whole runs on; a first line set in does not.
        return abs(before.x0 - line.x0) < 0.3 * em and not stopped and not _MARKER.match(line.text)
    if _MARKER.match(line.text):
        return frame.indents and not stopped
    return frame.indents or before.text[-1] not in _FULL_STOPS


def _ends_early(before: PageLine, line: PageLine, frame: Frame) -> bool:
    word = re.match(r"[A-Za-z0-9.%]*", line.text)
    unbroken = 0.5 * len(word[0]) if word else 0.0  # a word or figure that did not fit
    return frame.right - before.x1 > (_SHORT + unbroken) * before.size


def _glue(text: str, more: str) -> str:
    space = " " if _LATIN.match(text[-1]) and _LATIN.match(more) and text[-1] not in "-/" else ""
    return text + space + more
