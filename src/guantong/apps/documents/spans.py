"""Where clauses stand in the text of their document: cut, moved, joined, and never beside what they quote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from guantong.apps.documents.models import Clause, ClauseState, Document
from guantong.core.reading import BlockKind
from guantong.core.refusal import Refused

_FOREIGN = {BlockKind.HEADING, BlockKind.FURNITURE, BlockKind.TABLE}
_BRACKETS = str.maketrans("（）", "()")


def quote(row: Clause, document: Document, start: int, end: int) -> None:
    """Let a clause quote `start:end`, blanks at both ends left out. Raises Refused: span_outside, span_blank."""
    if not 0 <= start <= end <= len(document.text):
        raise Refused("span_outside", start=start, end=end, length=len(document.text))
    text = document.text[start:end]
    if not text.strip():
        raise Refused("span_blank", start=start, end=end)
    row.start = end - len(text.lstrip())
    row.end = start + len(text.rstrip())
    row.text = document.text[row.start : row.end]


def check_free(row: Clause, rows: Iterable[Clause]) -> None:
    """Raises Refused("clause_overlaps") where a clause shares a character with another live one of `rows`."""
    for other in live(rows):
        if other is not row and other.start < row.end and row.start < other.end:
            raise Refused("clause_overlaps", clause=row.code, other=other.code)


def check_quotes(document: Document, rows: Iterable[Clause]) -> None:
    """The last look before any write. Raises ValueError where a clause is not what stands at its place."""
    for row in rows:
        if not 0 <= row.start < row.end or row.text != document.text[row.start : row.end]:
            raise ValueError(f"clause {row.code} does not quote its document")


def live(rows: Iterable[Clause]) -> list[Clause]:
    """Those that were not rejected."""
    return [row for row in rows if row.state != ClauseState.REJECTED]


def next_live(row: Clause, rows: Sequence[Clause], document: Document) -> Clause:
    """The live clause that follows, with nothing between but text of the author's paragraphs.

    Raises Refused("clauses_apart") where a heading, a table or furniture stands between, or no clause follows.
    """
    following = min(
        (other for other in live(rows) if other.start >= row.end), key=lambda other: other.start, default=None
    )
    if following is None or any(
        kind in _FOREIGN and start < following.start and row.end < end for start, end, kind in document.blocks
    ):
        raise Refused("clauses_apart", clause=row.code)
    return following


def next_code(rows: Iterable[Clause]) -> str:
    """A code that no clause of the document has had; rows are never deleted."""
    return f"c{max((int(row.code[1:]) for row in rows), default=0) + 1}"


def path_at(outline: Sequence[dict[str, Any]], position: int) -> list[str]:
    """The markers of the headings above a place, from the outermost; the title where a heading has no marker."""
    above: list[tuple[int, str]] = []
    for heading in outline:
        if heading["level"] == 0:
            continue
        if heading["start"] > position:
            break
        above = [(level, mark) for level, mark in above if level < heading["level"]]
        mark = heading["marker"].strip(" 　：，、.．").translate(_BRACKETS) or heading["title"]
        above.append((heading["level"], mark))
    return [mark for _, mark in above]


def renumbered(rows: Iterable[Clause]) -> list[Clause]:
    """Number clauses in the order in which they stand; those whose number changed."""
    changed = []
    for position, row in enumerate(sorted(rows, key=lambda each: (each.start, each.end, each.code)), 1):
        if row.position != position:
            row.position = position
            changed.append(row)
    return changed
