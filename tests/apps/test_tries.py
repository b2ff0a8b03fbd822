"""T21: who guesses passwords is held up, and nobody can lock somebody else out from afar."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from guantong.apps.people.models import Account, Tries
from guantong.apps.people.services import make_account
from guantong.apps.people.tries import FREE, STRANGERS, WAITS, delay, origin, sign_in
from tests.house.tree import ROOT

RIGHT = "操场边的梧桐树-2017"
HERE, ELSEWHERE = "10.1.2.3", "10.9.9.9"
START = 1_790_000_000
HOUR, DAY = 3600, 86400

LookedAt = Callable[[], int]


@pytest.fixture
def looked_at(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> LookedAt:  # noqa: ARG001 — needs the tables
    """How often a hash was computed since the test began: for a password, or as if there were an account."""
    return counted(settings, monkeypatch)


def counted(settings: Any, monkeypatch: pytest.MonkeyPatch) -> LookedAt:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for name in ("zhang", "li"):
        make(name)
    seen: list[str] = []
    plain = MD5PasswordHasher.encode

    def counting(self: MD5PasswordHasher, password: str, salt: str) -> str:
        seen.append(salt)
        return plain(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    return lambda: len(seen)


def make(name: str) -> Account:
    person = Account.objects.count() + 1
    now = datetime(2026, 3, 5, 8, tzinfo=UTC)
    return make_account(name=name, person=person, password=RIGHT, must_change=False, now=now)


def attempt(second: int, name: str = "zhang", password: str = "wrong", came_from: str = HERE) -> bool:  # noqa: S107 — of the tests
    account = sign_in(name=name, password=password, came_from=came_from, second=START + second)
    assert account is None or account.name == name
    return account is not None


def right(second: int, name: str = "zhang", came_from: str = HERE) -> bool:
    return attempt(second, name, RIGHT, came_from)


def test_T21_a_thousand_tries_are_ten_looks_a_quarter_of_an_hour(looked_at: LookedAt) -> None:  # noqa: N802
    for second in range(1000):
        assert not attempt(second * 900 // 1000)
    assert FREE < looked_at() <= 10


def test_T21_a_thousand_names_are_ten_looks_an_hour(looked_at: LookedAt) -> None:  # noqa: N802
    for n in range(1000):
        assert not attempt(n * HOUR // 1000, ("zhang", "li")[n] if n < 2 else f"name-{n}")
    assert looked_at() == STRANGERS
    assert right(2 * HOUR)


def test_control_without_counting_every_try_is_a_look(looked_at: LookedAt) -> None:
    for n in range(50):
        Tries.objects.all().delete()
        attempt(n)
    assert looked_at() == 50


def test_the_waits_grow_and_the_right_password_has_to_wait_too(looked_at: LookedAt) -> None:
    for _ in range(FREE):
        attempt(0)
    second = 0
    for n, wait in enumerate((*WAITS, WAITS[-1]), FREE + 1):
        before = looked_at()
        assert not right(second + wait - 1)
        assert looked_at() == before
        assert Tries.objects.exclude(name="").get().failed == n - 1  # nor does it make the wait longer
        if n <= STRANGERS:  # as many as an address has for names that never came in there
            second += wait
            assert not attempt(second)
            assert looked_at() == before + 1


def test_a_right_password_clears_what_was_wrong(looked_at: LookedAt) -> None:
    for _ in range(FREE - 1):
        attempt(0)
    assert right(0)
    for _ in range(FREE - 1):
        attempt(1)
    assert right(1)
    assert looked_at() == 2 * FREE


def test_another_address_still_signs_in(looked_at: LookedAt) -> None:
    for second in range(100):
        attempt(second)
    assert not right(100)
    assert right(100, came_from=ELSEWHERE)
    assert not right(100)  # and that helps nobody who guesses here
    assert looked_at() < 10


def test_who_came_in_before_is_not_held_up_by_strangers_of_the_same_address(looked_at: LookedAt) -> None:
    assert right(0)
    for n in range(100):
        attempt(n, f"name-{n}")
    assert right(100)
    assert not right(100, "li")
    assert right(100, "li", ELSEWHERE)
    assert right(100 + HOUR, "li")
    assert looked_at() == 1 + STRANGERS + 3


def test_a_name_that_is_nobodys_is_held_up_just_the_same(looked_at: LookedAt) -> None:
    looks = []
    for name, came_from in (("zhang", HERE), ("nobody", ELSEWHERE)):
        before, course = looked_at(), []
        for second in range(0, HOUR, 30):
            attempt(second, name, came_from=came_from)
            course.append(looked_at() - before)
        looks.append(course)
    assert looks[0] == looks[1]


def test_case_and_width_of_a_name_are_no_new_tries(looked_at: LookedAt) -> None:
    for name in ("zhang", "Zhang", "ZHANG", "\uff3ahang", "zhanG"):
        attempt(0, name)
    before = looked_at()
    assert not right(1)
    assert looked_at() == before


def test_what_is_a_day_old_is_forgotten_and_nothing_typed_is_kept(looked_at: LookedAt) -> None:
    for _ in range(FREE + 2):
        attempt(0)
        attempt(0, "a password typed as a name", came_from=ELSEWHERE)
    kept = str(list(Tries.objects.values()))
    assert not any(word in kept for word in ("zhang", "typed", HERE, ELSEWHERE))
    for _ in range(FREE):
        attempt(DAY)
    assert looked_at() == 3 * FREE
    assert right(2 * DAY + 60)
    assert Tries.objects.exclude(name="").count() == 1
    assert right(100 * DAY, "li")
    assert Tries.objects.exclude(name="").count() == 1


def test_a_clock_that_is_put_back_keeps_nobody_out_for_longer(looked_at: LookedAt) -> None:
    for _ in range(FREE):
        attempt(10 * DAY)
    assert not right(10 * DAY - 30)
    assert right(0)
    assert looked_at() == FREE + 1


@pytest.mark.django_db(transaction=True)
def test_tries_at_once_are_all_counted(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the tests' SQLite is in memory; the next test has one in a file")
    looked_at = counted(settings, monkeypatch)
    assert not any(at_once())
    assert looked_at() == 2 * FREE
    assert sorted(Tries.objects.exclude(name="").values_list("failed", flat=True)) == [FREE, FREE]


def test_tries_at_once_are_all_counted_in_a_file(tmp_path: Path) -> None:
    environment = {**os.environ, "GUANTONG_DATA_DIR": str(tmp_path), "GUANTONG_DATABASE_URL": ""}
    code = "from guantong.config.setup import prepare; prepare(); "
    code += "from tests.apps import test_tries; test_tries.guess_apart()"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=ROOT)
    assert json.loads(done.stdout) == [FREE, FREE]


def guess_apart() -> None:
    """Run by a process of its own: the tables in a file, tries at once, what was counted as JSON."""
    with connection.schema_editor() as editor:
        editor.create_model(Account)
        editor.create_model(Tries)
    assert not any(at_once())
    sys.stdout.write(json.dumps(sorted(Tries.objects.exclude(name="").values_list("failed", flat=True))))


def at_once() -> list[bool]:
    """Eighty wrong passwords in eight threads that begin together, half for either account."""
    together = Barrier(8)

    def guess(n: int) -> bool:
        together.wait(10)
        try:
            return any(attempt(0, "zhang" if n % 2 else "li") for _ in range(10))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(guess, range(8)))


@given(st.integers(0, 10**6))
def test_the_wait_never_shrinks_and_never_passes_a_quarter_of_an_hour(failed: int) -> None:
    assert delay(failed) <= delay(failed + 1) <= 900
    assert (delay(failed) == 0) == (failed < FREE)


PROXIES = frozenset({ip_address("10.0.0.1"), ip_address("10.0.0.2")})


@pytest.mark.parametrize(
    ("peer", "forwarded", "came_from"),
    [
        ("192.0.2.7", "", "192.0.2.7"),
        ("192.0.2.7", "203.0.113.9", "192.0.2.7"),  # no proxy of ours: what it tells is not believed
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),  # what the sender wrote in front is not believed
        ("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("", "203.0.113.9", ""),
        ("not an address", "", ""),
    ],
)
def test_where_a_request_came_from(peer: str, forwarded: str, came_from: str) -> None:
    assert origin(peer, forwarded, PROXIES) == came_from
