"""What people did in a played year, deed by deed, so that real services can do it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from guantong.core.cascade import Part
from guantong.core.matters import Actual, Periods, Terms
from guantong.core.permits import Role


class What(StrEnum):
    """The kinds of deed, each with what it is done to (`Deed.on`): an assignment, or an organization."""

    SIGN = "sign"  # organization, for a directive
    ADOPT_ALL = "adopt-all"  # organization, for a directive
    ADOPT = "adopt"
    SPLIT = "split"
    ACT = "act"
    REPORT = "report"
    VERIFY = "verify"
    GIVE_BACK = "give-back"
    INSPECT = "inspect"
    SETTLE = "settle"
    REQUEST_ADJUSTMENT = "request-adjustment"
    REQUEST_EXEMPTION = "request-exemption"
    DECIDE = "decide"  # the open request of an assignment
    WITHDRAW = "withdraw"
    ASK = "ask"
    EXPLAIN = "explain"
    CONFIRM = "confirm"
    CLEAR = "clear"
    MERGE = "merge"  # organization, into another
    VACATE = "vacate"  # organization: its secretary's post ends
    STAND_IN = "stand-in"  # organization: its deputy takes over (主持工作)


@dataclass(frozen=True, slots=True)
class By:
    """Who did it: what somebody is, and where."""

    role: Role
    organization_id: str


@dataclass(frozen=True, slots=True)
class Deed:
    """One deed. In the order of (day, place in the list) everything a deed rests on has been done before it.

    `on` is the id of an assignment or organization; `by` is None for what the system does. `held_on` is the day
    on which what is entered on `day` was done. The other fields are what the deed says, where it says any.
    """

    what: What
    day: date
    by: By | None
    on: str
    directive_id: str = ""
    held_on: date | None = None
    terms: Terms | None = None
    parts: tuple[Part, ...] = ()
    actual: Actual | None = None
    periods: Periods | None = None
    found: bool = False  # an inspection found a breach
    approved: bool = True  # how a request was decided
    into: str = ""
    text: str = ""


def in_order(deeds: list[Deed]) -> list[Deed]:
    """The deeds as they follow one another in time: what the system counts first, then as they were noted."""
    return sorted(deeds, key=lambda deed: (deed.day, deed.what is not What.SETTLE))
