"""Pages in a browser: both widths, both themes, one record for two clicks, type that can be made large."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.apps.make import make_organization
from tests.browser import overflow

from .conftest import Open
from .make import PASSWORD, make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.enable_socket,
    pytest.mark.usefixtures("school"),
]

START = "/sign-in/?next=/password/"
SIZES = [(1366, 768), (360, 640)]


@pytest.fixture
def school() -> None:
    district = make_organization(name="云岫区委教育工委")
    district.invented = True
    district.save()
    make_user(place=make_organization(district, name="青禾实验小学党支部"))


def sign_in(page: Page) -> None:
    page.get_by_label("账号").fill("zhang")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="修改密码").wait_for()


@pytest.mark.parametrize("theme", ["red", "blue"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_no_page_scrolls_sideways(
    open_page: Open, settings: Any, theme: str, width: int, height: int
) -> None:
    settings.THEME = theme
    page = open_page(START, width, height)
    assert overflow(page) <= 0
    sign_in(page)
    for address in ("/", "/password/", "/no-such-address/"):
        page.goto(address)
        assert overflow(page) <= 0, address
        page.evaluate("document.documentElement.dataset.type = 'large'")
        assert overflow(page) <= 0, f"{address} in large type"
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.top')).backgroundColor")
        == {
            "red": "rgb(200, 16, 46)",
            "blue": "rgb(9, 88, 217)",
        }[theme]
    )


def test_two_clicks_send_one_form(open_page: Open) -> None:
    page = open_page(START)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_label("账号").fill("zhang")
    page.get_by_label("密码").fill(PASSWORD)
    page.evaluate("const b = document.querySelector('main button'); b.click(); b.click();")
    page.get_by_role("heading", name="修改密码").wait_for()
    assert len(sent) == 1


def test_control_without_the_script_both_clicks_send(open_page: Open) -> None:
    page = open_page()
    page.route("**/guantong.js", lambda route: route.abort())
    page.goto(START)
    page.evaluate(
        "document.querySelector('main form').addEventListener('submit',"
        " e => { e.preventDefault(); window.sent = (window.sent || 0) + 1; })"
    )
    page.evaluate("const b = document.querySelector('main button'); b.click(); b.click();")
    assert page.evaluate("window.sent") == 2


def test_control_what_a_page_must_not_do_is_noted(open_page: Open, noted: list[str]) -> None:
    page = open_page()
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.evaluate("new Image().src = 'http://elsewhere.invalid/x.png'")
    page.wait_for_timeout(200)
    assert {each.partition("-")[0] for each in noted} >= {"style", "img"}
    noted.clear()


def test_a_refused_form_can_be_sent_again_and_its_errors_are_in_focus(open_page: Open) -> None:
    page = open_page(START)
    page.get_by_label("账号").fill("zhang")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()
    page.get_by_role("alert").wait_for()
    assert page.evaluate("document.activeElement.id") == "errors"
    assert page.get_by_label("账号").input_value() == "zhang"
    sign_in(page)


def test_the_menu_of_the_person_leads_to_the_password_and_out(open_page: Open) -> None:
    page = open_page(START)
    sign_in(page)
    page.get_by_text("张某").click()
    page.get_by_role("link", name="修改密码").click()
    page.get_by_role("heading", name="修改密码").wait_for()
    page.get_by_text("张某").click()
    page.get_by_role("button", name="退出").click()
    page.get_by_role("heading", name="登录").wait_for()
    page.go_back()
    page.get_by_role("heading", name="登录").wait_for()


def test_large_type_stays(open_page: Open) -> None:
    page = open_page(START)
    sign_in(page)
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    assert page.evaluate(size) == 14
    page.get_by_role("button", name="大字").click()
    page.goto("/password/")
    assert page.evaluate(size) == 18
    assert page.get_by_role("button", name="大字").get_attribute("aria-pressed") == "true"


def test_print_is_wide_with_heads_repeated_and_no_frame(open_page: Open) -> None:
    page = open_page(START)
    sign_in(page)
    page.evaluate(
        "document.querySelector('main').innerHTML ="
        " '<table class=table><thead><tr><th>单位</th></tr></thead><tbody>'"
        " + '<tr><td>青禾实验小学党支部</td></tr>'.repeat(60) + '</tbody></table>'"
    )
    page.emulate_media(media="print")
    shown = "s => getComputedStyle(document.querySelector(s)).display"
    assert page.evaluate(shown, "thead") == "table-header-group"
    assert [page.evaluate(shown, part) for part in (".top", ".side", ".foot")] == ["none"] * 3
    paper = page.pdf(prefer_css_page_size=True)
    box = paper.partition(b"/MediaBox [")[2].partition(b"]")[0].split()
    assert (round(float(box[2])), round(float(box[3]))) == (842, 595)


def test_without_script_everything_still_works(browser: Any, live_server: Any) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(START)
    sign_in(page)
    page.get_by_label("原密码").fill(PASSWORD)
    page.get_by_label("新密码（必填）", exact=True).fill("short")
    page.get_by_label("再填一次新密码").fill("short")
    page.get_by_role("button", name="保存新密码").click()
    page.get_by_text("至少 12 个字符。").wait_for()
    page.get_by_text("张某").click()
    page.get_by_role("button", name="退出").click()
    page.get_by_role("heading", name="登录").wait_for()
    context.close()
