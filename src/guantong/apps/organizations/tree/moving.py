"""Moving a part of the tree, by statements that do the whole of it at once, however much stands there."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Max, Q, Value
from django.db.models.functions import Concat, Length, Substr

from guantong.apps.ledger.services import Act, append
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.changing import (
    DEEPEST,
    ONE_DAY,
    act_on,
    check_allowed,
    check_not_top,
    checked_name,
    effective,
    emptied_since,
    held_open,
    inside,
    movable_from,
    path_below,
    placed_since,
    there_since,
)
from guantong.apps.organizations.models import Organization, PastPlace
from guantong.apps.organizations.tree.work import keepers
from guantong.core.matters import DIGITS_PER_LEVEL, is_below
from guantong.core.permits import in_another_line, next_path
from guantong.core.refusal import Refused

_NEXT_DAY = {"sqlite": "date(MAX(p.until), '+1 day')", "postgresql": "MAX(p.until) + 1"}


def move(
    actor: Actor, organization: int, parent: int, *, on: date | None = None, now: datetime
) -> Organization:
    """Put an organization, with all that stands under it, below another from a day.

    Open work goes along. Raises NotFound, Forbidden, and Refused: organization_closed, district_stays, below_itself,
    other_district, name_taken, tree_full, still_asked (work of a superior it would leave), and those of `effective`.
    """
    with transaction.atomic():
        row, above = held_open(actor, organization), held_open(actor, parent)
        check_allowed(actor, row.path)
        check_not_top(row)
        if above.pk == row.parent_id:
            return row
        if above.pk == row.pk or is_below(above.path, row.path):
            raise Refused("below_itself", organization=row.pk)
        if above.path[:DIGITS_PER_LEVEL] != row.path[:DIGITS_PER_LEVEL]:
            raise Refused("other_district", organization=row.pk)
        checked_name(above, row.name)
        day = effective(actor, on, *_settled_since(row, above, on, actor.today))
        append(relocate(actor, row, above, day, now=now), actor=actor.person, now=now)
    return row


def relocate(actor: Actor, row: Organization, above: Organization, day: date, *, now: datetime) -> list[Act]:
    """Put `row` with all below it under `above`, from a day; both are held. The entries that tell of it.

    Raises Forbidden, and Refused: tree_full, still_asked.
    """
    old, new = row.path, path_below(above)
    check_allowed(actor, new)
    deepest = inside(old).aggregate(deepest=Max(Length("path")))["deepest"]
    if deepest - len(old) + len(new) > DEEPEST:
        raise Refused("tree_full", organization=above.pk)
    _keep_places(old, day)
    inside(old).update(path=Concat(Value(new), Substr("path", len(old) + 1)))
    Organization.objects.filter(pk=row.pk).update(parent=above)
    row.path, row.parent = new, above
    freed = _end_guidance_inside(new)
    acts = [act_on(row, "moved", parent=above.pk, on=day.isoformat())]
    acts += [act_on(each, "guided", by=None) for each in freed]
    outside = [each for each in freed if not each.path.startswith(new)]
    return acts + [
        act for each in (row, *outside) for keeper in keepers for act in keeper.moved(actor, each, now=now)
    ]


def _end_guidance_inside(path: str) -> list[Organization]:
    """Where what now stands under `path` has come into the line of what guides it, the line alone counts; which did."""
    here, end = path, next_path(path)
    touched = Organization.objects.exclude(guided_by=None).filter(  # said as the index says it
        Q(path__gte=here, path__lt=end) | Q(guided_by__path__gte=here, guided_by__path__lt=end)
    )
    freed = []
    for row in touched.select_related("guided_by"):
        if row.guided_by and not in_another_line(row.guided_by.path, row.path):
            row.guided_by = None
            row.save(update_fields=["guided_by"])
            freed.append(row)
    return freed


def _settled_since(row: Organization, above: Organization, on: date | None, today: date) -> list[date]:
    """The days before which a move cannot be dated: places written down later would tell of no such move."""
    if on is None:
        return []
    found = [movable_from(row, on, today), there_since(row), placed_since(above), there_since(above)]
    return [*found, emptied_since(row)]


def _keep_places(path: str, day: date) -> None:
    """Write down where all at and below `path` stood until the eve; a place held for no whole day leaves no trace.

    One statement of our own: Django has no INSERT of what a SELECT gives.
    """
    place, organization = PastPlace._meta.db_table, Organization._meta.db_table
    statement = f"""
        INSERT INTO {place} (organization_id, parent_id, path, since, until)
        SELECT id, parent_id, path, since, %s FROM (
            SELECT o.id, o.parent_id, o.path, COALESCE(
                (SELECT {_NEXT_DAY[connection.vendor]} FROM {place} p WHERE p.organization_id = o.id), o.opened_on
            ) AS since
            FROM {organization} o WHERE o.path >= %s AND o.path < %s
        ) stood WHERE since < %s
    """  # noqa: S608  # the names are our own; what is bound is bound as a parameter
    until, first = (connection.ops.adapt_datefield_value(each) for each in (day - ONE_DAY, day))
    with connection.cursor() as cursor:
        cursor.execute(statement, [until, path, next_path(path), first])
