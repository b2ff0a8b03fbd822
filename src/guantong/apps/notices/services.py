"""Putting to-dos on desks and taking them off: called by the services whose work they tell of."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

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
