"""What the database knows of its tables, by which it chooses the index for a question."""

from __future__ import annotations

from contextlib import suppress

from django.db import OperationalError, connection


def keep_statistics() -> None:
    """Let SQLite look again at the tables that have grown much; PostgreSQL does so by itself.

    Without it SQLite takes the rows of one directive for ten, however many they are. Where somebody is writing, it
    waits for its turn or for the next pass. Other connections know it when they are opened anew.
    """
    if connection.vendor != "sqlite":
        return
    with suppress(OperationalError), connection.cursor() as cursor:
        cursor.execute("PRAGMA optimize=0x10002")
