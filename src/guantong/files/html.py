"""Web pages: blocks become lines, tables rows. Nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from lxml import etree

from guantong.files import limits
from guantong.files.decode import decode_page
from guantong.files.rows import Cell, table_lines
from guantong.files.source import Extract, Line, Unreadable, compose

_DROPPED = frozenset(
    "script style head template noscript svg iframe object embed select button textarea canvas".split()  # noqa: SIM905
)
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code del dfn em font i img input ins kbd label mark nobr q"  # noqa: SIM905
    " rp rt ruby s samp small span strike strong sub sup tt u var wbr".split()
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# A line end in the source between two full-width characters is no space on a Chinese page.
_WRAP = re.compile("(?<=[\u2e80-\uffef“”‘’—…])[ \t]*[\r\n]\\s*(?=[\u2e80-\uffef“”‘’—…])")
_SPACES = re.compile("[ \t\r\n\f\xa0]+")


def parse(data: bytes) -> Extract:
    """Raises Unreadable."""
    page = decode_page(data).replace("\0", "")
    collector = _Collector()
    parser = etree.HTMLParser(target=cast(Any, collector), encoding="utf-8", no_network=True)
    try:
        parser.feed(page.encode())
        parser.close()
    except etree.XMLSyntaxError as exc:
        raise Unreadable(limits.BROKEN) from exc
    return compose(collector.lines)


class _Collector:
    """Parser target (start, data, end, close): keeps no tree, so deep nesting costs nothing."""

    def __init__(self) -> None:
        self._outer: list[tuple[Cell, list[list[Cell]]]] = []  # the cell around each open table, and its rows
        self.lines: list[Line] = []
        self._text: list[str] = []
        self._dropped = 0
        self._kept_breaks = 0
        self._counters: list[int | None] = []  # of each open list: the number of its next item

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        hidden = "hidden" in attributes or _HIDDEN.search(attributes.get("style", ""))
        if self._dropped or tag in _DROPPED or hidden:
            self._dropped += 1
            return
        if tag not in _INLINE:
            self._end_line()
        if tag == "pre":
            self._kept_breaks += 1
        elif tag in ("ol", "ul"):
            start = attributes.get("start", "1")
            self._counters.append((int(start) if start.isdecimal() else 1) if tag == "ol" else None)
        elif tag == "li" and self._counters and (count := self._counters[-1]) is not None:
            self._text.append(f"{count}. ")
            self._counters[-1] = count + 1
        elif tag == "table":
            self._outer.append((self.lines, []))
        elif tag == "tr" and self._outer:
            self._outer[-1][1].append([])
        elif tag in ("td", "th") and self._outer:
            rows = self._outer[-1][1]
            self.lines = []
            if not rows:
                rows.append([])
            rows[-1].append(self.lines)

    def end(self, tag: str) -> None:
        if self._dropped:
            self._dropped -= 1
            return
        if tag not in _INLINE:
            self._end_line()
        if tag == "pre":
            self._kept_breaks -= 1
        elif tag in ("ol", "ul") and self._counters:
            self._counters.pop()
        elif tag == "table" and self._outer:
            self._end_table()

    def data(self, text: str) -> None:
        if self._dropped:
            return
        if not self._kept_breaks:
            self._text.append(text)
            return
        first, *rest = text.split("\n")
        self._text.append(first)
        for part in rest:
            self._end_line()
            self._text.append(part)

    def close(self) -> None:
        self._end_line()
        while self._outer:
            self._end_table()

    def _end_line(self) -> None:
        text = _SPACES.sub(" ", _WRAP.sub("", "".join(self._text))).strip(" ")
        self._text.clear()
        if text:
            self.lines.append(Line(text))

    def _end_table(self) -> None:
        around, rows = self._outer.pop()
        around += table_lines([row for row in rows if row])
        self.lines = around
