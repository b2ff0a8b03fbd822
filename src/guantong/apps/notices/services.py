"""Putting to-dos on desks and taking them off: called by the services whose work they tell of."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef

from guantong.apps.notices.models import Notice

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class ToDo:
    """What waits: at the organization `desk`, for a holder of `permit`; `code` is noun.verb of what is to be done."""

    desk: int
    permit: str
    code: str
    object: int
    subject: str
    due: date | None = None

    @property
    def noun(self) -> str:
        return self.code.partition(".")[0]


def raise_notices(todos: Iterable[ToDo], *, now: datetime) -> None:
    """Put each on its desk; what lies there already stays as it is."""
    Notice.objects.bulk_create(
        [
            Notice(
                desk_id=each.desk,
                permit=each.permit,
                code=each.code,
                noun=each.noun,
                object=each.object,
                subject=each.subject[:_LONGEST],
                due=each.due,
                made_at=now,
            )
            for each in todos
        ],
        ignore_conflicts=True,
        batch_size=500,
    )


def settle_notices(code: str, objects: Collection[int], *, by: int | None, now: datetime) -> int:
    """Take what was done, or has become needless, off every desk; how many there were."""
    waiting = Notice.objects.filter(code=code, object__in=objects, settled_at=None)
    return waiting.update(settled_at=now, settled_by=by)


def move_desk(
    desk: int,
    to: int,
    *,
    codes: Collection[str] | None = None,
    objects: Collection[int] | None = None,
    by: int | None,
    now: datetime,
) -> int:
    """Carry what waits at one desk to another, or of it some codes and objects alone; how many went.

    What lies at the other desk already is settled here.
    """
    waiting = Notice.objects.filter(desk=desk, settled_at=None)
    if codes is not None:
        waiting = waiting.filter(code__in=codes)
    if objects is not None:
        waiting = waiting.filter(object__in=objects)
    there = Notice.objects.filter(desk=to, settled_at=None, code=OuterRef("code"), object=OuterRef("object"))
    waiting.filter(Exists(there)).update(settled_at=now, settled_by=by)
    return waiting.update(desk=to)


def clear_desk(desk: int, *, by: int | None, now: datetime) -> int:
    """Take everything that waits off a desk at which nobody sits any more; how many there were."""
    return Notice.objects.filter(desk=desk, settled_at=None).update(settled_at=now, settled_by=by)
