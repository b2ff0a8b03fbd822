"""The second factor: bound, given once, dropped; who needs one; and what is good once is so for two at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_otp.plugins.otp_totp.models import TOTPDevice

from guantong.apps.organizations.accounts import opening
from guantong.apps.organizations.models import Organization
from guantong.apps.people import codes, factors
from guantong.apps.people.models import Account
from guantong.core.permits import Role
from guantong.core.refusal import Refused

from .make_accounts import GOOD, NOW, Place, acts, shown_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(settings: Any) -> Place:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return Place()


def test_a_second_factor_is_bound_given_once_and_dropped(place: Place) -> None:
    place.opened("head")
    head = place.actor("head")
    account = Account.objects.get()
    with time_machine.travel(NOW, tick=False) as traveller:
        key = factors.key(account)
        assert factors.key(account, key.device) == key
        device = TOTPDevice.objects.get()
        assert len(key.text.replace(" ", "")) == 32
        assert key.address.startswith("otpauth://totp/")
        assert not factors.is_bound(account)
        with pytest.raises(Refused, match="figures_wrong"):
            opening.bind_factor(head, device=key.device, figures="000000", now=NOW)
        assert TOTPDevice.objects.get().throttling_failure_count == 1, "counted, though refused"
        traveller.shift(2)
        bound = opening.bind_factor(
            head, device=key.device, figures=f" {shown_by(device)[:3]} {shown_by(device)[3:]}", now=NOW
        )
        assert bound.generation == account.generation + 1
        assert factors.is_bound(account)
        with pytest.raises(Refused, match="factor_bound"):
            opening.bind_factor(head, device=key.device, figures=shown_by(device), now=NOW)
        assert not factors.is_right(account, shown_by(device)), "they were good once"
        traveller.shift(60)
        assert factors.is_right(account, shown_by(device))
        assert not factors.is_right(account, shown_by(device))
    opening.drop_factor(place.actor("system"), person=place.key("head"), now=NOW)
    assert not TOTPDevice.objects.exists()
    assert Account.objects.get().generation == bound.generation + 1
    assert [act for act, _, _ in acts()] == [
        "account.opened",
        "account.factor_bound",
        "account.factor_dropped",
    ]


def test_nobody_binds_a_key_that_another_page_showed(place: Place) -> None:
    """Whoever came to know the password reads a key, and waits for the owner to bind it: the owner is shown another."""
    place.opened("head")
    place.opened("office")
    head, account = place.actor("head"), Account.objects.get(name="head")
    stolen = factors.key(account)
    shown = factors.key(account)
    assert stolen.text != shown.text
    device = TOTPDevice.objects.get(pk=shown.device)
    elsewhere = factors.key(Account.objects.get(name="office"))
    for other in (stolen.device, elsewhere.device, 0):
        with pytest.raises(Refused, match="figures_wrong"):
            opening.bind_factor(head, device=other, figures=shown_by(device), now=NOW)
    opening.bind_factor(head, device=shown.device, figures=shown_by(device), now=NOW)
    assert TOTPDevice.objects.get(user=account) == device
    for _ in range(20):
        factors.key(Account.objects.get(name="office"))
    assert TOTPDevice.objects.filter(user__name="office").count() == 5


def test_wrong_figures_make_wait_longer_each_time(place: Place) -> None:
    place.opened("head")
    account = Account.objects.get()
    with time_machine.travel(NOW, tick=False) as traveller:
        device = TOTPDevice.objects.create(user=account, name="totp")
        for wait in (1, 2, 4, 8, 16):
            assert not factors.is_right(account, "000000")
            assert not factors.is_right(account, shown_by(device))
            traveller.shift(wait)
        assert factors.is_right(account, shown_by(device))
    for odd in ("", "12345", "1234567", "-12345", "abcdef", "１２３４５"):
        assert not factors.is_right(account, odd)


@pytest.mark.parametrize(
    ("who", "named", "needed"),
    [
        ("system", (), True),
        ("security", (), True),
        ("audit", (), True),
        ("head", (), False),
        ("head", (Role.SECRETARY,), True),
        ("plain", (Role.SECRETARY,), False),
    ],
)
def test_who_needs_a_second_factor(
    place: Place, settings: Any, who: str, named: tuple[Role, ...], needed: bool
) -> None:
    settings.SECOND_FACTOR = frozenset(named)
    actor = place.actor(who)
    with CaptureQueriesContext(connection) as queries:
        assert opening.needs_factor(actor) is needed
    assert len(queries) == int(needed)
    Organization.objects.filter(pk=place.top.pk).update(invented=True)
    assert not opening.needs_factor(actor), "in an example nobody does"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["use", "reset", "figures"])
def test_what_is_good_once_is_good_once_for_two_at_once(settings: Any, act: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the tests' SQLite is in memory; on SQLite one writer waits for the other anyway")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    place = Place()
    code = place.opened("head")
    account = Account.objects.get()
    device = TOTPDevice.objects.create(user=account, name="totp")
    shown = shown_by(device)

    def used() -> object:
        new = f"{GOOD}-{len(outcome)}"
        found = opening.use_code(name="head", code=code, new=new, came_from="", second=0, now=NOW)
        return found is not None

    def reset() -> object:
        return opening.reset_account(place.actor("system"), person=place.key("head"), now=NOW)

    deeds: dict[str, Callable[[], object]] = {
        "use": used,
        "reset": reset,
        "figures": lambda: factors.is_right(account, shown),
    }
    together, outcome = Barrier(4), []

    def do(_: int) -> object:
        together.wait(10)
        try:
            return deeds[act]()
        except Refused as refused:
            return refused.code == "nothing"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        outcome = list(pool.map(do, range(4)))
    if act == "reset":
        assert len(set(outcome)) == 4
        assert sum(codes.holder("head", str(each), NOW) is not None for each in outcome) == 1
    else:
        assert sum(map(bool, outcome)) == 1
