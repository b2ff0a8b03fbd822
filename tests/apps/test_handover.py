"""The merger in March, and whatever else becomes of open work when the tree changes."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest

from guantong.apps.directives import services
from guantong.apps.directives.models import Assignment, Case, Directive, Receipt
from guantong.apps.directives.services import PartTo
from guantong.apps.documents.models import Document
from guantong.apps.ledger.models import Entry
from guantong.apps.ledger.queries import faults
from guantong.apps.notices.models import Notice
from guantong.apps.organizations import tree
from guantong.apps.organizations.models import Organization, Person, Post
from guantong.apps.organizations.tree import OpenWork
from guantong.core.matters import Bound, Indicator
from guantong.core.moves import AssignmentState
from guantong.core.permits import Role
from guantong.core.reading.types import ClauseKind, Operator

from .make import make_organization, make_person, make_post
from .merging import HAND_OVER, MERGED, NOW, desk, funnel, split_to_branches, states, system, verified
from .road import DUE, ISSUED, Road, at, drafted, issued, later, make_road

pytestmark = pytest.mark.django_db


def opened(road: Road) -> dict[str, OpenWork]:
    old, heir = road.schools[1], road.schools[0]
    return {each.code: each for each in tree.preview(system(road), old.pk, into=heir.pk)}


def test_the_merger_in_march() -> None:
    """Show 2: both schools until then and one after, open work where it was told to go, closed work where it was done."""
    road = make_road()
    first = issued(road).pk
    heir, old = road.schools[:2]
    road.adopted(heir, "school-0")
    road.adopted(old, "school-1")
    done = verified(road, 1, 1)  # the old school's milestone
    only_old = second_directive(road, [old])
    road.directive = Directive.objects.get(pk=first)
    eve = MERGED - timedelta(days=1)
    rows = Assignment.objects.filter(directive=first, organization=heir).order_by("pk")
    heirs = rows.values_list("pk", "state", "path", "receipt", "owner", "adopted_terms")
    stood = list(heirs)
    assert funnel(road)[0] == 12
    assert opened(road)["assignment"] == OpenWork("assignment", 7, moved=4, merged=3, withdrawn=0)

    tree.close(system(road), old.pk, into=heir.pk, work=HAND_OVER, on=MERGED, now=NOW)

    names = [{each.name for each in tree.tree_on(day)} for day in (eve, MERGED)]
    assert [("岚汀小学党委" in each, "砚舟中学党委" in each) for each in names] == [
        (True, True),
        (False, True),
    ]
    # what both had is asked once; what was closed stays where it was done; the rest is the heir's
    of_first = Assignment.objects.filter(directive=first, organization=old).order_by("clause__position")
    assert [row.state for row in of_first] == ["merged", "verified", "merged", "merged"]
    assert list(heirs.all()) == stood
    done.refresh_from_db()
    assert (done.organization, done.path, done.counted) == (old, old.path, 1)
    rows = Assignment.objects.filter(directive=only_old)
    assert set(rows.values_list("organization", "path", "state")) == {(heir.pk, heir.path, "issued")}
    assert rows.count() == 4
    into = Assignment.objects.filter(state=AssignmentState.MERGED).values_list("merged_into", flat=True)
    assert set(into) == {road.assignment(heir, n).pk for n in (0, 2, 3)}
    # every assignment of the directive that was not merged is counted, once: 12 less 3
    counted = Assignment.objects.filter(directive=first, counted=1)
    assert (counted.count(), funnel(road)[0]) == (9, 9)
    assert Counter(counted.values_list("organization", flat=True))[old.pk] == 1
    # to-dos lie at the heir's desk
    assert desk(old) == set()
    receipt = Receipt.objects.get(directive=only_old, organization=heir)
    assert ("receipt.sign", receipt.pk) in desk(heir)
    # nobody sits at the old school any more
    assert road.actor("school-1", MERGED).posts == ()
    assert Post.objects.get(person=road.people["school-1"]).until == eve
    entries = Entry.objects.filter(act__startswith="work.").order_by("sequence")
    assert [(each.act, each.organization, each.facts) for each in entries] == [
        ("work.handed", old.pk, {"moved": 4, "merged": 3}),
        ("work.received", heir.pk, {"moved": 4, "of": old.pk}),
    ]
    assert faults() == []
    # and the heir goes on with it
    services.sign_receipt(road.actor("school-0", MERGED), receipt=receipt.pk, now=NOW)
    services.adopt_as_assigned(road.actor("school-0", MERGED), receipt=receipt.pk, now=NOW)


def second_directive(road: Road, organizations: list[Organization]) -> int:
    """Another one, to some of the schools alone."""
    whole, road.schools = road.schools, organizations
    try:
        Document.objects.update(sha256="另一份")
        return issued(road).pk
    finally:
        road.schools = whole


def test_withdrawn_work_leaves_no_to_do() -> None:
    road = make_road()
    issued(road)
    old = road.schools[1]
    road.adopted(old, "school-1")
    alone = {each.code: each for each in tree.preview(system(road), old.pk)}
    assert alone["assignment"] == OpenWork("assignment", 4, withdrawn=4)
    assert alone["notice"] == OpenWork("notice", 2, withdrawn=2)
    assert alone["person"].left == 1
    tree.close(system(road), old.pk, into=road.schools[0].pk, now=NOW)  # merged, but its work is taken back
    assert states(old) == ["withdrawn"] * 4
    assert set(Assignment.objects.filter(organization=old).values_list("counted", "look_at")) == {(0, None)}
    assert desk(old) == set()
    assert states(road.schools[0]) == ["issued"] * 4
    assert tree.preview(system(road), road.schools[2].pk)[0].count == 4


def test_what_the_heir_is_given_keeps_how_far_it_has_come_with_cases_and_progress() -> None:
    road = make_road()
    heir, old, _ = road.schools
    road.schools = [old]
    issued(road)
    road.schools = [heir, old]
    road.adopted(old, "school-1")
    row = road.assignment(old, 1)
    services.record_progress(
        road.actor("school-1", later(1)), assignment=row.pk, held_on=later(1), text="已开头", now=at(later(1))
    )
    day = later(60)  # half-time is long over
    services.refresh_due(today=day)
    case = services.ask_case(
        road.actor("discipline", day), assignment=road.assignment(old, 0).pk, now=at(day)
    )
    mover = Person.objects.get(pk=road.people["school-1"])
    tree.close(system(road, day), old.pk, into=heir.pk, work=HAND_OVER, now=at(day))
    row.refresh_from_db()
    assert (row.organization, row.path, row.level) == (heir, heir.path, 2)
    assert (row.state, row.acted_on, row.owner) == ("acted", later(1), mover)
    assert row.progress.count() == 1
    receipt = road.receipt(heir)
    assert (row.receipt, receipt.signed_on, receipt.signed_by) == (receipt, ISSUED, mover.pk)
    assert Case.objects.get().assignment_id == case.assignment_id
    assert {code for code, _ in desk(heir)} == {"assignment.report", "assignment.explain"}
    services.explain_case(road.actor("school-0", day), case=case.pk, text="合并前的情况", now=at(day))
    services.report_done(road.actor("school-0", day), assignment=row.pk, done_on=day, now=at(day))
    assert ("assignment.verify", row.pk) in desk(road.district)


@pytest.mark.parametrize("before", [True, False])
def test_an_owner_who_comes_along_keeps_what_is_theirs(before: bool) -> None:
    """Transferred before, or with everybody else."""
    road = make_road()
    heir, old, _ = road.schools
    road.schools = [old]
    issued(road)
    road.adopted(old, "school-1")
    if before:
        Person.objects.filter(pk=road.people["school-1"]).update(organization=heir)
    services.split_assignment(
        road.actor("school-1", later(1)),
        assignment=road.assignment(old, 1).pk,
        parts=[PartTo(old.pk, owner=road.people["school-1"])],
        sign_days=2,
        adopt_days=5,
        now=at(later(1)),
    )
    tree.close(system(road), old.pk, into=heir.pk, work=HAND_OVER, now=NOW)
    rows = Assignment.objects.filter(organization=heir)
    assert rows.filter(within=True, parent__organization=heir).count() == 1
    owned = rows.filter(adopted_on__isnull=False)
    assert set(owned.values_list("owner", flat=True)) == {road.people["school-1"]}


def test_a_persons_part_ends_where_the_person_stays_behind() -> None:
    road = make_road()
    heir, old, _ = road.schools
    road.schools = [old]
    issued(road)
    road.adopted(old, "school-1")
    whole = road.assignment(old, 1)
    (part,) = services.split_assignment(
        road.actor("school-1", later(1)),
        assignment=whole.pk,
        parts=[PartTo(old.pk, owner=road.people["school-1"])],
        sign_days=2,
        adopt_days=5,
        now=at(later(1)),
    )
    Person.objects.filter(pk=road.people["school-1"]).update(organization=road.district)
    tree.close(system(road), old.pk, into=heir.pk, work=HAND_OVER, now=NOW)
    part.refresh_from_db()
    assert (part.state, part.organization) == ("withdrawn", old)
    head = road.actor("school-0", MERGED)
    services.record_progress(head, assignment=whole.pk, held_on=MERGED, text="接着办", now=NOW)
    services.report_done(head, assignment=whole.pk, done_on=MERGED, now=NOW)


@pytest.mark.parametrize("heir_signs", [True, False])
def test_the_heir_signs_once(heir_signs: bool) -> None:
    """Its own signature stands for what it is given; and what was adopted before is not lost by its missing one."""
    road = make_road()
    issued(road)
    heir, old, _ = road.schools
    if heir_signs:
        road.signed(heir, "school-0")
    else:
        road.adopted(old, "school-1")
    for row in Assignment.objects.filter(organization=heir)[:2]:  # the heir was let off, or never asked
        Assignment.objects.filter(pk=row.pk).delete()
    tree.close(system(road), old.pk, into=heir.pk, work=HAND_OVER, now=NOW)
    given = list(Assignment.objects.filter(organization=heir).order_by("clause__position"))
    assert [row.receipt_id for row in given] == [road.receipt(heir).pk] * 4
    if heir_signs:
        assert [row.state for row in given] == ["signed"] * 4
        assert {row.signed_on for row in given} == {ISSUED}
        assert ("receipt.adopt", road.receipt(heir).pk) in desk(heir)
    else:
        assert [row.state for row in given] == ["adopted", "adopted", "issued", "issued"]
        road.signed(heir, "school-0", MERGED)
        assert states(heir) == ["adopted", "adopted", "signed", "signed"]


def test_where_the_heir_was_let_off_the_other_is_withdrawn_and_where_it_is_done_merged() -> None:
    road = make_road()
    issued(road)
    heir, old, _ = road.schools
    road.adopted(heir, "school-0")
    done = verified(road, 0, 1)
    services.withdraw_assignment(
        road.actor("secretary", later(2)), assignment=road.assignment(heir, 0).pk, reason="另办", now=NOW
    )
    assert opened(road)["assignment"] == OpenWork("assignment", 4, merged=3, withdrawn=1)
    tree.close(system(road), old.pk, into=heir.pk, work=HAND_OVER, now=NOW)
    assert states(old) == ["withdrawn", "merged", "merged", "merged"]
    assert road.assignment(old, 1).merged_into_id == done.pk


def test_parts_of_one_whole_that_meet_are_one_and_the_whole_waits_for_no_other() -> None:
    road = make_road()
    issued(road)
    school, (one, two) = road.schools[0], road.branches
    road.adopted(school, "school-0")
    first, second = split_to_branches(road, nth=1)
    head = road.actor("school-0", MERGED)
    tree.close(head, one.pk, into=two.pk, work=HAND_OVER, now=NOW)
    first.refresh_from_db()
    assert (first.state, first.merged_into) == ("merged", second)
    signer, whole = road.actor("branch-1", MERGED), road.assignment(school, 1)
    services.sign_receipt(signer, receipt=second.receipt_id, now=NOW)
    services.adopt_as_assigned(signer, receipt=second.receipt_id, now=NOW)
    services.record_progress(signer, assignment=second.pk, held_on=MERGED, text="已办", now=NOW)
    services.report_done(signer, assignment=second.pk, done_on=MERGED, now=NOW)
    services.verify_assignment(head, assignment=second.pk, now=NOW)
    services.report_done(head, assignment=whole.pk, done_on=MERGED, now=NOW)


def test_shares_of_a_count_are_added_and_not_merged() -> None:
    road = make_road()
    issued_with_a_count(road)
    school, (one, two) = road.schools[0], road.branches
    road.adopted(school, "school-0")
    parts = services.split_assignment(
        road.actor("school-0"),
        assignment=road.assignment(school).pk,
        parts=[
            PartTo(branch.pk, target=Bound(Operator.AT_LEAST, Decimal(count), "个"))
            for branch, count in ((one, 2), (two, 3))
        ],
        sign_days=2,
        adopt_days=5,
        now=at(ISSUED, 13),
    )
    tree.close(road.actor("school-0", MERGED), one.pk, into=two.pk, work=HAND_OVER, now=NOW)
    rows = Assignment.objects.filter(parent=road.assignment(school), organization=two)
    shares = {pk: value for pk, value in rows.values_list("pk", "assigned_terms__value") if value}
    assert shares == {parts[0].pk: 2, parts[1].pk: 3}


def issued_with_a_count(road: Road) -> None:
    """One clause is handed down, of which every school has to do five."""
    directive = drafted(road, [])
    target = Bound(Operator.AT_LEAST, Decimal(5), "个")
    choice = services.Choice(road.clause(ClauseKind.DUTY, 1).pk, Indicator.NUMERIC, target=target, due=DUE)
    services.choose_clauses(road.actor("clerk"), directive=directive.pk, choices=[choice], now=at(ISSUED))
    services.issue_directive(
        road.actor("secretary"), directive=directive.pk, sign_days=3, adopt_days=10, now=at(ISSUED)
    )


def test_a_branch_merged_into_its_school_is_asked_through_the_school_alone() -> None:
    road = make_road()
    issued(road)
    school, (one, _) = road.schools[0], road.branches
    road.adopted(school, "school-0")
    first, _ = split_to_branches(road, nth=1)
    tree.close(road.actor("school-0", MERGED), one.pk, into=school.pk, work=HAND_OVER, now=NOW)
    first.refresh_from_db()
    assert (first.state, first.merged_into) == ("merged", road.assignment(school, 1))
    assert Post.objects.get(organization=one).until == MERGED - timedelta(days=1)


def test_an_office_without_party_duties_takes_no_tasks_over() -> None:
    road = make_road()
    issued(road)
    office = make_organization(road.district, name="组织科", kind="section")
    tree.close(system(road), road.schools[1].pk, into=office.pk, work=HAND_OVER, now=NOW)
    assert states(road.schools[1]) == ["withdrawn"] * 4


def test_to_dos_that_lie_at_both_desks_become_one() -> None:
    road = make_road()
    person = make_person(road.schools[0])
    make_post(person, road.schools[0], Role.SECRETARY)
    old, heir = road.schools[1], road.schools[0]
    for place in (old, heir):
        Notice.objects.create(
            desk=place, permit="receipt.sign", code="paper.read", noun="paper", object=7, made_at=NOW
        )
    tree.close(system(road), old.pk, into=heir.pk, work=HAND_OVER, now=NOW)
    assert desk(heir) == {("paper.read", 7)}
    assert Notice.objects.filter(settled_at=None).count() == 1


def test_a_to_do_is_told_to_go_over_only_where_it_does() -> None:
    """Signing for what the heir was handed too waits for the heir already; it is not handed over a second time."""
    road = make_road()
    first = issued(road).pk
    old, heir = road.schools[1], road.schools[0]
    waiting = desk(heir)
    assert opened(road)["notice"] == OpenWork("notice", 1, withdrawn=1)
    second_directive(road, [old])
    road.directive = Directive.objects.get(pk=first)
    assert opened(road)["notice"] == OpenWork("notice", 2, moved=1, withdrawn=1)
    tree.close(system(road), old.pk, into=heir.pk, work=HAND_OVER, now=NOW)
    assert len(desk(heir) - waiting) == 1
