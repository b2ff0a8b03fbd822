"""What every change of the tree has in common: whose turn it is, from which day it holds, where a child goes.

Changes within a district take turns: each holds the district's row until its transaction ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Left

from guantong.apps.ledger.services import Act
from guantong.apps.organizations.access import Actor, Forbidden, NotFound, allowed, fetch
from guantong.apps.organizations.models import Organization, PastClosure, PastName, PastPlace
from guantong.core.chain import Plain
from guantong.core.matters import DIGITS_PER_LEVEL
from guantong.core.permits import next_path
from guantong.core.refusal import Refused

DEEPEST = 16 * DIGITS_PER_LEVEL  # what the column holds
LONGEST_NAME = 100
_MOST = 10**DIGITS_PER_LEVEL - 1
ONE_DAY = timedelta(days=1)


def lock_districts(paths: Iterable[str]) -> None:
    """Let changes within districts, given by any path in them, take turns: of the tree and of the roster alike."""
    _lock({path[:DIGITS_PER_LEVEL] for path in paths})


def lock_districts_of(organizations: Collection[int]) -> None:
    """As `lock_districts`, given by keys of organizations: one query, so that no path is read that is out of date."""
    tops = Organization.objects.filter(pk__in=organizations).values(top=Left("path", DIGITS_PER_LEVEL))
    _lock(tops)


def _lock(tops: Collection[str] | QuerySet[Any, Any]) -> None:
    list(Organization.objects.select_for_update().filter(path__in=tops).order_by("path").values_list("pk"))


def held(actor: Actor, organization: int) -> Organization:
    """The row as it is once nobody else is changing its district's tree. Raises NotFound, Forbidden."""
    fetch(actor, "organization.see", organization)
    path = Organization.objects.values_list("path", flat=True).get(pk=organization)
    lock_districts([path])
    return Organization.objects.get(pk=organization)


def held_open(actor: Actor, organization: int) -> Organization:
    """As `held`. Raises NotFound, Forbidden, Refused("organization_closed")."""
    return still_there(held(actor, organization))


def still_there(row: Organization | None) -> Organization:
    """The row. Raises NotFound for none, Refused("organization_closed")."""
    if row is None:
        raise NotFound
    if row.closed_on is not None:
        raise Refused("organization_closed", organization=row.pk, on=row.closed_on)
    return row


def check_allowed(actor: Actor, path: str) -> None:
    """Raises Forbidden for whoever may not change what stands at `path`."""
    if not allowed(actor, "organization.change", path):
        raise Forbidden


def check_not_top(row: Organization) -> None:
    """Raises Refused("district_stays") for the organization at the top, which can be renamed and no more."""
    if row.parent_id is None:
        raise Refused("district_stays", organization=row.pk)


def checked_name(parent: Organization | None, name: str) -> str:
    """A name as it is kept. Raises Refused: name_missing, name_long, name_taken (by an open sibling)."""
    name = " ".join(name.split())
    if not name:
        raise Refused("name_missing")
    if len(name) > LONGEST_NAME:
        raise Refused("name_long", length=len(name), most=LONGEST_NAME)
    if parent and Organization.objects.filter(parent=parent, name=name, closed_on=None).exists():
        raise Refused("name_taken", parent=parent.pk)
    return name


def effective(actor: Actor, on: date | None, *since: date) -> date:
    """The day from which a change holds: today where none is said, else `on`, but not before any of `since`.

    Raises Refused: day_ahead, year_closed (a past year stays as it is), before_last_change.
    """
    if on is None:
        return actor.today
    if on > actor.today:
        raise Refused("day_ahead", day=on, today=actor.today)
    check_year(on, actor.today)
    if on < (latest := max(since)):
        raise Refused("before_last_change", day=on, since=latest)
    return on


def check_year(day: date, today: date) -> None:
    """Raises Refused("year_closed") for a change that would hold from a day of a past year: that stays as it is."""
    if day.year < today.year:
        raise Refused("year_closed", day=day, year=day.year)


def there_since(row: Organization) -> date:
    """Since when an organization has existed without a break."""
    past = PastClosure.objects.filter(organization=row).aggregate(last=Max("until"))["last"]
    return past + ONE_DAY if past else row.opened_on


def named_since(row: Organization) -> date:
    """Since when an organization has borne its name."""
    past = PastName.objects.filter(organization=row).aggregate(last=Max("until"))["last"]
    return past + ONE_DAY if past else row.opened_on


def placed_since(row: Organization) -> date:
    """Since when an organization has stood at its place."""
    past = PastPlace.objects.filter(organization=row).aggregate(last=Max("until"))["last"]
    return past + ONE_DAY if past else row.opened_on


def movable_from(row: Organization, on: date, today: date) -> date:
    """From which day on a move of an organization, entered on `today`, may hold.

    One that is dated back leaves it at least a day at its place: so the path it had until today stays known as its own.
    """
    since = placed_since(row)
    return since + ONE_DAY if on < today else since


def emptied_since(row: Organization) -> date:
    """Since when nothing has left its place under an organization, nor been closed directly below it."""
    left = PastPlace.objects.filter(within("parent__path", row.path)).aggregate(last=Max("until"))["last"]
    closed = row.children.aggregate(last=Max("closed_on"))["last"]
    return max(closed or row.opened_on, left + ONE_DAY if left else row.opened_on)


def within(field: str, path: str) -> Q:
    """Rows whose path, found in `field`, is `path` or stands under it."""
    return Q(**{f"{field}__gte": path, f"{field}__lt": next_path(path)})


def inside(path: str) -> QuerySet[Organization]:
    """The organization at a path with all that stand under it, open or closed."""
    return Organization.objects.filter(within("path", path))


def path_below(parent: Organization | None) -> str:
    """The path of the next child: behind every child there is and ever was. Raises Refused("tree_full")."""
    above = parent.path if parent else ""
    last: list[str | None] = [
        table.objects.filter(parent=parent, path__startswith=above).aggregate(last=Max("path"))["last"]
        for table in (Organization, PastPlace)
    ]
    number = max((int(path[-DIGITS_PER_LEVEL:]) for path in last if path), default=0) + 1
    if number > _MOST or len(above) + DIGITS_PER_LEVEL > DEEPEST:
        raise Refused("tree_full", organization=parent and parent.pk)
    return f"{above}{number:0{DIGITS_PER_LEVEL}d}"


def act_on(organization: Organization, past: str, **facts: Plain) -> Act:
    """An entry for the record of acts about a change of an organization."""
    chain, pk = organization.path[:DIGITS_PER_LEVEL], organization.pk
    return Act(chain, pk, f"organization.{past}", "organization", pk, facts)
