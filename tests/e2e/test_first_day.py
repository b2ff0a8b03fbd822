"""The first day: an empty machine, three administrators, three hundred schools out of Excel, and a secretary signs in."""

from __future__ import annotations

import hashlib
import hmac
import re
import struct
from base64 import b32decode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from guantong import clock
from tests.browser import watched

from .conftest import Picture
from .district import empty, running
from .office import (
    HOME,
    SCHOOLS,
    TOP,
    code_of,
    correct_schools,
    schools,
    slips,
    write_accounts,
    write_people,
    write_posts,
    write_schools,
)
from .test_merger import follow, looks_right

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]

PASSWORDS = {
    "xitong": "雨落在檐下的第三天早晨八点",
    "anquan": "风从操场北边慢慢地吹过来了",
    "xuexiao001": "黑板擦放回它原来那个地方",
}
Visit = Callable[[], Page]
_STEP = 30  # seconds for which an authenticator shows the same figures


@pytest.fixture
def visit(browser: Browser, machine: tuple[str, Path], noted: list[str]) -> Iterator[Visit]:
    """Another browser at the machine; at the end nothing may have been noted in any."""
    opened: list[Page] = []

    def visit_() -> Page:
        page = watched(browser, machine[0], noted, viewport={"width": 1366, "height": 768})
        page.on("console", lambda said: noted.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: noted.append(str(error)))
        opened.append(page)
        return page

    yield visit_
    for page in opened:
        page.context.close()
    assert not noted


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a machine on which nothing has been set up, and its data folder."""
    folder = empty(tmp_path / "data")
    with running(folder) as (address, log):
        code = (folder / "setup-code").read_text(encoding="utf-8").strip()
        assert code in log.read_text(encoding="utf-8")
        yield address, folder


def test_the_first_day(machine: tuple[str, Path], visit: Visit, picture: Picture, tmp_path: Path) -> None:
    _, folder = machine
    system = visit()
    code = set_up(system, folder, picture)
    assert not (folder / "setup-code").exists()
    bind(system, picture)
    security = visit()
    first_password(security, "anquan", code, picture)
    bind(security)

    bring_in_schools(system, tmp_path, picture)
    write_people(people := tmp_path / "党员名册.xlsx")
    upload(system, "人员", people)
    name_the_column(system, picture)
    enter_all(system, SCHOOLS)
    write_posts(posts := tmp_path / "任职情况.xlsx")
    upload(security, "任职", posts)
    enter_all(security, SCHOOLS)
    write_accounts(accounts := tmp_path / "账号名单.xlsx")
    upload(system, "账号", accounts)
    enter_all(system, SCHOOLS)
    looks_right(system)
    picture(system, "accounts-entered")
    codes = saved(system, "下载还没启用的账号的一次性代码", tmp_path / "codes.xlsx")

    school = visit()
    first_password(school, "xuexiao001", code_of(codes, "xuexiao001"))
    expect(school.get_by_role("heading", level=1)).to_have_text("待办")
    expect(school.get_by_role("banner")).to_contain_text(str(schools()[0][1]))
    looks_right(school)
    picture(school, "first-front-page")
    follow(system, "组织与党员", TOP)
    picture(system, "organizations")
    expect(system.get_by_label("翻页")).to_contain_text(f"共 {SCHOOLS} 条")
    follow(system, "账号", "账号")
    picture(system, "accounts")
    expect(system.get_by_label("翻页")).to_contain_text(f"共 {SCHOOLS + 3} 条")


def fill(page: Page, label: str, typed: str) -> None:
    """Type into the field of that label, whether it has to be filled in or not."""
    page.get_by_label(re.compile(f"^{label}(（必填）)?$")).fill(typed)


def set_up(page: Page, folder: Path, picture: Picture) -> str:
    """Fill in the page of the first day; the code of the security administrator, as it is shown once."""
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("首次设置")
    looks_right(page)
    fill(page, "设置码", (folder / "setup-code").read_text(encoding="utf-8"))
    fill(page, "教育工委名称", TOP)
    for label, typed in (
        ("您的姓名", "方宁"),
        ("您的账号", "xitong"),
        ("安全管理员姓名", "沐闻"),
        ("安全管理员账号", "anquan"),
        ("审计管理员姓名", "时云"),
        ("审计管理员账号", "shenji"),
    ):
        fill(page, label, typed)
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    picture(page, "set-up")
    fill(page, "新密码", PASSWORDS["xitong"])
    fill(page, "再填一次新密码", PASSWORDS["xitong"])
    page.get_by_role("button", name="完成设置").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("设置完成")
    looks_right(page)
    picture(page, "set-up-done")
    slip = page.get_by_role("article", name="沐闻的账号交接单").inner_text()
    code = re.search(r"\b\w{4}(?:-\w{4}){3}\b", slip)
    assert code
    page.get_by_role("link", name="继续").click()
    return code[0]


def bind(page: Page, picture: Picture | None = None) -> None:
    """Bind the second factor that administrators need, with the figures that the shown key makes."""
    expect(page.get_by_role("heading", level=1)).to_have_text("绑定动态口令")
    looks_right(page)
    if picture:
        picture(page, "enrol")
    key = page.locator("code.key").inner_text()
    page.get_by_label("6 位数字").fill(figures(key, clock.second()))
    page.get_by_role("button", name="绑定").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("待办")


def figures(key: str, second: int) -> str:
    """What an authenticator shows at a second since 1970 (RFC 6238)."""
    digest = hmac.digest(b32decode(key.replace(" ", "")), struct.pack(">Q", second // _STEP), hashlib.sha1)
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def first_password(page: Page, name: str, code: str, picture: Picture | None = None) -> None:
    """Sign in for the first time, by the code that was handed over."""
    page.goto("/")
    follow(page, "第一次登录，或已领到一次性代码", "用一次性代码设置密码")
    fill(page, "账号", name)
    fill(page, "一次性代码", code)
    fill(page, "新密码", PASSWORDS[name])
    fill(page, "再填一次新密码", PASSWORDS[name])
    if picture:
        picture(page, "first-password")
    page.get_by_role("button", name="设置密码并登录").click()


def bring_in_schools(page: Page, folder: Path, picture: Picture) -> None:
    """The office's workbook, twelve rows of which are wrong: it comes back marked, is put right, and goes in whole."""
    write_schools(first := folder / "学校一览表.xlsx")
    follow(page, "导入", "导入")
    picture(page, "import")
    upload(page, "单位", first)
    wrong = len(slips())
    expect(page.get_by_role("navigation", name="按结果查看")).to_contain_text(f"有问题 {wrong}")
    expect(page.get_by_role("button", name=f"只导入没有问题的 {SCHOOLS - wrong} 行")).to_be_visible()
    page.get_by_role("link", name=f"有问题 {wrong}").click()
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(1 + wrong)
    looks_right(page)
    picture(page, "import-wrong")
    marked = saved(page, "下载标出问题的表格", folder / "marked.xlsx")
    assert correct_schools(marked) == wrong
    page.get_by_role("button", name="放弃这次导入").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("导入")
    upload(page, "单位", marked)
    expect(page.get_by_role("main")).to_contain_text(f"{SCHOOLS} 行都可以导入")
    picture(page, "import-right")
    enter_all(page, SCHOOLS)


def upload(page: Page, kind: str, file: Path) -> None:
    """Hand a workbook in, and come to its lines."""
    page.get_by_role("link", name="导入", exact=True).first.click()
    page.get_by_role("radio", name=kind, exact=True).check()
    page.get_by_label(re.compile("^Excel 文件")).set_input_files(file)
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"导入{kind}：{file.name}")


def name_the_column(page: Page, picture: Picture) -> None:
    """Say what a column is that nobody could know; it is asked once."""
    expect(page.get_by_role("main")).to_contain_text("表里没有找到“所在单位”这一列")
    looks_right(page)
    picture(page, "import-columns")
    page.get_by_label(HOME).select_option(label="所在单位")
    page.get_by_role("button", name="按此重新核对").click()
    expect(page.get_by_role("main")).to_contain_text(f"{SCHOOLS} 行都可以导入")


def enter_all(page: Page, rows: int) -> None:
    """As many out as went in."""
    looks_right(page)
    page.get_by_role("button", name=f"导入 {rows} 行").click()
    expect(page.get_by_role("main")).to_contain_text(f"共 {rows} 行：导入 {rows} 行，未导入 0 行")


def saved(page: Page, name: str, path: Path) -> Path:
    """What a link or button of that name hands out, as a file."""
    with page.expect_download() as handed:
        page.get_by_role("link", name=name).or_(page.get_by_role("button", name=name)).click()
    handed.value.save_as(path)
    return path
