"""Forms: every field says in our own sentences what it refuses, and keeps to bounds."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django import forms as django_forms
from django.core.validators import ProhibitNullCharactersValidator

from guantong import web
from guantong.core.matters import Bound
from guantong.core.reading.types import Operator
from guantong.web import forms, groups, intake, organizations
from guantong.web.plain import MOST, PlainForm

RATE = Bound(Operator.AT_LEAST, Decimal(90), "%")
TIMES = Bound(Operator.AT_LEAST, Decimal(3), "次")
HAN = re.compile("[\u4e00-\u9fff]")
OPTIONS: dict[type[Any], dict[str, Any]] = {
    forms.AdoptForm: {"target": RATE, "owners": [(1, "甲"), (2, "乙")]},
    forms.AdjustForm: {"target": RATE},
    forms.ReportForm: {"target": RATE},
    forms.SplitForm: {"target": RATE, "below": [(1, "第一支部")]},
    forms.VerifyForm: {"judges": True},
    forms.ProgressForm: {"papers": [(1, "通知")]},
    groups.GroupForm: {"district": None},
    organizations.TreeFilter: {"is_past": True},
    intake.ColumnsForm: {
        "batch": SimpleNamespace(
            kind="persons", sheets=["在职", "离退休"], sheet="在职", heads=["姓名"], columns=["name"]
        )
    },
}


def kinds() -> list[type[django_forms.Form]]:
    made: set[type[django_forms.Form]] = {
        each
        for found in pkgutil.iter_modules(web.__path__, "guantong.web.")
        for each in vars(importlib.import_module(found.name)).values()
        if isinstance(each, type) and issubclass(each, django_forms.Form)
    }
    return sorted(made - {PlainForm, django_forms.Form}, key=lambda kind: kind.__name__)


def fields() -> Iterator[tuple[str, Any]]:
    for kind in kinds():
        for name, field in kind(**OPTIONS.get(kind, {})).fields.items():
            yield f"{kind.__name__}.{name}", field


def refused_with(field: Any, typed: object) -> list[str]:
    try:
        field.clean(typed)
    except django_forms.ValidationError as refused:
        return list(refused.messages)
    return []


@pytest.fixture(autouse=True)
def no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guantong.apps.organizations.calendar.school_stages", lambda: [("primary", "小学")])


def test_every_form_is_one_of_ours() -> None:
    assert len(kinds()) > 15
    assert [kind.__name__ for kind in kinds() if not issubclass(kind, PlainForm)] == []


@pytest.mark.parametrize("typed", ["", "\x00", "a\x00b", "x" * 5000, "-1", "9" * 30, "1.23456789"])
def test_no_sentence_of_django_reaches_anybody(typed: str) -> None:
    theirs = {
        str(told)
        for kind in vars(django_forms).values()
        if isinstance(kind, type) and issubclass(kind, django_forms.Field)
        for told in getattr(kind, "default_error_messages", {}).values()
    } | {str(ProhibitNullCharactersValidator.message)}
    start = re.compile("确保|不允许|请确认|Ensure|Null|这个字段")
    said = 0
    for name, field in fields():
        many = isinstance(field, django_forms.MultipleChoiceField)
        for told in refused_with(field, [typed] if many else typed):
            said += 1
            assert told not in theirs, f"{name} {typed!r}: {told}"
            assert not start.search(told), f"{name} {typed!r}: {told}"
            assert "None" not in told, name
    assert said


def test_every_field_is_called_something() -> None:
    for name, field in fields():
        assert HAN.search(str(field.label or "")), name


@pytest.mark.parametrize(
    ("kind", "field", "typed", "said"),
    [
        (forms.AdoptForm, "due", "2036-03-09", ""),
        (forms.AdoptForm, "due", "2036-03-10", "日期最晚到 2036年3月9日，请核对年份。"),
        (forms.AdoptForm, "due", "9999-12-31", "日期最晚到 2036年3月9日，请核对年份。"),
        (forms.AdoptForm, "due", "0001-01-01", "日期最早从 2000年1月1日起，请核对年份。"),
        (forms.AdoptForm, "due", "后天", "请填写日期，如 2026-03-05。"),
        (forms.ReportForm, "whole", str(MOST), ""),
        (forms.ReportForm, "whole", str(MOST + 1), "请填写 1 到 1000000000 之间的数。"),
        (forms.ReportForm, "part", str(MOST + 1), "请填写 0 到 1000000000 之间的数。"),
        (forms.ReportForm, "part", "1.23456", "请填写数字，最多 4 位小数。"),
        (forms.ReportForm, "part", "NaN", "请填写数字，最多 4 位小数。"),
        (forms.AskForm, "days", "2", "请填写 3 到 30 之间的数。"),
        (forms.SplitForm, "sign_days", "61", "请填写 2 到 60 之间的数。"),
        (forms.SplitForm, "organizations", ["7"], "选中的项不在可选范围内，请重新选择。"),
        (forms.SplitForm, "organizations", [], "请至少选一个下级组织。"),
        (forms.ReturnForm, "reason", "长" * 2001, "最多 2000 个字，请精简。"),
        (forms.ReturnForm, "reason", "", "请填写退回理由。"),
        (forms.ReturnForm, "reason", "a\x00", "内容里有无法保存的字符，请删去后重新填写。"),
        (forms.VerifyForm, "judged", "", "请选择核验结论。"),
    ],
)
def test_bounds_and_their_sentences(kind: type[Any], field: str, typed: object, said: str) -> None:
    with time_machine.travel(date(2026, 3, 9), tick=False):
        made = kind(**OPTIONS.get(kind, {}))
        assert refused_with(made.fields[field], typed) == ([said] if said else [])


@pytest.mark.parametrize(
    ("target", "typed", "taken"),
    [(RATE, "95%", True), (RATE, "95％", True), (TIMES, "95", True), (TIMES, "95%", False)],
)
def test_a_percent_sign_stands_only_where_a_rate_is_asked(target: Bound, typed: str, taken: bool) -> None:
    form = forms.AdoptForm({"value": typed, "due": ""}, target=target)
    assert form.is_valid() is taken
    if not taken:
        assert "目标值应是" in str(form.errors["value"])


def test_a_target_is_asked_for_only_where_there_is_one() -> None:
    assert "value" not in forms.AdoptForm().fields
