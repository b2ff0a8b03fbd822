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
    """The organization at `path` and all below it; of one directive, or of all."""

    path: str
    directive: int | None = None


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
        mark = engine.mark
        condition = f"path >= {mark} AND path < {mark}"
        params += [scope.path, next_path(scope.path)]
        if scope.directive is not None:
            condition += f" AND {_DIRECTIVE[table]} = {mark}"
            params.append(scope.directive)
        narrowed.append(f"{table} AS (SELECT * FROM {VIEW.format(table)} WHERE {condition})")  # noqa: S608  # names of our own tables; values are parameters
    body = compiled(measure, engine.dialect)
    if engine.formats:
        body = body.replace("%", "%%")
    parts = ", ".join(narrowed)
    if body.startswith("WITH "):
        return f"WITH {parts}, {body.removeprefix('WITH ')}", params
    return f"WITH {parts} {body}", params


@cache
def _tables(measure: Measure) -> tuple[str, ...]:
    return tuple(sorted({table.name for table in measure.expression.op().find(ops.UnboundTable)}))


@cache
def _columns(measure: Measure) -> tuple[str, ...]:
    return tuple(measure.expression.columns)
