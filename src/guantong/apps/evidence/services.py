"""Referring to records that exist anyway as evidence of what was done. Nothing has to be uploaded, ever."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from guantong.apps.evidence.models import Reference
from guantong.apps.organizations.access import Actor, NotFound, visible


def refer(actor: Actor, *, noun: str, object: int, shown: Sequence[tuple[str, int]], now: datetime) -> int:  # noqa: A002 — as the ledger calls it
    """Let each of `shown`, pairs of noun and id, stand as evidence of an object; how many did not before.

    To be called inside the transaction of the service that changes the object: that service asks for the permit and
    writes the entry. Raises RuntimeError outside a transaction, and NotFound for what the actor may not see.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(
            "evidence stands or falls with what it shows: refer inside the service's transaction"
        )
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for shown_noun, pk in shown:
        wanted[shown_noun].add(pk)
    for shown_noun, pks in wanted.items():
        _check_visible(actor, shown_noun, pks)
    known = set(Reference.objects.filter(noun=noun, object=object).values_list("shown_noun", "shown"))
    fresh = dict.fromkeys(pair for pair in shown if pair not in known)
    Reference.objects.bulk_create(
        (
            Reference(
                noun=noun, object=object, shown_noun=shown_noun, shown=pk, made_at=now, made_by=actor.person
            )
            for shown_noun, pk in fresh
        ),
        batch_size=500,
        ignore_conflicts=True,  # somebody else referred to the same just now
    )
    return len(fresh)


def _check_visible(actor: Actor, noun: str, pks: set[int]) -> None:
    """As `access.fetch` would for each, in one query for all of them."""
    try:
        rows = visible(actor, f"{noun}.see")
    except KeyError:  # a noun that nobody knows is not there either
        raise NotFound from None
    if rows.filter(pk__in=pks).count() < len(pks):
        raise NotFound
