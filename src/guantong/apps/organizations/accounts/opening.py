"""Opening accounts and looking after them: who may, for whom, and the entry of it.

Whoever opens or resets an account gets a code to hand over, never a password. They may do it for a person where they
may at the person's organization and wherever that person holds a post or will, but for that of a plain member; where
a post is an administrator's, it takes the permit for administrators there and at the person's organization. Nobody
does it to themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from guantong.apps.ledger.services import Act, append
from guantong.apps.organizations.access import Actor, Forbidden, NotFound, allowed
from guantong.apps.organizations.changing import lock_districts
from guantong.apps.organizations.models import Organization, Person, Post
from guantong.apps.organizations.roster.appointing import ADMINISTRATORS
from guantong.apps.people import codes, factors, services, tries
from guantong.apps.people.models import Account, folded
from guantong.apps.people.services import NewAccount
from guantong.core.chain import Plain
from guantong.core.matters import DIGITS_PER_LEVEL
from guantong.core.permits import Role
from guantong.core.refusal import Refused

__all__ = ["NewAccount"]


@dataclass(frozen=True, slots=True)
class Handling:
    """Whether the actor may open, reset and close an account, and whether it takes the permit for administrators."""

    may: bool
    as_administrator: bool


def open_account(actor: Actor, *, person: int, name: str, now: datetime) -> str:
    """Open the account of a person; the code with which they set their password, known to nobody but the caller.

    Raises as `open_many`.
    """
    return open_many(actor, [NewAccount(person, name)], now)[0]


def open_many(actor: Actor, rows: Sequence[NewAccount], now: datetime) -> list[str]:
    """Open the accounts of many persons, all or none; the codes in the order of `rows`.

    Raises NotFound, Forbidden, and Refused: own_account, person_gone (they have left), account_name_taken,
    account_name_bad, account_held; the last three with the number of the row, from 0.
    """
    with transaction.atomic():
        persons = _persons(actor, [row.person for row in rows])
        for row, each in enumerate(persons):
            if _is_gone(each, actor):
                raise Refused("person_gone", person=each.pk, row=row)
        made, given = services.open_accounts(rows, now=now)
        acts = (_act(person, account, "opened") for person, account in zip(persons, made, strict=True))
        append(acts, actor=actor.person, now=now)
    return given


def reset_account(actor: Actor, *, person: int, now: datetime) -> str:
    """Put a code in the place of a password that is forgotten or known to others; see `people.services.reset`.

    Raises NotFound, Forbidden, and Refused: own_account, account_missing, account_closed.
    """
    with transaction.atomic():
        (row,) = _persons(actor, [person])
        account, code = services.reset(person, now=now)
        append([_act(row, account, "reset")], actor=actor.person, now=now)
    return code


def close_account(actor: Actor, *, person: int, now: datetime) -> None:
    """Let nobody sign in with an account any more.

    Raises NotFound, Forbidden, and Refused: own_account, account_missing, account_closed.
    """
    with transaction.atomic():
        (row,) = _persons(actor, [person])
        append([_act(row, services.close(person), "closed")], actor=actor.person, now=now)


def reopen_account(actor: Actor, *, person: int, now: datetime) -> None:
    """Let an account be signed in to again, with the password it had.

    Raises NotFound, Forbidden, and Refused: own_account, person_gone (they have left), account_missing, account_open.
    """
    with transaction.atomic():
        (row,) = _persons(actor, [person])
        if _is_gone(row, actor):
            raise Refused("person_gone", person=row.pk)
        append([_act(row, services.reopen(person), "reopened")], actor=actor.person, now=now)


def drop_factor(actor: Actor, *, person: int, now: datetime) -> None:
    """Forget the second factor of somebody who has lost it; their sessions end.

    Raises NotFound, Forbidden, and Refused: own_account, account_missing, factor_missing.
    """
    with transaction.atomic():
        (row,) = _persons(actor, [person])
        account = services.held(person)
        factors.drop(account)
        services.end_sessions(account)
        append([_act(row, account, "factor_dropped")], actor=actor.person, now=now)


def reset_at_terminal(name: str, *, drops_factor: bool = False, now: datetime) -> str:
    """A code for the account of that name, made at the machine itself, where nobody else can; entered without actor.

    Raises Refused: account_missing, account_closed, factor_missing.
    """
    with transaction.atomic():
        known = Account.objects.filter(name=folded(name)).values_list("person", flat=True).first()
        if known is None:
            raise Refused("account_missing")
        account, code = services.reset(known, now=now)
        row = Person.objects.select_related("organization").get(pk=known)
        acts = [_act(row, account, "reset")]
        if drops_factor:
            factors.drop(account)
            acts.append(_act(row, account, "factor_dropped"))
        append(acts, actor=None, now=now)
    return code


def change_password(
    actor: Actor, *, old: str, new: str, came_from: str, second: int, now: datetime
) -> Account:
    """Change one's own password; a wrong old one counts like a wrong password of signing in.

    Raises Refused: password_wrong (or too many tries), and those of `people.services.set_password`.
    """
    if not services.knows_password(actor.person, old, came_from=came_from, second=second):
        raise Refused("password_wrong")
    row = Person.objects.select_related("organization").get(pk=actor.person)
    with transaction.atomic():
        account = services.set_password(person=row.pk, old=old, new=new, names=names_of(row), now=now)
        append([_act(row, account, "password_set")], actor=row.pk, now=now)
    return account


def use_code(*, name: str, code: str, new: str, came_from: str, second: int, now: datetime) -> Account | None:
    """Set the password of an account by its code; None for a wrong name or code, or where it is tried too often.

    Raises Refused: code_wrong (used in the same moment), and what the new password is refused for; the code stays
    good then.
    """
    found = tries.limited(
        lambda: codes.holder(name, code, now), name=name, came_from=came_from, second=second
    )
    if found is None:
        return None
    row = Person.objects.select_related("organization").get(pk=found.person)
    with transaction.atomic():
        account = services.set_by_code(found, code=code, new=new, names=names_of(row), now=now)
        append([_act(row, account, "password_set")], actor=row.pk, now=now)
    return account


def bind_factor(actor: Actor, *, device: int, figures: str, now: datetime) -> Account:
    """Bind a key (see `factors.key`) as one's own second factor, of which the authenticator shows these figures; every session ends.

    Raises Refused: factor_bound, figures_wrong.
    """
    with transaction.atomic():
        account = services.held(actor.person)
        bound = factors.bind(account, device, figures)
        if bound:
            services.end_sessions(account)
            row = Person.objects.select_related("organization").get(pk=actor.person)
            append([_act(row, account, "factor_bound")], actor=actor.person, now=now)
    if not bound:  # said when the wrong try is written down
        raise Refused("figures_wrong")
    return account


def needs_factor(actor: Actor) -> bool:
    """Whether the actor must have a second factor: by a post they hold today, in a district that is no example.

    No query for whoever holds no such post.
    """
    needing = frozenset(ADMINISTRATORS) | settings.SECOND_FACTOR
    tops = {post.path[:DIGITS_PER_LEVEL] for post in actor.posts if post.role in needing and not post.guided}
    return bool(tops) and Organization.objects.filter(path__in=tops, invented=False).exists()


def names_of(person: Person) -> list[str]:
    """What a password of somebody's must not hold: their name, and how it is usually spelled."""
    return [person.name, *person.spelled.split()[:1]]


def handling(actor: Actor, person: int) -> Handling:
    """What the actor may do with the account of a person whom they see."""
    rows = _with_posts(actor, [person])
    may = any(_may(actor, *each) for each in rows.values())
    return Handling(may, any(role in ADMINISTRATORS for _, posts in rows.values() for role, _ in posts))


def changeable(actor: Actor, wanted: Sequence[int]) -> dict[int, Person]:
    """Those of the persons whose account the actor may open, reset and close, by id; two queries for 500."""
    rows = _with_posts(actor, wanted)
    return {key: person for key, (person, posts) in rows.items() if _may(actor, person, posts)}


def _persons(actor: Actor, wanted: Sequence[int]) -> list[Person]:
    """The persons, in that order, checked that the actor may change the account of each; two queries for 500.

    Nobody is given a post of their district until the transaction ends. Raises NotFound, Forbidden,
    Refused("own_account").
    """
    lock_districts(post.path for post in actor.posts)  # nobody's account is handled from another district
    rows = _with_posts(actor, wanted)
    for key in wanted:
        if key not in rows or not allowed(actor, "account.see", rows[key][0].organization.path):
            raise NotFound
        if key == actor.person:
            raise Refused("own_account")
        if not _may(actor, *rows[key]):
            raise Forbidden
    return [rows[key][0] for key in wanted]


def _with_posts(
    actor: Actor, wanted: Sequence[int]
) -> Mapping[int, tuple[Person, Sequence[tuple[Role, str]]]]:
    """The persons by id, each with role and path of the posts they hold or will, but for those of plain members."""
    found: dict[int, Person] = {}
    posts: defaultdict[int, list[tuple[Role, str]]] = defaultdict(list)
    for piece in _pieces(wanted):
        found |= {row.pk: row for row in Person.objects.select_related("organization").filter(pk__in=piece)}
        held = Post.objects.filter(Q(until=None) | Q(until__gte=actor.today), person__in=piece)
        held = held.exclude(role=Role.MEMBER)
        for person, role, path in held.values_list("person", "role", "organization__path"):
            posts[person].append((Role(role), path))
    return {key: (row, posts[key]) for key, row in found.items()}


def _may(actor: Actor, person: Person, posts: Sequence[tuple[Role, str]]) -> bool:
    """Whether the actor may change the account of a person with these posts."""
    if person.pk == actor.person:
        return False
    home = person.organization.path
    wanted = [(_PERMITS[role in ADMINISTRATORS], path) for role, path in posts]
    wanted += [("account.see", home), (_PERMITS[any(role in ADMINISTRATORS for role, _ in posts)], home)]
    return all(allowed(actor, permit, path) for permit, path in wanted)


_PERMITS = ("account.change", "administrator.change")
"""The permit for an account, by whether an administrator's post is among what it is worth."""


def _is_gone(person: Person, actor: Actor) -> bool:
    return person.left_on is not None and person.left_on <= actor.today


def _pieces(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    """A database takes only so many values at once."""
    return (keys[start : start + 500] for start in range(0, len(keys), 500))


def _act(person: Person, account: Account, past: str) -> Act:
    place = person.organization
    facts: dict[str, Plain] = {"account": account.pk}
    return Act(place.path[:DIGITS_PER_LEVEL], place.pk, f"account.{past}", "account", person.pk, facts)
