"""组织: the tree level by level, as it is or as it stood on a day, and whatever is found in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from guantong.apps.organizations import queries
from guantong.apps.organizations.access import Actor, NotFound, allowed, allowed_below
from guantong.apps.organizations.spelling import looked_for
from guantong.apps.organizations.tree import changes_in, past
from guantong.core.matters import DIGITS_PER_LEVEL
from guantong.web import words
from guantong.web.exports import answer
from guantong.web.frame import may
from guantong.web.guard import page
from guantong.web.listing import Column, Filter, link, listed, typed
from guantong.web.plain import Day, PlainForm


def _called(told: Row) -> str:
    """What an organization is called, and when it came to an end if it has."""
    row = told.row
    if row.closed_on is None:
        return told.called
    return f"{told.called}（{words.day(row.closed_on)}{'并出' if row.merged_into_id else '撤销'}）"


_COLUMNS = (
    Column("单位", "name", ("name",), _called),
    Column("类别", "kind", ("kind_rank",), lambda told: told.row.get_kind_display()),
    Column("学段", "stage", ("stage_rank",), lambda told: told.row.get_stage_display() or "—"),
    Column("书记", "head", ("head",), lambda told: told.row.head or "空缺"),
    Column("下属支部", "branches", ("branches",), lambda told: told.row.branches),
    Column("下级"),
)
_ABOVE = Column("上级", "parent", ("parent__name",), lambda told: told.above or "—")
_FLAT = (_COLUMNS[0], _ABOVE, *_COLUMNS[1:])
_PAST = (
    Column("当日名称", "name", ("called",), lambda told: told.called),
    *_COLUMNS[1:3],
    Column("当日书记", "head", ("head",), lambda told: told.row.head or "空缺"),
    Column("后来", value=lambda told: told.since or "—"),
    Column("当日下级"),
)
_NARROWS = ("text", "kind", "stage", "state", "guided")
STATES = [("", "现有"), ("closed", "已撤并"), ("all", "全部")]


class TreeFilter(PlainForm):
    """What somebody looks for in the tree, and the day on which it is shown."""

    text = forms.CharField(label="名称、拼音或首字母", required=False, max_length=50)
    kind = forms.ChoiceField(label="类别", required=False)
    stage = forms.ChoiceField(label="学段", required=False)
    state = forms.ChoiceField(label="状态", required=False, choices=STATES)
    on = Day(label="哪一天的", required=False)

    def __init__(self, *args: Any, is_past: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_past:  # what existed on the day is shown, whatever became of it
            del self.fields["state"]
        self.fields["kind"].choices = [("", "全部"), *queries.kinds()]  # type: ignore[attr-defined]
        self.fields["stage"].choices = [("", "全部"), *queries.stages()]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list: the organization, what it is called there, and where it leads."""

    row: Any
    called: str
    above: str  # what stands above it, as far as it is seen
    since: str  # what became of it after the day that is shown
    below: str  # the address of what stands below it; empty where nothing does


@page
def organizations(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What stands below an organization, or all that fits what somebody looks for; today or on a day."""
    day, said = _day_asked(request, actor.today)
    under = _under(request, actor)
    if under is None:
        return render(request, "organizations.html", {"said": said})
    is_past = day != actor.today
    is_flat = any(typed(request.GET, name) for name in _NARROWS)
    rows = _narrowed(request, actor, under, day, is_flat=is_flat)
    columns = _PAST if is_past else _FLAT if is_flat else _COLUMNS
    listing = listed(
        request,
        _sortable(rows, request.GET.get("sort", "").removeprefix("-"), day),
        columns=columns,
        filters=_filters(actor, is_past=is_past),
        full=lambda shown: _full(shown, day, is_past=is_past),
    )
    on = day.isoformat() if is_past else ""
    crumbs = _crumbs(actor, under, day, on)
    return answer(
        request,
        "organizations.html",
        {
            "under": under,
            "called": crumbs[-1][0],
            "crumbs": crumbs,
            "listing": listing,
            "rows": [_row(actor, row, on, is_flat=is_flat) for row in listing.rows],
            "is_flat": is_flat,
            "is_past": is_past,
            "day": day,
            "today_address": link(request.GET, on="", page="", sort=""),
            "official": link(request.GET, sort="", page="") if listing.sort else "",
            "said": said,
            "filter": TreeFilter(initial={**listing.chosen, "on": on}, is_past=is_past),
            **_offers(actor, under),
        },
        name="单位" if is_flat else f"{crumbs[-1][0]}下级单位",
    )


def _day_asked(request: HttpRequest, today: date) -> tuple[date, str]:
    """The day to be shown, and a sentence where what the address asks for cannot be."""
    asked = typed(request.GET, "on")
    if not asked:
        return today, ""
    field = Day()
    try:
        day = field.clean(asked)
    except forms.ValidationError:
        return today, "日期无法识别，下面是今天的情况。请填写日期，如 2026-03-05。"
    if day > today:
        return today, f"{words.day(day)}还没有到，下面是今天的情况。"
    return day, ""


def _under(request: HttpRequest, actor: Actor) -> Any | None:
    """The organization whose children are shown; None for somebody who sees none. Raises NotFound."""
    asked = request.GET.get("under", "")
    if asked:
        if not (asked.isascii() and asked.isdigit() and len(asked) < 16):
            raise NotFound
        return queries.organization_of(actor, int(asked))
    try:
        return queries.starting_place(actor)
    except NotFound:
        return None


def _narrowed(request: HttpRequest, actor: Actor, under: Any, day: date, *, is_flat: bool) -> QuerySet[Any]:
    """The rows before the filters: one level, or everything that is seen; those that existed on the day."""
    seen = queries.seen(actor)
    if is_flat and request.GET.get("under"):
        seen = seen.filter(path__startswith=under.path).exclude(pk=under.pk)
    if day != actor.today:
        rows = past.standing_on(seen, day)
        return rows if is_flat else past.placed_below(rows, under.pk, day).order_by("order", "path")
    if not is_flat:
        return queries.below(actor, under)
    return seen if typed(request.GET, "state") in ("closed", "all") else queries.open_on(seen, day)


def _filters(actor: Actor, *, is_past: bool) -> Mapping[str, Filter]:
    """What the address can narrow the list by; what it names and nobody knows is left out."""
    kinds, stages = dict(queries.kinds()), dict(queries.stages())
    own = [post.path for post in actor.posts if not post.guided]

    def named(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(called__contains=text) if is_past else rows.filter(looked_for(text))

    return {
        "text": named,
        "kind": lambda rows, kind: rows.filter(kind=kind) if kind in kinds else rows,
        "stage": lambda rows, stage: rows.filter(stage=stage) if stage in stages else rows,
        "state": lambda rows, state: (
            rows.filter(closed_on__lte=actor.today) if state == "closed" and not is_past else rows
        ),
        "guided": lambda rows, _: rows.filter(guided_by__path__in=own),
    }


def _sortable(rows: QuerySet[Any], key: str, day: date) -> QuerySet[Any]:
    """`rows` with what they are sorted by, where that is no column of theirs."""
    if key in ("kind", "stage"):
        return queries.with_ranks(rows)
    if key == "head":
        return queries.with_heads(rows, day)
    return queries.with_branches(rows, day) if key == "branches" else rows


def _full(rows: QuerySet[Any], day: date, *, is_past: bool) -> QuerySet[Any]:
    """The rows of one page with all they show."""
    rows = queries.with_heads(rows.select_related("parent", "merged_into"), day)
    if is_past:
        return past.with_places(past.standing_on(rows, day), day)
    return queries.with_children(queries.with_branches(rows, day), day)


def _row(actor: Actor, row: Any, on: str, *, is_flat: bool) -> Row:
    has_below = row.had_children if on else row.has_children
    below = f"{reverse('organizations')}?{urlencode({'under': row.pk, **({'on': on} if on else {})})}"
    above = name_of(actor, row.parent) if is_flat else ""
    return Row(
        row,
        row.called if on else row.name,
        above,
        _since(actor, row) if on else "",
        below if has_below else "",
    )


def _since(actor: Actor, row: Any) -> str:
    """What became of an organization after the day that is shown."""
    told = []
    if row.called != row.name:
        told.append(f"改称{row.name}")
    if row.stood_below != row.parent_id:
        told.append(f"移到{name_of(actor, row.parent) or '别处'}之下")
    if row.closed_on is not None:
        heir = name_of(actor, row.merged_into)
        ended = f"并入{heir}" if heir else "撤销"
        told.append(f"{words.day(row.closed_on)}{ended}")
    return "，".join(told)


def name_of(actor: Actor, other: Any | None) -> str:
    """What another organization is called, where the actor sees it or works below it; else nothing."""
    if other is None:
        return ""
    is_known = allowed(actor, "organization.see", other.path) or any(
        post.path.startswith(other.path) for post in actor.posts if not post.guided
    )
    return str(other.name) if is_known else ""


def _crumbs(actor: Actor, under: Any, day: date, on: str) -> list[tuple[str, str]]:
    """The way down to an organization, as it was called on the day; what the actor does not see is left out."""
    rows: list[Any] = past.above_on(under, day) if on else [*queries.above(under), under]
    way = [(row, row.called if on else row.name) for row in rows]
    if not way or way[-1][0].pk != under.pk:  # it did not exist on that day
        way.append((under, under.name))
    more = {"on": on} if on else {}
    return [
        (str(called), f"{reverse('organizations')}?{urlencode({'under': row.pk, **more})}")
        for row, called in way
        if allowed(actor, "organization.see", row.path)
    ]


def _offers(actor: Actor, under: Any) -> dict[str, bool]:
    """Which ways lead on from here."""
    is_open = under.closed_on is None or under.closed_on > actor.today
    return {
        "may_found": is_open and allowed_below(actor, "organization.change", under.path),
        "may_bring_in": may(actor, "organization.change", "person.change"),
        "may_see_persons": allowed(actor, "person.see", under.path),
        "may_bind": allowed(actor, "name.bind", under.path[:DIGITS_PER_LEVEL]),
        "guides": any(post.guided for post in actor.posts),
    }


_CHANGED = {
    "founded": "设立",
    "split": "从{before}分设",
    "renamed": "由“{before}”改称“{after}”",
    "moved": "由{before}移到{after}之下",
    "closed": "撤销",
    "merged": "并入{after}",
    "reopened": "恢复",
}


@page
def changes(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What changed in a year of the tree that somebody sees, the latest first."""
    year = _year_asked(request, actor.today.year)
    listing = listed(request, changes_in(actor, year), columns=_CHANGES)
    own = queries.in_own_line(actor, {row["place"] for row in listing.rows})
    return answer(
        request,
        "organization-changes.html",
        {
            "year": year,
            "before": year - 1 if year > _FIRST else None,
            "after": year + 1 if year < actor.today.year else None,
            "listing": listing,
            "rows": [(row, _changed(row, named=row["place"] in own)) for row in listing.rows],
        },
        name=f"{year}年单位变动",
    )


def _changed(row: Mapping[str, Any], *, named: bool) -> str:
    """A change in words; of what is only guided, organizations of another line are not named."""
    what = row["what"]
    return _UNNAMED[what] if what in _UNNAMED and not named else _CHANGED[what].format(**row)


_UNNAMED = {"split": "分设", "moved": "移到别的上级", "merged": "并入别的单位"}
_CHANGES = (
    Column("日期", value=lambda told: told[0]["day"]),
    Column("单位（现名）", value=lambda told: told[0]["called"]),
    Column("变动", value=lambda told: told[1]),
)
_FIRST = 2000


def _year_asked(request: HttpRequest, this_year: int) -> int:
    asked = request.GET.get("year", "")
    is_year = re.fullmatch("20[0-9][0-9]", asked) and int(asked) <= this_year
    return int(asked) if is_year else this_year
