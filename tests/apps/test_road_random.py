"""Whatever people do in whatever order: what is stored of every assignment is what the core says today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guantong.analytics.tables import ASSIGNMENTS
from guantong.apps.directives import services
from guantong.apps.directives.folder import restand, with_terms
from guantong.apps.directives.models import Assignment, Case
from guantong.apps.ledger.queries import faults
from guantong.apps.notices.models import Notice
from guantong.apps.organizations.access import Forbidden, NotFound
from guantong.apps.organizations.calendar import work_calendar
from guantong.apps.replies.models import Reply
from guantong.core.matters import Actual, Bound, Indicator, Periods, Terms
from guantong.core.reading.types import Operator
from guantong.core.refusal import Refused

from .road import ISSUED, Road, at, issued, make_road

pytestmark = pytest.mark.django_db

STORED = [name for name in ASSIGNMENTS.schema().names if hasattr(Assignment, name) and name != "id"]
LESS = Terms(Indicator.NUMERIC, Bound(Operator.AT_LEAST, Decimal(70), "%"), date(2026, 7, 20))
SOON = Terms(Indicator.MILESTONE, due=date(2026, 7, 1))


def deeds(road: Road, day: date, row: Assignment) -> list[Callable[[], object]]:
    """Everything anybody may try with an assignment on a day; most of it is refused at any one time."""
    who = f"school-{road.schools.index(row.organization)}" if row.organization in road.schools else "branch-0"
    school, clerk, head, group = (road.actor(each, day) for each in (who, "clerk", "secretary", "discipline"))
    pk, now = row.pk, at(day)
    case = Case.objects.filter(assignment=row).order_by("-pk").values_list("pk", flat=True).first() or 0
    reply = Reply.objects.filter(noun="assignment", object=row.pk).order_by("-pk").first()
    asked = reply.pk if reply else 0
    parts = [services.PartTo(branch.pk) for branch in road.branches]
    counted = {row.pk: (Periods("p", 4, 3, 2, 1), Actual(2, 3))}
    return [
        lambda: services.sign_receipt(school, receipt=row.receipt_id, now=now),
        lambda: services.adopt_as_assigned(school, receipt=row.receipt_id, now=now),
        lambda: services.adopt_assignment(school, assignment=pk, terms=LESS, now=now),
        lambda: services.adopt_assignment(school, assignment=pk, terms=SOON, now=now),
        lambda: services.restore_assignment(school, assignment=pk, now=now),
        lambda: services.split_assignment(
            school, assignment=pk, parts=parts, sign_days=2, adopt_days=4, now=now
        ),
        lambda: services.record_progress(school, assignment=pk, held_on=day, text="开会研究。", now=now),
        lambda: services.report_done(school, assignment=pk, done_on=day, actual=Actual(7, 10), now=now),
        lambda: services.report_done(school, assignment=pk, done_on=day, now=now),
        lambda: services.verify_assignment(clerk, assignment=pk, now=now),
        lambda: services.return_assignment(clerk, assignment=pk, reason="请补充。", now=now),
        lambda: services.record_inspection(
            group, assignment=pk, held_on=day, found=True, note="属实", now=now
        ),
        lambda: services.record_inspection(group, assignment=pk, held_on=day, found=False, now=now),
        lambda: services.settle_assignments(counted=counted, today=day, now=now),
        lambda: services.request_adjustment(school, assignment=pk, terms=LESS, reason="借调", now=now),
        lambda: services.request_exemption(school, assignment=pk, reason="停办", now=now),
        lambda: services.decide_request(head, reply=asked, approve=True, reason="同意", now=now),
        lambda: services.withdraw_assignment(head, assignment=pk, reason="另文", now=now),
        lambda: services.ask_case(clerk, assignment=pk, now=now),
        lambda: services.explain_case(school, case=case, text="说明。", now=now),
        lambda: services.confirm_case(head, case=case, reason="属实", now=now),
        lambda: services.clear_case(clerk, case=case, reason="成立", now=now),
        lambda: services.lift_case(head, case=case, reason="复核", now=now),
    ]


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_stored_is_what_the_core_says(data: st.DataObject) -> None:
    with transaction.atomic():
        road = make_road()
        issued(road)
        day = ISSUED
        random = data.draw(st.randoms(use_true_random=False))
        for _ in range(data.draw(st.integers(5, 40))):
            day += timedelta(days=random.choice([0, 0, 0, 0, 1, 4]))
            rows = list(Assignment.objects.select_related("organization").order_by("organization", "pk"))
            row = rows[
                min(random.randrange(len(rows)), random.randrange(len(rows)))
            ]  # rather the first school's
            _one_of(random.sample(deeds(road, day, row), k=8))
        services.refresh_due(today=day)
        _check_standings(day)
        assert faults() == []
        _check_notices()
        transaction.set_rollback(True)


def _one_of(choices: list[Callable[[], object]]) -> None:
    """Do the first that is not refused, if there is one."""
    for deed in choices:
        try:
            with transaction.atomic():
                deed()
        except (Refused, NotFound, Forbidden):
            continue
        return


def _check_standings(day: date) -> None:
    stored = {row.pk: row for row in Assignment.objects.all()}
    fresh = list(with_terms())
    restand(fresh, today=day, calendar=work_calendar())
    for row in fresh:
        assert row.counted == stored[row.pk].counted
        if row.counted:
            told = {name: getattr(row, name) for name in STORED}
            assert told == {name: getattr(stored[row.pk], name) for name in STORED}


def _check_notices() -> None:
    """No to-do is left about what is closed, and each open one can still be done."""
    waiting = {notice.object for notice in Notice.objects.filter(code="assignment.report", settled_at=None)}
    under_way = set(
        Assignment.objects.filter(state__in=["adopted", "acted", "returned"]).values_list("pk", flat=True)
    )
    assert waiting == under_way
