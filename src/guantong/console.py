"""Tables for a terminal. Chinese characters are two columns wide; cells wrap, nothing is cut off.

What a document contains may steer a terminal (escape sequences, backspaces, marks that turn the writing round): it is
shown as a dot.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from unicodedata import east_asian_width

_WIDE = frozenset("WF")
_GAP = "  "
_NARROWEST = 6
_NO_START = frozenset("，。；：、！？）》”’")  # a line does not begin with one of these
_STEERING = dict.fromkeys((*range(32), *range(127, 160), *range(8234, 8239), *range(8294, 8298)), "·")
del _STEERING[ord("\n")]


def harmless(text: str) -> str:
    """`text` without characters that steer a terminal; tabs become blanks, line ends stay."""
    return text.replace("\t", " ").translate(_STEERING)


def width(text: str) -> int:
    """How many columns `text` takes."""
    return sum(2 if east_asian_width(c) in _WIDE else 1 for c in text)


def wrap(text: str, columns: int) -> list[str]:
    """`text` in lines of at most `columns` columns; a mark that may not begin a line takes its neighbour along."""
    lines, line, used = [], "", 0
    for char in text.replace("\n", " "):
        size = 2 if east_asian_width(char) in _WIDE else 1
        if used + size > columns and line:
            carried = line[-1] if char in _NO_START and len(line) > 1 and line[-1] not in _NO_START else ""
            lines.append(line[: len(line) - len(carried)])
            line, used = carried, width(carried)
        line += char
        used += size
    return [*lines, line] if line or not lines else lines


def pad(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))


def table(
    headers: Sequence[str],
    rows: Sequence[Sequence[object]],
    main: int | None = None,
    columns: int | None = None,
) -> str:
    """Rows under headers, as wide as the terminal (or `columns`); the widest column gives way first.

    The column `main` holds the text people read: the others give way before it, down to two fifths of the room.
    """
    cells = [["" if value is None else harmless(str(value)) for value in row] for row in rows]
    sizes = [
        max(width(header), *(max(map(width, row[i].split("\n"))) for row in cells))
        if cells
        else width(header)
        for i, header in enumerate(headers)
    ]
    room = (columns or terminal_columns()) - len(_GAP) * (len(headers) - 1)
    _fit(sizes, room, main)
    lines = [_row(headers, sizes), _GAP.join("-" * size for size in sizes)]
    lines += [_row(row, sizes) for row in cells]
    return "\n".join(lines)


def _fit(sizes: list[int], room: int, main: int | None) -> None:
    """Narrow `sizes` until they fit into `room`, the widest first, a column that is `main` last."""
    kept = min(sizes[main], room * 2 // 5) if main is not None else 0
    others = [i for i in range(len(sizes)) if i != main]
    while sum(sizes[i] for i in others) > room - kept:
        widest = max(others, key=lambda i: sizes[i])
        if sizes[widest] <= _NARROWEST:
            break
        sizes[widest] -= 1
    if main is not None:
        sizes[main] = max(_NARROWEST, min(sizes[main], room - sum(sizes[i] for i in others)))


def _row(cells: Sequence[str], sizes: Sequence[int]) -> str:
    wrapped = [wrap(cell, size) for cell, size in zip(cells, sizes, strict=True)]
    height = max(map(len, wrapped))
    return "\n".join(
        _GAP.join(
            pad(lines[i] if i < len(lines) else "", size) for lines, size in zip(wrapped, sizes, strict=True)
        ).rstrip()
        for i in range(height)
    )


def terminal_columns() -> int:
    """Columns of the terminal, 120 where there is none; never under 60."""
    return max(60, shutil.get_terminal_size((120, 40)).columns)


def percent(value: float | None) -> str:
    """A share for people; unknown is a dash, never zero."""
    return "—" if value is None else f"{value:.1%}"
