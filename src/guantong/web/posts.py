"""任职: the posts of an organization with what is vacant, appointing, ending, and handing an office over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from guantong import clock
from guantong.apps.notices.queries import open_notices, seen_by
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.roster import appointing, handing, offices, rolls
from guantong.core.calendar import WorkCalendar
from guantong.core.permits import Role
from guantong.web.accounts import say_shut_out
from guantong.web.exports import answer
from guantong.web.guard import Refusal, page, shown, taken
from guantong.web.listing import Column, Filter, listed, typed
from guantong.web.persons import PastDay, post_line
from guantong.web.plain import MOST, Day, PlainForm
from guantong.web.todos import told

_COLUMNS = (
    Column("职务", "role", ("rank",), lambda line: line.post.words),
    Column("姓名", "name", ("person__spelled", "person__name"), lambda line: line.post.person.name),
    Column("任职起", "since", ("since",), lambda line: line.post.since),
    Column("任职止", "until", ("until",), lambda line: line.post.until or "至今"),
    Column("说明", value=lambda line: line.note),
    Column("操作"),
)
_WHEN = [("", "现任和已定"), ("past", "曾任"), ("all", "全部")]
_SHOWN = 20  # to-dos of a desk that are named before it is handed over


@dataclass(frozen=True, slots=True)
class Chooser:
    """Choosing a person whose roster one sees: what was typed, whom it may mean, who is chosen; whether one may put
    somebody on the roster of the organization, and whether one sees everybody's.
    """

    field: str
    label: str
    text: str
    offered: Sequence[rolls.Candidate]
    chosen: rolls.Candidate | None
    may_enter: bool
    sees_all: bool

    @property
    def is_full(self) -> bool:
        """Whether there may be more than are offered."""
        return len(self.offered) >= rolls.MOST


class PostFilter(PlainForm):
    """Which posts are shown."""

    when = forms.ChoiceField(label="范围", required=False, choices=_WHEN)
    text = forms.CharField(label="姓名、拼音或首字母", required=False, max_length=50)


class AppointForm(PlainForm):
    """Who is to hold which role, of a committee member in charge of what, from when to when; of a cover, for whom."""

    person = forms.IntegerField(label="人员", max_value=MOST, widget=forms.HiddenInput)
    role = forms.ChoiceField(label="职务", required=False)
    portfolio = forms.ChoiceField(
        label="分工",
        required=False,
        choices=[("", "没有分工"), *rolls.portfolios()],
        help_text="职务是“委员”的才选。",
    )
    covers = forms.TypedChoiceField(
        label="代理谁的职务",
        required=False,
        coerce=int,
        empty_value=None,
        help_text="有人休假、外出，临时请人代理时才选；要填结束日期，职务与被代理的相同。",
    )
    since = PastDay(label="从哪天起")
    until = Day(label="到哪天止", required=False, help_text="没有确定期限的不填。")
    acting = forms.BooleanField(label="主持工作（没有正式任命）", required=False)

    def __init__(
        self,
        *args: Any,
        given: Sequence[tuple[str, str]] = (),
        covered: Mapping[int, Any] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.covered = covered or {}
        role, covers = self.fields["role"], self.fields["covers"]
        # whoever sends another role is told by the policy, not by the form
        role.choices = rolls.roles()  # type: ignore[attr-defined]
        role.widget.choices = [("", "请选择"), *given]
        choices = [(pk, f"{post.person.name}（{post.words}）") for pk, post in self.covered.items()]
        covers.choices = [("", "不是代理"), *choices]  # type: ignore[attr-defined]
        if not choices:
            del self.fields["covers"]

    def clean(self) -> dict[str, Any]:
        """The role of a cover is that of the post, and so is what it is in charge of."""
        told = super().clean() or {}
        if covered := self.covered.get(told.get("covers") or 0):
            told |= {"role": str(covered.role), "portfolio": str(covered.portfolio)}
        if not told.get("role") and "role" not in self.errors:
            self.add_error("role", "请选择职务。")
        return told


class EndForm(PlainForm):
    """The last day of a post; what is taken back has none."""

    until = Day(label="任职到哪天为止", help_text="这一天仍在任，第二天起失去权限。")

    def __init__(self, *args: Any, withdrawn: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if withdrawn:
            del self.fields["until"]


class HandForm(PlainForm):
    """Who takes an office over, from which day, and what they should know."""

    to = forms.IntegerField(label="接任人", max_value=MOST, widget=forms.HiddenInput)
    on = Day(label="从哪天起由接任人任职")
    until = Day(label="任职到哪天止", required=False, help_text="没有确定期限的不填。")
    acting = forms.BooleanField(label="主持工作（没有正式任命）", required=False)
    note = forms.CharField(
        label="交接说明",
        required=False,
        max_length=handing.LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="只写工作，接任人在“我的信息”里能看到。",
    )


@page
def posts(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The posts of an organization, and which offices nobody holds."""
    place = rolls.roster_place(actor, pk)
    rows = rolls.posts_at(place)
    when = typed(request.GET, "when")
    if when not in ("past", "all"):
        rows = rolls.posts_on(rows, actor.today)
    listing = listed(request, rows, columns=_COLUMNS, filters=_filters(actor.today))
    return answer(
        request,
        "posts.html",
        {
            "place": place,
            "listing": listing,
            "rows": [post_line(actor, row) for row in listing.rows],
            "vacant": offices.vacant(place, actor.today),
            "filter": PostFilter(initial=request.GET.dict()),
            "may_appoint": _gives(actor, place),
        },
        name=f"{place.name}任职",
    )


def _filters(today: date) -> Mapping[str, Filter]:
    return {
        "when": lambda rows, told: rolls.posts_on(rows, today, held=False) if told == "past" else rows,
        "text": rolls.posts_of_name,
    }


def _gives(actor: Actor, place: Any) -> bool:
    is_open = place.closed_on is None or place.closed_on > actor.today
    return is_open and any(rolls.may_change_post(actor, role, place) for role in Role)


@page
def appoint(request: HttpRequest, actor: Actor, pk: int, *, refused: Refusal | None = None) -> HttpResponse:
    """Choosing a person whose roster one sees, then the post."""
    place = rolls.roster_place(actor, pk, "organization.see")
    given = rolls.roles_given(actor, place)
    covered = {post.pk: post for post in rolls.posts_to_cover(place, actor.today)}
    wanted = {name: request.GET.get(name, "") for name in ("role", "portfolio")}
    form = shown(
        AppointForm,
        refused,
        given=given,
        covered=covered,
        initial={"since": actor.today, **wanted},
    )
    form.fields["role"].widget.choices = [("", "请选择"), *given]
    chooser = _choose(request, actor, place, "person", form)
    told = {"place": place, "form": form, "chooser": chooser, **wanted}
    return render(request, "appoint.html", told)


@appoint.post
def begin(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Let a person hold a post."""
    place = rolls.roster_place(actor, pk, "organization.see")
    rolls.roles_given(actor, place)
    covered = {post.pk: post for post in rolls.posts_to_cover(place, actor.today)}
    given = taken(AppointForm, request, covered=covered).cleaned_data
    row = appointing.appoint(
        actor,
        person=given["person"],
        organization=pk,
        role=Role(given["role"]),
        since=given["since"],
        until=given["until"],
        acting=given["acting"],
        covers=given.get("covers"),
        portfolio=given["portfolio"],
        now=clock.now(),
    )
    messages.success(request, f"已任{row.person.name}为{place.name}{row.words}。")
    say_shut_out(request, [row.person_id], by_post=True)
    return redirect("posts", pk=pk)


@page
def end_post(request: HttpRequest, actor: Actor, pk: int, *, refused: Refusal | None = None) -> HttpResponse:
    """The form by which a post ends; one that begins later is taken back, and one that begins today can be."""
    row = rolls.post_of(actor, pk)
    has_begun = row.since <= actor.today
    form = shown(EndForm, refused, withdrawn=not has_begun, initial={"until": actor.today})
    told = {"row": row, "place": row.organization, "form": form, "has_begun": has_begun}
    begins_today = row.since == actor.today
    act = "免职" if has_begun else "撤销任职"
    return render(request, "post-end.html", {**told, "act": act, "begins_today": begins_today})


@end_post.post
def end(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Let a post end."""
    row = rolls.post_of(actor, pk)
    withdrawn = row.since > actor.today or "withdraw" in request.POST
    until = taken(EndForm, request, withdrawn=withdrawn).cleaned_data.get("until")
    appointing.end_post(actor, post=pk, until=until, now=clock.now())
    post = f"{row.person.name}的{row.words}"
    messages.success(request, f"已撤销{post}任职。" if withdrawn else f"已免去{post}职务。")
    return redirect("posts", pk=row.organization_id)


@page
def hand_over(request: HttpRequest, actor: Actor, pk: int, *, refused: Refusal | None = None) -> HttpResponse:
    """Choosing who takes an office over; then what goes along with it, before anybody confirms."""
    row = rolls.post_of(actor, pk)
    preview = handing.handing_preview(actor, row)
    form = shown(HandForm, refused, initial={"on": actor.today, "acting": row.acting})
    chooser = _choose(request, actor, row.organization, "to", form, but=row.person_id)
    waiting = open_notices(preview.desk)
    seen, unnamed = seen_by(actor, waiting, row.organization.path) if chooser.chosen else (waiting.none(), 0)
    named = list(seen[: _SHOWN + 1])
    return render(
        request,
        "hand-over.html",
        {
            "row": row,
            "place": row.organization,
            "owned": preview.owned,
            "ownerless": handing.left_behind(row, chooser.chosen.id) if chooser.chosen else 0,
            "chooser": chooser,
            "form": form,
            "to_dos": [told(each, actor.today, _ANY_DAY) for each in named[:_SHOWN]],
            "more": len(named) > _SHOWN,
            "unnamed": unnamed,
        },
    )


@hand_over.post
def hand(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Hand an office over."""
    row = rolls.post_of(actor, pk)
    given = taken(HandForm, request).cleaned_data
    left = handing.left_behind(row, given["to"])
    new = handing.hand_over(actor, post=pk, now=clock.now(), **given)
    messages.success(request, f"{row.person.name}的{row.words}职务已交给{new.person.name}。")
    say_shut_out(request, [new.person_id], by_post=True)
    if left:
        messages.warning(
            request, f"{new.person.name}不是{row.organization.name}的人，有 {left} 项任务现在没有责任人。"
        )
    return redirect("posts", pk=row.organization_id)


_ANY_DAY = WorkCalendar()  # the light of a to-do is not shown here


def _choose(
    request: HttpRequest, actor: Actor, place: Any, field: str, form: forms.Form, *, but: int = 0
) -> Chooser:
    text = typed(request.GET, "q")
    asked = str(form.data.get(field, "")) if form.is_bound else request.GET.get(field, "")
    key = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else 0
    chosen = rolls.candidate(actor, place, key) if key and key != but else None
    found = rolls.candidates(actor, place, text, but=[but]) if text or not chosen else []
    label, may_enter = str(form.fields[field].label), rolls.may_enter(actor, place)
    return Chooser(field, label, text, found, chosen, may_enter, rolls.sees_all(actor, place))
