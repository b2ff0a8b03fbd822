"""What is handed down and what becomes of it: flat rows that know each other by id and path.

Days are plain dates and are passed in. A path has four digits per level of the tree ("00010012"): what stands
under an organization begins with its path.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from guantong.core.moves import RELEASED, AssignmentState, DirectiveState
from guantong.core.reading.types import ClauseKind, Operator

DIGITS_PER_LEVEL = 4
PERCENT = "%"


def level_of(path: str) -> int:
    """Depth in the tree: 1 for the organization at the top."""
    return len(path) // DIGITS_PER_LEVEL


def is_below(path: str, above: str) -> bool:
    return path != above and path.startswith(above)


class OrganizationKind(StrEnum):
    WORK_COMMITTEE = "work-committee"
    COMMITTEE = "committee"
    GENERAL_BRANCH = "general-branch"
    BRANCH = "branch"


class Stage(StrEnum):
    """The school stage an organization works in."""

    KINDERGARTEN = "kindergarten"
    PRIMARY = "primary"
    JUNIOR = "junior"
    SENIOR = "senior"
    NINE_YEAR = "nine-year"
    VOCATIONAL = "vocational"
    SPECIAL = "special"
    OFFICE = "office"


class Indicator(StrEnum):
    """What a clause asks back."""

    INFORMATION = "information"  # nothing
    COMPUTED = "computed"  # nothing of anybody: counted from records that exist anyway
    NUMERIC = "numeric"  # a figure, entered once
    MILESTONE = "milestone"  # a dated deliverable
    REPORT_BACK = "report-back"  # a few sentences, once


class Side(StrEnum):
    """Whether an organization leads or supports."""

    LEAD = "lead"
    SUPPORT = "support"


@dataclass(frozen=True, slots=True)
class Organization:
    """A Party organization where it stands in the tree."""

    id: str
    path: str
    name: str
    kind: OrganizationKind
    stage: Stage | None = None
    guided_by: str | None = None  # asked and advised by this organization, which stands in another line


@dataclass(frozen=True, slots=True)
class Bound:
    """What a figure must keep to, e.g. (AT_LEAST, 90, "%"). Raises ValueError below zero."""

    op: Operator
    value: Decimal
    unit: str

    def __post_init__(self) -> None:
        if not self.value.is_finite() or self.value < 0:
            raise ValueError(f"a target is a number from 0 up, not {self.value}")

    @property
    def is_rate(self) -> bool:
        return self.unit == PERCENT

    def same_measure(self, other: Bound) -> bool:
        return (self.op, self.unit) == (other.op, other.unit)

    def is_below(self, asked: Bound) -> bool:
        """Whether this bound asks less than `asked`, read by the operator of `asked`."""
        if asked.op is Operator.AT_LEAST:
            return self.value < asked.value
        if asked.op is Operator.AT_MOST:
            return self.value > asked.value
        return self.value != asked.value

    def misses(self, actual: Fraction) -> bool:
        """Whether what was reached does not keep to this bound."""
        bound = Fraction(self.value)
        if self.op is Operator.AT_LEAST:
            return actual < bound
        if self.op is Operator.AT_MOST:
            return actual > bound
        return actual != bound


@dataclass(frozen=True, slots=True)
class Actual:
    """What was reached: a count (`whole` None), or `part` of `whole`, which is read in percent.

    Rates keep both integers so that those of several organizations can be weighted by their denominator.
    """

    part: Decimal | int
    whole: int | None = None

    @property
    def value(self) -> Fraction | None:
        """The figure held against a target; None for a rate of nothing."""
        if self.whole is None:
            return Fraction(self.part)
        return Fraction(self.part) * 100 / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Terms:
    """What is to be done, for whom, how much, by when, by whom: as assigned, as adjusted, or as adopted."""

    indicator: Indicator
    target: Bound | None = None
    due: date | None = None
    scope: str = ""  # code of those it covers; empty for the whole organization
    owner_id: str | None = None


@dataclass(frozen=True, slots=True)
class IssuedClause:
    """A clause as the issuer hands it down. Without a word of the issuer it is for information."""

    clause_id: str
    kind: ClauseKind
    terms: Terms = Terms(Indicator.INFORMATION)
    side: Side = Side.LEAD
    reason: str = ""  # why a report back is needed
    consent_by: str | None = None  # the approver who agreed to the report back


@dataclass(frozen=True, slots=True)
class Directive:
    """A document that is handed down. `received_on` is when it reached the issuer, or its own date."""

    id: str
    issuer_id: str
    issuer_path: str
    received_on: date | None = None
    state: DirectiveState = DirectiveState.DRAFT
    issued_on: date | None = None
    effective_on: date | None = None
    issued_by: str | None = None
    approved_by: str | None = None  # who gave the second approval


@dataclass(frozen=True, slots=True)
class Receipt:
    """An organization signs once for a directive, whatever the number of its clauses."""

    directive_id: str
    organization_id: str
    handed_on: date
    sign_by: date
    signed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """A clause that an organization has to carry out. Earlier terms are kept beside later ones."""

    id: str
    directive_id: str
    clause_id: str
    kind: ClauseKind
    organization_id: str
    path: str
    assigned: Terms
    handed_on: date
    sign_by: date
    adopt_by: date
    side: Side = Side.LEAD
    parent_id: str | None = None
    within: bool = False  # a person's part of the organization's own assignment; in no figure
    guided: bool = False
    state: AssignmentState = AssignmentState.ISSUED
    adjusted: Terms | None = None  # what was approved in place of what was assigned
    adopted: Terms | None = None
    signed_on: date | None = None
    adopted_on: date | None = None
    acted_on: date | None = None  # the first action, on the day it was done
    is_split: bool = False
    passed_on: date | None = None  # the first time a part was handed to an organization below
    reported_on: date | None = None
    done_on: date | None = None  # when what was reported done was really finished
    closed_on: date | None = None
    actual: Actual | None = None
    judged: bool | None = None  # a report back: what the reviewer found
    merged_into: str | None = None

    @property
    def agreed(self) -> Terms:
        """The terms the organization is held to."""
        return self.adjusted or self.assigned

    @property
    def indicator(self) -> Indicator:
        return self.agreed.indicator

    @property
    def is_released(self) -> bool:
        return self.state in RELEASED


@dataclass(frozen=True, slots=True)
class Breach:
    """A confirmed finding that an organization did what a prohibition forbids."""

    id: str
    clause_id: str
    organization_id: str
    dated: date


@dataclass(frozen=True, slots=True)
class Periods:
    """The periods a computed assignment rests on: how many are required, known, held, and held in time."""

    assignment_id: str
    required: int
    known: int
    held: int
    in_time: int

    def __post_init__(self) -> None:
        if not 0 <= self.in_time <= self.held <= self.known <= self.required:
            raise ValueError(f"impossible counts of periods: {self}")
