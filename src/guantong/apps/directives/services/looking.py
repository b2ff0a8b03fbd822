"""Looking again at what may have changed although nobody did anything: limits that passed, dates that came."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from guantong.apps.directives.folder import restand, save_changed, with_terms
from guantong.apps.directives.models import Assignment, Receipt
from guantong.apps.organizations.calendar import work_calendar

SLICE = 50
"""Receipts that are looked at in one transaction."""


def refresh_due(*, today: date) -> int:
    """Find anew the standing of every assignment whose day to look has come; how many were looked at.

    Works in slices of their own transactions and can be stopped and run again at any time. What somebody is working
    on just now is left for the next time: whoever changes it finds its standing anyway.
    """
    calendar = work_calendar()
    seen, last = 0, 0
    while True:
        with transaction.atomic():
            due = Assignment.objects.filter(look_at__lte=today, receipt__gt=last).values("receipt")
            receipts = Receipt.objects.filter(pk__in=due).order_by("pk").select_for_update(skip_locked=True)
            keys = list(receipts.values_list("pk", flat=True)[:SLICE])
            rows = list(with_terms().filter(receipt__in=keys, look_at__lte=today).order_by("pk"))
            before = {row.pk: dict(row.__dict__) for row in rows}
            restand(rows, today=today, calendar=calendar)
            save_changed(rows, before)
        if not keys:
            return seen
        seen, last = seen + len(rows), keys[-1]
