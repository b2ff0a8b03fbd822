"""组织: the tree and its lists, the page of one organization, and every act with its steps, effects and refusals."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import Page

from guantong.apps.directives.models import Assignment
from guantong.apps.organizations import tree
from guantong.apps.organizations.models import Kind, Organization, PastName, Post
from guantong.apps.organizations.spelling import spelled
from guantong.apps.people.services import make_account
from guantong.core.permits import Role
from tests.apps.make import make_organization, make_person, make_post
from tests.apps.road import ISSUED, Road, at, later
from tests.browser import overflow

from .conftest import Enter, Open
from .make import PASSWORD, make_user, signed_in

pytestmark = pytest.mark.django_db
TODAY = ISSUED.isoformat()
COSTS = {"close-organization": 17}
"""What one page may cost above twelve queries: whoever keeps open work counts it, kind by kind, before it is ended."""


@pytest.fixture(autouse=True)
def spell(road: Road) -> None:
    """Rows of tests are spelled like those that services make."""
    assert road.schools
    for row in Organization.objects.all():
        row.spelled = spelled(row.name)
        row.save(update_fields=["spelled"])


@pytest.fixture
def system(road: Road) -> Client:
    road.district.invented = True  # administrators of an example need no second factor
    road.district.save()
    return signed_in(make_user(Role.SYSTEM_ADMIN, road.district, name="system"))


def page(client: Client, url: str, *args: int, **query: Any) -> str:
    answer = client.get(reverse(url, args=args), query)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def names(shown: str) -> list[str]:
    """The heads of the rows of the first table, without what is said beside them."""
    return [
        re.sub(r"<[^>]+>", "", each).strip()
        for each in re.findall(r'<th scope="row"[^>]*>(.*?)(?:<span|</th>)', shown, re.DOTALL)
    ]


def send(client: Client, url: str, pk: int, said: str, status: int = 302, **typed: Any) -> str:
    """Send a form; what follows must hold `said`."""
    answer = client.post(reverse(url, args=[pk]), typed)
    assert answer.status_code == status, answer.content.decode()
    shown = client.get(answer["Location"]).content.decode() if status == 302 else answer.content.decode()
    assert said in shown, shown
    return shown


@pytest.fixture
def principal(road: Road) -> Client:
    return signed_in(make_user(Role.PRINCIPAL, road.schools[0], name="principal"))


def queries_of(client: Client, url: str, *args: int, **query: Any) -> int:
    client.get("/")
    with CaptureQueriesContext(connection) as made:
        page(client, url, *args, **query)
    return len(made)


def founded(
    road: Road, above: Organization, name: str, kind: str = Kind.BRANCH, stage: str = ""
) -> Organization:
    return tree.found(
        road.actor("clerk"),
        above.pk,
        name=name,
        kind=Kind(kind),
        stage=stage,
        opened_on=date(2021, 9, 1),
        now=at(ISSUED),
    )


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
    assert f'href="/organizations/?under={first.pk}" aria-label="看砚舟中学党委的下级"' in page(
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
    assert clerk.get(f"/organizations/{guided.pk}/rename/").status_code == 403
    assert clerk.get(f"/organizations/{guided.pk}/found/").status_code == 403


# the tree as it stood


@pytest.fixture
def changed(road: Road) -> Road:
    """Today the first school is renamed, its second branch has moved, and the third school is merged into the second."""
    clerk, now = road.actor("clerk"), at(ISSUED)
    tree.rename(clerk, road.schools[0].pk, "砚舟实验中学党委", on=date(2026, 3, 2), now=now)
    tree.move(clerk, road.branches[1].pk, road.schools[1].pk, on=date(2026, 3, 3), now=now)
    tree.close(
        clerk,
        road.schools[2].pk,
        into=road.schools[1].pk,
        work=tree.Work.HAND_OVER,
        on=date(2026, 3, 4),
        now=now,
    )
    return road


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
    assert "空缺：副书记，组织、宣传、纪检委员（应有 3 人，现有 0 人）。" in first
    heir = page(clerk, "organization", changed.schools[1].pk)
    assert "禾渡幼儿园党委并入" in heir
    gone = page(clerk, "organization", changed.schools[2].pk)
    assert "2026年3月4日起并入岚汀小学党委" in gone
    assert "合并或撤销" not in gone
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


# acts


def test_an_organization_is_founded(road: Road, enter: Enter) -> None:
    typed: dict[str, Any] = {"name": "第三支部", "kind": "branch", "stage": "", "opened_on": "2026-03-01"}
    send(enter("school-0"), "found", road.schools[0].pk, "已设立第三支部。", **typed)
    made = Organization.objects.get(name="第三支部")
    assert (made.parent, made.kind, made.opened_on) == (road.schools[0], "branch", date(2026, 3, 1))
    for changed_, said in (
        ({}, "名称：同一上级下已有同名单位，请换一个名称。"),
        ({"name": " "}, "名称：请填写名称。"),
        ({"name": "长" * 101}, "名称：最多 100 个字"),
        ({"name": "甲", "kind": ""}, "类别：请选择类别。"),
        ({"name": "甲", "opened_on": "2026-03-10"}, "设立日期：2026年3月10日还没有到"),
        ({"name": "甲", "kind": "work-committee"}, "类别：选中的项不在可选范围内"),
    ):
        shown = send(enter("school-0"), "found", road.schools[0].pk, said, 400, **{**typed, **changed_})
        assert 'value="2026-03-' in shown
    assert Organization.objects.filter(parent=road.schools[0]).count() == 3


def test_an_organization_is_renamed_from_a_day(road: Road, enter: Enter) -> None:
    first = road.schools[0].pk
    send(
        enter("clerk"), "rename", first, "已改称砚舟实验中学党委，2026年3月2日起生效。",
        what="name", name="砚舟实验中学党委", on="2026-03-02",
    )  # fmt: skip
    assert PastName.objects.get().until == date(2026, 3, 1)
    for name, on, said in (
        ("岚汀小学党委", TODAY, "新名称：同一上级下已有同名单位"),
        ("新名", "2026-03-20", "从哪一天起：日期 2026年3月20日 还没有到"),
        ("新名", "2025-12-31", "从哪一天起：2025 年的机构情况已经固定"),
        ("新名", "2026-03-01", "从哪一天起：生效日期 2026年3月1日 早于最近一次有关变动"),
        ("新名", "某天", "从哪一天起：请填写日期"),
    ):
        shown = send(enter("clerk"), "rename", first, said, 400, what="name", name=name, on=on)
        assert f'value="{name}"' in shown
    assert Organization.objects.get(pk=first).name == "砚舟实验中学党委"


def test_kind_stage_order_and_guidance_are_corrected(road: Road, enter: Enter) -> None:
    first, clerk = road.schools[0].pk, enter("clerk")
    other = make_organization(name="松亭街道党工委", kind=Kind.WORK_COMMITTEE)
    section = make_organization(road.district, name="组织科", kind=Kind.SECTION)
    send(clerk, "rename", first, "已更正", what="kind", kind="general-branch", stage="senior", order="7")
    row = Organization.objects.get(pk=first)
    assert (row.kind, row.stage, row.order) == ("general-branch", "senior", 7)
    send(
        clerk,
        "rename",
        first,
        "官方次序：请填写 0 到 99999 之间的数。",
        400,
        what="kind",
        kind="branch",
        order="-1",
    )
    assert [each for each in ("松亭街道党工委", "组织科") if each in page(clerk, "rename", first)]
    for by in (other.pk, section.pk):
        send(clerk, "rename", first, "已更正业务指导单位。", what="guide", by=by)
        assert Organization.objects.get(pk=first).guided_by_id == by
    send(
        clerk, "rename", first, "业务指导单位：选中的项不在可选范围内", 400, what="guide", by=road.district.pk
    )
    send(clerk, "rename", first, "已更正业务指导单位。", what="guide", by="")
    assert Organization.objects.get(pk=first).guided_by is None


def test_the_top_is_renamed_and_stays(road: Road, system: Client) -> None:
    shown = page(system, "rename", road.district.pk)
    assert "官方次序" not in shown
    send(system, "rename", road.district.pk, "已改称", name="云岫区教育工委", on=TODAY)
    said = "最上级的单位只能改名"
    send(system, "rename", road.district.pk, said, 400, what="kind", kind="branch", order="0")
    send(system, "close-organization", road.district.pk, said, 400, how="end", on=TODAY)
    into = road.schools[0].pk
    send(system, "move-organization", road.district.pk, said, 400, into=into, on=TODAY)
    send(system, "split-organization", road.district.pk, said, 400, name="甲", kind="branch", on=TODAY)


def test_moving_shows_what_goes_along_and_then_moves(road: Road, enter: Enter) -> None:
    clerk, branch, second = enter("clerk"), road.branches[0].pk, road.schools[1].pk
    found = page(clerk, "move-organization", branch, q="lanting")
    assert f'name="into" id="into-{second}" value="{second}"' in found
    asked = page(clerk, "move-organization", branch, into=second, on=TODAY, step="confirm")
    assert "移动前请核对" in asked
    assert "任职：1" in asked
    back = page(clerk, "move-organization", branch, into=second, on="2026-03-02")
    assert f'id="chosen-into" value="{second}" checked' in back
    assert 'value="2026-03-02"' in back
    send(clerk, "move-organization", branch, "已移动第一支部，2026年3月9日起生效。", into=second, on=TODAY)
    assert Organization.objects.get(pk=branch).parent_id == second


def test_what_cannot_be_moved_is_said_where_it_was_chosen(road: Road, enter: Enter) -> None:
    clerk, first = enter("clerk"), road.schools[0].pk
    street = make_organization(name="松亭街道党工委", kind=Kind.WORK_COMMITTEE)
    guided = make_organization(street, name="竹溪幼儿园党支部")
    guided.guided_by = road.district
    guided.save()
    below = "不能把单位并入或移到它自己或它的下级。请另选单位。"
    for into, on, said in (
        (road.branches[0].pk, TODAY, below),
        (guided.pk, TODAY, "两个单位不在同一个区"),
        (road.schools[1].pk, "2026-03-20", "从哪一天起：日期 2026年3月20日 还没有到"),
        ("", TODAY, "还没有选单位。请先查找"),
        (road.schools[1].pk, "", "从哪一天起：请填写从哪一天起。"),
    ):
        shown = send(clerk, "move-organization", first, said, 400, into=into, on=on)
        assert "下一步" in shown
    missing = page(clerk, "move-organization", first, on=TODAY, step="confirm")
    assert "还没有选单位。请先查找，再从列出的单位中选一个。" in missing
    unseen = page(clerk, "move-organization", first, into=street.pk, on=TODAY, step="confirm")
    assert "选中的单位不存在，或不在本区。请重新选择。" in unseen
    assert "松亭" not in unseen
    assert page(clerk, "move-organization", first, into="９" * 30, on=TODAY, step="confirm")
    assert Organization.objects.get(pk=first).parent == road.district


def test_merging_shows_open_work_and_hands_it_over(road: Road, enter: Enter) -> None:
    clerk, second, third = enter("clerk"), road.schools[1].pk, road.schools[2].pk
    asked = page(clerk, "close-organization", third, how="merge", into=second, on=TODAY, step="confirm")
    assert re.search(r"上级交办、还没有办完的任务</th><td class=\"amount\">4</td>", asked)
    assert "4 项与对方已有的并办" in asked
    assert "1 人要另行转接" in asked
    typed: dict[str, Any] = {"how": "merge", "into": second, "on": TODAY}
    refused = send(clerk, "close-organization", third, "请选择没有办完的事怎么办。", 400, **typed)
    assert "合并前请核对" in refused
    assert f'name="into" value="{second}"' in refused
    said = "禾渡幼儿园党委已并入，2026年3月9日起生效。"
    send(clerk, "close-organization", third, said, work="hand-over", **typed)
    row = Organization.objects.get(pk=third)
    assert (row.closed_on, row.merged_into_id) == (ISSUED, second)
    assert {each.state for each in Assignment.objects.filter(organization=row)} == {"merged"}


def test_merging_can_withdraw_instead(road: Road, enter: Enter) -> None:
    second, third = road.schools[1].pk, road.schools[2].pk
    typed: dict[str, Any] = {"how": "merge", "into": second, "on": TODAY, "work": "withdraw"}
    send(enter("clerk"), "close-organization", third, "已并入", **typed)
    assert {each.state for each in Assignment.objects.filter(organization=third)} == {"withdrawn"}


def test_closing_for_good_and_opening_again(road: Road, enter: Enter) -> None:
    clerk, third = enter("clerk"), road.schools[2].pk
    asked = page(clerk, "close-organization", third, how="end", on=TODAY, step="confirm")
    assert "撤销前请核对" in asked
    assert "交给" not in asked
    send(clerk, "close-organization", third, "已撤销", how="end", on=TODAY)
    assert Organization.objects.get(pk=third).closed_on == ISSUED
    send(clerk, "close-organization", third, "已在 2026年3月9日 撤销", 409, how="end", on=TODAY)
    assert "不会自动回来" in page(clerk, "reopen-organization", third)
    send(clerk, "reopen-organization", third, "从哪一天起：日期 2026年3月20日 还没有到", 400, on="2026-03-20")
    send(clerk, "reopen-organization", third, "禾渡幼儿园党委已恢复。", on=TODAY)
    assert Organization.objects.get(pk=third).closed_on is None
    assert "不用恢复" in page(clerk, "reopen-organization", third)
    send(clerk, "reopen-organization", third, "没有撤销，不用恢复", 409, on=TODAY)


def test_what_still_has_children_does_not_close(road: Road, enter: Enter) -> None:
    clerk, first = enter("clerk"), road.schools[0].pk
    assert "它下面还有 2 个单位，要先把它们移走或撤销" in page(clerk, "close-organization", first)
    refused = send(clerk, "close-organization", first, "它下面还有 2 个单位", 400, how="end", on=TODAY)
    assert "撤销前请核对" in refused
    missing = page(clerk, "close-organization", first, how="merge", on=TODAY, step="confirm")
    assert "还没有选并入的单位" in missing
    itself = send(
        clerk,
        "close-organization",
        first,
        "不能把单位并入",
        400,
        how="merge",
        into=first,
        on=TODAY,
        work="withdraw",
    )
    assert "下一步" in itself


def test_a_school_merges_no_branch_into_another_school(road: Road, enter: Enter) -> None:
    school, branch = enter("school-0"), road.branches[0].pk
    asked = page(
        school, "close-organization", branch, how="merge", into=road.schools[1].pk, on=TODAY, step="confirm"
    )
    assert "选中的单位不存在，或不在本区" in asked
    typed: dict[str, Any] = {"how": "merge", "into": road.schools[1].pk, "on": TODAY, "work": "withdraw"}
    assert school.post(reverse("close-organization", args=[branch]), typed).status_code == 404
    send(school, "close-organization", branch, "已并入", **{**typed, "into": road.branches[1].pk})


def test_an_organization_is_split(road: Road, enter: Enter) -> None:
    clerk, first, branch = enter("clerk"), road.schools[0].pk, road.branches[1].pk
    assert f'value="{branch}"' in page(clerk, "split-organization", first)
    typed: dict[str, Any] = {
        "name": "砚舟中学东校区党委",
        "kind": "committee",
        "stage": "junior",
        "children": [branch],
        "on": TODAY,
    }
    send(clerk, "split-organization", first, "已从砚舟中学党委分设砚舟中学东校区党委。", **typed)
    made = Organization.objects.get(name="砚舟中学东校区党委")
    assert (made.split_from_id, made.parent, made.opened_on) == (first, road.district, ISSUED)
    assert Organization.objects.get(pk=branch).parent == made
    assert "从砚舟中学党委分设" in page(clerk, "organization", made.pk)
    assert "分出砚舟中学东校区党委" in page(clerk, "organization", first)
    shown = send(
        clerk,
        "split-organization",
        first,
        "新单位名称：同一上级下已有同名单位",
        400,
        **{**typed, "children": []},
    )
    assert 'value="砚舟中学东校区党委"' in shown
    send(clerk, "split-organization", first, "选中的项不在可选范围内", 400, **{**typed, "name": "乙"})
    assert page(clerk, "split-organization", road.schools[1].pk).count('name="children"') == 0


# the picker


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


# costs


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
    told = [(each[0], count) for each, count in zip(asked, after, strict=True)]
    assert not [(url, count) for url, count in told if count > COSTS.get(url, 12)]


# in a browser


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
