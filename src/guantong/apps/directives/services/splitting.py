"""Handing parts of an assignment further down, to organizations below or to persons of one's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from guantong.apps.directives.folder import Folder, folder_of, lock
from guantong.apps.directives.models import Assignment, Receipt, Terms
from guantong.apps.directives.rows import changes_of, directive_of, terms_row
from guantong.apps.directives.services.issuing import OFFICES, Limits, limits_on, stood_on_arrival
from guantong.apps.ledger.services import Act, append
from guantong.apps.notices.services import ToDo, raise_notices
from guantong.apps.organizations.access import Actor, holders
from guantong.apps.organizations.calendar import limit_calendar, work_calendars
from guantong.apps.organizations.models import Kind, Organization
from guantong.core import matters
from guantong.core.calendar import WorkCalendar
from guantong.core.cascade import Part, split
from guantong.core.matters import Bound
from guantong.core.moves import RELEASED
from guantong.core.refusal import Refused


@dataclass(frozen=True, slots=True)
class PartTo:
    """A part for an organization below or, with the organization's own key, for the person `owner`."""

    organization: int
    target: Bound | None = None
    due: date | None = None
    scope: str = ""
    owner: int | None = None


def split_assignment(
    actor: Actor,
    *,
    assignment: int,
    parts: Sequence[PartTo],
    sign_days: int,
    adopt_days: int,
    now: datetime,
) -> list[Assignment]:
    """Hand parts of an adopted assignment on; an organization that signed for the directive does not sign again.

    Raises NotFound, Forbidden, and Refused: organization_closed, without_party_duties, already_part,
    owner_cannot_act, directive_ended, sign_limit_short, limit_long, limits_crossed, and those of `core.cascade.split`.
    """
    with transaction.atomic():
        _hold(parts)
        folder = folder_of(actor, "assignment.split", assignment)
        organizations = _organizations(parts)
        _check_new(assignment, parts)
        _check_owners(folder, parts, actor.today)
        calendars = work_calendars()
        limits = _limits(
            folder, organizations, calendars, actor.today, sign_days=sign_days, adopt_days=adopt_days
        )
        lock(_receipts_of(folder, organizations))  # nobody signs meanwhile
        known = {
            receipt.organization_id: receipt
            for receipt in Receipt.objects.filter(
                directive=folder.directive, organization__in=[part.organization for part in parts]
            )
        }
        parent, children = split(
            folder.assignment(assignment),
            [_part(part, organizations[part.organization]) for part in parts],
            sign_by=limits.sign_by,
            adopt_by=limits.adopt_by,
            today=actor.today,
            calendar=calendars[OFFICES],
            signed=[str(key) for key, receipt in known.items() if receipt.signed_on],
        )
        folder.put(parent)
        folder.save(actor.today, calendars[OFFICES])
        receipts = _receipts(folder, known, organizations, limits.sign_by, actor.today)
        made = [
            _child(folder, assignment, child, part, receipts[part.organization])
            for part, child in zip(parts, children, strict=True)
        ]
        for row, child in zip(made, children, strict=True):
            stood = stood_on_arrival(child, directive_of(folder.directive), calendars[OFFICES])
            for name, value in stood.items():
                setattr(row, name, value)
        Assignment.objects.bulk_create(made)
        raise_notices(_todos(folder, made, receipts), now=now)
        append(
            [
                folder.act("assignment.split", "assignment", assignment, parts=len(made)),
                *(_handed(organizations[row.organization_id], row) for row in made),
            ],
            actor=actor.person,
            now=now,
        )
    return made


def _hold(parts: Sequence[PartTo]) -> None:
    """None of the organizations closes or moves meanwhile; held before any receipt, as whoever changes the tree does."""
    rows = Organization.objects.filter(pk__in=[part.organization for part in parts])
    list(rows.select_for_update(no_key=True).order_by("path").values_list("pk"))


def _receipts_of(folder: Folder, organizations: Collection[int]) -> list[int]:
    held = Receipt.objects.filter(directive=folder.directive, organization__in=organizations)
    return list(held.values_list("pk", flat=True))


def _limits(
    folder: Folder,
    organizations: Mapping[int, Organization],
    calendars: Mapping[str, WorkCalendar],
    today: date,
    *,
    sign_days: int,
    adopt_days: int,
) -> Limits:
    """The latest limits of the stages that get a part, in school days unless the directive is urgent."""
    urgent = bool(folder.directive.urgent_reason)
    stages = {each.stage for each in organizations.values()} or {folder.organization.stage}
    all_of = [
        limits_on(today, sign_days, adopt_days, limit_calendar(calendars, stage, urgent)) for stage in stages
    ]
    return Limits(max(each.sign_by for each in all_of), max(each.adopt_by for each in all_of))


def _organizations(parts: Sequence[PartTo]) -> dict[int, Organization]:
    found = {each.pk: each for each in Organization.objects.filter(pk__in=[p.organization for p in parts])}
    for part in parts:
        organization = found.get(part.organization)
        if organization is None:
            raise Refused("not_below", organization=part.organization)
        if organization.closed_on is not None:
            raise Refused("organization_closed", organization=organization.pk, on=organization.closed_on)
        if organization.kind == Kind.SECTION:
            raise Refused("without_party_duties", organization=organization.pk)
    return found


def _check_new(assignment: int, parts: Sequence[PartTo]) -> None:
    """Nobody gets a second part of the same assignment."""
    held = set(
        Assignment.objects.filter(parent=assignment)
        .exclude(state__in=RELEASED)
        .values_list("organization", "within", "owner")
    )
    for part in parts:
        for organization, within, owner in held:
            if organization == part.organization and (not within or owner == part.owner):
                raise Refused("already_part", organization=organization)


def _check_owners(folder: Folder, parts: Sequence[PartTo], today: date) -> None:
    """A part for a person goes to somebody whose post lets them record what they do. Raises Refused("owner_cannot_act")."""
    owners = {part.owner for part in parts if part.owner and part.organization == folder.organization.pk}
    if not owners:
        return
    able = holders("assignment.act", folder.organization.path, today).filter(pk__in=owners)
    if unable := owners - set(able.values_list("pk", flat=True)):
        raise Refused("owner_cannot_act", person=min(unable))


def _part(part: PartTo, organization: Organization) -> Part:
    return Part(
        organization_id=str(organization.pk),
        path=organization.path,
        target=part.target,
        due=part.due,
        scope=part.scope,
        owner_id=str(part.owner) if part.owner else None,
    )


def _receipts(
    folder: Folder,
    known: Mapping[int, Receipt],
    organizations: Mapping[int, Organization],
    sign_by: date,
    today: date,
) -> dict[int, Receipt]:
    """The receipt of every organization that gets a part; new ones where there is none yet."""
    fresh = [
        Receipt(directive=folder.directive, organization=organization, handed_on=today, sign_by=sign_by)
        for key, organization in organizations.items()
        if key not in known
    ]
    made = Receipt.objects.bulk_create(fresh)
    return {**known, **{receipt.organization_id: receipt for receipt in made}}


def _child(
    folder: Folder, parent: int, child: matters.Assignment, part: PartTo, receipt: Receipt
) -> Assignment:
    above = folder.rows[parent]
    return Assignment(
        directive=folder.directive,
        clause=above.clause,
        receipt=receipt,
        organization_id=part.organization,
        path=child.path,
        parent_id=parent,
        within=child.within,
        owner_id=part.owner,
        assigned_terms=_terms(child.assigned),
        handed_on=child.handed_on,
        sign_by=child.sign_by,
        adopt_by=child.adopt_by,
        **changes_of(child),
    )


def _terms(terms: matters.Terms) -> Terms:
    fresh = terms_row(terms)
    fresh.save(force_insert=True)
    return fresh


def _todos(folder: Folder, made: Sequence[Assignment], receipts: Mapping[int, Receipt]) -> list[ToDo]:
    """To sign where nobody has signed yet, else to adopt."""
    todos: dict[int, ToDo] = {}
    for row in made:
        receipt = receipts[row.organization_id]
        if receipt.signed_on is None:
            permit, code, due = "receipt.sign", "receipt.sign", receipt.sign_by
        else:
            permit, code, due = "assignment.adopt", "receipt.adopt", row.adopt_by
        todos[receipt.pk] = ToDo(
            receipt.organization_id, permit, code, receipt.pk, folder.directive.title, due
        )
    return list(todos.values())


def _handed(organization: Organization, row: Assignment) -> Act:
    chain = organization.path[: matters.DIGITS_PER_LEVEL]
    facts = {"parent": row.parent_id, "directive": row.directive_id}
    return Act(chain, organization.pk, "assignment.handed", "assignment", row.pk, facts)
