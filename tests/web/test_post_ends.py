"""任职: what was given by mistake or ahead is taken back, and where a refusal or a hand-over says what follows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from guantong.apps.organizations import tree
from guantong.apps.organizations.models import Kind, Person, Post
from guantong.apps.organizations.roster import appointing
from guantong.core.permits import Role
from tests.apps.make import make_person, make_post
from tests.apps.merging import system
from tests.apps.road import ISSUED, Road, at

from .conftest import Enter

pytestmark = pytest.mark.django_db
NOW = at(ISSUED)
ONE = timedelta(days=1)


def get(client: Client, name: str, pk: int, **query: str) -> str:
    answer = client.get(reverse(name, args=[pk]), query)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def send(client: Client, name: str, pk: int, **form: Any) -> Any:
    return client.post(reverse(name, args=[pk]), form)


def appointed(road: Road, person: Person, since: date, role: Role = Role.DEPUTY) -> Post:
    place = road.schools[0]
    return appointing.appoint(
        road.actor("clerk"), person=person.pk, organization=place.pk, role=role, since=since, now=NOW
    )


def test_a_post_still_to_begin_is_taken_back_and_not_handed_over(road: Road, enter: Enter) -> None:
    school, client = road.schools[0], enter("clerk")
    post = appointed(road, make_person(school, name="方砚"), ISSUED + 9 * ONE)
    page = get(client, "posts", school.pk)
    assert "还没有到任" in page
    assert 'aria-label="撤销任职：方砚的副书记"' in page
    assert 'aria-label="交接：方砚的副书记"' not in page
    page = get(client, "person", post.person_id)
    assert "撤销任职" in page
    assert "交接" not in page
    page = get(client, "end-post", post.pk)
    assert "撤销后当作没有任命过" in page
    assert "任职到哪天为止" not in page
    answer = client.post(reverse("end-post", args=[post.pk]), follow=True)
    assert "已撤销方砚的副书记任职。" in answer.content.decode()
    assert not Post.objects.filter(pk=post.pk).exists()
    assert client.get(reverse("end-post", args=[post.pk])).status_code == 404


def test_a_post_given_today_is_ended_or_taken_back_and_an_older_one_only_ended(
    road: Road, enter: Enter
) -> None:
    school, client = road.schools[0], enter("clerk")
    post = appointed(road, make_person(school, name="方砚"), ISSUED)
    page = get(client, "end-post", post.pk)
    assert "今天任错了人" in page
    assert "任职到哪天为止" in page
    answer = client.post(reverse("end-post", args=[post.pk]), {"withdraw": "1"}, follow=True)
    assert "已撤销方砚的副书记任职。" in answer.content.decode()
    assert not Post.objects.filter(pk=post.pk).exists()
    head = Post.objects.get(person=road.people["school-0"])
    assert "今天任错了人" not in get(client, "end-post", head.pk)
    answer = send(client, "end-post", head.pk, withdraw="1")
    assert answer.status_code == 409
    assert "已经开始，不能撤销，请改用免职" in answer.content.decode()
    assert Post.objects.filter(pk=head.pk, until=None).exists()


def test_a_past_year_is_refused_in_words(road: Road, enter: Enter) -> None:
    client, head = enter("clerk"), Post.objects.get(person=road.people["school-0"])
    heir = make_person(road.schools[0])
    for answer in (
        send(client, "end-post", head.pk, until="2025-12-30"),
        send(client, "hand-over", head.pk, to=heir.pk, on="2025-12-31"),
    ):
        assert answer.status_code == 400
        assert "2025 年的情况已经固定，不能再改，请填今年的日期。" in answer.content.decode()
    assert Post.objects.filter(pk=head.pk, until=None).exists()


def test_tasks_that_would_have_no_owner_are_told_before_and_after(road: Road, enter: Enter) -> None:
    school, client = road.schools[0], enter("clerk")
    road.adopted(school, "school-0")
    post = Post.objects.get(person=road.people["school-0"])
    heir = make_person(road.schools[1], name="方砚")
    assert "2 项任务，交接后没有责任人：方砚不是砚舟中学党委的人" in get(
        client, "hand-over", post.pk, to=str(heir.pk)
    )
    form = {"to": heir.pk, "on": ISSUED.isoformat()}
    answer = client.post(reverse("hand-over", args=[post.pk]), form, follow=True)
    assert "有 2 项任务现在没有责任人" in answer.content.decode()
    row = road.assignment(school)
    assert (row.owner, "没有责任人" in get(client, "assignment", row.pk)) == (None, True)


def test_no_office_has_tasks_open_says_the_form(road: Road, enter: Enter) -> None:
    admin = make_person(road.district)
    make_post(admin, road.district, Role.SYSTEM_ADMIN)
    road.people["admin"] = admin.pk
    school = road.schools[0]
    form = {"what": "kind", "kind": Kind.SECTION.value, "stage": "", "order": 0}
    answer = send(enter("admin"), "rename", school.pk, **form)
    assert answer.status_code == 400
    assert "还有 4 项任务没有办完，科室不承办任务" in answer.content.decode()


def test_the_heir_sees_what_was_merged_into_it(road: Road, enter: Enter) -> None:
    heir, old, _ = road.schools
    tree.close(system(road, ISSUED), old.pk, into=heir.pk, now=NOW)
    assert f"{old.name}并入" in get(enter("school-0"), "organization", heir.pk)
