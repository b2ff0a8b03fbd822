"""A measure over a part of the tree, on any engine."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import ibis.expr.operations as ops

from guantong.analytics.engines import Engine, compiled
from guantong.analytics.measures import Measure
from guantong.analytics.names import VIEW, Value
from guantong.core.permits import next_path

Row = dict[str, Value]

_DIRECTIVE = {"assignments": "directive", "directives": "id"}


@dataclass(frozen=True, slots=True)
class Scope:
    """What is counted: the organization at `path` and all below it, or without it every place; of one directive, of
    `several`, or of all.

    Without a place a directive is counted wherever it went, so also at what its issuer only guides. Raises ValueError
    where neither place nor directive is named: nobody asks for everything there is.
    """

    path: str | None
    directive: int | None = None
    several: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        if self.path is None and self.directive is None and self.several is None:
            raise ValueError("a scope names a place or a directive")


def run(engine: Engine, measure: Measure, scope: Scope) -> list[Row]:
    """The rows of a measure over what is in `scope`, in no order; integers, codes, or None for what is not known."""
    sql, params = statement(engine, measure, scope)
    names = _columns(measure)
    found = engine.execute(sql, params)
    if found and any(isinstance(value, Decimal) for value in found[0]):  # so PostgreSQL sums a bigint
        found = [[int(value) if isinstance(value, Decimal) else value for value in row] for row in found]
    return [dict(zip(names, row, strict=True)) for row in found]


def statement(engine: Engine, measure: Measure, scope: Scope) -> tuple[str, list[Value]]:
    """What is sent to the engine: the compiled measure, with each fact table it reads narrowed to `scope`."""
    narrowed: list[str] = []
    params: list[Value] = []
    for table in _tables(measure):
        condition, values = _within(scope, table, engine.mark)
        params += values
        narrowed.append(f"{table} AS (SELECT * FROM {VIEW.format(table)} WHERE {condition})")  # noqa: S608  # names of our own tables; values are parameters
    body = compiled(measure, engine.dialect)
    if engine.formats:
        body = body.replace("%", "%%")
    parts = ", ".join(narrowed)
    if body.startswith("WITH "):
        return f"WITH {parts}, {body.removeprefix('WITH ')}", params
    return f"WITH {parts} {body}", params


def _within(scope: Scope, table: str, mark: str) -> tuple[str, list[Value]]:
    """What narrows a fact table to a scope, and the values that stand for its marks."""
    conditions: list[str] = []
    values: list[Value] = []
    if scope.path is not None:
        conditions.append(f"path >= {mark} AND path < {mark}")
        values += [scope.path, next_path(scope.path)]
    if scope.directive is not None:
        conditions.append(f"{_DIRECTIVE[table]} = {mark}")
        values.append(scope.directive)
    if scope.several is not None:
        marks = ", ".join([mark] * len(scope.several)) or "NULL"
        conditions.append(f"{_DIRECTIVE[table]} IN ({marks})")
        values += scope.several
    return " AND ".join(conditions), values


@cache
def _tables(measure: Measure) -> tuple[str, ...]:
    return tuple(sorted({table.name for table in measure.expression.op().find(ops.UnboundTable)}))


@cache
def _columns(measure: Measure) -> tuple[str, ...]:
    return tuple(measure.expression.columns)
