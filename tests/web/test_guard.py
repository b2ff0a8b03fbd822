"""The gate: how a no is shown, what survives it, and that reading writes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path

from guantong.apps.organizations.access import Actor, Forbidden, NotFound
from guantong.config.urls import handler400, handler403, handler404, handler500
from guantong.config.urls import urlpatterns as real
from guantong.core.permits import Role
from guantong.core.refusal import Refused
from guantong.web.guard import Refusal, act, page, shown, taken

from .make import make_user, signed_in

__all__ = ["handler400", "handler403", "handler404", "handler500"]  # Django reads them beside the addresses

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

HTMX = {"HX-Request": "true"}
TEMPLATE = '{% extends "base.html" %}{% block content %}<p id="pk">{{ pk }}</p>{{ form.note }}{{ form.days }}{% endblock %}'


class NoteForm(forms.Form):
    """Something to type."""

    note = forms.CharField(label="说明", error_messages={"required": "请写明情况。"})
    days = forms.IntegerField(label="天数", required=False)


def show(request: HttpRequest, **context: Any) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(TEMPLATE).render(context, request))


@page
def thing(request: HttpRequest, actor: Actor, pk: int, *, refused: Refusal | None = None) -> HttpResponse:
    if pk == 404:
        raise NotFound
    if pk == 403:
        raise Forbidden
    if pk == 400:
        raise Refused("no_clause")
    assert actor.posts[0].role is Role.SECRETARY
    return show(request, pk=pk, form=shown(NoteForm, refused, initial={"note": "原来的"}))


@act(back=thing)
def note(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:  # noqa: ARG001
    form = taken(NoteForm, request)
    code = form.cleaned_data["note"]
    if code == "stale":
        raise Refused("already_signed", directive=1, on="2026年3月5日")
    if code == "no":
        raise Refused("no_organization")
    if code == "gone":
        raise NotFound
    return redirect("thing", pk=pk)


@thing.post
def _same_address(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:  # noqa: ARG001
    raise Refused("no_organization")


@act(back=thing)
def bare(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:  # noqa: ARG001
    raise Refused("no_organization")


urlpatterns = [
    *real,
    path("thing/<int:pk>/", thing, name="thing"),
    path("thing/<int:pk>/note/", note, name="note"),
    path("thing/<int:pk>/bare/", bare, name="bare"),
]


@pytest.fixture
def client() -> Client:
    return signed_in(make_user())


def told(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_refused_act_shows_its_page_again_with_the_sentence_and_what_was_typed(client: Client) -> None:
    answer = client.post("/thing/7/note/", {"note": "no", "days": "3"})
    assert answer.status_code == 400
    assert "还没有选单位" in told(answer)
    assert '<p id="pk">7</p>' in told(answer)
    assert 'value="no"' in told(answer)
    assert 'value="3"' in told(answer)


def test_what_is_no_longer_so_is_409(client: Client) -> None:
    answer = client.post("/thing/7/note/", {"note": "stale"})
    assert answer.status_code == 409
    assert "已在 2026年3月5日 签收" in told(answer)


def test_errors_stand_at_the_top_and_link_to_their_fields(client: Client) -> None:
    answer = client.post("/thing/7/note/", {"note": "", "days": "x"})
    assert answer.status_code == 400
    page_ = told(answer)
    assert page_.index('href="#id_note"') < page_.index('id="id_note"')
    assert 'href="#id_days"' in page_
    assert 'value="x"' in page_


def test_a_part_of_a_page_gets_the_sentence_alone(client: Client) -> None:
    answer = client.post("/thing/7/note/", {"note": "no"}, headers=HTMX)
    assert (answer.status_code, answer["HX-Retarget"], answer["HX-Reswap"]) == (400, "#errors", "outerHTML")
    assert told(answer).lstrip().startswith('<div id="errors" class="alert')
    assert "<html" not in told(answer)
    led = client.post("/thing/7/note/", {"note": "fine"}, headers=HTMX)
    assert (led.status_code, led["HX-Redirect"]) == (204, "/thing/7/")
    assert client.get("/thing/404/", headers=HTMX).status_code == 404
    assert Client().get("/thing/7/", headers=HTMX)["HX-Redirect"] == "/sign-in/?next=/thing/7/"


def test_an_act_that_is_accepted_leads_on(client: Client) -> None:
    answer = client.post("/thing/7/note/", {"note": "fine"})
    assert (answer.status_code, answer["Location"]) == (302, "/thing/7/")
    assert 'value="原来的"' in told(client.get("/thing/7/"))


def test_the_same_address_takes_both(client: Client) -> None:
    assert client.post("/thing/7/").status_code == 400
    assert client.post("/thing/7/bare/").status_code == 400
    assert client.put("/thing/7/").status_code == 405
    answer = client.get("/thing/7/note/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


@pytest.mark.parametrize(("pk", "status"), [(404, 404), (403, 403), (400, 400)])
def test_a_no_of_a_page_has_its_page(client: Client, pk: int, status: int) -> None:
    answer = client.get(f"/thing/{pk}/")
    assert answer.status_code == status
    assert "回到首页" in told(answer)


def test_the_page_behind_a_refusal_may_be_gone_too(client: Client) -> None:
    assert client.post("/thing/404/note/", {"note": "no"}).status_code == 404
    assert client.post("/thing/403/note/", {"note": "no"}).status_code == 400
    assert client.post("/thing/7/note/", {"note": "gone"}).status_code == 404


def test_404_says_nothing_of_what_exists(client: Client) -> None:
    there_is = told(client.get("/thing/404/"))
    there_is_not = told(client.get("/no-such-address/"))
    main = [page_[page_.index("<main") : page_.index("</main>")] for page_ in (there_is, there_is_not)]
    assert main[0] == main[1]


def test_nothing_is_kept_by_the_browser_and_nothing_loaded_from_elsewhere(client: Client) -> None:
    for address in ("/", "/password/", "/thing/404/", "/sign-in/"):
        answer = client.get(address)
        assert "no-store" in answer["Cache-Control"]
        policy = answer["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert {"object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"} <= {
            part.strip() for part in policy.split(";")
        }
        assert "style=" not in told(answer)
        assert "://" not in told(answer).replace("http://www.w3.org", "")


def test_reading_writes_nothing_and_asks_little(client: Client) -> None:
    client.get("/")
    for address, most in (("/", 12), ("/password/", 6), ("/thing/7/", 6)):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        assert not [one for one in queries if not one["sql"].startswith("SELECT")]
        assert len(queries) <= most, address


def test_a_broken_page_says_so_without_detail(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> HttpResponse:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(thing, "view", broken)
    client.raise_request_exception = False
    answer = client.get("/thing/7/")
    assert answer.status_code == 500
    assert "系统出了问题" in told(answer)
    assert "secret detail" not in told(answer)


@override_settings(ALLOWED_HOSTS=["here"])
def test_a_request_for_another_host_is_400() -> None:
    answer = Client().get("/sign-in/", headers={"host": "elsewhere"})
    assert answer.status_code == 400
    assert "没有办成" in told(answer)
