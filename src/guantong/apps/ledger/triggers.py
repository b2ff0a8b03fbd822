"""Triggers that refuse to change or delete an entry, on both databases.

They are put in place after migrating, from this one definition: a table that SQLite rebuilds in a migration loses
its triggers without a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import DatabaseError, connections

from guantong.apps.ledger.migrations_due import migrations_due

TABLE = "ledger_entry"
_WORDS = "the record of acts is append-only"

_SQLITE = {
    f"ledger_entry_no_{verb.lower()}": (
        f"CREATE TRIGGER IF NOT EXISTS ledger_entry_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"
    )
    for verb in ("UPDATE", "DELETE")
}
_POSTGRESQL_FUNCTION = (
    "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_WORDS}'; END $$"
)
_POSTGRESQL = {
    "ledger_entry_no_change": (
        f"CREATE TRIGGER ledger_entry_no_change BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION ledger_refuse()"
    ),
    "ledger_entry_no_truncate": (
        f"CREATE TRIGGER ledger_entry_no_truncate BEFORE TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
    ),
}


def put_in_place(using: str = "default", **_: Any) -> None:
    """Make the triggers that are missing."""
    connection = connections[using]
    missing = set(_definitions(connection.vendor)) - _present(using)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_FUNCTION)
        for name, statement in _definitions(connection.vendor).items():
            if name in missing:
                cursor.execute(statement)


def lift(using: str = "default") -> None:
    """Take the triggers away: only the test suite does, around its own flush."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name in _present(using):
            on_table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def check_triggers(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """A start-up check: every trigger is there, in a database that has every migration.

    `migrate` itself makes these checks first. So a database that waits for a migration is not found fault with, for the
    triggers are put in place at its end; one that waits for none is mended by `migrate --skip-checks`.
    """
    found: list[CheckMessage] = []
    for using in databases or ():
        try:
            missing = set(_definitions(connections[using].vendor)) - _present(using)
            is_fault = bool(missing) and not migrations_due(using)
        except DatabaseError:
            continue
        if is_fault:
            names = "、".join(sorted(missing))
            cure = "请运行 migrate --skip-checks 补上，再运行 guantong ledger verify 核验"
            found.append(Error(f"办理记录缺少防改写触发器 {names}，{cure}。", id="ledger.E001"))
    return found


def _definitions(vendor: str) -> dict[str, str]:
    return _POSTGRESQL if vendor == "postgresql" else _SQLITE


def _present(using: str) -> set[str]:
    connection = connections[using]
    query = (
        "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass('ledger_entry') AND NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_entry'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall()}
