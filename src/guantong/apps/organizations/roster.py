"""Who holds which post from when to when: begun and ended, each on record."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from guantong.apps.ledger.services import Act, append
from guantong.apps.organizations.access import Actor, NotFound, at
from guantong.apps.organizations.models import Organization, Person, Post
from guantong.apps.organizations.queries import AT_THE_HEAD
from guantong.core.matters import DIGITS_PER_LEVEL
from guantong.core.permits import Role
from guantong.core.refusal import Refused

ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)


def appoint(
    actor: Actor | None,
    *,
    person: int,
    organization: int,
    role: Role,
    since: date,
    until: date | None = None,
    acting: bool = False,
    now: datetime,
) -> Post:
    """Let a person hold a role at an organization from a day, to a day if one is set; both are counted in.

    Without an actor it is the installation, or the making of an example, that appoints. Only a security
    administrator appoints administrators.

    Raises NotFound, Forbidden, and Refused: organization_closed, until_before_since, person_unknown (or not of
    this district), own_post, secretary_already (whoever is acting counts), administrators_apart, post_twice.
    """
    role = Role(role)
    with transaction.atomic():
        place = _place(actor, role, organization)
        # appointments within a district take turns, like changes of its tree
        Organization.objects.select_for_update().get(path=place.path[:DIGITS_PER_LEVEL])
        if place.closed_on is not None and place.closed_on <= since:
            raise Refused("organization_closed", organization=place.pk, on=place.closed_on)
        if until is not None and until < since:
            raise Refused("until_before_since", since=since, until=until)
        _check_person(actor, person, place)
        held = _touching(Post.objects.all(), since, until)
        if role in AT_THE_HEAD and held.filter(organization=place, role__in=AT_THE_HEAD).exists():
            raise Refused("secretary_already", organization=place.pk)
        others = [each for each in ADMINISTRATORS if each is not role]
        if role in ADMINISTRATORS and held.filter(person=person, role__in=others).exists():
            raise Refused("administrators_apart", person=person)
        if held.filter(person=person, organization=place, role=role).exists():
            raise Refused("post_twice", person=person, organization=place.pk)
        post = Post.objects.create(
            person_id=person, organization=place, role=role, acting=acting, since=since, until=until
        )
        facts = {"person": person, "role": role.value, "acting": acting, "since": since.isoformat()}
        _record(post, place, "begun", actor, now, **facts, **({"until": until.isoformat()} if until else {}))
    return post


def end_post(actor: Actor | None, *, post: int, until: date, now: datetime) -> Post:
    """Let a post end with the day `until`.

    Raises NotFound, Forbidden, and Refused: until_before_since, post_ended (it ends earlier already).
    """
    with transaction.atomic():
        row = Post.objects.select_for_update().filter(pk=post).first()
        if row is None:
            raise NotFound
        place = _place(actor, Role(row.role), row.organization_id)
        if until < row.since:
            raise Refused("until_before_since", since=row.since, until=until)
        if row.until is not None and row.until < until:
            raise Refused("post_ended", post=row.pk, on=row.until)
        row.until = until
        row.save(update_fields=["until"])
        _record(row, place, "ended", actor, now, until=until.isoformat())
    return row


def _place(actor: Actor | None, role: Role, organization: int) -> Organization:
    if actor is not None:
        return at(actor, "administrator.change" if role in ADMINISTRATORS else "post.change", organization)
    place = Organization.objects.filter(pk=organization).first()
    if place is None:
        raise NotFound
    return place


def _check_person(actor: Actor | None, person: int, place: Organization) -> None:
    row = Person.objects.select_related("organization").filter(pk=person).first()
    if row is None:
        raise Refused("person_unknown", person=person)
    if actor is None:
        return
    if row.organization.path[:DIGITS_PER_LEVEL] != place.path[:DIGITS_PER_LEVEL]:
        raise Refused(
            "person_unknown", person=person
        )  # the same words as for nobody: others' rosters stay theirs
    if row.pk == actor.person:
        raise Refused("own_post", person=person)


def _touching(posts: QuerySet[Post], since: date, until: date | None) -> QuerySet[Post]:
    """Those of `posts` that hold on a day between `since` and `until`."""
    touching = posts.filter(Q(until=None) | Q(until__gte=since))
    return touching if until is None else touching.filter(since__lte=until)


def _record(
    post: Post, place: Organization, past: str, actor: Actor | None, now: datetime, **facts: str | int | bool
) -> None:
    act = Act(place.path[:DIGITS_PER_LEVEL], place.pk, f"post.{past}", "post", post.pk, facts)
    append([act], actor=actor.person if actor else None, now=now)
