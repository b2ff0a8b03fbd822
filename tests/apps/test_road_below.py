"""What goes further down, what comes back up, and what is closed from above."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from guantong.apps.directives import services
from guantong.apps.directives.models import Assignment, Receipt
from guantong.apps.directives.queries import clauses_in_use
from guantong.apps.documents.services import reject_clause
from guantong.apps.figures.queries import gauges_of
from guantong.apps.notices.models import Notice
from guantong.apps.notices.queries import open_notices
from guantong.apps.organizations.access import Forbidden
from guantong.apps.organizations.models import Vacation
from guantong.core.matters import Actual, Periods
from guantong.core.permits import Role
from guantong.core.reading.types import ClauseKind
from guantong.core.refusal import Refused

from .make import make_person, make_post
from .road import ISSUED, Road, at, drafted, issued, later, make_road

pytestmark = pytest.mark.django_db


def split() -> tuple[Road, Assignment, list[Assignment]]:
    """The first school hands the rate on to both of its branches, two days after the issue."""
    road = make_road()
    issued(road)
    road.adopted(road.schools[0], "school-0")
    row = road.assignment(road.schools[0])
    parts = services.split_assignment(
        road.actor("school-0", later(2)),
        assignment=row.pk,
        parts=[services.PartTo(branch.pk) for branch in road.branches],
        sign_days=2,
        adopt_days=5,
        now=at(later(2)),
    )
    row.refresh_from_db()
    return road, row, parts


def carried_out(road: Road, part: Assignment, who: str, actual: Actual, day: date) -> None:
    branch = part.organization
    road.adopted(branch, who, later(3))
    actor = road.actor(who, day)
    services.record_progress(actor, assignment=part.pk, held_on=day, text="已完成轮训。", now=at(day))
    services.report_done(actor, assignment=part.pk, done_on=day, actual=actual, now=at(day))
    services.verify_assignment(road.actor("school-0", day), assignment=part.pk, now=at(day, 15))


def test_parts_go_down_with_a_receipt_of_their_own() -> None:
    road, row, parts = split()
    assert (row.is_split, row.passed_on, row.kept_days) == (True, later(2), 2)
    assert [part.level for part in parts] == [3, 3]
    assert {part.parent_id for part in parts} == {row.pk}
    assert Receipt.objects.filter(organization__in=road.branches).count() == 2
    assert [n.code for n in open_notices(road.actor("branch-0", later(2)))] == ["receipt.sign"]


def test_a_school_has_acted_through_its_parts_and_reports_when_they_are_verified() -> None:
    road, row, parts = split()
    day = later(40)
    actor = road.actor("school-0", day)
    carried_out(road, parts[0], "branch-0", Actual(9, 10), day)
    row.refresh_from_db()
    assert (row.state, row.acted, row.acted_on, row.fact) == ("acted", 1, day, "")
    with pytest.raises(Refused, match="parts_open"):
        services.report_done(actor, assignment=row.pk, done_on=day, actual=Actual(9, 10), now=at(day))
    carried_out(road, parts[1], "branch-1", Actual(10, 10), day)
    services.report_done(actor, assignment=row.pk, done_on=day, actual=Actual(19, 20), now=at(day, 16))
    assert "assignment.verify" in [n.code for n in open_notices(road.actor("clerk", day))]


def test_parts_are_verified_by_the_organization_that_split() -> None:
    road, _, parts = split()
    day = later(40)
    road.adopted(road.branches[0], "branch-0", later(3))
    actor = road.actor("branch-0", day)
    services.record_progress(actor, assignment=parts[0].pk, held_on=day, text="完成。", now=at(day))
    services.report_done(actor, assignment=parts[0].pk, done_on=day, actual=Actual(9, 10), now=at(day))
    assert [n.code for n in open_notices(road.actor("clerk", day))] == []
    assert "assignment.verify" in [n.code for n in open_notices(road.actor("school-0", day))]
    with pytest.raises(Forbidden):  # not over the head of the school that handed it on
        services.verify_assignment(road.actor("clerk", day), assignment=parts[0].pk, now=at(day))


def to_a_person() -> tuple[Road, Assignment, Assignment]:
    """The first school gives the rate to its principal, who may record what is done."""
    road = make_road()
    issued(road)
    principal = make_person(road.schools[0], name="principal")
    make_post(principal, road.schools[0], Role.PRINCIPAL)
    road.people["principal"] = principal.pk
    road.adopted(road.schools[0], "school-0")
    row = road.assignment(road.schools[0])
    (part,) = services.split_assignment(
        road.actor("school-0"),
        assignment=row.pk,
        parts=[services.PartTo(road.schools[0].pk, owner=principal.pk)],
        sign_days=2,
        adopt_days=5,
        now=at(ISSUED),
    )
    return road, row, part


def test_a_persons_part_is_in_no_figure_and_signs_with_its_organization() -> None:
    road, row, part = to_a_person()
    assert (part.within, part.counted, part.state, part.look_at) == (True, 0, "signed", None)
    assert Receipt.objects.count() == 3
    row.refresh_from_db()
    assert row.passed_on is None
    with pytest.raises(Refused, match="owner_cannot_act"):
        services.split_assignment(
            road.actor("school-0"),
            assignment=row.pk,
            parts=[services.PartTo(road.schools[0].pk, owner=road.people["member"])],
            sign_days=2,
            adopt_days=5,
            now=at(ISSUED),
        )


def test_a_persons_part_is_done_by_its_owner_and_verified_by_whoever_gave_it() -> None:
    road, row, part = to_a_person()
    school = road.actor("school-0")
    services.adopt_as_assigned(school, receipt=part.receipt_id, now=at(ISSUED, 12))
    part.refresh_from_db()
    assert part.owner_id == road.people["principal"]  # adopting does not take it from them
    day = later(10)
    services.record_progress(
        road.actor("principal", day), assignment=part.pk, held_on=day, text="已组织轮训。", now=at(day)
    )
    clerk = make_person(road.schools[0], name="office")
    make_post(clerk, road.schools[0], Role.PARTY_OFFICE)
    road.people["office"] = clerk.pk
    services.report_done(
        road.actor("office", day), assignment=part.pk, done_on=day, actual=Actual(9, 10), now=at(day)
    )
    with pytest.raises(Refused, match="own_report"):
        services.verify_assignment(road.actor("office", day), assignment=part.pk, now=at(day))
    services.verify_assignment(road.actor("school-0", day), assignment=part.pk, now=at(day))
    row.refresh_from_db()
    assert (row.state, row.acted_on) == ("acted", day)  # through its part


def test_what_is_taken_back_takes_its_parts_along() -> None:
    road, row, parts = split()
    services.withdraw_assignment(
        road.actor("secretary", later(5)), assignment=row.pk, reason="并入另文", now=at(later(5))
    )
    states = set(
        Assignment.objects.filter(pk__in=[row.pk, *(part.pk for part in parts)]).values_list("state")
    )
    assert states == {("withdrawn",)}
    assert not Notice.objects.filter(code="assignment.report", object=row.pk, settled_at=None).exists()


def test_withdrawn_before_anybody_signed_repealed_after() -> None:
    road = make_road()
    directive = issued(road)
    secretary = road.actor("secretary")
    road.signed(road.schools[0], "school-0")
    with pytest.raises(Refused, match="signed_for_already"):
        services.withdraw_directive(secretary, directive=directive.pk, reason="有误", now=at(ISSUED))
    services.repeal_directive(secretary, directive=directive.pk, reason="另文部署", now=at(ISSUED))
    assert set(Assignment.objects.values_list("state", "counted")) == {("repealed", 0)}
    assert not Notice.objects.filter(settled_at=None).exists()
    assert gauges_of(path=road.district.path, directive=directive.pk).funnel[0].share.of == 0


def test_concluded_when_everything_is_closed() -> None:
    road = make_road()
    directive = issued(road)
    secretary = road.actor("secretary")
    with pytest.raises(Refused, match="still_open"):
        services.conclude_directive(secretary, directive=directive.pk, now=at(ISSUED))
    for row in Assignment.objects.filter(directive=directive):
        services.withdraw_assignment(secretary, assignment=row.pk, reason="停办", now=at(ISSUED))
    services.conclude_directive(secretary, directive=directive.pk, now=at(ISSUED))


def test_a_prohibition_is_inspected_and_a_breach_is_a_fact() -> None:
    road = make_road()
    issued(road)
    row = road.assignment(road.schools[0], 2)
    day = later(30)
    discipline = road.actor("discipline", day)
    road.adopted(road.schools[0], "school-0")
    services.refresh_due(today=day)
    row.refresh_from_db()
    assert (row.fact, row.deviation_known) == ("", 0)  # nobody looked
    services.record_inspection(discipline, assignment=row.pk, held_on=day, found=False, now=at(day))
    row.refresh_from_db()
    assert (row.fact, row.deviation_known) == ("", 1)
    with pytest.raises(Refused, match="before_effective"):
        services.record_inspection(
            discipline, assignment=row.pk, held_on=ISSUED, found=True, note="x", now=at(day)
        )
    with pytest.raises(Refused, match="note_missing"):
        services.record_inspection(discipline, assignment=row.pk, held_on=day, found=True, now=at(day))
    services.record_inspection(
        discipline, assignment=row.pk, held_on=day, found=True, note="摊派报刊2种。", now=at(day)
    )
    row.refresh_from_db()
    assert (row.fact, row.actual_part) == ("breach_found", Decimal(1))
    other = road.assignment(road.schools[0], 0)
    with pytest.raises(Refused, match="not_a_prohibition"):
        services.record_inspection(discipline, assignment=other.pk, held_on=day, found=False, now=at(day))


def test_a_computed_assignment_is_settled_from_records() -> None:
    road = make_road()
    issued(road)
    road.signed(road.schools[0], "school-0")
    row = road.assignment(road.schools[0], 3)
    day = date(2026, 7, 1)
    periods = Periods(str(row.pk), 4, 4, 3, 2)
    counted = {row.pk: (periods, Actual(3, 4))}
    assert services.settle_assignments(counted=counted, today=day, now=at(day)) == 1
    row.refresh_from_db()
    assert (row.state, row.acted, row.periods_in_time, row.shortfall) == ("verified", 1, 2, 250_000)


def test_limits_count_school_days_unless_it_is_urgent() -> None:
    road = make_road()
    Vacation.objects.create(stage="kindergarten", name="放假", since=ISSUED, until=date(2026, 3, 20))
    drafted(road)
    assert road.directive
    services.issue_directive(
        road.actor("secretary"), directive=road.directive.pk, sign_days=3, adopt_days=10, now=at(ISSUED)
    )
    by_school = [road.receipt(school).sign_by for school in road.schools]
    assert by_school == [date(2026, 3, 12), date(2026, 3, 12), date(2026, 3, 25)]
    urgent = make_road()
    drafted(urgent)
    assert urgent.directive
    services.issue_directive(
        urgent.actor("secretary"),
        directive=urgent.directive.pk,
        sign_days=3,
        adopt_days=10,
        urgent_reason="汛期安全",
        now=at(ISSUED),
    )
    assert {urgent.receipt(school).sign_by for school in urgent.schools} == {date(2026, 3, 12)}


def test_what_was_handed_down_is_quoted_and_stays_as_it_is() -> None:
    road = make_road()
    drafted(road)
    clause = road.clause(ClauseKind.DUTY)
    assert clauses_in_use([clause.pk]) == set()
    assert road.directive
    services.issue_directive(
        road.actor("secretary"), directive=road.directive.pk, sign_days=3, adopt_days=10, now=at(ISSUED)
    )
    with pytest.raises(Refused, match="clause_in_use"):
        reject_clause(road.actor("clerk"), clause=clause.pk, now=at(ISSUED))


def test_what_passes_by_itself_is_looked_at_again() -> None:
    road = make_road()
    issued(road)
    assert services.refresh_due(today=date(2026, 3, 12)) == 3  # in effect: is each prohibition kept?
    assert services.refresh_due(today=date(2026, 3, 12)) == 0
    assert services.refresh_due(today=date(2026, 3, 13)) == 12
    assert set(Assignment.objects.values_list("signed_in_time", "fact")) == {(0, "signed_late")}
    assert services.refresh_due(today=date(2026, 3, 13)) == 0
