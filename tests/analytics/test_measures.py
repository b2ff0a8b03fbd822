"""Gauges of the measures, on two engines, against the gauges of core over the same random standings."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.analytics.engines import Engine, compiled, engine_on
from guantong.analytics.gauges import funnels, gauges
from guantong.analytics.measures import DEVIATIONS, ISSUERS, MEASURES, Measure, answers
from guantong.analytics.names import Value
from guantong.analytics.run import Scope, run, statement
from guantong.analytics.tables import ASSIGNMENTS
from guantong.core.figures import Share
from guantong.core.gauges import Step
from guantong.core.matters import Indicator, Terms
from guantong.core.moves import AssignmentState
from guantong.core.standings import Standing

from .expect import by_clause, expected
from .make_facts import Issued, fill, make_tables, sorted_rows
from .make_standings import make_standing, standings

DISTRICTS = st.lists(standings(), max_size=8)
ISSUED = st.lists(
    st.tuples(st.sampled_from([1, 2]), st.sampled_from(["0001", "00010001"]), st.none() | st.integers(0, 9)),
    max_size=4,
)
SCOPES = st.builds(
    Scope, st.sampled_from(["0001", "00010001", "000100010001", "0002"]), st.sampled_from([None, 1, 2])
)


def make_engine(dialect: str) -> Engine:
    connection = sqlite3.connect(":memory:") if dialect == "sqlite" else duckdb.connect()
    engine = engine_on(dialect, connection)
    make_tables(engine.execute)
    return engine


@pytest.fixture(scope="module", params=["sqlite", "duckdb"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return make_engine(request.param)


@settings(max_examples=60, deadline=None)
@given(DISTRICTS, ISSUED, SCOPES)
def test_gauges_are_those_of_core(
    engine: Engine, rows: list[Standing], issued: list[Issued], scope: Scope
) -> None:
    rows = [replace(row, directive_id=str(1 + n % 2)) for n, row in enumerate(rows)]
    fill(engine.execute, rows, issued)
    assert gauges(engine, scope) == expected(rows, issued, scope)


@settings(max_examples=30, deadline=None)
@given(DISTRICTS, ISSUED, SCOPES)
def test_every_measure_gives_equal_rows_on_every_engine(
    rows: list[Standing], issued: list[Issued], scope: Scope
) -> None:
    found = []
    for dialect in ("sqlite", "duckdb"):
        engine = make_engine(dialect)
        fill(engine.execute, rows, issued)
        found.append({name: sorted_rows(run(engine, each, scope)) for name, each in MEASURES.items()})
    assert found[0] == found[1]
    assert all(
        type(value) in (int, str, type(None))
        for made in found
        for table in made.values()
        for row in table
        for value in row.values()
    )


def test_a_district_counted_by_hand(engine: Engine) -> None:
    rows = [
        make_standing(state=AssignmentState.SIGNED),
        make_standing(clause_id="2", assigned=Terms(Indicator.COMPUTED)),
        make_standing(path="000100010001", state=AssignmentState.VERIFIED, untold=True),
        make_standing(path="0002"),
    ]
    fill(engine.execute, rows, [(1, "0001", 3), (1, "0001", None), (2, "0001", 5)])
    found = gauges(engine, Scope("0001", 1))
    shares = {step.stage: step.share for step in found.funnel}
    assert shares["issued"] == Share(3, 3, 3)
    assert shares["signed"] == Share(2, 3, 3)
    assert shares["adopted"] == Share(1, 2, 2)
    assert shares["acted"] == Share(1, 2, 3)
    assert found.by_clause[2][2] == Step("adopted", Share(0, 0, 0))
    assert list(found.by_level) == [2, 3]
    assert [heat.level for heat in found.attenuation] == [1, 2, 3]
    assert found.attenuation[0].kept == ((3, 1),)
    assert (found.deviation.known, found.deviation.of) == (2, 3)


def test_nothing_counted_is_nothing_known(engine: Engine) -> None:
    fill(engine.execute, [])
    found = gauges(engine, Scope("0001"))
    assert found.funnel[0].share == Share(0, 0, 0)
    assert (found.attenuation, found.shortfall.value, found.by_clause) == ((), None, {})


def test_funnels_apart(engine: Engine) -> None:
    rows = [make_standing(clause_id=str(1 + n % 2), organization_id=str(2 + n % 3)) for n in range(7)]
    fill(engine.execute, rows)
    assert funnels(engine, Scope("0001"), "clause") == by_clause(rows)
    assert [steps[0].share.of for steps in funnels(engine, Scope("0001"), "organization").values()] == [
        3,
        2,
        2,
    ]
    with pytest.raises(ValueError, match="apart"):
        funnels(engine, Scope("0001"), "path")


def test_four_statements_a_page() -> None:
    engine = make_engine("sqlite")
    sent: list[str] = []

    def execute(sql: str, params: Sequence[Value]) -> Sequence[Sequence[Any]]:
        sent.append(sql)
        return engine.execute(sql, params)

    gauges(replace(engine, execute=execute), Scope("0001", 1))
    assert len(sent) == 4


@pytest.mark.parametrize("dialect", ["sqlite", "postgres", "duckdb"])
@pytest.mark.parametrize("measure", MEASURES.values(), ids=list(MEASURES))
def test_a_measure_is_compiled_once(measure: Measure, dialect: str) -> None:
    assert compiled(measure, dialect) is compiled(measure, dialect)
    assert compiled(measure, dialect).startswith("SELECT")
    assert answers("clause") is MEASURES["answers_by_clause"]


def test_what_is_sent() -> None:
    sql, params = statement(Engine("postgres", _never, "%s"), DEVIATIONS, Scope("00010009", 7))
    assert sql.startswith(
        "WITH assignments AS (SELECT * FROM facts_assignments "
        "WHERE path >= %s AND path < %s AND directive = %s) SELECT"
    )
    assert params == ["00010009", "00010010", 7]
    sql, params = statement(Engine("sqlite", _never, "?"), ISSUERS, Scope("0001", 7))
    assert "FROM facts_directives WHERE path >= ? AND path < ? AND id = ?)" in sql
    assert params == ["0001", "0002", 7]


def test_a_directive_is_counted_wherever_it_went() -> None:
    sql, params = statement(Engine("sqlite", _never, "?"), DEVIATIONS, Scope(None, 7))
    assert "FROM facts_assignments WHERE directive = ?)" in sql
    assert params == [7]
    sql, params = statement(Engine("sqlite", _never, "?"), DEVIATIONS, Scope(None, several=(7, 9)))
    assert "FROM facts_assignments WHERE directive IN (?, ?))" in sql
    assert params == [7, 9]
    with pytest.raises(ValueError, match="a scope names"):
        Scope(None)


def test_of_no_directive_there_is_nothing(engine: Engine) -> None:
    fill(engine.execute, [make_standing()])
    assert run(engine, DEVIATIONS, Scope(None, several=())) == []
    assert len(run(engine, DEVIATIONS, Scope(None, several=(1, 2)))) == 1


def test_a_statement_of_two_steps_with_a_percent_sign(engine: Engine) -> None:
    few = ASSIGNMENTS.filter(ASSIGNMENTS.fact != "100%s")
    each = few.group_by("level").aggregate(count=few.count().cast("int64"))
    joined = each.join(each.view(), "level").select("level", "count")
    measure = Measure("twice", joined)
    assert compiled(measure, engine.dialect).startswith("WITH ")
    fill(engine.execute, [make_standing(), make_standing(path="0002")])
    assert run(engine, measure, Scope("0001")) == [{"level": 2, "count": 1}]
    sql, params = statement(Engine("postgres", _never, "%s"), measure, Scope("0001"))
    assert sql.count("%%") == 1
    assert sql.replace("%%", "").count("%s") == len(params) == 2


def _never(sql: str, params: Sequence[Value]) -> Sequence[Sequence[Any]]:
    raise AssertionError((sql, params))
