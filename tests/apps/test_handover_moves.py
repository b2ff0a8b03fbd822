"""What becomes of open work when a part of the tree is moved, and of what an organization asked of others."""

from __future__ import annotations

import pytest

from guantong.apps.directives import services
from guantong.apps.directives.models import Assignment, Directive
from guantong.apps.documents.services import confirm_clauses, import_text
from guantong.apps.ledger.models import Entry
from guantong.apps.organizations import tree
from guantong.apps.organizations.models import Kind
from guantong.core.matters import Actual, Indicator
from guantong.core.refusal import Refused

from .merging import HAND_OVER, MERGED, NOW, desk, funnel, split_to_branches, system, verified
from .road import DUE, ISSUED, Road, at, issued, later, make_road

pytestmark = pytest.mark.django_db


def test_what_is_open_moves_along_and_what_is_closed_stays() -> None:
    road = make_road()
    issued(road)
    heir, old, _ = road.schools
    road.adopted(old, "school-1")
    done = verified(road, 1, 1)
    before = funnel(road)
    old_path = old.path
    tree.move(system(road), old.pk, heir.pk, now=NOW)
    old.refresh_from_db()
    places = dict(Assignment.objects.filter(organization=old).values_list("pk", "path"))
    assert places.pop(done.pk) == old_path
    assert set(places.values()) == {old.path}
    assert set(Assignment.objects.filter(path=old.path).values_list("level", flat=True)) == {3}
    assert sum(funnel(road)) == sum(before)
    assert (Assignment.objects.filter(counted=1).count(), Assignment.objects.count()) == (12, 12)
    entry = Entry.objects.get(act="work.moved")
    assert (entry.organization, entry.facts) == (old.pk, {"assignments": 3, "parts": 0})
    services.report_done(
        road.actor("school-1", MERGED),
        assignment=started(road, 1, 0).pk,
        done_on=MERGED,
        actual=Actual(9, 10),
        now=NOW,
    )


def started(road: Road, school: int, nth: int) -> Assignment:
    row = road.assignment(road.schools[school], nth)
    services.record_progress(
        road.actor(f"school-{school}", MERGED), assignment=row.pk, held_on=MERGED, text="在办", now=NOW
    )
    return row


@pytest.mark.parametrize("asked_there", [True, False])
def test_a_part_finds_another_whole_where_its_branch_goes(asked_there: bool) -> None:
    """The clause that the new superior has open, or none: then the issuer verifies it."""
    road = make_road()
    everybody = road.schools
    road.schools = everybody if asked_there else everybody[:1]
    issued(road)
    road.schools = everybody
    old, new, _ = road.schools
    road.adopted(old, "school-0")
    first, second = split_to_branches(road, nth=1)
    signer = road.actor("branch-0", later(1))
    services.sign_receipt(signer, receipt=first.receipt_id, now=at(later(1)))
    services.adopt_as_assigned(signer, receipt=first.receipt_id, now=at(later(1)))
    services.record_progress(signer, assignment=first.pk, held_on=later(1), text="已办", now=at(later(1)))
    services.report_done(signer, assignment=first.pk, done_on=later(1), now=at(later(1)))
    assert ("assignment.verify", first.pk) in desk(old)
    tree.move(system(road), road.branches[0].pk, new.pk, now=NOW)
    first.refresh_from_db()
    above = road.assignment(new, 1) if asked_there else None
    assert first.parent == above
    assert ("assignment.verify", first.pk) not in desk(old)
    assert ("assignment.verify", first.pk) in desk(new if asked_there else road.district)
    services.verify_assignment(
        road.actor("school-1" if asked_there else "clerk", MERGED), assignment=first.pk, now=NOW
    )
    tree.move(system(road), road.branches[1].pk, new.pk, now=NOW)
    second.refresh_from_db()
    whole = road.assignment(old, 1)
    assert (second.parent, whole.is_split) == (above, False)  # and the old school waits for nobody
    services.report_done(road.actor("school-0", MERGED), assignment=whole.pk, done_on=MERGED, now=NOW)


def test_what_a_school_asked_of_a_branch_keeps_it_until_it_is_done() -> None:
    road = make_road()
    school, branch = road.schools[0], road.branches[0]
    directive = of_the_school(road)
    with pytest.raises(Refused, match="still_asked"):
        tree.move(system(road), branch.pk, road.schools[1].pk, now=NOW)
    with pytest.raises(Refused, match="still_asked"):
        tree.split(
            system(road), school.pk, name="新校党委", kind=Kind.COMMITTEE, children=[branch.pk], now=NOW
        )
    branch.refresh_from_db()
    assert branch.path.startswith(school.path)
    for each in road.branches:  # what a branch has of it ends with the branch
        tree.close(system(road), each.pk, into=road.schools[1].pk, work=HAND_OVER, now=NOW)
    assert set(Assignment.objects.values_list("state", flat=True)) == {"withdrawn"}
    tree.close(system(road), school.pk, into=road.schools[1].pk, now=NOW)
    directive.refresh_from_db()
    assert directive.state == "concluded"
    told = Entry.objects.get(act="work.ended", organization=school.pk)
    assert told.facts == {"discarded": 1, "concluded": 1}


def of_the_school(road: Road) -> Directive:
    """A directive of the first school to its branches, and the draft of another."""
    school = road.schools[0]
    head, now = road.actor("school-0"), at(ISSUED)
    for text in ("一、各支部要在6月30日前开展一次主题党日。", "一、各支部要在5月30日前讨论一次。"):
        document = import_text(head, organization=school.pk, text=text, received_on=ISSUED, now=now)
        confirm_clauses(head, document=document.pk, now=now)
        drafted = services.draft_directive(head, document=document.pk, now=now)
        choice = services.Choice(document.clauses.get().pk, Indicator.MILESTONE, due=DUE)
        services.choose_clauses(head, directive=drafted.pk, choices=[choice], now=now)
        services.address(
            head, directive=drafted.pk, organizations=[each.pk for each in road.branches], now=now
        )
        if text.endswith("主题党日。"):
            issued_one = services.issue_directive(
                head, directive=drafted.pk, sign_days=3, adopt_days=10, now=now
            )
    return issued_one


def test_what_is_asked_of_those_guided_keeps_the_one_who_asks() -> None:
    road = make_road()
    old, guided = road.schools[0], road.schools[1]
    guided.guided_by = old
    guided.save()
    road.branches = [guided]
    of_the_school(road)
    row = Assignment.objects.get()
    assert row.guided
    for each in old.children.all():
        tree.close(system(road), each.pk, into=old.pk, now=NOW)
    assert {each.code: each.count for each in tree.preview(system(road), old.pk)}["issued"] == 1
    with pytest.raises(Refused, match="still_issuing"):
        tree.close(system(road), old.pk, into=road.schools[2].pk, work=HAND_OVER, now=NOW)
    tree.move(system(road), guided.pk, road.schools[2].pk, now=NOW)  # still guided: it goes along
    row.refresh_from_db()
    assert (row.guided, row.level) == (True, 3)
    with pytest.raises(Refused, match="still_asked"):  # it would stand below whom it guides
        tree.move(system(road), old.pk, guided.pk, now=NOW)
    tree.move(system(road), guided.pk, old.pk, now=NOW)  # now in its line
    row.refresh_from_db()
    assert not row.guided
