"""系统日历: the State's days off and the days worked in exchange, the vacations of schools, and who corrects them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from guantong import clock
from guantong.apps.organizations import calendar as services
from guantong.apps.organizations.access import Actor, NotFound, allowed
from guantong.apps.organizations.queries import district_of
from guantong.core.matters import DIGITS_PER_LEVEL
from guantong.web import words
from guantong.web.guard import Refusal, act, page, shown, taken
from guantong.web.plain import PlainForm

_FIRST, _LAST = 2000, 2099
_WEEKDAYS = "一二三四五六日"
_EVERY_STAGE = "全部学校"


@dataclass(frozen=True, slots=True)
class Month:
    """A month as a row of the table: its working days, the spans of days off, the days worked in exchange."""

    number: int
    working: int
    off: tuple[str, ...]
    worked: tuple[str, ...]


class _DateField(forms.DateField):
    def __init__(self, label: str) -> None:
        super().__init__(
            label=label,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            input_formats=["%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日"],
            validators=[MinValueValidator(date(_FIRST, 1, 1)), MaxValueValidator(date(_LAST, 12, 31))],
            error_messages={
                "required": f"请填写{label}。",
                "invalid": "请填写日期，如 2026-03-05。",
                **dict.fromkeys(("min_value", "max_value"), f"请填写 {_FIRST} 年至 {_LAST} 年的日期。"),
            },
        )


class DayForm(PlainForm):
    """What a day is, whatever its weekday."""

    date = _DateField("日期")
    works = forms.ChoiceField(
        label="这一天",
        choices=[("no", "放假"), ("yes", "上班")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择放假或上班。"},
    )
    name = forms.CharField(label="名称", required=False, max_length=30, help_text="如“国庆节”，可不填。")


class UndoForm(PlainForm):
    """A day that is to be again what its weekday makes it."""

    date = _DateField("日期")

    def offer(self, days: Sequence[tuple[str, str]]) -> UndoForm:
        """Let it be chosen from `days`."""
        self.fields["date"].widget = forms.Select(choices=[("", "请选择"), *days])
        return self


class VacationForm(PlainForm):
    """A vacation of the schools of a stage, or of all."""

    stage = forms.ChoiceField(label="学段", required=False)
    name = forms.CharField(label="假期名称", max_length=30, error_messages={"required": "请填写假期名称。"})
    since = _DateField("开始日期")
    until = _DateField("结束日期")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        stage = self.fields["stage"]
        stage.choices = [("", _EVERY_STAGE), *services.school_stages()]  # type: ignore[attr-defined]


class _KeyForm(PlainForm):
    vacation = forms.IntegerField(label="假期", widget=forms.HiddenInput, max_value=2**63 - 1)


class _YearForm(PlainForm):
    year = forms.IntegerField(label="年份", widget=forms.HiddenInput, min_value=_FIRST, max_value=_LAST)


@page
def calendar(request: HttpRequest, actor: Actor, *, refused: Refusal | None = None) -> HttpResponse:
    """A year of the calendar; with the forms for whoever may correct it."""
    year = _year_asked(request, actor.today.year)
    place = _place(actor)
    days = services.days_of(year)
    order = {
        stage: number for number, (stage, _) in enumerate([("", _EVERY_STAGE), *services.school_stages()])
    }
    vacations = sorted(services.vacations_of(year), key=lambda row: (order.get(row.stage, 0), row.since))
    told: dict[str, Any] = {
        "year": year,
        "before": year - 1 if year > _FIRST else None,
        "after": year + 1 if year < _LAST else None,
        "months": _months(year, [(day.date, day.works, day.name) for day in days]),
        "has_days": bool(days),
        "vacations": [
            (row, _short(row.since, year), _short(row.until, year), (row.until - row.since).days + 1)
            for row in vacations
        ],
        "every_stage": _EVERY_STAGE,
        "may_change": allowed(actor, "calendar.change", place),
    }
    if told["may_change"]:
        entered = [(day.date.isoformat(), _entered(day.date, day.works, day.name)) for day in days]
        told |= {
            "day_form": shown(DayForm, refused, auto_id="day_%s"),
            "undo_form": shown(UndoForm, refused, auto_id="undo_%s").offer(entered),
            "vacation_form": shown(VacationForm, refused, auto_id="vacation_%s"),
        }
    return render(request, "calendar.html", told)


@act(back=calendar)
def enter_year(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Enter what is published of a year."""
    year = taken(_YearForm, request).cleaned_data["year"]
    days, vacations = services.enter_year(actor, district=_district(actor), year=year, now=clock.now())
    if days or vacations:
        messages.success(
            request,
            f"已录入 {year} 年放假、调休 {days} 天，学校假期 {vacations} 个。请核对学校假期的起止日期。",
        )
    else:
        messages.info(request, f"{year} 年的都已登记过，没有新增。")
    return _back(year)


@act(back=calendar)
def set_day(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Say that a day is off, or worked."""
    typed = taken(DayForm, request, auto_id="day_%s").cleaned_data
    day, works = typed["date"], typed["works"] == "yes"
    services.set_day(
        actor, district=_district(actor), date=day, works=works, name=typed["name"], now=clock.now()
    )
    messages.success(request, f"已登记：{words.day(day)}{'上班' if works else '放假'}。")
    return _back(day.year)


@act(back=calendar)
def remove_day(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Let a day be again what its weekday makes it."""
    day = taken(UndoForm, request, auto_id="undo_%s").cleaned_data["date"]
    services.remove_day(actor, district=_district(actor), date=day, now=clock.now())
    messages.success(request, f"已取消登记：{words.day(day)}按星期几计算。")
    return _back(day.year)


@act(back=calendar)
def add_vacation(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Enter a vacation."""
    typed = taken(VacationForm, request, auto_id="vacation_%s").cleaned_data
    services.add_vacation(actor, district=_district(actor), **typed, now=clock.now())
    messages.success(request, f"已增加{typed['name']}。")
    return _back(typed["since"].year)


@act(back=calendar)
def remove_vacation(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take a vacation out."""
    pk = taken(_KeyForm, request).cleaned_data["vacation"]
    services.remove_vacation(actor, district=_district(actor), vacation=pk, now=clock.now())
    messages.success(request, "已删除这个假期。")
    return _back(_year_asked(request, actor.today.year))


def _place(actor: Actor) -> str:
    """The path of the district at which the actor looks: one where they may change the calendar, if there is one."""
    tops = dict.fromkeys(post.path[:DIGITS_PER_LEVEL] for post in actor.posts if not post.guided)
    if not tops:
        raise NotFound
    return next((top for top in tops if allowed(actor, "calendar.change", top)), next(iter(tops)))


def _district(actor: Actor) -> int:
    return district_of(_place(actor)).pk


def _back(year: int) -> HttpResponse:
    return redirect(f"{reverse('calendar')}?year={year}")


def _year_asked(request: HttpRequest, this_year: int) -> int:
    asked = request.GET.get("year", "")
    return int(asked) if re.fullmatch("20[0-9][0-9]", asked) else this_year


def _months(year: int, days: Sequence[tuple[date, bool, str]]) -> list[Month]:
    offices = services.work_calendar()
    starts = [date(year, number, 1) for number in range(1, 13)] + [date(year + 1, 1, 1)]
    one = timedelta(days=1)
    return [
        Month(
            start.month,
            offices.between(start - one, end - one),
            tuple(_spans((day, name) for day, works, name in days if not works and start <= day < end)),
            tuple(_worked(day, name) for day, works, name in days if works and start <= day < end),
        )
        for start, end in pairwise(starts)
    ]


def _spans(days: Iterable[tuple[date, str]]) -> list[str]:
    """Days off that follow each other under one name, as one: 1日—7日 国庆节."""
    spans: list[tuple[date, date, str]] = []
    for day, name in days:
        if spans and spans[-1][2] == name and spans[-1][1] + timedelta(days=1) == day:
            spans[-1] = (spans[-1][0], day, name)
        else:
            spans.append((day, day, name))
    return [
        f"{since.day}日{'' if since == until else f'至{until.day}日'} {name}".strip()
        for since, until, name in spans
    ]


def _short(day: date, year: int) -> str:
    """A day, without the year where it is the one that the page shows."""
    return f"{day.month}月{day.day}日" if day.year == year else words.day(day)


def _worked(day: date, name: str) -> str:
    return f"{day.day}日（周{_WEEKDAYS[day.weekday()]}） {name}".strip()


def _entered(day: date, works: bool, name: str) -> str:
    return f"{day.month}月{_worked(day, name)} {'上班' if works else '放假'}"
