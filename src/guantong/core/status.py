"""The light of a matter: a pure function of what was done, when it is due, and what day it is.

Word and icon always stand beside the colour. What came in late stays visible and is not green.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from guantong.core.calendar import WorkCalendar

NEAR = 5
"""Working days before the due date from which a matter is near due."""


class Light(StrEnum):
    """How a matter stands towards its due date."""

    GREY = "grey"  # not begun
    GREEN = "green"  # on course, or no due date
    YELLOW = "yellow"  # near due
    RED = "red"  # overdue
    BLUE = "blue"  # closed in time
    LATE = "late"  # closed, but late


def light(
    *,
    begun: bool,
    closed_on: date | None,
    due: date | None,
    today: date,
    calendar: WorkCalendar,
    near: int = NEAR,
) -> Light:
    """The light of a matter that is due on `due`, a day off being kept by the next working day."""
    limit = calendar.on_or_after(due) if due is not None else None
    if closed_on is not None:
        return Light.LATE if limit is not None and closed_on > limit else Light.BLUE
    if limit is None:
        return Light.GREEN if begun else Light.GREY
    if today > limit:
        return Light.RED
    if calendar.between(today, limit) <= near:
        return Light.YELLOW
    return Light.GREEN if begun else Light.GREY
