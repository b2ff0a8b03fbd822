"""What reading a document yields. Offsets are `str` indices into the decoded text that was read, end exclusive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class BlockKind(StrEnum):
    """What a stretch of the text is; the blocks of a reading tile the text without gap or overlap."""

    HEADING = "heading"  # marker and title of an outline node
    CLAUSE = "clause"  # a sentence that obliges someone
    BACKGROUND = "background"  # everything else the author wrote
    FURNITURE = "furniture"  # what the page or the site added
    TABLE = "table"  # a table flattened to text


class ClauseKind(StrEnum):
    """What a clause asks for. Attitude and permission can only be transmitted, never assigned."""

    DUTY = "duty"
    PROHIBITION = "prohibition"
    TARGET = "target"
    PERMISSION = "permission"
    ATTITUDE = "attitude"  # a way of thinking or feeling, with no act that could be seen


class Operator(StrEnum):
    """How an actual value is held against a target value."""

    AT_LEAST = ">="
    AT_MOST = "<="
    EQUAL = "="

    @property
    def sign(self) -> str:
        """As people write it."""
        return {">=": "≥", "<=": "≤", "=": "="}[self.value]


@dataclass(frozen=True, slots=True)
class Block:
    start: int
    end: int
    kind: BlockKind


@dataclass(frozen=True, slots=True)
class Furniture:
    """A stretch that was cut from the reading, with the reason; never silently lost."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A node of the outline. `level` 0 is the document's title; `start:end` spans the title, not the marker."""

    id: str
    level: int
    marker: str
    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due time as written; `date` where the document's own date settles it, `rule` where it recurs.

    `rule` is one of: daily, weekly, monthly, quarterly, half-yearly, yearly, every-N-days|weeks|months|years, before-event,
    during-event, after-event:N-days (counted from an event the text names), long-term.
    """

    text: str
    date: date | None
    rule: str | None


@dataclass(frozen=True, slots=True)
class Target:
    """A bound the action must meet, e.g. 不低于40% → (">=", 40.0, "%"); value None where none is a number."""

    text: str
    op: Operator
    value: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence that obliges someone, quoted exactly: `text == source[start:end]`."""

    id: str
    outline_id: str | None
    path: tuple[str, ...]
    text: str
    start: int
    end: int
    kind: ClauseKind
    subjects: tuple[str, ...] = ()
    lead_units: tuple[str, ...] = ()
    support_units: tuple[str, ...] = ()
    deadline: Deadline | None = None
    targets: tuple[Target, ...] = ()
    cites: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A document read: everything in it is accounted for by `blocks`."""

    text: str
    title: str | None
    date: date | None
    blocks: tuple[Block, ...]
    furniture: tuple[Furniture, ...]
    outline: tuple[Heading, ...]
    clauses: tuple[Clause, ...]
