"""A merger in March: both schools stand until the eve, one after; what was open is where the clerk said."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from .conftest import Enter, Picture
from .district import District, served
from .office import TOP
from .test_pages import problems

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]

EVE, DAY = date(2027, 3, 15), date(2027, 3, 16)
OPEN, TO_DOS = "上级交办、还没有办完的任务", "待办"


def test_a_merger_in_march(district: District, enter: Enter, picture: Picture, noted: list[str]) -> None:
    gone, heir = district.places["xuexiao3"], district.places["xuexiao2"]
    with served(district, DAY) as address:
        taking, closing = enter("xuexiao2", address), enter("xuexiao3", address)
        had, waiting, all_of_gone = rows_of(taking), to_dos(taking), rows_of(closing)
        clerk = enter("ducha", address)
        open_page(clerk, gone)
        picture(clerk, "organization")
        told = merge(clerk, gone, heir, picture)
        open_, moved, merged = told[OPEN]
        assert moved + merged == open_ > 0
        expect(clerk.get_by_role("alert").or_(clerk.get_by_role("status")).first).to_contain_text("并入")
        looks_right(clerk)

        assert both_on(clerk, EVE, gone, heir) == {gone, heir}
        assert both_on(clerk, DAY, gone, heir) == {heir}
        clerk.goto("/organizations/")
        follow(clerk, "本年变动", "2027 年单位变动")
        picture(clerk, "changes")
        expect(clerk.get_by_role("row", name=gone)).to_contain_text("2027年3月16日")
        expect(clerk.get_by_role("row", name=gone)).to_contain_text(f"并入{heir}")

        assert rows_of(taking) == had + moved
        assert to_dos(taking) == waiting + told[TO_DOS][1]
        closing.goto("/")
        closing.get_by_role("button", name="登录").wait_for()
        assert rows_of(clerk, gone) == all_of_gone - open_  # what was done there stays there
    assert not noted


def open_page(clerk: Page, name: str) -> None:
    """From the menu to an organization's page, by initials or a part of its name."""
    clerk.get_by_role("link", name="组织与党员").first.click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text(TOP)
    clerk.get_by_role("searchbox").or_(clerk.get_by_label(re.compile("名称"))).first.fill(name[:2])
    clerk.get_by_role("button", name="查找").click()
    clerk.get_by_role("link", name=name, exact=True).click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text(name)
    looks_right(clerk)


def merge(clerk: Page, gone: str, heir: str, picture: Picture) -> dict[str, tuple[int, int, int]]:
    """Choose, look at what becomes of what is open, confirm; of each kind of work: all, handed over, merged."""
    clerk.get_by_role("link", name="合并或撤销").click()
    clerk.get_by_label("并入哪个单位").fill(heir[:2])
    clerk.get_by_role("radio", name=re.compile(f"^{heir} ")).check()
    looks_right(clerk)
    picture(clerk, "merger-choice")
    clerk.get_by_role("button", name="下一步").click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text("合并前请核对")
    looks_right(clerk)
    told = {}
    for row in clerk.get_by_role("table", name=f"{gone}没有办完的事").get_by_role("row").all()[1:]:
        words, count, then, _ = (cell.inner_text() for cell in row.locator("th, td").all())
        moved, merged = (re.search(rf"(\d+) 项{what}", then) for what in ("交过去", "与对方已有的并办"))
        told[words] = (int(count), int(moved[1]) if moved else 0, int(merged[1]) if merged else 0)
    clerk.get_by_label("交给并入的单位接着办").check()
    picture(clerk, "merger-confirm")
    clerk.get_by_role("button", name="合并", exact=True).click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text(gone)
    return told


def follow(page: Page, link: str, heading: str) -> None:
    """Click, come to the page of that heading, and look at it."""
    page.get_by_role("link", name=link, exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    looks_right(page)


def both_on(clerk: Page, day: date, *names: str) -> set[str]:
    """Which of the organizations the tree of a day shows."""
    found = set()
    for name in names:
        clerk.goto(f"/organizations/?on={day}&text={name}")
        if clerk.get_by_role("link", name=name, exact=True).count():
            found.add(name)
    return found


def rows_of(page: Page, name: str = "") -> int:
    """How many assignments somebody's list holds, of one organization if it is named."""
    page.goto(f"/assignments/?text={name}" if name else "/assignments/")
    told = re.search(r"共 (\d+) 条", page.get_by_role("navigation", name="翻页").inner_text())
    assert told
    return int(told[1])


def to_dos(page: Page) -> int:
    """How many things wait for somebody."""
    page.goto("/")
    told = re.search(r"待办\s*(\d+)", page.get_by_role("banner").inner_text())
    assert told
    return int(told[1])


def looks_right(page: Page) -> None:
    """Nothing too wide, nothing axe finds."""
    found = problems(page)
    assert not found, f"{page.url}\n" + "\n".join(found)
