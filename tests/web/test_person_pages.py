"""名册、任职和我的信息: what each page shows and costs, what each form refuses in words, and who comes to none of them."""

from __future__ import annotations

import json
import re
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from guantong.apps.members.models import Correction
from guantong.apps.organizations.models import Membership, Organization, Person, Post
from guantong.apps.organizations.roster import persons
from guantong.core.permits import Role
from guantong.core.persons import MemberStatus
from tests.apps.make import make_post
from tests.apps.road import ISSUED, Road, at

from .conftest import Enter, Open
from .make import PASSWORD

pytestmark = pytest.mark.django_db
AXE = (Path(__file__).parents[1] / "e2e/vendor/axe.min.js").read_text(encoding="utf-8")
RUN = "async () => (await axe.run(document)).violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.html}`))"
LONG_AGO = date(1998, 7, 1)


def get(client: Client, name: str, pk: int | None = None, /, **query: str) -> str:
    answer = client.get(reverse(name, args=[pk] if pk else []), query)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def send(client: Client, name: str, pk: int | None = None, /, **form: Any) -> Any:
    return client.post(reverse(name, args=[pk] if pk else []), form)


def rows(page: str) -> list[str]:
    """The rows of the first table, as words."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("<tr>")[1:]]


def entered(place: Organization, name: str, **more: Any) -> Person:
    return persons.enter_person(None, organization=place.pk, name=name, now=at(ISSUED), **more)


def many(road: Road, number: int) -> Organization:
    """A school with so many members, some with a post."""
    school = road.schools[0]
    for n in range(number):
        status = (MemberStatus.FULL, MemberStatus.PROBATIONARY, MemberStatus.RESTING)[n % 3]
        row = entered(
            school, f"成员{n:03}", sex="female", birth_year=1980, status=status, since=LONG_AGO, another=True
        )
        if n % 2:
            make_post(row, school, Role.COMMITTEE_MEMBER)
            make_post(row, road.district, Role.LIAISON)
    return school


def test_the_roster_is_narrowed_by_name_pinyin_standing_and_post(road: Road, enter: Enter) -> None:
    school = many(road, 6)
    entered(school, "单禾")
    client = enter("school-0")
    page = get(client, "persons", school.pk, text="shanhe")
    assert [row.split()[0] for row in rows(page)] == ["单禾"]
    [row] = rows(get(client, "persons", school.pk, text="成员001"))
    assert row.startswith("成员001 女 1980 预备党员 1998年7月1日 委员 ，2024年1月1日起") or "委员" in row
    assert len(rows(get(client, "persons", school.pk, status="resting"))) == 2
    assert "不计入" in get(client, "persons", school.pk, status="resting")
    assert [row.split()[0] for row in rows(get(client, "persons", school.pk, status="none", text="单"))] == [
        "单禾"
    ]
    assert len(rows(get(client, "persons", school.pk, post="yes", text="成员"))) == 3
    assert len(rows(get(client, "persons", school.pk, post="no", text="成员"))) == 3
    assert len(rows(get(client, "persons", school.pk, status="nonsense", text="成员"))) == 6
    assert "branch-0" not in get(client, "persons", school.pk)
    assert "branch-0" in get(client, "persons", school.pk, below="yes")
    assert "没有符合条件的记录" in get(client, "persons", school.pk, left="yes")


@pytest.mark.parametrize("name", ["persons", "posts"])
def test_a_list_costs_twelve_queries_at_most_whatever_its_length(road: Road, enter: Enter, name: str) -> None:
    client = enter("school-0")
    costs = []
    for number in (3, 40):
        school = many(road, number)
        with CaptureQueriesContext(connection) as cost:
            page = get(client, name, school.pk, below="yes")
        costs.append(len(cost))
    assert len(rows(page)) == 20
    assert costs[0] == costs[1] <= 12


def test_no_page_costs_more_than_twelve_queries(road: Road, enter: Enter) -> None:
    school = many(road, 30)
    one = Person.objects.get(name="成员001")
    post = Post.objects.get(person=one, organization=school)
    road.adopted(school, "school-0")
    send(enter("school-0"), "ask-correction", text="有误")
    row = Correction.objects.get()
    clerk = enter("clerk")
    told = {
        ("person", one.pk): {},
        ("enter-person", school.pk): {},
        ("correct-person", one.pk): {},
        ("membership", one.pk): {},
        ("transfer-person", one.pk): {"to": str(road.schools[1].pk), "q": "学"},
        ("appoint", school.pk): {"person": str(one.pk), "q": "成员"},
        ("end-post", post.pk): {},
        ("hand-over", Post.objects.get(person=road.people["school-0"]).pk): {"to": str(one.pk), "q": "成"},
        ("mine", None): {},
        ("ask-correction", None): {},
        ("correction", row.pk): {},
        ("personal-fields", None): {},
    }
    for (name, pk), query in told.items():
        with CaptureQueriesContext(connection) as cost:
            get(clerk, name, pk, **query)
        assert len(cost) <= 12, (name, len(cost), [each["sql"][:120] for each in cost.captured_queries])


@pytest.mark.parametrize("name", ["persons", "posts"])
def test_T48_a_list_is_taken_along_as_it_is_on_the_screen(road: Road, enter: Enter, name: str) -> None:  # noqa: N802
    school, client = many(road, 45), enter("school-0")
    shown = rows(get(client, name, school.pk, text="成员", sort="-name"))
    answer = client.get(reverse(name, args=[school.pk]), {"text": "成员", "sort": "-name", "export": "xlsx"})
    lines = list(load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True))
    names = [str(cell) for line in lines for cell in line if re.fullmatch(r"成员\d+", str(cell))]
    assert len(names) == (45 if name == "persons" else 22)
    assert [each for row in shown for each in row.split() if each.startswith("成员")] == names[:20]


def test_somebody_is_entered_and_of_the_same_name_it_is_asked(road: Road, enter: Enter) -> None:
    school, client = road.schools[0], enter("school-0")
    form = {"name": "方砚", "sex": "female", "birth_year": "1985", "status": "full", "since": "1998-07-01"}
    answer = send(client, "enter-person", school.pk, **form)
    row = Person.objects.get(name="方砚")
    assert answer["Location"] == reverse("person", args=[row.pk])
    assert "1998年7月1日" in get(client, "person", row.pk)
    assert 'type="checkbox"' not in get(client, "enter-person", school.pk)
    answer = send(client, "enter-person", school.pk, **form)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "是同一个人的，请改用“调动”" in page
    assert school.name in page
    assert 'type="checkbox" name="another"' in page
    assert send(client, "enter-person", school.pk, **form, another="on").status_code == 302
    assert Person.objects.filter(name="方砚").count() == 2


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": ""}, "请填写姓名。"),
        ({"name": "方砚", "birth_year": "2020"}, "出生年份 2020 不在"),
        ({"name": "方砚", "birth_year": "十"}, "请填写整数。"),
        ({"name": "方砚", "status": "full"}, "还要填写从哪天起"),
        ({"name": "方砚", "status": "full", "since": "2026-03-10"}, "还没有到"),
        ({"name": "方砚", "status": "full", "since": "1900-01-01"}, "日期最早从 1921年7月1日起"),
        ({"name": "方砚", "sex": "x"}, "选中的项不在可选范围内"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    road: Road, enter: Enter, form: dict[str, str], sentence: str
) -> None:
    answer = send(enter("school-0"), "enter-person", road.schools[0].pk, **form)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert form["name"] in answer.content.decode()


def test_a_record_is_put_right_and_a_standing_changes(road: Road, enter: Enter) -> None:
    school, client = road.schools[0], enter("school-0")
    row = entered(school, "方砚", status=MemberStatus.FULL, since=LONG_AGO)
    assert 'value="方砚"' in get(client, "correct-person", row.pk)
    assert send(client, "correct-person", row.pk, name="方岚", contact="8801").status_code == 302
    assert "8801" in get(client, "person", row.pk)
    answer = send(client, "membership", row.pk, status="resting", since="2026-03-01")
    assert answer.status_code == 302
    page = get(client, "person", row.pk)
    assert "不计入" in page
    assert "2026年2月28日" in page
    answer = send(client, "membership", row.pk, status="probationary", since="2026-03-05")
    assert "不能再改为预备党员" in answer.content.decode()
    assert send(client, "membership", row.pk, status="none", since="2026-03-05").status_code == 302
    assert not Membership.objects.filter(person=row, until=None).exists()


def test_a_transfer_is_chosen_then_dated_and_posts_are_shown_first(road: Road, enter: Enter) -> None:
    school, other, client = road.schools[0], road.schools[1], enter("clerk")
    row = entered(school, "方砚", status=MemberStatus.FULL, since=LONG_AGO)
    make_post(row, school, Role.DEPUTY)
    assert "办理调动" not in get(client, "transfer-person", row.pk)
    page = get(client, "transfer-person", row.pk, to=str(other.pk))
    assert "副书记（2024年1月1日起）" in page
    assert "办理调动" in page
    answer = send(client, "transfer-person", row.pk, on="2026-03-09")
    assert "请先选择调往哪个单位。" in answer.content.decode()
    answer = send(client, "transfer-person", row.pk, to=other.pk, on="2026-03-09")
    assert "还有 1 个职务没有结束" in answer.content.decode()
    assert "办理调动" in answer.content.decode()
    answer = send(client, "transfer-person", row.pk, to=other.pk, on="2026-03-09", end_held="on")
    assert answer["Location"] == reverse("person", args=[row.pk])
    row.refresh_from_db()
    assert row.organization == other
    answer = send(client, "transfer-person", row.pk, verb="leave", on="2026-03-10")
    assert "还没有到" in answer.content.decode()
    assert send(client, "transfer-person", row.pk, verb="leave", on="2026-03-09").status_code == 302
    assert "重新编入" in get(client, "person", row.pk)
    assert [each.split()[0] for each in rows(get(client, "persons", other.pk, left="yes"))] == ["方砚"]


def test_posts_show_what_is_vacant_and_are_given_ended_and_covered(road: Road, enter: Enter) -> None:
    school, client = road.schools[0], enter("clerk")
    row = entered(school, "方砚")
    page = get(client, "posts", school.pk)
    assert "副书记空缺，还没有任命过" in page
    assert "书记空缺" not in page.replace("副书记空缺", "")
    assert "方砚" in get(client, "appoint", school.pk, q="fangyan")
    assert "没有找到" in get(client, "appoint", school.pk, q="zzz")
    assert get(client, "appoint", school.pk, person=str(row.pk), role="deputy").count("<h1>") == 1
    answer = send(client, "appoint", school.pk, person=row.pk, role="deputy", since="2026-03-09")
    assert answer["Location"] == reverse("posts", args=[school.pk])
    assert "副书记空缺" not in get(client, "posts", school.pk)
    answer = send(client, "appoint", school.pk, person=row.pk, role="secretary", since="2026-03-09")
    assert "这个单位已有书记" in answer.content.decode()
    assert "方砚" in answer.content.decode()
    assert (
        "请选择职务。"
        in send(client, "appoint", school.pk, person=row.pk, since="2026-03-09").content.decode()
    )
    head = Post.objects.get(organization=school, role=Role.SECRETARY)
    form = {"person": row.pk, "covers": head.pk, "since": "2026-03-09"}
    assert "代理要有结束日期" in send(client, "appoint", school.pk, **form).content.decode()
    assert send(client, "appoint", school.pk, **form, until="2026-03-20").status_code == 302
    assert "代理school-0" in get(client, "posts", school.pk)
    deputy = Post.objects.get(person=row, role=Role.DEPUTY)
    assert "免去方砚的副书记职务" in get(client, "end-post", deputy.pk)
    assert send(client, "end-post", deputy.pk, until="2026-03-01").status_code == 400
    assert send(client, "end-post", deputy.pk, until="2026-03-09").status_code == 302
    deputy.refresh_from_db()
    assert deputy.until == ISSUED


def test_an_office_is_handed_over_after_seeing_what_goes_along(road: Road, enter: Enter) -> None:
    school, client = road.schools[0], enter("clerk")
    road.adopted(school, "school-0")
    heir = entered(school, "方砚")
    post = Post.objects.get(person=road.people["school-0"])
    page = get(client, "hand-over", post.pk)
    assert "确认交接" not in page
    offered = 'name="to" id="to-{}"'
    assert offered.format(heir.pk) in page
    assert offered.format(post.person_id) not in page, "nobody is their own successor"
    assert "确认交接" not in get(client, "hand-over", post.pk, to=str(post.person_id))
    page = get(client, "hand-over", post.pk, to=str(heir.pk))
    assert "2 项任务，责任人改为方砚" in page
    assert page.count("落实并报办结") == 2
    form = {"to": heir.pk, "on": "2026-03-09", "note": "名单在柜里", "acting": "on"}
    answer = send(client, "hand-over", post.pk, **{**form, "on": "2026-03-10"})
    assert answer.status_code == 400
    assert "名单在柜里" in answer.content.decode()
    answer = send(client, "hand-over", post.pk, **form)
    assert answer["Location"] == reverse("posts", args=[school.pk])
    page = get(client, "posts", school.pk)
    assert "主持工作" in page
    assert "接school-0" in page
    assert "school-0" in get(client, "posts", school.pk, when="past")
    road.people["heir"] = heir.pk
    heirs = enter("heir")
    assert "名单在柜里" in get(heirs, "mine")
    assert "落实并报办结" in heirs.get("/").content.decode()


def test_what_is_held_of_oneself_is_read_changed_and_taken_along(road: Road, enter: Enter) -> None:
    client = enter("member")
    page = get(client, "mine")
    for words in ("基本信息", "member", "砚舟中学党委", "《中国共产党章程》", "谁看得到", "账号名"):
        assert words in page
    assert send(client, "mine", contact="8801").status_code == 302
    assert 'value="8801"' in get(client, "mine")
    assert Person.objects.get(pk=road.people["member"]).contact == "8801"
    answer = client.get(reverse("mine-file"), {"as": "json"})
    held = json.loads(answer.content)
    assert {"项目": "联系方式", "内容": "8801"}.items() <= held["基本信息"]["记录"][-1].items()
    assert held["职务"]["记录"][0]["职务"] == "党员"
    assert "attachment" in answer["Content-Disposition"]
    assert answer["Cache-Control"].count("no-store") == 1
    book = load_workbook(BytesIO(client.get(reverse("mine-file")).content))
    assert book.sheetnames == ["基本信息", "党员身份", "职务", "账号", "更正申请", "负责的任务"]
    assert book["账号"]["A2"].value == "member"
    told = str(held) + page
    assert PASSWORD not in told
    assert "argon" not in told
    assert "md5" not in told


def test_a_correction_goes_to_the_office_and_the_answer_comes_back(enter: Enter) -> None:
    member, head = enter("member"), enter("school-0")
    assert "请填写哪一项有误" in send(member, "ask-correction", text="").content.decode()
    answer = send(member, "ask-correction", text="出生年份应为 1985")
    assert answer["Location"] == reverse("mine")
    assert "正由砚舟中学党委办理" in get(member, "ask-correction")
    row = Correction.objects.get()
    home = head.get("/").content.decode()
    assert "答复个人信息更正申请" in home
    assert reverse("correction", args=[row.pk]) in home
    assert "出生年份应为 1985" in get(head, "correction", row.pk)
    assert send(head, "correction", row.pk, outcome="corrected").status_code == 400
    answer = send(head, "correction", row.pk, outcome="corrected", answer="已改为 1985")
    assert answer["Location"] == reverse("person", args=[row.person_id])
    assert "已改为 1985" in get(member, "mine")
    again = send(head, "correction", row.pk, outcome="kept", answer="再答")
    assert again.status_code == 409
    for who in ("school-1", "member", "discipline"):
        assert enter(who).get(reverse("correction", args=[row.pk])).status_code == 404


def test_who_keeps_no_roster_comes_to_none_of_its_pages(road: Road, enter: Enter) -> None:
    school = road.schools[0]
    row, post = entered(school, "方砚"), Post.objects.get(person=road.people["school-0"])
    for who, codes in (("school-1", (404, 404)), ("member", (404, 404)), ("discipline", (403, 404))):
        client = enter(who)
        places = [client.get(reverse(name, args=[school.pk])).status_code for name in ("persons", "posts")]
        people = [
            client.get(reverse(name, args=[row.pk])).status_code for name in ("person", "correct-person")
        ]
        assert (places, people) == ([codes[0]] * 2, [codes[1]] * 2), who
        assert client.get(reverse("end-post", args=[post.pk])).status_code == 404
        assert "个人信息登记" in get(client, "personal-fields")
    head = enter("school-0")
    assert "交接" not in get(head, "posts", school.pk)
    assert head.get(reverse("appoint", args=[school.pk])).status_code == 403
    assert head.get(reverse("end-post", args=[post.pk])).status_code == 403
    own = road.people["school-0"]
    assert "更正信息" not in get(head, "person", own)
    assert "不能办理自己的名册事项" in send(head, "correct-person", own, name="x").content.decode()


def test_the_register_names_every_reader_and_every_basis(road: Road, enter: Enter) -> None:
    page = get(enter("member"), "personal-fields")
    assert "身份证号、民族、宗教信仰、健康、家庭情况一律不登记" in page
    assert page.count("<tr>") > 12
    assert road.district.name not in page


@pytest.mark.enable_socket
@pytest.mark.django_db(transaction=True)
def test_pages_fit_a_desk_and_a_hand_and_pass_axe(road: Road, enter: Enter, open_page: Open) -> None:
    school = many(road, 25)
    road.adopted(school, "school-0")
    one = Person.objects.get(name="成员001")
    head = Post.objects.get(person=road.people["school-0"])
    send(enter("member"), "ask-correction", text="出生年份应为 1985")
    enter("clerk")
    page = open_page("/sign-in/")
    page.fill("#id_name", "clerk")
    page.fill("#id_password", PASSWORD)
    page.click("main button")
    for address in (
        reverse("persons", args=[school.pk]) + "?below=yes",
        reverse("person", args=[one.pk]),
        reverse("enter-person", args=[school.pk]),
        reverse("membership", args=[one.pk]),
        reverse("transfer-person", args=[one.pk]) + f"?to={road.schools[1].pk}",
        reverse("posts", args=[school.pk]),
        reverse("appoint", args=[school.pk]) + f"?person={one.pk}",
        reverse("hand-over", args=[head.pk]) + f"?to={one.pk}",
        reverse("end-post", args=[head.pk]),
        reverse("mine"),
        reverse("ask-correction"),
        reverse("correction", args=[Correction.objects.get().pk]),
        reverse("personal-fields"),
    ):
        page.set_viewport_size({"width": 1366, "height": 768})
        page.goto(address)
        assert page.url.endswith(address)
        page.evaluate(AXE)
        for width, height in ((1366, 768), (360, 640)):
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (address, width)
            assert page.evaluate(RUN) == [], (address, width)
    page.goto(reverse("posts", args=[school.pk]))
    shade = "getComputedStyle(document.querySelector('.table-wrap')).backgroundAttachment"
    assert "local" in page.evaluate(shade), "a narrow screen shows that a table can be slid"
