# ruff: noqa: S608  # the statements are our own text; what is bound is bound as a parameter
"""How fast measures count: our time over that of SQL written by hand for the same rows on the same engine.

    python bench/measures.py [--page]

Each engine (SQLite and PostgreSQL with a wide table below the view, DuckDB with the bare facts) and each size has a
process of its own, so that its peak memory can be told. Ours and the other are timed in turn; the times are medians
of the rounds, and the ratio is the median of the rounds' ratios, so that a busy moment hits both: machines differ, the
ratio travels. Where the other takes less than 5 ms, what shows is the cost of planning a statement; it is not counted.
The rows are made by the engine from one formula, so all engines hold the same ones, and their checksums must agree.
`--page` measures instead what four measures of one directive of 51,000 assignments take without and with indexes that
cover them, and what those indexes cost when rows come in.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # tests.postgres starts the server

from tests.postgres import Missing, Server

from guantong.analytics.engines import Engine, engine_on
from guantong.analytics.gauges import gauges
from guantong.analytics.measures import (
    ANSWERS,
    DAYS,
    DEVIATIONS,
    DEVIATIONS_BY_CLAUSE,
    ISSUERS,
    Measure,
    answers,
)
from guantong.analytics.names import Value
from guantong.analytics.run import Scope, run
from guantong.analytics.tables import ASSIGNMENTS
from guantong.config.sqlite import take_bundled

ENGINES = ("sqlite", "postgres", "duckdb")
SIZES = {18_000: 31, 1_800_000: 5}  # assignments: rounds
CLAUSES, PLACES = 60, 300
PAGE = 51_000
ALLOWED = 1.25
SMALL = 0.005
FILLING = 26  # columns of the table that are no fact: terms, dates, texts


def draw(salt: int, below: int) -> str:
    """A number from 0 up to `below` that row `i` and `salt` alone decide, in any SQL with 64-bit integers."""
    return f"((((i + {salt * 7919}) * 1103515245) % 2147483647) * 48271 % 2147483647 % {below})"


def answer(salt: int, name: str) -> str:
    """An answer of one in ten unknown, and none where it is not asked."""
    said = f"CASE {draw(salt, 10)} WHEN 0 THEN NULL WHEN 1 THEN 0 WHEN 2 THEN 0 ELSE 1 END"
    if name in ("signed", "signed_in_time", "effect"):
        return said
    unasked = f"i % {CLAUSES} % {8 if name == 'acted' else 4} = 2"
    return f"CASE WHEN {unasked} THEN NULL ELSE {said} END"


def formulas(of_directive: int) -> dict[str, str]:
    """Every column of the facts as an expression of the row number `i`, from 0; `/` divides integers."""
    place = f"(i % {of_directive} / {CLAUSES})"
    level = f"CASE WHEN {place} < {of_directive // CLAUSES // 4} THEN 2 ELSE 3 END"
    made = {
        "id": "i",
        "directive": f"i / {of_directive}",
        "clause": f"i / {of_directive} * {CLAUSES} + i % {CLAUSES}",
        "organization": place,
        "path": f"'0001' || SUBSTR(CAST(10001 + {place} % 1000 AS varchar), 2) "
        f"|| CASE WHEN {level} = 3 THEN SUBSTR(CAST(10001 + {place} / 1000 AS varchar), 2) ELSE '' END",
        "level": level,
        "indicator": f"CASE i % {CLAUSES} % 4 WHEN 0 THEN 'numeric' WHEN 1 THEN 'milestone' "
        "WHEN 2 THEN 'computed' ELSE 'report-back' END",
        "asks": f"CASE WHEN i % {CLAUSES} % 4 = 2 THEN 0 ELSE 1 END",
        "acts": f"CASE WHEN i % {CLAUSES} % 8 = 2 THEN 0 ELSE 1 END",
        **{name: answer(salt, name) for salt, name in enumerate(ANSWERS, 1)},
        "fact": f"CASE {draw(11, 12)} WHEN 0 THEN 'signed_late' WHEN 1 THEN 'target_below' ELSE '' END",
        "confirmed": f"CASE {draw(12, 30)} WHEN 0 THEN 'discounted' ELSE '' END",
        "deviation_known": f"CASE {draw(13, 5)} WHEN 0 THEN 0 ELSE 1 END",
        "kept_days": f"CASE WHEN {level} = 2 THEN {draw(14, 15)} END",
        "used_days": f"{draw(15, 6)} + 3 * ({level})",
        "left_days": f"i % {CLAUSES} % 6 * 20 + {draw(15, 6)}",
        "shortfall": f"CASE WHEN i % {CLAUSES} % 4 = 0 THEN {draw(16, 1000001)} END",
        "late_days": f"CASE WHEN i % {CLAUSES} % 4 = 1 AND {draw(17, 4)} > 0 THEN "
        f"CASE WHEN {draw(18, 3)} = 0 THEN {draw(19, 40)} ELSE 0 END END",
        "periods_required": f"CASE WHEN i % {CLAUSES} % 4 = 2 THEN 12 ELSE 0 END",
        "periods_known": f"CASE WHEN i % {CLAUSES} % 4 = 2 THEN 8 + {draw(20, 5)} ELSE 0 END",
        "periods_held": f"CASE WHEN i % {CLAUSES} % 4 = 2 THEN 4 + {draw(20, 5)} ELSE 0 END",
        "periods_in_time": f"CASE WHEN i % {CLAUSES} % 4 = 2 THEN 2 + {draw(20, 3)} ELSE 0 END",
    }
    return {name: made[name] for name in ASSIGNMENTS.schema()}


def series(dialect: str, start: int, end: int) -> str:
    """A table s(i) of the numbers from `start` up to `end`."""
    if dialect == "sqlite":
        more = f"SELECT i + 1 FROM s WHERE i + 1 < {end}"
        return f"WITH RECURSIVE s(i) AS (SELECT {start} UNION ALL {more})"
    return f"WITH s AS (SELECT CAST(g AS bigint) AS i FROM generate_series({start}, {end - 1}) AS t(g))"


def insert(dialect: str, of_directive: int, start: int, end: int) -> str:
    columns = formulas(of_directive)
    if dialect != "duckdb":
        columns["counted"] = "1"
        columns |= {f"filling_{n}": ("'2026-03-09'", "i", "NULL")[n % 3] for n in range(FILLING)}
    table = "facts_assignments" if dialect == "duckdb" else "assignment"
    values = ", ".join(columns.values())
    if dialect == "duckdb":
        values = values.replace(" / ", " // ")
    rows = f"{series(dialect, start, end)} SELECT {values} FROM s"
    return f"INSERT INTO {table} ({', '.join(columns)}) {rows}"


def make_tables(engine: Engine, run_sql: Callable[[str], object], size: int, of_directive: int) -> None:
    """The table of assignments, wide below a view where the application runs on it, and one of directives."""
    types = {
        name: "varchar(64)" if kind.is_string() else "bigint" if name in ("id", "directive") else "integer"
        for name, kind in ASSIGNMENTS.schema().items()
    }
    kept = ", ".join(f"{name} {kind}" for name, kind in types.items())
    if engine.dialect == "duckdb":
        run_sql(f"CREATE TABLE facts_assignments ({kept})")
    else:
        filling = ", ".join(f"filling_{n} {('varchar(10)', 'bigint')[n % 3 == 1]}" for n in range(FILLING))
        run_sql(f"CREATE TABLE assignment ({kept}, counted smallint, {filling}, PRIMARY KEY (id))")
        run_sql(
            f"CREATE VIEW facts_assignments AS SELECT {', '.join(types)} FROM assignment WHERE counted = 1"
        )
    run_sql(insert(engine.dialect, of_directive, 0, size))
    run_sql(
        "CREATE TABLE facts_directives (id bigint, organization bigint, path varchar(64), level integer, "
        "kept_days integer)"
    )
    run_sql(
        f"INSERT INTO facts_directives {series(engine.dialect, 0, max(1, size // of_directive))} "
        "SELECT i, 1, '0001', 1, i % 9 FROM s"
    )
    if engine.dialect != "duckdb":
        run_sql("CREATE INDEX by_directive ON assignment (directive, path)")
        run_sql("VACUUM ANALYZE" if engine.dialect == "postgres" else "ANALYZE")


def by_hand(measure: Measure, engine: Engine, scope: Scope) -> tuple[str, list[Value]]:
    """The same rows as somebody writes them who knows the table."""
    table = "facts_assignments" if engine.dialect == "duckdb" else "assignment"
    where = f"path >= {engine.mark} AND path < {engine.mark}"
    if engine.dialect != "duckdb":
        where = f"counted = 1 AND {where}"
    summed = ("asks", "acts", "periods_required", "periods_known", "periods_in_time", "shortfall")
    pairs = ", ".join(f"COALESCE(SUM({name}), 0), COUNT({name})" for name in ANSWERS)
    sums = ", ".join(f"COALESCE(SUM({name}), 0)" for name in summed)
    told = f"COUNT(*), {pairs}, {sums}, COUNT(shortfall)"
    keys, counted = {
        "answers": ("level, indicator", told),
        "answers_by_clause": ("clause, level, indicator", told),
        "deviations": ("level, fact, confirmed, deviation_known", "COUNT(*)"),
        "deviations_by_clause": ("clause, level, fact, confirmed, deviation_known", "COUNT(*)"),
        "days": ("level, kept_days, used_days, left_days, late_days", "COUNT(*)"),
        "issuers": ("level, kept_days", "COUNT(*)"),
    }[measure.name]
    if measure is ISSUERS:
        table, where = "facts_directives", where.removeprefix("counted = 1 AND ")
    params: list[Value] = [scope.path, "0002"]
    if scope.directive is not None:
        where += f" AND {'id' if measure is ISSUERS else 'directive'} = {engine.mark}"
        params.append(scope.directive)
    return f"SELECT {keys}, {counted} FROM {table} WHERE {where} GROUP BY {keys}", params


@contextmanager
def opened(dialect: str) -> Iterator[tuple[Engine, Callable[[str], object], Callable[[], float]]]:
    """An engine with an empty database, what runs a statement there, and its peak memory in MiB."""
    if dialect == "postgres":
        import psycopg  # each process loads its own engine

        server = Server()
        server.start()
        try:
            with psycopg.connect(server.url, autocommit=True) as connection:
                run_sql: Callable[[str], object] = connection.execute

                def execute(sql: str, params: Sequence[Value]) -> Sequence[Sequence[Any]]:
                    return connection.execute(sql, params).fetchall()

                pid = connection.info.backend_pid
                yield Engine("postgres", execute), run_sql, lambda: _peak_of(pid)
        finally:
            server.stop()
        return
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "facts")
        if dialect == "sqlite":
            take_bundled()
            import sqlite3

            connected: Any = sqlite3.connect(file, isolation_level=None)
            connected.execute("PRAGMA journal_mode = WAL")
        else:
            import duckdb

            connected = duckdb.connect(file)
        yield engine_on(dialect, connected), connected.execute, _own_peak
        connected.close()


def _peak_of(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _own_peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turn(works: Sequence[Callable[[], object]], rounds: int) -> list[list[float]]:
    """The seconds of each in each round, after a warm-up; the one that goes first changes each round."""
    times: list[list[float]] = [[] for _ in works]
    for number in range(rounds + 1):
        for at in range(len(works)):
            turn = (at + number) % len(works)
            taken = seconds(works[turn])
            if number:
                times[turn].append(taken)
    return times


def one(dialect: str, size: int) -> list[dict[str, Any]]:
    """Every measure on one engine at one size."""
    with opened(dialect) as (engine, run_sql, peak):
        make_tables(engine, run_sql, size, CLAUSES * PLACES)
        full = Scope("0001", 0 if size == CLAUSES * PLACES else None)
        lines = []
        made = peak()
        for measure in (answers("clause"), answers(), DEVIATIONS_BY_CLAUSE, DEVIATIONS, DAYS, ISSUERS):
            sql, params = by_hand(measure, engine, full)
            rows = [tuple(row.values()) for row in run(engine, measure, full)]
            other = [
                tuple(v if isinstance(v, str | None) else int(v) for v in row)
                for row in engine.execute(sql, params)
            ]
            assert sorted(rows, key=str) == sorted(other, key=str), measure.name
            ours, hand = in_turn(
                [partial(run, engine, measure, full), partial(engine.execute, sql, params)],
                SIZES[size],
            )
            lines.append(
                {
                    "engine": dialect,
                    "size": size,
                    "measure": measure.name,
                    "rows": len(rows),
                    "sum": zlib.crc32(repr(sorted(rows, key=str)).encode()),
                    "ours": statistics.median(ours),
                    "hand": statistics.median(hand),
                    "ratio": statistics.median(a / b for a, b in zip(ours, hand, strict=True)),
                    "made": made,
                    "peak": peak(),
                }
            )
        return lines


def covering() -> dict[str, str]:
    """Indexes that hold all that a measure of one directive reads, in the order in which it groups."""
    told = ", ".join(
        ["asks", "acts", *ANSWERS, "periods_required", "periods_known", "periods_in_time", "shortfall"]
    )
    return {
        "answers": f"directive, clause, level, indicator, path, counted, {told}",
        "deviations": "directive, level, clause, fact, confirmed, deviation_known, path, counted",
        "days": "directive, level, kept_days, used_days, left_days, late_days, path, counted",
    }


def page(dialect: str) -> list[dict[str, Any]]:
    """A page of one directive of ten, without indexes of its own and with more and more of them."""
    lines = []
    with opened(dialect) as (engine, run_sql, _):
        make_tables(engine, run_sql, 10 * PAGE, PAGE)
        scope = Scope("0001", 3)
        last = 10 * PAGE
        for name, columns in [("(directive, path)", ""), *covering().items()]:
            if columns:
                run_sql(f"CREATE INDEX cover_{name} ON assignment ({columns})")
                run_sql("VACUUM ANALYZE assignment" if dialect == "postgres" else "ANALYZE")
            parts = (answers("clause"), DEVIATIONS_BY_CLAUSE, DAYS, ISSUERS)
            works: list[Callable[[], object]] = [partial(run, engine, each, scope) for each in parts]
            times = in_turn([*works, partial(gauges, engine, scope)], 7)
            came = seconds(partial(run_sql, insert(dialect, PAGE, last, last + 18_000)))
            last += 18_000
            lines.append(
                {
                    "engine": dialect,
                    "index": name,
                    "times": [statistics.median(each) for each in times],
                    "insert": came,
                }
            )
    return lines


def apart(*words: str) -> list[dict[str, Any]]:
    """A part of the bench in a process of its own."""
    done = subprocess.run([sys.executable, __file__, *words], check=True, capture_output=True, text=True)  # noqa: S603
    lines: list[dict[str, Any]] = json.loads(done.stdout)
    return lines


def show(engines: Sequence[str]) -> int:
    print(
        f"{'engine':9} {'assignments':>11} {'measure':18} {'rows':>6} {'ours ms':>9} {'hand ms':>9} {'ratio':>6} {'peak MiB':>9}"
    )
    worst = 0.0
    sums: dict[tuple[int, str], set[int]] = {}
    for size in SIZES:
        for dialect in engines:
            for line in apart("--one", dialect, str(size)):
                ratio = line["ratio"]
                small = line["hand"] < SMALL
                worst = worst if small else max(worst, ratio)
                sums.setdefault((size, line["measure"]), set()).add(line["sum"])
                print(
                    f"{dialect:9} {size:11,} {line['measure']:18} {line['rows']:6,} {line['ours'] * 1000:9.1f} "
                    f"{line['hand'] * 1000:9.1f} {ratio:6.2f} {line['peak']:9.0f}{'  (not counted)' if small else ''}"
                )
    equal = all(len(each) == 1 for each in sums.values())
    print(
        f"largest ratio ours / hand: {worst:.2f} (allowed {ALLOWED}); rows {'equal' if equal else 'DIFFER'} on {', '.join(engines)}"
    )
    return 0 if worst <= ALLOWED and equal else 1


def show_page(engines: Sequence[str]) -> int:
    names = ("answers", "deviations", "days", "issuers", "page")
    print(f"one directive of {PAGE:,} assignments; ms")
    print(f"{'engine':9} {'index':20} " + " ".join(f"{name:>10}" for name in names) + "  18,000 rows come in")
    for dialect in engines:
        for line in apart("--page", dialect):
            times = " ".join(f"{each * 1000:10.1f}" for each in line["times"])
            print(f"{dialect:9} {line['index']:20} {times} {line['insert'] * 1000:10.0f}")
    return 0


def main(argv: Sequence[str]) -> int:
    if argv[:1] == ["--one"]:
        print(json.dumps(one(argv[1], int(argv[2]))))
        return 0
    if argv[:1] == ["--page"] and argv[1:]:
        print(json.dumps(page(argv[1])))
        return 0
    engines = list(ENGINES)
    try:
        Server()
    except Missing as missing:
        print(f"SKIPPED on PostgreSQL: {missing}")
        engines.remove("postgres")
    if argv[:1] == ["--page"]:
        return show_page([each for each in engines if each != "duckdb"])
    return show(engines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
