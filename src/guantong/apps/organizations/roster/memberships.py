"""What somebody is to the Party, from day to day, and who counts when an organization votes.

The record of acts says that a membership changed and never what it became: whether rights rest is read on the roster
alone, and there only as 不计入.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from django.db import transaction
from django.db.models import Q

from guantong.apps.ledger.queries import last_facts
from guantong.apps.ledger.services import Act, append
from guantong.apps.organizations.access import Actor, at
from guantong.apps.organizations.changing import ONE_DAY
from guantong.apps.organizations.models import Membership, Organization, Person
from guantong.apps.organizations.queries import existed_on
from guantong.apps.organizations.roster.persons import lock_person
from guantong.core.matters import DIGITS_PER_LEVEL
from guantong.core.persons import MemberStatus, Spell, check_spells, votes
from guantong.core.refusal import Refused


@dataclass(frozen=True, slots=True)
class Voter:
    """A member of an organization on a day, and whether they count when it votes."""

    person: int
    name: str
    status: MemberStatus
    counts: bool


def set_membership(
    actor: Actor, *, person: int, status: MemberStatus | None, since: date, now: datetime
) -> Membership | None:
    """Let somebody be a member of this status from a day, at the organization they belong to; None: no member.

    The standing there was ends with the eve. The status they have already puts right since when they have it; another
    from the very day it began puts right which it is. Raises NotFound, Forbidden, and Refused: own_record, day_ahead,
    person_left, not_a_member (nothing to end), before_coming (they belonged to another organization then, which tells
    who was a member there), came_along (with their standing, which began elsewhere), and those of
    `core.persons.check_spells`.
    """
    with transaction.atomic():
        row = lock_person(actor, person)
        if since > actor.today:
            raise Refused("day_ahead", day=since, today=actor.today)
        if row.left_on is not None and row.left_on <= since:
            raise Refused("person_left", on=row.left_on)
        spells = list(Membership.objects.filter(person=row).order_by("since"))
        came = _came_on(row, spells)
        if came is not None and since < came:
            raise Refused("before_coming", since=came)
        last = spells[-1] if spells else None
        standing = last if last and last.until is None else None
        if standing is None and status is None:
            raise Refused("not_a_member")
        changed: Membership | None
        if standing and standing.status == status:
            changed = _began(spells, standing, since)
        elif standing and standing.since == since:
            changed = _replaced(spells, standing, status)
        else:
            changed = _followed(row, spells, standing, status, since)
        _check(spells)
        _write(spells, changed)
        append([membership_act(row, row.organization)], actor=actor.person, now=now)
    return changed


def voters_on(actor: Actor, organization: int, day: date) -> list[Voter]:
    """Everybody who is a member at an organization on a day, by name, and whether they count: one query after the
    permit. Nobody where it does not exist on the day. Raises NotFound, Forbidden.
    """
    place = at(actor, "person.see", organization)
    there = existed_on(Organization.objects.filter(pk=place.pk), day).values("pk")
    rows = Membership.objects.filter(
        Q(until=None) | Q(until__gte=day), organization__in=there, since__lte=day
    )
    return [
        Voter(
            row.person_id,
            row.person.name,
            MemberStatus(row.status),
            votes([spell_of(row)], str(place.pk), day),
        )
        for row in rows.select_related("person").order_by("person__name", "person")
    ]


def spell_of(row: Membership) -> Spell:
    """A row as the core sees it."""
    return Spell(MemberStatus(row.status), str(row.organization_id), row.since, row.until)


def end_membership(row: Person, until: date, onward: Organization | None = None) -> bool:
    """End somebody's standing with a day, to go on at `onward` from the next, as part of another service.

    Whether there was one. A standing that began on that next day moves as it is, or is taken out. Raises what
    `core.persons.check_spells` does.
    """
    spells = list(Membership.objects.filter(person=row).order_by("since"))
    standing = spells[-1] if spells and spells[-1].until is None else None
    if standing is None:
        return False
    if standing.since == until + ONE_DAY:
        if onward is None:
            spells.remove(standing)
            standing.delete()
        else:
            standing.organization = onward
            standing.save(update_fields=["organization"])
        return True
    _end(standing, until)
    following = None
    if onward is not None:
        following = Membership(person=row, organization=onward, status=standing.status, since=until + ONE_DAY)
        spells.append(following)
    _check(spells)
    _write(spells, following)
    return True


def membership_act(row: Person, place: Organization) -> Act:
    """What the record says: that it changed."""
    return Act(place.path[:DIGITS_PER_LEVEL], place.pk, "membership.changed", "person", row.pk)


def _came_on(row: Person, spells: Sequence[Membership]) -> date | None:
    """Since when somebody belongs where they do; None for whoever has been there since they were put on a roster.

    Whoever went over to an heir came with their standing on the day of the merger.
    """
    told = last_facts("person.transferred", "person", row.pk).get("on")
    days = [date.fromisoformat(told)] if isinstance(told, str) else []
    days += [
        after.since
        for before, after in pairwise(spells)
        if before.until == after.since - ONE_DAY and before.organization_id != after.organization_id
    ]
    return max(days, default=None)


def _began(spells: list[Membership], standing: Membership, since: date) -> Membership:
    """The same status from another day; what came right before it ends or lasts accordingly."""
    before = spells[-2] if len(spells) > 1 else None
    if before and before.until == standing.since - ONE_DAY:
        if before.organization_id != standing.organization_id and since != standing.since:
            raise Refused("came_along", since=standing.since)
        if since <= before.since:
            raise Refused("spells_overlap", since=before.since)
        before.until = since - ONE_DAY
    standing.since = since
    return standing


def _replaced(
    spells: list[Membership], standing: Membership, status: MemberStatus | None
) -> Membership | None:
    """Another status from the very day; none at all takes the row out."""
    if status is None:
        spells.remove(standing)
        standing.delete()
        return None
    standing.status = status.value
    return standing


def _followed(
    row: Person,
    spells: list[Membership],
    standing: Membership | None,
    status: MemberStatus | None,
    since: date,
) -> Membership | None:
    if standing:
        _end(standing, since - ONE_DAY)
    if status is None:
        return standing
    following = Membership(person=row, organization=row.organization, status=status.value, since=since)
    spells.append(following)
    return following


def _end(standing: Membership, until: date) -> None:
    if until < standing.since:
        raise Refused("spells_overlap", since=standing.since)
    standing.until = until


def _check(spells: Iterable[Membership]) -> None:
    check_spells(spell_of(each) for each in spells)


def _write(spells: Iterable[Membership], last: Membership | None) -> None:
    """Ends before beginnings: one standing alone may be open, at every moment."""
    for each in spells:
        if each is not last:
            each.save()
    if last is not None:
        last.save()
