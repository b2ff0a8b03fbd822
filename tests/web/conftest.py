"""Pages are tried with passwords that are cheap to hash, and in a browser that notes what a page must not do."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WATCH = "document.addEventListener('securitypolicyviolation', e => noted(e.violatedDirective));"
Open = Callable[..., Page]


@pytest.fixture(autouse=True)
def cheap_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; where there is none the test is skipped, with CI=true it fails."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CHROMIUM} is missing (Debian: chromium)")
        pytest.skip(f"{CHROMIUM} is missing (Debian: chromium)")
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "true"  # the driver keeps a loop in this thread; rows are made between
    )
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def noted() -> list[str]:
    """What the policy of a page refused, and what it asked of another host."""
    return []


@pytest.fixture
def open_page(browser: Browser, live_server: Any, noted: list[str]) -> Iterator[Open]:
    """Opens pages of the test's server, each in a context of its own; at the end nothing may have been noted."""
    opened: list[Page] = []

    def open_(address: str = "/", width: int = 1366, height: int = 768) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": height}, locale="zh-CN"
        )
        context.expose_function("noted", lambda what: noted.append(what))  # noqa: PLW0108 — the driver marks it
        context.add_init_script(WATCH)
        page = context.new_page()
        page.on("request", lambda sent: _note_host(sent.url, live_server.url, noted))
        page.goto(address)
        opened.append(page)
        return page

    yield open_
    for page in opened:
        page.context.close()
    assert not noted


def _note_host(address: str, ours: str, noted: list[str]) -> None:
    if not address.startswith((ours, "data:")):
        noted.append(address)
