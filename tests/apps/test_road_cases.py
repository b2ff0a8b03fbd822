"""Facts, and what people make of them: the organization is asked first, and only a person confirms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from guantong.apps.directives import services
from guantong.apps.directives.models import Assignment, Case
from guantong.apps.directives.rows import case_of
from guantong.apps.figures.queries import gauges_of
from guantong.apps.notices.queries import open_notices
from guantong.apps.organizations.access import Forbidden, NotFound
from guantong.apps.replies.models import Outcome, Reply
from guantong.core.deviation import Deviation
from guantong.core.matters import Actual, Bound, Indicator, Terms
from guantong.core.reading.types import Operator
from guantong.core.refusal import Refused

from .road import DUE, ISSUED, Road, at, issued, later, make_road

pytestmark = pytest.mark.django_db

ASKED_ON = date(2026, 3, 10)  # a Tuesday: three working days are over with Friday
DECIDED_ON = date(2026, 3, 16)
LESS = Terms(Indicator.NUMERIC, Bound(Operator.AT_LEAST, Decimal(80), "%"), date(2026, 7, 10))


def discounted() -> tuple[Road, Assignment]:
    """The first school takes a clause on with a lower target and a later date."""
    road = make_road()
    issued(road)
    road.signed(road.schools[0], "school-0")
    row = road.assignment(road.schools[0])
    services.adopt_assignment(road.actor("school-0"), assignment=row.pk, terms=LESS, now=at(ISSUED, 11))
    row.refresh_from_db()
    return road, row


def counts(road: Road) -> tuple[int, int]:
    """Discounted: to be explained, and confirmed."""
    assert road.directive
    gauge = gauges_of(path=road.district.path, directive=road.directive.pk).deviation
    return gauge.to_explain[Deviation.DISCOUNTED], gauge.confirmed[Deviation.DISCOUNTED]


def asked(road: Road, row: Assignment) -> Case:
    return services.ask_case(road.actor("clerk", ASKED_ON), assignment=row.pk, now=at(ASKED_ON))


def test_a_lower_target_is_a_neutral_fact_until_a_person_confirms() -> None:
    road, row = discounted()
    assert (row.fact, row.confirmed, counts(road)) == ("target_below", "", (1, 0))
    case = asked(road, row)
    assert case.explain_by == date(2026, 3, 13)
    assert next(n.code for n in open_notices(road.actor("school-0", ASKED_ON))) == "assignment.explain"
    services.explain_case(
        road.actor("school-0", ASKED_ON),
        case=case.pk,
        text="两名支部书记借调在外，可否降低。",
        now=at(ASKED_ON, 15),
    )
    with pytest.raises(Refused, match="still_time_to_explain"):
        services.confirm_case(
            road.actor("secretary", ASKED_ON), case=case.pk, reason="核实属实", now=at(ASKED_ON, 16)
        )
    assert counts(road) == (1, 0)
    secretary = road.actor("secretary", DECIDED_ON)
    assert [n.code for n in open_notices(secretary)] == ["assignment.judge"]
    services.confirm_case(secretary, case=case.pk, reason="未经批准降低目标。", now=at(DECIDED_ON))
    row.refresh_from_db()
    case.refresh_from_db()
    assert (row.fact, row.confirmed, counts(road)) == ("", "discounted", (0, 1))
    assert case_of(case).term == "打折扣"
    assert list(open_notices(secretary)) == []
    reply = Reply.objects.get()
    assert (reply.outcome, reply.decision) == (Outcome.REFUSED, "未经批准降低目标。")


def test_an_explanation_that_is_accepted_makes_room_for_the_next_fact() -> None:
    road, row = discounted()
    case = asked(road, row)
    services.clear_case(road.actor("clerk", ASKED_ON), case=case.pk, reason="借调属实", now=at(ASKED_ON, 16))
    row.refresh_from_db()
    assert (row.fact, row.confirmed) == ("date_later", "")
    second = asked(road, row)
    assert second.fact == "date_later"


def test_what_was_put_right_in_time_is_not_confirmed() -> None:
    road = make_road()
    issued(road)
    row = road.assignment(road.schools[0])
    late = date(2026, 3, 16)
    services.refresh_due(today=late)
    row.refresh_from_db()
    assert row.fact == "signed_late"
    case = services.ask_case(road.actor("clerk", late), assignment=row.pk, now=at(late))
    road.signed(road.schools[0], "school-0", date(2026, 3, 17))
    after = date(2026, 3, 23)
    with pytest.raises(Refused, match="put_right"):
        services.confirm_case(road.actor("in-charge", after), case=case.pk, reason="属实", now=at(after))


def test_a_lower_target_is_put_right_by_taking_on_what_was_asked() -> None:
    road, row = discounted()
    case = asked(road, row)
    services.restore_assignment(road.actor("school-0", ASKED_ON), assignment=row.pk, now=at(ASKED_ON, 16))
    row.refresh_from_db()
    assert row.adopted_terms_id == row.assigned_terms_id
    assert (row.adopted_on, row.owner_id) == (ISSUED, road.people["school-0"])
    with pytest.raises(Refused, match="as_asked"):
        services.restore_assignment(road.actor("school-0", ASKED_ON), assignment=row.pk, now=at(ASKED_ON, 17))
    with pytest.raises(Refused, match="put_right"):
        services.confirm_case(
            road.actor("secretary", DECIDED_ON), case=case.pk, reason="属实", now=at(DECIDED_ON)
        )
    services.clear_case(road.actor("clerk", DECIDED_ON), case=case.pk, reason="已改正", now=at(DECIDED_ON))
    row.refresh_from_db()
    assert (row.fact, row.confirmed) == ("", "")


def test_a_confirmation_can_be_taken_back() -> None:
    road, row = discounted()
    case = asked(road, row)
    in_charge = road.actor("in-charge", DECIDED_ON)
    services.confirm_case(in_charge, case=case.pk, reason="属实", now=at(DECIDED_ON))
    with pytest.raises(Refused, match="reason_missing"):
        services.lift_case(in_charge, case=case.pk, reason=" ", now=at(DECIDED_ON))
    services.lift_case(in_charge, case=case.pk, reason="复核后不成立", now=at(DECIDED_ON))
    row.refresh_from_db()
    assert row.confirmed == ""


def test_one_case_at_a_time_and_only_about_what_is_seen() -> None:
    road, row = discounted()
    asked(road, row)
    with pytest.raises(Refused, match="case_open"):
        asked(road, row)
    quiet = road.assignment(road.schools[0], 1)
    with pytest.raises(Refused, match="nothing_to_explain"):
        services.ask_case(road.actor("clerk"), assignment=quiet.pk, now=at(ISSUED))
    with pytest.raises(Refused, match="explain_limit_short"):
        services.ask_case(
            road.actor("clerk", later(30)),
            assignment=road.assignment(road.schools[1]).pk,
            days=2,
            now=at(later(30)),
        )


def test_who_may_follow_up() -> None:
    road, row = discounted()
    with pytest.raises(Forbidden):  # a school does not question itself
        services.ask_case(road.actor("school-0"), assignment=row.pk, now=at(ISSUED))
    case = services.ask_case(road.actor("discipline", ASKED_ON), assignment=row.pk, now=at(ASKED_ON))
    for stranger in ("school-1", "member", "branch-0"):
        with pytest.raises(NotFound):
            services.explain_case(road.actor(stranger, ASKED_ON), case=case.pk, text="x", now=at(ASKED_ON))
    with pytest.raises(Forbidden):  # the clerk asks and clears, and does not confirm
        services.confirm_case(
            road.actor("clerk", DECIDED_ON), case=case.pk, reason="属实", now=at(DECIDED_ON)
        )


def test_an_approved_adjustment_leaves_no_fact() -> None:
    road, row = discounted()
    reply = services.request_adjustment(
        road.actor("school-0"), assignment=row.pk, terms=LESS, reason="两人借调在外", now=at(ISSUED, 12)
    )
    assert [n.code for n in open_notices(road.actor("in-charge"))] == ["assignment.decide"]
    services.decide_request(
        road.actor("in-charge"), reply=reply.pk, approve=True, reason="同意", now=at(ISSUED, 13)
    )
    row.refresh_from_db()
    assert row.fact == ""
    assert row.due == date(2026, 7, 10)  # held to the adjusted terms
    assert row.assigned_terms.due == DUE  # and what was assigned stays
    waiting = [n for n in open_notices(road.actor("school-0")) if n.code == "assignment.report"]
    assert [(n.object, n.due) for n in waiting] == [(row.pk, date(2026, 7, 10))]


def test_a_request_is_decided_once_and_with_a_reason() -> None:
    road, row = discounted()
    school, in_charge = road.actor("school-0"), road.actor("in-charge")
    with pytest.raises(Refused, match="reason_missing"):
        services.request_adjustment(school, assignment=row.pk, terms=LESS, reason="", now=at(ISSUED))
    reply = services.request_adjustment(
        school, assignment=row.pk, terms=LESS, reason="人手不足", now=at(ISSUED)
    )
    with pytest.raises(Refused, match="reply_waits"):
        services.request_adjustment(school, assignment=row.pk, terms=LESS, reason="再次申请", now=at(ISSUED))
    with pytest.raises(Refused, match="reason_missing"):
        services.decide_request(in_charge, reply=reply.pk, approve=False, reason="", now=at(ISSUED))
    with pytest.raises(Forbidden):
        services.decide_request(road.actor("clerk"), reply=reply.pk, approve=True, reason="", now=at(ISSUED))
    services.decide_request(in_charge, reply=reply.pk, approve=False, reason="目标不可降低", now=at(ISSUED))
    row.refresh_from_db()
    assert (row.fact, row.adjusted_terms) == ("target_below", None)
    with pytest.raises(Refused, match="reply_decided"):
        services.decide_request(in_charge, reply=reply.pk, approve=True, reason="", now=at(ISSUED))


def test_what_was_asked_for_is_needless_once_it_is_verified() -> None:
    road, row = discounted()
    school = road.actor("school-0")
    services.request_adjustment(school, assignment=row.pk, terms=LESS, reason="人手不足", now=at(ISSUED))
    services.record_progress(school, assignment=row.pk, held_on=ISSUED, text="完成。", now=at(ISSUED))
    services.report_done(school, assignment=row.pk, done_on=ISSUED, actual=Actual(9, 10), now=at(ISSUED))
    services.verify_assignment(road.actor("clerk"), assignment=row.pk, now=at(ISSUED))
    asked = Reply.objects.get(kind="adjust")
    assert (asked.outcome, asked.decision) == (Outcome.REFUSED, "任务已核验办结，不再审批。")
    assert list(open_notices(road.actor("in-charge"))) == []


def test_a_past_date_is_no_adjustment() -> None:
    road, row = discounted()
    with pytest.raises(Refused, match="due_past"):
        services.request_adjustment(
            road.actor("school-0"),
            assignment=row.pk,
            terms=replace(LESS, due=date(2026, 3, 1)),
            reason="x",
            now=at(ISSUED),
        )


def test_an_exempted_assignment_is_in_no_figure() -> None:
    road, row = discounted()
    reply = services.request_exemption(
        road.actor("school-0"), assignment=row.pk, reason="学校已停办", now=at(ISSUED)
    )
    services.decide_request(
        road.actor("secretary"), reply=reply.pk, approve=True, reason="情况属实", now=at(ISSUED)
    )
    row.refresh_from_db()
    assert (row.state, row.counted, row.look_at) == ("exempted", 0, None)
    assert counts(road) == (0, 0)
    codes = [n.object for n in open_notices(road.actor("school-0")) if n.code == "assignment.report"]
    assert row.pk not in codes
