"""The pages of the road: what each shows to whom, what its buttons do, and how many queries it makes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from guantong.apps.directives import services
from guantong.apps.directives.models import Assignment, Case, Progress
from guantong.apps.documents.services import import_text
from guantong.apps.organizations.names import save_group
from guantong.apps.people.models import Account
from guantong.apps.replies.models import Reply
from guantong.core.permits import Role
from tests.apps.make import make_person, make_post
from tests.apps.road import ISSUED, Road, at

from .make import signed_in

pytestmark = pytest.mark.django_db
Enter = Callable[[str], Client]


def url(name: str, *parts: int) -> str:
    return reverse(name, args=parts)


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def plain(page: str) -> str:
    """The page without what differs each time it is asked for."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_a_school_settles_the_directive_from_its_front_page(road: Road, enter: Enter) -> None:
    school = enter("school-0")
    receipt = road.receipt(road.schools[0])
    assert url("sign", receipt.pk) in text(school, "/")
    answer = school.post(url("sign", receipt.pk), {"next": "home"}, follow=True)
    assert "已签收。" in answer.content.decode()
    assert url("adopt-all", receipt.pk) in answer.content.decode()
    answer = school.post(url("adopt-all", receipt.pk), {"next": "home"}, follow=True)
    assert "已按下达要求承接 2 项任务。" in answer.content.decode()
    assert set(Assignment.objects.filter(receipt=receipt).values_list("state", flat=True)) == {
        *("signed", "adopted")
    }


def test_signing_twice_says_so_with_409_and_shows_the_page(road: Road, enter: Enter) -> None:
    school = enter("school-0")
    receipt = road.receipt(road.schools[0])
    school.post(url("sign", receipt.pk))
    answer = school.post(url("sign", receipt.pk))
    assert answer.status_code == 409
    assert "不用再签" in answer.content.decode()
    assert "全部按下达承接" in answer.content.decode()


def test_a_lower_target_goes_the_whole_way_to_a_confirmed_term(road: Road, enter: Enter) -> None:
    row = road.assignment(road.schools[0])
    school, clerk, secretary = enter("school-0"), enter("clerk"), enter("secretary")
    school.post(url("sign", row.receipt_id))
    answer = school.post(url("adopt", row.pk), {"value": "80", "due": "2026-07-10", "measure": "分两批"})
    assert answer.status_code == 302
    shown = text(clerk, url("assignment", row.pk))
    assert "承接目标低于下达" in shown
    assert "打折扣" not in shown
    clerk.post(url("ask", row.pk), {"days": "3"})
    assert "说明情况" in text(school, "/")
    school.post(url("explain", row.pk), {"text": "两名支部书记借调在外。"})
    early = secretary.post(url("judge", row.pk), {"reason": "属实", "verb": "confirm"})
    assert early.status_code == 400
    assert "期满后才能确认" in early.content.decode()
    assert "属实" in early.content.decode()  # what was typed is still there
    with time_machine.travel(at(date(2026, 3, 16)), tick=False):
        secretary = signed_in(Account.objects.get(name="secretary"))  # a session ends after half a day
        secretary.post(url("judge", row.pk), {"reason": "未经批准降低目标", "verb": "confirm"})
        assert "打折扣" in text(secretary, url("assignment", row.pk))
    assert Case.objects.get().state == "confirmed"


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("value", "九十", "目标值应是"),
        ("due", "2026-03-01", "已经过去"),
        ("due", "后天", "请填写日期"),
    ],
)
def test_what_cannot_be_used_is_said_and_kept(
    road: Road, enter: Enter, field: str, typed: str, said: str
) -> None:
    row = road.assignment(road.schools[0])
    school = enter("school-0")
    school.post(url("sign", row.receipt_id))
    answer = school.post(url("adopt", row.pk), {"value": "90", "due": "2026-06-30", field: typed})
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert f'value="{typed}"' in answer.content.decode()
    row.refresh_from_db()
    assert row.state == "signed"


def test_from_progress_to_verified_on_the_pages(road: Road, enter: Enter) -> None:
    row = road.assignment(road.schools[0])
    school, clerk = enter("school-0"), enter("clerk")
    school.post(url("sign", row.receipt_id))
    school.post(url("adopt-all", row.receipt_id))
    sent = {"held_on": "2026-03-09", "text": "召开动员会。", "once": "f1"}
    school.post(url("record", row.pk), sent)
    school.post(url("record", row.pk), sent)  # a double click
    assert Progress.objects.count() == 1
    school.post(url("report", row.pk), {"done_on": "2026-03-09", "part": "19", "whole": "20"})
    assert "核验报办结" in text(clerk, "/")
    clerk.post(url("send-back", row.pk), {"reason": "请附名单说明。"})
    assert "请附名单说明。" in text(school, url("assignment", row.pk))
    school.post(url("report", row.pk), {"done_on": "2026-03-09", "part": "19", "whole": "20"})
    clerk.post(url("verify", row.pk))
    row.refresh_from_db()
    assert (row.state, row.effect) == ("verified", 1)


def test_splitting_and_asking_for_other_terms_on_the_pages(road: Road, enter: Enter) -> None:
    row = road.assignment(road.schools[0])
    school, in_charge = enter("school-0"), enter("in-charge")
    school.post(url("sign", row.receipt_id))
    school.post(url("adopt-all", row.receipt_id))
    school.post(
        url("split", row.pk),
        {"organizations": [each.pk for each in road.branches], "sign_days": "2", "adopt_days": "5"},
    )
    shown = text(school, url("assignment", row.pk))
    assert "第一支部" in shown
    school.post(url("adjust", row.pk), {"value": "85", "due": "2026-07-10", "reason": "借调在外"})
    assert "审批申请" in text(in_charge, "/")
    reply = Reply.objects.get(kind="adjust")
    in_charge.post(url("decide", row.pk, reply.pk), {f"d{reply.pk}-reason": "同意", "approve": "yes"})
    row.refresh_from_db()
    assert row.due == date(2026, 7, 10)


def test_an_owner_is_chosen_of_those_who_hold_a_post_there(road: Road, enter: Enter) -> None:
    row, other = (road.assignment(road.schools[0], nth) for nth in (0, 1))
    deputy = make_person(road.schools[0], name="副书记甲")
    make_post(deputy, road.schools[0], Role.DEPUTY)
    gone = make_person(road.schools[0], name="调走的人")
    make_post(gone, road.schools[0], Role.DEPUTY, until=date(2026, 3, 8))
    school = enter("school-0")
    school.post(url("sign", row.receipt_id))
    shown = text(school, url("assignment", row.pk))
    chosen = re.search(r'<option value="(\d+)" selected>([^<]*)</option>', shown)
    assert chosen
    assert (int(chosen[1]), chosen[2]) == (road.people["school-0"], "school-0（书记）")
    assert "副书记甲（副书记）" in shown
    for stranger in ("调走的人", "branch-0", "school-1"):
        assert stranger not in shown
    sent = {"value": "90", "due": "2026-06-30", "owner": str(road.people["school-1"])}
    refused = school.post(url("adopt", row.pk), sent)
    assert refused.status_code == 400
    assert "责任人：选中的项不在可选范围内" in refused.content.decode()
    school.post(url("adopt", row.pk), {**sent, "owner": str(deputy.pk)})
    school.post(url("adopt", other.pk), {"due": "2026-05-29"})
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.owner_id, other.owner_id) == (deputy.pk, road.people["school-0"])


def test_every_figure_of_a_directive_opens_as_many_rows(road: Road, enter: Enter) -> None:
    """T18: what a number says is what the list behind it lists."""
    road.adopted(road.schools[0], "school-0")
    services.refresh_due(today=date(2026, 3, 30))
    assert road.directive
    clerk = enter("clerk")
    shown = text(clerk, url("directive", road.directive.pk))
    links = re.findall(r'<a href="(/assignments/\?[^"]+)">(\d+)</a>', shown)
    assert len(links) > 10
    for address, number in links:
        listed = text(clerk, address.replace("&amp;", "&"))
        counted = re.search(r"共 (\d+) 条", listed)
        assert (int(counted[1]) if counted else 0) == int(number), address


def test_what_a_stranger_asks_for_is_not_there(road: Road, enter: Enter) -> None:
    row = road.assignment(road.schools[0])
    other = enter("school-1")
    assert road.directive
    for name, key in (
        *(("assignment", row.pk), ("receipt", row.receipt_id), ("paper", row.receipt_id)),
        *(("directive", road.directive.pk), ("document", road.directive.document_id)),
    ):
        assert plain(text(other, url(name, key), 404)) == plain(text(other, url(name, 10**9), 404))
    assert other.post(url("sign", row.receipt_id)).status_code == 404
    assert other.post(url("record", row.pk), {"held_on": "2026-03-09", "text": "x"}).status_code == 404
    assert enter("clerk").post(url("sign", row.receipt_id)).status_code == 403
    assert "砚舟" not in text(other, url("assignments"))


def test_unconfirmed_facts_are_for_those_who_follow_up(road: Road, enter: Enter) -> None:
    row = road.assignment(road.schools[0])
    school = enter("school-0")
    school.post(url("sign", row.receipt_id))
    school.post(url("adopt", row.pk), {"value": "80", "due": "2026-06-30"})
    person = make_person(road.district, name="liaison")
    make_post(person, road.district, Role.LIAISON)
    road.people["liaison"] = person.pk
    liaison = enter("liaison")
    assert road.directive
    for address in (
        url("assignment", row.pk),
        url("assignments"),
        url("directive", road.directive.pk),
    ):
        assert "承接目标低于下达" not in text(liaison, address)
        assert "承接目标低于下达" in text(enter("clerk"), address)
    assert "没有符合条件" in text(liaison, url("assignments") + "?fact=any")


@pytest.mark.parametrize("who", ["school-0", "clerk", "secretary"])
def test_pages_make_a_bounded_number_of_queries(road: Road, enter: Enter, who: str) -> None:
    road.adopted(road.schools[0], "school-0")
    client = enter(who)
    client.get("/")
    row = road.assignment(road.schools[0])
    assert road.directive
    for name, keys in (
        ("home", ()),
        ("assignments", ()),
        ("directives", ()),
        ("receipts", ()),
        ("documents", ()),
        ("directive", (road.directive.pk,)),
        ("document", (road.directive.document_id,)),
        ("receipt", (row.receipt_id,)),
        ("paper", (row.receipt_id,)),
        ("assignment", (row.pk,)),
        ("unit-names", (road.directive.document_id,)),
        ("calendar", ()),
    ):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(url(name, *keys))
        assert len(seen) <= 12, f"{name}: {len(seen)}\n" + "\n".join(q["sql"][:150] for q in seen)


def test_an_assignment_at_its_fullest_and_names_with_groups_keep_to_twelve_queries(
    road: Road, enter: Enter
) -> None:
    row = road.assignment(road.schools[0])
    school, clerk = enter("school-0"), enter("clerk")
    assert road.directive
    page = url("assignment", row.pk)
    paper = import_text(
        road.actor("school-0"),
        organization=road.schools[0].pk,
        text="关于支部书记轮训的通知\n一、各支部要按时报名。",
        received_on=ISSUED,
        now=at(ISSUED),
    )
    school.post(url("sign", row.receipt_id))
    bounded(school, page)  # to be adopted, by an owner to be chosen
    school.post(url("adopt", row.pk), {"value": "80", "due": "2026-06-30"})
    school.post(
        url("split", row.pk),
        {"organizations": [road.branches[0].pk], "value": "80", "sign_days": "2", "adopt_days": "5"},
    )
    school.post(url("record", row.pk), {"held_on": "2026-03-09", "text": "动员", "shown": [paper.pk]})
    clerk.post(url("ask", row.pk), {"days": "3"})
    school.post(url("adjust", row.pk), {"value": "85", "due": "2026-07-10", "reason": "借调在外"})
    school.post(url("explain", row.pk), {"text": "两名支部书记借调在外。"})
    shown = bounded(school, page)
    for said in ("第一支部", "第二支部", "动员", "关于支部书记轮训的通知", "借调在外", "情况说明"):
        assert said in shown
    bounded(clerk, page)
    save_group(
        road.actor("clerk"),
        district=road.district.pk,
        name="两所学校",
        members=[each.pk for each in road.schools[:2]],
        now=at(ISSUED),
    )
    assert "两所学校" in bounded(clerk, url("unit-names", road.directive.document_id))


def bounded(client: Client, address: str) -> str:
    with CaptureQueriesContext(connection) as seen:
        shown = text(client, address)
    assert len(seen) <= 12, f"{address}: {len(seen)}\n" + "\n".join(q["sql"][:150] for q in seen)
    return shown


def test_a_name_nobody_knows_is_bound_with_one_click_and_remembered(road: Road, enter: Enter) -> None:
    assert road.directive
    address = url("unit-names", road.directive.document_id)
    clerk = enter("clerk")
    assert "还不知道指谁" in text(clerk, address)
    school = road.schools[0].pk
    for name in ("各学校党组织", "学校"):
        clerk.post(
            url("bind", road.directive.document_id),
            {"text": name, "meaning": f"organization:{school}"},
        )
    shown = text(clerk, address)
    assert "各学校党组织：1 个单位" in shown
