"""Picking an organization, with and without script; what the pages of organizations cost, and how wide they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page

from guantong.apps.organizations.models import Organization
from guantong.apps.people.services import make_account
from guantong.core.permits import Role
from tests.apps.make import make_person, make_post
from tests.apps.road import ISSUED, Road, at
from tests.browser import overflow

from .conftest import Enter, Open
from .make import PASSWORD
from .trees import TODAY, change, founded, page, queries_of, spell_all

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def spell(road: Road) -> None:
    """The road comes first."""
    assert road.schools
    spell_all()


@pytest.fixture
def changed(road: Road) -> Road:
    change(road)
    return road


def test_the_picker_answers_with_a_part_or_a_page(road: Road, enter: Enter) -> None:
    clerk, second = enter("clerk"), road.schools[1].pk
    part = clerk.get("/organizations/pick/", {"q": "ltxx", "for": "into"}, headers={"HX-Request": "true"})
    shown = part.content.decode()
    assert (
        f'<input class="form-check-input" type="radio" name="into" id="into-{second}" value="{second}">'
        in shown
    )
    assert "云岫教育工委" in shown
    assert "<html" not in shown
    for wrong in ('"><b>', "", "x" * 31):
        answer = clerk.get(
            "/organizations/pick/", {"q": "ltxx", "for": wrong}, headers={"HX-Request": "true"}
        )
        assert 'name="organization"' in answer.content.decode()
    whole = page(clerk, "pick-organization", q="ltxx")
    assert f'<a href="/organizations/{second}/">岚汀小学党委</a>' in whole
    assert "没有找到" in page(enter("school-0"), "pick-organization", q="ltxx")
    assert "没有找到" not in page(enter("member"), "pick-organization")


def test_queries_do_not_grow_with_the_rows(changed: Road, enter: Enter) -> None:
    road, clerk = changed, enter("clerk")
    first = road.schools[0].pk
    asked: list[tuple[str, tuple[int, ...], dict[str, Any]]] = [
        ("organizations", (), {}),
        ("organizations", (), {"under": first, "sort": "-branches"}),
        ("organizations", (), {"text": "支部", "sort": "head"}),
        ("organizations", (), {"on": "2026-02-10"}),
        ("organizations", (), {"on": "2026-02-10", "under": first, "sort": "kind"}),
        ("organization-changes", (), {}),
        ("pick-organization", (), {"q": "支部"}),
        ("organization", (first,), {}),
        ("organization", (road.schools[1].pk,), {}),
        ("move-organization", (first,), {"q": "支部", "into": road.schools[1].pk}),
        (
            "close-organization",
            (first,),
            {"step": "confirm", "how": "merge", "into": road.schools[1].pk, "on": TODAY},
        ),
        ("split-organization", (first,), {}),
        ("rename", (first,), {}),
    ]
    before = [queries_of(clerk, url, *args, **query) for url, args, query in asked]
    for n in range(60):
        made = founded(road, road.district, f"第{n + 10}小学党支部", stage="primary")
        founded(road, road.schools[0], f"第{n + 10}支部")
        make_post(make_person(made, name=f"某{n}"), made, Role.SECRETARY)
        made.opened_on = date(2026, 1, 5)
        made.save()
    after = [queries_of(clerk, url, *args, **query) for url, args, query in asked]
    assert after == before
    assert not [(each[0], count) for each, count in zip(asked, after, strict=True) if count > 12]


@pytest.fixture
def open_as_clerk(open_page: Open, road: Road) -> Callable[[str, int, int], Page]:
    """A page opened by somebody of the district's office, who signs in on the way."""
    make_account(
        name="office", person=road.people["clerk"], password=PASSWORD, must_change=False, now=at(ISSUED)
    )

    def open_(address: str, width: int = 1366, height: int = 768) -> Page:
        page = open_page(f"/sign-in/?next={quote(address)}", width, height)
        page.get_by_label("账号").fill("office")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.get_by_role("main").locator("h1").wait_for()
        return page

    return open_


@pytest.mark.django_db(transaction=True)
@pytest.mark.enable_socket
def test_another_is_picked_while_one_types(road: Road, open_as_clerk: Callable[..., Page]) -> None:
    page = open_as_clerk(f"/organizations/{road.branches[0].pk}/move/")
    page.get_by_label("移到哪个单位之下").press_sequentially("ltxx")
    page.get_by_label("岚汀小学党委").check()
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("heading", name="移动前请核对").wait_for()
    page.get_by_role("link", name="返回修改").click()
    assert page.get_by_label("岚汀小学党委").is_checked()
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="移动").click()
    page.get_by_text("已移动第一支部").wait_for()
    assert Organization.objects.get(pk=road.branches[0].pk).parent == road.schools[1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.enable_socket
def test_without_script_the_page_itself_finds_it(road: Road, browser: Any, live_server: Any) -> None:
    make_account(
        name="office", person=road.people["clerk"], password=PASSWORD, must_change=False, now=at(ISSUED)
    )
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/sign-in/?next=/organizations/{road.schools[2].pk}/close/")
    page.get_by_label("账号").fill("office")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_label("从哪一天起").fill("2026-03-06")
    page.get_by_label("并入哪个单位").fill("ltxx")
    page.get_by_role("button", name="查找").click()
    page.get_by_label("岚汀小学党委").check()
    assert page.get_by_label("从哪一天起").input_value() == "2026-03-06"
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("交给并入的单位接着办").check()
    page.get_by_role("button", name="合并").click()
    page.get_by_text("禾渡幼儿园党委已并入").wait_for()
    context.close()
    assert Organization.objects.get(pk=road.schools[2].pk).closed_on == date(2026, 3, 6)


@pytest.mark.django_db(transaction=True)
@pytest.mark.enable_socket
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (360, 640)])
def test_no_page_scrolls_sideways(
    changed: Road, open_as_clerk: Callable[..., Page], width: int, height: int
) -> None:
    first, second = changed.schools[0].pk, changed.schools[1].pk
    page = open_as_clerk("/organizations/", width, height)
    for address in (
        *(
            "/organizations/",
            "/organizations/?text=yz",
            "/organizations/?on=2026-02-10",
            "/organizations/changes/",
        ),
        *(f"/organizations/{first}/", f"/organizations/{first}/found/", f"/organizations/{first}/rename/"),
        *(
            f"/organizations/{first}/move/?q=lt",
            f"/organizations/{first}/move/?step=confirm&into={second}&on={TODAY}",
        ),
        f"/organizations/{first}/close/?how=merge&step=confirm&into={second}&on={TODAY}",
        *(f"/organizations/{first}/split/", f"/organizations/{changed.schools[2].pk}/reopen/"),
        *("/organizations/pick/?q=lt", "/groups/"),
    ):
        page.goto(address)
        assert overflow(page) <= 0, address
