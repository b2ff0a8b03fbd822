"""The only reader of the clock for pages, and for what runs without a request: the same day for both.

With the setting GUANTONG_DEMO_DAY the days are shifted so that the start of the process falls on that day; the
time of day goes on really. That is for the demo alone: its invented year ends on a day of its own.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

_HERE = ZoneInfo("Asia/Shanghai")


def _real() -> datetime:
    return datetime.now(_HERE)  # noqa: TID251 — the clock is read here, nowhere else


_STARTED = _real()


def now() -> datetime:
    """The moment, in Shanghai; in the demo, on its own days."""
    demo_day: date | None = getattr(settings, "DEMO_DAY", None)
    shift = demo_day - _STARTED.date() if demo_day else timedelta()
    return _real() + shift


def today() -> date:
    return now().date()


def second() -> int:
    """Seconds since 1970, never shifted: for how long a session has been idle."""
    return int(_real().timestamp())
