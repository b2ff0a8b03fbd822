"""Every measure: one expression over the fact tables, which gives counts, sums and keys, and nothing formed of them.

The operations allowed are few, because engines differ silently in others: `tests/house/test_measures.py` says which.
What belongs to a page is counted in few scans: `answers` holds the funnel, what came in time, periods and shortfalls.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from guantong.analytics.tables import ASSIGNMENTS, DIRECTIVES

ANSWERS = (
    "signed",
    "adopted",
    "acted",
    "reported",
    "verified",
    "effect",
    "signed_in_time",
    "adopted_in_time",
    "acted_in_time",
)
"""The columns of answers. `x` sums those that say yes, `x_known` counts those that say yes or no."""

_SUMMED = ("asks", "acts", "periods_required", "periods_known", "periods_in_time", "shortfall")
KEYS = ("clause", "organization", "directive")
"""By what assignments can be told apart beside their level."""


@dataclass(frozen=True, eq=False, slots=True)
class Measure:
    """An expression under its name; what it gives are its columns. One object per measure, so compiled once."""

    name: str
    expression: Any


@cache
def answers(key: str | None = None) -> Measure:
    """What was answered: per level and indicator, and per `key` (of KEYS) if there is one.

    `count` assignments, for each of ANSWERS the yes and the known, how many are asked and have to act, sums of
    periods, and the sum of `shortfall` (parts per million) over `shortfall_known`. Raises ValueError for another key.
    """
    if key is not None and key not in KEYS:
        raise ValueError(f"answers are told apart by one of {KEYS}, not {key!r}")
    rows = ASSIGNMENTS
    columns = {"count": rows.count()}
    for name in ANSWERS:
        columns[name] = _total(rows[name])
        columns[f"{name}_known"] = rows[name].count()
    for name in _SUMMED:
        columns[name] = _total(rows[name])
    columns["shortfall_known"] = rows["shortfall"].count()
    by = [*([key] if key else []), "level", "indicator"]
    return Measure(f"answers_by_{key}" if key else "answers", rows.group_by(by).aggregate(**_whole(columns)))


def _counted(name: str, rows: Any, *by: str) -> Measure:
    return Measure(name, rows.group_by(list(by)).aggregate(**_whole({"count": rows.count()})))


def _total(column: Any) -> Any:
    return column.sum().fill_null(0)


def _whole(columns: dict[str, Any]) -> dict[str, Any]:
    return {name: column.cast("int64") for name, column in columns.items()}


_DEVIATIONS = ("level", "fact", "confirmed", "deviation_known")

DEVIATIONS = _counted("deviations", ASSIGNMENTS, *_DEVIATIONS)
"""Assignments by what is to be explained and what was confirmed."""

DEVIATIONS_BY_CLAUSE = _counted("deviations_by_clause", ASSIGNMENTS, "clause", *_DEVIATIONS)
"""The same per clause."""

DAYS = _counted("days", ASSIGNMENTS, "level", "kept_days", "used_days", "left_days", "late_days")
"""How often each combination of days occurs, of which distributions and medians are formed."""

ISSUERS = _counted("issuers", DIRECTIVES, "level", "kept_days")
"""How long issuers kept their documents."""

MEASURES = {
    each.name: each
    for each in (
        *(answers(), *(answers(key) for key in KEYS)),
        *(DEVIATIONS, DEVIATIONS_BY_CLAUSE, DAYS, ISSUERS),
    )
}
"""Every measure by its name."""
