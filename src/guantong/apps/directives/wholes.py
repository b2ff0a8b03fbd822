"""Parts and the assignments they are parts of, when organizations change places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Exists, F, OuterRef, QuerySet

from guantong.apps.directives.models import Assignment
from guantong.apps.directives.services.ending import is_open
from guantong.core.matters import DIGITS_PER_LEVEL, is_below


def stray_parts(rows: QuerySet[Assignment]) -> list[Assignment]:
    """Those of `rows` that are parts of what lies at an organization that does not stand above their own."""
    parts = rows.filter(within=False).exclude(parent=None)
    strays = parts.exclude(organization__path__startswith=F("parent__organization__path"))
    return list(strays.select_related("organization", "parent__organization", "directive").order_by("pk"))


class Wholes:
    """What some parts may be parts of at other places: open assignments of the same clauses above these."""

    def __init__(self, parts: Iterable[Assignment], places: Sequence[str]) -> None:
        clauses = {part.clause_id for part in parts if part.parent_id is not None}
        above = {
            path[:end] for path in places for end in range(DIGITS_PER_LEVEL, len(path), DIGITS_PER_LEVEL)
        }
        rows = Assignment.objects.filter(
            is_open(), clause__in=clauses, within=False, organization__path__in=above
        )
        found = rows.order_by("-organization__path", "pk") if clauses else rows.none()
        self._above = list(found.values_list("pk", "clause", "organization__path"))

    def of(self, part: Assignment, place: str) -> int | None:
        """The whole of a part once it lies at `place`: the nearest above of which it is a part now, however indirectly.

        Else the nearest open assignment of its clause above it; None where there is none, and for what is no part.
        """
        if part.parent_id is None:
            return None
        whole = part.parent
        while whole is not None:
            if is_below(place, whole.organization.path):
                return whole.pk
            whole = whole.parent
        for pk, clause, path in self._above:
            if clause == part.clause_id and is_below(place, path):
                return pk
        return None


def join(part: Assignment, whole: int | None) -> None:
    """Make it a part of `whole`, or none; that which has no part left is not split any more."""
    before = part.parent_id
    if before == whole:
        return
    part.parent_id = whole
    part.save(update_fields=["parent"])
    if whole is not None:
        Assignment.objects.filter(pk=whole).update(is_split=True)
    parts = Assignment.objects.filter(parent=OuterRef("pk"))
    if before is not None:
        Assignment.objects.filter(~Exists(parts), pk=before).update(is_split=False)
