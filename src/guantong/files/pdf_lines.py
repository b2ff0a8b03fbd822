"""Runs of a page into lines, and the lines the page added told from those the author wrote."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from guantong.files.pdf_runs import Run

_WIDE_GAP = 1.2  # ems; wider than any justified space: a column of a table
_WORD_GAP = 0.2  # ems between two Latin words
_COLUMN_LINES = 10  # full lines on each side before we speak of columns
_COLUMN_CHARS = 10  # a column of text is wider than this; what is narrower is a table's entry
_ZONE = 0.14  # share of the page's height where running heads and page numbers stand

PAGE_NUMBER, RUNNING_HEAD, RUNNING_FOOT, WATERMARK = (
    "page-number",
    "running-head",
    "running-foot",
    "watermark",
)
_RULE = r"[\s—－–\-―·.•~～]*"
_COUNT = r"[\d０-９]{1,4}"
_PAGE_NUMBER = re.compile(rf"{_RULE}第?\s*{_COUNT}\s*页?(?:[\s,，/／共]+{_COUNT}\s*页?)?{_RULE}")
_LATIN = re.compile("[!-~]")


@dataclass(slots=True)
class PageLine:
    """A line of text, `y` points above the page's lower edge; `furniture` says why it is not the author's."""

    x0: float
    x1: float
    y: float
    size: float
    text: str
    furniture: str = ""


@dataclass(slots=True)
class PageText:
    """Lines of a page from top to bottom; `columns` when it is set in two columns or more."""

    lines: list[PageLine]
    width: float
    height: float
    columns: bool = False


def set_lines(runs: list[Run], width: float, height: float) -> PageText:
    """Lines of a page of this size in points. Text that runs another way than most is a watermark."""
    counts = Counter[int]()
    for run in runs:
        counts[run.turn] += len(run.text.strip())
    turn = counts.most_common(1)[0][0] if counts else 0
    upright = [_upright(run, turn, width, height) for run in runs if run.turn == turn]
    aslant = "".join(run.text for run in runs if run.turn != turn).strip()
    if turn in (90, 270):
        width, height = height, width
    groups = [_without_doubles(group) for group in _by_height(upright)]
    lines = [line for group in groups if (line := _join_runs(group)) is not None]
    page = PageText(lines, width, height, _has_columns(groups))
    _mark_page_numbers(page)
    if aslant:
        page.lines.append(PageLine(0, 0, 0, 0, aslant, WATERMARK))
    return page


def mark_running_heads(pages: list[PageText]) -> None:
    """Lines at the edge of several pages, at one height and alike but for their digits, are furniture."""
    places: defaultdict[tuple[str, int, str], list[PageLine]] = defaultdict(list)
    for page in pages:
        for line, reason in _edge_lines(page):
            places[re.sub(r"\d+", "#", line.text), round(line.y / 4), reason].append(line)
    for (_, _, reason), lines in places.items():
        if len(lines) >= max(2, len(pages) / 4):
            for line in lines:
                line.furniture = reason


def _edge_lines(page: PageText) -> Iterator[tuple[PageLine, str]]:
    """One or two lines at the top and at the bottom that stand off from the text."""
    lines = [line for line in page.lines if not line.furniture]
    pitch = median([a.y - b.y for a, b in pairwise(lines)] or [0.0])
    for line in _stand_off(lines, pitch):
        if line.y > page.height * (1 - _ZONE):
            yield line, RUNNING_HEAD
    for line in _stand_off(lines[::-1], pitch):
        if line.y < page.height * _ZONE:
            yield line, RUNNING_FOOT


def _stand_off(lines: list[PageLine], pitch: float) -> list[PageLine]:
    for position, (line, following) in enumerate(pairwise(lines[:3]), start=1):
        if abs(line.y - following.y) > 1.25 * pitch or abs(line.size - following.size) > 0.08 * line.size:
            return lines[:position]
    return []


def _mark_page_numbers(page: PageText) -> None:
    for line in {id(line): line for line in page.lines[:2] + page.lines[-2:]}.values():
        edge = line.y < page.height * _ZONE or line.y > page.height * (1 - _ZONE)
        if edge and _PAGE_NUMBER.fullmatch(line.text):
            line.furniture = PAGE_NUMBER


def _upright(run: Run, turn: int, width: float, height: float) -> Run:
    """The run as seen with the page turned so that most of its text stands upright."""
    turned = {
        90: (run.y, width - run.x),
        180: (width - run.x, height - run.y),
        270: (height - run.y, run.x),
    }
    x, y = turned.get(turn, (run.x, run.y))
    return run._replace(x=x, y=y)


def _by_height(runs: list[Run]) -> list[list[Run]]:
    groups: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: -run.y):
        head = groups[-1][0] if groups else None
        if head is not None and head.y - run.y <= 0.5 * max(head.size, run.size):
            groups[-1].append(run)
        else:
            groups.append([run])
    return [sorted(group, key=lambda run: run.x) for group in groups]


def _without_doubles(runs: list[Run]) -> list[Run]:
    """Bold is often made by drawing a text twice, a hair apart."""
    kept: list[Run] = []
    for run in runs:
        if not any(run.text == other.text and abs(run.x - other.x) < 0.2 * run.size for other in kept[-4:]):
            kept.append(run)
    return kept


def _join_runs(runs: list[Run]) -> PageLine | None:
    written = [run for run in runs if not run.text.isspace()]
    if not written:
        return None
    text, end, blank = "", written[0].x, ""
    for run in runs:
        if run.text.isspace():
            blank += run.text
            continue
        if text:
            text += _between(text[-1], run, run.x - end, blank)
        text, end, blank = text + run.text, max(end, run.x + run.width), ""
    head = max(written, key=lambda run: run.size)
    artifact = RUNNING_HEAD if all(run.artifact for run in written) else ""
    return PageLine(written[0].x, end, head.y, median(run.size for run in written), text, artifact)


def _between(last: str, run: Run, gap: float, blank: str) -> str:
    """What parts a run from the character before it: a tab between columns, a space between words."""
    if gap > _WIDE_GAP * run.size:
        return "\t"
    if blank:
        return "\u3000" if "\u3000" in blank else " "
    apart = gap > _WORD_GAP * run.size and _LATIN.match(last) and _LATIN.match(run.text)
    return " " if apart else ""


def _has_columns(groups: list[list[Run]]) -> bool:
    """Is there a gutter with many full lines on both sides of it and hardly a line across?

    A table whose neighbouring cells hold whole paragraphs looks the same, and reads as badly.
    """
    segments = [segment for group in groups for segment in _segments(group)]
    if len(segments) < 2 * _COLUMN_LINES:
        return False
    left, right = min(x0 for x0, _ in segments), max(x1 for _, x1 in segments)
    shortest = _COLUMN_CHARS * median(run.size for group in groups for run in group)
    for step in range(20, 81, 2):
        gutter = left + (right - left) * step / 100
        full = max(shortest, 0.7 * min(gutter - left, right - gutter))
        before = sum(1 for x0, x1 in segments if x1 <= gutter and x1 - x0 >= full)
        after = sum(1 for x0, x1 in segments if x0 >= gutter and x1 - x0 >= full)
        across = sum(1 for x0, x1 in segments if x0 < gutter < x1)
        if min(before, after) >= _COLUMN_LINES and across * 4 < before + after:
            return True
    return False


def _segments(runs: list[Run]) -> list[tuple[float, float]]:
    """Stretches of a line between wide gaps."""
    segments: list[tuple[float, float]] = []
    for run in runs:
        if run.text.isspace():
            continue
        if segments and run.x - segments[-1][1] <= _WIDE_GAP * run.size:
            segments[-1] = (segments[-1][0], max(segments[-1][1], run.x + run.width))
        else:
            segments.append((run.x, run.x + run.width))
    return segments
