"""SQLite learns how many rows there are, and waits for nobody's harm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from guantong.config.sqlite import take_bundled
from guantong.jobs.statistics import keep_statistics

take_bundled()


@pytest.mark.django_db
def test_either_database_takes_it() -> None:
    keep_statistics()
    keep_statistics()
    assert connection.is_usable()


def test_sqlite_knows_its_tables_afterwards_and_a_writer_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    file = str(tmp_path / "rows.sqlite3")
    mine, other = sqlite3.connect(file, timeout=0), sqlite3.connect(file, isolation_level=None)
    mine.execute("PRAGMA journal_mode=WAL")
    mine.execute("CREATE TABLE t (a INTEGER, b INTEGER)")
    mine.execute("CREATE INDEX t_a ON t (a)")
    mine.executemany("INSERT INTO t VALUES (1, ?)", [(n,) for n in range(500)])
    mine.commit()

    class Cursor:
        def __enter__(self) -> Cursor:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def execute(self, sql: str) -> Any:
            try:
                return mine.execute(sql).fetchall()
            except sqlite3.OperationalError as error:
                raise OperationalError(*error.args) from error

    class Connected:
        vendor = "sqlite"
        cursor = Cursor

    monkeypatch.setattr("guantong.jobs.statistics.connection", Connected())
    other.execute("BEGIN IMMEDIATE")
    keep_statistics()
    other.execute("ROLLBACK")
    assert not other.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'").fetchall()
    keep_statistics()
    assert other.execute("SELECT stat FROM sqlite_stat1 WHERE idx = 't_a'").fetchall() == [("500 500",)]
    mine.close()
    other.close()
