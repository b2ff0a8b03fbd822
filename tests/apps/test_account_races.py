"""An account handled while its owner is made an administrator: no code of a lower office is left that opens it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from guantong.apps.intake.accounts import fresh_codes
from guantong.apps.organizations.access import Actor, Forbidden
from guantong.apps.organizations.accounts import opening
from guantong.apps.organizations.roster import appointing
from guantong.apps.people.models import Account, Code
from guantong.core.permits import Role, Standpoint

from .make import DAY, make_person
from .make_accounts import NOW, Place
from .test_road_races import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def lets_both_in() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")


@pytest.fixture
def place() -> Place:
    return Place()


def raised(place: Place) -> Callable[[], object]:
    """The security administrator makes `plain` an audit administrator."""
    guard = Actor(make_person(place.top).pk, (Standpoint(Role.SECURITY_ADMIN, place.top.path),), DAY)
    plain, top = place.key("plain"), place.top.pk
    role = Role.AUDIT_ADMIN
    return lambda: (
        appointing.appoint(guard, person=plain, organization=top, role=role, since=DAY, now=NOW).role
    )


def handled(place: Place, way: str) -> Callable[[], object]:
    """The school gives a code in one of three ways."""
    head, plain = place.actor("head"), place.key("plain")

    def asked() -> object:
        try:
            match way:
                case "open":
                    opening.open_account(head, person=plain, name="plain", now=NOW)
                case "reset":
                    opening.reset_account(head, person=plain, now=NOW)
                case "sheet":
                    return [slip.account for slip in fresh_codes(head, [plain], NOW)]
        except Forbidden:
            return "forbidden"
        return "done"

    return asked


@pytest.mark.parametrize("way", ["open", "reset", "sheet"])
def test_T22_no_code_is_given_while_somebody_becomes_an_administrator(place: Place, way: str) -> None:  # noqa: N802
    if way != "open":
        place.opened("plain", "head")
    answers = race(raised(place), handled(place, way))
    assert answers == [Role.AUDIT_ADMIN, [] if way == "sheet" else "forbidden"]
    assert not Code.objects.exists()


@pytest.mark.parametrize("way", ["open", "reset", "sheet"])
def test_T22_a_code_given_in_that_moment_is_dead(place: Place, way: str) -> None:  # noqa: N802
    if way != "open":
        place.opened("plain", "head")
    given, role = race(handled(place, way), raised(place))
    assert given == (["plain"] if way == "sheet" else "done")
    assert role == Role.AUDIT_ADMIN
    assert not Code.objects.exists()
    assert not Account.objects.get().has_usable_password()
