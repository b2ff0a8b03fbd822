"""Where the table in a sheet begins, and which of its lines count: below titles, at the row of heads."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from guantong.files.cells import day_of, folded
from guantong.files.source import Unreadable

EXAMPLE = "（示例）"
"""How the first cell of a template's example line begins; such lines are left out."""

_ABOVE = 20  # rows among which the heads are looked for
_LONGEST = 24  # characters of a head
_WIDEST = 100  # columns that are read
_NO_HEADS = "表格里没有找到表头，请在数据上方留一行列名（如“姓名”“单位名称”）后再试。"
_NO_LINES = "表头下面没有数据，请填写后再试。"
_REMARK = re.compile(r"(注|备注|说明|填表说明|填写说明|填报说明)[:：]")
_SUM = re.compile(r"(合计|小计|总计|共计)([:：(（\d].*)?")
_SIGNED = re.compile(r"(制表|填表|填报|审核|复核)人(签名|签字)?([:：].*)?")
_IN_BRACKETS = re.compile(r"[(（].*[)）]")
_MARKS = re.compile(r"[*:：、,，]|[(（](必填|选填|可不填)[)）]")
_SAYS = re.compile(r"[:：].|[。；;！!？?]")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table; `number` is that of its row as the user's own program shows it, from 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The heads of a table and the lines below it. `left_out` counts what is none of them: heads again, remarks, sums, examples."""

    number: int
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    left_out: int


def head_of(text: str) -> str:
    """A head as it is held against others: 姓 名*（必填） and 姓名 are the same."""
    return _MARKS.sub("", folded(text))


def table_of(rows: Sequence[Sequence[str]], known: Collection[str] = ()) -> Table:
    """The table in the rows of a sheet; `known` are heads as `head_of` gives them.

    The row of heads is the one among the first that has most of the known ones, two at least; where none has, the
    first with two different texts that look like heads. Raises Unreadable.
    """
    at = _row_of_heads(rows, frozenset(known))
    heads = tuple(_trimmed(rows[at]))
    lines: list[Line] = []
    left_out = 0
    for number, row in enumerate(rows[at + 1 :], start=at + 2):
        cells = tuple(row[: len(heads)]) + ("",) * (len(heads) - len(row))
        if not any(cells):
            continue
        if _is_aside(cells, heads, below_heads=not lines):
            left_out += 1
        else:
            lines.append(Line(number, cells))
    if not lines:
        raise Unreadable(_NO_LINES)
    return Table(at + 1, heads, tuple(lines), left_out)


def knows_heads(rows: Sequence[Sequence[str]], known: Collection[str]) -> bool:
    """Whether a row among the first has two of the known heads, which are as `head_of` gives them."""
    wanted = frozenset(known)
    return any(len({head_of(cell) for cell in row[:_WIDEST] if cell} & wanted) >= 2 for row in rows[:_ABOVE])


def _row_of_heads(rows: Sequence[Sequence[str]], known: frozenset[str]) -> int:
    above = [{head_of(cell) for cell in row[:_WIDEST] if cell} for row in rows[:_ABOVE]]
    most = max(range(len(above)), key=lambda n: len(above[n] & known), default=0)
    if above and len(above[most] & known) >= 2:
        return most
    for number, row in enumerate(rows[:_ABOVE]):
        if len({head_of(cell) for cell in row[:_WIDEST] if _looks_like_head(cell)}) >= 2:
            return number
    raise Unreadable(_NO_HEADS)


def _looks_like_head(cell: str) -> bool:
    return (
        0 < len(cell) <= _LONGEST
        and _LETTER.search(cell) is not None
        and _SAYS.search(cell) is None
        and day_of(cell) is None
    )


def _trimmed(row: Sequence[str]) -> Sequence[str]:
    last = max(n for n, cell in enumerate(row[:_WIDEST]) if cell)
    return row[: last + 1]


def _is_aside(cells: Sequence[str], heads: Sequence[str], *, below_heads: bool) -> bool:
    """Whether a line says something about the table and is none of it."""
    said = [(cell, head) for cell, head in zip(cells, heads, strict=True) if cell]
    first = said[0][0]
    if first.startswith((EXAMPLE, "(示例)")) or _REMARK.match(first):
        return True
    if _SUM.fullmatch(folded(first)) or _SIGNED.fullmatch(folded(first)):
        return True
    if len(cells) > 1 and len(said) == len(cells) and len(set(cells)) == 1:
        return True  # one cell merged over all columns, as a title between the lines is
    if all(cell == head for cell, head in said):
        return True
    if not below_heads:
        return False
    if all(_IN_BRACKETS.fullmatch(cell) or cell == head for cell, head in said):
        return True  # units or hints under the heads
    return len(said) >= 3 and [cell for cell, _ in said] == [str(n + 1) for n in range(len(said))]
