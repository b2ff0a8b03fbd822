"""首次设置: the page of the first day, there until the first account is, and never again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from guantong import clock
from guantong.apps.organizations.accounts.installing import Newcomer, SetUp, set_up
from guantong.apps.people import first_run, tries
from guantong.apps.people.codes import FIRST
from guantong.core.permits import Role
from guantong.core.refusal import Refused
from guantong.web import sentences
from guantong.web.accounts import Slip, slip_address
from guantong.web.entry import TwiceForm, origin_of, password_rule
from guantong.web.guard import SPARED, Refusal, begin, failed, public

_WRONG = "设置码不正确，或连续输错次数太多。请核对后重填；找不到设置码的，在安装本系统的机器上运行 guantong setup。"


def _name(label: str, *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, max_length=50, required=required)


def _account(label: str, *, required: bool = True) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(label=label, max_length=64, required=required, widget=widget)


class SetUpForm(TwiceForm):
    """The code of the terminal, the district, and its three administrators."""

    code = forms.CharField(
        label="设置码",
        max_length=40,
        help_text="启动时显示在终端上的 16 位代码。找不到的，在安装本系统的机器上运行 guantong setup。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autofocus": True}),
    )
    district = forms.CharField(label="教育工委名称", max_length=100, help_text="如“某区委教育工委”，用全称。")
    system_name = _name("您的姓名")
    system_account = _account("您的账号")
    security_name = _name("安全管理员姓名")
    security_account = _account("安全管理员账号")
    audit_name = _name("审计管理员姓名", required=False)
    audit_account = _account("审计管理员账号", required=False)

    def clean(self) -> dict[str, Any]:
        """Of the third, both or neither."""
        typed = super().clean()
        if typed.get("audit_name") and not typed.get("audit_account"):
            self.add_error("audit_account", "请填写审计管理员的账号，或把姓名也留空。")
        if typed.get("audit_account") and not typed.get("audit_name"):
            self.add_error("audit_name", "请填写审计管理员的姓名，或把账号也留空。")
        return typed

    def newcomers(self) -> list[Newcomer]:
        """Those who were named, the system administrator first."""
        roles = {"system": Role.SYSTEM_ADMIN, "security": Role.SECURITY_ADMIN, "audit": Role.AUDIT_ADMIN}
        typed = self.cleaned_data
        return [
            Newcomer(role, typed[f"{key}_name"], typed[f"{key}_account"])
            for key, role in roles.items()
            if typed[f"{key}_name"]
        ]


@public
@sensitive_post_parameters("code", "new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Make the district and its administrators; whoever did is signed in, and shown once the codes of the others."""
    if not first_run.is_due():
        return failed(request, 404)
    form = SetUpForm(request.POST or None)
    refusal = None
    if request.method == "POST":
        refusal = Refusal("填写的内容有误，请改正下面列出的各项后再提交。", 400, form)
        if form.is_valid():
            try:
                return _set_up(request, form)
            except Refused as refused:
                refusal = Refusal(sentences.sentence(refused), 400, form)
            except _NoCode:
                refusal = Refusal(_WRONG, 400, form)
    context = {"form": form, "rule": password_rule(), "refused": refusal}
    return render(request, "set-up.html", context, status=refusal.status if refusal else 200)


class _NoCode(Exception):  # noqa: N818 — an answer to the sender, not an error of the program
    """What was typed is not the code of the terminal, or was tried too often."""


def _set_up(request: HttpRequest, form: SetUpForm) -> HttpResponse:
    typed = form.cleaned_data

    def right() -> bool | None:
        return first_run.is_code(settings.DATA_DIR, typed["code"]) or None

    if not tries.limited(right, name=first_run.NAME, came_from=origin_of(request), second=clock.second()):
        raise _NoCode
    first, *others = form.newcomers()
    made = set_up(
        district=typed["district"],
        first=first,
        password=typed["new"],
        others=others,
        now=clock.now(),
        today=clock.today(),
    )
    first_run.forget(settings.DATA_DIR)
    begin(request, made.account, factor=SPARED)
    slips = _slips(request, typed["district"], others, made)
    return render(request, "set-up-done.html", {"slips": slips})


def _slips(request: HttpRequest, district: str, others: list[Newcomer], made: SetUp) -> list[Slip]:
    until = clock.now() + FIRST
    return [
        Slip(district, each.name, each.account, code, until, slip_address(request))
        for each, code in zip(others, made.codes, strict=True)
    ]
