"""An official document's text → outline and clauses that quote it. Pure; `read` is the whole of it."""

from guantong.core.reading.reader import read
from guantong.core.reading.types import (
    Block,
    BlockKind,
    Clause,
    ClauseKind,
    Deadline,
    Furniture,
    Heading,
    Operator,
    Reading,
    Target,
)

__all__ = [
    "Block",
    "BlockKind",
    "Clause",
    "ClauseKind",
    "Deadline",
    "Furniture",
    "Heading",
    "Operator",
    "Reading",
    "Target",
    "read",
]
