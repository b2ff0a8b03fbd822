"""The words of the screen as template filters: {% load words %}."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from guantong.core.figures import Share
from guantong.core.status import Light
from guantong.web import words

register = template.Library()

for _filter in (
    words.day,
    words.moment,
    words.figure,
    words.percent,
    words.bound,
    words.show,
    words.term,
    words.against,
):
    register.filter(_filter.__name__, _filter)

_KINDS = {kind.__name__: kind for kind in words.WORDS}


@register.filter
def word(value: str, kind: str = "") -> str:
    """The term of a code: {{ row.state|word:"AssignmentState" }}; a member of an enum needs no name."""
    member = _KINDS[kind](value) if kind else value
    return words.word(member) if isinstance(member, StrEnum) else str(member)


@register.filter
def at(known: Mapping[int, int], key: int) -> int | None:
    """What a mapping holds at a key: {{ asked|at:clause.pk }}; None where it holds nothing."""
    return known.get(key)


@register.simple_tag
def bar(share: Share, label: str = "") -> SafeString:
    """A share as a bar with its three integers: {% bar share "已签收" %}. A page has dozens; so it is no template."""
    named = format_html('<span class="bar-label">{}</span>', label) if label else ""
    if not share.known:
        return format_html(
            '<span class="bar">{}<span class="bar-figure">未知</span> '
            '<span class="bar-counts">共 {} 项，都还不能判定</span></span>',
            *(named, share.of),
        )
    return format_html(
        '<span class="bar">{}<progress max="{}" value="{}" aria-label="{}"></progress> '
        '<span class="bar-figure">{}</span> <span class="bar-counts">{} / {}{}</span></span>',
        *(named, share.known, share.count, label or "比例", words.percent(share.value)),
        *(share.count, share.known, f"，另有 {share.unknown} 项未知" if share.unknown else ""),
    )


@register.simple_tag
def light(value: Light) -> SafeString:
    """A light with its word and icon: {% light row.light %}."""
    return _drawn(value)


@cache
def _drawn(value: Light) -> SafeString:
    """There are six of them, and a list shows twenty."""
    return render_to_string("parts/light.html", {"light": value})
