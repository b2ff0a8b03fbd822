"""Everything that is held of somebody, as they read it themselves: sections of words, with the register's row of each.

Source: Personal Information Protection Law, article 45 (reading and taking along what is held).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from guantong.apps.members.models import Correction
from guantong.apps.members.queries import own_corrections
from guantong.apps.organizations.access import Actor, NotFound
from guantong.apps.organizations.models import Membership, Person, Post
from guantong.apps.organizations.roster.register import Entry, entry_of
from guantong.apps.organizations.roster.rolls import memberships_of, posts_held


@dataclass(frozen=True, slots=True)
class Own:
    """What the roster and the corrections hold of somebody."""

    person: Person
    memberships: Sequence[Membership]
    posts: Sequence[Post]
    corrections: Sequence[Correction]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of what is held, as a table of words; `entry` says what it is for, unless each row has one of its own."""

    title: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    entry: Entry | None = None
    empty: str = "没有记录。"


def own_data(actor: Actor) -> Own:
    """What is held of the actor: four queries. Raises NotFound for somebody on no roster."""
    row = Person.objects.select_related("organization").filter(pk=actor.person).first()
    if row is None:
        raise NotFound
    return Own(row, memberships_of(row.pk), posts_held(row.pk), list(own_corrections(actor)))


def with_entries(fields: Iterable[tuple[str, str, str]]) -> list[tuple[str, ...]]:
    """Rows of what is held and why, from (words, value, name in the register)."""
    rows: list[tuple[str, ...]] = []
    for words, value, name in fields:
        entry = entry_of(name)
        rows.append((words, value, entry.purpose, entry.basis, entry.retention, entry.readers))
    return rows
