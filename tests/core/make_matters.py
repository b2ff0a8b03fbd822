"""An assignment as it is on the day it was handed down, with whatever a test changes about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from guantong.core.matters import Assignment, Indicator, Terms
from guantong.core.reading.types import ClauseKind


def make_assignment(**changes: Any) -> Assignment:
    made = Assignment(
        id="a1",
        directive_id="d1",
        clause_id="c1",
        kind=ClauseKind.DUTY,
        organization_id="o1",
        path="00010001",
        assigned=Terms(Indicator.MILESTONE, due=date(2026, 6, 30)),
        handed_on=date(2026, 3, 9),
        sign_by=date(2026, 3, 12),
        adopt_by=date(2026, 3, 23),
    )
    return replace(made, **changes)
