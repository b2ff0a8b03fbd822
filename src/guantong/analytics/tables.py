"""The contract: the fact tables that measures count, column by column.

An answer is 1 (yes), 0 (no) or NULL (not known). Whether it is asked of an assignment at all stands in a column of its
own: `asks` for adopting, reporting and verifying, `acts` for acting; signing and effect are asked of all. Days are
working days where nothing else is said. A code that does not apply is the empty string, so that NULL means unknown
and nothing else. There is one row per assignment in force; what was lifted, and a person's part of an assignment, has
none.
"""

from __future__ import annotations

import ibis

ASSIGNMENTS = ibis.table(
    {
        "id": "!int64",
        "directive": "!int64",
        "clause": "!int64",
        "organization": "!int64",
        "path": "!string",
        "level": "!int64",  # of the organization in the tree, 1 at the top
        "indicator": "!string",
        "asks": "!int64",
        "acts": "!int64",
        "signed": "int64",
        "adopted": "int64",
        "acted": "int64",
        "reported": "int64",
        "verified": "int64",
        "effect": "int64",
        "signed_in_time": "int64",
        "adopted_in_time": "int64",
        "acted_in_time": "int64",
        "fact": "!string",  # what is to be explained, as core.deviation.FactCode
        "confirmed": "!string",  # what a person confirmed, as core.deviation.Deviation
        "deviation_known": "!int64",
        "kept_days": "int64",
        "used_days": "int64",
        "left_days": "int64",
        "shortfall": "int64",  # parts per million of the target; of figures alone
        "late_days": "int64",  # calendar days; of milestones alone
        "periods_required": "!int64",
        "periods_known": "!int64",
        "periods_held": "!int64",
        "periods_in_time": "!int64",
    },
    name="assignments",
)

DIRECTIVES = ibis.table(
    {
        "id": "!int64",
        "organization": "!int64",  # the issuer
        "path": "!string",
        "level": "!int64",
        "kept_days": "int64",  # from the document's arrival at the issuer to the issue
    },
    name="directives",
)

ORGANIZATIONS = ibis.table(
    {
        "id": "!int64",
        "path": "!string",
        "level": "!int64",
        "kind": "!string",
        "stage": "!string",
    },
    name="organizations",
)

TABLES = {table.get_name(): table for table in (ASSIGNMENTS, DIRECTIVES, ORGANIZATIONS)}
"""Every fact table by its name."""
