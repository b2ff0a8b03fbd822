"""The document's own title (level 0); of a transmitted document the inner one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from guantong.core.reading.markers import Marker

_KINDS = (
    "通知|意见|决定|方案|报告|讲话|提纲|要点|办法|规定|计划|通报|公告|通告|决议|请示|批复|函|纪要|规划|细则|条例|规则|"
    "致辞|发言|总结|制度|措施|安排|预案|责任书|承诺书|倡议书|清单|章程|守则|简报|指南|标准|公报"
)
_TITLED = re.compile(rf"(?:{_KINDS})(?:稿|摘要|（[^（）\n]{{1,24}}）)?$")
_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}[〔\[（(](?:19|20)\d\d[〕\]）)](?:第)?\d+号")
_LETTERHEAD = re.compile(r"文件$|^（.*）$|^\d{4}年\d+月\d+日$")
_SUBTITLE = re.compile(r"^(?:——|--)")
_SPACED = re.compile(r"\S(?:[ 　]\S)+")
_MOST_LINES, _LONGEST = 3, 90
_WIDEST_GAP, _SHORTEST_LINE = 6, 5  # characters between the lines of a title, and of its lines

# In a page flattened to one line: behind the signature's date or 附件：, before the way a body begins.
_FLAT_INNER = re.compile(
    rf"(?:附件：?|\d日) ?((?:[^。；：，《》（\n]|（[^（）]*）|（(?![^（）]*）)){{4,70}}?(?:{_KINDS})(?:（[^（）]{{1,12}}）)?)"
    r"(?= |为(?:了|全面|深入|进一步|切实|贯彻|认真)|根据|\d{4}年是|$)"
)
_FLAT_OUTER = re.compile(
    rf"((?:[^。；：，《\n]|《[^《》\n]*》|《(?![^《》\n]*》)){{6,80}}?(?:{_KINDS}))"
    r"(?=[ 　]?(?:[\u4e00-\u9fff]{1,8}〔|各[^，。]{1,30}[：，、]|（|为(?:了|全面|深入|进一步|切实|贯彻|认真)))"
)
_KEYED = re.compile(r"^标 ?题： ?(\S[^\n]{3,90})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class DocumentTitle:
    """`text` in one line; `start:end` is where it stands in the normalized text."""

    text: str
    start: int
    end: int


def find_document_title(
    text: str, paragraphs: Sequence[tuple[int, int]], markers: Sequence[Marker], header: str
) -> DocumentTitle | None:
    """The last title before the first marker, or failing any the one that the site's `header` names."""
    limit = markers[0].start if markers else len(text)
    titles = list(_line_titles(text, [p for p in paragraphs if p[1] <= limit][:80]))
    found = titles[-1] if titles else None
    if found is None:
        opening = paragraphs[0][0] if paragraphs else 0
        inner = list(_FLAT_INNER.finditer(text, 0, min(limit, 6000)))
        match = inner[-1] if inner else _FLAT_OUTER.match(text, opening, opening + 200)
        if match and match.end(1) <= limit:
            found = DocumentTitle(match[1].strip(), match.start(1), match.end(1))
    if found is None and (keyed := _KEYED.search(header)):
        return DocumentTitle(keyed[1].strip(), keyed.start(1), keyed.end(1))
    return found


def _line_titles(text: str, lines: Sequence[tuple[int, int]]) -> Iterator[DocumentTitle]:
    """Runs of up to three unpunctuated lines that end in a kind of document."""
    i = 0
    while i < len(lines):
        for last in range(i, min(i + _MOST_LINES, len(lines))):
            parts = [_unspaced(text[start:end]) for start, end in lines[i : last + 1]]
            joined = "".join(parts)
            if last > i and (
                lines[last][0] - lines[last - 1][1] > _WIDEST_GAP or len(parts[-2]) < _SHORTEST_LINE
            ):
                break  # something was set aside between them, or the line above is a menu's
            if len(joined) > _LONGEST or any(c in joined for c in "。；！？：") or _skipped(parts[-1]):
                break
            if last == i and _SUBTITLE.match(joined):
                break
            if _TITLED.search(joined):
                yield DocumentTitle(joined, lines[i][0], lines[last][1])
                i = last
                break
        i += 1


def _skipped(line: str) -> bool:
    return bool(_LETTERHEAD.search(line) or _NUMBER.fullmatch(line.strip()))


def in_one_line(written: str) -> str:
    """A title as it stands in the source, its lines joined and letters set apart (政 府 工 作) closed up."""
    return "".join(_unspaced(line.strip(" 　")) for line in written.splitlines())


def _unspaced(line: str) -> str:
    """政 府 工 作 报 告 → 政府工作报告."""
    return re.sub(r"[ 　]", "", line) if _SPACED.fullmatch(line) else line
