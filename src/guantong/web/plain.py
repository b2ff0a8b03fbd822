"""Forms that speak in our own sentences: whatever a field refuses, it says what to do, never in Django's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms

from guantong import clock
from guantong.web import words

MOST = 1_000_000_000
"""The largest figure that is taken down."""

_FARTHEST = timedelta(days=3653)  # ten years
_FIRST = date(2000, 1, 1)
_FORMATS = ["%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日"]
_ARE_NUMBERS = ("min_value", "max_value")
_ARE_DIGITS = ("invalid", "max_digits", "max_decimal_places", "max_whole_digits")


class Day(forms.DateField):
    """A day as people write it, from 2000 to ten years ahead; a typing error in the year is noticed here."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=_FORMATS, **options)

    def validate(self, value: date | None) -> None:
        """Refuse a day that is too far away."""
        super().validate(value)
        if value is None:
            return
        last = clock.today() + _FARTHEST
        if value > last:
            raise forms.ValidationError(f"日期最晚到 {words.day(last)}，请核对年份。", "far")
        if value < _FIRST:
            raise forms.ValidationError(f"日期最早从 {words.day(_FIRST)}起，请核对年份。", "far")


class PlainForm(forms.Form):
    """A form every field of which has a sentence of ours for all that it can refuse; what a field says itself stays."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            self.put(name, field)

    def put(self, name: str, field: forms.Field) -> None:
        """Give the form a field, with a sentence of ours for all that it can refuse."""
        field.error_messages = {**sentences_of(field, str(field.label or name)), **_own(field)}
        self.fields[name] = field


def sentences_of(field: forms.Field, label: str) -> dict[str, Any]:
    """A sentence for each code with which a field refuses what was typed."""
    label = label.partition("（")[0]
    verb = "选择" if isinstance(field, forms.ChoiceField) else "填写"
    return {
        "required": f"请{verb}{label}。",
        "invalid": "填写的内容无法识别，请重新填写。",
        "max_length": f"最多 {getattr(field, 'max_length', None)} 个字，请精简。",
        "null_characters_not_allowed": "内容里有无法保存的字符，请删去后重新填写。",
        **dict.fromkeys(("invalid_choice", "invalid_list"), "选中的项不在可选范围内，请重新选择。"),
        **_of_kind(field),
    }


def _of_kind(field: forms.Field) -> dict[str, str]:
    if isinstance(field, forms.DateField):
        return {"invalid": "请填写日期，如 2026-03-05。"}
    if isinstance(field, forms.IntegerField):  # of which a DecimalField is one too
        places = getattr(field, "decimal_places", None)
        number = f"请填写数字，最多 {places} 位小数。" if places else "请填写整数。"
        return {**dict.fromkeys(_ARE_DIGITS, number), **dict.fromkeys(_ARE_NUMBERS, _between(field))}
    return {}


def _between(field: forms.IntegerField) -> str:
    least, most = field.min_value, field.max_value
    if least is None:
        return f"请填写不大于 {most} 的数。"
    return f"请填写不小于 {least} 的数。" if most is None else f"请填写 {least} 到 {most} 之间的数。"


def _own(field: forms.Field) -> Mapping[str, Any]:
    """What a field was given to say, without what Django says of its kind."""
    theirs: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        theirs |= getattr(kind, "default_error_messages", {})
    return {code: told for code, told in field.error_messages.items() if told is not theirs.get(code)}
