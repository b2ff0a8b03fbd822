"""What becomes of handed-down work when the tree changes: it is withdrawn, goes to an heir, or goes along.

What is closed keeps its organization and its path for ever, so that past figures stay. Of what is open, each
assignment is counted once after a change as before it: two of the same clause that meet at one organization become one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Length

from guantong.apps.directives.folder import lock, put, receipts_above, restand, save_changed, with_terms
from guantong.apps.directives.models import Assignment, Directive, Receipt
from guantong.apps.directives.rows import assignment_of, receipt_of
from guantong.apps.directives.services.ending import close_parts, is_open, settle_all
from guantong.apps.directives.wholes import Wholes, join, stray_parts
from guantong.apps.ledger.services import Act
from guantong.apps.notices.models import Notice
from guantong.apps.notices.services import ToDo, clear_desk, move_desk, raise_notices, settle_notices
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.calendar import work_calendar
from guantong.apps.organizations.changing import within as at_or_below
from guantong.apps.organizations.models import Kind, Organization
from guantong.apps.organizations.tree.work import OpenWork, counts_of
from guantong.core import acts
from guantong.core.matters import DIGITS_PER_LEVEL, Indicator, is_below, level_of
from guantong.core.moves import RELEASED, AssignmentState, DirectiveState
from guantong.core.refusal import Refused

_DRAFTS = (DirectiveState.DRAFT, DirectiveState.SUBMITTED, DirectiveState.APPROVED)
_GONE = "下达单位已撤销。"


class Fate(StrEnum):
    """What becomes of one assignment when its organization closes."""

    MOVED = "moved"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Plan:
    """An assignment of an organization that closes, and what is to become of it."""

    row: Assignment
    fate: Fate
    into: Assignment | None = None  # of the heir's, that will stand for both
    whole: int | None = None  # whose part it will be


def preview(organization: Organization, heir: Organization | None) -> list[OpenWork]:
    """As `organizations.work.Keeper` says: assignments, to-dos at its desk, its own drafts, and what others have from it."""
    plans = _plans(organization, heir)
    fates = [plan.fate for plan in plans]
    lost = [plan.row.pk for plan in plans if plan.fate is not Fate.MOVED]
    given = {plan.row.receipt_id for plan in plans if plan.fate is Fate.MOVED}
    gone = Q(noun="assignment", object__in=lost) | (Q(noun="receipt") & ~Q(object__in=given))
    waiting = Notice.objects.filter(desk=organization, settled_at=None)
    counts = counts_of(
        organization,
        drafts=Directive.objects.filter(issuer=organization, state__in=_DRAFTS),
        issued=_issued(organization),
        notices=waiting,
        settled=waiting.filter(gone) if heir else waiting,
    )
    notices, settled, drafts = counts["notices"], counts["settled"], counts["drafts"]
    return [
        OpenWork("assignment", len(fates), *(fates.count(fate) for fate in Fate)),
        OpenWork("notice", notices, moved=notices - settled, withdrawn=settled),
        OpenWork("directive", drafts, withdrawn=drafts),
        OpenWork("issued", counts["issued"]),
    ]


def closing(
    actor: Actor, organization: Organization, heir: Organization | None, *, now: datetime
) -> list[Act]:
    """End the open assignments of an organization, or hand them to its heir; its to-dos go the same way.

    An assignment goes to the heir with its progress, cases and replies, unless the heir has the same clause: then the
    heir's stands for both, or, where the heir was let off, it is withdrawn. A share of a count (a part with a number of
    its own) is added to the heir's and never merged. It is withdrawn too where the heir is out of the issuer's reach
    or is an office without Party duties; and a part of one person, unless that person goes over with the others.

    What the organization drafted is discarded. What it issued is concluded where nothing of it is open, else it is
    refused: nobody else can say whether others still have to do it. Raises Refused("still_issuing").

    One entry for the organization and one for the heir, with counts.
    """
    ended = _end_own(organization)
    _hold(organization, heir)
    plans = _plans(organization, heir)
    _carry_out(actor, plans, heir, now=now)
    keys = [plan.row.pk for plan in plans if plan.fate is not Fate.MOVED]
    below = close_parts(keys, actor, now)
    settle_all(keys, actor, now)
    own = list(organization.receipts.values_list("pk", flat=True))
    for code in ("receipt.sign", "receipt.adopt"):
        settle_notices(code, own, by=actor.person, now=now)
    if heir:
        move_desk(organization.pk, heir.pk, by=actor.person, now=now)
        raise_notices(_todos(plans, heir), now=now)
    else:
        clear_desk(organization.pk, by=actor.person, now=now)
    fates = [plan.fate for plan in plans]
    counts = {fate.value: fates.count(fate) for fate in Fate if fate in fates}
    told = [_told(organization, "handed" if heir else "ended", **counts, **ended)] if counts or ended else []
    if heir and Fate.MOVED in fates:
        told.append(_told(heir, "received", moved=counts["moved"], of=organization.pk))
    return [*told, *below]


def moved(actor: Actor, organization: Organization, *, now: datetime) -> list[Act]:
    """Let open assignments follow an organization that was moved, with all below it: path, level, whether only guided.

    Closed ones keep the path of their day. A part whose whole lies at an organization that no longer stands above it
    becomes a part of the next whole that does, or stands by itself, below the issuer. Where the issuer itself no
    longer reaches it, Refused("still_asked"): nobody could verify it. One entry with counts.
    """
    here = Assignment.objects.filter(is_open(), at_or_below("organization__path", organization.path))
    if not here.exists():
        return []
    strays = stray_parts(here)
    lock({receipt for row in strays for receipt in receipts_above(row.parent_id)})
    lock(set(here.values_list("receipt", flat=True)))
    _check_reached(here, organization)
    place = Subquery(Organization.objects.filter(pk=OuterRef("organization_id")).values("path")[:1])
    count = here.update(path=place, level=Length(place) / DIGITS_PER_LEVEL)
    in_line = here.filter(organization__path__startswith=F("directive__issuer__path"))
    in_line.filter(guided=True).update(guided=False)
    here.filter(guided=False).exclude(pk__in=in_line.values("pk")).update(guided=True)
    wholes = Wholes(strays, [row.organization.path for row in strays])
    for row in strays:
        whole = wholes.of(row, row.organization.path)
        _change_desk(row, whole, actor, now)
        join(row, whole)
    return [_told(organization, "moved", assignments=count, parts=len(strays))]


def _plans(organization: Organization, heir: Organization | None) -> list[Plan]:
    """What is to become of every open assignment; without an heir all of it is withdrawn."""
    beside = ("parent__organization", "owner__organization")
    open_rows = with_terms().select_related("directive__issuer", "organization", *_TERMS, *beside)
    rows = list(open_rows.filter(is_open(), organization=organization).order_by("within", "pk"))
    if heir is None or heir.kind == Kind.SECTION:
        return [Plan(row, Fate.WITHDRAWN) for row in rows]
    guides = _guides(rows, heir)
    beside_of: dict[int, list[Assignment]] = {}
    for row in with_terms().filter(
        organization=heir, within=False, clause__in=[each.clause_id for each in rows]
    ):
        beside_of.setdefault(row.clause_id, []).append(row)
    wholes = Wholes(rows, [heir.path])
    plans: dict[int, Plan] = {}
    for row in rows:
        issuer = row.directive.issuer
        if row.within:
            plan = _plan_within(row, plans, heir)
        elif not (is_below(heir.path, issuer.path) or issuer.pk in guides):
            plan = Plan(row, Fate.WITHDRAWN)
        else:
            alike = beside_of.setdefault(row.clause_id, [])
            plan = _plan(row, alike, wholes.of(row, heir.path))
            if plan.fate is Fate.MOVED:
                alike.append(row)  # of a second one of the same clause, this one is the heir's
        plans[row.pk] = plan
    return list(plans.values())


def _guides(rows: Sequence[Assignment], heir: Organization) -> set[int | None]:
    """Who guides the heir, or what stands above it; asked for only where somebody issued from another line."""
    if all(is_below(heir.path, row.directive.issuer.path) for row in rows):
        return set()
    guided = Organization.objects.filter(path__in=_up(heir.path)).exclude(guided_by=None)
    return set(guided.values_list("guided_by", flat=True))


_TERMS = ("clause", "assigned_terms", "adjusted_terms", "adopted_terms")


def _plan(row: Assignment, alike: Sequence[Assignment], whole: int | None) -> Plan:
    """`alike` are what the heir has of the same clause."""
    into = min(alike, key=_preference, default=None)
    taken = whole is None and any(each.parent_id is None for each in alike)
    if into is None or (_is_share(row) and not taken):
        return Plan(row, Fate.MOVED, whole=whole)
    return Plan(row, Fate.WITHDRAWN) if into.state in RELEASED else Plan(row, Fate.MERGED, into=into)


def _preference(row: Assignment) -> tuple[bool, bool, int]:
    """First what is open, then what is done, last what was lifted."""
    return row.state in RELEASED, row.state == AssignmentState.VERIFIED, row.pk


def _is_share(row: Assignment) -> bool:
    """A part with a number of its own, which adds up with the others to that of the whole."""
    agreed = assignment_of(row).agreed
    counts = agreed.indicator is Indicator.NUMERIC and agreed.target is not None
    return row.parent_id is not None and counts and not (agreed.target and agreed.target.is_rate)


def _plan_within(row: Assignment, plans: Mapping[int, Plan], heir: Organization) -> Plan:
    whole = plans.get(row.parent_id or 0)
    goes = whole is not None and whole.fate is Fate.MOVED and _comes_along(row, heir)
    return Plan(row, Fate.MOVED, whole=row.parent_id) if goes else Plan(row, Fate.WITHDRAWN)


def _comes_along(row: Assignment, heir: Organization) -> bool:
    """Whether whoever owns it belongs to the heir, or goes over to it with everybody else of the organization."""
    owner = row.owner
    if owner is None or owner.left_on is not None:
        return False
    return owner.organization_id == row.organization_id or owner.organization.path.startswith(heir.path)


def _carry_out(actor: Actor, plans: Sequence[Plan], heir: Organization | None, *, now: datetime) -> None:
    """Change the rows, find the standings anew, of the heir's others in the same receipts too, and save them."""
    receipts = _receipts(plans, heir) if heir else {}
    rows = {plan.row.pk: plan.row for plan in plans}
    others = with_terms().filter(is_open(), receipt__in=[each.pk for each in receipts.values()])
    rows |= {row.pk: row for row in others if row.pk not in rows}
    before = {pk: dict(row.__dict__) for pk, row in rows.items()}
    for plan in sorted(
        plans, key=lambda each: each.fate is not Fate.MOVED
    ):  # what others are merged into goes first
        row, assignment = plan.row, assignment_of(plan.row)
        if plan.fate is Fate.MOVED and heir:
            _give(plan, heir, receipts[row.directive_id])
            _change_desk(row, plan.whole, actor, now)
            join(row, plan.whole)
        elif plan.fate is Fate.MERGED and plan.into and heir:
            into = assignment_of(rows.get(plan.into.pk, plan.into))
            put(row, acts.merge(assignment, into, actor.today, heir=str(heir.pk)))
        else:
            put(row, acts.withdraw(assignment, actor.today))
    restand(list(rows.values()), today=actor.today, calendar=work_calendar())
    save_changed(rows.values(), before)


def _give(plan: Plan, heir: Organization, receipt: Receipt) -> None:
    row = plan.row
    guided = not is_below(heir.path, row.directive.issuer.path)
    whole = None if plan.whole is None else str(plan.whole)
    given = acts.hand_over(
        assignment_of(row), receipt_of(receipt), path=heir.path, guided=guided, parent_id=whole
    )
    put(row, given)
    if not _comes_along(row, heir):
        row.owner = None
    row.organization, row.receipt, row.path, row.level = heir, receipt, given.path, level_of(given.path)
    row.guided = given.guided


def _receipts(plans: Sequence[Plan], heir: Organization) -> dict[int, Receipt]:
    """Directive → the heir's receipt; where it has none, one as that of the closing organization, signature and all."""
    wanted = {plan.row.directive_id: plan.row.receipt_id for plan in plans if plan.fate is not Fate.WITHDRAWN}
    held = {row.directive_id: row for row in Receipt.objects.filter(organization=heir, directive__in=wanted)}
    missing = [key for directive, key in wanted.items() if directive not in held]
    made = Receipt.objects.bulk_create(
        Receipt(
            directive_id=old.directive_id,
            organization=heir,
            handed_on=old.handed_on,
            sign_by=old.sign_by,
            signed_on=old.signed_on,
            signed_by=old.signed_by,
        )
        for old in Receipt.objects.filter(pk__in=missing)
    )
    return held | {row.directive_id: row for row in made}


def _change_desk(row: Assignment, whole: int | None, actor: Actor, now: datetime) -> None:
    """What waits about a part where it was handed on goes to where it is verified from now on."""
    if row.parent_id is None or row.parent_id == whole or row.parent is None:
        return
    desk = row.parent.organization_id
    to = row.directive.issuer_id
    if whole is not None:
        to = Assignment.objects.values_list("organization", flat=True).get(pk=whole)
    codes = [f"assignment.{verb}" for verb in ("verify", "judge", "decide")]
    move_desk(desk, to, codes=codes, objects=[row.pk], by=actor.person, now=now)


def _todos(plans: Iterable[Plan], heir: Organization) -> list[ToDo]:
    """To sign for, or else to adopt, what the heir has been given; what lies on its desk already stays."""
    found: dict[int, ToDo] = {}
    for row in (plan.row for plan in plans if plan.fate is Fate.MOVED):
        receipt, title = row.receipt, row.directive.title
        if receipt.signed_on is None:
            todo = ToDo(heir.pk, "receipt.sign", "receipt.sign", receipt.pk, title, receipt.sign_by)
            found[receipt.pk] = todo
        elif row.state == AssignmentState.SIGNED and row.indicator != Indicator.COMPUTED:
            known = found.get(receipt.pk)
            due = min(row.adopt_by, known.due) if known and known.due else row.adopt_by
            found[receipt.pk] = ToDo(heir.pk, "assignment.adopt", "receipt.adopt", receipt.pk, title, due)
    return list(found.values())


def _hold(organization: Organization, heir: Organization | None) -> None:
    """Hold every receipt that may change: of the wholes first, then the organization's own and the heir's."""
    own = Assignment.objects.filter(is_open(), organization=organization)
    parents = own.exclude(parent=None).values_list("parent", flat=True).distinct()
    lock({receipt for parent in parents for receipt in receipts_above(parent)})
    receipts = set(own.values_list("receipt", flat=True))
    if heir:
        shared = Receipt.objects.filter(organization=heir, directive__in=own.values("directive"))
        receipts |= set(shared.values_list("pk", flat=True))
    lock(receipts)


def _issued(organization: Organization) -> QuerySet[Assignment]:
    """What others have still to do of what an organization issued."""
    return Assignment.objects.filter(is_open(), directive__issuer=organization)


def _end_own(organization: Organization) -> dict[str, int]:
    """Discard what was drafted, conclude what was issued; how many of each. Raises Refused("still_issuing")."""
    own = Directive.objects.filter(issuer=organization)
    list(own.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk"))
    if count := _issued(organization).count():
        raise Refused("still_issuing", organization=organization.pk, open=count)
    discarded = own.filter(state__in=_DRAFTS).update(state=DirectiveState.DISCARDED, ended_reason=_GONE)
    concluded = own.filter(state=DirectiveState.ISSUED).update(state=DirectiveState.CONCLUDED)
    counts = {"discarded": discarded, "concluded": concluded}
    return {name: count for name, count in counts.items() if count}


def _check_reached(rows: QuerySet[Assignment], organization: Organization) -> None:
    """Whether every issuer still stands above, or guides, whom it asked. Raises Refused("still_asked")."""
    astray = rows.exclude(organization__path__startswith=F("directive__issuer__path"))
    asked = list(astray.values_list("organization__path", "directive__issuer"))
    if not asked:
        return
    guides = set(
        Organization.objects.filter(path__in=_up(*{path for path, _ in asked}), guided_by__isnull=False)
        .values_list("path", "guided_by")
        .distinct()
    )
    out = sum(not any((above, issuer) in guides for above in _up(path)) for path, issuer in asked)
    if out:
        raise Refused("still_asked", organization=organization.pk, open=out)


def _up(*paths: str) -> set[str]:
    """The paths themselves, and those of all that stand above them."""
    return {path[:end] for path in paths for end in range(DIGITS_PER_LEVEL, len(path) + 1, DIGITS_PER_LEVEL)}


def _told(organization: Organization, past: str, **counts: int) -> Act:
    pk = organization.pk
    return Act(organization.path[:DIGITS_PER_LEVEL], pk, f"work.{past}", "organization", pk, counts)
