"""Reading the tree: whose district a place is in, what stands directly below, who is at the head."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat

from guantong.apps.organizations.access import Actor, NotFound, allowed, allowed_below, fetch, visible
from guantong.apps.organizations.models import (
    OFFICIAL,
    Kind,
    Membership,
    Organization,
    PartyStatus,
    PastClosure,
    Post,
    SchoolStage,
)
from guantong.core.matters import DIGITS_PER_LEVEL
from guantong.core.permits import Role, in_another_line

AT_THE_HEAD = (Role.SECRETARY, Role.BRANCH_SECRETARY)


def district_of(path: str) -> Organization:
    """The top-level organization of the tree in which a place stands. Raises NotFound where there is none."""
    district = Organization.objects.filter(path=path[:DIGITS_PER_LEVEL]).first()
    if district is None:
        raise NotFound
    return district


def any_invented() -> bool:
    """Whether there is an example district: for pages that are shown to nobody in particular."""
    return Organization.objects.filter(parent=None, invented=True).exists()


def office_holders(organization: Organization, day: date) -> QuerySet[Post]:
    """The posts of an organization on a day, each with its person, in the order of names; of its own people alone."""
    posts = Post.objects.filter(
        Q(until=None) | Q(until__gte=day),
        organization=organization,
        since__lte=day,
        person__organization__path__startswith=organization.path,
    )
    return posts.select_related("person", "organization").order_by("person__name", "person", "role")


def children(actor: Actor, organization: int) -> QuerySet[Organization]:
    """What stands directly below an organization and is open, in official order. Raises NotFound."""
    fetch(actor, "organization.see", organization)
    return _open_below(organization, actor.today)


def below(actor: Actor, organization: Organization) -> QuerySet[Organization]:
    """As `children`, of an organization that is at hand: one query. Raises NotFound."""
    if not allowed(actor, "organization.see", organization.path):
        raise NotFound
    return _open_below(organization.pk, actor.today)


def _open_below(organization: int, day: date) -> QuerySet[Organization]:
    return open_on(Organization.objects.filter(parent=organization), day).order_by("order", "path")


def open_on(rows: QuerySet[Organization], day: date) -> QuerySet[Organization]:
    """Those of `rows` that exist on a day."""
    return rows.filter(Q(closed_on=None) | Q(closed_on__gt=day), opened_on__lte=day)


def existed_on(rows: QuerySet[Organization], day: date) -> QuerySet[Organization]:
    """As `open_on`, for a past day: those that were closed on it and opened again since are not among them."""
    shut = PastClosure.objects.filter(since__lte=day, until__gte=day, organization=OuterRef("pk"))
    return open_on(rows, day).filter(~Exists(shut))


def head_of(organization: int, day: date) -> Post | None:
    """The post of whoever is secretary of an organization on a day, acting or not; None while it is vacant."""
    posts = Post.objects.filter(organization=organization, role__in=AT_THE_HEAD, since__lte=day)
    return posts.filter(Q(until=None) | Q(until__gte=day)).select_related("person").first()


_BEHIND_ALL = "9" * 64  # in digits, a path and this is behind all that stand under it


def seen(actor: Actor) -> QuerySet[Organization]:
    """Every organization somebody may see, open or closed, each with its parent, in the order of the tree."""
    rows: QuerySet[Organization] = visible(actor, "organization.see")
    return rows.select_related("parent").order_by("path")


def starting_place(actor: Actor) -> Organization:
    """Where somebody begins to look at the tree: the first organization of their posts that they may see.

    Raises NotFound where there is none.
    """
    own = [post.path for post in actor.posts if not post.guided]
    for path in own:
        if allowed(actor, "organization.see", path):
            row = Organization.objects.filter(path=path).first()
            if row is not None:
                return row
    raise NotFound


def organization_of(actor: Actor, pk: int) -> Organization:
    """An organization somebody may see, with what its page names of others, and `full_members`: how many it has.

    Raises NotFound.
    """
    beside = ("parent", "guided_by", "merged_into", "split_from")
    rows = visible(actor, "organization.see").filter(pk=pk).select_related(*beside)
    row = rows.annotate(full_members=full_members(actor.today)).first()
    if row is None:
        raise NotFound
    found: Organization = row
    return found


def above(organization: Organization) -> list[Organization]:
    """What stands above an organization today, from the top down."""
    return list(Organization.objects.filter(path__in=_paths_above(organization.path)).order_by("path"))


def beside(organization: Organization, day: date, most: int) -> tuple[list[Organization], ...]:
    """Of an organization: what stands above it, its first `most` open children, what merged into it, what split off.

    One query for all four; those above from the top down, children in official order, the others by day.
    """
    first = _open_below(organization.pk, day)[:most]
    paths = _paths_above(organization.path)
    rows = Organization.objects.filter(
        Q(path__in=paths)
        | Q(pk__in=first.values("pk"))
        | Q(merged_into=organization)
        | Q(split_from=organization)
    )
    found = list(rows.order_by("order", "path"))
    is_open = {
        row.pk for row in found if row.opened_on <= day and (row.closed_on is None or row.closed_on > day)
    }
    return (
        sorted((row for row in found if row.path in paths), key=lambda row: row.path),
        [row for row in found if row.parent_id == organization.pk and row.pk in is_open][:most],
        sorted((row for row in found if row.merged_into_id == organization.pk), key=_closed),
        sorted((row for row in found if row.split_from_id == organization.pk), key=lambda row: row.opened_on),
    )


def with_heads(rows: QuerySet[Organization], day: date) -> QuerySet[Organization]:
    """`rows`, each with `head`: who is secretary on a day, acting or not; None while it is vacant."""
    posts = Post.objects.filter(
        Q(until=None) | Q(until__gte=day),
        organization=OuterRef("pk"),
        role__in=AT_THE_HEAD,
        since__lte=day,
    ).order_by(F("covers").asc(nulls_first=True), "pk")
    return rows.annotate(head=Subquery(posts.values("person__name")[:1]))


def with_branches(rows: QuerySet[Organization], day: date) -> QuerySet[Organization]:
    """`rows`, each with `branches`: how many branches stand under it on a day, at any level."""
    under = open_on(Organization.objects.filter(kind=Kind.BRANCH), day).filter(
        path__gt=OuterRef("path"), path__lt=Concat(OuterRef("path"), Value(_BEHIND_ALL))
    )
    counted = under.order_by().values(one=Value(1)).annotate(n=Count("*")).values("n")
    return rows.annotate(branches=Coalesce(Subquery(counted), 0))


def with_ranks(rows: QuerySet[Organization]) -> QuerySet[Organization]:
    """`rows`, each with `kind_rank` and `stage_rank`: the place of its kind and stage in the order people know."""
    return rows.annotate(
        kind_rank=_rank("kind", [kind.value for kind in Kind]),
        stage_rank=_rank("stage", [stage.value for stage in SchoolStage]),
    )


def _rank(field: str, values: Sequence[str]) -> Case:
    places = [When(**{field: value}, then=Value(place)) for place, value in enumerate(values)]
    return Case(*places, default=Value(len(values)), output_field=IntegerField())


def _paths_above(path: str) -> list[str]:
    return [path[:end] for end in range(DIGITS_PER_LEVEL, len(path), DIGITS_PER_LEVEL)]


def _closed(row: Organization) -> date:
    return row.closed_on or date.max


def kinds() -> list[tuple[str, str]]:
    """Value and term of every kind of organization but that at the top, for the choices of a form."""
    return [(kind.value, str(kind.label)) for kind in Kind if kind is not Kind.WORK_COMMITTEE]


def stages() -> list[tuple[str, str]]:
    """Value and term of every stage, for the choices of a form."""
    return [(stage.value, str(stage.label)) for stage in SchoolStage]


def full_members(day: date) -> Coalesce:
    """How many full members an organization has on a day, for annotating rows of organizations."""
    standing = Membership.objects.filter(
        Q(until=None) | Q(until__gte=day),
        organization=OuterRef("pk"),
        since__lte=day,
        status=PartyStatus.FULL,
    )
    counted = standing.order_by().values(one=Value(1)).annotate(n=Count("*")).values("n")
    return Coalesce(Subquery(counted), 0)


def posts_at(organization: int) -> list[Post]:
    """The posts of an organization, of all days, heads first, each with whose leave it covers.

    Being a member is no office: members stand on the roster.
    """
    posts = Post.objects.filter(organization=organization).exclude(role=Role.MEMBER)
    beside = ("person", "organization", "covers__person", "handed_from__person")
    place = {office: number for number, office in enumerate(OFFICIAL)}
    return sorted(
        posts.select_related(*beside),
        key=lambda post: (place[post.role, post.portfolio], post.since, post.pk),
    )


def with_children(rows: QuerySet[Organization], day: date) -> QuerySet[Organization]:
    """`rows`, each with `has_children`: whether anything stands directly below it on a day."""
    under = open_on(Organization.objects.filter(parent=OuterRef("pk")), day)
    return rows.annotate(has_children=Exists(under))


def guides_for(actor: Actor, organization: Organization) -> list[tuple[int, str]]:
    """Who may guide an organization, as key and name: work committees, and sections the actor sees, in another line.

    Work committees only for whoever may let them, see `may_let_guide`. Whoever guides it now is among them.
    """
    is_guide = Q(parent=None) | Q(pk__in=visible(actor, "organization.see").filter(kind=Kind.SECTION))
    rows = Organization.objects.filter(
        Q(pk=organization.guided_by_id) | (is_guide & (Q(closed_on=None) | Q(closed_on__gt=actor.today)))
    )
    return [
        (row.pk, row.name)
        for row in rows.order_by("path")
        if row.pk == organization.guided_by_id
        or (
            in_another_line(row.path, organization.path)
            and (row.parent_id is not None or may_let_guide(actor, row.path, organization.path))
        )
    ]


def may_let_guide(actor: Actor, top: str, path: str) -> bool:
    """Whether the actor may put what stands at a path under the guidance of another district's work committee.

    That is a matter between districts: of whoever changes organizations under the top of either.
    """
    return any(allowed_below(actor, "organization.change", each) for each in (path[:DIGITS_PER_LEVEL], top))


def in_own_line(actor: Actor, organizations: Collection[int]) -> set[int]:
    """Those of some organizations that stand at or below one of the actor's posts, not only guided; one query."""
    own = [post.path for post in actor.posts if not post.guided]
    rows = Organization.objects.filter(pk__in=organizations).values_list("pk", "path")
    return {pk for pk, path in rows if any(path.startswith(above) for above in own)}
