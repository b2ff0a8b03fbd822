"""A browser that notes what a page must not do: break its policy, ask another host, report an error."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; where there is none the test is skipped, with CI=true it fails."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CHROMIUM} is missing (Debian: chromium)")
        pytest.skip(f"{CHROMIUM} is missing (Debian: chromium)")
    from playwright.sync_api import sync_playwright

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


def watched(browser: Browser, address: str, noted: list[str], **options: Any) -> Page:
    """A page of the server at `address` in a context of its own; what its policy refused and what it asked of
    another host is added to `noted`."""
    context = browser.new_context(base_url=address, locale="zh-CN", **options)
    context.expose_function("noted", lambda what: noted.append(what))  # noqa: PLW0108 — the driver marks it
    context.add_init_script(WATCH)
    page = context.new_page()
    page.on("request", lambda sent: _note_host(sent.url, address, noted))
    return page


def overflow(page: Page) -> int:
    """By how many pixels a page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def _note_host(address: str, ours: str, noted: list[str]) -> None:
    if not address.startswith((ours, "data:")):
        noted.append(address)
