"""Reading the roster: who belongs to an organization, who somebody is, who holds which post, whom a name may mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import (
    Case,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from guantong.apps.organizations.access import Actor, Forbidden, NotFound, allowed, at, visible
from guantong.apps.organizations.accounts.listing import AccountState, state_of
from guantong.apps.organizations.models import (
    OFFICIAL,
    Membership,
    Organization,
    PartyStatus,
    Person,
    Post,
    PostPortfolio,
    PostRole,
    Sex,
    called,
)
from guantong.apps.organizations.roster.appointing import ADMINISTRATORS
from guantong.apps.organizations.roster.memberships import spell_of
from guantong.apps.organizations.spelling import looked_for
from guantong.apps.people.models import Account
from guantong.core.matters import DIGITS_PER_LEVEL
from guantong.core.permits import Role, next_path
from guantong.core.persons import begun, spell_on

MOST = 20
"""So many persons are offered where one is looked for; who finds too many types more."""
NO_MEMBER = "none"

Rows = TypeVar("Rows", Membership, Post)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be meant, with the organization they belong to.

    `apart` tells them from those of the same name who are offered too: the birth year and what they are to the Party.
    """

    id: int
    name: str
    place: str
    apart: str = ""


@dataclass(frozen=True, slots=True)
class AccountLine:
    """The account of somebody on their page: its name and where it stands; empty and None where they have none."""

    name: str
    state: AccountState | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is to the Party, in words, and since when: without a break, at whatever organization."""

    words: str
    since: date


def roster_place(actor: Actor, organization: int, permit: str = "person.see") -> Organization:
    """The organization whose roster is asked for. Raises NotFound, Forbidden."""
    return at(actor, permit, organization)


def roster_of(place: Organization, *, below: bool = False) -> QuerySet[Person]:
    """Everybody who belongs to an organization at hand, or to it and all below it, whoever has left among them."""
    rows = Person.objects.all()
    if below:
        return rows.filter(organization__path__gte=place.path, organization__path__lt=next_path(place.path))
    return rows.filter(organization=place)


def found_by(rows: QuerySet[Person], text: str) -> QuerySet[Person]:
    """Those whose name, pinyin or initials hold what was typed."""
    return rows.filter(looked_for(text))


def still_here(rows: QuerySet[Person], day: date, *, here: bool = True) -> QuerySet[Person]:
    """Those who have not left by a day, or those who have."""
    is_here = Q(left_on=None) | Q(left_on__gt=day)
    return rows.filter(is_here if here else ~is_here)


def of_status(rows: QuerySet[Person], status: str, day: date) -> QuerySet[Person]:
    """Those who are members of a status on a day; NO_MEMBER for those who are none."""
    standing = _on(Membership.objects.filter(person=OuterRef("pk")), day)
    if status == NO_MEMBER:
        return rows.filter(~Exists(standing))
    return rows.filter(Exists(standing.filter(status=status)))


def with_post(rows: QuerySet[Person], day: date, *, held: bool = True) -> QuerySet[Person]:
    """Those who hold a post on a day, or those who hold none."""
    posts = Exists(_on(Post.objects.filter(person=OuterRef("pk")), day))
    return rows.filter(posts if held else ~posts)


def in_full(rows: QuerySet[Person], day: date) -> QuerySet[Person]:
    """Persons with their organization, with `so_far` (memberships up to a day) and `held` (posts on it)."""
    return rows.select_related("organization").prefetch_related(
        Prefetch("memberships", Membership.objects.filter(since__lte=day), to_attr="so_far"),
        Prefetch(
            "posts",
            _on(Post.objects.select_related("organization"), day).order_by("since", "pk"),
            to_attr="held",
        ),
    )


def person_of(actor: Actor, pk: int, permit: str = "person.see") -> Person:
    """Somebody on the roster, with their organization: one query. Raises NotFound, Forbidden."""
    row = Person.objects.select_related("organization").filter(pk=pk).first()
    if row is None or not allowed(actor, "person.see", row.organization.path):
        raise NotFound
    if not allowed(actor, permit, row.organization.path):
        raise Forbidden
    return row


def memberships_of(person: int) -> list[Membership]:
    """What somebody is and was to the Party, the last first, each with its organization."""
    return list(
        Membership.objects.filter(person=person).select_related("organization").order_by("-since", "-pk")
    )


def standing(memberships: Iterable[Membership], day: date) -> Standing | None:
    """What somebody is on a day, of all their memberships at hand; None for no member."""
    spells = [spell_of(row) for row in memberships]
    holding, since = spell_on(spells, day), begun(spells, day)
    if holding is None or since is None:
        return None
    return Standing(str(PartyStatus(holding.status).label), since)


def posts_held(person: int) -> list[Post]:
    """The posts somebody holds and held, the last first, each with its organization."""
    beside = ("organization", "covers__person", "handed_from__person")
    return list(Post.objects.filter(person=person).select_related(*beside).order_by("-since", "-pk"))


def account_line(actor: Actor, row: Person) -> AccountLine | None:
    """How the account of somebody at hand stands; None for whoever may not see accounts at their organization."""
    if not allowed(actor, "account.see", row.organization.path):
        return None
    account = Account.objects.filter(person=row.pk).first()
    return AccountLine(account.name, state_of(account)) if account else AccountLine("", None)


def posts_at(place: Organization) -> QuerySet[Post]:
    """The posts of an organization at hand, of all days, each with its person: those that stand before those that are
    over, in the order of the roles, whose place among them is `rank`.
    """
    beside = ("organization", "person__organization", "covers__person", "handed_from__person")
    places = [
        When(role=role, portfolio=portfolio, then=Value(number))
        for number, (role, portfolio) in enumerate(OFFICIAL)
    ]
    rank = Case(*places, output_field=IntegerField())
    rows = Post.objects.filter(organization=place).select_related(*beside).annotate(rank=rank)
    return rows.order_by(F("until").desc(nulls_first=True), "rank", "-since", "-pk")


def posts_on(rows: QuerySet[Post], day: date, *, held: bool = True) -> QuerySet[Post]:
    """Those that hold on a day or are to begin, or those that are over."""
    over = Q(until__lt=day)
    return rows.exclude(over) if held else rows.filter(over)


def posts_of_name(rows: QuerySet[Post], text: str) -> QuerySet[Post]:
    """Those whose holder's name, pinyin or initials hold what was typed."""
    return rows.filter(looked_for(text, "person__"))


def may_end_post(actor: Actor, post: Post) -> bool:
    """Whether the actor may end a post that is at hand, or hand it over: not over yet, and not their own."""
    if post.person_id == actor.person or (post.until is not None and post.until < actor.today):
        return False
    return may_change_post(actor, Role(post.role), post.organization)


def post_of(actor: Actor, pk: int) -> Post:
    """A post, for ending or handing it over. Raises NotFound, Forbidden."""
    beside = ("organization", "person__organization")
    row = Post.objects.filter(pk=pk).select_related(*beside).first()
    if row is None or not allowed(actor, "person.see", row.organization.path):
        raise NotFound
    if not may_change_post(actor, Role(row.role), row.organization):
        raise Forbidden
    return row


def may_change_post(actor: Actor, role: Role, place: Organization) -> bool:
    """Whether the actor may give or end a post of this role at an organization at hand."""
    permit = "administrator.change" if role in ADMINISTRATORS else "post.change"
    return allowed(actor, permit, place.path)


def roles_given(actor: Actor, place: Organization) -> list[tuple[str, str]]:
    """Value and term of the roles the actor may give at an organization at hand. Raises NotFound, Forbidden.

    Administrators stand at the top alone.
    """
    given = [
        (role.value, called(role, stage=place.stage))
        for role in PostRole
        if may_change_post(actor, Role(role), place)
        and (Role(role) not in ADMINISTRATORS or place.parent_id is None)
    ]
    if not given:
        raise Forbidden if allowed(actor, "organization.see", place.path) else NotFound
    return given


def posts_to_cover(place: Organization, day: date) -> list[Post]:
    """The posts of an organization at hand whose holder somebody may stand in for from a day on."""
    posts = Post.objects.filter(Q(until=None) | Q(until__gte=day), organization=place, covers=None)
    posts = posts.exclude(role__in=sorted({*ADMINISTRATORS, Role.MEMBER}))
    return list(posts.select_related("person", "organization").order_by("role", "portfolio", "since", "pk"))


def candidates(actor: Actor, place: Organization, text: str, but: Collection[int] = ()) -> list[Candidate]:
    """The persons whom a name, its pinyin or initials may mean, `MOST` at most: of the organization's district those
    whose rosters the actor sees, as nobody else can be given a post by them.

    Whoever gives posts at the organization looks for them; without a text, those who belong to the organization. Who
    is in `but` is not offered.
    """
    rows = _within_sight(actor, place)
    rows = rows.filter(looked_for(text)) if text else rows.filter(organization=place)
    rows = still_here(rows, actor.today).exclude(pk__in=[actor.person, *but])
    status = _on(Membership.objects.filter(person=OuterRef("pk")), actor.today).values("status")[:1]
    shown = list(
        rows.order_by("name", "pk")
        .annotate(status=Subquery(status))
        .values_list("pk", "name", "organization__name", "birth_year", "status")[:MOST]
    )
    names = Counter(name for _, name, *_ in shown)
    return [
        Candidate(pk, name, unit, _apart(year, status) if names[name] > 1 else "")
        for pk, name, unit, year, status in shown
    ]


def _apart(year: int | None, status: str | None) -> str:
    told = f"{year} 年生" if year else "出生年份不详"
    return f"{told}，{PartyStatus(status).label if status else '非党员'}"


def candidate(actor: Actor, place: Organization, pk: int) -> Candidate | None:
    """Somebody who has been chosen from `candidates`; None where none of them is meant."""
    found = _within_sight(actor, place).filter(pk=pk).values_list("pk", "name", "organization__name").first()
    return Candidate(*found) if found else None


def may_enter(actor: Actor, place: Organization) -> bool:
    """Whether the actor may put somebody on the roster of an organization at hand."""
    return allowed(actor, "person.change", place.path)


def sees_all(actor: Actor, place: Organization) -> bool:
    """Whether the actor sees the whole roster of an organization's district."""
    return allowed(actor, "person.see", place.path[:DIGITS_PER_LEVEL])


def _within_sight(actor: Actor, place: Organization) -> QuerySet[Person]:
    """The persons of an organization's district whom the actor sees and may give posts at it. Raises as `roles_given`."""
    roles_given(actor, place)
    top = place.path[:DIGITS_PER_LEVEL]
    rows: QuerySet[Person] = visible(actor, "person.see")
    return rows.filter(organization__path__gte=top, organization__path__lt=next_path(top))


def sexes() -> list[tuple[str, str]]:
    """Value and term of each, for the choices of a form."""
    return [(sex.value, str(sex.label)) for sex in Sex]


def statuses() -> list[tuple[str, str]]:
    """Value and term of each status of a member, for the choices of a form."""
    return [(status.value, str(status.label)) for status in PartyStatus]


def roles() -> list[tuple[str, str]]:
    """Value and term of every role, for the choices of a form."""
    return [(role.value, str(role.label)) for role in PostRole]


def portfolios() -> list[tuple[str, str]]:
    """Value and term of what a committee member may be in charge of, for the choices of a form."""
    return [(portfolio.value, str(portfolio.label)) for portfolio in PostPortfolio]


def _on(rows: QuerySet[Rows], day: date) -> QuerySet[Rows]:
    return rows.filter(Q(until=None) | Q(until__gte=day), since__lte=day)
