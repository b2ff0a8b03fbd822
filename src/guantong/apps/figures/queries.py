"""Funnel and gauges of a directive or of a part of the tree, counted in the database in use."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection

from guantong.analytics import gauges
from guantong.analytics.engines import Engine
from guantong.analytics.gauges import Gauges
from guantong.analytics.names import Value
from guantong.analytics.run import Scope
from guantong.core.gauges import Step

_DIALECTS = {"sqlite": "sqlite", "postgresql": "postgres"}


def gauges_of(*, path: str | None = None, directive: int | None = None) -> Gauges:
    """Funnel and gauges of one directive wherever it went, or of the organization at `path` and all below it: four queries.

    With both, of the directive at or below `path` alone. A funnel per clause is given for one directive alone. Whoever
    asks sees to it that what is counted may be seen. Raises ValueError where neither is named.
    """
    return gauges.gauges(engine(), Scope(path, directive))


def funnels_of(
    *,
    path: str | None = None,
    by: str,
    directive: int | None = None,
    several: Collection[int] | None = None,
) -> dict[int, tuple[Step, ...]]:
    """A funnel for each "clause", "organization" or "directive" (`by`), by its key: one query.

    Of what stands at or below `path`, of one directive or of `several`. Raises ValueError for another `by`, and where
    nothing of the three is named.
    """
    wanted = None if several is None else tuple(several)
    return gauges.funnels(engine(), Scope(path, directive, wanted), by)


def engine() -> Engine:
    """The database in use, as measures see it."""
    return Engine(_DIALECTS[connection.vendor], _execute)


def _execute(sql: str, params: Sequence[Value]) -> Sequence[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: Sequence[Sequence[Any]] = cursor.fetchall()
        return rows
