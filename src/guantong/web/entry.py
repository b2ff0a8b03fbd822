"""Signing in and out, and changing the password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from guantong import clock
from guantong.apps.organizations.access import Actor, actor_of
from guantong.apps.organizations.leaving import has_left
from guantong.apps.people import tries
from guantong.apps.people.services import LEAST, set_password
from guantong.web.guard import (
    BEGAN,
    SEEN,
    Refusal,
    act,
    allowed_before_password,
    page,
    public,
    shown,
    taken,
)
from guantong.web.plain import PlainForm

_LONGEST_ADDRESS = 500
NOT_SIGNED_IN = (
    "账号或密码不正确，或连续输错次数太多。请核对后重新输入；仍不成功的，请过 15 分钟到 1 小时再试，"
    "忘记密码请找本单位党务干部。"
)
HAS_LEFT = "您的任职已经结束，不能登录。任职有误的，请找本单位党务干部更正。"


class SignInForm(PlainForm):
    """The name of an account and its password."""

    name = forms.CharField(
        label="账号",
        max_length=64,
        error_messages={"required": "请填写账号。"},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label="密码",
        max_length=200,
        strip=False,
        error_messages={"required": "请填写密码。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def _new_password(label: str, missing: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=200,
        strip=False,
        error_messages={"required": missing},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class PasswordForm(PlainForm):
    """The password as it is, and twice the new one."""

    old = forms.CharField(
        label="原密码",
        max_length=200,
        strip=False,
        error_messages={"required": "请填写原密码。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = _new_password("新密码", "请填写新密码。")
    again = _new_password("再填一次新密码", "请把新密码再填一次。")

    def clean(self) -> dict[str, Any]:
        """Both new ones must be the same."""
        typed = self.cleaned_data
        if typed.get("new") and typed.get("again") and typed["new"] != typed["again"]:
            self.add_error("again", "两次填写的新密码不一样，请重新填写。")
        return typed


@public
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the sign-in page, or sign somebody in and lead them where they wanted to go.

    One sentence for a wrong password, an unknown name, a closed account and too many tries; who gave the right
    password but has left is told so. The session gets a new id.
    """
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if not _is_here(request, wanted):
        wanted = ""
    form = SignInForm(request.POST or None)
    refusal = None
    if request.method == "POST":
        account = None
        if form.is_valid():
            account = tries.sign_in(**form.cleaned_data, came_from=_origin(request), second=clock.second())
        if account is not None and not has_left(actor_of(account.person, clock.today())):
            if request.user.is_authenticated:
                logout(request)  # a session is nobody else's afterwards, and never keeps its id
            login(request, account)
            request.session[BEGAN] = request.session[SEEN] = clock.second()
            return HttpResponseRedirect(wanted or reverse("home"))
        sentence = HAS_LEFT if account else NOT_SIGNED_IN if form.is_valid() else "请把下面各项填完整。"
        refusal = Refusal(sentence, 400, form)
    status = refusal.status if refusal else 200
    context = {"form": form, "next": wanted, "refused": refusal}
    return render(request, "sign-in.html", context, status=status)


def _origin(request: HttpRequest) -> str:
    """The address it came from, seen past the proxy that the setting names."""
    sent = request.META
    return tries.origin(sent.get("REMOTE_ADDR", ""), sent.get("HTTP_X_FORWARDED_FOR", ""), settings.PROXIES)


def _is_here(request: HttpRequest, wanted: str) -> bool:
    """Whether somebody may be led there: an address of this server, as pages give it, of a length that can be sent."""
    return (
        wanted.startswith("/")
        and len(wanted) <= _LONGEST_ADDRESS
        and url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    )


@allowed_before_password
@page
def password(request: HttpRequest, actor: Actor, *, refused: Refusal | None = None) -> HttpResponse:  # noqa: ARG001
    """The form in which somebody changes their own password."""
    form = shown(PasswordForm, refused)
    must_change = request.user.must_change  # type: ignore[union-attr]
    return render(request, "password.html", {"form": form, "must_change": must_change, "least": LEAST})


@password.post
@sensitive_post_parameters("old", "new", "again")
def _change_password(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = taken(PasswordForm, request)
    account = set_password(person=actor.person, old=form.cleaned_data["old"], new=form.cleaned_data["new"])
    update_session_auth_hash(request, account)
    messages.success(request, "密码已修改，其他地方的登录已全部退出。")
    return redirect("home")


@allowed_before_password
@act(back=password)
def sign_out(request: HttpRequest, actor: Actor) -> HttpResponse:  # noqa: ARG001
    """End the session; what the browser kept of its pages goes with it."""
    logout(request)
    answer = redirect("sign-in")
    answer["Clear-Site-Data"] = '"cache"'
    return answer
