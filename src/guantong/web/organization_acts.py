"""Changes of the tree, a page each: founding, renaming, splitting off, opening again; moving and closing are in two steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from guantong import clock
from guantong.apps.organizations import queries, tree
from guantong.apps.organizations.access import Actor, Forbidden, allowed, allowed_below
from guantong.core.refusal import Refused
from guantong.web import sentences, words
from guantong.web.guard import Refusal, Unfit, page, shown, taken
from guantong.web.organizations import name_of
from guantong.web.plain import Day, PlainForm

_LONGEST = 100
_HIGHEST = 99_999
ON_HELP = "默认今天。可以填今年已经过去的日子，不能晚于今天。"
AT_THE_NAME = dict.fromkeys(("name_taken", "name_missing", "name_long"), "name")
AT_THE_DAY = dict.fromkeys(("day_ahead", "year_closed", "before_last_change"), "on")


class FoundForm(PlainForm):
    """A new organization: what it is called, what it is, and since when it exists."""

    name = forms.CharField(label="名称", max_length=_LONGEST, help_text="写全称，如“青禾实验小学党支部”。")
    kind = forms.ChoiceField(label="类别")
    stage = forms.ChoiceField(label="学段", required=False, help_text="科室和学校内部的支部不用选。")
    opened_on = Day(label="设立日期", help_text="默认今天；早就成立的填成立那天。")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _offer_kinds(self)

    def clean_opened_on(self) -> date:
        """A day that has come."""
        day: date = self.cleaned_data["opened_on"]
        if day > clock.today():
            raise forms.ValidationError(f"{words.day(day)}还没有到，请填今天或以前的日期。")
        return day


class NameForm(PlainForm):
    """Another name, and since when it is borne."""

    name = forms.CharField(label="新名称", max_length=_LONGEST)
    on = Day(label="从哪一天起", help_text=ON_HELP)


class KindForm(PlainForm):
    """What an organization is, and where it stands among the others of its level."""

    kind = forms.ChoiceField(label="类别")
    stage = forms.ChoiceField(label="学段", required=False)
    order = forms.IntegerField(
        label="官方次序",
        min_value=0,
        max_value=_HIGHEST,
        help_text="同级里数小的排在前面；相同的按设立先后。",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _offer_kinds(self)


class GuideForm(PlainForm):
    """Who guides it (业务指导), in another line."""

    by = forms.TypedChoiceField(label="业务指导单位", required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, guides: Sequence[tuple[int, str]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["by"].choices = [("", "没有"), *guides]  # type: ignore[attr-defined]


class SplitForm(PlainForm):
    """An organization that is split off, and the children that go with it."""

    name = forms.CharField(label="新单位名称", max_length=_LONGEST)
    kind = forms.ChoiceField(label="类别")
    stage = forms.ChoiceField(label="学段", required=False)
    children = forms.TypedMultipleChoiceField(
        label="划给新单位的下级组织", required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    on = Day(label="从哪一天起", help_text=ON_HELP)

    def __init__(self, *args: Any, below: Sequence[tuple[int, str]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        _offer_kinds(self)
        self.fields["children"].choices = list(below)  # type: ignore[attr-defined]
        if not below:
            del self.fields["children"]


class DayForm(PlainForm):
    """Since when."""

    on = Day(label="从哪一天起", help_text=ON_HELP)


def _offer_kinds(form: forms.Form) -> None:
    form.fields["kind"].choices = [("", "请选择"), *queries.kinds()]  # type: ignore[attr-defined]
    form.fields["stage"].choices = [("", "不选"), *queries.stages()]  # type: ignore[attr-defined]


@contextmanager
def at_fields(form: forms.Form, fields: dict[str, str]) -> Iterator[None]:
    """A refusal whose code is among `fields` is said at that field; any other goes on."""
    try:
        yield
    except Refused as refused:
        field = fields.get(refused.code)
        if field not in form.fields:
            raise
        form.add_error(field, sentences.sentence(refused))
        raise Unfit(form) from None


def changeable(actor: Actor, pk: int) -> Any:
    """An organization the actor may change. Raises NotFound, Forbidden."""
    row = queries.organization_of(actor, pk)
    if not allowed(actor, "organization.change", row.path):
        raise Forbidden
    return row


def crumbs(actor: Actor, row: Any, here: str) -> dict[str, Any]:
    """What the way back to an organization is made of."""
    return {"row": row, "parent": name_of(actor, row.parent), "here": here}


def _founding(actor: Actor, pk: int) -> Any:
    row = queries.organization_of(actor, pk)
    if not allowed_below(actor, "organization.change", row.path):
        raise Forbidden
    return row


@page
def found(request: HttpRequest, actor: Actor, pk: int, *, refused: Refusal | None = None) -> HttpResponse:
    """The form in which an organization is founded below another."""
    row = _founding(actor, pk)
    form = shown(FoundForm, refused, initial={"opened_on": actor.today})
    return render(request, "organization-found.html", {**crumbs(actor, row, "新设下级组织"), "form": form})


@found.post
def _found(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    _founding(actor, pk)
    form = taken(FoundForm, request)
    with at_fields(form, {**AT_THE_NAME, **dict.fromkeys(AT_THE_DAY, "opened_on")}):
        made = tree.found(actor, pk, **form.cleaned_data, now=clock.now())
    messages.success(request, f"已设立{made.name}。")
    return redirect("organization", pk=made.pk)


@page
def rename(request: HttpRequest, actor: Actor, pk: int, *, refused: Refusal | None = None) -> HttpResponse:
    """What an organization is called and what it is: three forms, each sent by itself."""
    row = changeable(actor, pk)
    return render(
        request,
        "organization-rename.html",
        {
            **crumbs(actor, row, "更名和更正"),
            "name_form": shown(
                NameForm, refused, initial={"name": row.name, "on": actor.today}, auto_id="name_%s"
            ),
            "kind_form": shown(
                KindForm,
                refused,
                initial={"kind": row.kind, "stage": row.stage, "order": row.order},
                auto_id="kind_%s",
            ),
            "guide_form": shown(
                GuideForm,
                refused,
                initial={"by": row.guided_by_id},
                guides=queries.guides_for(actor, row),
                auto_id="guide_%s",
            ),
            "is_top": row.parent_id is None,
        },
    )


@rename.post
def _rename(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    row = changeable(actor, pk)
    what = request.POST.get("what", "name")
    if what == "kind":
        kind_form = taken(KindForm, request, auto_id="kind_%s")
        with at_fields(kind_form, {"kind_unknown": "kind", "stage_unknown": "stage", "tasks_open": "kind"}):
            tree.change_kind(actor, organization=pk, **kind_form.cleaned_data, now=clock.now())
        messages.success(request, "已更正类别、学段和次序。")
    elif what == "guide":
        guide_form = taken(GuideForm, request, guides=queries.guides_for(actor, row), auto_id="guide_%s")
        with at_fields(guide_form, {"same_line": "by", "guide_elsewhere": "by"}):
            tree.guide(actor, organization=pk, by=guide_form.cleaned_data["by"], now=clock.now())
        messages.success(request, "已更正业务指导单位。")
    else:
        form = taken(NameForm, request, auto_id="name_%s")
        with at_fields(form, AT_THE_NAME | AT_THE_DAY):
            name, on = form.cleaned_data["name"], form.cleaned_data["on"]
            renamed = tree.rename(actor, pk, name, on=on, now=clock.now())
        messages.success(request, f"已改称{renamed.name}，{words.day(on)}起生效。以前的名称按日期保留。")
    return redirect("organization", pk=pk)


@page
def split(request: HttpRequest, actor: Actor, pk: int, *, refused: Refusal | None = None) -> HttpResponse:
    """The form in which an organization is split off another."""
    row = changeable(actor, pk)
    form = shown(
        SplitForm,
        refused,
        initial={"kind": row.kind, "stage": row.stage, "on": actor.today},
        below=_children(actor, row),
    )
    return render(request, "organization-split.html", {**crumbs(actor, row, "分设"), "form": form})


@split.post
def _split(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    row = changeable(actor, pk)
    form = taken(SplitForm, request, below=_children(actor, row))
    with at_fields(form, AT_THE_NAME | AT_THE_DAY):
        made = tree.split(actor, pk, **{"children": (), **form.cleaned_data}, now=clock.now())
    messages.success(request, f"已从{row.name}分设{made.name}。")
    return redirect("organization", pk=made.pk)


def _children(actor: Actor, row: Any) -> list[tuple[int, str]]:
    return [(each.pk, each.name) for each in queries.below(actor, row)]


@page
def reopen(request: HttpRequest, actor: Actor, pk: int, *, refused: Refusal | None = None) -> HttpResponse:
    """The form in which a closed organization is opened again."""
    row = changeable(actor, pk)
    form = shown(DayForm, refused, initial={"on": actor.today})
    heir = name_of(actor, row.merged_into)
    return render(
        request, "organization-reopen.html", {**crumbs(actor, row, "恢复"), "form": form, "heir": heir}
    )


@reopen.post
def _reopen(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    changeable(actor, pk)
    form = taken(DayForm, request)
    with at_fields(form, AT_THE_DAY):
        row = tree.reopen(actor, pk, on=form.cleaned_data["on"], now=clock.now())
    messages.success(request, f"{row.name}已恢复。原来的任职已经结束，请重新任职。")
    return redirect("organization", pk=pk)
