"""Directives and assignments as facts. The rest of a fact's columns stand in the table under their own names."""

from __future__ import annotations

from guantong.analytics.tables import ASSIGNMENTS

_KEYS = ("directive", "clause", "organization")
_COLUMNS = ", ".join(f"{name}_id AS {name}" if name in _KEYS else name for name in ASSIGNMENTS.schema().names)

FACTS = {
    "assignments": f"SELECT {_COLUMNS} FROM directives_assignment WHERE counted = 1",  # noqa: S608  # our own names
    "directives": (
        "SELECT d.id, d.issuer_id AS organization, o.path, CAST(length(o.path) / 4 AS integer) AS level, "
        "d.kept_days FROM directives_directive d JOIN organizations_organization o ON o.id = d.issuer_id "
        "WHERE d.issued_on IS NOT NULL AND d.state <> 'withdrawn'"
    ),
}
