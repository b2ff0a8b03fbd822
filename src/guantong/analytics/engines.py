"""The engines a measure runs on: how each is spoken to; nothing else knows which it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ibis.backends.sql.compilers.duckdb import DuckDBCompiler
from ibis.backends.sql.compilers.postgres import PostgresCompiler
from ibis.backends.sql.compilers.sqlite import SQLiteCompiler

from guantong.analytics.measures import Measure
from guantong.analytics.names import Value

_COMPILERS = {"sqlite": SQLiteCompiler, "postgres": PostgresCompiler, "duckdb": DuckDBCompiler}

Execute = Callable[[str, Sequence[Value]], Sequence[Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class Engine:
    """A database to count in: its `dialect` ("sqlite", "postgres", "duckdb"), and what runs a statement there.

    `mark` stands for a parameter in the statement: "%s" with Django and psycopg, "?" elsewhere.
    """

    dialect: str
    execute: Execute
    mark: str = "%s"

    @property
    def formats(self) -> bool:
        """Whether a bare % in a statement would be read as the beginning of a mark."""
        return self.mark == "%s"


def engine_on(dialect: str, connection: Any) -> Engine:
    """The engine behind a connection of sqlite3 or DuckDB, which both mark parameters with "?"."""

    def execute(sql: str, params: Sequence[Value]) -> Sequence[Sequence[Any]]:
        rows: Sequence[Sequence[Any]] = connection.execute(sql, params).fetchall()
        return rows

    return Engine(dialect, execute, "?")


@cache
def compiled(measure: Measure, dialect: str) -> str:
    """The statement of a measure in a dialect, made once. Raises KeyError for an unknown dialect."""
    statement: str = _COMPILERS[dialect]().to_sqlglot(measure.expression).sql(dialect)
    return statement
