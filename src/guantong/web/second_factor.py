"""动态口令: giving the second factor at sign-in, and binding one."""

from __future__ import annotations

from typing import Any

import segno
from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from guantong import clock
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.accounts.opening import bind_factor, needs_factor
from guantong.apps.people import factors
from guantong.core.refusal import Refused
from guantong.web.entry import wanted_of
from guantong.web.guard import (
    FACTOR,
    GIVEN,
    SPARED,
    Refusal,
    allowed_before_factor,
    allowed_before_password,
    page,
    shown,
    taken,
)
from guantong.web.plain import PlainForm


class FiguresForm(PlainForm):
    """Six figures from an authenticator."""

    figures = forms.CharField(
        label="6 位数字",
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )


class KeyForm(FiguresForm):
    """The figures of the key that the page shows."""

    key = forms.IntegerField(label="密钥", widget=forms.HiddenInput, max_value=2**63 - 1)


@allowed_before_factor
@page
def second_factor(request: HttpRequest, actor: Actor, *, refused: Refusal | None = None) -> HttpResponse:  # noqa: ARG001
    """Ask for the figures, without which the session does not count; who has none to give goes on."""
    if request.session.get(FACTOR) in (GIVEN, SPARED):
        return _on(request)
    account: Any = request.user
    if not factors.is_bound(account):
        request.session[FACTOR] = SPARED
        return _on(request)
    told = {"form": shown(FiguresForm, refused), "next": wanted_of(request)}
    return render(request, "second-factor.html", told)


@second_factor.post
@sensitive_post_parameters("figures")
def _give(request: HttpRequest, actor: Actor) -> HttpResponse:  # noqa: ARG001
    if request.session.get(FACTOR) in (GIVEN, SPARED):
        return _on(request)
    account: Any = request.user
    typed = taken(FiguresForm, request).cleaned_data
    if not factors.is_right(account, typed["figures"]):
        raise Refused("figures_wrong")
    request.session.cycle_key()
    request.session[FACTOR] = GIVEN
    return _on(request)


@allowed_before_password
@page
def enrol(request: HttpRequest, actor: Actor, *, refused: Refusal | None = None) -> HttpResponse:
    """Show the key that is to be bound, as text and as a square code; or that one is bound already."""
    account: Any = request.user
    told: dict[str, Any] = {"must": needs_factor(actor), "next": wanted_of(request)}
    if factors.is_bound(account):
        return render(request, "enrol.html", told | {"is_bound": True})
    form = shown(KeyForm, refused)
    key = factors.key(account, form.cleaned_data.get("key") if form.is_bound else None)
    square = segno.make(key.address, error="m").svg_data_uri(scale=4, border=4)
    told |= {"form": form, "key": key, "square": square}
    return render(request, "enrol.html", told)


@enrol.post
@sensitive_post_parameters("figures")
def _bind(request: HttpRequest, actor: Actor) -> HttpResponse:
    typed = taken(KeyForm, request).cleaned_data
    account = bind_factor(actor, device=typed["key"], figures=typed["figures"], now=clock.now())
    update_session_auth_hash(request, account)
    request.session[FACTOR] = GIVEN
    messages.success(request, "动态口令已绑定，以后登录时除了密码还要填 6 位数字。其他地方的登录已全部退出。")
    return _on(request)


def _on(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(wanted_of(request) or reverse("home"))
