"""Reading accounts: the list of those one may see, where each stands, and what name the next one could have.

When somebody last signed in is not told: who works when is nobody's business (product boundary 1).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import reduce
from operator import or_

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import OuterRef, Q, QuerySet, Subquery

from guantong.apps.organizations.access import Actor, fetch, visible
from guantong.apps.organizations.models import Person, Post
from guantong.apps.organizations.spelling import looked_for, spelled
from guantong.apps.people import codes, factors
from guantong.apps.people.models import Account, folded


class AccountState(StrEnum):
    """Where an account stands; the first that fits."""

    CLOSED = "closed"
    UNUSED = "unused"  # no password was ever set
    TO_CHANGE = "to-change"
    NORMAL = "normal"


_IN_STATE: Mapping[AccountState, Q] = {
    AccountState.CLOSED: Q(is_active=False),
    AccountState.UNUSED: Q(is_active=True, set_at=None),
    AccountState.TO_CHANGE: Q(is_active=True, set_at__isnull=False, must_change=True),
    AccountState.NORMAL: Q(is_active=True, set_at__isnull=False, must_change=False),
}


@dataclass(frozen=True, slots=True)
class Held:
    """An account beside the person who has it: their organization, their posts of the day, how it stands.

    `waits_until` is until when the code is good that it waits for, None where it waits for none.
    """

    account: Account
    person: Person
    posts: Sequence[Post]
    state: AccountState
    has_factor: bool
    waits_until: datetime | None


def accounts(actor: Actor) -> QuerySet[Account]:
    """The accounts the actor may see, each with the name of its person as `called`."""
    called = Person.objects.filter(pk=OuterRef("person"))
    seen = visible(actor, "account.see")
    return Account.objects.filter(person__in=seen.values("pk")).annotate(
        called=Subquery(called.values("name")[:1]),
        stands_at=Subquery(called.values("organization__path")[:1]),
    )


def in_state(rows: QuerySet[Account], state: str) -> QuerySet[Account]:
    """Those that stand so; all of them where nothing is called that."""
    return rows.filter(_IN_STATE[AccountState(state)]) if state in set(AccountState) else rows


def found_by(rows: QuerySet[Account], text: str) -> QuerySet[Account]:
    """Those whose name, or whose person's name, pinyin or initials hold what was typed."""
    persons = Person.objects.filter(looked_for(text))
    return rows.filter(Q(name__contains=folded(text)) | Q(person__in=persons.values("pk")))


def told(rows: Sequence[Account], day: date, now: datetime) -> list[Held]:
    """The accounts of one page with what stands beside them: four queries whatever their number."""
    keys, owners = [row.pk for row in rows], [row.person for row in rows]
    persons = {row.pk: row for row in Person.objects.select_related("organization").filter(pk__in=owners)}
    posts: defaultdict[int, list[Post]] = defaultdict(list)
    held = Post.objects.filter(Q(until=None) | Q(until__gte=day), person__in=owners, since__lte=day)
    for post in held.select_related("organization").order_by("organization__path", "role"):
        posts[post.person_id].append(post)
    with_factor, waits = factors.bound(keys), codes.waiting(keys, now)
    return [
        Held(
            row,
            persons[row.person],
            posts[row.person],
            state_of(row),
            row.pk in with_factor,
            waits.get(row.pk),
        )
        for row in rows
    ]


def state_of(row: Account) -> AccountState:
    """Where an account stands."""
    if not row.is_active:
        return AccountState.CLOSED
    if row.set_at is None:
        return AccountState.UNUSED
    return AccountState.TO_CHANGE if row.must_change else AccountState.NORMAL


def account_of(actor: Actor, person: int, now: datetime) -> tuple[Person, Held | None]:
    """A person and their account, None while they have none. Raises NotFound, Forbidden."""
    row = fetch(actor, "account.see", person)
    found = told(list(Account.objects.filter(person=row.pk)), actor.today, now)
    return Person.objects.select_related("organization").get(pk=row.pk), found[0] if found else None


def shut_out(persons: Collection[int], now: datetime) -> list[str]:
    """The names of those persons whose account is open, and neither a password nor a code lets them in; two queries."""
    rows = Account.objects.filter(
        is_active=True, person__in=persons, password__startswith=UNUSABLE_PASSWORD_PREFIX
    )
    shut = rows.exclude(code__until__gt=now).values_list("person", flat=True)
    return list(Person.objects.filter(pk__in=list(shut)).order_by("pk").values_list("name", flat=True))


def proposed_names(names: Sequence[str], besides: Collection[str] = ()) -> list[str]:
    """A free name for the account of each person, in their order: as they are spelled, with a number from the second on.

    None of `besides` is proposed. Only names that may stand in the way are asked for.
    """
    bases = [next(iter(spelled(name).split()), "zhanghao")[:_LONGEST] for name in names]
    taken = {*besides, *_in_the_way(Counter([*bases, *besides]))}
    proposed = []
    for base in bases:
        free, number = base, 1
        while free in taken or len(free) < _SHORTEST:
            number += 1
            free = f"{base}{number}"
        taken.add(free)
        proposed.append(free)
    return proposed


_SHORTEST, _LONGEST = 2, 56


def _in_the_way(bases: Mapping[str, int]) -> set[str]:
    """The names there are among those that are wanted, and those that begin with one which is to get a number."""
    found: set[str] = set()
    asked = Account.objects.values_list("name", flat=True)
    every = sorted(bases)
    for start in range(0, len(every), 500):
        found |= set(asked.filter(name__in=every[start : start + 500]))
    numbered = [base for base in every if bases[base] > 1 or base in found or not base.isalpha()]
    numbered += [base for base in every if len(base) < _SHORTEST]
    for start in range(0, len(numbered), 100):
        begins = (Q(name__startswith=base) for base in numbered[start : start + 100])
        found |= set(asked.filter(reduce(or_, begins)))
    return found
