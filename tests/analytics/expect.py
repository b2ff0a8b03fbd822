"""What the gauges of core say about the same standings, within a scope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from guantong.analytics.gauges import Gauges
from guantong.analytics.run import Scope
from guantong.core import gauges
from guantong.core.matters import level_of
from guantong.core.standings import Standing

from .make_facts import Issued


def expected(rows: Iterable[Standing], issued: Iterable[Issued], scope: Scope) -> Gauges:
    """The gauges by `core.gauges`, of what is at or below the path and, where one is named, of the directive."""
    inside = [
        row for row in rows if row.path.startswith(scope.path or "") and _is_of(int(row.directive_id), scope)
    ]
    kept: dict[int, list[int]] = {}
    for key, path, days in issued:
        if days is not None and path.startswith(scope.path or "") and _is_of(key, scope):
            kept.setdefault(level_of(path), []).append(days)
    heat = gauges.attenuation(inside, kept)
    return Gauges(
        funnel=gauges.funnel(inside),
        by_level=gauges.grouped(gauges.funnel, inside, lambda row: row.level),
        by_clause=by_clause(inside) if scope.directive is not None else {},
        deviation=gauges.deviation(inside),
        deviation_by_level=gauges.grouped(gauges.deviation, inside, lambda row: row.level),
        deviation_by_clause=gauges.grouped(gauges.deviation, inside, lambda row: int(row.clause_id))
        if scope.directive is not None
        else {},
        attenuation=heat,
        drops=gauges.drops(heat),
        shortfall=gauges.shortfall(inside),
    )


def by_clause(rows: Sequence[Standing]) -> dict[int, tuple[gauges.Step, ...]]:
    """A funnel for each clause, by its number."""
    return gauges.grouped(gauges.funnel, rows, lambda row: int(row.clause_id))


def _is_of(directive: int, scope: Scope) -> bool:
    return scope.directive in (None, directive)
