"""Who has left: off the roster, or with every post over. They are signed out, and come in no more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from guantong import clock
from guantong.apps.organizations.models import Person, Post
from guantong.apps.people import services
from guantong.core.permits import Role
from tests.apps.make import make_post

from .make import PASSWORD, make_user, signed_in
from .test_entry import code_page, told

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["get", "post"])
def test_T22_who_has_left_is_signed_out_at_the_next_request(method: str) -> None:  # noqa: N802
    account = make_user()
    client = signed_in(account)
    post = Post.objects.get(person=account.person)
    post.until = clock.today()
    post.save()
    assert client.get("/").status_code == 200  # the last day is counted in
    post.until = clock.today() - timedelta(1)
    post.save()
    answer = getattr(client, method)("/password/")
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/sign-in/")
    post.until = None
    post.save()
    assert client.get("/").status_code == 302


def test_who_has_left_does_not_sign_in_until_the_next_post_is_known() -> None:
    account = make_user()
    post = Post.objects.get(person=account.person)
    post.until = clock.today() - timedelta(1)
    post.save()
    typed = {"name": "zhang", "password": PASSWORD}
    answer = Client().post("/sign-in/", typed)
    assert answer.status_code == 400
    assert "任职已经结束" in told(answer)
    assert "sessionid" not in answer.cookies
    assert "任职已经结束" not in told(Client().post("/sign-in/", typed | {"password": "wrong"}))
    make_post(post.person, post.organization, Role.MEMBER, since=clock.today() + timedelta(1))
    assert Client().post("/sign-in/", typed).status_code == 302


def test_who_has_left_gets_in_by_no_code_either() -> None:
    _, code = services.reset(make_user().person, now=clock.now())
    Post.objects.update(until=clock.today() - timedelta(1))
    answer = code_page(Client(), code)
    assert answer.status_code == 400
    assert "任职已经结束" in told(answer)
    assert "sessionid" not in answer.cookies


@pytest.mark.parametrize("held", [True, False])
def test_T22_who_is_off_the_roster_is_out_whether_they_held_a_post_or_not(held: bool) -> None:  # noqa: N802
    account = make_user()
    if not held:
        Post.objects.all().delete()
    client = signed_in(account)
    assert client.get("/mine/").status_code == 200
    Post.objects.update(until=clock.today() - timedelta(1))
    Person.objects.update(left_on=clock.today() + timedelta(1))
    assert client.get("/mine/").status_code == (302 if held else 200)
    Person.objects.update(left_on=clock.today())
    assert client.get("/mine/")["Location"].startswith("/sign-in/")
    answer = Client().post("/sign-in/", {"name": account.name, "password": PASSWORD})
    assert answer.status_code == 400
    assert "已离开" in told(answer)
