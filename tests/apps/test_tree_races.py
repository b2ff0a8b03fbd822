"""Two at once, of whom one changes the tree: what is handed down meanwhile goes with it, or is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from guantong.apps.directives import services
from guantong.apps.directives.models import Assignment
from guantong.apps.directives.services import PartTo
from guantong.apps.directives.services.ending import is_open
from guantong.apps.ledger.queries import faults
from guantong.apps.organizations import tree
from guantong.apps.organizations.models import Organization
from guantong.apps.organizations.tree import Work

from .merging import MERGED, NOW, system
from .road import Road, drafted, issued, make_road
from .test_road_races import lets_both_in, race

__all__ = ["lets_both_in"]  # a fixture: for a database that lets both in

pytestmark = pytest.mark.django_db(transaction=True)


def close(road: Road, organization: Organization) -> Callable[[], object]:
    heir = road.schools[2]
    return lambda: tree.close(system(road), organization.pk, into=heir.pk, work=Work.HAND_OVER, now=NOW)


def check() -> None:
    """What is open lies at open organizations, on their paths."""
    for row in Assignment.objects.filter(is_open()).select_related("organization"):
        assert row.organization.closed_on is None
        assert row.path == row.organization.path
    assert faults() == []


@pytest.mark.parametrize("closes_first", [True, False])
def test_nothing_is_issued_to_what_closes_meanwhile(closes_first: bool) -> None:
    road = make_road()
    directive = drafted(road)
    deeds = [
        close(road, road.schools[1]),
        lambda: services.issue_directive(
            road.actor("secretary", MERGED), directive=directive.pk, sign_days=3, adopt_days=10, now=NOW
        ),
    ]
    outcomes = race(*(deeds if closes_first else reversed(deeds)))
    assert ("organization_closed" in outcomes) is closes_first
    assert Assignment.objects.filter(is_open()).count() == (0 if closes_first else 8)
    check()


@pytest.mark.parametrize("moves_first", [True, False])
def test_what_is_issued_to_a_school_that_moves_meanwhile_stands_where_it_has_gone(moves_first: bool) -> None:
    road = make_road()
    directive = drafted(road)
    school, other = road.schools[1], road.schools[2]
    deeds = [
        lambda: tree.move(system(road), school.pk, other.pk, now=NOW),
        lambda: services.issue_directive(
            road.actor("secretary", MERGED), directive=directive.pk, sign_days=3, adopt_days=10, now=NOW
        ),
    ]
    race(*(deeds if moves_first else reversed(deeds)))
    assert Assignment.objects.filter(organization=school, level=3).count() == 4
    check()


@pytest.mark.parametrize("closes_first", [True, False])
def test_no_part_goes_to_a_branch_that_closes_meanwhile(closes_first: bool) -> None:
    road = make_road()
    issued(road)
    road.adopted(road.schools[0], "school-0")
    whole = road.assignment(road.schools[0], 1)
    deeds = [
        lambda: tree.close(system(road), road.branches[0].pk, into=road.branches[1].pk, now=NOW),
        lambda: services.split_assignment(
            road.actor("school-0", MERGED),
            assignment=whole.pk,
            parts=[PartTo(branch.pk) for branch in road.branches],
            sign_days=2,
            adopt_days=5,
            now=NOW,
        ),
    ]
    outcomes = race(*(deeds if closes_first else reversed(deeds)))
    assert ("organization_closed" in outcomes) is closes_first
    assert Assignment.objects.filter(is_open(), parent=whole).count() == (0 if closes_first else 1)
    check()


def test_two_that_would_stand_below_each_other_take_turns() -> None:
    road = make_road()
    first, second = road.schools[:2]
    outcomes = race(
        lambda: tree.move(system(road), first.pk, second.pk, now=NOW),
        lambda: tree.move(system(road), second.pk, first.pk, now=NOW),
    )
    assert outcomes[1] == "below_itself"
    first.refresh_from_db()
    assert first.parent == second


def test_what_is_closed_by_one_is_not_moved_by_the_other() -> None:
    road = make_road()
    branch = road.branches[0]
    outcomes = race(
        lambda: tree.close(system(road), branch.pk, into=road.branches[1].pk, now=NOW),
        lambda: tree.move(system(road), branch.pk, road.schools[1].pk, now=NOW),
    )
    assert outcomes[1] == "organization_closed"
