"""Organizations are founded, renamed, put among others of their kind, and guided from another line.

A path that was held for a day is never given to another, so that what was written down about it stays true.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from guantong.apps.ledger.services import append
from guantong.apps.organizations.access import Actor, at, fetch
from guantong.apps.organizations.changing import (
    ONE_DAY,
    act_on,
    check_allowed,
    check_not_top,
    checked_name,
    effective,
    held_open,
    named_since,
    path_below,
    still_there,
    there_since,
)
from guantong.apps.organizations.models import Kind, Organization, PastName, SchoolStage
from guantong.apps.organizations.queries import may_let_guide
from guantong.apps.organizations.spelling import spelled
from guantong.apps.organizations.tree.work import keepers
from guantong.core.chain import Plain
from guantong.core.permits import in_another_line
from guantong.core.refusal import Refused


def found_district(name: str, *, opened_on: date, invented: bool = False, now: datetime) -> Organization:
    """Found a work committee at the top of a tree of its own: done once, when the system is installed.

    `invented` marks an example: every page of it says that its data is made up. Raises Refused: name_missing,
    name_long.
    """
    with transaction.atomic():
        name = checked_name(None, name)
        district = Organization.objects.create(
            path=path_below(None),
            name=name,
            spelled=spelled(name),
            kind=Kind.WORK_COMMITTEE,
            opened_on=opened_on,
            invented=invented,
        )
        _record(district, "founded", None, now, on=opened_on.isoformat())
    return district


def found(
    actor: Actor, parent: int, *, name: str, kind: Kind, stage: str = "", opened_on: date, now: datetime
) -> Organization:
    """Found an organization below `parent`; the day on which it was opened may be long ago.

    Raises NotFound, Forbidden, and Refused: organization_closed (the parent is), day_ahead, name_missing, name_long,
    name_taken, tree_full.
    """
    with transaction.atomic():
        above = held_open(actor, parent)
        path = path_below(above)
        check_allowed(actor, path)
        if opened_on > actor.today:
            raise Refused("day_ahead", day=opened_on, today=actor.today)
        name = checked_name(above, name)
        made = Organization.objects.create(
            parent=above,
            path=path,
            name=name,
            spelled=spelled(name),
            kind=kind,
            stage=stage,
            opened_on=opened_on,
        )
        _record(made, "founded", actor, now, parent=above.pk, on=opened_on.isoformat())
    return made


def rename(
    actor: Actor, organization: int, name: str, *, on: date | None = None, now: datetime
) -> Organization:
    """Give an organization another name from a day; what it was called stays known by date.

    Raises NotFound, Forbidden, and Refused: organization_closed, name_missing, name_long, name_taken, and those of
    `effective`.
    """
    with transaction.atomic():
        row = held_open(actor, organization)
        check_allowed(actor, row.path)
        if row.name == " ".join(name.split()):
            return row
        name = checked_name(row.parent, name)
        since = named_since(row)
        day = effective(actor, on, since, there_since(row))
        if since < day:  # a name borne for no whole day leaves no trace
            PastName.objects.create(organization=row, name=row.name, since=since, until=day - ONE_DAY)
        row.name, row.spelled = name, spelled(name)
        row.save(update_fields=["name", "spelled"])
        _record(row, "renamed", actor, now, on=day.isoformat())
    return row


def change_kind(
    actor: Actor, organization: int, *, kind: Kind, stage: str = "", order: int = 0, now: datetime
) -> Organization:
    """Correct what an organization is, the stage it works in, and its place in the official order of units.

    No date goes with it: past figures keep none of the three. An office has no Party duties: it has nothing open.
    Raises NotFound, Forbidden, and Refused: organization_closed, district_stays, kind_unknown (or that of the
    organization at the top), stage_unknown, tasks_open (how many).
    """
    with transaction.atomic():
        row = held_open(actor, organization)
        check_allowed(actor, row.path)
        check_not_top(row)
        if (row.kind, row.stage, row.order) == (kind, stage, order):
            return row
        _check_kind(row, kind, stage)
        row.kind, row.stage, row.order = kind, stage, order
        row.save(update_fields=["kind", "stage", "order"])
        _record(row, "changed", actor, now, kind=str(kind), stage=str(stage), order=order)
    return row


def _check_kind(row: Organization, kind: Kind, stage: str) -> None:
    if kind not in Kind.values or kind == Kind.WORK_COMMITTEE:
        raise Refused("kind_unknown")
    if stage and stage not in SchoolStage.values:
        raise Refused("stage_unknown")
    if kind == Kind.SECTION and row.kind != Kind.SECTION:
        work = [each for keeper in keepers for each in keeper.preview(row, None)]
        if count := sum(each.count for each in work if each.code == "assignment"):
            raise Refused("tasks_open", organization=row.pk, open=count)


def guide(actor: Actor | None, *, organization: int, by: int | None, now: datetime) -> Organization:
    """Let an organization be guided (业务指导) by one in another line, or by none; without an actor at installation.

    Whoever may change the guided one may do it; the other must be one they see, or a district's work committee, which
    is for those of `queries.may_let_guide`. Raises NotFound, Forbidden, and Refused: organization_closed, same_line
    (one stands above the other), guide_elsewhere (another district's work committee).
    """
    with transaction.atomic():
        if actor:
            at(actor, "organization.change", organization)
        row = still_there(Organization.objects.filter(pk=organization).first())
        if actor and by and not Organization.objects.filter(pk=by, parent=None).exists():
            fetch(actor, "organization.see", by)
        guiding = still_there(Organization.objects.filter(pk=by).first()) if by is not None else None
        if guiding and not in_another_line(guiding.path, row.path):
            raise Refused("same_line", organization=row.pk, by=guiding.pk)
        if row.guided_by == guiding:
            return row
        is_top = guiding is not None and guiding.parent_id is None
        if actor and guiding and is_top and not may_let_guide(actor, guiding.path, row.path):
            raise Refused("guide_elsewhere", organization=row.pk, by=guiding.pk)
        row.guided_by = guiding
        row.save(update_fields=["guided_by"])
        _record(row, "guided", actor, now, by=by)
    return row


def _record(
    organization: Organization, past: str, actor: Actor | None, now: datetime, **facts: Plain
) -> None:
    append([act_on(organization, past, **facts)], actor=actor.person if actor else None, now=now)
