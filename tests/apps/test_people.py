"""Accounts: how they are made, their passwords by either profile, and the codes that set one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from guantong.apps.people import codes, passwords, services, tries
from guantong.apps.people.models import Account, Code, PastPassword, Tries
from guantong.apps.people.services import NewAccount, make_account, open_accounts, set_by_code, set_password
from guantong.core.refusal import Refused
from guantong.demo.roster import _password

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 5, 8, tzinfo=UTC)
GOOD = "操场边的梧桐树-2017"
OTHER = "银杏叶落在石阶上-1988"


@pytest.fixture
def dengbao(settings: Any) -> None:
    settings.PASSWORDS = "dengbao"


@pytest.fixture
def cheap(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def make(name: str = "zhang", person: int = 1, password: str = GOOD) -> Account:
    return make_account(name=name, person=person, password=password, now=NOW)


def opened(name: str = "zhang", person: int = 1) -> tuple[Account, str]:
    (account,), (code,) = open_accounts([NewAccount(person, name)], now=NOW)
    return account, code


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


@pytest.mark.parametrize("name", ["Zhang", "ZHANG", "\uff3ahang", " zhang "])
def test_neither_case_nor_width_makes_another_name(name: str) -> None:
    account = make()
    with pytest.raises(Refused, match="account_name_taken"):
        make(name=name, person=2)
    assert authenticate(username=name, password=GOOD) == account


@pytest.mark.parametrize("name", ["", "z", "zhang san", "a/b", "x" * 65, "zh\x00ang", "<b>"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="account_name_bad"):
        make(name=name)


def test_who_is_faster_gets_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other looked before it was taken: the database refuses, in the same words."""
    make()
    looked: list[object] = []
    taken = services._taken

    def blind_at_first(field: str, wanted: Any) -> Any:
        looked.append(field)
        return set() if len(looked) <= 2 else taken(field, wanted)

    monkeypatch.setattr(services, "_taken", blind_at_first)
    with pytest.raises(Refused, match="account_name_taken"):
        make(person=2)
    assert Account.objects.count() == 1


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("梧桐树-2017", "password_short"),
        ("1234567890123", "password_common"),
        ("1q2w3e4r5t6y", "password_common"),
        ("Password2026!", "password_common"),
        ("121212121212", "password_common"),
        ("Zhang-Office-77", "password_named"),
        ("我叫李乐安，家住在南山里边", "password_named"),
    ],
)
def test_a_weak_password_is_refused(password: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        passwords.check(password, ["zhang-office", "李乐安"])


def test_a_weak_password_makes_no_account() -> None:
    with pytest.raises(Refused, match="password_named"):
        make(name="zhang-office", password="Zhang-Office-77")  # noqa: S106
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    "password", [GOOD, "a" * 3 + "bcdefghij", "correct horse battery", "x7" + "y" * 190 + "zqk"]
)
def test_length_is_enough_and_nothing_is_composed(password: str) -> None:
    passwords.check(password, ["zhang", "李某"])


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("Yu-1234", "password_short"),
        ("山间的小路旁有银杏", "password_plain"),
        ("shanjiandexiaolu1234", "password_plain"),
        ("Zhang-1234", "password_named"),
        ("Password123", "password_common"),
    ],
)
def test_the_graded_profile_asks_for_kinds(dengbao: None, password: str, code: str) -> None:  # noqa: ARG001
    with pytest.raises(Refused, match=code):
        passwords.check(password, ["zhang"])
    passwords.check("Shan-1234xk", ["zhang"])


@given(st.text(max_size=30))
def test_what_is_accepted_is_long_and_without_the_name(password: str) -> None:
    try:
        passwords.check(password, ["zhang"])
    except Refused:
        return
    assert len(password) >= 12
    assert "zhang" not in password.lower()


def test_who_knows_the_password_changes_it() -> None:
    make()
    with pytest.raises(Refused, match="password_wrong"):
        set_password(person=1, old="not it at all", new=OTHER, now=NOW)
    with pytest.raises(Refused, match="password_same"):
        set_password(person=1, old=GOOD, new=GOOD, now=NOW)
    with pytest.raises(Refused, match="password_named"):
        set_password(person=1, old=GOOD, new=f"张乐安-{OTHER}", names=["张乐安"], now=NOW)
    account = set_password(person=1, old=GOOD, new=OTHER, now=NOW)
    assert not account.must_change
    assert authenticate(username="zhang", password=GOOD) is None
    assert authenticate(username="zhang", password=OTHER) == account


def test_T21_guessing_the_old_password_is_held_up(cheap: None) -> None:  # noqa: ARG001, N802
    make()

    def known(password: str, second: int, came_from: str = "10.1.2.3") -> bool:
        return services.knows_password(1, password, came_from=came_from, second=second)

    assert known(GOOD, 0)
    assert not any(known("wrong", second) for second in range(tries.FREE))
    assert not known(GOOD, tries.FREE)
    assert known(GOOD, tries.FREE, "10.1.2.4")
    assert known(GOOD, tries.FREE + 60)


def test_T24_no_change_by_the_calendar_but_where_it_is_asked_for(settings: Any, cheap: None) -> None:  # noqa: ARG001, N802
    make()
    account = set_password(person=1, old=GOOD, new=OTHER, now=NOW)
    later = NOW + timedelta(days=90)
    assert not passwords.must_change(account, NOW + timedelta(days=4000))
    settings.PASSWORDS = "dengbao"
    assert passwords.must_change(account, later)
    assert not passwords.must_change(account, later - timedelta(seconds=1))


def test_T24_the_last_five_are_not_taken_again(dengbao: None, cheap: None) -> None:  # noqa: ARG001, N802
    chosen = [f"Shan-{n}-银杏" for n in range(8)]
    make(password=chosen[0])
    for old, new in pairwise(chosen[:6]):
        set_password(person=1, old=old, new=new, now=NOW)
    for again in chosen[1:5]:
        with pytest.raises(Refused, match="password_again"):
            set_password(person=1, old=chosen[5], new=again, now=NOW)
    with pytest.raises(Refused, match="password_same"):
        set_password(person=1, old=chosen[5], new=chosen[5], now=NOW)
    set_password(person=1, old=chosen[5], new=chosen[0], now=NOW)  # the sixth from behind
    assert PastPassword.objects.count() == 5
    assert not any(each in str(list(PastPassword.objects.values())) for each in chosen)


def test_T24_where_none_is_forbidden_none_is_kept(cheap: None) -> None:  # noqa: ARG001, N802
    make()
    set_password(person=1, old=GOOD, new=OTHER, now=NOW)
    set_password(person=1, old=OTHER, new=GOOD, now=NOW)
    assert not PastPassword.objects.exists()


def test_a_code_is_long_unambiguous_and_never_the_same() -> None:
    drawn = {codes.drawn() for _ in range(1000)}
    assert len(drawn) == 1000
    letters = set("".join(drawn)) - {"-"}
    assert len(letters) == 32  # five bits each
    assert not letters & set("ILOU")
    assert {len(code) for code in drawn} == {4 * 4 + 3}


def test_nobody_signs_in_before_the_code_is_used() -> None:
    account, code = opened()
    assert not account.has_usable_password()
    assert authenticate(username="zhang", password=code) is None
    assert codes.holder("zhang", code, NOW) == account
    kept = str([*Code.objects.values(), *Account.objects.values()])
    assert code not in kept
    assert code.replace("-", "") not in kept
    set = set_by_code(account, code=code, new=GOOD, names=["张乐安"], now=NOW)  # noqa: A001
    assert not set.must_change
    assert set.set_at == NOW
    assert authenticate(username="zhang", password=GOOD) == account


def test_a_code_is_used_once() -> None:
    account, code = opened()
    set_by_code(account, code=code, new=GOOD, now=NOW)
    assert codes.holder("zhang", code, NOW) is None
    with pytest.raises(Refused, match="code_wrong"):
        set_by_code(account, code=code, new=OTHER, now=NOW)
    assert authenticate(username="zhang", password=GOOD) == account


def test_a_code_stays_good_while_the_password_will_not_do() -> None:
    account, code = opened()
    for weak in ("short", "张乐安-在操场边的路上"):
        with pytest.raises(Refused, match="password_"):
            set_by_code(account, code=code, new=weak, names=["张乐安"], now=NOW)
    set_by_code(account, code=code, new=GOOD, now=NOW)


@pytest.mark.parametrize(("reset", "good_for"), [(False, timedelta(days=14)), (True, timedelta(hours=24))])
def test_a_code_is_good_for_its_time(reset: bool, good_for: timedelta) -> None:
    account, code = opened()
    if reset:
        account, code = services.reset(1, now=NOW)
    assert codes.holder("zhang", code, NOW + good_for - timedelta(seconds=1)) == account
    assert codes.waiting([account.pk], NOW) == {account.pk: NOW + good_for}
    assert codes.holder("zhang", code, NOW + good_for) is None
    with pytest.raises(Refused, match="code_wrong"):
        set_by_code(account, code=code, new=GOOD, now=NOW + good_for)


def test_a_new_code_kills_the_old() -> None:
    account, first = opened()
    _, second = services.reset(1, now=NOW)
    _, third = services.reset(1, now=NOW)
    assert [codes.holder("zhang", code, NOW) for code in (first, second, third)] == [None, None, account]


def test_a_code_is_taken_as_it_was_meant() -> None:
    account, code = opened()
    typed = [
        code.lower(),
        code.replace("-", " "),
        code.replace("0", "o").replace("1", "l"),
        f"  {code}\u3000",
    ]
    typed.append("".join(chr(ord(letter) + 0xFEE0) for letter in code))
    assert all(codes.holder(" ZHANG", each, NOW) == account for each in typed)
    another, _ = opened("li", 2)
    assert codes.holder(another.name, code, NOW) is None
    for wrong in ("", "-", code[:-1], code + "0", "\x00"):
        assert codes.holder("zhang", wrong, NOW) is None
    assert codes.holder("nobody", "", NOW) is None


def test_the_code_of_a_closed_account_is_dead() -> None:
    account, code = opened()
    services.close(1)
    assert codes.holder("zhang", code, NOW) is None
    with pytest.raises(Refused, match="code_wrong"):
        set_by_code(account, code=code, new=GOOD, now=NOW)
    services.reopen(1)
    assert codes.holder("zhang", code, NOW) is None


def test_a_reset_ends_the_password_the_sessions_and_the_waiting(cheap: None) -> None:  # noqa: ARG001
    make()
    before = Account.objects.get()
    for second in range(tries.FREE + 1):
        tries.sign_in(name="zhang", password="wrong", came_from="10.1.2.3", second=second)  # noqa: S106
    account, code = services.reset(1, now=NOW)
    assert authenticate(username="zhang", password=GOOD) is None
    assert account.get_session_auth_hash() != before.get_session_auth_hash()
    assert account.must_change
    assert not Tries.objects.exclude(name="").exists()
    after = set_by_code(account, code=code, new=OTHER, now=NOW)
    assert after.get_session_auth_hash() not in {
        before.get_session_auth_hash(),
        account.get_session_auth_hash(),
    }


def test_closing_and_opening_again_end_sessions_and_keep_the_password(cheap: None) -> None:  # noqa: ARG001
    made = make()
    before = made.get_session_auth_hash()
    with pytest.raises(Refused, match="account_open"):
        services.reopen(1)
    services.close(1)
    assert authenticate(username="zhang", password=GOOD) is None
    for refused in (services.close, lambda person: services.reset(person, now=NOW)):
        with pytest.raises(Refused, match="account_closed"):
            refused(1)
    again = services.reopen(1)
    assert authenticate(username="zhang", password=GOOD) == again
    assert again.get_session_auth_hash() != before
    for missing in (services.close, services.reopen, lambda person: services.reset(person, now=NOW)):
        with pytest.raises(Refused, match="account_missing"):
            missing(2)


def test_many_accounts_are_all_opened_or_none() -> None:
    rows = [NewAccount(person, f"name-{person}") for person in range(1, 1201)]
    with CaptureQueriesContext(connection) as queries:
        accounts, given = open_accounts(rows, now=NOW)
    assert len(queries) < 40
    assert [(each.person, each.name) for each in accounts] == [(row.person, row.name) for row in rows]
    assert len(set(given)) == 1200
    for n in (0, 700, 1199):
        assert codes.holder(rows[n].name, given[n], NOW) == accounts[n]
    for bad, code in (
        (NewAccount(2001, "NAME-7"), "account_name_taken"),
        (NewAccount(2001, "fresh-1"), "account_name_taken"),  # within the rows themselves
        (NewAccount(2000, "fresh-3"), "account_held"),
        (NewAccount(3, "fresh-3"), "account_held"),
        (NewAccount(2001, "a b"), "account_name_bad"),
    ):
        with pytest.raises(Refused, match=code) as refused:
            open_accounts([NewAccount(2000, "fresh-1"), bad], now=NOW)
        assert refused.value.facts["row"] == 1
    assert Account.objects.count() == 1200


@pytest.mark.parametrize("profile", ["asvs", "dengbao"])
def test_the_example_makes_passwords_that_either_profile_takes(settings: Any, profile: str) -> None:
    settings.PASSWORDS = profile
    for _ in range(500):
        passwords.check(_password(), ["jijian"])
