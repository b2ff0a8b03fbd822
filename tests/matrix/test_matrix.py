"""T12, T13, T16: every address, method, person and place is answered as people thought it should be."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver

from guantong.core.permits import PERMITS, Grant, Reach, Role
from guantong.web import guard
from tests.cast import WHO, Place, Relation, relation
from tests.house.test_guard import views

from .oracle import EVERY, OPEN, ORACLE, Cell, Line, cells, differences, lines, sample
from .run import ask, spread

pytestmark = pytest.mark.django_db
ONE_IN = 9
BEFORE = {"setup"}
"""What there is before the first account alone, see `test_sessions`."""
DISTRICT = ("district", "in-charge", "section", "discipline")


@pytest.fixture(autouse=True)
def cheap_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def addresses() -> list[str]:
    return [name for _, name, _ in views(get_resolver().url_patterns)]


def oracle() -> list[Line]:
    return lines(ORACLE.read_text(encoding="utf-8"))


def test_every_address_has_its_lines_and_no_line_is_without_address() -> None:
    told = {(line.address, line.method) for line in oracle() if line.address != EVERY}
    there = {(name, method) for name in addresses() for method in ("GET", "POST")}
    assert len(addresses()) == len(set(addresses())), "every address needs a name of its own"
    assert not there - told, f"write a line for each in {ORACLE.name}: {sorted(there - told)}"
    assert not told - there, f"gone from the addresses, take it out of {ORACLE.name}: {sorted(told - there)}"
    assert {line.method for line in oracle() if line.address == EVERY} == {
        *("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
    }


def test_no_line_is_said_twice() -> None:
    keys = [(line.address, line.method, line.sent) for line in oracle()]
    assert len(keys) == len(set(keys))


def test_the_sample_meets_every_address_everybody_and_every_relation() -> None:
    every = cells(oracle(), addresses())
    some = sample(every, ONE_IN)
    assert len(some) < len(every) / 4
    assert {cell.line.address for cell in some} == set(addresses())
    assert {cell.who for cell in some} == set(WHO)
    assert {relation(who, place) for who, place in spread(some)} == set(Relation)
    assert set(spread(some)) == set(spread(every))


def test_T12_T13_T16_a_sample_of_the_matrix() -> None:  # noqa: N802  (promises keep their ids)
    outcome = ask(sample(cells(oracle(), addresses()), ONE_IN))
    table = outcome.table(differences(OPEN.read_text(encoding="utf-8")))
    assert not table, table
    never = set(addresses()) - outcome.answered - BEFORE
    assert not never, f"T13: nobody is ever answered with a page, or done, at {sorted(never)}"


@pytest.mark.trust
def test_T12_T13_T16_the_whole_matrix() -> None:  # noqa: N802
    known = differences(OPEN.read_text(encoding="utf-8"))
    outcome = ask(cells(oracle(), addresses()))
    table = outcome.table(known)
    assert not table, table
    settled = known - set(outcome.differing)
    assert not settled, f"answered as thought by now, take it out of {OPEN.name}: {sorted(settled)}"
    assert outcome.asked > 5000
    assert outcome.answered == set(addresses()) - BEFORE


def of(address: str, method: str) -> list[Cell]:
    return [
        cell for cell in cells(oracle(), []) if (cell.line.address, cell.line.method) == (address, method)
    ]


def test_control_a_wider_policy_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PERMITS, "receipt.sign", (Grant(frozenset({Role.SECRETARY}), Reach.TREE),))
    assert set(ask(of("sign", "POST")).differing) == {
        *(("sign", "POST", place, "district", "x", "d") for place in "SBN"),
        ("sign", "POST", "B", "school", "x", "d"),
        ("sign", "POST", "B", "branch", "d", "x"),
    }


def test_control_a_narrower_policy_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PERMITS, "receipt.see", ())
    outcome = ask(cell for cell in of("receipt", "GET") if cell.place is not Place.BRANCH)
    assert set(outcome.differing) == {
        *(("receipt", "GET", place, who, "o", ".") for place in "SNG" for who in DISTRICT),
        *(("receipt", "GET", "S", who, "o", ".") for who in ("school", "principal")),
        ("receipt", "GET", "N", "stranger", "o", "."),
    }
    assert not outcome.answered


def test_control_a_telling_404_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [cell for cell in of("receipt", "GET") if cell.who == "stranger"]
    assert not ask(asked).differing

    def telling(found: int) -> str:
        return f"第 {found} 号回执属于别的单位。"

    def failed(request: HttpRequest, status: int, sentence: str = "") -> HttpResponse:
        number = request.resolver_match.kwargs["pk"] if request.resolver_match else 0
        return HttpResponse(sentence or telling(number), status=status)

    monkeypatch.setattr(guard, "failed", failed)
    assert {cell[-2:] for cell in ask(asked).differing} == {(".", "?")}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("former", "visitor"),  # a column by another name
        (r"receipts +GET", "receipts GET GET"),
        (r"ooo\.", "oo."),  # a place without a letter
        (r"ooo\.", "oooq"),
        (r"directive +dxx\.", "- dxx."),  # done, and led nowhere
    ],
)
def test_control_an_unclear_oracle_is_refused(old: str, new: str) -> None:
    text = ORACLE.read_text(encoding="utf-8")
    unclear, found = re.subn(old, new, text, count=1)
    assert found
    with pytest.raises(ValueError):  # noqa: PT011 — which sentence says it makes no difference
        lines(unclear)
