"""Changes of the tree: each with its steps, its effect, and what is said where it cannot be."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from guantong.apps.directives.models import Assignment
from guantong.apps.organizations.models import Kind, Organization, PastName
from guantong.apps.organizations.roster import transfers
from guantong.core.permits import Role
from tests.apps.make import make_organization, make_person, make_post
from tests.apps.road import ISSUED, Road, at

from .conftest import Enter
from .trees import TODAY, page, send, spell_all, system_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def spell(road: Road) -> None:
    """The road comes first."""
    assert road.schools
    spell_all()


@pytest.fixture
def system(road: Road) -> Client:
    return system_of(road)


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
        ("新名", "2025-12-31", "从哪一天起：2025 年的情况已经固定"),
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
    offered = page(clerk, "rename", first)
    assert f'<option value="{other.pk}">松亭街道党工委</option>' in offered
    assert f'<option value="{section.pk}">组织科</option>' in offered
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
    assert re.search(
        r"待办</th><td class=\"amount\">(\d+)</td>\s*<td>\1 项随任务了结</td>\s*<td>\1 项终止</td>", asked
    )
    assert asked.count("1 人转入岚汀小学党委") == 2  # whatever becomes of the work
    typed: dict[str, Any] = {"how": "merge", "into": second, "on": TODAY}
    refused = send(clerk, "close-organization", third, "请选择没有办完的事怎么办。", 400, **typed)
    assert "合并前请核对" in refused
    assert f'name="into" value="{second}"' in refused
    said = "禾渡幼儿园党委已并入，2026年3月9日起生效。"
    send(clerk, "close-organization", third, said, work="hand-over", **typed)
    row = Organization.objects.get(pk=third)
    assert (row.closed_on, row.merged_into_id) == (ISSUED, second)
    assert {each.state for each in Assignment.objects.filter(organization=row)} == {"merged"}


def test_where_both_ways_are_the_same_nothing_is_asked(road: Road, enter: Enter) -> None:
    clerk, second = enter("clerk"), road.schools[1].pk
    idle = make_organization(road.district, name="青浦小学党委", kind=Kind.COMMITTEE)
    make_post(make_person(idle), idle, Role.SECRETARY)
    asked = page(clerk, "close-organization", idle.pk, how="merge", into=second, on=TODAY, step="confirm")
    assert "合并以后" in asked
    assert asked.count("1 项终止") == 1
    assert 'type="radio" name="work"' not in asked
    hidden = re.search(r'<input type="hidden" name="work" value="([^"]+)">', asked)
    assert hidden
    send(clerk, "close-organization", idle.pk, "已并入", how="merge", into=second, on=TODAY, work=hidden[1])
    assert Organization.objects.get(pk=idle.pk).merged_into_id == second


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
    assert f'1 人要先<a href="/organizations/{third}/persons/">转到别的单位</a>' in asked
    left = "名册上还有 1 人没有转出，请先把他们转到别的单位，再撤销。"
    send(clerk, "close-organization", third, left, 400, how="end", on=TODAY)
    transfers.transfer(
        road.actor("clerk"),
        person=road.people["school-2"],
        to=road.schools[1].pk,
        on=ISSUED,
        end_held=True,
        now=at(ISSUED),
    )
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
