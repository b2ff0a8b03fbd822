"""A clause on its way: handed down, taken on with less, asked about, explained, and only then called by its term."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from guantong.core.calendar import WorkCalendar

from .conftest import Enter, Picture
from .district import District, served

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]

TERM = "打折扣"
FACT = "承接目标低于下达"
NOTICE = "关于做好近期党建几项重点工作的通知"
REFUSED = "Failed to load resource: the server responded with a status of 400 (Bad Request)"
COUNT = """
for (const what of ['click', 'keydown', 'input'])
  document.addEventListener(what, e => { if (e.isTrusted) counted(what); }, true);
"""


def settle(page: Page, words: str, button: str) -> None:
    """Press the button of a to-do."""
    page.get_by_role("row", name=words).get_by_role("button", name=button).click()


def lines_of(page: Page, table: str) -> dict[str, int]:
    """A table of words and counts; those of single levels stand behind them."""
    rows = page.get_by_role("table", name=table).get_by_role("row").all_inner_texts()
    return {words: int(count) for words, count, *_ in (row.split("\t") for row in rows[1:])}


def test_a_lower_target_is_called_by_its_term_only_when_a_person_confirms(
    district: District, enter: Enter, picture: Picture, noted: list[str]
) -> None:
    school_name = district.places["xuexiao1"]
    with served(district) as address:
        school = enter("xuexiao1", address)
        picture(school, "front-page")
        place = sign_and_adopt(school).removeprefix(address)
        assert FACT in text(school)
        assert TERM not in text(school)
        adopt_the_rest(school)
        clerk = enter("ducha", address)
        show_the_year(clerk, picture)
        notice = find_the_fact(clerk, school_name).removeprefix(address)
        assert clerk.url.removeprefix(address) == place
        picture(clerk, "assignment")
        ask(clerk)
        explain(school)
        in_charge = enter("fenguan", address)
        judge(in_charge, place)
        in_charge.get_by_role("alert").filter(has_text="期满后才能确认").wait_for()
        for page in (school, clerk, in_charge, enter("gongwei", address)):
            assert_nowhere(page, place, notice)
    assert noted == [REFUSED], noted
    noted.clear()

    with served(district, WorkCalendar().after(district.day, 5)) as address:
        in_charge = enter("fenguan", address)
        assert_nowhere(in_charge, place, notice)
        judge(in_charge, place)
        in_charge.get_by_role("status").wait_for()
        expect(in_charge.get_by_text("经确认", exact=True).locator("xpath=..")).to_contain_text(TERM)
        in_charge.goto(notice)
        assert lines_of(in_charge, "经人确认的偏差")[TERM] == 1
        in_charge.get_by_role("row", name=TERM).get_by_role("link", name="1").first.click()
        expect(in_charge.get_by_role("row", name=school_name)).to_contain_text(TERM)
        school = enter("xuexiao1", address)
        school.goto(place)
        assert f"确认：{TERM}" in text(school)


def sign_and_adopt(school: Page) -> str:
    """Sign from the front page, and take one clause on with less; the address of its page."""
    settle(school, NOTICE, "签收")
    expect(school.get_by_role("status")).to_have_text("已签收。")
    school.get_by_role("link", name=f"承接《{NOTICE}》").click()
    school.get_by_role("link", name=re.compile("党员参学率不低于90%")).click()
    adopt_with_less(school)
    expect(school.get_by_role("row", name="目标")).to_contain_text("≥ 80% 与要求不同")
    return school.url


def adopt_the_rest(school: Page) -> None:
    school.goto("/")
    settle(school, NOTICE, "全部按下达承接")
    expect(school.get_by_role("status")).to_have_text("已按下达要求承接 1 项任务。")


def show_the_year(clerk: Page, picture: Picture) -> None:
    """The directive that has a year behind it, and its document."""
    clerk.get_by_role("link", name="部署落实").click()
    clerk.get_by_role("link", name="在云岫区教育系统党建工作会议上的讲话提纲").click()
    picture(clerk, "directive")
    clerk.get_by_role("link", name="查看文件").click()
    picture(clerk, "document")


def find_the_fact(clerk: Page, school_name: str) -> str:
    """From the notice's page to the assignment, along the figure of the fact; the address of the notice's page."""
    clerk.get_by_role("link", name="部署落实").click()
    clerk.get_by_role("link", name=NOTICE).click()
    notice = clerk.url
    assert lines_of(clerk, "有待说明的事实") == {FACT: 1}
    assert set(lines_of(clerk, "经人确认的偏差").values()) == {0}
    clerk.get_by_role("row", name=FACT).get_by_role("link", name="1").first.click()
    row = clerk.get_by_role("row", name=school_name)
    expect(row).to_contain_text(FACT)
    assert TERM not in text(clerk)
    row.get_by_role("link").click()
    clerk.get_by_text(f"{FACT}（要求 90，承接 80）").wait_for()
    return notice


def ask(clerk: Page) -> None:
    clerk.get_by_role("button", name="请单位说明").click()
    expect(clerk.get_by_role("status")).to_have_text("已请单位说明。")


def explain(school: Page) -> None:
    school.goto("/")
    school.get_by_role("row", name="说明情况").get_by_role("link", name="去说明").click()
    school.get_by_label("情况说明").fill("三名党员在外借调，先完成其余人员，返校后补学。")
    school.get_by_role("button", name="提交说明").click()
    school.get_by_text("期满后才能确认").wait_for()


def adopt_with_less(school: Page) -> None:
    """Take the clause on with 80 in place of 90, and a week later than asked."""
    school.get_by_text("单独承接这一条").click()
    due = school.get_by_label("完成时间").first
    asked = date.fromisoformat(due.input_value())
    school.get_by_label("目标值").first.fill("80")
    due.fill((asked + timedelta(days=7)).isoformat())
    school.get_by_role("button", name="承接", exact=True).click()
    expect(school.get_by_role("status")).to_have_text("已承接。")


def judge(in_charge: Page, place: str) -> None:
    """Confirm with a reason."""
    in_charge.goto(place)
    in_charge.get_by_label("理由").fill("返校时间已过，仍未补学。")
    in_charge.get_by_role("button", name="确认", exact=True).click()


def assert_nowhere(page: Page, place: str, notice: str) -> None:
    """The term stands neither on the assignment nor in the list of its directive, whoever looks."""
    for address in (place, f"/assignments/?directive={notice.strip('/').rpartition('/')[2]}"):
        page.goto(address)
        assert TERM not in text(page), address


def text(page: Page) -> str:
    return page.get_by_role("main").inner_text()


def test_a_school_deals_with_a_directive_in_three_clicks_and_types_nothing(
    district: District, enter: Enter
) -> None:
    counted: list[str] = []
    with served(district) as address:
        school = enter("xuexiao2", address)
        school.context.expose_function("counted", lambda what: counted.append(what))  # noqa: PLW0108
        school.context.add_init_script(COUNT)
        school.goto("/")
        settle(school, NOTICE, "签收")
        expect(school.get_by_role("status")).to_have_text("已签收。")
        settle(school, NOTICE, "全部按下达承接")
        expect(school.get_by_role("status")).to_have_text("已按下达要求承接 2 项任务。")
        assert 1 <= counted.count("click") <= 3
        assert set(counted) == {"click"}
        school.get_by_role("link", name="收到的部署").click()
        school.get_by_role("link", name=NOTICE).click()
        states = school.get_by_role("table", name="需要办理").get_by_role("row").all_inner_texts()
        assert [row for row in states if "已承接" in row] == states[1:3]
        school.keyboard.press("Tab")
        assert {"keydown", "click"} <= set(counted), "the counter counts what is typed"
