"""Founding many organizations at once, each below one that exists or below another of them: by the rules of `tree.found`.

Level by level from the top: so many statements as there are levels, however many are founded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Max

from guantong.apps.ledger.services import Act, append
from guantong.apps.organizations.access import Actor, Forbidden, NotFound, allowed
from guantong.apps.organizations.changing import DEEPEST, LONGEST_NAME
from guantong.apps.organizations.models import Kind, Organization, PastPlace, SchoolStage
from guantong.apps.organizations.spelling import spelled
from guantong.core.matters import DIGITS_PER_LEVEL
from guantong.core.refusal import Refused

MOST_CHILDREN = 10**DIGITS_PER_LEVEL - 1


@dataclass(frozen=True, slots=True)
class NewOrganization:
    """An organization to be founded: below `parent`, an id, or below `under`, the index of another of the rows."""

    name: str
    kind: Kind
    opened_on: date
    stage: str = ""
    parent: int | None = None
    under: int | None = None


def found_many(actor: Actor, rows: Sequence[NewOrganization], *, now: datetime) -> list[int]:
    """Found many organizations; their ids, in the order of `rows`. All of them, or none; one entry per parent.

    Siblings keep the order of the rows. Raises NotFound, Forbidden (a parent is not seen, or nothing may be founded
    below it), and Refused with `row`, the index of the first row that cannot be: name_missing, name_long, kind_unknown,
    stage_unknown, day_ahead, organization_unknown (neither parent nor row, or both), below_itself (rows below each
    other in a circle), organization_closed, name_taken, tree_full.
    """
    rows = [replace(row, name=" ".join(row.name.split())) for row in rows]
    levels = _levels(rows)
    for index, row in enumerate(rows):
        _check_fields(row, index, actor.today)
    with transaction.atomic():
        parents = _lock(actor, rows)
        made: dict[int, Organization] = {}
        for level in levels:
            _make_level(level, rows, parents, made)
        counts: defaultdict[int, int] = defaultdict(int)
        above: dict[int, Organization] = {}
        for organization in made.values():
            parent = organization.parent
            if parent is not None:
                counts[parent.pk], above[parent.pk] = counts[parent.pk] + 1, parent
        append(
            (
                Act(
                    above[pk].path[:DIGITS_PER_LEVEL],
                    pk,
                    "organization.imported",
                    "organization",
                    pk,
                    {"count": count},
                )
                for pk, count in sorted(counts.items())
            ),
            actor=actor.person,
            now=now,
        )
    return [made[index].pk for index in range(len(rows))]


def _check_fields(row: NewOrganization, index: int, today: date) -> None:
    if not row.name:
        raise Refused("name_missing", row=index)
    if len(row.name) > LONGEST_NAME:
        raise Refused("name_long", length=len(row.name), most=LONGEST_NAME, row=index)
    if row.kind not in Kind.values or row.kind == Kind.WORK_COMMITTEE:
        raise Refused("kind_unknown", row=index)
    if row.stage and row.stage not in SchoolStage.values:
        raise Refused("stage_unknown", row=index)
    if row.opened_on > today:
        raise Refused("day_ahead", day=row.opened_on, today=today, row=index)


def _levels(rows: Sequence[NewOrganization]) -> list[list[int]]:
    """The indices of the rows by how many of them stand above each; those below an organization that exists first."""
    depth: dict[int, int] = {}
    for index in range(len(rows)):
        chain: list[int] = []
        on: int | None = index
        while on is not None and on not in depth:
            if on in chain:
                raise Refused("below_itself", organization=None, row=on)
            chain.append(on)
            on = _under(rows, on)
        start = -1 if on is None else depth[on]
        for step, each in enumerate(reversed(chain), start=1):
            depth[each] = start + step
    levels: list[list[int]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for index in range(len(rows)):
        levels[depth[index]].append(index)
    return levels


def _under(rows: Sequence[NewOrganization], index: int) -> int | None:
    row = rows[index]
    if (row.parent is None) == (row.under is None) or (row.under is not None and row.under >= len(rows)):
        raise Refused("organization_unknown", organization=row.parent, row=index)
    return row.under


def _lock(actor: Actor, rows: Sequence[NewOrganization]) -> dict[int, Organization]:
    """The parents that exist, once nobody else is changing the trees they stand in."""
    wanted = {row.parent for row in rows if row.parent is not None}
    paths = Organization.objects.filter(pk__in=wanted).values_list("path", flat=True)
    tops = sorted({path[:DIGITS_PER_LEVEL] for path in paths})
    list(Organization.objects.select_for_update().filter(path__in=tops).order_by("path").values_list("pk"))
    parents = Organization.objects.in_bulk(wanted)
    for index, row in enumerate(rows):
        if row.parent is None:
            continue
        parent = parents.get(row.parent)
        if parent is None or not allowed(actor, "organization.see", parent.path):
            raise NotFound
        if not allowed(actor, "organization.change", parent.path + "1".zfill(DIGITS_PER_LEVEL)):
            raise Forbidden
        if parent.closed_on is not None:
            raise Refused("organization_closed", organization=parent.pk, on=parent.closed_on, row=index)
    return parents


def _make_level(
    level: Sequence[int],
    rows: Sequence[NewOrganization],
    parents: Mapping[int, Organization],
    made: dict[int, Organization],
) -> None:
    above = {index: _above(rows[index], parents, made) for index in level}
    ids = {parent.pk for parent in above.values()}
    names = set(Organization.objects.filter(parent__in=ids, closed_on=None).values_list("parent", "name"))
    numbers = _numbers(ids)
    fresh: dict[int, Organization] = {}
    for index in level:
        row, parent = rows[index], above[index]
        if (parent.pk, row.name) in names:
            raise Refused("name_taken", parent=parent.pk, row=index)
        names.add((parent.pk, row.name))
        number = numbers.get(parent.pk, 0) + 1
        path = f"{parent.path}{number:0{DIGITS_PER_LEVEL}d}"
        if number > MOST_CHILDREN or len(path) > DEEPEST:
            raise Refused("tree_full", organization=parent.pk, row=index)
        numbers[parent.pk] = number
        fresh[index] = Organization(
            parent=parent,
            path=path,
            name=row.name,
            spelled=spelled(row.name),
            kind=row.kind,
            stage=row.stage,
            opened_on=row.opened_on,
        )
    Organization.objects.bulk_create(fresh.values(), batch_size=500)
    made.update(fresh)


def _above(
    row: NewOrganization, parents: Mapping[int, Organization], made: Mapping[int, Organization]
) -> Organization:
    return made[row.under] if row.under is not None else parents[row.parent or 0]


def _numbers(parents: Collection[int]) -> dict[int, int]:
    """The last number given below each parent: a path that was held once is never given again."""
    last: defaultdict[int, int] = defaultdict(int)
    for table in (Organization, PastPlace):
        held = table.objects.filter(parent__in=parents, path__startswith=F("parent__path"))
        for pk, path in held.values("parent").annotate(last=Max("path")).values_list("parent", "last"):
            last[int(pk or 0)] = max(last[int(pk or 0)], int(path[-DIGITS_PER_LEVEL:]))
    return last
