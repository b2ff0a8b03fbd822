"""What a kind of import is made of: its fields, how offices head their columns, how lines are judged and entered."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any

from guantong.apps.intake.judging import Ground, Line, Verdict
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.roster.persons import OLDEST, YOUNGEST
from guantong.files.cells import day_of, folded, year_of

Judge = Callable[[Ground, Sequence[Line]], list[Verdict]]
Write = Callable[[Actor, Sequence[tuple[int, Any]], datetime], list[int]]
"""Enters what is new, each with the index of its line; ids in that order."""

_SHORT = re.compile(r"(\d{2})(?:年(?:0?[1-9]|1[0-2])月?|[-./](?:0?[1-9]|1[0-2]))")  # 75.03, 75年3月


@dataclass(frozen=True, slots=True)
class Field:
    """A field: the words of its column, the heads that offices use for it, and what a template says and offers.

    `blank` is what to do with its cell where nothing it knows fits.
    """

    code: str
    words: str
    heads: tuple[str, ...] = ()
    needed: bool = False
    offers: tuple[str, ...] = ()
    names_unit: bool = False
    example: str = ""
    hint: str = ""
    blank: str = "可以留空。"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of import: the permit it takes, its fields, how its lines are judged and entered."""

    code: str
    words: str
    permit: str
    fields: tuple[Field, ...]
    judge: Judge
    write: Write
    entered: type[Any]  # what a line becomes: a flat dataclass
    enums: Mapping[str, type[Enum]] = field(default_factory=dict)  # its fields that are members of enums


def take_day(verdict: Verdict, line: Line, field: str, *, last: date | None = None) -> date | None:
    """The day in a field; None where it is empty, or is none, or lies behind `last`, which the verdict then says."""
    if not (text := line.said(field)):
        return None
    day = day_of(text)
    if day is None:
        verdict.bad(field, "day_wrong")
    elif last is not None and day > last:
        verdict.bad(field, "day_later", last=last.isoformat())
    return day


def take_year(verdict: Verdict, line: Line, field: str, today: date) -> int | None:
    """The year of birth in a field; None where it is empty or wrong, which the verdict then says.

    Of two digits and a month, as 75.03, it is the one year of a lifetime that ends so, if there is but one.
    """
    if not (text := line.said(field)):
        return None
    first, last = today.year - OLDEST, today.year - YOUNGEST
    year = year_of(text)
    if year is None and (found := _SHORT.fullmatch(folded(text))):
        ends = [each for each in range(first, today.year + 1) if each % 100 == int(found[1])]
        year = ends[0] if len(ends) == 1 else None
    if year is None or not first <= year <= last:
        verdict.bad(field, "year_wrong", first=first, last=last)
        return None
    return year
