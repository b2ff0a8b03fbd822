"""Every no of the road: with its reason, and nothing half-written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError

from guantong.apps.directives import services
from guantong.apps.directives.models import Assignment, Receipt
from guantong.apps.directives.rows import target_of
from guantong.apps.directives.services import Choice, PartTo
from guantong.apps.documents.services import confirm_clauses, correct_clause, reject_clause
from guantong.apps.ledger.models import Entry
from guantong.apps.notices.models import Notice
from guantong.apps.organizations.access import Forbidden
from guantong.apps.organizations.models import Kind, Organization
from guantong.core.matters import Actual, Bound, Indicator, Terms
from guantong.core.permits import Role
from guantong.core.reading.types import ClauseKind, Operator
from guantong.core.refusal import Refused

from .make import make_organization, make_person, make_post
from .road import DUE, ISSUED, Road, at, drafted, issued, later, make_road, read_notice

pytestmark = pytest.mark.django_db

NINETY = Bound(Operator.AT_LEAST, Decimal(90), "%")


def refused(code: str, call: Callable[[], object]) -> Refused:
    """The refusal of `call`, which leaves everything as it was."""
    before = [Receipt, Assignment, Entry, Notice]
    counts = [model.objects.count() for model in before]  # type: ignore[attr-defined]
    with pytest.raises(Refused) as caught:
        call()
    assert caught.value.code == code
    assert [model.objects.count() for model in before] == counts  # type: ignore[attr-defined]
    return caught.value


def issue(road: Road, **changes: object) -> object:
    assert road.directive
    asked: dict[str, object] = {"sign_days": 3, "adopt_days": 10, "now": at(ISSUED), **changes}
    return services.issue_directive(
        road.actor("secretary"),
        directive=road.directive.pk,
        **asked,  # type: ignore[arg-type]
    )


def test_no_organization() -> None:
    road = make_road()
    directive = drafted(road)
    services.address(road.actor("clerk"), directive=directive.pk, organizations=[], now=at(ISSUED))
    refused("no_organization", lambda: issue(road))


def test_no_clause() -> None:
    road = make_road()
    read_notice(road)
    assert road.document
    road.document.clauses.all().delete()
    road.directive = services.draft_directive(road.actor("clerk"), document=road.document.pk, now=at(ISSUED))
    services.address(
        road.actor("clerk"),
        directive=road.directive.pk,
        organizations=[road.schools[0].pk],
        now=at(ISSUED),
    )
    refused("no_clause", lambda: issue(road))


def test_limits() -> None:
    road = make_road()
    drafted(road)
    refused("sign_limit_short", lambda: issue(road, sign_days=1))
    refused("limits_crossed", lambda: issue(road, sign_days=5, adopt_days=4))


def test_issued_twice() -> None:
    road = make_road()
    issued(road)
    refused("no_such_move", lambda: issue(road))


def test_a_clerk_drafts_and_does_not_issue() -> None:
    road = make_road()
    directive = drafted(road)
    with pytest.raises(Forbidden):
        services.issue_directive(
            road.actor("clerk"), directive=directive.pk, sign_days=3, adopt_days=10, now=at(ISSUED)
        )


def test_a_date_in_the_past_and_a_target_that_is_none() -> None:
    road = make_road()
    directive = drafted(road)
    clause = road.clause(ClauseKind.DUTY).pk

    def choose(choice: Choice) -> object:
        return services.choose_clauses(
            road.actor("clerk"), directive=directive.pk, choices=[choice], now=at(ISSUED)
        )

    refused("due_past", lambda: choose(Choice(clause, Indicator.MILESTONE, due=date(2026, 3, 8))))
    refused("due_missing", lambda: choose(Choice(clause, Indicator.MILESTONE)))
    refused("reason_missing", lambda: choose(Choice(clause, Indicator.REPORT_BACK, due=DUE)))
    refused(
        "target_empty",
        lambda: choose(
            Choice(clause, Indicator.NUMERIC, target=Bound(Operator.AT_LEAST, Decimal(0), "%"), due=DUE)
        ),
    )
    refused("unknown_clause", lambda: choose(Choice(10**6, Indicator.MILESTONE, due=DUE)))


@pytest.mark.parametrize("typed", ["九十", "-1", "NaN", "Infinity", "1e99", "90；", "0.00001"])
def test_a_target_that_is_not_a_number(typed: str) -> None:
    with pytest.raises(Refused, match="target_not_a_number"):
        target_of(">=", typed, "%")


@pytest.mark.parametrize(("typed", "value"), [("90", 90), (" 90% ", 90), ("90％", 90), ("2.5", "2.5")])
def test_a_target_as_people_type_it(typed: str, value: int | str) -> None:
    assert target_of(">=", typed, " % ") == Bound(Operator.AT_LEAST, Decimal(value), "%")
    assert target_of(">=", "  ", "%") is None


def test_more_than_ten_asking_clauses_need_a_second_pair_of_eyes() -> None:
    road = make_road()
    text = "关于重点工作的通知\n" + "".join(
        f"{n}．各学校要在6月{n}日前完成第{n}项排查整治，形成清单。\n" for n in range(1, 12)
    )
    read_notice(road, text)
    assert road.document
    clerk = road.actor("clerk")
    road.directive = services.draft_directive(clerk, document=road.document.pk, now=at(ISSUED))
    choices = [Choice(c.pk, Indicator.MILESTONE, due=DUE) for c in road.document.clauses.all()]
    assert len(choices) == 11
    services.choose_clauses(clerk, directive=road.directive.pk, choices=choices, now=at(ISSUED))
    services.address(clerk, directive=road.directive.pk, organizations=[road.schools[0].pk], now=at(ISSUED))
    refused("second_approval_missing", lambda: issue(road))
    services.submit_directive(clerk, directive=road.directive.pk, now=at(ISSUED))
    secretary = road.actor("secretary")
    services.approve_directive(secretary, directive=road.directive.pk, now=at(ISSUED))
    refused("second_approval_same_person", lambda: issue(road))  # who approves does not issue
    services.return_directive(secretary, directive=road.directive.pk, now=at(ISSUED))
    services.submit_directive(clerk, directive=road.directive.pk, now=at(ISSUED))
    services.approve_directive(road.actor("in-charge"), directive=road.directive.pk, now=at(ISSUED))
    issue(road)
    assert Assignment.objects.count() == 11


def test_a_report_back_needs_the_approvers_consent() -> None:
    road = make_road()
    read_notice(road)
    choice = Choice(road.clause(ClauseKind.DUTY).pk, Indicator.REPORT_BACK, due=DUE, reason="需要了解做法")
    assert road.document
    clerk = road.actor("clerk")
    road.directive = services.draft_directive(clerk, document=road.document.pk, now=at(ISSUED))
    services.choose_clauses(clerk, directive=road.directive.pk, choices=[choice], now=at(ISSUED))
    services.address(clerk, directive=road.directive.pk, organizations=[road.schools[0].pk], now=at(ISSUED))
    refused("consent_missing", lambda: issue(road))
    services.submit_directive(clerk, directive=road.directive.pk, now=at(ISSUED))
    services.approve_directive(road.actor("in-charge"), directive=road.directive.pk, now=at(ISSUED))
    issue(road)


def test_whom_it_may_be_addressed_to() -> None:
    road = make_road()
    directive = drafted(road)
    clerk = road.actor("clerk")
    elsewhere = make_organization(name="别区教育工委", kind=Kind.WORK_COMMITTEE)
    section = make_organization(road.district, name="组织科", kind=Kind.SECTION)
    closed = make_organization(road.district, name="旧校支部")
    Organization.objects.filter(pk=closed.pk).update(closed_on=ISSUED)

    def address(*organizations: Organization) -> object:
        keys = [each.pk for each in organizations]
        return services.address(clerk, directive=directive.pk, organizations=keys, now=at(ISSUED))

    refused("not_below", lambda: address(elsewhere))
    refused("not_below", lambda: address(road.district))
    refused("without_party_duties", lambda: address(section))
    refused("organization_closed", lambda: address(closed))
    refused("organization_twice", lambda: address(road.schools[0], road.schools[0]))
    Organization.objects.filter(pk=elsewhere.pk).update(guided_by=road.district)
    address(elsewhere, road.schools[0])  # guided: it may be addressed and asked
    issue(road)
    row = road.assignment(elsewhere)
    assert row.guided


def test_an_organization_only_guided_is_asked_and_not_exempted() -> None:
    road = make_road()
    directive = drafted(road)
    street = make_organization(name="街道党工委", kind=Kind.WORK_COMMITTEE)
    private = make_organization(street, name="民办学校支部")
    Organization.objects.filter(pk=private.pk).update(guided_by=road.district)
    services.address(road.actor("clerk"), directive=directive.pk, organizations=[private.pk], now=at(ISSUED))
    issue(road)
    person = make_person(private)
    make_post(person, private, Role.BRANCH_SECRETARY)
    road.people["private"] = person.pk
    road.adopted(private, "private")
    row = road.assignment(private)
    assert row.guided
    reason = "人手不足"
    refused(
        "only_guided",
        lambda: services.request_exemption(
            road.actor("private"), assignment=row.pk, reason=reason, now=at(ISSUED)
        ),
    )


def test_signing_and_adopting_twice() -> None:
    road = make_road()
    issued(road)
    school, actor = road.schools[0], road.actor("school-0")
    receipt = road.receipt(school).pk
    refused("not_signed", lambda: services.adopt_as_assigned(actor, receipt=receipt, now=at(ISSUED)))
    road.adopted(school, "school-0")
    refused("already_signed", lambda: services.sign_receipt(actor, receipt=receipt, now=at(ISSUED)))
    refused("nothing_to_adopt", lambda: services.adopt_as_assigned(actor, receipt=receipt, now=at(ISSUED)))
    row = road.assignment(school)
    refused(
        "no_such_move",
        lambda: services.adopt_assignment(
            actor, assignment=row.pk, terms=Terms(Indicator.NUMERIC, NINETY, DUE), now=at(ISSUED)
        ),
    )


def test_adopting_otherwise_has_its_bounds() -> None:
    road = make_road()
    issued(road)
    road.signed(road.schools[0], "school-0")
    row, actor = road.assignment(road.schools[0]), road.actor("school-0")
    terms = Terms(Indicator.NUMERIC, NINETY, DUE)

    def adopt(changed: Terms, measure: str = "") -> object:
        return services.adopt_assignment(
            actor, assignment=row.pk, terms=changed, measure=measure, now=at(ISSUED)
        )

    refused("due_past", lambda: adopt(replace(terms, due=date(2026, 3, 1))))
    refused("not_asking", lambda: adopt(replace(terms, indicator=Indicator.INFORMATION)))
    refused("owner_elsewhere", lambda: adopt(replace(terms, owner_id=str(road.people["school-1"]))))
    refused("text_long", lambda: adopt(terms, "长" * 2001))


def test_progress_and_reports_have_their_bounds() -> None:
    road = make_road()
    issued(road)
    road.adopted(road.schools[0], "school-0")
    row, actor = road.assignment(road.schools[0]), road.actor("school-0", later(1))

    def act(day: date, text: str = "开了会。") -> object:
        return services.record_progress(actor, assignment=row.pk, held_on=day, text=text, now=at(later(1)))

    def report(**given: object) -> object:
        asked: dict[str, object] = {"done_on": later(1), "actual": Actual(9, 10), **given}
        return services.report_done(
            actor,
            assignment=row.pk,
            now=at(later(1)),
            **asked,  # type: ignore[arg-type]
        )

    refused("day_ahead", lambda: act(later(2)))
    refused("before_handed_on", lambda: act(later(-1)))
    refused("text_missing", lambda: act(ISSUED, "  "))
    refused("no_such_move", report)  # no action yet
    act(ISSUED)
    refused("figure_missing", lambda: report(actual=None))
    refused("figure_of_other_kind", lambda: report(actual=Actual(9)))
    refused("day_ahead", lambda: report(done_on=later(2)))
    refused("before_handed_on", lambda: report(done_on=later(-1)))
    refused("part_over_whole", lambda: report(actual=Actual(9, 1)))
    report()
    refused("no_such_move", report)


def test_splitting_has_its_bounds() -> None:
    road = make_road()
    issued(road)
    road.adopted(road.schools[0], "school-0")
    row, actor = road.assignment(road.schools[0]), road.actor("school-0")
    branch = road.branches[0].pk

    def split(*parts: PartTo, sign_days: int = 2) -> object:
        return services.split_assignment(
            actor, assignment=row.pk, parts=parts, sign_days=sign_days, adopt_days=5, now=at(ISSUED)
        )

    refused("no_part", split)
    refused("not_below", lambda: split(PartTo(road.schools[1].pk)))
    refused("not_below", lambda: split(PartTo(10**6)))
    refused("owner_missing", lambda: split(PartTo(road.schools[0].pk)))
    refused("part_later", lambda: split(PartTo(branch, due=date(2026, 7, 1))))
    refused("parts_below_target", lambda: split(PartTo(branch, target=replace(NINETY, value=Decimal(80)))))
    refused("target_other", lambda: split(PartTo(branch, target=replace(NINETY, unit="人"))))
    refused("sign_limit_short", lambda: split(PartTo(branch), sign_days=1))
    refused("part_twice", lambda: split(PartTo(branch), PartTo(branch)))
    split(PartTo(branch))
    refused("already_part", lambda: split(PartTo(branch)))


def test_nothing_is_done_under_a_directive_that_has_ended() -> None:
    road = make_road()
    directive = issued(road)
    services.repeal_directive(
        road.actor("secretary"), directive=directive.pk, reason="另文部署", now=at(ISSUED)
    )
    receipt = road.receipt(road.schools[0]).pk
    refused(
        "directive_ended",
        lambda: services.sign_receipt(road.actor("school-0"), receipt=receipt, now=at(ISSUED)),
    )


def test_the_database_itself_holds_one_receipt_each() -> None:
    road = make_road()
    directive = issued(road)
    with pytest.raises(IntegrityError):
        Receipt.objects.create(
            directive=directive, organization=road.schools[0], handed_on=ISSUED, sign_by=ISSUED
        )


def test_only_what_a_person_confirmed_is_handed_down() -> None:
    road = make_road()
    read_notice(road)
    assert road.document
    clerk = road.actor("clerk")
    road.document.clauses.update(state="proposed")
    drafted_again(road)
    assert refused("clauses_unconfirmed", lambda: issue(road)).facts["clauses"] == 6
    confirm_clauses(clerk, document=road.document.pk, now=at(ISSUED))
    issue(road)


def test_what_became_of_a_clause_after_the_draft_is_heeded() -> None:
    road = make_road()
    directive = drafted(road)
    clerk = road.actor("clerk")
    chosen = road.clause(ClauseKind.DUTY)
    reject_clause(clerk, clause=chosen.pk, now=at(ISSUED))
    refused("chosen_rejected", lambda: issue(road))
    assert road.document
    confirm_clauses(clerk, document=road.document.pk, clauses=[chosen.pk], now=at(ISSUED))
    correct_clause(clerk, clause=chosen.pk, kind=ClauseKind.ATTITUDE, now=at(ISSUED))
    refused("only_transmitted", lambda: issue(road))
    services.choose_clauses(clerk, directive=directive.pk, choices=[], now=at(ISSUED))
    issue(road)
    assert Assignment.objects.count() == 0


def drafted_again(road: Road) -> None:
    assert road.document
    clerk = road.actor("clerk")
    road.directive = services.draft_directive(clerk, document=road.document.pk, now=at(ISSUED))
    services.address(clerk, directive=road.directive.pk, organizations=[road.schools[0].pk], now=at(ISSUED))


def test_dates_and_limits_stay_within_reach() -> None:
    road = make_road()
    drafted(road)
    refused("limit_long", lambda: issue(road, adopt_days=10**6))
    refused("text_long", lambda: issue(road, urgent_reason="急" * 201))
    issue(road, urgent_reason="   ")
    road.signed(road.schools[0], "school-0")
    row, actor = road.assignment(road.schools[0], 1), road.actor("school-0")
    far = Terms(Indicator.MILESTONE, due=date(9999, 12, 31))
    refused("due_far", lambda: services.adopt_assignment(actor, assignment=row.pk, terms=far, now=at(ISSUED)))
    refused(
        "due_far",
        lambda: services.request_adjustment(
            actor, assignment=row.pk, terms=far, reason="顺延", now=at(ISSUED)
        ),
    )


def test_a_prohibition_is_never_reported_by_those_it_binds() -> None:
    road = make_road()
    directive = drafted(road)
    choice = Choice(road.clause(ClauseKind.PROHIBITION).pk, Indicator.MILESTONE, due=DUE)
    refused(
        "prohibition_computed",
        lambda: services.choose_clauses(
            road.actor("clerk"), directive=directive.pk, choices=[choice], now=at(ISSUED)
        ),
    )
