"""我的信息: what the system holds of oneself and why, taking it along, and asking for a correction."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from guantong import clock
from guantong.apps.directives.owners import owned_by
from guantong.apps.members import services
from guantong.apps.members.own import Own, Section, own_data, with_entries
from guantong.apps.members.queries import correction_of
from guantong.apps.members.sheet import reasons, workbook_of
from guantong.apps.organizations.access import Actor, NotFound
from guantong.apps.organizations.roster import rolls
from guantong.apps.organizations.roster.persons import set_own_contact
from guantong.apps.organizations.roster.register import REGISTER, entry_of
from guantong.core.moves import AssignmentState
from guantong.web import words
from guantong.web.exports import attached
from guantong.web.guard import Refusal, page, shown, taken
from guantong.web.plain import PlainForm

_NONE, _OPEN = "未填", "至今"


class ContactForm(PlainForm):
    """How one wants to be reached, if at all."""

    contact = forms.CharField(
        label="联系方式", required=False, max_length=100, help_text="愿意提供才填；清空后保存即删去。"
    )


class AskForm(PlainForm):
    """What is wrong in one's own record."""

    text = forms.CharField(
        label="哪一项有误，应当是什么",
        max_length=services.LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class SettleForm(PlainForm):
    """What became of it, and the answer the asker reads."""

    outcome = forms.ChoiceField(
        label="办理结果", choices=[("corrected", "已更正"), ("kept", "不更正")], widget=forms.RadioSelect
    )
    answer = forms.CharField(
        label="答复", max_length=services.LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )


@page
def mine(request: HttpRequest, actor: Actor, *, refused: Refusal | None = None) -> HttpResponse:
    """What is held of whoever asks."""
    own = own_data(actor)
    form = shown(ContactForm, refused, initial={"contact": own.person.contact})
    sections = [(each, reasons(each)) for each in _sections(request, own)]
    return render(request, "mine.html", {"row": own.person, "sections": sections, "form": form})


@mine.post
def set_contact(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Give one's contact, or take it back."""
    contact = taken(ContactForm, request).cleaned_data["contact"]
    set_own_contact(actor, contact=contact, now=clock.now())
    messages.success(request, "联系方式已保存。" if contact else "联系方式已删去。")
    return redirect("mine")


@page
def mine_file(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The same to take along: as a workbook, or as JSON for another program."""
    own = own_data(actor)
    sections = _sections(request, own)
    if request.GET.get("as") == "json":
        held = {
            each.title: {
                "记录": [dict(zip(each.heads, row, strict=True)) for row in each.rows],
                **dict(reasons(each)),
            }
            for each in sections
        }
        told = json.dumps(held, ensure_ascii=False, indent=2).encode()
        return attached(told, "我的信息.json", "application/json")
    return attached(workbook_of(sections), "我的信息.xlsx")


@page
def ask_correction(request: HttpRequest, actor: Actor, *, refused: Refusal | None = None) -> HttpResponse:
    """The form by which one asks for a correction."""
    own = own_data(actor)
    waiting = next((each for each in own.corrections if each.settled_at is None), None)
    form = shown(AskForm, refused)
    return render(request, "ask-correction.html", {"row": own.person, "form": form, "waiting": waiting})


@ask_correction.post
def ask(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Ask for a correction."""
    text = taken(AskForm, request).cleaned_data["text"]
    row = services.ask_correction(actor, text=text, now=clock.now())
    messages.success(request, f"已提交给{row.organization.name}，答复会显示在“我的信息”。")
    return redirect("mine")


@page
def correction(
    request: HttpRequest, actor: Actor, pk: int, *, refused: Refusal | None = None
) -> HttpResponse:
    """What somebody asks to have corrected, for the office that answers."""
    row = correction_of(actor, pk)
    told = {
        "row": row,
        "place": row.organization,
        "form": shown(SettleForm, refused),
        "may_settle": row.settled_at is None and row.person_id != actor.person,
    }
    return render(request, "correction.html", told)


@correction.post
def settle(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Answer it."""
    row = correction_of(actor, pk)
    typed = taken(SettleForm, request).cleaned_data
    services.settle_correction(
        actor,
        correction=pk,
        corrected=typed["outcome"] == "corrected",
        answer=typed["answer"],
        now=clock.now(),
    )
    messages.success(request, "已答复。")
    return redirect("person", pk=row.person_id)


@page
def personal_fields(request: HttpRequest, actor: Actor) -> HttpResponse:  # noqa: ARG001
    """The register: what is held of persons, what for, on which basis, how long, and who sees it."""
    return render(request, "personal-fields.html", {"entries": REGISTER})


def _sections(request: HttpRequest, own: Own) -> list[Section]:
    person = own.person
    of = "organizations.Person."
    standing = rolls.standing(own.memberships, clock.today())
    told = f"{standing.words}，{words.day(standing.since)}起" if standing else "非党员"
    basic = [
        ("姓名", person.name, f"{of}name"),
        ("性别", person.get_sex_display() or _NONE, f"{of}sex"),
        ("出生年份", str(person.birth_year or _NONE), f"{of}birth_year"),
        ("所在单位", person.organization.name, f"{of}organization"),
        ("党员身份", told, "organizations.Membership.status"),
        *([("离开日期", words.day(person.left_on), f"{of}left_on")] if person.left_on else []),
        ("联系方式", person.contact or _NONE, f"{of}contact"),
    ]
    return [
        Section("基本信息", ("项目", "内容", "用途", "依据", "保存期限", "谁看得到"), with_entries(basic)),
        Section(
            "党员身份",
            ("身份", "所在组织", "起", "止"),
            [
                (each.get_status_display(), each.organization.name, words.day(each.since), _until(each))
                for each in own.memberships
            ],
            entry_of("organizations.Membership.status"),
        ),
        Section(
            "职务",
            ("职务", "单位", "起", "止", "任职方式", "前任留下的交接说明"),
            [
                (
                    each.words,
                    each.organization.name,
                    words.day(each.since),
                    _until(each),
                    "主持工作" if each.acting else "代理" if each.covers_id else "任职",
                    each.note or "—",
                )
                for each in own.posts
            ],
            entry_of("organizations.Post.role"),
        ),
        _account(request),
        Section(
            "更正申请",
            ("提出时间", "内容", "由谁答复", "结果", "答复"),
            [
                (
                    words.moment(each.asked_at),
                    each.text,
                    each.organization.name,
                    each.get_outcome_display(),
                    each.answer or "—",
                )
                for each in own.corrections
            ],
            entry_of("members.Correction.text"),
            "没有申请过更正。",
        ),
        Section(
            "负责的任务",
            ("条款", "部署", "单位", "状态", "完成时限"),
            [
                (
                    each.clause.clause.text,
                    each.directive.title,
                    each.organization.name,
                    words.word(AssignmentState(each.state)),
                    words.day(each.due) or "—",
                )
                for each in owned_by(person.pk)
            ],
            entry_of("directives.Assignment.owner"),
            "没有由您负责、还没办结的任务。",
        ),
    ]


def _account(request: HttpRequest) -> Section:
    """One's own account is the one that is signed in."""
    account: Any = request.user
    if not account.is_authenticated:
        raise NotFound
    row = (
        account.name,
        words.moment(account.made_at),
        words.moment(account.set_at) or "—",
        words.moment(account.last_login) or "—",
    )
    heads = ("账号名", "开通时间", "设置密码的时间", "最近一次登录")
    return Section("账号", heads, [row], entry_of("people.Account.name"))


def _until(each: Any) -> str:
    return words.day(each.until) or _OPEN
