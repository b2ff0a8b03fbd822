"""Who may open, reset and close whose account, what stands on record of it, and the first day."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from guantong.apps.ledger.models import Entry
from guantong.apps.organizations import accounts
from guantong.apps.organizations.access import Actor, Forbidden, NotFound, actor_of
from guantong.apps.organizations.account_list import (
    AccountState,
    found_by,
    in_state,
    proposed_names,
    told,
)
from guantong.apps.organizations.account_list import accounts as visible_accounts
from guantong.apps.organizations.accounts import NewAccount
from guantong.apps.organizations.installing import Newcomer, set_up
from guantong.apps.organizations.models import Day, Group, Kind, Organization, Person, Post
from guantong.apps.organizations.spelling import spelled
from guantong.apps.people import codes, factors, first_run, tries
from guantong.apps.people.models import Account, Code
from guantong.core.permits import Role
from guantong.core.refusal import Refused
from tests.apps.make import DAY, make_organization, make_person, make_post

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 5, 8, tzinfo=UTC)
GOOD = "操场边的梧桐树-2017"


class Place:
    """A committee with a school and its branch, and somebody for every role that matters here."""

    def __init__(self) -> None:
        self.top = make_organization(name="云岫区委教育工委", kind=Kind.WORK_COMMITTEE)
        self.school = make_organization(self.top, name="青禾小学党总支")
        self.branch = make_organization(self.school, name="第一支部")
        self.people: dict[str, Person] = {}
        for who, place, role in (
            ("system", self.top, Role.SYSTEM_ADMIN),
            ("security", self.top, Role.SECURITY_ADMIN),
            ("audit", self.top, Role.AUDIT_ADMIN),
            ("secretary", self.top, Role.SECRETARY),
            ("office", self.school, Role.PARTY_OFFICE),
            ("head", self.school, Role.SECRETARY),
            ("teacher", self.branch, Role.BRANCH_SECRETARY),
            ("plain", self.branch, None),
        ):
            person = make_person(place, name=f"{who}某")
            self.people[who] = person
            if role:
                make_post(person, place, role)

    def actor(self, who: str) -> Actor:
        return actor_of(self.people[who].pk, DAY)

    def key(self, who: str) -> int:
        return self.people[who].pk

    def opened(self, who: str, by: str = "system") -> str:
        return accounts.open_account(self.actor(by), person=self.key(who), name=who, now=NOW)


@pytest.fixture
def place(settings: Any) -> Place:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return Place()


def acts() -> list[tuple[str, int | None, int]]:
    return [(row.act, row.actor, row.object) for row in Entry.objects.order_by("pk")]


MAY = {
    "system": {"secretary", "office", "head", "teacher", "plain"},
    "security": {"system", "audit"},
    "audit": set(),
    "secretary": {"office", "head", "teacher", "plain"},
    "office": {"teacher", "plain"},
    "head": {"teacher", "plain"},
    "teacher": set(),
    "plain": set(),
}
"""Whose account each may open, reset, close: thought out, not read from the policy."""


@pytest.mark.parametrize("who", MAY)
def test_who_may_open_whose_account(place: Place, who: str) -> None:
    for other in MAY:
        if other in MAY[who]:
            place.opened(other, who)
            assert accounts.may_change(place.actor(who), place.key(other))
        else:
            with pytest.raises((NotFound, Forbidden, Refused)) as no:
                place.opened(other, who)
            assert other != who or isinstance(no.value, NotFound | Refused)
            assert not accounts.may_change(place.actor(who), place.key(other))
    assert Account.objects.count() == len(MAY[who])


def test_what_is_not_seen_is_not_there(place: Place) -> None:
    for who, other in (("audit", "head"), ("teacher", "plain"), ("office", "head"), ("plain", "teacher")):
        with pytest.raises(NotFound):
            place.opened(other, who)
    for who, other in (("security", "head"), ("system", "audit")):
        with pytest.raises(Forbidden):
            place.opened(other, who)
    with pytest.raises(NotFound):
        accounts.open_account(place.actor("system"), person=10**9, name="x1", now=NOW)


def test_nobody_looks_after_their_own(place: Place) -> None:
    for who in ("system", "security", "head"):
        Account.objects.create(name=who, person=place.key(who), made_at=NOW)
    for who in ("system", "security"):
        for act in (
            accounts.reset_account,
            accounts.close_account,
            accounts.reopen_account,
            accounts.drop_factor,
        ):
            with pytest.raises(Refused, match="own_account"):
                act(place.actor(who), person=place.key(who), now=NOW)


@pytest.mark.parametrize("since", [DAY, DAY + timedelta(days=1)])
def test_a_post_elsewhere_is_asked_for_too(place: Place, since: date) -> None:
    """Whoever looks after a school's accounts gains nothing over somebody who has, or will have, a post above it."""
    place.opened("plain", "head")
    post = make_post(place.people["plain"], place.top, Role.SECTION_STAFF, since=since)
    with pytest.raises(Forbidden):
        accounts.reset_account(place.actor("head"), person=place.key("plain"), now=NOW)
    accounts.reset_account(place.actor("system"), person=place.key("plain"), now=NOW)
    Post.objects.filter(pk=post.pk).update(role=Role.AUDIT_ADMIN)
    for who in ("head", "system", "secretary"):
        with pytest.raises(Forbidden):
            accounts.reset_account(place.actor(who), person=place.key("plain"), now=NOW)
    accounts.reset_account(place.actor("security"), person=place.key("plain"), now=NOW)
    Post.objects.filter(pk=post.pk).update(since=DAY - timedelta(days=9), until=DAY - timedelta(days=1))
    accounts.reset_account(place.actor("head"), person=place.key("plain"), now=NOW)


def test_everything_is_on_record_by_ids(place: Place) -> None:
    system, head = place.actor("system"), place.key("head")
    code = place.opened("head")
    accounts.use_code(name="head", code=code, new=GOOD, came_from="10.1.2.3", second=0, now=NOW)
    accounts.change_password(
        place.actor("head"), old=GOOD, new=GOOD[::-1], came_from="10.1.2.3", second=0, now=NOW
    )
    accounts.reset_account(system, person=head, now=NOW)
    accounts.close_account(system, person=head, now=NOW)
    accounts.reopen_account(system, person=head, now=NOW)
    accounts.reset_at_terminal("HEAD", now=NOW)
    by = place.key("system")
    assert acts() == [
        ("account.opened", by, head),
        ("account.password_set", head, head),
        ("account.password_set", head, head),
        ("account.reset", by, head),
        ("account.closed", by, head),
        ("account.reopened", by, head),
        ("account.reset", None, head),
    ]
    assert {str(row.facts) for row in Entry.objects.all()} == {str({"account": Account.objects.get().pk})}


def test_a_refused_act_leaves_nothing(place: Place) -> None:
    place.opened("head")
    system, before = place.actor("system"), acts()
    with pytest.raises(Refused, match="account_held"):
        place.opened("head")
    with pytest.raises(Refused, match="account_name_taken"):
        accounts.open_account(system, person=place.key("plain"), name="HEAD", now=NOW)
    with pytest.raises(Refused, match="account_missing"):
        accounts.reset_account(system, person=place.key("plain"), now=NOW)
    with pytest.raises(Refused, match="account_missing"):
        accounts.reset_at_terminal("nobody", now=NOW)
    with pytest.raises(Refused, match="factor_missing"):
        accounts.reset_at_terminal("head", drops_factor=True, now=NOW)
    with pytest.raises(Refused, match="factor_missing"):
        accounts.drop_factor(system, person=place.key("head"), now=NOW)
    place.people["plain"].left_on = DAY
    place.people["plain"].save()
    with pytest.raises(Refused, match="person_gone"):
        place.opened("plain")
    assert acts() == before
    assert Account.objects.count() == Code.objects.count() == 1


def test_many_are_opened_with_few_queries_all_or_none(place: Place) -> None:
    persons = Person.objects.bulk_create(
        Person(name=f"教师{n}", organization=place.branch) for n in range(600)
    )
    rows = [NewAccount(person.pk, f"jiaoshi{n}") for n, person in enumerate(persons)]
    with pytest.raises(Forbidden):
        accounts.open_many(place.actor("system"), [*rows, NewAccount(place.key("audit"), "audit")], NOW)
    assert not Account.objects.exists()
    with CaptureQueriesContext(connection) as queries:
        given = accounts.open_many(place.actor("head"), rows, NOW)
    assert len(queries) < 40
    assert codes.holder("jiaoshi599", given[599], NOW) == Account.objects.get(name="jiaoshi599")
    assert Entry.objects.filter(act="account.opened").count() == 600
    assert accounts.open_many(place.actor("head"), [], NOW) == []


def test_the_name_of_the_person_is_no_password(place: Place) -> None:
    place.people["head"].name, place.people["head"].spelled = "林砚舟", spelled("林砚舟")
    place.people["head"].save()
    code = place.opened("head")
    for weak in ("我是林砚舟，我在青禾小学", "linyanzhou-qinghe-77"):
        with pytest.raises(Refused, match="password_named"):
            accounts.use_code(name="head", code=code, new=weak, came_from="", second=0, now=NOW)
    assert accounts.use_code(name="head", code=code, new=GOOD, came_from="", second=0, now=NOW)


def test_T21_guessing_a_code_is_held_up_like_a_password(place: Place) -> None:  # noqa: N802
    code = place.opened("head")

    def tried(typed: str, second: int, came_from: str = "10.1.2.3", name: str = "head") -> bool:
        found = accounts.use_code(
            name=name, code=typed, new=GOOD, came_from=came_from, second=second, now=NOW
        )
        return found is not None

    assert not any(tried(codes.drawn(), second) for second in range(tries.FREE))
    assert not tried(code, tries.FREE)
    assert not any(tried(codes.drawn(), n, "10.7.7.7", f"name-{n}") for n in range(tries.STRANGERS))
    assert not tried(code, tries.STRANGERS, "10.7.7.7")
    assert tried(code, tries.STRANGERS, "10.1.2.4")


def test_a_reset_lets_somebody_in_who_was_held_up(place: Place) -> None:
    place.opened("head")
    for second in range(tries.FREE + 1):
        tries.sign_in(name="head", password="wrong", came_from="10.1.2.3", second=second)  # noqa: S106
    code = accounts.reset_account(place.actor("system"), person=place.key("head"), now=NOW)
    assert accounts.use_code(
        name="head", code=code, new=GOOD, came_from="10.1.2.3", second=tries.FREE + 2, now=NOW
    )


def shown_by(device: TOTPDevice) -> str:
    """What an authenticator shows now, which the tests set."""
    return f"{totp(device.bin_key):06d}"


def test_a_second_factor_is_bound_given_once_and_dropped(place: Place) -> None:
    place.opened("head")
    head = place.actor("head")
    account = Account.objects.get()
    with time_machine.travel(NOW, tick=False) as traveller:
        key = factors.key(account)
        assert factors.key(account) == key
        device = TOTPDevice.objects.get()
        assert len(key.text.replace(" ", "")) == 32
        assert key.address.startswith("otpauth://totp/")
        assert not factors.is_bound(account)
        with pytest.raises(Refused, match="figures_wrong"):
            accounts.bind_factor(head, figures="000000", now=NOW)
        assert TOTPDevice.objects.get().throttling_failure_count == 1, "counted, though refused"
        traveller.shift(2)
        bound = accounts.bind_factor(head, figures=f" {shown_by(device)[:3]} {shown_by(device)[3:]}", now=NOW)
        assert bound.generation == account.generation + 1
        assert factors.is_bound(account)
        with pytest.raises(Refused, match="factor_bound"):
            accounts.bind_factor(head, figures=shown_by(device), now=NOW)
        assert not factors.is_right(account, shown_by(device)), "they were good once"
        traveller.shift(60)
        assert factors.is_right(account, shown_by(device))
        assert not factors.is_right(account, shown_by(device))
    accounts.drop_factor(place.actor("system"), person=place.key("head"), now=NOW)
    assert not TOTPDevice.objects.exists()
    assert Account.objects.get().generation == bound.generation + 1
    assert [act for act, _, _ in acts()] == [
        "account.opened",
        "account.factor_bound",
        "account.factor_dropped",
    ]


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
        assert accounts.needs_factor(actor) is needed
    assert len(queries) == int(needed)
    Organization.objects.filter(pk=place.top.pk).update(invented=True)
    assert not accounts.needs_factor(actor), "in an example nobody does"


def test_the_list_tells_how_accounts_stand(place: Place) -> None:
    code = place.opened("head")
    for who in ("office", "teacher", "plain"):
        place.opened(who)
    accounts.use_code(name="head", code=code, new=GOOD, came_from="", second=0, now=NOW)
    fresh = accounts.reset_account(place.actor("system"), person=place.key("office"), now=NOW)
    assert fresh != code
    Account.objects.filter(name="office").update(set_at=NOW)
    accounts.close_account(place.actor("system"), person=place.key("teacher"), now=NOW)
    rows = visible_accounts(place.actor("system")).order_by("name")
    with CaptureQueriesContext(connection) as queries:
        held = told(list(rows), DAY, NOW)
    assert len(queries) == 5
    assert [(each.account.name, each.state) for each in held] == [
        ("head", AccountState.NORMAL),
        ("office", AccountState.TO_CHANGE),
        ("plain", AccountState.UNUSED),
        ("teacher", AccountState.CLOSED),
    ]
    for state in AccountState:
        assert [each.state for each in told(list(in_state(rows, state)), DAY, NOW)] == [state]
    assert in_state(rows, "nothing").count() == 4
    assert [each.waits_until for each in held] == [
        None,
        NOW + timedelta(hours=24),
        NOW + timedelta(days=14),
        None,
    ]
    assert [post.role for post in held[0].posts] == [Role.SECRETARY]
    assert visible_accounts(place.actor("head")).count() == 2  # of the branch below alone
    assert not visible_accounts(place.actor("audit")).exists()


def test_accounts_are_found_by_name_pinyin_and_account(place: Place) -> None:
    place.people["head"].name, place.people["head"].spelled = "曾乐行", spelled("曾乐行")
    place.people["head"].save()
    place.opened("head")
    place.opened("plain")
    rows = visible_accounts(place.actor("system"))
    for text in ("曾乐", "zengyue", "zenglexing", "zlx", "HEAD", "ea"):
        assert [row.name for row in found_by(rows, text)] == ["head"], text
    assert not found_by(rows, "nobody").exists()


def test_a_name_is_proposed_that_is_free(place: Place) -> None:
    assert proposed_names(["林砚舟", "林艳洲", "林砚舟"]) == ["linyanzhou", "linyanzhou2", "linyanzhou3"]
    accounts.open_account(place.actor("system"), person=place.key("head"), name="linyanzhou", now=NOW)
    assert proposed_names(["林砚舟"]) == ["linyanzhou2"]
    for person, odd in enumerate(("", "·", "哦", "A", "😀", "某" * 50), 10**6):
        (name,) = proposed_names([odd])
        Account.objects.create(name=name, person=person, made_at=NOW)
        assert 2 <= len(name) <= 64
        assert name.isascii()


FIRST = Newcomer(Role.SYSTEM_ADMIN, "林砚舟", "lin")
SECOND = Newcomer(Role.SECURITY_ADMIN, "何梧", "he-wu")
THIRD = Newcomer(Role.AUDIT_ADMIN, "宋榆", "song")


def begun(**changes: Any) -> Any:
    told: dict[str, Any] = {
        "district": "云岫区委教育工委",
        "first": FIRST,
        "password": GOOD,
        "others": [SECOND, THIRD],
        "now": NOW,
        "today": DAY,
    }
    return set_up(**(told | changes))


def test_the_first_day_makes_district_administrators_and_accounts() -> None:
    assert first_run.is_due()
    made = begun()
    assert not first_run.is_due()
    top = Organization.objects.get()
    assert (top.name, top.kind, top.invented) == ("云岫区委教育工委", Kind.WORK_COMMITTEE, False)
    assert top.spelled
    posts = Post.objects.order_by("pk")
    assert [(post.role, post.person.name, post.since) for post in posts] == [
        (each.role, each.name, DAY) for each in (FIRST, SECOND, THIRD)
    ]
    assert authenticate(username="lin", password=GOOD) == made.account
    assert [
        codes.holder(each.account, code, NOW) for each, code in zip((SECOND, THIRD), made.codes, strict=True)
    ] == [*Account.objects.exclude(name="lin").order_by("pk")]
    assert Group.objects.exists()
    assert Day.objects.filter(date__year=DAY.year).exists()
    assert [act for act, _, _ in acts()].count("account.opened") == 3
    assert all(actor is None for _, actor, _ in acts())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"password": "short"}, "password_short"),
        ({"password": "linyanzhou-2026"}, "password_named"),
        ({"password": "Password2026!"}, "password_common"),
        ({"others": [Newcomer(Role.SECURITY_ADMIN, "何梧", "LIN")]}, "account_name_taken"),
        ({"others": [Newcomer(Role.SECURITY_ADMIN, "林砚舟", "he")]}, "administrators_apart"),
        ({"others": [Newcomer(Role.SECURITY_ADMIN, "何梧", "h w")]}, "account_name_bad"),
        ({"district": " "}, "name_missing"),
    ],
)
def test_a_first_day_that_goes_wrong_leaves_nothing(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused, match=code):
        begun(**changes)
    assert not Organization.objects.exists()
    assert not Account.objects.exists()
    assert not Entry.objects.exists()


def test_there_is_one_first_day() -> None:
    begun()
    with pytest.raises(Refused, match="set_up_already"):
        begun(district="另一个区委教育工委", first=Newcomer(Role.SYSTEM_ADMIN, "罗禾", "luo"))
    assert Organization.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_first_days_at_once_make_one_district() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the tests' SQLite is in memory; on SQLite one writer waits for the other anyway")
    together = Barrier(4)

    def tab(n: int) -> str:
        together.wait(10)
        try:
            begun(district=f"云岫区委教育工委{n}", first=Newcomer(Role.SYSTEM_ADMIN, "林砚舟", f"lin{n}"))
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "made"

    with ThreadPoolExecutor(4) as pool:
        outcome = list(pool.map(tab, range(4)))
    assert sorted(outcome) == ["made", *["set_up_already"] * 3]
    assert Organization.objects.count() == 1
    assert Account.objects.count() == 3


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
        found = accounts.use_code(name="head", code=code, new=new, came_from="", second=0, now=NOW)
        return found is not None

    def reset() -> object:
        return accounts.reset_account(place.actor("system"), person=place.key("head"), now=NOW)

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


def test_the_code_of_the_first_day_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    assert not first_run.is_code(folder, "")
    code = first_run.code(folder)
    assert first_run.code(folder) == code
    (kept,) = folder.iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert first_run.is_code(folder, code.lower().replace("-", " "))
    assert not first_run.is_code(folder, codes.drawn())
    kept.write_text("", encoding="utf-8")
    assert not first_run.is_code(folder, "")
    first_run.forget(folder)
    first_run.forget(folder)
    assert not first_run.is_code(folder, code)
