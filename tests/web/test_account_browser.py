"""The first day and an account handed over, in a browser: at both widths, by axe, without a refusal of the policy."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page

from guantong import clock
from guantong.apps.organizations.models import Organization, Person
from guantong.apps.people import first_run, services
from guantong.apps.people.services import make_account
from guantong.core.permits import Role
from tests.apps.make import make_organization, make_person, make_post
from tests.apps.make_accounts import shown_by
from tests.e2e.test_pages import problems

from .conftest import Open
from .make import PASSWORD as OF_USERS
from .make import make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]

PASSWORD = "操场边的梧桐树-2017"  # noqa: S105 — of the tests
WHO = {
    "教育工委名称": "云岫区委教育工委",
    "您的姓名": "林砚舟",
    "您的账号": "lin",
    "安全管理员姓名": "何梧",
    "安全管理员账号": "he-wu",
    "审计管理员姓名": "宋榆",
    "审计管理员账号": "song",
}


@pytest.fixture
def page(open_page: Open, tmp_path: Path, settings: Any) -> Page:
    settings.DATA_DIR = tmp_path
    return open_page("/")


def looked_at(page: Page, name: str) -> None:
    """Nothing wrong with the page in view; kept as a picture where GUANTONG_SCREENSHOTS names a folder."""
    if folder := os.environ.get("GUANTONG_SCREENSHOTS"):
        for width, height in ((1366, 768), (360, 640)):
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1366, "height": 768})
    assert not problems(page), name


def test_the_first_day_and_an_account_handed_over(page: Page, tmp_path: Path) -> None:
    page.get_by_role("heading", name="首次设置").wait_for()
    looked_at(page, "set-up")
    page.get_by_label("设置码").fill(first_run.code(tmp_path))
    for label, text in WHO.items():
        page.get_by_label(label).fill(text)
    page.get_by_label("新密码", exact=False).first.fill("short")
    page.get_by_label("再填一次新密码").fill("short")
    page.get_by_role("button", name="完成设置").click()
    page.get_by_role("alert").wait_for()
    looked_at(page, "set-up-refused")
    page.locator("#id_new").fill(PASSWORD)
    page.locator("#id_again").fill(PASSWORD)
    page.get_by_role("button", name="完成设置").click()
    page.get_by_role("heading", name="设置完成").wait_for()
    looked_at(page, "set-up-done")
    page.get_by_role("link", name="继续").click()
    page.get_by_role("heading", name="绑定动态口令").wait_for()
    looked_at(page, "enrol")
    page.get_by_label("6 位数字").fill(shown_by(TOTPDevice.objects.get()))
    page.get_by_role("button", name="绑定").click()
    page.get_by_text("动态口令已绑定").wait_for()
    code = opened(page)
    page.locator("details.person summary").click()
    page.get_by_role("button", name="退出").click()
    used(page, code)


def opened(page: Page) -> str:
    """Open the account of a school's secretary; the code of the slip."""
    school = make_organization(Organization.objects.get(), name="青禾小学党总支")
    person = make_person(school, name="罗禾")
    make_post(person, school, Role.SECRETARY)
    page.goto(f"/persons/{person.pk}/account/")
    looked_at(page, "account-none")
    page.get_by_role("button", name="开通账号").click()
    page.get_by_role("heading", name="账号已开通").wait_for()
    looked_at(page, "account-slip")
    code = page.locator(".slip .key").inner_text()
    page.get_by_role("link", name="返回").click()
    page.get_by_role("button", name="重置密码").wait_for()
    looked_at(page, "account")
    page.goto("/accounts/")
    looked_at(page, "accounts")
    return code


def used(page: Page, code: str) -> None:
    """Come in by the code, and leave; then the administrator, who is asked for figures."""
    page.get_by_role("link", name="第一次登录").click()
    page.wait_for_url("**/code/")
    looked_at(page, "code")
    page.get_by_label("账号").fill("luohe")
    page.get_by_label("一次性代码").fill(code)
    page.locator("#id_new").fill(PASSWORD)
    page.locator("#id_again").fill(PASSWORD)
    page.get_by_role("button", name="设置密码并登录").click()
    page.get_by_text("密码已设置").wait_for()
    page.locator("details.person summary").click()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/sign-in/**")
    looked_at(page, "sign-in")
    page.get_by_label("账号").fill("lin")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="动态口令").wait_for()
    looked_at(page, "second-factor")
    page.get_by_label("6 位数字").fill("000000")
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_text("这 6 位数字不对").wait_for()


def test_what_is_said_where_an_account_is_not_ours_or_needs_a_code(open_page: Open) -> None:
    top = make_organization(name="云岫区委教育工委")
    Organization.objects.update(invented=True)  # an example: no second factor
    school = make_organization(top, name="青禾小学党总支")
    for name, role in (("xitong", Role.SYSTEM_ADMIN), ("anquan", Role.SECURITY_ADMIN)):
        make_user(role, top, name=name)
    security = Person.objects.latest("pk")
    person = make_person(school, name="林砚舟")
    make_account(name="lin", person=person.pk, password=PASSWORD, must_change=False, now=clock.now())
    page = open_page("/sign-in/")
    come_in(page, "xitong")
    page.goto(f"/persons/{security.pk}/account/")
    page.get_by_text("管理员的账号由安全管理员办理").wait_for()
    looked_at(page, "account-not-ours")
    services.reset(person.pk, now=clock.now())
    services.close(person.pk)
    page.goto(f"/persons/{person.pk}/account/")
    page.get_by_text("启用后请再点“重置密码”").wait_for()
    looked_at(page, "account-closed")
    page.get_by_role("button", name="重新启用").click()
    page.get_by_text("现在没有可用的密码和一次性代码").wait_for()
    looked_at(page, "account-needs-a-code")
    page = open_page("/sign-in/")
    come_in(page, "anquan")
    page.goto(f"/organizations/{top.pk}/posts/new/?q=方砚")
    page.get_by_text("没有找到“方砚”").wait_for()
    looked_at(page, "appoint-nobody")
    page.goto(f"/organizations/{top.pk}/posts/new/?person={person.pk}&role=audit-admin")
    page.get_by_role("button", name="任命").click()
    page.get_by_text("林砚舟的账号现在没有可用的密码和一次性代码").wait_for()
    looked_at(page, "appointed-needs-a-code")


def come_in(page: Page, name: str) -> None:
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill(OF_USERS)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("navigation").first.wait_for()
