"""Two people at once, on a database that lets both in: one waits for the other, and nothing is left half done.

The first holds its transaction open until the second is under way. SQLite lets one writer in at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction

from guantong.apps.directives import services
from guantong.apps.directives.models import Assignment
from guantong.apps.ledger.queries import faults
from guantong.apps.notices.models import Notice
from guantong.apps.replies.models import Reply
from guantong.core.refusal import Refused

from .road import ISSUED, Road, at, issued, later, make_road

pytestmark = pytest.mark.django_db(transaction=True)

SOON = 0.4  # seconds in which the second comes as far as it can
NOW = at(later(3))


@pytest.fixture(autouse=True)
def lets_both_in() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")


def race(first: Callable[[], object], second: Callable[[], object]) -> list[object]:
    """What each came to, a refusal being an answer; the second begins while the first has not committed."""
    under_way, go_on = Event(), Event()

    def holding() -> object:
        with transaction.atomic():
            came_to = first()
            under_way.set()
            go_on.wait(10)
        return came_to

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(alone, holding)
        assert under_way.wait(10)
        two = pool.submit(alone, second)
        Event().wait(SOON)
        go_on.set()
        return [one.result(10), two.result(10)]


def alone(deed: Callable[[], object]) -> object:
    try:
        return deed()
    except Refused as refused:
        return refused.code
    finally:
        connection.close()


def split_road() -> tuple[Road, Assignment, list[Assignment]]:
    """The first school has handed its first assignment on to both branches; they have not signed."""
    road = make_road()
    issued(road)
    road.adopted(road.schools[0], "school-0")
    row = road.assignment(road.schools[0])
    return (
        road,
        row,
        services.split_assignment(
            road.actor("school-0"),
            assignment=row.pk,
            parts=[services.PartTo(branch.pk) for branch in road.branches],
            sign_days=2,
            adopt_days=5,
            now=at(ISSUED, 13),
        ),
    )


def split_second(road: Road) -> object:
    return services.split_assignment(
        road.actor("school-0", later(3)),
        assignment=road.assignment(road.schools[0], 1).pk,
        parts=[services.PartTo(road.branches[0].pk)],
        sign_days=2,
        adopt_days=5,
        now=NOW,
    )


def sign_branch(road: Road) -> object:
    receipt = road.receipt(road.branches[0]).pk
    return services.sign_receipt(road.actor("branch-0", later(3)), receipt=receipt, now=NOW)


@pytest.mark.parametrize("signs_first", [True, False])
def test_a_part_handed_on_while_its_branch_signs_can_be_adopted(signs_first: bool) -> None:
    road, _, _ = split_road()
    deeds = [lambda: sign_branch(road), lambda: split_second(road)]
    race(*(deeds if signs_first else reversed(deeds)))
    receipt = road.receipt(road.branches[0])
    assert set(Assignment.objects.filter(receipt=receipt).values_list("state", flat=True)) == {"signed"}
    waiting = Notice.objects.filter(object=receipt.pk, settled_at=None, code__startswith="receipt.")
    assert set(waiting.values_list("code", flat=True)) == {"receipt.adopt"}
    services.adopt_as_assigned(road.actor("branch-0", later(3)), receipt=receipt.pk, now=NOW)


@pytest.mark.parametrize("adopts_first", [True, False])
def test_a_part_adopted_while_the_whole_is_exempted_is_taken_back(adopts_first: bool) -> None:
    road, row, parts = split_road()
    sign_branch(road)
    services.request_exemption(road.actor("school-0", later(3)), assignment=row.pk, reason="停办", now=NOW)
    reply = Reply.objects.get().pk
    deeds = [
        lambda: services.adopt_as_assigned(
            road.actor("branch-0", later(3)), receipt=parts[0].receipt_id, now=NOW
        ),
        lambda: services.decide_request(
            road.actor("secretary", later(3)), reply=reply, approve=True, reason="同意", now=NOW
        ),
    ]
    race(*(deeds if adopts_first else reversed(deeds)))
    assert set(Assignment.objects.filter(parent=row).values_list("state", "counted")) == {("withdrawn", 0)}
    keys = [part.pk for part in parts]
    assert not Notice.objects.filter(code="assignment.report", object__in=keys, settled_at=None).exists()


@pytest.mark.parametrize("splits_first", [True, False])
def test_a_directive_repealed_while_a_school_hands_on_leaves_nothing_open(splits_first: bool) -> None:
    road, _, _ = split_road()
    directive = road.directive
    assert directive
    deeds = [
        lambda: split_second(road),
        lambda: services.repeal_directive(
            road.actor("secretary", later(3)), directive=directive.pk, reason="另文部署", now=NOW
        ),
    ]
    outcomes = race(*(deeds if splits_first else reversed(deeds)))
    assert ("directive_ended" in outcomes) is not splits_first
    assert set(Assignment.objects.values_list("state", flat=True)) == {"repealed"}
    assert not Notice.objects.filter(settled_at=None).exists()
    assert faults() == []


def test_one_of_two_signs_and_the_other_is_told() -> None:
    road = make_road()
    issued(road)
    receipt = road.receipt(road.schools[0]).pk

    def sign() -> object:
        return services.sign_receipt(road.actor("school-0"), receipt=receipt, now=at(ISSUED))

    assert "already_signed" in race(sign, sign)
    assert faults() == []


def test_one_of_two_issues_and_the_other_is_told() -> None:
    from .road import drafted

    road = make_road()
    directive = drafted(road)

    def issue() -> object:
        return services.issue_directive(
            road.actor("secretary"), directive=directive.pk, sign_days=3, adopt_days=10, now=at(ISSUED)
        )

    assert "no_such_move" in race(issue, issue)
    assert Assignment.objects.count() == 12
