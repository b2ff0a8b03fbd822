"""Which database the demo is built in, and whether it may be: nothing but an earlier demo is ever replaced."""

from __future__ import annotations

import os

from django.core.management import call_command
from django.db import connection

from guantong.apps.ledger import triggers
from guantong.core.refusal import Refused

FOLDER = "demo"
_KEPT_BY_DJANGO = frozenset({"django_migrations", "sqlite_sequence"})
_TOPS = "SELECT COUNT(*) FROM organizations_organization WHERE parent_id IS NULL"
_REAL = f"{_TOPS} AND NOT invented"


def choose() -> None:
    """Where the environment names no folder, the demo lives in ./demo/. To be called before Django is made ready."""
    if not os.environ.get("GUANTONG_DATA_DIR", "").strip():
        os.environ["GUANTONG_DATA_DIR"] = FOLDER


def make_ready() -> None:
    """Check the database and bring its tables up to date; an earlier demo stays in it until `clear`.

    Raises Refused("demo_elsewhere") for a database that holds a table of another program or a district that is not
    invented, in which case nothing has been touched.
    """
    _check_tables()
    _check_districts()
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)


def clear() -> None:
    """Empty the database of an earlier demo, its record of acts included. Raises Refused as `make_ready` does."""
    _check_districts()
    triggers.lift()
    try:
        call_command("flush", verbosity=0, interactive=False)
    finally:
        triggers.put_in_place()


def _check_tables() -> None:
    ours = set(connection.introspection.django_table_names(include_views=False)) | _KEPT_BY_DJANGO
    with connection.cursor() as cursor:
        there = connection.introspection.get_table_list(cursor)
    if strange := {table.name for table in there if table.type == "t"} - ours:
        raise Refused("demo_elsewhere", table=min(strange))


def _check_districts() -> None:
    """Only what an earlier demo left may be emptied: nobody signs in to anything but invented districts."""
    tables = set(connection.introspection.table_names())
    if "organizations_organization" not in tables:
        return
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, "organizations_organization")
        knows = any(column.name == "invented" for column in described)
        cursor.execute(_REAL if knows else _TOPS)  # a database from before examples were marked holds none
        (real,) = cursor.fetchone() or (0,)
        cursor.execute(_TOPS)
        (districts,) = cursor.fetchone() or (0,)
        cursor.execute("SELECT COUNT(*) FROM people_account")
        (accounts,) = cursor.fetchone() or (0,)
    if real or (accounts and not districts):
        raise Refused("demo_elsewhere", districts=real)
