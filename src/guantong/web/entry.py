"""Signing in and out, the first password by a code, and changing it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from guantong import clock
from guantong.apps.organizations.access import Actor, actor_of
from guantong.apps.organizations.accounts.opening import change_password, use_code
from guantong.apps.organizations.leaving import has_left
from guantong.apps.people import factors, first_run, passwords, tries
from guantong.core.refusal import Refused
from guantong.web import sentences
from guantong.web.guard import (
    SPARED,
    Refusal,
    act,
    allowed_before_factor,
    allowed_before_password,
    begin,
    page,
    public,
    shown,
    taken,
)
from guantong.web.plain import PlainForm

_LONGEST_ADDRESS = 500
_WAIT = "请核对后重新输入；仍不成功的，请过 15 分钟到 1 小时再试，"
NOT_SIGNED_IN = (
    f"账号或密码不正确，或连续输错次数太多。{_WAIT}忘记密码请找上级党务干部或系统管理员，领取一次性代码。"
)
NO_SUCH_CODE = f"账号或一次性代码不正确、已用过或已过期，或连续输错次数太多。{_WAIT}需要新代码请找上级党务干部或系统管理员。"
HAS_LEFT = "您已离开或任职已经结束，不能登录。有误的，请找上级党务干部或系统管理员更正。"
_KINDS = "小写字母、大写字母、数字、其他符号"


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


class TwiceForm(PlainForm):
    """A new password, typed twice."""

    new = _new_password("新密码", "请填写新密码。")
    again = _new_password("再填一次新密码", "请把新密码再填一次。")

    def clean(self) -> dict[str, Any]:
        """Both must be the same."""
        typed = self.cleaned_data
        if typed.get("new") and typed.get("again") and typed["new"] != typed["again"]:
            self.add_error("again", "两次填写的新密码不一样，请重新填写。")
        return typed


class CodeForm(TwiceForm):
    """The name of an account, its one-time code, and the password that is to be."""

    field_order = ("name", "code", "new", "again")
    name = forms.CharField(
        label="账号",
        max_length=64,
        error_messages={"required": "请填写账号。"},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    code = forms.CharField(
        label="一次性代码",
        max_length=40,
        error_messages={"required": "请填写一次性代码。"},
        help_text="交接单上的 16 位代码，大小写都可以，横线可以不填。",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )


class PasswordForm(TwiceForm):
    """The password as it is, and twice the new one."""

    field_order = ("old", "new", "again")
    old = forms.CharField(
        label="原密码",
        max_length=200,
        strip=False,
        error_messages={"required": "请填写原密码。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@public
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the sign-in page, or sign somebody in and lead them where they wanted to go.

    One sentence for a wrong password, an unknown name, a closed account and too many tries; who gave the right
    password but has left is told so. The session gets a new id.
    """
    if request.method != "POST" and first_run.is_due():
        return redirect("setup")
    wanted = wanted_of(request)
    form = SignInForm(request.POST or None)
    refusal = None
    if request.method == "POST":
        account = None
        if form.is_valid():
            account = tries.sign_in(**form.cleaned_data, came_from=origin_of(request), second=clock.second())
        if account is not None and not has_left(actor_of(account.person, clock.today())):
            begin(request, account, factor="" if factors.is_bound(account) else SPARED)
            return HttpResponseRedirect(wanted or reverse("home"))
        sentence = HAS_LEFT if account else NOT_SIGNED_IN if form.is_valid() else "请把下面各项填完整。"
        refusal = Refusal(sentence, 400, form)
    status = refusal.status if refusal else 200
    context = {"form": form, "next": wanted, "refused": refusal}
    return render(request, "sign-in.html", context, status=status)


@public
@sensitive_post_parameters("code", "new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Set a first password, or one in place of a forgotten one, by a code; whoever did is signed in.

    One sentence for an unknown name and a wrong, used or old code, and for too many tries. The code stays good where
    the new password will not do.
    """
    if request.method != "POST" and first_run.is_due():
        return redirect("setup")
    form = CodeForm(request.POST or None)
    refusal = None
    if request.method == "POST":
        refusal = Refusal("请把下面各项填完整。", 400, form)
        if form.is_valid():
            try:
                return _by_code(request, form)
            except Refused as refused:
                refusal = Refusal(sentences.sentence(refused), 400, form)
            except _Unknown as unknown:
                refusal = Refusal(str(unknown), 400, form)
    context = {"form": form, "rule": password_rule(), "refused": refusal}
    return render(request, "code.html", context, status=refusal.status if refusal else 200)


class _Unknown(Exception):  # noqa: N818 — an answer to the sender, not an error of the program
    """Nobody signs in by what was typed; the words say what to do."""


def _by_code(request: HttpRequest, form: CodeForm) -> HttpResponse:
    typed = form.cleaned_data
    account = use_code(
        name=typed["name"],
        code=typed["code"],
        new=typed["new"],
        came_from=origin_of(request),
        second=clock.second(),
        now=clock.now(),
    )
    if account is None:
        raise _Unknown(NO_SUCH_CODE)
    if has_left(actor_of(account.person, clock.today())):
        raise _Unknown(HAS_LEFT)
    begin(request, account, factor="" if factors.is_bound(account) else SPARED)
    messages.success(request, "密码已设置。以后用账号和这个密码登录，一次性代码已经作废。")
    return redirect("home")


def password_rule() -> str:
    """What a new password must be, in a sentence."""
    wanted = passwords.profile()
    if wanted.kinds > 1:
        return (
            f"至少 {wanted.least} 个字符，{_KINDS}至少有 {wanted.kinds} 种，不含账号名和姓名；"
            f"{wanted.days} 天换一次，不与最近用过的 {wanted.last} 个相同。"
        )
    return f"至少 {wanted.least} 个字符，不用常见的密码，不含账号名和姓名，可以用一句话。"


def wanted_of(request: HttpRequest) -> str:
    """Where somebody wanted to go before they were led here; empty where nowhere, or not on this server."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    return wanted if _is_here(request, wanted) else ""


def origin_of(request: HttpRequest) -> str:
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
    account: Any = request.user
    told = {
        "form": shown(PasswordForm, refused),
        "must_change": account.must_change,
        "is_old": not account.must_change and passwords.must_change(account, clock.now()),
        "days": passwords.profile().days,
        "rule": password_rule(),
    }
    return render(request, "password.html", told)


@password.post
@sensitive_post_parameters("old", "new", "again")
def _change_password(request: HttpRequest, actor: Actor) -> HttpResponse:
    typed = taken(PasswordForm, request).cleaned_data
    account = change_password(
        actor,
        old=typed["old"],
        new=typed["new"],
        came_from=origin_of(request),
        second=clock.second(),
        now=clock.now(),
    )
    update_session_auth_hash(request, account)
    messages.success(request, "密码已修改，其他地方的登录已全部退出。")
    return redirect("home")


@allowed_before_factor
@act(back=password)
def sign_out(request: HttpRequest, actor: Actor) -> HttpResponse:  # noqa: ARG001
    """End the session; what the browser kept of its pages goes with it."""
    logout(request)
    answer = redirect("sign-in")
    answer["Clear-Site-Data"] = '"cache"'
    return answer
