"""The short notice that is fresh when a visitor comes: its dates follow the day on which the demo plays."""

from __future__ import annotations

from datetime import date
from importlib import resources

from guantong.core.calendar import WorkCalendar

DAYS_AHEAD = 40  # working days from the notice to what it asks


def notice(dated: date, calendar: WorkCalendar) -> str:
    """The text of a notice of a day, which asks for things some forty working days later."""
    form = resources.files(__package__).joinpath("notice.txt").read_text(encoding="utf-8")
    return form.format(
        study=_written(calendar.after(dated, DAYS_AHEAD)),
        list=_written(calendar.after(dated, DAYS_AHEAD - 5)),
        dated=_written(dated),
    )


def _written(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
