"""Widths, noise characters and broken lines evened out, with a map back to the source offsets.

The reader works on `Normalized.text`; whatever it finds is handed out in offsets of the source.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

# One character for one character, so that most documents need no map at all. (A handful of `replace` calls is an
# order of magnitude faster than one `translate` over Chinese text.)
_WIDTHS = tuple(
    zip(
        "０１２３４５６７８９％．﹒,:∶;!?()〝〞「」『』\t\xa0\u2002\u2003\u2005\u2009\u202f\r\x0b\x0c\x85\u2028\u2029",
        "0123456789%..，：：；！？（）“”“”“”        \n\n\n\n\n",
        strict=True,
    )
)
_ZERO_WIDTH = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffc"
#: What counts as blank at either end of a line.
BLANK = " \u3000\n\r\t\xa0\u200b\ufeff"
# A line that holds nothing but such characters is where a page broke: inside a sentence it goes too.
_NOISE = re.compile(f"(?<=[^。！？；：\\n])\\n[{_ZERO_WIDTH}]+\\n(?=\\S)|[{_ZERO_WIDTH}]+")
_NOISY = re.compile(f"[{_ZERO_WIDTH}]")
_LATIN_STOP = re.compile(r"\.(?<=[\u4e00-\u9fff）”]\.)(?=[ \n（]|\Z)")
_THOUSANDS = re.compile(r"，(?<=\d，)(?=\d{3})")

# A line that breaks inside a sentence: it ends in a word, and the next one goes on without indent, blank line or marker.
_BROKEN = re.compile(
    r"\n(?<=[\u4e00-\u9fffA-Za-z0-9，、“‘（《—]\n)(?=[\u4e00-\u9fffA-Za-z0-9，、。；：”’）》？！])"
    r"(?!第?[一二三四五六七八九十]+[、是要，方部条章节]|\d+[.、]|[（(][一二三四五六七八九十\d]+[）)])"
)
# No line ends in a comma but one that goes on.
_OPEN_END = re.compile(
    r"\n(?<=[，、]\n)(?=[\u4e00-\u9fff“《])(?!第?[一二三四五六七八九十]+[、是要，方部条章节])"
)
# Markdown's own signs, dropped where a document has headings of its kind.
_MARKDOWN = re.compile(r"^#{1,6} ", re.MULTILINE)
_MARKUP = re.compile(r"^(?:#{1,6}|[-*+>]) +|(?<!\*)\*\*(?!\*)", re.MULTILINE)
_BLANK = re.compile(r"\n[ \u3000]*\n")


@dataclass(frozen=True, slots=True)
class Normalized:
    """`text` with some source characters dropped; `cuts`/`shifts` say how many before which position."""

    text: str
    cuts: tuple[int, ...] = ()
    shifts: tuple[int, ...] = ()

    def source(self, position: int) -> int:
        """The source offset of the character at `position`."""
        if not self.cuts:
            return position
        i = bisect_right(self.cuts, position) - 1
        return position if i < 0 else position + self.shifts[i]

    def source_end(self, position: int) -> int:
        """The source offset right behind the character before `position` (dropped characters stay outside)."""
        return self.source(position - 1) + 1 if position else 0

    def target(self, offset: int) -> int:
        """The position in `text` of a source offset; a dropped character gives the next one that stayed."""
        if not self.cuts:
            return offset
        i = bisect_right([cut + shift for cut, shift in zip(self.cuts, self.shifts, strict=True)], offset) - 1
        position = offset - (self.shifts[i] if i >= 0 else 0)
        return min(position, self.cuts[i + 1]) if i + 1 < len(self.cuts) else position


def _drop(text: str, pattern: re.Pattern[str]) -> Normalized:
    pieces, cuts, shifts, last, dropped = [], [], [], 0, 0
    for match in pattern.finditer(text):
        pieces.append(text[last : match.start()])
        dropped += match.end() - match.start()
        cuts.append(match.end() - dropped)
        shifts.append(dropped)
        last = match.end()
    pieces.append(text[last:])
    return Normalized("".join(pieces), tuple(cuts), tuple(shifts))


def _chain(first: Normalized, second: Normalized) -> Normalized:
    """The map of two droppings, one after the other."""
    if not second.cuts:
        return Normalized(second.text, first.cuts, first.shifts)
    # A position of the final text moves by the second map, then by the first; both change only at their cuts.
    places = set(second.cuts)
    origins = [cut + shift for cut, shift in zip(second.cuts, second.shifts, strict=True)]
    for cut in first.cuts:
        i = bisect_right(origins, cut) - 1
        places.add(max(cut - (second.shifts[i] if i >= 0 else 0), second.cuts[i] if i >= 0 else 0))
    ordered = sorted(places)
    return Normalized(second.text, tuple(ordered), tuple(first.source(second.source(p)) - p for p in ordered))


def normalize(source: str) -> Normalized:
    """Even out widths, drop zero-width characters, rejoin lines that broke inside a sentence."""
    text = source
    for written, usual in _WIDTHS:
        if written in text:
            text = text.replace(written, usual)
    text = _THOUSANDS.sub(",", text)
    text = _LATIN_STOP.sub("。", text)
    clean = _drop(text, _NOISE) if _NOISY.search(text) else Normalized(text)
    markdown = _MARKDOWN.search(clean.text) is not None
    if markdown:
        clean = _chain(clean, _drop(clean.text, _MARKUP))
    broken = _BROKEN if _wraps_lines(clean.text) and not markdown else _OPEN_END
    return _chain(clean, _drop(clean.text, broken)) if broken.search(clean.text) else clean


def _wraps_lines(text: str) -> bool:
    """Whether single line ends are only breaks: paragraphs are parted by blank lines instead."""
    blanks = len(_BLANK.findall(text))
    return blanks >= 10 and blanks * 2 > text.count("\n") - blanks * 2
