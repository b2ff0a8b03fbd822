"""The tree as facts."""

from __future__ import annotations

FACTS = {
    "organizations": (
        "SELECT id, path, CAST(length(path) / 4 AS integer) AS level, kind, stage "
        "FROM organizations_organization"
    )
}
