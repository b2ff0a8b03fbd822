"""党员名册: who belongs to an organization, one person's page, and the acts by which the roster is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from guantong import clock
from guantong.apps.organizations.access import Actor, allowed
from guantong.apps.organizations.roster import memberships, rolls, transfers
from guantong.apps.organizations.roster import persons as services
from guantong.apps.organizations.tree.picker import named
from guantong.core.persons import MemberStatus
from guantong.core.refusal import Refused
from guantong.web import words
from guantong.web.exports import answer
from guantong.web.guard import Refusal, page, shown, taken
from guantong.web.listing import Column, Filter, listed
from guantong.web.picker import pick
from guantong.web.plain import MOST, Day, PlainForm

_FOUNDED = date(1921, 7, 1)  # no membership began before the Party did
_YES_NO = [("", "全部"), ("yes", "有职务"), ("no", "没有职务")]
_LEFT = [("", "在册"), ("yes", "已离开")]
_BELOW = [("", "本单位"), ("yes", "本单位及下级")]
_LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post as a row of a table: whether the actor may end it, and how it is held, in words."""

    post: Any
    may_end: bool
    has_begun: bool
    note: str


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody as a row of the roster: their standing today, if any, and the posts they hold, in words."""

    row: Any
    standing: rolls.Standing | None
    held: str


@dataclass(frozen=True, slots=True)
class Voters:
    """How many members count when their organization votes, and how many rights rest."""

    count: int
    resting: int


def post_line(actor: Actor, post: Any) -> PostLine:
    """A post with its holder's names at hand, as it is shown."""
    notes = [
        *(["还没有到任"] if post.since > actor.today else []),
        *(["主持工作"] if post.acting else []),
        *([f"代理{post.covers.person.name}"] if post.covers_id else []),
        *([f"接{post.handed_from.person.name}"] if post.handed_from_id else []),
    ]
    has_begun = post.since <= actor.today
    return PostLine(post, rolls.may_end_post(actor, post), has_begun, "；".join(notes) or "—")


def _person_line(row: Any, today: date) -> PersonLine:
    held = "；".join(_held_words(post, row.organization_id) for post in row.held)
    return PersonLine(row, rolls.standing(row.so_far, today), held or "—")


def _held_words(post: Any, home: int) -> str:
    place = "" if post.organization_id == home else post.organization.name
    how = "（主持工作）" if post.acting else "（代理）" if post.covers_id else ""
    return f"{place}{post.words}{how}，{words.day(post.since)}起"


_NAME = Column("姓名", "name", ("spelled", "name"), lambda line: line.row.name)
_PLACE = Column("所在单位", "place", ("organization__path",), lambda line: line.row.organization.name)
_COLUMNS = (
    Column("性别", "sex", ("sex",), lambda line: line.row.get_sex_display() or "—"),
    Column("出生年份", "born", ("birth_year",), lambda line: line.row.birth_year),
    Column("党员身份", value=lambda line: line.standing.words if line.standing else "—"),
    Column("身份起始", value=lambda line: line.standing.since if line.standing else None),
    Column("现任职务", value=lambda line: line.held),
)


class PastDay(Day):
    """A day on which something of a person's life began: as far back as the Party is old."""

    def validate(self, value: date | None) -> None:
        """Refuse a day before there was a Party; what lies ahead, the service refuses."""
        forms.DateField.validate(self, value)
        if value is not None and value < _FOUNDED:
            raise forms.ValidationError(f"日期最早从 {words.day(_FOUNDED)}起，请核对年份。", "far")


class RosterFilter(PlainForm):
    """What a roster is narrowed by."""

    text = forms.CharField(label="姓名、拼音或首字母", required=False, max_length=50)
    status = forms.ChoiceField(label="党员身份", required=False)
    post = forms.ChoiceField(label="职务", required=False, choices=_YES_NO)
    left = forms.ChoiceField(label="在册情况", required=False, choices=_LEFT)
    below = forms.ChoiceField(label="范围", required=False, choices=_BELOW)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", "全部"), *rolls.statuses(), (rolls.NO_MEMBER, "非党员")]
        self.fields["status"].choices = choices  # type: ignore[attr-defined]


class PersonForm(PlainForm):
    """What the roster says of somebody; whether it is another of the same name is asked where there is one."""

    name = forms.CharField(label="姓名", max_length=50)
    sex = forms.ChoiceField(label="性别", required=False)
    birth_year = forms.IntegerField(label="出生年份", required=False, min_value=1000, max_value=9999)
    contact = forms.CharField(
        label="联系方式", required=False, max_length=100, help_text="本人愿意提供才填，可不填。"
    )
    another = forms.BooleanField(label="是另一个人", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["sex"].choices = [("", "未填"), *rolls.sexes()]  # type: ignore[attr-defined]
        if not self.data.get("another"):
            self.fields["another"].widget = forms.HiddenInput()

    def ask(self) -> None:
        """Show the question whether it is somebody else."""
        self.fields["another"].widget = forms.CheckboxInput()


class EnterForm(PersonForm):
    """Somebody new on the roster, with what they are to the Party."""

    status = forms.ChoiceField(label="党员身份", required=False)
    since = PastDay(label="党员身份从哪天起", required=False)
    field_order = ("name", "sex", "birth_year", "status", "since", "contact", "another")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["status"].choices = [("", "非党员"), *rolls.statuses()]  # type: ignore[attr-defined]


class MembershipForm(PlainForm):
    """What somebody is to the Party from a day on."""

    status = forms.ChoiceField(label="党员身份")
    since = PastDay(label="从哪天起")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [*rolls.statuses(), (rolls.NO_MEMBER, "不再是党员")]
        self.fields["status"].choices = [("", "请选择"), *choices]  # type: ignore[attr-defined]


class TransferForm(PlainForm):
    """Where somebody goes and from which day; with the verb "leave" they go nowhere."""

    verb = forms.CharField(label="办什么", required=False, max_length=10, widget=forms.HiddenInput)
    to = forms.IntegerField(label="调往单位", required=False, max_value=MOST, widget=forms.HiddenInput)
    on = Day(label="从哪天起")
    end_held = forms.BooleanField(label="同时免去现任职务", required=False)

    def clean(self) -> dict[str, Any]:
        """Where to is needed of whoever does not leave."""
        typed = super().clean() or {}
        if typed.get("verb") != _LEAVE and typed.get("to") is None and "to" not in self.errors:
            self.add_error("to", "请先选择调往哪个单位。")
        return typed


@page
def persons(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The roster of an organization, or of it and all below it."""
    place = rolls.roster_place(actor, pk)
    below = request.GET.get("below") == "yes"
    rows = rolls.roster_of(place, below=below)
    if request.GET.get("left") != "yes":
        rows = rolls.still_here(rows, actor.today)
    listing = listed(
        request,
        rows,
        columns=(_NAME, _PLACE, *_COLUMNS) if below else (_NAME, *_COLUMNS),
        filters=_filters(actor.today),
        sort="name",
        full=lambda some: rolls.in_full(some, actor.today),
    )
    return answer(
        request,
        "persons.html",
        {
            "place": place,
            "below": below,
            "voters": None if below else _voters(actor, pk),
            "listing": listing,
            "rows": [_person_line(row, actor.today) for row in listing.rows],
            "filter": RosterFilter(initial=request.GET.dict()),
            "may_enter": allowed(actor, "person.change", place.path) and _is_open(place, actor.today),
        },
        name=f"{place.name}党员名册",
    )


def _voters(actor: Actor, organization: int) -> Voters | None:
    """How many count when the organization votes today; None where nobody is a member."""
    members = memberships.voters_on(actor, organization, actor.today)
    if not members:
        return None
    resting = sum(each.status is MemberStatus.RESTING for each in members)
    return Voters(sum(each.counts for each in members), resting)


def _filters(today: date) -> Mapping[str, Filter]:
    known = {value for value, _ in rolls.statuses()} | {rolls.NO_MEMBER}
    return {
        "text": rolls.found_by,
        "status": lambda rows, told: rolls.of_status(rows, told, today) if told in known else rows,
        "post": lambda rows, told: rolls.with_post(rows, today, held=told == "yes"),
        "left": lambda rows, told: rolls.still_here(rows, today, here=told != "yes"),
        "below": lambda rows, _: rows,
    }


def _is_open(place: Any, today: date) -> bool:
    return place.closed_on is None or place.closed_on > today


@page
def enter_person(
    request: HttpRequest, actor: Actor, pk: int, *, refused: Refusal | None = None
) -> HttpResponse:
    """The form by which somebody is put on a roster."""
    place = rolls.roster_place(actor, pk, "person.change")
    told = {"place": place, "title": "增加人员", "form": shown(EnterForm, refused), "act": "保存"}
    return render(request, "person-form.html", told)


@enter_person.post
def enter(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Put somebody on the roster."""
    rolls.roster_place(actor, pk, "person.change")
    form = taken(EnterForm, request)
    typed = form.cleaned_data
    status = MemberStatus(typed["status"]) if typed["status"] else None
    with_status = {**_typed(form), "status": status, "since": typed["since"]}
    row = _asking(form, lambda: services.enter_person(actor, organization=pk, now=clock.now(), **with_status))
    messages.success(request, f"已把{row.name}加入名册。")
    return redirect("person", pk=row.pk)


@page
def person(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Somebody on the roster: what it says of them, their standing, their posts, and what may be done."""
    row = rolls.person_of(actor, pk)
    place, is_own = row.organization, row.pk == actor.person
    held, spells = rolls.posts_held(row.pk), rolls.memberships_of(row.pk)
    return render(
        request,
        "person.html",
        {
            "row": row,
            "place": place,
            "has_left": row.left_on is not None and row.left_on <= actor.today,
            "memberships": spells,
            "standing": rolls.standing(spells, actor.today),
            "posts": [post_line(actor, post) for post in held],
            "may_change": not is_own and allowed(actor, "person.change", place.path),
            "account": rolls.account_line(actor, row),
            "is_own": is_own,
        },
    )


@page
def correct_person(
    request: HttpRequest, actor: Actor, pk: int, *, refused: Refusal | None = None
) -> HttpResponse:
    """The form by which what the roster says of somebody is put right."""
    row = rolls.person_of(actor, pk, "person.change")
    held = {name: getattr(row, name) for name in ("name", "sex", "birth_year", "contact")}
    form = shown(PersonForm, refused, initial=held)
    told = {"place": row.organization, "row": row, "title": "更正信息", "form": form, "act": "保存"}
    return render(request, "person-form.html", told)


@correct_person.post
def correct(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Put right what the roster says."""
    rolls.person_of(actor, pk, "person.change")
    form = taken(PersonForm, request)
    _asking(form, lambda: services.correct_person(actor, person=pk, now=clock.now(), **_typed(form)))
    messages.success(request, "已更正。")
    return redirect("person", pk=pk)


@page
def membership(
    request: HttpRequest, actor: Actor, pk: int, *, refused: Refusal | None = None
) -> HttpResponse:
    """The form by which somebody's standing changes."""
    row = rolls.person_of(actor, pk, "person.change")
    told = {
        "place": row.organization,
        "row": row,
        "title": "变更党员身份",
        "form": shown(MembershipForm, refused),
        "act": "保存",
        "memberships": rolls.memberships_of(pk),
    }
    return render(request, "membership.html", told)


@membership.post
def set_membership(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Let somebody be something else from a day on."""
    rolls.person_of(actor, pk, "person.change")
    typed = taken(MembershipForm, request).cleaned_data
    status = None if typed["status"] == rolls.NO_MEMBER else MemberStatus(typed["status"])
    memberships.set_membership(actor, person=pk, status=status, since=typed["since"], now=clock.now())
    messages.success(request, "党员身份已变更。")
    return redirect("person", pk=pk)


@page
def transfer_person(
    request: HttpRequest, actor: Actor, pk: int, *, refused: Refusal | None = None
) -> HttpResponse:
    """Choosing where somebody goes, then from which day; or that they leave."""
    row = rolls.person_of(actor, pk, "person.change")
    form = shown(TransferForm, refused, initial={"on": actor.today})
    asked = form.data.get("to") if form.is_bound else request.GET.get("to", "")
    chosen = int(asked) if asked and asked.isascii() and asked.isdigit() and len(asked) < 16 else None
    to = pick(request, actor, "to", "调往单位", target=named(actor, chosen) if chosen else None)
    is_leaving = form.is_bound and form.data.get("verb") == _LEAVE
    other = TransferForm(initial={"on": actor.today}, auto_id="other_%s")
    open_posts = [post for post in rolls.posts_held(pk) if post.until is None or post.until >= actor.today]
    return render(
        request,
        "transfer.html",
        {
            "row": row,
            "place": row.organization,
            "to": to,
            "form": other if is_leaving else form,
            "leaving": form if is_leaving else other,
            "has_left": row.left_on is not None and row.left_on <= actor.today,
            "posts": open_posts,
        },
    )


@transfer_person.post
def transfer(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Let somebody go to another organization, or leave."""
    rolls.person_of(actor, pk, "person.change")
    typed = taken(TransferForm, request).cleaned_data
    given = {"person": pk, "on": typed["on"], "end_held": typed["end_held"], "now": clock.now()}
    if typed["verb"] == _LEAVE:
        row = transfers.leave(actor, **given)
        messages.success(request, f"{row.name}已登记离开。")
    else:
        row = transfers.transfer(actor, to=typed["to"], **given)
        messages.success(request, f"{row.name}已调往{row.organization.name}。")
    return redirect("person", pk=pk)


def _typed(form: PersonForm) -> dict[str, Any]:
    names = ("name", "sex", "birth_year", "contact", "another")
    return {name: form.cleaned_data[name] for name in names}


def _asking(form: PersonForm, service: Any) -> Any:
    """Call a service that may ask whether it is somebody else; the form then asks it."""
    try:
        return service()
    except Refused as refused:
        if refused.code == "person_twice":
            form.ask()
        raise
