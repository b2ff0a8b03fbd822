"""Pages are tried with passwords that are cheap to hash, and in a browser that notes what a page must not do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from playwright.sync_api import Browser, Page

from guantong.apps.people.services import make_account
from tests.apps.road import ISSUED, Road, at, issued, make_road
from tests.browser import watched

from .make import PASSWORD, signed_in

Open = Callable[..., Page]
Enter = Callable[[str], Client]


@pytest.fixture(autouse=True)
def cheap_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def noted() -> list[str]:
    """What the policy of a page refused, and what it asked of another host."""
    return []


@pytest.fixture
def open_page(browser: Browser, live_server: Any, noted: list[str]) -> Iterator[Open]:
    """Opens pages of the test's server, each in a context of its own; at the end nothing may have been noted."""
    opened: list[Page] = []

    def open_(address: str = "/", width: int = 1366, height: int = 768) -> Page:
        page = watched(browser, live_server.url, noted, viewport={"width": width, "height": height})
        page.goto(address)
        opened.append(page)
        return page

    yield open_
    for page in opened:
        page.context.close()
    assert not noted


@pytest.fixture
def road() -> Iterator[Road]:
    with time_machine.travel(at(ISSUED, 10), tick=False):
        road = make_road()
        issued(road)
        yield road


@pytest.fixture
def enter(road: Road) -> Enter:
    """A client signed in as somebody of the road."""
    known: dict[str, Client] = {}

    def enter_(who: str) -> Client:
        if who not in known:
            account = make_account(
                name=who, person=road.people[who], password=PASSWORD, must_change=False, now=at(ISSUED)
            )
            known[who] = signed_in(account)
        return known[who]

    return enter_
