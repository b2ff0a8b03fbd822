"""The document's own title (level 0)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from guantong.core.reading.markers import Marker

_KIND = (
    "通知|意见|决定|方案|报告|讲话|讲话提纲|提纲|要点|办法|规定|计划|通报|公告|通告|决议|请示|批复|函|纪要|规划|细则|条例|规则|致辞|发言|总结|清单|制度"
)
_TITLED = re.compile(rf"(?:{_KIND})(?:（[^（）\n]{{1,20}}）)?$")
_INNER = re.compile(rf"(?:\n|。|附件：?|日) ?([^\n。，；：]{{4,60}}?(?:{_KIND}))(?:（[^（）\n]{{1,20}}）)?[\n ]")


@dataclass(frozen=True, slots=True)
class DocumentTitle:
    text: str
    start: int
    end: int


def find_document_title(
    text: str, paragraphs: Sequence[tuple[int, int]], markers: Sequence[Marker]
) -> DocumentTitle | None:
    """The first heading-like lines that end in a kind of document; of a transmitted one the inner title."""
    limit = markers[0].start if markers else len(text)
    found: DocumentTitle | None = None
    lines = [(s, e) for s, e in paragraphs if s < limit][:60]
    for i, (start, end) in enumerate(lines):
        for last in (i, i + 1, i + 2):
            if last >= len(lines):
                break
            stop = lines[last][1]
            joined = "".join(text[s:e] for s, e in lines[i : last + 1])
            if len(joined) > 90 or any(c in joined for c in "。；！？"):
                break
            if _TITLED.search(joined) and "：" not in joined and (found is None or i > 6):
                found = DocumentTitle(joined, start, stop)
                break
    return found
