"""Changes of the tree: founding, renaming, moving, guiding, closing, merging; and the tree as it stood on a day.

A path that was held for a day is never given to another, so that what was written down about it stays true. Changes
within a district take turns: each holds the district's row until its transaction ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q

from guantong.apps.ledger.services import Act, append
from guantong.apps.organizations.access import Actor, Forbidden, NotFound, allowed, at, fetch
from guantong.apps.organizations.models import Kind, Organization, PastName, PastPlace
from guantong.core.matters import is_below
from guantong.core.permits import in_another_line, next_path
from guantong.core.refusal import Refused

DIGITS = 4
_MOST = 10**DIGITS - 1
_DEEPEST = 16 * DIGITS  # what the column holds


@dataclass(frozen=True, slots=True)
class Placed:
    """An organization as it stood on a day."""

    id: int
    path: str
    name: str


def found_district(name: str, *, opened_on: date, invented: bool = False, now: datetime) -> Organization:
    """Found a work committee at the top of a tree of its own: done once, when the system is installed.

    `invented` marks an example: every page of it says that its data is made up.
    """
    with transaction.atomic():
        district = Organization.objects.create(
            path=_next_path(None),
            name=name,
            kind=Kind.WORK_COMMITTEE,
            opened_on=opened_on,
            invented=invented,
        )
        _record(district, "founded", None, now)
    return district


def found(
    actor: Actor, parent: int, *, name: str, kind: Kind, stage: str = "", opened_on: date, now: datetime
) -> Organization:
    """Found an organization below `parent`.

    Raises NotFound, Forbidden, and Refused: organization_closed (the parent is), name_taken, tree_full.
    """
    with transaction.atomic():
        above = _lock(actor, parent)
        path = _next_path(above)
        _check_allowed(actor, path)
        _check_name(above, name)
        made = Organization.objects.create(
            parent=above, path=path, name=name, kind=kind, stage=stage, opened_on=opened_on
        )
        _record(made, "founded", actor, now, parent=above.pk)
    return made


def rename(actor: Actor, organization: int, name: str, *, now: datetime) -> Organization:
    """Give an organization another name from today; what it was called stays known by date.

    Raises NotFound, Forbidden, and Refused: organization_closed, name_taken.
    """
    with transaction.atomic():
        row = _lock(actor, organization)
        _check_allowed(actor, row.path)
        if row.name == name:
            return row
        _check_name(row.parent, name)
        since = _after(PastName.objects.filter(organization=row).order_by("-until").first(), row)
        if since < actor.today:  # a name borne for no whole day leaves no trace
            PastName.objects.create(organization=row, name=row.name, since=since, until=_eve(actor))
        row.name = name
        row.save(update_fields=["name"])
        _record(row, "renamed", actor, now)
    return row


def move(actor: Actor, organization: int, parent: int, *, now: datetime) -> Organization:
    """Put an organization, with all that stands under it, below another from today.

    Raises NotFound, Forbidden, and Refused: organization_closed, below_itself, other_district, name_taken, tree_full.
    """
    with transaction.atomic():
        row, above = _lock(actor, organization), _lock(actor, parent)
        _check_allowed(actor, row.path)
        if above.pk == row.parent_id:
            return row
        if above.pk == row.pk or is_below(above.path, row.path):
            raise Refused("below_itself", organization=row.pk)
        if above.path[:DIGITS] != row.path[:DIGITS]:
            raise Refused("other_district", organization=row.pk)
        _check_name(above, row.name)
        old, new = row.path, _next_path(above)
        _check_allowed(actor, new)
        moved = list(Organization.objects.filter(path__startswith=old).order_by("path"))
        _keep_places(moved, actor)
        for each in moved:
            each.path = new + each.path.removeprefix(old)
            if len(each.path) > _DEEPEST:
                raise Refused("tree_full", organization=above.pk)
            if each.pk == row.pk:
                each.parent = above
        Organization.objects.bulk_update(moved, ["path", "parent"], batch_size=500)
        acts = [_act(moved[0], "moved", parent=above.pk), *_end_guidance_inside(new)]
        append(acts, actor=actor.person, now=now)
    return moved[0]


def guide(actor: Actor | None, *, organization: int, by: int | None, now: datetime) -> Organization:
    """Let an organization be guided (业务指导) by one in another line, or by none; without an actor at installation.

    Whoever may change the guided one may do it; the other must be one they see, or a district's work committee.
    Raises NotFound, Forbidden, and Refused: organization_closed, same_line (one stands above the other).
    """
    with transaction.atomic():
        if actor:
            at(actor, "organization.change", organization)
        row = _open(Organization.objects.filter(pk=organization).first())
        if actor and by and not Organization.objects.filter(pk=by, parent=None).exists():
            fetch(actor, "organization.see", by)
        guiding = _open(Organization.objects.filter(pk=by).first()) if by is not None else None
        if guiding and not in_another_line(guiding.path, row.path):
            raise Refused("same_line", organization=row.pk, by=guiding.pk)
        if row.guided_by == guiding:
            return row
        row.guided_by = guiding
        row.save(update_fields=["guided_by"])
        _record(row, "guided", actor, now, by=by)
    return row


def close(actor: Actor, organization: int, *, into: int | None = None, now: datetime) -> Organization:
    """Close an organization from today, merged into another or for good; its posts end with it.

    Raises NotFound, Forbidden, and Refused: organization_closed, still_parent, other_district, below_itself.
    """
    with transaction.atomic():
        row = _lock(actor, organization)
        heir = _lock(actor, into) if into is not None else None
        _check_allowed(actor, row.path)
        if heir and heir.pk == row.pk:
            raise Refused("below_itself", organization=row.pk)
        if heir and heir.path[:DIGITS] != row.path[:DIGITS]:
            raise Refused("other_district", organization=row.pk)
        if open_children := row.children.filter(closed_on=None).count():
            raise Refused("still_parent", organization=row.pk, children=open_children)
        row.closed_on, row.merged_into = actor.today, heir
        row.save(update_fields=["closed_on", "merged_into"])
        _record(row, "closed", actor, now, **({"into": heir.pk} if heir else {}))
    return row


def tree_on(day: date) -> list[Placed]:
    """The organizations that were open on a day, in order of path, where they stood and as they were called."""
    on_it = Q(since__lte=day, until__gte=day)
    names = dict(PastName.objects.filter(on_it).values_list("organization", "name"))
    places = dict(PastPlace.objects.filter(on_it).values_list("organization", "path"))
    rows = Organization.objects.filter(Q(closed_on=None) | Q(closed_on__gt=day), opened_on__lte=day)
    placed = (
        Placed(pk, places.get(pk, path), names.get(pk, name))
        for pk, path, name in rows.values_list("pk", "path", "name")
    )
    return sorted(placed, key=lambda each: each.path)


def _lock(actor: Actor, organization: int) -> Organization:
    """The row as it is once nobody else is changing its district's tree."""
    fetch(actor, "organization.see", organization)
    path = Organization.objects.values_list("path", flat=True).get(pk=organization)
    Organization.objects.select_for_update().get(path=path[:DIGITS])
    return _open(Organization.objects.get(pk=organization))


def _open(row: Organization | None) -> Organization:
    if row is None:
        raise NotFound
    if row.closed_on is not None:
        raise Refused("organization_closed", organization=row.pk, on=row.closed_on)
    return row


def _check_allowed(actor: Actor, path: str) -> None:
    if not allowed(actor, "organization.change", path):
        raise Forbidden


def _check_name(parent: Organization | None, name: str) -> None:
    if Organization.objects.filter(parent=parent, name=name, closed_on=None).exists():
        raise Refused("name_taken", parent=parent and parent.pk)


def _next_path(parent: Organization | None) -> str:
    """The path of the next child: behind every child there is and ever was. Raises Refused("tree_full")."""
    above = parent.path if parent else ""
    held: list[str | None] = [
        table.objects.filter(parent=parent, path__startswith=above).aggregate(last=Max("path"))["last"]
        for table in (Organization, PastPlace)
    ]
    number = max((int(path[-DIGITS:]) for path in held if path), default=0) + 1
    if number > _MOST or len(above) + DIGITS > _DEEPEST:
        raise Refused("tree_full", organization=parent and parent.pk)
    return f"{above}{number:0{DIGITS}d}"


def _keep_places(moved: list[Organization], actor: Actor) -> None:
    """Write down where each of them stood until yesterday; a place held for no whole day leaves no trace."""
    last: dict[int, PastPlace] = {}
    for place in PastPlace.objects.filter(organization__in=moved).order_by("until"):
        last[place.organization_id] = place
    kept = []
    for each in moved:
        since = _after(last.get(each.pk), each)
        if since < actor.today:
            kept.append(
                PastPlace(
                    organization=each,
                    parent_id=each.parent_id,
                    path=each.path,
                    since=since,
                    until=_eve(actor),
                )
            )
    PastPlace.objects.bulk_create(kept, batch_size=500)


def _after(past: PastName | PastPlace | None, organization: Organization) -> date:
    return past.until + timedelta(days=1) if past else organization.opened_on


def _eve(actor: Actor) -> date:
    return actor.today - timedelta(days=1)


def _end_guidance_inside(path: str) -> list[Act]:
    """Where what now stands under `path` has come into the line of what guides it, the line alone counts."""
    here, end = path, next_path(path)
    touched = Organization.objects.filter(guided_by__isnull=False).filter(
        Q(path__gte=here, path__lt=end) | Q(guided_by__path__gte=here, guided_by__path__lt=end)
    )
    acts = []
    for row in touched.select_related("guided_by"):
        if row.guided_by and not in_another_line(row.guided_by.path, row.path):
            row.guided_by = None
            row.save(update_fields=["guided_by"])
            acts.append(_act(row, "guided", by=None))
    return acts


def _act(organization: Organization, past: str, **facts: int | None) -> Act:
    chain, pk = organization.path[:DIGITS], organization.pk
    return Act(chain, pk, f"organization.{past}", "organization", pk, facts)


def _record(
    organization: Organization, past: str, actor: Actor | None, now: datetime, **facts: int | None
) -> None:
    append([_act(organization, past, **facts)], actor=actor.person if actor else None, now=now)
