"""What the pages of a roster tell beside it: who counts when it votes, and of to-dos only what one may read of."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from guantong.apps.notices.models import Notice
from guantong.apps.notices.services import ToDo, raise_notices
from guantong.apps.organizations.models import Organization, Person, Post
from guantong.apps.organizations.roster import persons
from guantong.core.permits import Role
from guantong.core.persons import MemberStatus
from tests.apps.make import make_person, make_post
from tests.apps.road import ISSUED, Road, at

from .conftest import Enter
from .trees import page

pytestmark = pytest.mark.django_db
FULL, PROBATIONARY, RESTING = MemberStatus.FULL, MemberStatus.PROBATIONARY, MemberStatus.RESTING


def entered(place: Organization, name: str, **more: Any) -> Person:
    return persons.enter_person(None, organization=place.pk, name=name, now=at(ISSUED), **more)


def test_the_roster_says_how_many_count_when_it_votes_today(road: Road, enter: Enter) -> None:
    school, client = road.schools[0], enter("school-0")
    for n, status in enumerate((FULL, PROBATIONARY, RESTING, FULL, PROBATIONARY)):
        entered(school, f"成员{n}", status=status, since=date(1998, 7, 1))
    shown = page(client, "persons", school.pk)
    assert "应到会有表决权 2 人，不计入 1 人" in shown, (
        "two are full members, one's rights rest, two are probationers"
    )
    assert "应到会" in page(client, "persons", school.pk, text="成员1"), "whatever is looked for"
    assert "应到会" not in page(client, "persons", school.pk, below="yes")
    assert "应到会" not in page(client, "persons", road.branches[0].pk), "where nobody is a member"
    Organization.objects.filter(pk=school.pk).update(closed_on=ISSUED)
    assert "应到会" not in page(enter("clerk"), "persons", school.pk)


def test_since_when_somebody_is_a_member_outlives_a_transfer(road: Road, enter: Enter) -> None:
    old, new = road.schools[1], road.schools[0]
    row = Person.objects.get(pk=road.people["member"])
    assert row.organization == new
    began, came = date(2010, 7, 1), ISSUED - timedelta(days=3)
    row.memberships.create(organization=old, status="full", since=began, until=came - timedelta(days=1))
    row.memberships.create(organization=new, status="full", since=came)
    told = "正式党员，2010年7月1日起"
    office = enter("school-0")
    line = next(line for line in page(office, "persons", new.pk).split("<tr") if "member" in line)
    assert '<td class="day">2010年7月1日</td>' in line
    shown = page(office, "person", row.pk)
    assert told in shown
    assert "2010年7月1日</td>" in shown, "each spell is still there"
    assert f"{came.year}年{came.month}月{came.day}日</td>" in shown
    assert told in page(enter("member"), "mine")
    kept = enter("school-0").get(reverse("persons", args=[new.pk]), {"export": "xlsx"})
    sheet: Any = load_workbook(BytesIO(kept.content)).active
    cells = [
        str(cell) for line in sheet.iter_rows(values_only=True) if "member" in map(str, line) for cell in line
    ]
    assert any(cell.startswith(("2010-07-01", "2010年7月1日")) for cell in cells), cells


def test_of_to_dos_one_may_not_read_of_only_the_number_is_told(road: Road, enter: Enter) -> None:
    school = road.schools[0]
    road.adopted(school, "school-0")
    heir, post = entered(school, "方砚"), Post.objects.get(person=road.people["school-0"])
    security = make_person(road.district, name="security")
    make_post(security, road.district, Role.SECURITY_ADMIN)
    road.people["security"] = security.pk
    explain = ToDo(school.pk, "case.explain", "assignment.explain", 1, "轮训进度")
    correct = ToDo(school.pk, "person.change", "person.correct", 1, "乙某")
    raise_notices([explain, correct], now=at(ISSUED))
    shown = page(enter("clerk"), "hand-over", post.pk, to=str(heir.pk))
    for words in ("落实并报办结", "说明情况：轮训进度", "（乙某）"):
        assert words in shown
    assert "另有" not in shown
    shown = page(enter("security"), "hand-over", post.pk, to=str(heir.pk))
    assert "（乙某）" in shown, "who keeps the roster sees whom it is about"
    for words in ("落实并报办结", "说明情况", "轮训"):
        assert words not in shown
    assert "另有 3 项待办" in shown
    Notice.objects.filter(code="person.correct").delete()
    shown = page(enter("security"), "hand-over", post.pk, to=str(heir.pk))
    assert "这个职务有 3 项待办" in shown
    assert "目前没有待办" not in shown
