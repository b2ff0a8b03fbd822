"""Organizations that close, are merged into another, are split, or are opened again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from guantong.apps.ledger.services import Act, append
from guantong.apps.organizations.access import Actor, fetch
from guantong.apps.organizations.changing import (
    ONE_DAY,
    act_on,
    check_allowed,
    check_not_top,
    checked_name,
    effective,
    emptied_since,
    held,
    held_open,
    movable_from,
    named_since,
    path_below,
    placed_since,
    there_since,
)
from guantong.apps.organizations.groups import pass_names
from guantong.apps.organizations.models import Kind, Organization, PastClosure, Post
from guantong.apps.organizations.roster.ending import withdraw
from guantong.apps.organizations.roster.transfers import carry_over, emptied_of_persons_since, left_over
from guantong.apps.organizations.spelling import spelled
from guantong.apps.organizations.tree.moving import relocate
from guantong.apps.organizations.tree.work import OpenWork, Work, counts_of, keepers
from guantong.core.chain import Plain
from guantong.core.matters import DIGITS_PER_LEVEL, is_below
from guantong.core.permits import in_another_line
from guantong.core.refusal import Refused


def preview(actor: Actor, organization: int, *, into: int | None = None) -> list[OpenWork]:
    """What an organization has open, and what would become of it if `into` took it over: shown before it is closed.

    What there is none of is left out. Raises NotFound, Forbidden.
    """
    row = fetch(actor, "organization.change", organization)
    heir = fetch(actor, "organization.see", into) if into is not None else None
    assert isinstance(row, Organization)  # noqa: S101  # what the noun means
    assert heir is None or isinstance(heir, Organization)  # noqa: S101  # as above
    found = [each for keeper in keepers for each in keeper.preview(row, heir)]
    counts = counts_of(row, posts=_posts_after(row, actor.today - ONE_DAY), persons=left_over(row))
    found.append(OpenWork("post", counts["posts"], withdrawn=counts["posts"]))
    found.append(OpenWork("person", counts["persons"], moved=counts["persons"] if heir else 0))
    return [each for each in found if each.count]


def close(
    actor: Actor,
    organization: int,
    *,
    into: int | None = None,
    work: Work = Work.WITHDRAW,
    on: date | None = None,
    now: datetime,
) -> Organization:
    """Close an organization from a day, merged into another or for good.

    Its posts end with the eve, so that its people are out at their next request; a post not begun by then is gone.
    Its persons, and what they are to the Party, go over to the heir; without one they have to be transferred before.
    What documents call it means the heir from now on.
    Open work is withdrawn or goes to the heir, today, whatever day the change is dated: until now it was done here.

    Raises NotFound, Forbidden, and Refused: organization_closed, district_stays, still_parent, other_district,
    below_itself, heir_missing (work is to be handed over, and to nobody), persons_left_over (how many have neither
    left nor been transferred, and there is no heir), those of `effective` and of the keepers.
    """
    with transaction.atomic():
        row = held_open(actor, organization)
        heir = held_open(actor, into) if into is not None else None
        check_allowed(actor, row.path)
        check_not_top(row)
        if heir:
            _check_heir(actor, row, heir)
        elif work is Work.HAND_OVER:
            raise Refused("heir_missing", organization=row.pk)
        if open_children := row.children.filter(closed_on=None).count():
            raise Refused("still_parent", organization=row.pk, children=open_children)
        if heir is None and (count := left_over(row).count()):
            raise Refused("persons_left_over", organization=row.pk, count=count)
        day = effective(actor, on, *(_settled_since(row, heir) if on else ()))
        Organization.objects.select_for_update().get(pk=row.pk)  # nothing is handed down to it meanwhile
        taker = heir if work is Work.HAND_OVER else None
        acts = [act for keeper in keepers for act in keeper.closing(actor, row, taker, now=now)]
        row.closed_on, row.merged_into = day, heir
        row.save(update_fields=["closed_on", "merged_into"])
        facts: dict[str, Plain] = {"on": day.isoformat(), "posts": _end_posts(row, day)}
        if heir:
            facts |= {"into": heir.pk, "persons": carry_over(row, heir, on=day), **pass_names(row, heir)}
        told = act_on(row, "closed", **facts)
        append([told, *_pass_guidance(row, heir), *acts], actor=actor.person, now=now)
    return row


def split(
    actor: Actor,
    organization: int,
    *,
    name: str,
    kind: Kind,
    stage: str = "",
    children: Collection[int] = (),
    on: date | None = None,
    now: datetime,
) -> Organization:
    """Found an organization out of another from a day, beside it; the named children of that one go with it.

    What the one that is split has open stays with it; what the children have open goes along with them.

    Raises NotFound, Forbidden, and Refused: organization_closed, district_stays, name_missing, name_long, name_taken,
    not_a_child, tree_full, still_asked, and those of `effective`.
    """
    with transaction.atomic():
        row = held_open(actor, organization)
        check_allowed(actor, row.path)
        check_not_top(row)
        name = checked_name(row.parent, name)
        going = list(row.children.filter(pk__in=children, closed_on=None).order_by("order", "path"))
        if len(going) < len(set(children)):
            raise Refused("not_a_child", organization=row.pk)
        day = effective(actor, on, *(_split_since(row, going, on, actor.today) if on else ()))
        made = Organization.objects.create(
            parent=row.parent,
            path=path_below(row.parent),
            name=name,
            spelled=spelled(name),
            kind=kind,
            stage=stage,
            order=row.order,
            opened_on=day,
            split_from=row,
        )
        said = day.isoformat()
        acts = [
            act_on(row, "split", into=made.pk, children=len(going), on=said),
            act_on(made, "founded", parent=made.parent_id, split_from=row.pk, on=said),
        ]
        for child in going:
            acts += relocate(actor, child, made, day, now=now)
        append(acts, actor=actor.person, now=now)
    return made


def reopen(actor: Actor, organization: int, *, on: date | None = None, now: datetime) -> Organization:
    """Open a closed organization again from a day; from when to when it was closed stays known.

    Nothing comes back with it: posts and work are given anew. Raises NotFound, Forbidden, and Refused:
    organization_open, parent_closed, name_taken, and those of `effective`.
    """
    with transaction.atomic():
        row = held(actor, organization)
        check_allowed(actor, row.path)
        if row.closed_on is None:
            raise Refused("organization_open", organization=row.pk)
        if row.parent and row.parent.closed_on is not None:
            raise Refused("parent_closed", organization=row.pk)
        checked_name(row.parent, row.name)
        since = [row.closed_on, *([there_since(row.parent)] if row.parent else [])]
        day = effective(actor, on, *since)
        if row.closed_on < day:  # a closure that lasted no whole day leaves no trace
            PastClosure.objects.create(
                organization=row, merged_into=row.merged_into, since=row.closed_on, until=day - ONE_DAY
            )
        row.closed_on = row.merged_into = None
        row.save(update_fields=["closed_on", "merged_into"])
        append([act_on(row, "reopened", on=day.isoformat())], actor=actor.person, now=now)
    return row


def _check_heir(actor: Actor, row: Organization, heir: Organization) -> None:
    """Whoever hands work to another organization changes it too, unless that is the superior of the one that closes."""
    if heir.pk == row.pk or is_below(heir.path, row.path):
        raise Refused("below_itself", organization=row.pk)
    if heir.path[:DIGITS_PER_LEVEL] != row.path[:DIGITS_PER_LEVEL]:
        raise Refused("other_district", organization=row.pk)
    if not is_below(row.path, heir.path):
        check_allowed(actor, heir.path)


def _settled_since(row: Organization, heir: Organization | None) -> list[date]:
    """The days before which a closing cannot be dated."""
    found = [there_since(row), named_since(row), placed_since(row), emptied_since(row)]
    return [*found, there_since(heir) if heir else emptied_of_persons_since(row)]


def _split_since(row: Organization, going: Sequence[Organization], on: date, today: date) -> list[date]:
    """The days before which a split cannot be dated."""
    found = [there_since(row), placed_since(row)]
    for child in going:
        found += [movable_from(child, on, today), there_since(child), emptied_since(child)]
    return found


def _posts_after(row: Organization, day: date) -> QuerySet[Post]:
    return Post.objects.filter(Q(until=None) | Q(until__gt=day), organization=row)


def _end_posts(row: Organization, day: date) -> int:
    """Let every post there end with the eve of `day`; how many did. One that begins on the day or later goes."""
    posts = _posts_after(row, day - ONE_DAY)
    gone = withdraw(posts.filter(since__gte=day))
    return len(gone) + posts.filter(since__lt=day).update(until=day - ONE_DAY)


def _pass_guidance(row: Organization, heir: Organization | None) -> list[Act]:
    """What a closing organization guides is guided by its heir, where that stands in another line, else by nobody."""
    acts = []
    for guided in row.guides.order_by("path"):
        by = heir if heir and in_another_line(heir.path, guided.path) else None
        guided.guided_by = by
        guided.save(update_fields=["guided_by"])
        acts.append(act_on(guided, "guided", by=by.pk if by else None))
    return acts
