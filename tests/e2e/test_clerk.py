"""A clerk hands an office over: the successor is entered, takes the office with its to-dos, and signs in by a code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import watched

from .conftest import Enter, Picture
from .district import District, served
from .test_merger import follow, looks_right, open_page, to_dos

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]

NAME, NOTE = "方砚舟", "支部工作台账在办公室铁柜第二层。"
PASSWORD = "窗外的桐花落了一地淡紫色"  # noqa: S105 — of the test


@pytest.fixture
def visitor(browser: Browser, noted: list[str]) -> Iterator[Callable[[str], Page]]:
    """A browser in which nobody has signed in; at the end nothing may have been noted."""
    opened: list[Page] = []

    def visitor_(address: str) -> Page:
        opened.append(watched(browser, address, noted, viewport={"width": 1366, "height": 768}))
        return opened[-1]

    yield visitor_
    for page in opened:
        page.context.close()
    assert not noted


def test_an_office_is_handed_over(
    district: District, enter: Enter, visitor: Callable[[str], Page], picture: Picture, tmp_path: Path
) -> None:
    school = district.places["xuexiao3"]
    with served(district) as address:
        leaving = enter("xuexiao3", address)
        waiting = to_dos(leaving)
        assert waiting > 0
        clerk = enter("ducha", address)
        open_page(clerk, school)
        fill_roster(clerk, school, picture, tmp_path)
        hand_over(clerk, school, picture)
        leaving.goto("/")
        leaving.get_by_role("button", name="登录").wait_for()
        name, code = open_account(clerk, picture)

        taking = visitor(address)
        taking.goto("/code/")
        for label, typed in (
            ("账号", name),
            ("一次性代码", code),
            ("新密码", PASSWORD),
            ("再填一次新密码", PASSWORD),
        ):
            taking.get_by_label(label, exact=True).fill(typed)
        taking.get_by_role("button", name="设置密码并登录").click()
        taking.get_by_role("heading", name="待办", level=1).wait_for()
        assert to_dos(taking) == waiting
        taking.goto("/mine/")
        expect(taking.get_by_role("main")).to_contain_text(NOTE)
        looks_right(taking)
        picture(taking, "mine")

        clerk.goto("/groups/")
        looks_right(clerk)
        picture(clerk, "groups")


def fill_roster(clerk: Page, school: str, picture: Picture, folder: Path) -> None:
    """Put the successor on the roster, and take the list along."""
    follow(clerk, "党员名册", f"{school}党员名册")
    follow(clerk, "增加人员", "增加人员")
    fill(clerk, "姓名", NAME)
    clerk.get_by_label("性别").select_option(label="男")
    fill(clerk, "出生年份", "1985")
    clerk.get_by_label("党员身份", exact=True).select_option(label="正式党员")
    fill(clerk, "党员身份从哪天起", "2010-07-01")
    clerk.get_by_role("button", name="保存").click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text(NAME)
    looks_right(clerk)
    clerk.get_by_role("link", name="党员名册").click()
    expect(clerk.get_by_role("row", name=NAME)).to_contain_text("2010年7月1日")
    picture(clerk, "roster")
    with clerk.expect_download() as handed:
        clerk.get_by_role("link", name="导出 Excel").click()
    handed.value.save_as(folder / "roster.xlsx")
    sheet = openpyxl.load_workbook(folder / "roster.xlsx").worksheets[0]
    there = [[str(cell.value) for cell in row] for row in sheet.iter_rows()]
    assert any(NAME in row and "1985" in row for row in there)
    assert school in handed.value.suggested_filename + str(there)


def hand_over(clerk: Page, school: str, picture: Picture) -> None:
    """Choose who takes the office, look at what goes along, confirm."""
    follow(clerk, "任职", f"{school}任职")
    picture(clerk, "posts")
    clerk.get_by_role("link", name=re.compile("^交接：.*的书记$")).click()
    clerk.get_by_role("searchbox", name="接任人").fill("fyz")  # initials will do
    clerk.get_by_role("button", name="查找").click()
    clerk.get_by_role("radio", name=re.compile(f"^{NAME} {school}")).check()
    looks_right(clerk)
    clerk.get_by_role("button", name="选定这个人").click()
    expect(clerk.get_by_role("heading", name="一并交接的事项")).to_be_visible()
    fill(clerk, "交接说明", NOTE)
    looks_right(clerk)
    picture(clerk, "hand-over")
    clerk.get_by_role("button", name="确认交接").click()
    expect(clerk.get_by_role("status")).to_contain_text(f"已交给{NAME}")


def open_account(clerk: Page, picture: Picture) -> tuple[str, str]:
    """The account's name and the code, from the slip that is shown once."""
    clerk.get_by_role("link", name=NAME, exact=True).click()
    follow(clerk, "查看和办理账号", f"{NAME}的账号")
    name = clerk.get_by_label(re.compile("^账号")).input_value()
    clerk.get_by_role("button", name="开通账号").click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text("账号已开通")
    looks_right(clerk)
    picture(clerk, "account-slip")
    slip = clerk.get_by_role("article", name=f"{NAME}的账号交接单").inner_text()
    code = re.search(r"\b\w{4}(?:-\w{4}){3}\b", slip)
    assert code
    return name, code[0]


def fill(page: Page, label: str, typed: str) -> None:
    """Type into the field of that label, whether it has to be filled in or not."""
    page.get_by_label(re.compile(f"^{label}(（必填）)?$")).fill(typed)
