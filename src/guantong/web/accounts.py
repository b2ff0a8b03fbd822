"""账号: the accounts one looks after, and one person's: opened, reset, closed, with a slip to hand over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from guantong import clock
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.accounts import opening as services
from guantong.apps.organizations.accounts.listing import (
    AccountState,
    Held,
    account_of,
    found_by,
    in_state,
    proposed_names,
    shut_out,
    told,
)
from guantong.apps.organizations.accounts.listing import accounts as visible_accounts
from guantong.apps.people.codes import AFRESH, FIRST
from guantong.web import words
from guantong.web.exports import answer
from guantong.web.guard import Refusal, act, page, shown, taken
from guantong.web.listing import Column, listed
from guantong.web.plain import PlainForm


def _posts(told: Held) -> str:
    """The posts of somebody, as a cell shows them: at their own organization the role alone."""
    home = told.person.organization_id
    return (
        "、".join(
            f"{'' if post.organization_id == home else post.organization.name}{post.words}"
            for post in told.posts
        )
        or "—"
    )


def _set_on(told: Held) -> date | str:
    return words.date_of(told.account.set_at) if told.account.set_at else "—"


_COLUMNS = (
    Column("账号", "name", ("name",), lambda told: told.account.name),
    Column("姓名", "called", ("called",), lambda told: told.person.name),
    Column("单位", "place", ("stands_at",), lambda told: told.person.organization.name),
    Column("职务", value=_posts),
    Column("状态", value=lambda told: words.word(told.state)),
    Column("动态口令", value=lambda told: "有" if told.has_factor else "无"),
    Column("密码设置日期", "set", ("set_at",), _set_on),
)


@dataclass(frozen=True, slots=True)
class Slip:
    """What is handed over with an account: shown once, kept nowhere."""

    place: str
    person: str
    account: str
    code: str
    until: datetime
    address: str


class AccountFilter(PlainForm):
    """What the list of accounts is narrowed by."""

    text = forms.CharField(label="姓名、拼音或账号", required=False, max_length=50)
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *words.choices(AccountState)]
    )


class OpenForm(PlainForm):
    """The name of the account that is to be."""

    name = forms.CharField(
        label="账号",
        max_length=64,
        help_text="登录时填的名字，可以改；只用文字、数字和 . _ - @，不分大小写。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


@page
def accounts(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The accounts of one's organizations and of those below."""
    filters = {"text": found_by, "state": in_state}
    listing = listed(request, visible_accounts(actor), columns=_COLUMNS, filters=filters, sort="place")
    rows = told(listing.rows, actor.today, clock.now())
    form = AccountFilter(initial=dict(listing.chosen))
    return answer(request, "accounts.html", {"listing": listing, "rows": rows, "form": form}, name="账号")


@page
def open_account(
    request: HttpRequest, actor: Actor, pk: int, *, refused: Refusal | None = None
) -> HttpResponse:
    """The account of a person: how it stands and what may be done with it, or the form that opens it."""
    person, held = account_of(actor, pk, clock.now())
    handling = services.handling(actor, pk)
    shown_to: dict[str, Any] = {
        "person": person,
        "held": held,
        "own": pk == actor.person,
        "may_change": handling.may,
        "as_administrator": handling.as_administrator,
        "gone": person.left_on is not None and person.left_on <= actor.today,
        "crumbs": _crumbs(pk, person.name),
    }
    if held is None and shown_to["may_change"]:
        shown_to["form"] = shown(OpenForm, refused, initial={"name": proposed_names([person.name])[0]})
    return render(request, "account.html", shown_to)


@open_account.post
def _open(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    name = taken(OpenForm, request).cleaned_data["name"]
    code = services.open_account(actor, person=pk, name=name, now=clock.now())
    return _slip(request, actor, pk, code, good_for=FIRST, said="账号已开通")


@act(back=open_account)
def reset_account(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Put a code in the place of a password."""
    code = services.reset_account(actor, person=pk, now=clock.now())
    return _slip(request, actor, pk, code, good_for=AFRESH, said="密码已重置")


@act(back=open_account)
def close_account(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Let nobody sign in with it."""
    services.close_account(actor, person=pk, now=clock.now())
    messages.success(request, "账号已停用，已登录的全部退出。")
    return redirect("open-account", pk=pk)


@act(back=open_account)
def reopen_account(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Let it be signed in to again."""
    services.reopen_account(actor, person=pk, now=clock.now())
    messages.success(request, "账号已重新启用。")
    say_shut_out(request, [pk])
    return redirect("open-account", pk=pk)


@act(back=open_account)
def drop_factor(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Forget the second factor of somebody who lost it."""
    services.drop_factor(actor, person=pk, now=clock.now())
    messages.success(request, "动态口令已取消，请本人登录后重新绑定。")
    return redirect("open-account", pk=pk)


def say_shut_out(request: HttpRequest, persons: Sequence[int], *, by_post: bool = False) -> None:
    """Say of whom their account is open, and neither a password nor a code lets them in, and what to do.

    `by_post` says that it may come of the post they were just given.
    """
    if names := shut_out(persons, clock.now()):
        who = f"{'、'.join(names[:_NAMED])}{'等' if len(names) > _NAMED else ''} {len(names)} 人"
        messages.warning(
            request,
            f"{names[0] if len(names) == 1 else who}的账号现在没有可用的密码和一次性代码"
            f"{_BY_POST if by_post else '。'}请在账号页面点“重置密码”，把新代码当面交给本人；"
            "管理员的账号由安全管理员重置，其他人的由上级党务干部或系统管理员重置。",
        )


_NAMED = 3
_BY_POST = "：任管理员的，或到别的单位任职的，原来的作废。"


def slip_address(request: HttpRequest) -> str:
    """What somebody types into a browser to come here."""
    return request.get_host() + "/"


def _slip(
    request: HttpRequest, actor: Actor, pk: int, code: str, *, good_for: timedelta, said: str
) -> HttpResponse:
    now = clock.now()
    person, held = account_of(actor, pk, now)
    slip = Slip(
        person.organization.name,
        person.name,
        held.account.name if held else "",
        code,
        now + good_for,
        slip_address(request),
    )
    crumbs = _crumbs(pk, person.name)
    return render(request, "account-slip.html", {"slip": slip, "said": said, "pk": pk, "crumbs": crumbs})


def _crumbs(pk: int, name: str) -> list[tuple[str, str]]:
    return [("账号", reverse("accounts")), (name, reverse("open-account", args=[pk]))]
