"""系统日历: what it shows of a year, who may correct it, and what each form says when it cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from guantong.apps.ledger.models import Entry
from guantong.apps.organizations.calendar import seed_vacations, seed_year, work_calendar
from guantong.apps.organizations.models import Day, Kind, Organization, Post, Vacation
from guantong.core.permits import Role
from tests.apps.make import make_organization

from .conftest import Open
from .make import NOW, PASSWORD, make_user, signed_in

pytestmark = pytest.mark.django_db
POSTS = ("enter-year", "set-day", "remove-day", "add-vacation", "remove-vacation")


@pytest.fixture
def district() -> Iterator[Organization]:
    with time_machine.travel(NOW, tick=False):
        yield make_organization(name="云岫区委教育工委", kind=Kind.WORK_COMMITTEE)


@pytest.fixture
def clerk(district: Organization) -> Client:
    return signed_in(make_user(Role.SECTION_STAFF, district))


def text(client: Client, year: int | str = 2026) -> str:
    answer = client.get(reverse("calendar"), {"year": year})
    assert answer.status_code == 200
    return answer.content.decode()


def row(page: str, head: str) -> str:
    """The cells of the first row that begins with `head`, parted by blanks."""
    for each in re.findall(r"<tr>.*?</tr>", page, re.DOTALL):
        cells = " ".join(re.sub(r"<[^>]+>", " ", each).split())
        if cells.startswith(head):
            return cells
    raise AssertionError(head)


def send(client: Client, url: str, said: str, status: int = 302, **typed: object) -> str:
    """Send a form; the page that follows must hold `said`."""
    answer = client.post(f"{reverse(url)}?year=2026", typed)
    assert answer.status_code == status, answer.content.decode()
    page = client.get(answer["Location"]) if status == 302 else answer
    content = page.content.decode()
    assert said in content
    return content


def test_a_year_is_shown_by_month_and_stage(clerk: Client) -> None:
    seed_year(2026)
    seed_vacations(2026)
    page = text(clerk)
    assert row(page, "10 月") == "10 月 18 天 1日至7日 国庆节 10日（周六） 国庆节"
    assert row(page, "2 月") == "2 月 16 天 15日至23日 春节 14日（周六） 春节 28日（周六） 春节"
    assert row(page, "3 月") == "3 月 22 天 — —"
    assert row(page, "高中 寒假") == "高中 寒假 2月7日 至3月1日 23 天 删除"
    assert page.index("小学") < page.index("特殊教育")


@pytest.mark.parametrize("asked", ["", "26", "1999", "2100", "２０２６", "x", "9" * 5000])
def test_a_year_that_is_none_is_this_year(clerk: Client, asked: str) -> None:
    assert "<h1>2026 年系统日历</h1>" in text(clerk, asked)


def test_the_first_and_the_last_year_lead_no_further(clerk: Client) -> None:
    assert 'rel="prev"' not in text(clerk, 2000)
    assert 'rel="next"' not in text(clerk, 2099)
    assert "2027 年还没有登记放假安排" in text(clerk, 2027)


def test_a_year_is_entered_once(clerk: Client) -> None:
    send(clerk, "enter-year", "已录入 2026 年放假、调休 39 天，学校假期 14 个。", year=2026)
    assert (Day.objects.count(), Vacation.objects.count()) == (39, 14)
    send(clerk, "enter-year", "没有新增", year=2026)
    send(clerk, "enter-year", "2099 年的放假安排还没有随软件发布", 400, year=2099)
    send(clerk, "enter-year", "填写的内容有误", 400, year="x")


def test_a_day_is_set_and_let_go(clerk: Client) -> None:
    monday = date(2026, 11, 9)
    send(clerk, "set-day", "已登记：2026年11月9日放假。", date="2026年11月9日", works="no", name="台风停课")
    assert not work_calendar().is_working(monday)
    page = text(clerk)
    assert row(page, "11 月") == "11 月 20 天 9日 台风停课 —"
    assert '<option value="2026-11-09">11月9日（周一） 台风停课 放假</option>' in page
    send(clerk, "remove-day", "已取消登记：2026年11月9日按星期几计算。", date="2026-11-09")
    assert work_calendar().is_working(monday)
    send(clerk, "remove-day", "2026年11月9日 没有单独登记过", 400, date="2026-11-09")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"date": "后天"}, "日期：请填写日期，如 2026-03-05。"),
        ({"date": ""}, "日期：请填写日期。"),
        ({"date": "0001-01-01"}, "日期：请填写 2000 年至 2099 年的日期。"),
        ({"works": ""}, "这一天：请选择放假或上班。"),
        ({"name": "长" * 31}, "名称："),
    ],
)
def test_a_day_that_cannot_be_is_said_and_kept(clerk: Client, typed: dict[str, str], said: str) -> None:
    sent = {"date": "2026-11-09", "works": "no", "name": "停电", **typed}
    page = send(clerk, "set-day", said, 400, **sent)
    assert f'value="{sent["name"]}"' in page
    assert not Day.objects.exists()


def test_a_vacation_is_added_and_taken_out(clerk: Client) -> None:
    send(
        clerk, "add-vacation", "已增加秋假。",
        stage="primary", name="秋假", since="2026-11-02", until="2026-11-06",
    )  # fmt: skip
    assert row(text(clerk), "小学") == "小学 秋假 11月2日 至11月6日 5 天 删除"
    send(clerk, "add-vacation", "已增加停课。", stage="", name="停课", since="2026-12-31", until="2027-01-01")
    assert row(text(clerk), "全部学校") == "全部学校 停课 12月31日 至2027年1月1日 2 天 删除"
    pk = Vacation.objects.get(name="停课").pk
    send(clerk, "remove-vacation", "已删除这个假期。", vacation=pk)
    assert Vacation.objects.get().name == "秋假"
    assert clerk.post(reverse("remove-vacation"), {"vacation": pk}).status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"until": "2026-11-01"}, "结束日期 2026年11月1日 早于开始日期 2026年11月2日"),
        ({"until": "2027-11-06"}, "最多 100 天"),
        ({"since": "2026-10-01"}, "与已有的假期（2026年10月12日 至 2026年10月12日）重叠"),
        ({"name": " "}, "请填写假期名称。"),
        ({"stage": "office"}, "学段："),
    ],
)
def test_a_vacation_that_cannot_be_is_said_and_kept(clerk: Client, typed: dict[str, str], said: str) -> None:
    day = date(2026, 10, 12)
    Vacation.objects.create(stage="primary", name="停课", since=day, until=day)
    sent = {"stage": "primary", "name": "秋假", "since": "2026-11-02", "until": "2026-11-06", **typed}
    page = send(clerk, "add-vacation", said, 400, **sent)
    assert f'value="{sent["since"]}"' in page
    assert '<details class="more" open><summary>增加假期' in page
    assert Vacation.objects.count() == 1


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.MEMBER])
def test_a_school_reads_and_changes_nothing(district: Organization, role: Role) -> None:
    seed_year(2026)
    row = Vacation.objects.create(stage="", name="停课", since=date(2026, 5, 6), until=date(2026, 5, 6))
    school = signed_in(make_user(role, make_organization(district, name="青禾实验小学党支部")))
    page = text(school)
    assert "国庆节" in page
    assert "停课" in page
    sent = {
        "enter-year": {"year": 2027},
        "set-day": {"date": "2026-11-09", "works": "no"},
        "remove-day": {"date": "2026-10-01"},
        "add-vacation": {"name": "秋假", "since": "2026-11-02", "until": "2026-11-06"},
        "remove-vacation": {"vacation": row.pk},
    }
    before = Day.objects.count()
    for name in POSTS:
        assert reverse(name) not in page
        assert school.post(reverse(name), sent[name]).status_code in (403, 404)
    assert (Day.objects.count(), Vacation.objects.count()) == (before, 1)
    assert not Entry.objects.filter(act__startswith="calendar.").exists()


def test_who_runs_the_machine_may_change_it_and_who_has_no_post_sees_nothing(district: Organization) -> None:
    system = signed_in(make_user(Role.SYSTEM_ADMIN, district, name="li"))
    assert reverse("set-day") in text(system)
    assert f'href="{reverse("calendar")}"' in text(system)
    account = make_user(place=district, name="wang")
    Post.objects.filter(person=account.person).delete()
    assert signed_in(account).get(reverse("calendar")).status_code == 404


def test_queries_do_not_grow_with_the_year(clerk: Client) -> None:
    counts = []
    for enter in (lambda: None, lambda: (seed_year(2026), seed_vacations(2026))):
        enter()
        with CaptureQueriesContext(connection) as made:
            text(clerk)
        counts.append(len(made))
    assert counts[0] == counts[1] <= 12


@pytest.mark.django_db(transaction=True)
@pytest.mark.enable_socket
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (360, 640)])
def test_it_does_not_scroll_sideways(open_page: Open, width: int, height: int) -> None:
    make_user(Role.SECTION_STAFF)
    seed_year(2026)
    seed_vacations(2026)
    page = open_page("/sign-in/?next=/calendar/?year=2026", width, height)
    page.get_by_label("账号").fill("zhang")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="2026 年系统日历").wait_for()
    for each in page.locator("details.more > summary").all():
        each.click()
    assert int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth")) <= 0
