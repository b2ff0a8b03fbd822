"""What fact tables are called in a database, and what stands in their cells."""

from __future__ import annotations

VIEW = "facts_{}"
"""The view of the fact table of this name."""

Value = int | str | None
