"""The main job end to end: a notice is handed down, signed for, adopted, acted on, reported and verified."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from django.db import connection

from guantong.analytics.engines import engine_on
from guantong.analytics.gauges import gauges
from guantong.analytics.run import Scope
from guantong.analytics.tables import TABLES
from guantong.apps.directives import services
from guantong.apps.directives.models import Assignment, Progress, Receipt
from guantong.apps.figures.queries import gauges_of
from guantong.apps.ledger.models import Entry
from guantong.apps.ledger.queries import faults
from guantong.apps.notices.queries import open_notices
from guantong.apps.organizations.access import Forbidden, NotFound
from guantong.core.figures import Share
from guantong.core.matters import Actual, Indicator
from guantong.core.reading.types import ClauseKind
from guantong.core.refusal import Refused

from .road import DUE, ISSUED, Road, at, issued, later, make_road

pytestmark = pytest.mark.django_db


def codes(road: Road, who: str, day: date = ISSUED) -> list[str]:
    return [notice.code for notice in open_notices(road.actor(who, day))]


def test_issuing_makes_a_receipt_each_and_an_assignment_for_what_asks() -> None:
    road = make_road()
    issued(road)
    assert Receipt.objects.count() == 3
    assert Assignment.objects.count() == 4 * 3
    assert {row.clause.kind for row in Assignment.objects.select_related("clause")} == {"duty", "prohibition"}
    first = road.assignment(road.schools[0])
    assert (first.sign_by, first.adopt_by, first.due) == (date(2026, 3, 12), date(2026, 3, 23), DUE)
    assert (first.level, first.signed, first.adopted_in_time, first.look_at) == (
        2,
        0,
        None,
        date(2026, 3, 13),
    )
    assert codes(road, "school-0") == ["receipt.sign"]
    assert codes(road, "member") == codes(road, "clerk") == []


def test_a_school_has_done_with_two_acts() -> None:
    road = make_road()
    issued(road)
    school = road.schools[0]
    road.signed(school, "school-0")
    assert codes(road, "school-0") == ["receipt.adopt"]
    services.adopt_as_assigned(road.actor("school-0"), receipt=road.receipt(school).pk, now=at(ISSUED, 11))
    numeric, milestone = road.assignment(school, 0), road.assignment(school, 1)
    assert numeric.adopted_terms_id == numeric.assigned_terms_id  # unchanged: the very same terms
    assert numeric.owner_id == road.people["school-0"]
    assert (numeric.state, milestone.state) == ("adopted", "adopted")
    assert road.assignment(school, 2).state == "signed"  # computed: asks nothing of anybody
    assert codes(road, "school-0") == ["assignment.report", "assignment.report"]


def test_from_action_to_verified() -> None:
    road = make_road()
    issued(road)
    school = road.schools[0]
    road.adopted(school, "school-0")
    row = road.assignment(school)
    day = date(2026, 6, 1)
    actor = road.actor("school-0", day)
    services.record_progress(
        actor, assignment=row.pk, held_on=date(2026, 5, 28), text="组织第一批支部书记参训。", now=at(day)
    )
    services.report_done(actor, assignment=row.pk, done_on=day, actual=Actual(19, 20), now=at(day, 10))
    assert codes(road, "clerk", day) == ["assignment.verify"]
    services.verify_assignment(road.actor("clerk", day), assignment=row.pk, now=at(day, 11))
    row.refresh_from_db()
    assert (row.state, row.acted_on, row.done_on, row.closed_on) == ("verified", date(2026, 5, 28), day, day)
    assert (row.shortfall, row.effect, row.acted_in_time) == (0, 1, 0)
    assert codes(road, "clerk", day) == []
    assert codes(road, "school-0", day) == ["assignment.report"]  # the milestone


def test_several_reports_are_verified_at_one_sitting_all_or_none() -> None:
    road = make_road()
    issued(road)
    day = later(30)
    rows = []
    for nth, school in enumerate(road.schools[:2]):
        road.adopted(school, f"school-{nth}")
        row, actor = road.assignment(school, 1), road.actor(f"school-{nth}", day)
        services.record_progress(actor, assignment=row.pk, held_on=day, text="确定项目。", now=at(day))
        services.report_done(actor, assignment=row.pk, done_on=day, now=at(day))
        rows.append(row.pk)
    clerk = road.actor("clerk", day)
    waiting = road.assignment(road.schools[0], 0).pk
    with pytest.raises(Refused, match="no_such_move"):  # adopted only
        services.verify_assignments(clerk, assignments=[*rows, waiting], now=at(day))
    with pytest.raises(NotFound):
        services.verify_assignments(road.actor("school-2", day), assignments=rows, now=at(day))
    with pytest.raises(Forbidden):
        services.verify_assignments(road.actor("school-0", day), assignments=rows[:1], now=at(day))
    assert services.verify_assignments(clerk, assignments=rows, now=at(day, 11)) == 2
    assert set(Assignment.objects.filter(pk__in=rows).values_list("state", "verified")) == {("verified", 1)}
    assert codes(road, "clerk", day) == []
    assert Entry.objects.filter(act="assignment.verified").count() == 2


def test_what_is_returned_waits_to_be_reported_again() -> None:
    road = make_road()
    issued(road)
    school = road.schools[0]
    road.adopted(school, "school-0")
    row = road.assignment(school, 1)
    day = date(2026, 5, 20)
    actor = road.actor("school-0", day)
    services.record_progress(actor, assignment=row.pk, held_on=day, text="确定项目。", now=at(day))
    services.report_done(actor, assignment=row.pk, done_on=day, now=at(day))
    with pytest.raises(Refused, match="reason_missing"):
        services.return_assignment(road.actor("clerk", day), assignment=row.pk, reason=" ", now=at(day))
    services.return_assignment(
        road.actor("clerk", day), assignment=row.pk, reason="请补充拟改变的教学指标。", now=at(day)
    )
    row.refresh_from_db()
    assert (row.state, row.reported, row.done_on) == ("returned", 0, None)
    assert codes(road, "school-0", day).count("assignment.report") == 2
    services.report_done(actor, assignment=row.pk, done_on=day, now=at(day))
    services.verify_assignment(road.actor("clerk", day), assignment=row.pk, now=at(day))


def test_the_same_form_sent_twice_makes_one_record() -> None:
    road = make_road()
    issued(road)
    road.adopted(road.schools[0], "school-0")
    row = road.assignment(road.schools[0])
    actor = road.actor("school-0", later(2))
    made = [
        services.record_progress(
            actor, assignment=row.pk, held_on=later(1), text="开了动员会。", once="f1", now=at(later(2))
        )
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert Progress.objects.count() == 1
    assert Entry.objects.filter(act="progress.recorded").count() == 1


def test_progress_refers_to_records_that_exist_and_that_one_may_see() -> None:
    road = make_road()
    issued(road)
    road.adopted(road.schools[0], "school-0")
    row = road.assignment(road.schools[0])
    assert road.document
    with pytest.raises(NotFound):  # the district's own document is not the school's to show
        services.record_progress(
            road.actor("school-0"),
            assignment=row.pk,
            held_on=ISSUED,
            text="见文件。",
            shown=[("document", road.document.pk)],
            now=at(ISSUED),
        )
    assert Progress.objects.count() == 0


def test_funnel_and_gauges_by_hand() -> None:
    """Three schools, four assignments each: one has done all, one only signed, one did nothing."""
    road = make_road()
    issued(road)
    road.adopted(road.schools[0], "school-0")
    road.signed(road.schools[1], "school-1", later(2))
    day = date(2026, 5, 29)
    actor = road.actor("school-0", day)
    for nth, actual in ((0, Actual(16, 20)), (1, None)):
        row = road.assignment(road.schools[0], nth)
        services.record_progress(actor, assignment=row.pk, held_on=later(20), text="做了。", now=at(day))
        services.report_done(actor, assignment=row.pk, done_on=day, actual=actual, now=at(day))
        services.verify_assignment(road.actor("clerk", day), assignment=row.pk, now=at(day))
    services.refresh_due(today=date(2026, 6, 1))
    assert road.directive
    found = gauges_of(path=road.district.path, directive=road.directive.pk)
    steps = {step.stage: step.share for step in found.funnel}
    assert steps["issued"] == Share(12, 12, 12)
    assert steps["signed"] == Share(8, 12, 12)
    assert steps["adopted"] == Share(2, 6, 6)
    assert steps["acted"] == Share(2, 6, 9)  # a monthly duty is asked of all three, and nobody counted yet
    assert steps["reported"] == steps["verified"] == Share(2, 6, 6)
    # known: 80 % against 90 % of one school, and three milestones, one of them in time
    assert steps["effect"] == Share(1, 4, 12)
    assert found.shortfall.known == 1
    assert found.shortfall.missing == round(10 / 90 * 1_000_000)
    assert found.shortfall.in_time == Share(1, 3, 3)
    facts = {code.value: count for code, count in found.deviation.facts.items()}
    # school 1: two not adopted (nothing was adopted in time, so not left out); school 2: four not signed for
    assert facts == {"done_below": 1, "adopted_late": 2, "signed_late": 4}
    assert all(count == 0 for count in found.deviation.confirmed.values())
    (heat,) = [each for each in found.attenuation if each.level == 2]
    assert heat.signed == Share(8, 12, 12)
    assert heat.adopted == Share(2, 6, 6)
    assert heat.acted == Share(2, 6, 6)
    assert heat.used_median == 2  # Thursday to Monday


def test_the_same_facts_exported_give_the_same_figures_on_another_engine() -> None:
    """What the pages count in place is what a nation would count over the exported facts."""
    road = make_road()
    issued(road)
    road.adopted(road.schools[0], "school-0")
    road.signed(road.schools[1], "school-1", later(2))
    services.refresh_due(today=date(2026, 6, 1))
    duck = duckdb.connect()
    for name, table in TABLES.items():
        columns = table.schema().names
        kinds = {
            column: "VARCHAR" if kind.is_string() else "BIGINT" for column, kind in table.schema().items()
        }
        duck.execute(f"CREATE TABLE facts_{name} ({', '.join(f'{c} {kinds[c]}' for c in columns)})")
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(columns)} FROM facts_{name}")  # noqa: S608  # our own names
            for row in cursor.fetchall():
                duck.execute(f"INSERT INTO facts_{name} VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608
    assert road.directive
    scope = Scope(road.district.path, road.directive.pk)
    exported = gauges(engine_on("duckdb", duck), scope)
    assert exported == gauges_of(path=road.district.path, directive=road.directive.pk)
    assert exported.funnel[0].share.of == 12


def test_every_deed_is_on_record_and_the_record_is_whole() -> None:
    road = make_road()
    issued(road)
    road.adopted(road.schools[0], "school-0")
    acts = list(Entry.objects.order_by("sequence").values_list("act", flat=True))
    assert acts == [
        *("document.imported", "clause.confirmed", "directive.drafted", "directive.clauses_chosen"),
        *("directive.addressed", "directive.issued", "receipt.handed", "receipt.handed", "receipt.handed"),
        *("receipt.signed", "receipt.adopted"),
    ]
    assert faults() == []


def test_who_may_not() -> None:
    road = make_road()
    issued(road)
    receipt = road.receipt(road.schools[0]).pk
    with pytest.raises(NotFound):
        services.sign_receipt(road.actor("school-1"), receipt=receipt, now=at(ISSUED))
    with pytest.raises(NotFound):
        services.sign_receipt(road.actor("member"), receipt=receipt, now=at(ISSUED))
    with pytest.raises(Forbidden):
        services.sign_receipt(road.actor("clerk"), receipt=receipt, now=at(ISSUED))
    road.adopted(road.schools[0], "school-0")
    row = road.assignment(road.schools[0]).pk
    with pytest.raises(Forbidden):  # nobody verifies what is their own
        services.verify_assignment(road.actor("school-0"), assignment=row, now=at(ISSUED))
    with pytest.raises(NotFound):
        services.record_progress(
            road.actor("branch-0"), assignment=row, held_on=ISSUED, text="x", now=at(ISSUED)
        )


def test_attitude_and_permission_are_only_transmitted() -> None:
    road = make_road()
    issued(road)
    assert road.document
    kinds = {clause.kind for clause in road.document.clauses.all()}
    assert {ClauseKind.ATTITUDE, ClauseKind.PERMISSION} <= kinds
    for kind in (ClauseKind.ATTITUDE, ClauseKind.PERMISSION):
        for indicator in Indicator:
            if indicator is Indicator.INFORMATION:
                continue
            fresh = services.draft_directive(road.actor("clerk"), document=road.document.pk, now=at(ISSUED))
            with pytest.raises(Refused, match="only_transmitted"):
                services.choose_clauses(
                    road.actor("clerk"),
                    directive=fresh.pk,
                    choices=[services.Choice(road.clause(kind).pk, indicator, due=DUE, reason="要求反馈")],
                    now=at(ISSUED),
                )
