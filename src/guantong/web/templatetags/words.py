"""The words of the screen as template filters: {% load words %}."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django import template

from guantong.core.figures import Share
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


@register.inclusion_tag("parts/bar.html")
def bar(share: Share, label: str = "") -> dict[str, object]:
    """A share as a bar with its three integers: {% bar share "已签收" %}."""
    return {"share": share, "label": label}
