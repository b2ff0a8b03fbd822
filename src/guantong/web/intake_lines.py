"""The lines of a batch in words: what was typed, what is said of it, and samples of each column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from guantong.apps.intake.fields import Field, Kind
from guantong.apps.intake.lines import Kept
from guantong.web import intake_words

STATES = {
    "new": "可导入",
    "bad": "有问题",
    "question": "待确认",
    "changed": "已有但内容不同",
    "same": "已有",
}
"""What may become of a line, in the order in which it is looked at."""

_SAMPLES = 2  # cells shown of a column
_SHORTEST = 12  # characters of a sample


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the preview: what was typed, and what is said of it."""

    text: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of the preview. `other` is said of fields that no column is read as."""

    number: int
    state: str
    words: str
    cells: tuple[Cell, ...]
    other: str
    choices: tuple[tuple[str, str], ...]
    answer: str


def field_of(kind: Kind, code: str) -> Field | None:
    """The field of a code; None for a column that is not read."""
    return next((field for field in kind.fields if field.code == code), None)


def shown_line(line: Kept, kind: Kind, columns: Sequence[tuple[int, Field]]) -> Shown:
    """A line of the preview; of a needed field that no column is read as, the page says so once for all lines."""
    read = {field.code for _, field in columns}
    other = [
        f"{field.words}：{intake_words.told(reason, field)}"
        for code, reason in line.reasons.items()
        if code not in read and (field := field_of(kind, code)) and not _has_no_column(field, reason)
    ]
    cells = tuple(
        Cell(
            line.cells[at],
            intake_words.told(line.reasons[field.code], field) if field.code in line.reasons else "",
        )
        for at, field in columns
    )
    choices = tuple((value, intake_words.told([code, facts])) for value, code, facts in line.choices)
    return Shown(line.number, line.state, STATES[line.state], cells, "".join(other), choices, line.answer)


def _has_no_column(field: Field, reason: Sequence[Any]) -> bool:
    return field.needed and reason[0] == "missing"


def all_told(line: Kept, kind: Kind) -> str:
    """All that is said of a line, as a remark beside it."""
    told = []
    for code, reason in line.reasons.items():
        field = field_of(kind, code)
        told.append(f"{field.words if field else ''}：{intake_words.told(reason, field)}")
    return f"{STATES[line.state]}。{''.join(told)}"


def samples(heads: Sequence[str], lines: Sequence[Kept]) -> list[str]:
    """What stands in each column, for whoever has to say what it is."""
    told = []
    for column in range(len(heads)):
        cells = [line.cells[column] for line in lines if line.cells[column]][:_SAMPLES]
        some = "、".join(cell if len(cell) <= _SHORTEST else f"{cell[:_SHORTEST]}…" for cell in cells)
        told.append(f"如：{some}" if some else "没有内容")
    return told
