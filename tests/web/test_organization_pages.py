"""组织: the tree and its lists, today and on a day, and the page of one organization."""

from __future__ import annotations

import re
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from guantong.apps.organizations import tree
from guantong.apps.organizations.access import actor_of
from guantong.apps.organizations.models import Kind, Post
from guantong.apps.people.services import make_account
from guantong.core.permits import Role
from tests.apps.make import make_organization, make_person, make_post
from tests.apps.road import ISSUED, Road, at, later

from .conftest import Enter
from .make import PASSWORD, make_user, signed_in
from .trees import change, founded, names, page, spell_all, system_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def spell(road: Road) -> None:
    """The road comes first."""
    assert road.schools
    spell_all()


@pytest.fixture
def system(road: Road) -> Client:
    return system_of(road)


@pytest.fixture
def principal(road: Road) -> Client:
    return signed_in(make_user(Role.PRINCIPAL, road.schools[0], name="principal"))


@pytest.fixture
def changed(road: Road) -> Road:
    change(road)
    return road


# the list


def test_everybody_begins_where_their_post_is(enter: Enter, system: Client) -> None:
    schools = ["砚舟中学党委", "岚汀小学党委", "禾渡幼儿园党委"]
    for client in (enter("clerk"), enter("discipline"), system):
        assert names(page(client, "organizations")) == schools
    assert names(page(enter("school-0"), "organizations")) == ["第一支部", "第二支部"]
    assert "第一支部还没有下级组织。" in page(enter("branch-0"), "organizations")
    assert "您的岗位不看单位情况" in page(enter("member"), "organizations")


def test_the_menu_leads_there_whoever_keeps_organizations_or_rosters(
    enter: Enter, system: Client, principal: Client
) -> None:
    entry = '<a href="/organizations/">组织与党员</a>'
    for client in (*map(enter, ("clerk", "school-0", "branch-0", "discipline")), system):
        assert entry in client.get("/").content.decode()
    for client in (principal, enter("member")):
        assert entry not in client.get("/").content.decode()


def test_one_goes_down_level_by_level_and_no_further_than_one_sees(road: Road, enter: Enter) -> None:
    clerk, first = enter("clerk"), road.schools[0]
    assert f'href="/organizations/?under={first.pk}" aria-label="看下级：砚舟中学党委"' in page(
        clerk, "organizations"
    )
    below = page(clerk, "organizations", under=first.pk)
    assert names(below) == ["第一支部", "第二支部"]
    assert f'<a href="/organizations/?under={road.district.pk}">云岫教育工委</a>' in below
    above = page(enter("school-0"), "organizations", under=first.pk)
    assert "云岫教育工委" not in above
    for wrong in (road.schools[1].pk, road.district.pk, 10**9, "x", "9" * 30):
        assert enter("school-0").get("/organizations/", {"under": wrong}).status_code == 404


def test_ways_lead_on_as_permits_allow(enter: Enter, principal: Client) -> None:
    clerk, school = page(enter("clerk"), "organizations"), page(enter("school-0"), "organizations")
    for shown in (clerk, school):
        assert "新设下级组织" in shown
        assert "本年变动" in shown
    assert "单位组合" in clerk
    assert "单位组合" not in school
    assert "新设下级组织" not in page(principal, "organizations")
    assert "新设下级组织" not in page(enter("branch-0"), "organizations")


@pytest.mark.parametrize(
    "typed", ["长乐", "乐小", "changle", "zhangle", "clxx", "ZLXX", "clexx", "yuexiaoxue", "长 乐"]
)
def test_a_name_is_found_in_every_reading(road: Road, enter: Enter, typed: str) -> None:
    founded(road, road.district, "长乐小学党支部")
    found = names(page(enter("clerk"), "organizations", text=typed))
    assert found == (["长乐小学党支部"] if typed != "clexx" else [])


def test_what_is_found_is_narrowed_and_sorted(road: Road, enter: Enter) -> None:
    clerk = enter("clerk")
    assert names(page(clerk, "organizations", stage="primary")) == ["岚汀小学党委"]
    assert names(page(clerk, "organizations", kind="branch")) == ["第一支部", "第二支部"]
    assert names(page(clerk, "organizations", kind="branch", under=road.schools[1].pk)) == []
    assert len(names(page(clerk, "organizations", kind="nothing"))) == 6
    for key, first in (("branches", "砚舟中学党委"), ("head", "禾渡幼儿园党委"), ("stage", "禾渡幼儿园党委")):
        assert names(page(clerk, "organizations", sort=f"-{key}" if key != "stage" else key))[0] == first
    assert "恢复官方次序" in page(clerk, "organizations", sort="name")
    assert names(page(clerk, "organizations", kind="committee", sort="parent"))[0] == "砚舟中学党委"
    assert "没有符合条件的单位" in page(clerk, "organizations", text="没有这个名字")
    assert "a" * 51 not in page(clerk, "organizations", text="a" * 200)


def test_official_order_comes_first(road: Road, enter: Enter) -> None:
    for place, row in enumerate(reversed(road.schools)):
        row.order = place
        row.save()
    assert names(page(enter("clerk"), "organizations")) == ["禾渡幼儿园党委", "岚汀小学党委", "砚舟中学党委"]


def test_guided_organizations_are_found_and_their_superiors_are_not_told(road: Road, enter: Enter) -> None:
    street = make_organization(name="松亭街道党工委", kind=Kind.WORK_COMMITTEE)
    guided = make_organization(street, name="竹溪幼儿园党支部")
    guided.guided_by = road.district
    guided.save()
    clerk = enter("clerk")
    assert "业务指导的单位" in page(clerk, "organizations")
    shown = page(clerk, "organizations", guided="yes")
    assert names(shown) == ["竹溪幼儿园党支部"]
    one = page(clerk, "organization", guided.pk)
    assert "业务指导" in one
    assert "松亭街道" not in shown + one
    block = make_organization(street, name="竹溪片区党总支")
    office = make_person(street)
    make_post(office, street, Role.SECTION_STAFF)
    tree.move(actor_of(office.pk, ISSUED), guided.pk, block.pk, now=at(ISSUED))
    changes = page(clerk, "organization-changes")
    assert "移到别的上级" in changes
    assert "松亭街道" not in changes
    assert "竹溪片区" not in changes + page(clerk, "organization", guided.pk)
    assert clerk.get(f"/organizations/{guided.pk}/rename/").status_code == 403
    assert clerk.get(f"/organizations/{guided.pk}/found/").status_code == 403


# the tree as it stood


def test_the_tree_is_shown_as_it_stood_on_a_day(changed: Road, enter: Enter) -> None:
    clerk, first = enter("clerk"), changed.schools[0]
    then, now = page(clerk, "organizations", on="2026-02-10"), page(clerk, "organizations")
    assert names(then) == ["砚舟中学党委", "岚汀小学党委", "禾渡幼儿园党委"]
    assert names(now) == ["砚舟实验中学党委", "岚汀小学党委"]
    assert "下面是2026年2月10日的情况" in then
    assert '<a href="?">回到今天</a>' in then
    assert "改称砚舟实验中学党委" in then
    assert "2026年3月4日并入岚汀小学党委" in then
    below = page(clerk, "organizations", on="2026-02-10", under=first.pk)
    assert names(below) == ["第一支部", "第二支部"]
    assert "<h1>砚舟中学党委</h1>" in below
    assert "移到岚汀小学党委之下" in below
    assert names(page(clerk, "organizations", under=first.pk)) == ["第一支部"]
    assert names(page(clerk, "organizations", under=changed.schools[1].pk)) == ["第二支部"]
    assert names(page(clerk, "organizations", under=changed.schools[1].pk, on="2026-03-02")) == []
    assert names(page(clerk, "organizations", text="砚舟中学", on="2026-02-10")) == ["砚舟中学党委"]


def test_on_a_past_day_the_way_down_is_shown_where_something_stood_below(road: Road, enter: Enter) -> None:
    clerk, (first, second, third) = enter("clerk"), road.schools
    closed = founded(road, third, "第三支部")
    tree.close(road.actor("clerk"), closed.pk, on=date(2026, 2, 1), now=at(ISSUED))
    change(road)

    def ways(on: str) -> list[bool]:
        shown = page(clerk, "organizations", on=on)
        return [f"under={row.pk}&amp;on={on}" in shown for row in (first, second, third)]

    assert ways("2026-02-10") == [True, False, False], (
        "the second's branch came in March, the third's was closed"
    )
    assert ways("2026-03-03")[:2] == [True, True]


def test_a_day_that_cannot_be_is_said(enter: Enter) -> None:
    clerk = enter("clerk")
    for asked, said in (
        ("2026-03-10", "2026年3月10日还没有到，下面是今天的情况。"),
        ("昨天", "日期无法识别，下面是今天的情况。"),
        ("1900-01-01", "日期无法识别，下面是今天的情况。"),
    ):
        shown = page(clerk, "organizations", on=asked)
        assert said in shown
        assert len(names(shown)) == 3
    assert "2019年12月31日，云岫教育工委还没有下级组织。" in page(clerk, "organizations", on="2019-12-31")


@pytest.mark.usefixtures("changed")
def test_closed_ones_are_found_by_their_state(enter: Enter) -> None:
    clerk = enter("clerk")
    assert names(page(clerk, "organizations", state="closed")) == ["禾渡幼儿园党委"]
    assert len(names(page(clerk, "organizations", state="all"))) == 6
    assert names(page(clerk, "organizations", text="禾渡")) == []


@pytest.mark.usefixtures("changed")
def test_changes_of_a_year_are_told(enter: Enter) -> None:
    shown = page(enter("clerk"), "organization-changes")
    for told in (
        "由“砚舟中学党委”改称“砚舟实验中学党委”",
        "由砚舟实验中学党委移到岚汀小学党委之下",
        "并入岚汀小学党委",
    ):
        assert told in shown
    assert "2025 年没有单位变动。" in page(enter("clerk"), "organization-changes", year=2025)
    assert "2026 年单位变动" in page(enter("clerk"), "organization-changes", year=2031)


# one organization


def test_the_page_of_one_tells_what_it_is_and_was(changed: Road, enter: Enter) -> None:
    clerk = enter("clerk")
    first = page(clerk, "organization", changed.schools[0].pk)
    for told in (
        "初中",
        "2020年1月1日</span> 设立",
        "由“砚舟中学党委”改称“砚舟实验中学党委”",
        "school-0",
        "第一支部",
    ):
        assert told in first
    assert "空缺：副书记，组织委员，宣传委员，纪检委员，校长。" in first
    heir = page(clerk, "organization", changed.schools[1].pk)
    assert "禾渡幼儿园党委并入" in heir
    gone = page(clerk, "organization", changed.schools[2].pk)
    assert "2026年3月4日起并入岚汀小学党委" in gone
    assert "合并或撤销" not in gone
    assert "任职都已结束" in gone
    assert "空缺" not in gone
    assert f'href="/organizations/{changed.schools[2].pk}/reopen/"' in gone
    moved = page(clerk, "organization", changed.branches[1].pk)
    assert "由砚舟实验中学党委移到岚汀小学党委之下" in moved


def test_it_shows_what_is_in_hand_and_what_the_year_asked(
    road: Road, enter: Enter, principal: Client, system: Client
) -> None:
    first = road.schools[0].pk
    shown = page(enter("clerk"), "organization", first)
    assert "关于做好春季学期支部工作的通知" in shown
    assert "2026年3月12日前签收" in shown
    assert "2026 年上级对本单位：部署 1 件，要求办理的条款 2 条，其中书面回告 0 条。" in shown
    assert "待说明" in shown
    assert "待说明" in page(enter("school-0"), "organization", first)
    seen = page(principal, "organization", first)
    assert "在办的部署" in seen
    assert "待说明" not in seen
    assert "在办的部署" not in page(system, "organization", first)


def test_the_funnel_counts_what_was_handed_on_before_a_move(road: Road, enter: Enter) -> None:
    first = road.schools[0]
    road.adopted(first, "school-0")
    block = make_organization(road.district, name="城东片区党委", kind=Kind.COMMITTEE)
    before = _funnel(page(enter("clerk"), "organization", first.pk))
    assert before[:2] == ["4 / 4", "2 / 2"]
    tree.move(road.actor("clerk", later(3)), first.pk, block.pk, now=at(later(3)))
    with time_machine.travel(at(later(3), 10), tick=False):
        client = signed_in(make_user(Role.SECTION_STAFF, road.district, name="another"))
        assert _funnel(page(client, "organization", first.pk)) == before


def _funnel(shown: str) -> list[str]:
    cells = re.findall(r'<td class="amount">(.*?)</td>', shown)
    return [re.sub(r"<[^>]+>", "", each) for each in cells]


def test_a_note_on_handing_over_is_for_whoever_holds_the_post(road: Road, enter: Enter) -> None:
    first = road.schools[0]
    old = Post.objects.get(organization=first, role=Role.SECRETARY)
    new = make_post(make_person(first, name="接任某"), first, Role.DEPUTY)
    new.handed_from, new.note = old, "钥匙在档案柜里"
    new.save()
    make_account(name="next", person=new.person_id, password=PASSWORD, must_change=False, now=at(ISSUED))
    client = Client()
    client.post("/sign-in/", {"name": "next", "password": PASSWORD})
    assert "钥匙在档案柜里" in page(client, "organization", first.pk)
    for who in ("clerk", "school-0"):
        shown = page(enter(who), "organization", first.pk)
        assert "钥匙在档案柜里" not in shown
        assert "接school-0" in shown


def test_whoever_does_not_see_it_learns_nothing(
    road: Road, enter: Enter, principal: Client, system: Client
) -> None:
    first = road.schools[0].pk
    urls = [
        *("organization", "found", "rename", "move-organization", "close-organization"),
        *("split-organization", "reopen-organization"),
    ]
    for url in urls:
        address = reverse(url, args=[first])
        for who in ("school-1", "member"):
            assert enter(who).get(address).status_code == 404, url
            assert enter(who).post(address).status_code in (404, 405), url
        assert principal.get(address).status_code == (200 if url == "organization" else 403), url
        assert system.get(address).status_code == 200, url
        assert enter("clerk").get(reverse(url, args=[10**9])).status_code == 404
    for url in urls[1:]:
        assert principal.post(reverse(url, args=[first])).status_code == 403, url
    for url in urls[2:]:
        assert enter("school-0").get(reverse(url, args=[first])).status_code == 403, url
    assert enter("school-0").get(reverse("found", args=[first])).status_code == 200
