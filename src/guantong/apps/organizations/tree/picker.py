"""Choosing one organization among many: what somebody types, and the few that it may mean."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Length

from guantong.apps.organizations.access import Actor, allowed, visible
from guantong.apps.organizations.models import Organization
from guantong.apps.organizations.names import folded
from guantong.apps.organizations.queries import open_on
from guantong.apps.organizations.spelling import looked_for
from guantong.core.matters import DIGITS_PER_LEVEL

MOST = 20
"""So many are offered; who finds too many types more."""


@dataclass(frozen=True, slots=True)
class Offered:
    """An organization that may be meant; `above` are the names of what stands above it, as far as they are seen."""

    id: int
    name: str
    above: tuple[str, ...]

    @property
    def place(self) -> str:
        """What stands above it, as one line."""
        return "／".join(self.above)


def offered(actor: Actor, text: str) -> list[Offered]:
    """The open organizations somebody sees that a text may mean, `MOST` at most; two queries.

    By name, part, pinyin or initials in any reading: what is called so first, then what begins so, then what only
    holds it; shorter names first. Without a text the first in the order of the tree.
    """
    rows = open_on(visible(actor, "organization.see"), actor.today)
    if key := folded(text):
        length = Length("name")
        rows = rows.filter(looked_for(text)).annotate(near=_nearness(key), length=length)
        rows = rows.order_by("near", "length", "path")
    else:
        rows = rows.order_by("path")
    return _with_places(actor, rows[:MOST])


def named(actor: Actor, pk: int) -> Offered | None:
    """The open organization somebody has chosen, with what stands right above it; None where they see no such one.

    One query.
    """
    rows = open_on(visible(actor, "organization.see"), actor.today).filter(pk=pk).select_related("parent")
    for row in rows:
        above = row.parent
        is_seen = above is not None and allowed(actor, "organization.see", above.path)
        return Offered(row.pk, row.name, (above.name,) if above and is_seen else ())
    return None


def _nearness(key: str) -> Case:
    """0 for what is called so, 1 for what begins so, 2 for what holds it."""
    typed = key.lower()
    return Case(
        When(Q(name=key) | Q(spelled__contains=f" {typed} "), then=Value(0)),
        When(Q(name__startswith=key) | Q(spelled__contains=f" {typed}"), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )


def _with_places(actor: Actor, rows: QuerySet[Organization]) -> list[Offered]:
    found = list(rows.values_list("pk", "name", "path"))
    paths = {
        path[:end] for _, _, path in found for end in range(DIGITS_PER_LEVEL, len(path), DIGITS_PER_LEVEL)
    }
    seen = visible(actor, "organization.see").filter(path__in=sorted(paths)) if paths else None
    names = dict(seen.values_list("path", "name")) if seen is not None else {}
    return [
        Offered(
            pk,
            name,
            tuple(names[above] for above in sorted(names) if path != above and path.startswith(above)),
        )
        for pk, name, path in found
    ]
