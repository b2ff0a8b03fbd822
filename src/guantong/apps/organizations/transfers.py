"""Going from one organization to another, and leaving: the standing goes along, and no post ends in silence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from guantong.apps.ledger.services import Act, append
from guantong.apps.organizations.access import Actor, at
from guantong.apps.organizations.memberships import end_membership, membership_act
from guantong.apps.organizations.models import Person, Post
from guantong.apps.organizations.persons import lock_districts, lock_person
from guantong.apps.organizations.roster import end_posts
from guantong.core.matters import DIGITS_PER_LEVEL
from guantong.core.refusal import Refused

_ONE = timedelta(days=1)


def transfer(
    actor: Actor, *, person: int, to: int, on: date, end_held: bool = False, now: datetime
) -> Person:
    """Let somebody belong to another organization from a day; whoever had left comes back by it.

    Their posts at the old one are ended with the eve if `end_held` says so, which needs the permit for that.
    Raises NotFound, Forbidden, and Refused: own_record, same_organization, other_district, organization_closed,
    day_ahead, posts_open (how many), until_before_since (a post began later), and those of `check_spells`.
    """
    with transaction.atomic():
        row = lock_person(actor, person)
        old, place = row.organization, at(actor, "person.change", to)
        lock_districts([old.path])
        if place.pk == old.pk and row.left_on is None:
            raise Refused("same_organization")
        if place.path[:DIGITS_PER_LEVEL] != old.path[:DIGITS_PER_LEVEL]:
            raise Refused("other_district", organization=place.pk)
        if place.closed_on is not None and place.closed_on <= on:
            raise Refused("organization_closed", organization=place.pk, on=place.closed_on)
        _check_day(row, on, actor.today)
        acts = _end(actor, [each for each in _open(row, on) if each.organization_id == old.pk], on, end_held)
        row.organization, row.left_on = place, None
        row.save(update_fields=["organization", "left_on"])
        chain = place.path[:DIGITS_PER_LEVEL]
        acts.append(
            Act(
                chain,
                place.pk,
                "person.transferred",
                "person",
                row.pk,
                {"from": old.pk, "on": on.isoformat()},
            )
        )
        if end_membership(row, on - _ONE, place):
            acts.append(membership_act(row, place))
        append(acts, actor=actor.person, now=now)
    return row


def leave(actor: Actor, *, person: int, on: date, end_held: bool = False, now: datetime) -> Person:
    """Let somebody belong to no organization here from a day: with the eve their standing ends, and their posts.

    Raises NotFound, Forbidden, and Refused: own_record, person_left, day_ahead, posts_open (how many; `end_held` ends
    them, which needs the permit for that), until_before_since (a post began later), and those of `check_spells`.
    """
    with transaction.atomic():
        row = lock_person(actor, person)
        place = row.organization
        lock_districts([place.path])
        if row.left_on is not None:
            raise Refused("person_left", on=row.left_on)
        _check_day(row, on, actor.today)
        acts = _end(actor, _open(row, on), on, end_held)
        row.left_on, row.contact = on, ""  # given for the work here, which is over
        row.save(update_fields=["left_on", "contact"])
        chain = place.path[:DIGITS_PER_LEVEL]
        acts.append(Act(chain, place.pk, "person.left", "person", row.pk, {"on": on.isoformat()}))
        if end_membership(row, on - _ONE):
            acts.append(membership_act(row, place))
        append(acts, actor=actor.person, now=now)
    return row


def _check_day(row: Person, on: date, today: date) -> None:
    if on > today:
        raise Refused("day_ahead", day=on, today=today)
    if row.left_on is not None and on < row.left_on:
        raise Refused("until_before_since", since=row.left_on, until=on)


def _open(row: Person, on: date) -> list[Post]:
    """Their posts that hold on the day or later."""
    held = Post.objects.filter(Q(until=None) | Q(until__gte=on), person=row)
    return list(held.select_related("organization").order_by("since", "pk"))


def _end(actor: Actor, posts: Sequence[Post], on: date, end_held: bool) -> list[Act]:
    if posts and not end_held:
        raise Refused("posts_open", count=len(posts))
    return end_posts(actor, posts, on - _ONE)
