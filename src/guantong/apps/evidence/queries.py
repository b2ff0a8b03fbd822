"""Reading evidence: which records show what was done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import NamedTuple

from guantong.apps.evidence.models import Reference


class Shown(NamedTuple):
    """A record that is referred to. Whoever wants to show it asks `access` first: not all may see it."""

    noun: str
    pk: int


def references(noun: str, objects: Collection[int]) -> Mapping[int, list[Shown]]:
    """What shows each of some objects of one noun, in the order of referring; one query. All objects are keys."""
    found: defaultdict[int, list[Shown]] = defaultdict(list, {pk: [] for pk in objects})
    rows = Reference.objects.filter(noun=noun, object__in=objects).order_by("pk")
    for pk, shown_noun, shown in rows.values_list("object", "shown_noun", "shown"):
        found[pk].append(Shown(shown_noun, shown))
    return dict(found)
