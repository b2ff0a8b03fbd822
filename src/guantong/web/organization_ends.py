"""Moving, merging and closing an organization, in two steps: choose, look at what becomes of its open work, confirm."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from guantong import clock
from guantong.apps.organizations import queries, tree
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.tree.picker import Offered, named
from guantong.apps.organizations.tree.work import OpenWork, Work
from guantong.web import sentences, words
from guantong.web.guard import Refusal, page, taken
from guantong.web.organization_acts import AT_THE_DAY, ON_HELP, at_fields, changeable, crumbs
from guantong.web.picker import pick
from guantong.web.plain import Day, PlainForm

_AT_THE_OTHER = dict.fromkeys(("below_itself", "other_district", "name_taken", "tree_full"), "into")
_LARGEST = 2**63 - 1
KINDS = {
    "assignment": "上级交办、还没有办完的任务",
    "issued": "下达给别的单位、还没有办完的任务",
    "directive": "还没有下达的部署",
    "notice": "待办",
    "post": "任职",
    "person": "名册上的人",
}
"""What an organization may have open, as people call it; by the code of `OpenWork`."""


class MoveForm(PlainForm):
    """Below which organization, and since when."""

    into = forms.IntegerField(
        label="移到哪个单位之下",
        widget=forms.HiddenInput,
        min_value=1,
        max_value=_LARGEST,
        error_messages={"required": "还没有选单位。请先查找，再从列出的单位中选一个。"},
    )
    on = Day(label="从哪一天起", help_text=ON_HELP)


class EndForm(MoveForm):
    """Into which organization it is merged, or none, since when, and what becomes of its open work."""

    how = forms.ChoiceField(
        label="怎么办",
        choices=[("merge", "并入另一个单位"), ("end", "撤销，不并入")],
        widget=forms.RadioSelect,
    )
    work = forms.ChoiceField(
        label="没有办完的事怎么办（必填）",
        required=False,
        choices=[(Work.HAND_OVER.value, "交给并入的单位接着办"), (Work.WITHDRAW.value, "撤回，不再办")],
        widget=forms.RadioSelect,
    )

    field_order = ("how", "into", "on", "work")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["into"].required = False
        self.fields["into"].label = "并入哪个单位"

    def clean(self) -> dict[str, Any]:
        """A merger needs the other organization; without one there is nobody to hand anything over to."""
        typed = self.cleaned_data
        if typed.get("how") == "merge" and not typed.get("into") and "into" not in self.errors:
            self.add_error("into", "还没有选并入的单位。请先查找，再从列出的单位中选一个。")
        if typed.get("how") == "end":
            typed["into"], typed["work"] = None, Work.WITHDRAW.value
        return typed


class ConfirmForm(EndForm):
    """As `EndForm`, and the choice of what becomes of open work is made."""

    def clean(self) -> dict[str, Any]:
        """A merger needs to be told what becomes of what is open."""
        typed = super().clean()
        if typed.get("how") == "merge" and not typed.get("work") and "work" not in self.errors:
            self.add_error("work", "请选择没有办完的事怎么办。")
        return typed


@page
def move(request: HttpRequest, actor: Actor, pk: int, *, refused: Refusal | None = None) -> HttpResponse:
    """Where an organization is moved to; then what goes along, and the button that does it."""
    row = changeable(actor, pk)
    form = _sent(MoveForm, request, refused, {"on": actor.today})
    target = _target(actor, form)
    told = {**crumbs(actor, row, "移到别的上级"), "form": form, "target": target, "again": _again(form)}
    if target is not None and _leads_on(form):
        told |= {"work": _told(tree.preview(actor, pk)), "day": form.cleaned_data["on"]}
        return render(request, "organization-move-confirm.html", told)
    told["into"] = pick(request, actor, "into", "移到哪个单位之下", target=target, error=_error(form))
    return render(request, "organization-move.html", told)


@move.post
def _move(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    row = changeable(actor, pk)
    form = taken(MoveForm, request)
    into, on = form.cleaned_data["into"], form.cleaned_data["on"]
    with at_fields(form, _AT_THE_OTHER | AT_THE_DAY):
        tree.move(actor, pk, into, on=on, now=clock.now())
    messages.success(request, f"已移动{row.name}，{words.day(on)}起生效。")
    return redirect("organization", pk=pk)


@page
def close(request: HttpRequest, actor: Actor, pk: int, *, refused: Refusal | None = None) -> HttpResponse:
    """Whether an organization is merged or closed for good; then what becomes of its open work, and the button."""
    row = changeable(actor, pk)
    form = _sent(EndForm, request, refused, {"on": actor.today, "how": "merge"})
    target = _target(actor, form)
    told = {**crumbs(actor, row, "合并或撤销"), "form": form, "target": target, "again": _again(form)}
    if _leads_on(form):
        work = _told(tree.preview(actor, pk, into=target.id if target else None))
        told |= {"work": work, "day": form.cleaned_data["on"], "is_choice": _is_choice(work)}
        return render(request, "organization-close-confirm.html", told)
    told["into"] = pick(request, actor, "into", "并入哪个单位", target=target, error=_error(form))
    told["below"] = queries.below(actor, row).count()
    return render(request, "organization-close.html", told)


@close.post
def _close(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    row = changeable(actor, pk)
    form = taken(ConfirmForm, request)
    typed = form.cleaned_data
    with at_fields(form, _AT_THE_OTHER | AT_THE_DAY):
        tree.close(actor, pk, into=typed["into"], work=Work(typed["work"]), on=typed["on"], now=clock.now())
    ended = "已并入" if typed["into"] else "已撤销"
    messages.success(request, f"{row.name}{ended}，{words.day(typed['on'])}起生效。以前的情况按日期保留。")
    return redirect("organization", pk=pk)


def _sent(
    kind: type[MoveForm], request: HttpRequest, refused: Refusal | None, initial: dict[str, Any]
) -> MoveForm:
    """The form as it was sent: refused, or by the first step; else a fresh one that keeps what the address holds."""
    if refused is not None and isinstance(refused.form, kind):
        return refused.form
    if request.GET.get("step") == "confirm":
        return kind(request.GET)
    return kind(initial={**initial, **request.GET.dict()})


def _target(actor: Actor, form: MoveForm) -> Offered | None:
    """The other organization, where one was chosen that the actor sees; else the form says so."""
    into = form.data.get("into") if form.is_bound else form.initial.get("into")
    if not into or (form.is_bound and form.is_valid() and not form.cleaned_data.get("into")):
        return None
    found = named(actor, int(into)) if _is_key(str(into)) else None
    if found is None and form.is_bound and "into" not in form.errors:
        form.add_error("into", sentences.SENTENCES["organization_unknown"])
    return found


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text[:20]) <= _LARGEST


def _leads_on(form: MoveForm) -> bool:
    """Whether all is chosen that the second step needs."""
    return form.is_bound and not any(name in form.errors for name in ("how", "into", "on"))


def _error(form: MoveForm) -> str:
    """What is said at the choice of the other organization."""
    return " ".join(str(error) for error in form.errors.get("into", ())) if form.is_bound else ""


def _again(form: MoveForm) -> str:
    """The address of the first step with all that was chosen."""
    chosen = form.data if form.is_bound else form.initial
    return "?" + urlencode({name: chosen[name] for name in ("how", "into", "on") if chosen.get(name)})


def _is_choice(work: Iterable[tuple[str, OpenWork]]) -> bool:
    """Whether handing over and withdrawing differ: anything goes on; the roster goes to the heir either way."""
    return any((each.moved or each.merged) and each.code != "person" for _, each in work)


def _told(work: Iterable[OpenWork]) -> list[tuple[str, OpenWork]]:
    """What is open, as people call it; what there is none of is left out."""
    return [(KINDS[each.code], each) for each in work if each.count]
