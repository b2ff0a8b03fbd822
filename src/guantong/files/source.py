"""What a reader hands over. Offsets are `str` indices into the text, end exclusive."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

# Control characters that no writer types; a tab and the line ends we make ourselves stay.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")


class Unreadable(Exception):  # noqa: N818  # the word the user meets; not an error of ours
    """The file cannot be read. `str(exc)` is one plain Chinese sentence: what is wrong, what to do."""


@dataclass(frozen=True, slots=True)
class Furniture:
    """A stretch the page added (running head, page number, table of contents), with the code of its reason."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text of a file. `sha256` is of the file's bytes; `tables` are spans known to come from tables."""

    text: str
    sha256: str
    format: str
    furniture: tuple[Furniture, ...] = ()
    tables: tuple[tuple[int, int], ...] = ()


class Line(NamedTuple):
    """One line of the text to be; `furniture` is a reason, or empty for what the author wrote."""

    text: str
    table: bool = False
    furniture: str = ""


class Extract(NamedTuple):
    """What a parser found in one document."""

    text: str
    furniture: tuple[Furniture, ...] = ()
    tables: tuple[tuple[int, int], ...] = ()


def compose(lines: Iterable[Line]) -> Extract:
    """Join lines with line ends; empty ones are left out, neighbouring table rows make one span.

    Raises Unreadable when nothing but blanks and furniture is left.
    """
    parts: list[str] = []
    furniture: list[Furniture] = []
    tables: list[tuple[int, int]] = []
    offset, in_table, body = 0, False, False
    for line in lines:
        text = _CONTROLS.sub("", line.text).rstrip()
        if not text.strip():
            continue
        end = offset + len(text)
        if line.table and in_table:
            tables[-1] = (tables[-1][0], end)
        elif line.table:
            tables.append((offset, end))
        if line.furniture:
            furniture.append(Furniture(offset, end, line.furniture))
        in_table, body = line.table, body or not line.furniture
        parts.append(text)
        offset = end + 1
    if not body:
        raise Unreadable("文件里没有可以读出的文字，请核对是否传错了文件。")
    return Extract("\n".join(parts), tuple(furniture), tuple(tables))
