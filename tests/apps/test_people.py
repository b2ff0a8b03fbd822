"""Accounts and their passwords."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth import authenticate

from guantong.apps.people.models import Account
from guantong.apps.people.services import LEAST, make_account, set_password
from guantong.core.refusal import Refused

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 5, 8, tzinfo=UTC)
GOOD = "操场边的梧桐树-17"


def make(name: str = "zhang", person: int = 1, password: str = GOOD) -> Account:
    return make_account(name=name, person=person, password=password, now=NOW)


def test_an_account_is_made_and_signs_in() -> None:
    account = make()
    assert account.must_change
    assert account.password.startswith("argon2")
    assert authenticate(username="zhang", password=GOOD) == account
    assert authenticate(username="zhang", password=GOOD[1:]) is None


def test_a_name_and_a_person_have_one_account() -> None:
    make()
    with pytest.raises(Refused, match="account_name_taken"):
        make(person=2)
    with pytest.raises(Refused, match="account_held"):
        make(name="li")
    assert Account.objects.count() == 1


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("x" * (LEAST - 1), "password_short"),
        ("1234567890", "password_common"),
        ("Zhang-Office", "password_same"),
    ],
)
def test_a_weak_password_is_refused(password: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        make(name="zhang-office", password=password)
    assert not Account.objects.exists()


def test_who_knows_the_password_changes_it() -> None:
    make()
    with pytest.raises(Refused, match="password_wrong"):
        set_password(person=1, old="not it at all", new=GOOD + "x")
    with pytest.raises(Refused, match="password_same"):
        set_password(person=1, old=GOOD, new=GOOD)
    account = set_password(person=1, old=GOOD, new=GOOD + "x")
    assert not account.must_change
    assert authenticate(username="zhang", password=GOOD) is None
    assert authenticate(username="zhang", password=GOOD + "x") == account
