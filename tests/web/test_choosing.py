"""Choosing whom to give a post: those whose roster one sees, and what is said where nobody is found."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from guantong.apps.organizations.models import Post
from guantong.apps.organizations.roster import persons
from guantong.core.permits import Role
from tests.apps.make import make_person, make_post
from tests.apps.road import ISSUED, Road, at

from .conftest import Enter

pytestmark = pytest.mark.django_db


def shown(client: Client, name: str, pk: int, **query: str) -> str:
    answer = client.get(reverse(name, args=[pk]), query)
    assert answer.status_code == 200
    return str(answer.content.decode()).partition("<main")[2]


def sent(client: Client, name: str, pk: int, **form: Any) -> str:
    answer = client.post(reverse(name, args=[pk]), form)
    assert answer.status_code == 400
    return str(answer.content.decode())


def test_nobody_is_found_whose_roster_one_does_not_see(road: Road, enter: Enter) -> None:
    branch, other = road.branches[0], road.schools[1]
    outside = persons.enter_person(None, organization=other.pk, name="方砚", now=at(ISSUED))
    post = make_post(make_person(branch), branch, Role.DEPUTY)
    head = enter("school-0")
    for address, pk, field in (("appoint", branch.pk, "person"), ("hand-over", post.pk, "to")):
        page = shown(head, address, pk, q="方砚")
        assert "没有找到“方砚”" in page
        assert other.name not in page
        assert "找管理两个单位的上级或安全管理员任命" in page
        chosen = shown(head, address, pk, **{field: str(outside.pk)})
        assert "方砚" not in chosen
        assert other.name not in chosen
        form = {field: outside.pk, "role": "liaison", "since": "2026-03-09", "on": "2026-03-09"}
        refused = sent(head, address, pk, **form)
        assert "请找管理两个单位的上级或安全管理员办理" in refused
        assert "方砚" not in refused
        assert other.name in shown(enter("clerk"), address, pk, q="方砚")
    assert not Post.objects.filter(person=outside).exists()


def test_whoever_enters_nobody_is_not_told_to(road: Road, enter: Enter) -> None:
    guard = make_person(road.district, name="guard")
    make_post(guard, road.district, Role.SECURITY_ADMIN)
    road.people["guard"] = guard.pk
    school = road.schools[0]
    page = shown(enter("guard"), "appoint", school.pk, q="没有这个人")
    assert "请系统管理员或他所在单位先录入" in page
    assert reverse("enter-person", args=[school.pk]) not in page
    assert "安全管理员任命" not in page  # that is who looks
    assert reverse("enter-person", args=[school.pk]) in shown(
        enter("clerk"), "appoint", school.pk, q="没有这个人"
    )
