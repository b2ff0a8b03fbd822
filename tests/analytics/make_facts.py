"""Plain tables with the columns of the fact tables, filled from standings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from guantong.analytics.engines import Execute
from guantong.analytics.names import Value
from guantong.analytics.rows import columns
from guantong.analytics.tables import TABLES
from guantong.core.matters import level_of
from guantong.core.standings import Standing

Issued = tuple[int, str, int | None]
"""A directive: its key, the path of its issuer, the days it was kept."""


def make_tables(execute: Execute, *, temporary: bool = False) -> None:
    """Make every fact table, empty; temporary ones stand before the views of the same name."""
    for name, table in TABLES.items():
        kept = ", ".join(
            f"{column} {'bigint' if kind.is_integer() else 'varchar(64)'}{'' if kind.nullable else ' NOT NULL'}"
            for column, kind in table.schema().items()
        )
        execute(f"CREATE {'TEMPORARY ' if temporary else ''}TABLE facts_{name} ({kept})", [])


def fill(execute: Execute, rows: Iterable[Standing], issued: Iterable[Issued] = (), mark: str = "?") -> None:
    """Put these rows in the place of all that there were."""
    assignments = [assignment_row(number, row) for number, row in enumerate(rows, 1)]
    directives = [
        {"id": key, "organization": 1, "path": path, "level": level_of(path), "kept_days": kept}
        for key, path, kept in issued
    ]
    for name, made in (("assignments", assignments), ("directives", directives)):
        execute(f"DELETE FROM facts_{name}", [])  # noqa: S608  # our own names
        for each in made:
            execute(
                f"INSERT INTO facts_{name} ({', '.join(each)}) VALUES ({', '.join([mark] * len(each))})",  # noqa: S608
                list(each.values()),
            )


def assignment_row(number: int, row: Standing) -> dict[str, Value]:
    """A row of the assignments, under the keys that the standing has as text."""
    return {
        "id": number,
        "directive": int(row.directive_id),
        "clause": int(row.clause_id),
        "organization": int(row.organization_id),
        "path": row.path,
        **columns(row),
    }


def sorted_rows(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows in one order on every engine."""
    return sorted(rows, key=lambda row: [(value is None, str(value)) for value in row.values()])
