"""Funnel and gauges of a part of the tree, counted in the database in use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from guantong.analytics import gauges
from guantong.analytics.engines import Engine
from guantong.analytics.gauges import Gauges
from guantong.analytics.names import Value
from guantong.analytics.run import Scope
from guantong.core.gauges import Step

_DIALECTS = {"sqlite": "sqlite", "postgresql": "postgres"}


def gauges_of(*, path: str, directive: int | None = None) -> Gauges:
    """Funnel and gauges of the organization at `path` and all below it, of one directive or of all: four queries.

    A funnel per clause is given for one directive alone. Whoever asks sees to it that `path` may be seen.
    """
    return gauges.gauges(engine(), Scope(path, directive))


def funnels_of(*, path: str, by: str, directive: int | None = None) -> dict[int, tuple[Step, ...]]:
    """A funnel for each "clause", "organization" or "directive" (`by`) at or below `path`, by its key: one query.

    Raises ValueError for another `by`.
    """
    return gauges.funnels(engine(), Scope(path, directive), by)


def engine() -> Engine:
    """The database in use, as measures see it."""
    return Engine(_DIALECTS[connection.vendor], _execute)


def _execute(sql: str, params: Sequence[Value]) -> Sequence[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: Sequence[Sequence[Any]] = cursor.fetchall()
        return rows
