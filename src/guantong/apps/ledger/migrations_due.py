"""How many migrations a database waits for: what start-up checks and serving ask before they find fault."""

from __future__ import annotations

from django.db import connections
from django.db.migrations.executor import MigrationExecutor


def migrations_due(using: str = "default") -> int:
    """The number of migrations that are to come. Raises DatabaseError where the database cannot be reached."""
    executor = MigrationExecutor(connections[using])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
