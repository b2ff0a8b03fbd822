"""The fact tables as views over the tables of the apps.

An app may have a module `facts` with FACTS: the name of a fact table of `analytics.tables` → one SELECT as text, the
same for SQLite and PostgreSQL, without functions of Django (SQLite runs with trusted_schema off). A column that is an
expression is CAST, because SQLite knows its type by nothing else.

A view stands in the way of changes to the tables below it, on both databases. So the views are dropped before a
migration and made anew after it, never in one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.db import DatabaseError, connections, transaction
from django.utils.module_loading import module_has_submodule

from guantong.analytics.names import VIEW
from guantong.apps.ledger.migrations_due import migrations_due


def definitions() -> dict[str, str]:
    """The SELECT of every fact table that an installed app gives. Raises ValueError where two give the same."""
    found: dict[str, str] = {}
    for config in apps.get_app_configs():
        if not module_has_submodule(config.module, "facts"):
            continue
        given: Mapping[str, str] = import_module(f"{config.name}.facts").FACTS
        if twice := found.keys() & given.keys():
            raise ValueError(f"{config.name} gives facts that another app gives already: {sorted(twice)}")
        found.update(given)
    return found


def drop(using: str = "default", **_: Any) -> None:
    """Drop every view of facts there is, in use or left behind."""
    with connections[using].cursor() as cursor:
        for view in present(using):
            cursor.execute(f"DROP VIEW {view}")


def make(using: str = "default", **_: Any) -> None:
    """Make every view anew.

    A view whose tables are not there yet, in a database that is migrated halfway, is left out; `check_views` tells.
    """
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        drop(using)
        for name, select in definitions().items():
            try:
                with transaction.atomic(using=using):
                    cursor.execute(f"CREATE VIEW {VIEW.format(name)} AS {select}")
                    cursor.execute(f"SELECT * FROM {VIEW.format(name)} LIMIT 0")  # noqa: S608  # SQLite looks at the tables only now
            except DatabaseError:
                continue


def present(using: str = "default") -> set[str]:
    """The names of the views of facts that are in the database."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = connection.introspection.get_table_list(cursor)
    return {table.name for table in tables if table.type == "v" and table.name.startswith(VIEW.format(""))}


def check_views(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """A start-up check: every view is there, in a database that has every migration.

    `migrate` itself makes these checks first. So a database that waits for a migration is not found fault with, for it
    would be refused the very thing that it needs.
    """
    found: list[CheckMessage] = []
    for using in databases or ():
        try:
            missing = {VIEW.format(name) for name in definitions()} - present(using)
            is_fault = bool(missing) and not migrations_due(using)
        except DatabaseError:
            continue
        if is_fault:
            names = "、".join(sorted(missing))
            found.append(
                Error(f"数据库缺少统计视图 {names}，请运行 migrate --skip-checks。", id="figures.E001")
            )
    return found
