"""Looking again at what may have changed although nobody did anything: limits that passed, dates that came."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from guantong.apps.directives.folder import restand, save_changed, with_terms
from guantong.apps.organizations.calendar import work_calendar

SLICE = 500


def refresh_due(*, today: date) -> int:
    """Find anew the standing of every assignment whose day to look has come; how many were looked at.

    Works in slices of their own transactions and can be stopped and run again at any time.
    """
    calendar = work_calendar()
    seen = 0
    while True:
        with transaction.atomic():
            due = with_terms().filter(look_at__lte=today).order_by("look_at", "pk")
            rows = list(due.select_for_update(of=("self",), skip_locked=True)[:SLICE])
            before = {row.pk: dict(row.__dict__) for row in rows}
            restand(rows, today=today, calendar=calendar)
            save_changed(rows, before)
        seen += len(rows)
        if len(rows) < SLICE:
            return seen
