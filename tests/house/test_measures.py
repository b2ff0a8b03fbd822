"""Measures use only what every engine does alike: scale.md's rules, seen in the expressions themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ibis
import ibis.expr.operations as ops
import pytest

from guantong.analytics.measures import MEASURES, Measure
from guantong.analytics.tables import ASSIGNMENTS

FIGURE = "form it in Python, from the counts and sums of the measure (core.figures)"
DATE = "let core settle it when the row is written, and give it a column of its own in analytics.tables"
NULLS = "engines differ where a value is NULL; compare in core, or use ibis.ifelse"
FORBIDDEN: dict[type[ops.Node], str] = {
    ops.Median: FIGURE,
    ops.MultiQuantile: FIGURE,
    ops.Quantile: FIGURE,
    ops.ApproxMedian: FIGURE,
    ops.ApproxQuantile: FIGURE,
    ops.ApproxMultiQuantile: FIGURE,
    ops.ApproxCountDistinct: FIGURE,
    ops.Mean: FIGURE,
    ops.Variance: FIGURE,
    ops.StandardDev: FIGURE,
    ops.Covariance: FIGURE,
    ops.Correlation: FIGURE,
    ops.Divide: FIGURE,
    ops.FloorDivide: FIGURE,
    ops.Modulus: FIGURE,
    ops.Greatest: NULLS,
    ops.Least: NULLS,
    ops.First: "the order of rows is nobody's; use min or max",
    ops.Last: "the order of rows is nobody's; use min or max",
    ops.ArgMin: "the order of rows is nobody's; use min or max",
    ops.ArgMax: "the order of rows is nobody's; use min or max",
    ops.WindowFunction: "the order of rows is nobody's; group instead",
    ops.Impure: "a measure gives the same twice",
    ops.TimestampNow: DATE,
    ops.DateNow: DATE,
}


def problems(measure: Measure) -> Iterator[str]:
    """What breaks the law in the expression of a measure, with what to do."""
    expression = measure.expression
    for node in expression.op().find(ops.Node):
        for kind, advice in FORBIDDEN.items():
            if isinstance(node, kind):
                yield f"{measure.name}: {type(node).__name__}: {advice}"
        if isinstance(node, ops.Value):
            yield from (f"{measure.name}: {advice}" for advice in _of_type(node))
    for column, kind in expression.schema().items():
        if not (kind.is_string() or (kind.is_integer() and kind.nbytes == 8)):
            yield f"{measure.name}.{column} is {kind}; cast counts and sums to int64"


def _of_type(node: Any) -> Iterator[str]:
    if node.dtype.is_temporal() or node.dtype.is_interval():
        yield f"{node.name} is {node.dtype}; {DATE}"
    if node.dtype.is_floating() or node.dtype.is_decimal():
        yield f"{node.name} is {node.dtype}; sum integers scaled by core.figures.MILLION"
    if isinstance(node, ops.Sum) and node.arg.dtype.is_boolean():
        yield f"{node.name} sums a truth; write ibis.ifelse(condition, 1, 0).sum()"


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_keeps_to_what_engines_do_alike(name: str) -> None:
    found = list(problems(MEASURES[name]))
    assert not found, "\n".join(found)


TABLE = ibis.table({"day": "date", "at": "timestamp", "rate": "float64", "n": "int64"}, name="planted")
PLANTED = {
    "year of a date": TABLE.aggregate(x=TABLE.day.year().max().cast("int64")),
    "days between": TABLE.aggregate(x=TABLE.day.delta(TABLE.at.date(), unit="day").sum().cast("int64")),
    "now": TABLE.filter(TABLE.at < ibis.now()).aggregate(x=ibis._.count()),
    "today": TABLE.select(x=(TABLE.day < ibis.today()).ifelse(1, 0).cast("int64")),
    "median": TABLE.aggregate(x=TABLE.n.median().cast("int64")),
    "quantile": TABLE.aggregate(x=TABLE.n.quantile(0.9).cast("int64")),
    "mean": TABLE.aggregate(x=TABLE.n.mean().cast("int64")),
    "std": TABLE.aggregate(x=TABLE.n.std().cast("int64")),
    "variance": TABLE.aggregate(x=TABLE.n.var().cast("int64")),
    "greatest": TABLE.select(x=ibis.greatest(TABLE.n, 1).cast("int64")),
    "least": TABLE.select(x=ibis.least(TABLE.n, 1).cast("int64")),
    "first": TABLE.aggregate(x=TABLE.n.first(order_by=TABLE.n)),
    "last": TABLE.aggregate(x=TABLE.n.last(order_by=TABLE.n)),
    "row number": TABLE.select(x=ibis.row_number().over(order_by=TABLE.n).cast("int64")),
    "random": TABLE.select(x=(ibis.random() < 1).ifelse(1, 0).cast("int64")),
    "equal floats": TABLE.filter(TABLE.rate == 1.67).aggregate(x=ibis._.count()),
    "division": TABLE.aggregate(x=(TABLE.n / 2).sum().cast("int64")),
    "whole division": TABLE.aggregate(x=(TABLE.n // 2).sum().cast("int64")),
    "a float as result": TABLE.select("rate"),
    "a decimal as result": TABLE.select(x=TABLE.n.cast("decimal(9, 2)")),
    "a date as result": TABLE.select("day"),
    "a short integer": TABLE.select(x=TABLE.n.cast("int32")),
    "a truth as result": TABLE.select(x=TABLE.n > 1),
    "a sum of truths": TABLE.aggregate(x=(TABLE.n > 1).sum().cast("int64")),
}


@pytest.mark.parametrize("name", PLANTED)
def test_control_what_is_planted_is_found(name: str) -> None:
    assert list(problems(Measure(name, PLANTED[name])))


def test_control_what_is_allowed() -> None:
    late = ibis.ifelse(ASSIGNMENTS.late_days > 0, 1, 0).sum().fill_null(0).cast("int64")
    assert not list(problems(Measure("late", ASSIGNMENTS.group_by("level").aggregate(late=late))))
