"""What Markdown says of its own text: which lines are rows of a table."""

from __future__ import annotations

import re

_ROWS = re.compile(r"(?:^[ \t]*\|[^\n]*\|[ \t]*\r?(?:\n|\Z))+", re.MULTILINE)


def table_spans(text: str) -> tuple[tuple[int, int], ...]:
    """The runs of lines that begin and end with a bar, without the last line's end."""
    return tuple((match.start(), match.start() + len(match[0].rstrip())) for match in _ROWS.finditer(text))
