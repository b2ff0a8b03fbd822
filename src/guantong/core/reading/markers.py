"""Enumeration markers: 第一方面 · 一、 · （一） · 1. · （1） · ① · 一要 · 一是 · 第一， · ——. Which are real, and where.

A marker is only believed where its place and its number agree: at the start of a paragraph, or inside one where
the list it continues (or starts, with a second to come) is in sight. So 一要求, 第一书记 and 3.29日前 stay text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

DIGITS = "一二三四五六七八九"
_CN = "[一二三四五六七八九十]{1,3}"

#: Digit by digit, as years are written: 二〇二六.
YEAR_DIGITS = str.maketrans("一二三四五六七八九〇○零", "123456789000")

#: Numbers written in Chinese, 1 to 99.
NUMBERS = {
    (DIGITS[tens - 1] if tens > 1 else "") + ("十" if tens else "") + (DIGITS[ones - 1] if ones else ""): tens
    * 10
    + ones
    for tens in range(10)
    for ones in range(10)
    if tens or ones
}

#: Styles whose lists run on inside a paragraph and end with it.
RUN_IN = frozenset({"yao", "shi", "ordinal", "digit_paren", "circled"})

_MARKER = re.compile(
    rf"""(?:\A|(?<=[\n 　。！？；：）”，…]))(?:
      第(?P<part>{_CN})(?:个?方面|部分|编)[ 　]?[：，、]?
    | 第(?P<chapter>{_CN})章[ 　]*
    | 第(?P<section>{_CN})节[ 　]*
    | 第(?P<article>{_CN})条[ 　：]+
    | 第(?P<ordinal>{_CN})[，、：]
    | (?P<dun>{_CN})、(?!{_CN}(?:[、是者个类级年]|等))
    | (?P<yao>{_CN})要(?![求点素件害么是闻义旨塞冲])
    | (?P<shi>{_CN})是(?!否|非)
    | (?P<multi>\d{{1,2}}(?:\.\d{{1,2}}){{1,3}})(?=[ 　、\u4e00-\u9fff])(?![日月年个万亿元倍])
    | (?P<point>\d{{1,2}})[.、](?!\d{{1,2}}(?:\D|\Z)|\.)
    | (?P<digit_close>\d{{1,2}})）
    | (?P<circled>[①-⑳])
    | (?P<dash>——|--+|—(?=[^—\d]))(?![\d\n])
    ) | （(?P<paren>{_CN})） | （(?P<digit_paren>\d{{1,2}})）
      | (?<![\d.、\w])(?P<point_run>\d{{1,2}})、 | (?<=[”）\u4e00-\u9fff])(?P<point_glued>1)[.、](?=[\u4e00-\u9fff])
    """,
    re.VERBOSE,
)
# What a marker can begin with: found fast, then looked at closely.
_FIRST = re.compile(rf"[第（①-⑳—]|--|{_CN}[、要是]|\d{{1,2}}[.、）]")
_ATTACHED = re.compile(r"附件：?[ 　\n]*\Z")
_SAME_STYLE = {"point_run": "point", "point_glued": "point"}
_BARE = 20  # characters an unnumbered heading may have
_MARKS = re.compile(r"[。；：，！？■]")
_SENTENCE_END = re.compile(r"[。！？\n]")


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker believed: `text[start:end]` is the marker as written (without blanks), the title follows `end`."""

    style: str
    number: int
    start: int
    end: int
    leads: bool  # stands at the start of its paragraph


def _number(style: str, written: str) -> int:
    if style == "multi":
        return int(written.rpartition(".")[2])
    if style == "circled":
        return ord(written) - ord("①") + 1
    if style == "dash":
        return 0
    return NUMBERS.get(written, 0) if written[0] not in "0123456789" else int(written)


def _candidates(text: str, masked: str, starts: frozenset[int]) -> list[Marker]:
    found: list[Marker] = []
    listed: Marker | None = None  # the last entry of a list of attachments: 附件：1.… 2.…
    for first in _FIRST.finditer(text):
        match = _MARKER.match(text, first.start())
        if match is None:
            continue
        group = match.lastgroup or ""
        style, start = _SAME_STYLE.get(group, group), match.start()
        leads = start in starts
        if masked[start] == "■" or (style in ("dash", "multi") and not leads):
            continue
        number = _number(style, match[group])
        if style == "multi":
            style += str(match[group].count("."))
        if not number and style != "dash":
            continue
        marker = Marker(style, number, start, match.end(), leads)
        attached = _ATTACHED.search(text, max(0, start - 8), start) is not None or (
            listed is not None and (style, number) == (listed.style, listed.number + 1)
        )
        listed = marker if attached else None
        if not attached:
            found.append(marker)
    return found


def find_markers(text: str, masked: str, paragraphs: Sequence[tuple[int, int]]) -> list[Marker]:
    """The markers of `text` in order. `masked` is the text with quotations filled by ■, offsets alike.

    Unnumbered headings are among them, as markers of style "bare" without length.
    """
    accepted = _without_subtitle(masked, paragraphs, _numbered(text, masked, paragraphs))
    return sorted([*accepted, *_bare(masked, paragraphs, accepted)], key=lambda marker: marker.start)


def _without_subtitle(
    masked: str, paragraphs: Sequence[tuple[int, int]], accepted: list[Marker]
) -> list[Marker]:
    """All but a single dash line without a mark before everything else: the second line of a title."""
    if not accepted or accepted[0].style != "dash" or any(each.style == "dash" for each in accepted[1:]):
        return accepted
    end = next(end for start, end in paragraphs if start == accepted[0].start)
    return accepted if _MARKS.search(masked, accepted[0].end, end) else accepted[1:]


def _bare(masked: str, paragraphs: Sequence[tuple[int, int]], accepted: Sequence[Marker]) -> list[Marker]:
    """Short lines without a mark, each followed by a list that starts anew: headings without a number."""
    opening = {marker.start: marker for marker in accepted if marker.number == 1 and marker.leads}
    numbered = {marker.start for marker in accepted}
    found: dict[str, list[Marker]] = {}
    for (start, end), (following, _) in pairwise(paragraphs):
        first = opening.get(following)
        if first and start not in numbered and end - start <= _BARE and not _MARKS.search(masked, start, end):
            found.setdefault(first.style, []).append(Marker("bare", 0, start, start, leads=True))
    outermost = accepted[0].style if accepted else ""
    heads = found.get(outermost, [])
    restarts = sum(1 for marker in accepted if marker.style == outermost and marker.number == 1)
    return heads if len(heads) > 1 and len(heads) >= restarts - 1 else []


def _numbered(text: str, masked: str, paragraphs: Sequence[tuple[int, int]]) -> list[Marker]:
    candidates = _candidates(text, masked, frozenset(start for start, _ in paragraphs))
    following: dict[str, int] = {}
    starts_list = [False] * len(candidates)  # is a 1 followed by a 2 of its style?
    for i in range(len(candidates) - 1, -1, -1):
        marker = candidates[i]
        starts_list[i] = marker.number == 1 and following.get(marker.style) == 2
        if marker.number:
            following[marker.style] = marker.number
    accepted: list[Marker] = []
    last: dict[str, int] = {}
    for marker, starts in zip(candidates, starts_list, strict=True):
        before = text[marker.start - 1] if marker.start else "\n"
        if accepted and accepted[-1].end == marker.start:  # （一）1.: one right behind the other
            marker = replace(marker, leads=accepted[-1].leads)  # noqa: PLW2901  # the same marker, better known
        if _believable(marker, last.get(marker.style, 0), starts, before) or (
            starts and marker.style in ("paren", "point") and _after_bare_title(text, accepted, marker)
        ):
            accepted.append(marker)
            last[marker.style] = marker.number
    return accepted


def _believable(marker: Marker, last: int, starts: bool, before: str) -> bool:
    goes_on = marker.number == last + 1 and last > 0
    if marker.style.startswith("multi"):
        return goes_on or starts
    if marker.leads:
        return goes_on or marker.number <= max(last, 0) + 5 or marker.style in ("dun", "paren", "article")
    if marker.style in ("chapter", "section", "article"):
        return False
    if before == "，":
        return (goes_on or starts) and marker.style in ("yao", "shi")
    if marker.style in (
        "part",
        "yao",
        "shi",
        "ordinal",
        "circled",
        "dun",
        "digit_paren",
        "point",
        "paren",
        "digit_close",
    ):
        return (goes_on or starts) and before in "\n 　。！？；：）”…"
    return False


def _after_bare_title(text: str, accepted: Sequence[Marker], marker: Marker) -> bool:
    """二、学习方式（一）…: the first of a list glued to the title above it."""
    if not accepted or marker.start - accepted[-1].end > 45 or accepted[-1].style == marker.style:
        return False
    return not _SENTENCE_END.search(text, accepted[-1].end, marker.start)
