"""The first day: the district and its administrators, once, all or nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db import connection

from guantong.apps.ledger.models import Entry
from guantong.apps.organizations.accounts.installing import Newcomer, set_up
from guantong.apps.organizations.models import Day, Group, Kind, Organization, Post
from guantong.apps.people import codes, first_run
from guantong.apps.people.models import Account
from guantong.core.permits import Role
from guantong.core.refusal import Refused
from tests.apps.make import DAY

from .make_accounts import GOOD, NOW, acts

pytestmark = pytest.mark.django_db


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
