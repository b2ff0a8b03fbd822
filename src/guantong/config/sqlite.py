"""Which SQLite library this process uses, and whether more than one process may open its database.

SQLite before 3.51.3 can corrupt a WAL file when two processes checkpoint at once. Where the bundled library is
there it takes the place of the standard one, before anything else opens a database; two libraries must never open
the same file in one process.
"""

from __future__ import annotations

import sqlite3
import sys

SAFE_FOR_PROCESSES = (3, 51, 3)


def take_bundled() -> None:
    """Put the bundled SQLite in place of the standard library's, where its wheel is installed."""
    try:
        import pysqlite3  # noqa: PLC0415  # on machines without the wheel the standard library stays
    except ImportError:
        return
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2


def library_version() -> tuple[int, int, int]:
    """The version of the SQLite library in use."""
    module = sys.modules.get("sqlite3", sqlite3)
    major, minor, patch = module.sqlite_version_info[:3]
    return major, minor, patch


def may_share(version: tuple[int, int, int] | None = None) -> bool:
    """Whether several processes may open one database file with this library."""
    return (version or library_version()) >= SAFE_FOR_PROCESSES
