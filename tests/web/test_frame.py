"""The frame: who is there, the menu by permit, the count, the banners, the parts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import InterfaceError
from django.template import engines
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import path

from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.models import Kind, Organization, Post
from guantong.config.urls import urlpatterns as real
from guantong.core.figures import Share
from guantong.core.permits import Role, Standpoint
from guantong.core.status import Light
from guantong.web import errors, frame, words
from guantong.web.home import home
from tests.apps.make import make_organization

from .make import make_user, signed_in

pytestmark = pytest.mark.django_db

_NAMES = {entry.url for entry in frame.MENU} - {each.name for each in real if hasattr(each, "name")}
urlpatterns = [*real, *(path(f"{name}/", home, name=name) for name in sorted(_NAMES))]


def told(answer: Any) -> str:
    return str(answer.content.decode())


def actor(role: Role, path_: str) -> Actor:
    return Actor(1, (Standpoint(role, path_),), date(2026, 3, 5))


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("role", "place", "seen"),
    [
        (Role.SECRETARY, "0001", ["首页", "部署落实", "文件", "系统日历"]),
        (Role.SECRETARY, "00010001", ["首页", "部署落实", "收到的部署", "文件", "系统日历"]),
        (Role.BRANCH_SECRETARY, "000100010001", ["首页", "收到的部署", "文件"]),
        (Role.DISCIPLINE_GROUP, "0001", ["首页", "部署落实", "文件"]),
        (Role.LIAISON, "0001", ["首页", "部署落实", "文件"]),
        (Role.SYSTEM_ADMIN, "0001", ["首页", "系统日历"]),
        (Role.MEMBER, "00010001", ["首页"]),
    ],
)
def test_the_menu_is_by_permit(role: Role, place: str, seen: list[str]) -> None:
    shown = [link.words for link in frame.menu(actor(role, place), "/") if link.words in words_of_the_step()]
    assert shown == seen


def words_of_the_step() -> set[str]:
    return {"首页", "部署落实", "收到的部署", "文件", "系统日历"}


@pytest.mark.parametrize(
    ("here", "marked"),
    [
        ("/organizations/3/posts/", "组织与党员"),
        ("/persons/3/", "组织与党员"),
        ("/persons/3/transfer/", "组织与党员"),
        ("/posts/3/hand-over/", "组织与党员"),
        ("/groups/", "组织与党员"),
        ("/persons/3/account/reset/", "账号"),
        ("/accounts/", "账号"),
        ("/", "首页"),
    ],
)
def test_the_menu_marks_the_area_a_page_belongs_to(here: str, marked: str) -> None:
    shown = frame.menu(actor(Role.SYSTEM_ADMIN, "0001"), here)
    assert [link.words for link in shown if link.is_here] == [marked]


def test_an_entry_without_an_address_is_left_out(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    urls = {link.address for link in frame.menu(actor(Role.SECRETARY, "0001"), "/")}
    assert "/" in urls
    lost = (frame.Entry("没有的页面", "no-such-address", lambda _: True),)
    original, frame.MENU = frame.MENU, lost  # type: ignore[assignment]
    try:
        assert frame.menu(actor(Role.SECRETARY, "0001"), "/") == []
    finally:
        frame.MENU = original


def test_the_frame_names_who_is_there_and_says_what_is_invented() -> None:
    district = make_organization(name="云岫区委教育工委", kind=Kind.WORK_COMMITTEE)
    school = make_organization(district, name="青禾小学党支部")
    client = signed_in(make_user(place=school))
    page = told(client.get("/"))
    assert "青禾小学党支部" in page
    assert "张某" in page
    assert '待办 <strong class="count">0</strong>' in page
    assert "本系统为非涉密系统，严禁处理、存储涉密信息" in page
    assert "均为虚构" not in page
    district.invented = True
    district.save()
    assert "示例数据：本页单位、人员、工作均为虚构" in told(client.get("/"))


SAID = "示例数据：本页单位、人员、工作均为虚构"


def test_every_page_says_what_is_invented_to_whoever_is_there() -> None:
    district = make_organization(name="云岫区委教育工委", kind=Kind.WORK_COMMITTEE)
    client = signed_in(make_user(place=district))
    client.raise_request_exception = False
    stranger = Client(raise_request_exception=False)
    for invented in (False, True):
        Organization.objects.update(invented=invented)
        pages = [
            stranger.get("/sign-in/"),
            stranger.post("/sign-in/", {"name": "x", "password": "y"}),
            stranger.get("/nothing/"),
            client.get("/nothing/"),
            client.get("/directives/999/"),
            client.get("/", headers={"host": "elsewhere.example"}),
            Client(enforce_csrf_checks=True).post("/sign-in/"),
        ]
        assert [answer.status_code for answer in pages] == [200, 400, 404, 404, 404, 400, 403]
        assert [SAID in told(answer) for answer in pages] == [invented] * len(pages)


def test_the_page_of_a_fault_says_it_too_and_needs_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    make_organization(name="云岫区委教育工委", kind=Kind.WORK_COMMITTEE)
    Organization.objects.update(invented=True)
    request = RequestFactory().get("/")
    assert SAID in told(errors.broken(request))

    def lost() -> bool:
        raise InterfaceError

    monkeypatch.setattr(errors, "any_invented", lost)
    assert "系统出了问题" in told(errors.broken(request))


def test_somebody_without_a_post_sees_a_page_that_says_so() -> None:
    account = make_user(Role.MEMBER)
    client = signed_in(account)
    Post.objects.all().delete()
    answer = client.get("/")
    assert answer.status_code == 200
    assert "没有任职" in told(answer)


@pytest.mark.parametrize("theme", ["red", "blue"])
def test_the_theme_is_a_setting(settings: Any, theme: str) -> None:
    settings.THEME = theme
    assert f'data-theme="{theme}"' in told(signed_in(make_user()).get("/"))


@pytest.mark.parametrize("light", Light)
def test_a_light_has_word_icon_and_colour(light: Light) -> None:
    part = render_to_string("parts/light.html", {"light": light})
    assert words.word(light) in part
    assert f"light-{light.value}" in part
    assert part.count("<svg") == 1
    assert render_to_string("parts/light.html", {"light": light.value}) == part


def test_a_bar_never_calls_the_unknown_zero() -> None:
    bar = engines["django"].from_string('{% load words %}{% bar share "已签收" %}')
    assert "<progress" not in bar.render({"share": Share(0, 0, 12)})
    assert "未知" in bar.render({"share": Share(0, 0, 12)})
    known = bar.render({"share": Share(9, 10, 12)})
    assert 'max="10" value="9"' in known
    assert "90%" in known
    assert "另有 2 项未知" in known
    assert "0%" in bar.render({"share": Share(0, 5, 5)})


def test_filters_of_words() -> None:
    text = '{% load words %}{{ "issued"|word:"AssignmentState" }} {{ day|day }} {{ share|percent }}'
    rendered = engines["django"].from_string(text).render({"day": date(2026, 3, 5), "share": None})
    assert rendered == "待签收 2026年3月5日 未知"


def test_an_empty_list_says_what_to_do_next() -> None:
    district = make_organization(name="云岫区委教育工委", kind=Kind.WORK_COMMITTEE)
    school = make_organization(district)
    assert "有新的部署下达时" in told(signed_in(make_user(place=school)).get("/"))
