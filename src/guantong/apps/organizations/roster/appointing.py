"""Who holds which post from when to when: begun, covered and ended, one by one or in bulk, each on record.

Appointments within a district take turns, like changes of its tree. Nobody appoints or dismisses themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from guantong.apps.ledger.services import Act, append
from guantong.apps.organizations.access import Actor, NotFound, allowed, at
from guantong.apps.organizations.accounts.anew import begin_anew
from guantong.apps.organizations.changing import lock_districts
from guantong.apps.organizations.models import Organization, Person, Post
from guantong.apps.organizations.queries import AT_THE_HEAD
from guantong.apps.organizations.roster.ending import Over, finish
from guantong.apps.organizations.roster.persons import places_of
from guantong.core.matters import DIGITS_PER_LEVEL
from guantong.core.permits import Portfolio, Role
from guantong.core.refusal import Refused

ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)


@dataclass(frozen=True, slots=True)
class NewPost:
    """A post to be begun: person and organization by their ids, from a day, to a day if one is set.

    `covers` is the post of somebody on leave, `handed_from` the one whose holder hands it over, with a note.
    """

    person: int
    organization: int
    role: Role
    since: date
    until: date | None = None
    acting: bool = False
    covers: int | None = None
    handed_from: int | None = None
    note: str = ""
    portfolio: str = ""  # of a committee member: a member of `core.permits.Portfolio`


@dataclass(frozen=True, slots=True)
class Held:
    """A post that stands, or is about to be begun in the same go, as far as others are held against it."""

    person: int
    organization: int
    role: Role
    since: date
    until: date | None
    pk: int | None = None
    covers: int | None = None
    portfolio: str = ""

    @property
    def stands_alone(self) -> bool:
        """Whether it is an office that one at a time holds at an organization."""
        return self.role in AT_THE_HEAD or bool(self.portfolio)

    def meets(self, since: date, until: date | None) -> bool:
        """Whether it holds on a day between the two."""
        return (self.until is None or self.until >= since) and (until is None or self.since <= until)


def appoint(
    actor: Actor | None,
    *,
    person: int,
    organization: int,
    role: Role,
    since: date,
    until: date | None = None,
    acting: bool = False,
    covers: int | None = None,
    portfolio: str = "",
    now: datetime,
) -> Post:
    """Let a person hold a role at an organization from a day, to a day if one is set; both are counted in.

    A committee member may be in charge of something: their `portfolio`, with one holder at a time.

    `covers` names the post of somebody on leave: the cover stands beside it, has an end, and keeps within its term.
    Without an actor it is the installation, or the making of an example, that appoints. Only a security
    administrator appoints administrators.

    Raises NotFound, Forbidden, and Refused: organization_closed, until_before_since, person_unknown (or not of
    this district, or on a roster the actor does not see), person_left, own_post, secretary_already (whoever is acting
    counts), administrators_at_the_top, administrators_apart, administrator_alone, post_twice,
    portfolio_of_members_only, portfolio_held (by somebody else already), cover_unknown, cover_without_end,
    cover_outside_term, cover_twice.
    """
    new = NewPost(
        person,
        organization,
        Role(role),
        since,
        until,
        acting,
        covers,
        portfolio=portfolio and Portfolio(portfolio),
    )
    with transaction.atomic():
        [post] = begin_posts(actor, [new], numbered=False)
        _record([post], "begun", actor, now)
    return post


def appoint_many(actor: Actor, rows: Sequence[NewPost], now: datetime) -> list[int]:
    """Begin many posts at once; their ids, in the order of `rows`. All of them, or none.

    As many queries for five thousand as for one, beside the rows that are written. Raises what `appoint` does, a
    refusal with `row`, the index of the first row that cannot be begun; rows are held against each other too.
    """
    with transaction.atomic():
        posts = begin_posts(actor, rows, numbered=True)
        counts: defaultdict[tuple[str, int], int] = defaultdict(int)
        for each in posts:
            counts[each.organization.path, each.organization_id] += 1
        append(
            (
                Act(path[:DIGITS_PER_LEVEL], pk, "post.imported", "organization", pk, {"count": count})
                for (path, pk), count in sorted(counts.items())
            ),
            actor=actor.person,
            now=now,
        )
    return [each.pk for each in posts]


def end_post(actor: Actor | None, *, post: int, until: date | None, now: datetime) -> Post:
    """Let a post end with the day `until`, or take it back where there is none; whoever covers it ends no later.

    What begins today or later can be taken back; ended before it begins, a post still to begin is taken back too.
    Raises NotFound, Forbidden, and Refused: own_post, and those of `ending.finish`.
    """
    today = actor.today if actor else timezone.localdate(now)
    with transaction.atomic():
        row = lock_post(actor, post)
        acts = acts_over(finish(row, until, today))
        append(acts, actor=actor.person if actor else None, now=now)
    return row


def end_posts(actor: Actor, posts: Iterable[Post], until: date) -> list[Act]:
    """Let posts end with a day as part of another service, which appends the acts; one not begun by then is taken back.

    Raises Forbidden, and Refused: post_later (it began since, before today), and those of `ending.finish`.
    """
    acts: list[Act] = []
    for each in posts:
        _place(actor, Role(each.role), each.organization_id)
        is_later = each.since > until
        if is_later and each.since < actor.today:
            raise Refused("post_later", since=each.since)
        acts += acts_over(finish(each, None if is_later else until, actor.today))
    return acts


def lock_post(actor: Actor | None, post: int) -> Post:
    """The row of somebody else's post, once nobody else is changing posts of its district.

    Raises NotFound, Forbidden, and Refused("own_post").
    """
    path = Post.objects.filter(pk=post).values_list("organization__path", flat=True).first()
    if path is None:
        raise NotFound
    lock_districts([path])
    rows = Post.objects.select_for_update(of=("self",)).select_related("organization", "person")
    row = rows.filter(pk=post).first()
    if row is None:  # taken back meanwhile
        raise NotFound
    _place(actor, Role(row.role), row.organization_id)
    if actor is not None and row.person_id == actor.person:
        raise Refused("own_post", person=row.person_id)
    return row


def acts_over(over: Over) -> list[Act]:
    """What the record says of posts that are over."""
    return [*acts_of(over.ended, "ended"), *acts_of(over.withdrawn, "withdrawn")]


def acts_of(posts: Iterable[Post], past: str, **more: int) -> list[Act]:
    """What the record says of posts that were begun, ended or taken back: ids, codes and dates."""
    acts = []
    for post in posts:
        place = post.organization
        facts: dict[str, str | int | bool] = {}
        if past != "ended":
            facts |= {"person": post.person_id, "role": str(post.role), "acting": post.acting}
            if post.portfolio:
                facts["portfolio"] = str(post.portfolio)
            facts |= {"since": post.since.isoformat()}
        if post.until:
            facts["until"] = post.until.isoformat()
        if post.covers_id:
            facts["covers"] = post.covers_id
        facts |= more
        acts.append(Act(place.path[:DIGITS_PER_LEVEL], place.pk, f"post.{past}", "post", post.pk, facts))
    return acts


def check_post(new: NewPost, place: Organization, held: Collection[Held]) -> None:
    """Whether a post can be begun beside those that are held; `held` has every post of the person and, at least, the heads
    of the organization and who is in charge of what. Raises Refused: organization_closed, until_before_since,
    portfolio_of_members_only, portfolio_held, secretary_already, administrators_at_the_top, administrators_apart,
    administrator_alone, post_twice, and those of covers.
    """
    if place.closed_on is not None and place.closed_on <= new.since:
        raise Refused("organization_closed", organization=place.pk, on=place.closed_on)
    if new.until is not None and new.until < new.since:
        raise Refused("until_before_since", since=new.since, until=new.until)
    if new.portfolio and new.role is not Role.COMMITTEE_MEMBER:
        raise Refused("portfolio_of_members_only")
    meeting = [each for each in held if each.meets(new.since, new.until)]
    here = [each for each in meeting if each.organization == place.pk]
    if new.covers is not None:
        _check_cover(new, here)
    if new.role in AT_THE_HEAD and any(
        each.role in AT_THE_HEAD and (new.covers is None or each.pk != new.covers) for each in here
    ):
        raise Refused("secretary_already", organization=place.pk)
    if new.portfolio and any(
        each.portfolio == new.portfolio and (new.covers is None or each.pk != new.covers) for each in here
    ):
        raise Refused("portfolio_held", organization=place.pk, portfolio=str(new.portfolio))
    if new.role in ADMINISTRATORS and place.parent_id is not None:
        raise Refused("administrators_at_the_top", organization=place.pk)
    own = [each for each in meeting if each.person == new.person]
    if new.role in ADMINISTRATORS and any(
        each.role in ADMINISTRATORS and each.role is not new.role for each in own
    ):
        raise Refused("administrators_apart", person=new.person)
    if new.role is not Role.MEMBER and any(
        each.role is not Role.MEMBER and (each.role in ADMINISTRATORS) != (new.role in ADMINISTRATORS)
        for each in own
    ):
        raise Refused("administrator_alone", person=new.person)
    if any(
        (each.organization, each.role, each.portfolio) == (place.pk, new.role, new.portfolio) for each in own
    ):
        raise Refused("post_twice", person=new.person, organization=place.pk)


def _check_cover(new: NewPost, here: Collection[Held]) -> None:
    covered = next((each for each in here if each.pk == new.covers), None)
    if covered is None or covered.covers is not None:
        raise Refused("cover_unknown")
    if (covered.role, covered.portfolio) != (new.role, new.portfolio):
        raise Refused("cover_unknown")
    if new.until is None:
        raise Refused("cover_without_end")
    if new.since < covered.since or (covered.until is not None and covered.until < new.until):
        raise Refused("cover_outside_term", since=covered.since, until=covered.until)
    if any(each.covers == new.covers for each in here):
        raise Refused("cover_twice")


def begin_posts(actor: Actor | None, rows: Sequence[NewPost], *, numbered: bool) -> list[Post]:
    """Write posts as part of a service, which appends the acts; refusals bear the `row` where they are `numbered`.

    The sessions of whoever gets one begin anew, see `anew`. Raises as `appoint` does.
    """
    places: dict[int, Organization] = {}
    for permit, wanted in _by_permit(rows).items():
        places |= places_of(actor, permit, wanted)
    persons = Person.objects.select_related("organization").in_bulk({each.person for each in rows})
    by_person, by_place = _held_beside(rows)
    for index, new in enumerate(rows):
        place = places[new.organization]
        try:
            _check_person(actor, persons.get(new.person), new, place)
            check_post(new, place, [*by_person[new.person], *by_place[new.organization]])
        except Refused as refused:
            if numbered:
                refused.facts["row"] = index
            raise
        begun = _begun(new)
        by_person[new.person].append(begun)
        if begun.stands_alone or new.covers:
            by_place[new.organization].append(begun)
    begin_anew(
        (persons[new.person], places[new.organization].path, new.role in ADMINISTRATORS)
        for new in rows
        if new.role is not Role.MEMBER  # which gives no permit
    )
    return Post.objects.bulk_create(
        (
            Post(
                person=persons[new.person],
                organization=places[new.organization],
                role=new.role.value,
                portfolio=new.portfolio,
                acting=new.acting,
                covers_id=new.covers,
                handed_from_id=new.handed_from,
                note=new.note,
                since=new.since,
                until=new.until,
            )
            for new in rows
        ),
        batch_size=1000,
    )


def _begun(new: NewPost) -> Held:
    return Held(new.person, new.organization, new.role, new.since, new.until, None, new.covers, new.portfolio)


def _by_permit(rows: Iterable[NewPost]) -> Mapping[str, list[int]]:
    wanted: defaultdict[str, list[int]] = defaultdict(list)
    for each in rows:
        wanted[_permit(each.role)].append(each.organization)
    return wanted


def _held_beside(
    rows: Sequence[NewPost],
) -> tuple[defaultdict[int, list[Held]], defaultdict[int, list[Held]]]:
    """The posts of each person, and those of each organization that may stand in the way: one query.

    Of an organization only those matter that one at a time holds, unless somebody covers for another. No more are
    gone through, so that the posts of thousands at one organization cost as much as at many.
    """
    earliest = min((each.since for each in rows), default=None)
    people, places = {each.person for each in rows}, {each.organization for each in rows}
    covers = any(each.covers for each in rows)
    beside = Q(organization__in=places)
    if not covers:
        beside &= standing_alone()
    posts = Post.objects.filter(Q(person__in=people) | beside)
    if earliest is not None:
        posts = posts.filter(Q(until=None) | Q(until__gte=earliest))
    by_person: defaultdict[int, list[Held]] = defaultdict(list)
    by_place: defaultdict[int, list[Held]] = defaultdict(list)
    for pk, person, place, role, since, until, covered, portfolio in posts.values_list(
        "pk", "person", "organization", "role", "since", "until", "covers", "portfolio"
    ):
        held = Held(person, place, Role(role), since, until, pk, covered, portfolio)
        by_person[person].append(held)
        if covers or held.stands_alone:
            by_place[place].append(held)
    return by_person, by_place


def standing_alone() -> Q:
    """The posts that one at a time holds at an organization: its head's, and those with a portfolio."""
    return Q(role__in=AT_THE_HEAD) | ~Q(portfolio="")


def _place(actor: Actor | None, role: Role, organization: int) -> Organization:
    if actor is not None:
        return at(actor, _permit(role), organization)
    place = Organization.objects.filter(pk=organization).first()
    if place is None:
        raise NotFound
    return place


def _permit(role: Role) -> str:
    return "administrator.change" if role in ADMINISTRATORS else "post.change"


def _check_person(actor: Actor | None, row: Person | None, new: NewPost, place: Organization) -> None:
    if row is None:
        raise Refused("person_unknown", person=new.person)
    if row.left_on is not None and (new.until is None or row.left_on <= new.until):
        raise Refused("person_left", on=row.left_on)
    if actor is None:
        return
    is_seen = allowed(actor, "person.see", row.organization.path)
    if not is_seen or row.organization.path[:DIGITS_PER_LEVEL] != place.path[:DIGITS_PER_LEVEL]:
        # the same words as for nobody: others' rosters stay theirs, and so do the accounts of who is on them
        raise Refused("person_unknown", person=new.person)
    if row.pk == actor.person:
        raise Refused("own_post", person=new.person)


def _record(posts: Iterable[Post], past: str, actor: Actor | None, now: datetime) -> None:
    append(acts_of(posts, past), actor=actor.person if actor else None, now=now)
