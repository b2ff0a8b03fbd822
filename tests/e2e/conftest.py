"""A visitor's browser, the demo, and where the pictures go."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import watched

from .district import District, built, copied, served

Enter = Callable[..., Page]
Picture = Callable[[Page, str], None]


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> District:  # noqa: ARG001 — no browser, no demo
    """The demo as it was built, for tests that only look; processes of one run share it."""
    root = tmp_path_factory.getbasetemp()
    return built((root.parent if os.environ.get("PYTEST_XDIST_WORKER") else root) / "demo")


@pytest.fixture
def district(whole: District, tmp_path: Path) -> District:
    """The demo to be changed."""
    return copied(whole, tmp_path / "data")


@pytest.fixture(scope="session")
def looked_at(whole: District, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo that nobody changes."""
    with served(copied(whole, tmp_path_factory.mktemp("looked-at") / "data")) as address:
        yield address


@pytest.fixture
def noted() -> list[str]:
    """What pages did that they must not do: broken policy, other hosts, errors in the console."""
    return []


@pytest.fixture
def enter(browser: Browser, whole: District, noted: list[str]) -> Iterator[Enter]:
    """A browser in which somebody of the demo has signed in; at the end nothing may have been noted."""
    opened: list[Page] = []

    def enter_(who: str, address: str) -> Page:
        page = watched(browser, address, noted, viewport={"width": 1366, "height": 768})
        page.on("console", lambda said: noted.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: noted.append(str(error)))
        opened.append(page)
        page.goto("/sign-in/")
        page.get_by_label("账号").fill(who)
        page.get_by_label("密码").fill(whole.passwords[who])
        page.get_by_role("button", name="登录").click()
        page.get_by_role("heading", name="待办", level=1).wait_for()
        return page

    yield enter_
    for page in opened:
        page.context.close()
    assert not noted


@pytest.fixture
def picture() -> Picture:
    """Keeps what the window shows, where GUANTONG_SCREENSHOTS names a folder."""
    folder = os.environ.get("GUANTONG_SCREENSHOTS")

    def picture_(page: Page, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png")

    return picture_
