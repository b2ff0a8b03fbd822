"""单位组合: who keeps them, whom each means today, how they are made, changed and let go."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from guantong.apps.ledger.models import Entry
from guantong.apps.organizations import names
from guantong.apps.organizations.models import Alias, Group, Kind
from guantong.core.permits import Role
from tests.apps.make import make_organization
from tests.apps.road import ISSUED, Road, at

from .conftest import Enter
from .make import make_user, signed_in

pytestmark = pytest.mark.django_db


def send(client: Client, address: str, said: str, status: int = 302, **typed: object) -> str:
    """Send a form; what follows must hold `said`."""
    answer = client.post(address, typed)
    shown = (
        client.get(answer["Location"]).content.decode()
        if answer.status_code == 302
        else answer.content.decode()
    )
    assert answer.status_code == status, shown
    assert said in shown, shown
    return shown


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_says_whom_each_means_today(road: Road, enter: Enter) -> None:
    names.standard_groups(road.district.pk, now=at(ISSUED))
    page = " ".join(shown(enter("clerk"), "/groups/").split())
    key = Group.objects.get(name="各中学").pk
    row = page.partition(f'<a href="/groups/{key}/">各中学</a>')[2].partition("</tr>")[0]
    assert "党委、党总支、党支部，初中、高中、九年一贯制" in row
    assert "<td>1</td>" in row
    page = shown(enter("clerk"), f"/groups/{key}/")
    assert "今天指这 1 个单位" in page
    assert "砚舟中学党委" in page
    assert "岚汀" not in page


def test_a_group_is_made_of_kinds_and_stages(enter: Enter) -> None:
    page = send(
        enter("clerk"), "/groups/", "已保存“各园校”。", name="各 园校", stages=["kindergarten", "primary"]
    )
    assert "今天指这 2 个单位" in page
    group = Group.objects.get(name="各园校")
    assert (group.kinds, group.stages) == ([], ["kindergarten", "primary"])
    page = send(enter("clerk"), f"/groups/{group.pk}/", "已保存“各园校”。", kinds=["branch"])
    group.refresh_from_db()
    assert (group.kinds, group.stages) == (["branch"], [])
    assert "<td>党支部</td><td>2</td>" in page


def test_a_group_is_a_list_pasted_one_a_line(road: Road, enter: Enter) -> None:
    clerk = enter("clerk")
    page = send(
        clerk,
        "/groups/",
        "今天指这 2 个单位",
        name="试点单位",
        units="岚汀小学党委\n\n 砚舟中学 \r\n岚汀小学\n",
    )
    assert page.index("砚舟中学党委") < page.index("岚汀小学党委")  # in official order
    group = Group.objects.get(name="试点单位")
    assert {each.name for each in group.members.all()} == {"砚舟中学党委", "岚汀小学党委"}
    assert "砚舟中学党委\n岚汀小学党委</textarea>" in shown(clerk, f"/groups/{group.pk}/")
    wrong = send(
        clerk, f"/groups/{group.pk}/", "“没有的学校”对不上唯一的单位", 400, units="岚汀小学党委\n没有的学校"
    )
    assert "岚汀小学党委\n没有的学校</textarea>" in wrong
    many = "\n".join(f"没有的学校{n}" for n in range(9))
    send(clerk, f"/groups/{group.pk}/", "“没有的学校4”等 9 行对不上", 400, units=many)
    make_organization(road.schools[1], name="第一支部")
    send(clerk, f"/groups/{group.pk}/", "“第一支部”对不上唯一的单位", 400, units="第一支部")
    assert group.members.count() == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "", "kinds": ["branch"]}, "名称：请填写名称。"),
        ({"name": "各校"}, "单位组里还没有单位"),
        ({"name": "各校", "kinds": ["branch"], "units": "岚汀小学党委"}, "不能同时用"),
        ({"name": "各校", "kinds": ["nothing"]}, "类别：选中的项不在可选范围内"),
    ],
)
def test_a_group_that_cannot_be_is_said_and_kept(enter: Enter, typed: dict[str, object], said: str) -> None:
    page = send(enter("clerk"), "/groups/", said, 400, **typed)
    assert f'value="{typed["name"]}"' in page or not typed["name"]
    assert '<details class="more" open><summary>新建单位组合' in page
    assert not Group.objects.filter(name="各校").exists()


def test_a_group_goes_with_the_names_that_mean_it(road: Road, enter: Enter) -> None:
    clerk = enter("clerk")
    group = names.save_group(
        road.actor("clerk"), district=road.district.pk, name="各中学", stages=["junior"], now=at(ISSUED)
    )
    names.bind_name(
        road.actor("clerk"), district=road.district.pk, text="各中等学校", group=group.pk, now=at(ISSUED)
    )
    page = shown(clerk, f"/groups/{group.pk}/")
    assert "对应它的 1 个叫法（各中等学校）也一并删除" in page
    send(clerk, f"/groups/{group.pk}/", "已删除“各中学”，对应它的 1 个叫法也一并删除。", what="delete")
    assert not Group.objects.exists()
    assert not Alias.objects.exists()
    entry = Entry.objects.get(act="group.deleted")
    assert (entry.object, entry.facts) == (group.pk, {"aliases": 1})
    assert clerk.post(f"/groups/{group.pk}/", {"what": "delete"}).status_code == 404


def test_groups_and_their_members_are_taken_along_as_a_workbook(road: Road, enter: Enter) -> None:
    names.standard_groups(road.district.pk, now=at(ISSUED))
    assert grid(enter("clerk"), "/groups/?export=xlsx")[:3] == [
        ("名称", "包括", "今天有几个单位"),
        ("各中学", "党委、党总支、党支部，初中、高中、九年一贯制", 1),
        ("各中小学", "党委、党总支、党支部，小学、初中、高中、九年一贯制", 2),
    ]
    key = Group.objects.get(name="各中学").pk
    assert "导出 Excel" in shown(enter("clerk"), f"/groups/{key}/")
    assert grid(enter("clerk"), f"/groups/{key}/?export=xlsx") == [
        ("单位", "上级", "类别", "学段"),
        ("砚舟中学党委", "云岫教育工委", "党委", "初中"),
    ]


def grid(client: Client, address: str) -> Sequence[tuple[object, ...]]:
    """The rows of a workbook from its heads on, with something in them."""
    answer = client.get(address)
    assert answer.status_code == 200
    sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
    rows = [row for row in sheet.iter_rows(values_only=True) if any(row)]
    return rows[next(n for n, row in enumerate(rows) if all(row)) :]


def test_the_district_keeps_them_and_nobody_else(road: Road, enter: Enter) -> None:
    group = names.save_group(
        road.actor("clerk"), district=road.district.pk, name="各中学", stages=["junior"], now=at(ISSUED)
    )
    road.district.invented = True
    road.district.save()
    system = signed_in(make_user(Role.SYSTEM_ADMIN, road.district, name="system"))
    principal = signed_in(make_user(Role.PRINCIPAL, road.schools[0], name="principal"))
    street = make_organization(name="松亭街道党工委", kind=Kind.WORK_COMMITTEE)
    other = signed_in(make_user(Role.SECTION_STAFF, street, name="other"))
    seen = {
        "secretary": 200,
        "in-charge": 200,
        "clerk": 200,
        "discipline": 403,
        "school-0": 404,
        "member": 404,
    }
    clients = [*((enter(who), status) for who, status in seen.items()), (system, 403), (principal, 404)]
    for client, status in clients:
        for address in (reverse("groups"), reverse("group", args=[group.pk])):
            assert client.get(address).status_code == status
            if status != 200:
                assert client.post(address, {"what": "delete", "name": "甲"}).status_code == status
    assert other.get(reverse("groups")).status_code == 200
    assert other.get(reverse("group", args=[group.pk])).status_code == 404
    assert other.post(reverse("group", args=[group.pk]), {"what": "delete"}).status_code == 404
    assert Group.objects.count() == 1


def test_queries_do_not_grow_with_groups_and_members(road: Road, enter: Enter) -> None:
    clerk = enter("clerk")
    kinds = names.save_group(
        road.actor("clerk"), district=road.district.pk, name="各支部", kinds=["branch"], now=at(ISSUED)
    )
    listed = names.save_group(
        road.actor("clerk"),
        district=road.district.pk,
        name="试点",
        members=[road.schools[0].pk],
        now=at(ISSUED),
    )
    addresses = ["/groups/", f"/groups/{kinds.pk}/", f"/groups/{kinds.pk}/?page=2", f"/groups/{listed.pk}/"]

    def costs() -> list[int]:
        told = []
        for address in addresses:
            with CaptureQueriesContext(connection) as made:
                shown(clerk, address)
            told.append(len(made))
        return told

    costs()
    before = costs()
    for n in range(60):
        row = make_organization(road.schools[1], name=f"第{n + 10}支部")
        listed.members.add(row)
        Group.objects.create(district=road.district, name=f"组合{n}", kinds=["branch"])
    assert costs() == before
    assert max(before) <= 12
    page = shown(clerk, f"/groups/{kinds.pk}/?page=2")
    assert "第 21–40 条，共 62 条" in page
