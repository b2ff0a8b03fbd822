"""Evidence is a reference to a record that exists anyway."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction

from guantong.apps.evidence.models import Reference
from guantong.apps.evidence.queries import Shown, references
from guantong.apps.evidence.services import refer
from guantong.apps.organizations.access import Actor, NotFound
from guantong.apps.organizations.models import Organization
from guantong.core.permits import Role, Standpoint

from .make import DAY, make_organization

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 5, 8, tzinfo=UTC)


def secretary(place: Organization) -> Actor:
    return Actor(7, (Standpoint(Role.SECRETARY, place.path),), DAY)


def show(actor: Actor, pk: int, *shown: tuple[str, int]) -> int:
    with transaction.atomic():
        return refer(actor, noun="progress", object=pk, shown=shown, now=NOW)


def test_a_record_is_referred_to_once() -> None:
    school = make_organization()
    pair = ("organization", school.pk)
    assert [show(secretary(school), 12, pair, pair), show(secretary(school), 12, pair)] == [1, 0]
    row = Reference.objects.get()
    assert (row.noun, row.object, row.shown_noun, row.shown) == ("progress", 12, "organization", school.pk)
    assert (row.made_by, row.made_at) == (7, NOW)


def test_what_the_actor_may_not_see_shows_nothing_and_nothing_is_kept() -> None:
    school, other = make_organization(), make_organization()
    own = ("organization", school.pk)
    for hidden in (("organization", other.pk), ("organization", 10**6), ("nobody-knows", 1), ("case", 1)):
        with pytest.raises(NotFound):
            show(secretary(school), 12, own, hidden)
    assert not Reference.objects.exists()
    assert show(secretary(school), 12, own) == 1


@pytest.mark.django_db(transaction=True)
def test_a_reference_is_made_inside_a_service_alone() -> None:
    school = make_organization()
    with pytest.raises(RuntimeError, match="transaction"):
        refer(secretary(school), noun="progress", object=1, shown=[("organization", school.pk)], now=NOW)


def test_references_are_read_in_one_query(django_assert_num_queries: object) -> None:
    district = make_organization()
    schools = [make_organization(district) for _ in range(3)]
    by = secretary(district)
    show(by, 1, ("organization", schools[2].pk), ("organization", schools[0].pk))
    show(by, 2, ("organization", schools[1].pk))
    with transaction.atomic():
        refer(by, noun="report", object=1, shown=[("organization", district.pk)], now=NOW)
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = references("progress", [1, 2, 3])
    assert found == {
        1: [Shown("organization", schools[2].pk), Shown("organization", schools[0].pk)],
        2: [Shown("organization", schools[1].pk)],
        3: [],
    }


def test_any_number_of_records_costs_the_same_queries(django_assert_num_queries: object) -> None:
    district = make_organization()
    pairs = [("organization", make_organization(district).pk) for _ in range(30)]
    with transaction.atomic(), django_assert_num_queries(3):  # type: ignore[operator]
        refer(secretary(district), noun="progress", object=1, shown=pairs, now=NOW)
