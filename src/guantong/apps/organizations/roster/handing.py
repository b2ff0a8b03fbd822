"""Handing an office over: one holder goes, the next one comes on the day after, with a note and the work in hand.

To-dos lie at desks and pass on by themselves. What is owned by name is kept by the apps above, which say in `owned`
how much of it there is and how it moves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from guantong.apps.ledger.services import append
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.changing import ONE_DAY
from guantong.apps.organizations.models import Post
from guantong.apps.organizations.roster.appointing import NewPost, acts_of, acts_over, begin_posts, lock_post
from guantong.apps.organizations.roster.ending import finish
from guantong.core.permits import Role, Standpoint
from guantong.core.refusal import Refused

LONGEST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class Owned:
    """Open work that a person owns at an organization: how many things, and giving them to somebody else.

    `count` takes person and organization; `left` takes person, organization and successor, and tells how many things
    that one cannot own, which are left without an owner; `move` takes the same and tells how many moved. It is called
    inside the transaction of the handing over.
    """

    count: Callable[[int, int], int]
    left: Callable[[int, int, int], int]
    move: Callable[[int, int, int], int]


owned: list[Owned] = []
"""Filled by the apps that keep such work, when they are ready."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What handing a post over takes along: the works owned by name, and as whom to look for the to-dos of the desk."""

    post: Post
    owned: int
    desk: Actor


def handing_preview(actor: Actor, row: Post) -> Preview:
    """What would be handed over with a post that is at hand, see `rolls.post_of`: a query for each that owns work.

    Raises Refused: own_post, post_ended.
    """
    if row.person_id == actor.person:
        raise Refused("own_post", person=row.person_id)
    if row.until is not None and row.until < actor.today - ONE_DAY:
        raise Refused("post_ended", post=row.pk, on=row.until)
    count = sum(each.count(row.person_id, row.organization_id) for each in owned)
    desk = Actor(row.person_id, (Standpoint(Role(row.role), row.organization.path),), actor.today)
    return Preview(row, count, desk)


def left_behind(row: Post, to: int) -> int:
    """How much of what goes along with a post at hand a successor cannot own: up to three queries for each that owns."""
    return sum(each.left(row.person_id, row.organization_id, to) for each in owned)


def hand_over(
    actor: Actor,
    *,
    post: int,
    to: int,
    on: date,
    note: str = "",
    acting: bool = False,
    until: date | None = None,
    now: datetime,
) -> Post:
    """End a post with the eve of a day and let another person hold it from that day; the open work they own moves.

    What the other cannot own, belonging elsewhere, is left without an owner.
    The new post says from which it was handed over, and bears the note. Raises NotFound, Forbidden, and Refused:
    own_post (whoever goes or comes is the actor), handed_to_the_same, post_handed (to somebody already), day_ahead,
    text_too_long, post_not_begun (on the day before), and those of `roster.end_post` and `roster.appoint`.
    """
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise Refused("text_too_long", length=len(note), most=LONGEST_NOTE)
    if on > actor.today:
        raise Refused("day_ahead", day=on, today=actor.today)
    with transaction.atomic():
        old = lock_post(actor, post)
        if old.person_id == to:
            raise Refused("handed_to_the_same")
        if old.handed_to.exists():
            raise Refused("post_handed")
        if on <= old.since:
            raise Refused("post_not_begun", since=old.since)
        over = finish(old, on - ONE_DAY, actor.today)
        role, place = Role(old.role), old.organization_id
        [new] = begin_posts(
            actor,
            [NewPost(to, place, role, on, until, acting, None, old.pk, note, old.portfolio)],
            numbered=False,
        )
        left = left_behind(old, to)
        moved = sum(each.move(old.person_id, place, to) for each in owned)
        counts = {"handed_from": old.pk, "moved": moved, **({"ownerless": left} if left else {})}
        acts = [*acts_over(over), *acts_of([new], "handed-over", **counts)]
        append(acts, actor=actor.person, now=now)
    return new
