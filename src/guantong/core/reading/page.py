"""A document made ready for reading: even text, furniture and tables set aside, quotations masked, paragraphs found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from guantong.core.reading.furniture import find_furniture, find_tables
from guantong.core.reading.normalize import Normalized, normalize
from guantong.core.reading.outline import split_paragraphs
from guantong.core.reading.types import Furniture

CITE = re.compile(r"《[^《》\n]{1,90}(?:《[^《》\n]*》[^《》\n]*){0,3}》")
_QUOTED = re.compile(rf"{CITE.pattern}|“[^“”\n。]{{1,70}}”|（[^（）\n]{{1,160}}）")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Page:
    """All offsets are of the normalized text; `at` and `to` lead back to the source.

    `text` has furniture and tables blanked to line ends; `masked` is `text` with what stands in quotation marks,
    title marks and brackets filled with ■, because words in there oblige nobody. All have the same length.
    """

    source: str
    normal: Normalized
    text: str
    masked: str
    paragraphs: tuple[Span, ...]
    furniture: tuple[Furniture, ...]
    tables: tuple[Span, ...]

    def at(self, position: int) -> int:
        """The source offset of the character at `position`."""
        return self.normal.source(position)

    def to(self, position: int) -> int:
        """The source offset behind the character before `position`."""
        return self.normal.source_end(position)

    @property
    def body(self) -> int:
        """Where the author's text begins: behind the site's header, if there is one."""
        return self.furniture[0].end if self.furniture and self.furniture[0].start == 0 else 0


def prepare(source: str, furniture: Sequence[Furniture] = (), tables: Sequence[Span] = ()) -> Page:
    """Make `source` ready. `furniture` and `tables` are what the file format already knew, in source offsets."""
    normal = normalize(source)
    known = [Furniture(normal.target(f.start), normal.target(f.end), f.reason) for f in furniture]
    pieces = _disjoint([*known, *find_furniture(normal.text)])
    live = _blank(normal.text, [(f.start, f.end) for f in pieces])
    spans = [(normal.target(s), normal.target(e)) for s, e in tables]
    grids = tuple(spans or find_tables(live))
    text = _blank(live, grids)
    masked = _QUOTED.sub(lambda m: m[0][0] + "■" * (len(m[0]) - 2) + m[0][-1], text)
    return Page(source, normal, text, masked, tuple(split_paragraphs(text)), tuple(pieces), grids)


def _disjoint(spans: Sequence[Furniture]) -> list[Furniture]:
    kept: list[Furniture] = []
    for span in sorted(spans, key=lambda f: (f.start, -f.end)):
        if span.end > span.start and (not kept or span.start >= kept[-1].end):
            kept.append(span)
    return kept


def _blank(text: str, spans: Sequence[Span]) -> str:
    pieces, last = [], 0
    for start, end in sorted(spans):
        if end > start >= last:
            pieces += [text[last:start], "\n" * (end - start)]
            last = end
    return "".join([*pieces, text[last:]])
