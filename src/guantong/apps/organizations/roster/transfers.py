"""Going from one organization to another, and leaving: the standing goes along, and no post ends in silence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import DateField, Exists, Max, OuterRef, Q, QuerySet, Value

from guantong.apps.ledger.services import Act, append
from guantong.apps.organizations.access import Actor, at
from guantong.apps.organizations.accounts.anew import begin_anew
from guantong.apps.organizations.changing import ONE_DAY
from guantong.apps.organizations.models import Membership, Organization, Person, Post
from guantong.apps.organizations.roster.appointing import end_posts
from guantong.apps.organizations.roster.memberships import end_membership, membership_act
from guantong.apps.organizations.roster.persons import lock_person
from guantong.core.matters import DIGITS_PER_LEVEL
from guantong.core.refusal import Refused


def transfer(
    actor: Actor, *, person: int, to: int, on: date, end_held: bool = False, now: datetime
) -> Person:
    """Let somebody belong to another organization from a day; whoever had left comes back by it.

    Their posts at the old one are ended with the eve if `end_held` says so, which needs the permit for that.
    Raises NotFound, Forbidden, and Refused: own_record, same_organization, other_district, organization_closed,
    day_ahead, before_leaving (they came back before they had left), posts_open (how many), and those of
    `roster.end_posts` and `check_spells`.
    """
    with transaction.atomic():
        row = lock_person(actor, person)
        old, place = row.organization, at(actor, "person.change", to)
        if place.pk == old.pk and row.left_on is None:
            raise Refused("same_organization")
        if place.path[:DIGITS_PER_LEVEL] != old.path[:DIGITS_PER_LEVEL]:
            raise Refused("other_district", organization=place.pk)
        if place.closed_on is not None and place.closed_on <= on:
            raise Refused("organization_closed", organization=place.pk, on=place.closed_on)
        _check_day(row, on, actor.today)
        acts = _end(actor, [each for each in _open(row, on) if each.organization_id == old.pk], on, end_held)
        begin_anew([(row, place.path, False)])  # what the old office gave opens nothing at the new one
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
        if end_membership(row, on - ONE_DAY, place):
            acts.append(membership_act(row, place))
        append(acts, actor=actor.person, now=now)
    return row


def leave(actor: Actor, *, person: int, on: date, end_held: bool = False, now: datetime) -> Person:
    """Let somebody belong to no organization here from a day: with the eve their standing ends, and their posts.

    Raises NotFound, Forbidden, and Refused: own_record, person_left, day_ahead, posts_open (how many; `end_held` ends
    them, which needs the permit for that), and those of `roster.end_posts` and `check_spells`.
    """
    with transaction.atomic():
        row = lock_person(actor, person)
        place = row.organization
        if row.left_on is not None:
            raise Refused("person_left", on=row.left_on)
        _check_day(row, on, actor.today)
        acts = _end(actor, _open(row, on), on, end_held)
        row.left_on, row.contact = on, ""  # given for the work here, which is over
        row.save(update_fields=["left_on", "contact"])
        chain = place.path[:DIGITS_PER_LEVEL]
        acts.append(Act(chain, place.pk, "person.left", "person", row.pk, {"on": on.isoformat()}))
        if end_membership(row, on - ONE_DAY):
            acts.append(membership_act(row, place))
        append(acts, actor=actor.person, now=now)
    return row


def left_over(organization: Organization) -> QuerySet[Person]:
    """Whom an organization would leave behind if it closed: who belongs to it, or is a member there, and has not left.

    One that is merged takes them along to its heir.
    """
    members = Membership.objects.filter(organization=organization, until=None, person=OuterRef("pk"))
    return Person.objects.filter(Q(organization=organization, left_on=None) | Exists(members))


def emptied_of_persons_since(organization: Organization) -> date:
    """Since when nobody has left an organization's roster, nor a standing there ended."""
    left = Person.objects.filter(organization=organization).aggregate(last=Max("left_on"))["last"]
    ended = Membership.objects.filter(organization=organization).aggregate(last=Max("until"))["last"]
    after = [day for day in (left, ended and ended + ONE_DAY) if day is not None]
    return max(after, default=organization.opened_on)


def carry_over(organization: Organization, heir: Organization, *, on: date) -> int:
    """Let everybody who has not left go over to the heir from a day, as part of closing; how many did.

    A standing that holds on the day goes on at the heir as it was, and ended here with the eve; one that began since
    is the heir's. Who has left stays where they were. Four statements, however many they are.
    """
    later = Membership.objects.filter(Q(until=None) | Q(until__gte=on), organization=organization)
    _keep_until(later.filter(since__lt=on), on - ONE_DAY)
    later.filter(since__lt=on).update(organization=heir, since=on)
    later.filter(since__gte=on).update(organization=heir)
    persons = Person.objects.filter(organization=organization, left_on=None)
    return persons.update(organization=heir)


def _keep_until(rows: QuerySet[Membership], until: date) -> None:
    """Write standings down once more where they are, as ended with a day: the rows themselves go on elsewhere."""
    ended = rows.order_by().annotate(ended=Value(until, output_field=DateField()))
    chosen, values = ended.values_list(
        "person", "organization", "status", "since", "ended"
    ).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"{_WRITE_DOWN} {chosen}", values)


_WRITE_DOWN = "INSERT INTO organizations_membership (person_id, organization_id, status, since, until)"


def _check_day(row: Person, on: date, today: date) -> None:
    if on > today:
        raise Refused("day_ahead", day=on, today=today)
    if row.left_on is not None and on < row.left_on:
        raise Refused("before_leaving", on=row.left_on)


def _open(row: Person, on: date) -> list[Post]:
    """Their posts that hold on the day or later."""
    held = Post.objects.filter(Q(until=None) | Q(until__gte=on), person=row)
    return list(held.select_related("organization").order_by("since", "pk"))


def _end(actor: Actor, posts: Sequence[Post], on: date, end_held: bool) -> list[Act]:
    if posts and not end_held:
        raise Refused("posts_open", count=len(posts))
    return end_posts(actor, posts, on - ONE_DAY)
