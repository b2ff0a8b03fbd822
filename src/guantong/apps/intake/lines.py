"""The lines of a batch as they are kept until they are entered: what was typed, what was said of it, what it would be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from enum import Enum
from functools import cache
from typing import Any

from guantong.apps.intake.models import LineState


@dataclass(slots=True)
class Kept:
    """A line: `reasons` are [code, facts] by field, `choices` those of a question; `new` is what would be entered."""

    number: int  # of the row in the sheet, from 1
    cells: list[str]
    state: str = LineState.BAD.value
    reasons: dict[str, list[Any]] = field(default_factory=dict)
    choices: list[list[Any]] = field(default_factory=list)
    answer: str = ""
    new: dict[str, Any] | None = None

    @property
    def is_open(self) -> bool:
        """Whether it asks something that nobody has answered."""
        return self.state == LineState.QUESTION

    def packed(self) -> list[Any]:
        """The line as it is kept, without what nobody said at the end of it."""
        told = [self.number, self.cells, self.state, self.reasons, self.choices, self.answer, self.new]
        while told and not told[-1]:
            told.pop()
        return told


def packed(lines: Sequence[Kept]) -> list[list[Any]]:
    """Lines as a batch keeps them."""
    return [line.packed() for line in lines]


def unpacked(kept: Sequence[Sequence[Any]]) -> list[Kept]:
    """The lines that a batch keeps."""
    return [Kept(*told) for told in kept]


def packed_new(new: Any) -> dict[str, Any]:
    """What would be entered, a flat dataclass, as JSON; what it leaves to its defaults is left out."""
    return {
        name: _plain(value)
        for name, default in _defaults(new.__class__)
        if (value := getattr(new, name)) != default
    }


@cache
def _defaults(kind: type[Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((each.name, each.default) for each in fields(kind))


def new_of(kind: type[Any], told: Mapping[str, Any], enums: Mapping[str, type[Enum]]) -> Any:
    """What would be entered; days are told by their form, members of an enum by the name of their field."""
    return kind(**{name: _whole(name, value, enums) for name, value in told.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return value.value if isinstance(value, Enum) else value


def _whole(name: str, value: Any, enums: Mapping[str, type[Enum]]) -> Any:
    if isinstance(value, dict):
        return date.fromisoformat(value["day"])
    return enums[name](value) if name in enums and value is not None else value
