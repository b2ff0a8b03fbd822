"""Whoever signed in by half reaches nothing: the second factor is to be given or bound, the password changed first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse

from guantong.apps.people.models import Account
from guantong.web.guard import FACTOR, GIVEN, SPARED
from tests.apps.road import at
from tests.cast import TODAY, make_cast

from .oracle import EVERY
from .scenes import Scenes
from .test_matrix import addresses, oracle

pytestmark = pytest.mark.django_db
OPEN = {"sign-in", "code", "setup"}
"""What nobody has to be signed in for."""


@pytest.fixture
def scenes(settings: Any) -> Iterator[Scenes]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with time_machine.travel(at(TODAY, 10), tick=False):
        yield Scenes(make_cast())


def led(scenes: Scenes, who: str, **session: str) -> dict[tuple[str, str], str]:
    """Where each address and method that there is leads somebody whose session says so; empty where it answers."""
    found = {}
    for line in oracle():
        if line.address == EVERY or line.address in OPEN or set("".join(line.letters.values())) == {"-"}:
            continue
        with transaction.atomic():
            sent = scenes.without_object(line.address, "-" if len(line.places) > 1 else line.sent, who)
            client = scenes.cast.client(who)
            kept = client.session
            kept.update(session)
            kept.save()
            answer = client.generic(line.method, reverse(line.address, kwargs=sent.names))
            found[line.address, line.method] = leads_to(answer)
            transaction.set_rollback(True)
    assert {address for address, _ in found} == set(addresses()) - OPEN
    return found


def leads_to(answer: Any) -> str:
    assert isinstance(answer, HttpResponse)
    return str(resolve(answer["Location"].partition("?")[0]).url_name) if answer.status_code == 302 else ""


def elsewhere(found: dict[tuple[str, str], str], place: str) -> set[str]:
    """The addresses from which somebody was not led to `place`."""
    assert list(found.values()).count(place) > 80
    return {address for (address, _), led_to in found.items() if led_to != place}


def test_T22_without_the_second_factor_a_session_reaches_nothing(scenes: Scenes) -> None:  # noqa: N802
    found = led(scenes, "system", **{FACTOR: ""})
    assert elsewhere(found, "second-factor") == {"second-factor", "sign-out"}


def test_T22_an_administrator_binds_a_second_factor_first(scenes: Scenes) -> None:  # noqa: N802
    found = led(scenes, "security", **{FACTOR: SPARED})
    assert elsewhere(found, "enrol") == {"enrol", "second-factor", "password", "sign-out"}


def test_T22_a_password_that_others_know_is_changed_first(scenes: Scenes) -> None:  # noqa: N802
    Account.objects.filter(pk=scenes.cast.accounts["section"].pk).update(must_change=True)
    found = led(scenes, "section", **{FACTOR: SPARED})
    assert elsewhere(found, "password") == {"enrol", "second-factor", "password", "sign-out"}


def test_control_a_whole_session_is_led_nowhere_of_these(scenes: Scenes) -> None:
    found = led(scenes, "audit", **{FACTOR: GIVEN})
    assert not {"second-factor", "enrol", "password"} & set(found.values())


def test_before_the_first_account_every_page_leads_to_the_one_that_makes_it(client: Client) -> None:
    assert client.get(reverse("setup")).status_code == 200
    for line in oracle():
        if line.method == "GET" and line.places == "-" and "o" in line.letters["district"]:
            names = {"kind": "persons"} if line.address == "intake-template" else {}
            answer = client.get(reverse(line.address, kwargs=names), follow=True)
            assert answer.redirect_chain[-1][0].startswith(reverse("setup")), line.address
