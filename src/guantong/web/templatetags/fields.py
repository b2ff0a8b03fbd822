"""Controls of a form in the look of the theme: {% load fields %}."""

from __future__ import annotations

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()

_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "form-check-input"),
    (forms.CheckboxSelectMultiple, ""),  # before its parent RadioSelect
    (forms.RadioSelect, ""),
    (forms.Select, "form-select"),
)


@register.filter
def control(field: BoundField) -> SafeString:
    """The control of a field, marked where what was typed cannot be used."""
    widget = field.field.widget
    look = next((look for kind, look in _CLASSES if isinstance(widget, kind)), "form-control")
    wrong = "is-invalid" if field.errors else ""
    given = widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": " ".join(part for part in (look, wrong, given) if part)})


@register.filter
def is_check(field: BoundField) -> bool:
    """Whether its label stands behind the control."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_set(field: BoundField) -> bool:
    """Whether it is a set of controls, with a legend in place of a label."""
    return isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
