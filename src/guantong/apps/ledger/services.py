"""Appending to the record of acts: one call at the end of each service's transaction."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import connection

from guantong.apps.ledger.models import ChainHead, Entry
from guantong.core.chain import START, Plain, digest_of

_CODE = re.compile(r"[A-Za-z0-9_.:+%/-]{0,64}")


@dataclass(frozen=True, slots=True)
class Act:
    """What was done: `act` is noun.past (directive.issued), `facts` are ids, codes, figures and ISO dates."""

    chain: str
    organization: int
    act: str
    noun: str
    object: int
    facts: Mapping[str, Plain] = field(default_factory=dict)


def append(acts: Iterable[Act], *, actor: int | None, now: datetime) -> list[Entry]:
    """Append `acts` to their chains, in order. To be called once, inside the transaction of the service.

    Raises RuntimeError outside a transaction and ValueError for a fact that is more than an id, code or figure.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(
            "an entry stands or falls with what it tells of: append inside the service's transaction"
        )
    by_chain: defaultdict[str, list[Act]] = defaultdict(list)
    for act in acts:
        _check(act)
        by_chain[act.chain].append(act)
    at = now.astimezone(UTC)
    entries: list[Entry] = []
    for chain in sorted(by_chain):  # always in the same order, so that two writers cannot wait for each other
        entries += _extend(chain, by_chain[chain], actor, at)
    return Entry.objects.bulk_create(entries, batch_size=500)


def content_of(entry: Entry) -> dict[str, Plain | Mapping[str, Plain]]:
    """All that an entry says, as its digest covers it."""
    return {
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "organization": entry.organization,
        "act": entry.act,
        "noun": entry.noun,
        "object": entry.object,
        "facts": entry.facts,
    }


def _extend(chain: str, acts: list[Act], actor: int | None, at: datetime) -> list[Entry]:
    heads = ChainHead.objects.select_for_update()
    head = heads.filter(chain=chain).first()
    if head is None:  # made by whoever comes first; the other waits for it
        ChainHead.objects.get_or_create(chain=chain, defaults={"digest": START})
        head = heads.get(chain=chain)
    entries = []
    for act in acts:
        entry = Entry(
            chain=chain,
            sequence=head.sequence + 1,
            at=at,
            actor=actor,
            organization=act.organization,
            act=act.act,
            noun=act.noun,
            object=act.object,
            facts=dict(act.facts),
            previous=head.digest,
        )
        entry.digest = digest_of(chain, entry.sequence, content_of(entry), head.digest)
        head.sequence, head.digest = entry.sequence, entry.digest
        entries.append(entry)
    head.save(update_fields=["sequence", "digest"])
    return entries


def _check(act: Act) -> None:
    for name, value in (("act", act.act), ("noun", act.noun), *act.facts.items()):
        if isinstance(value, str) and not _CODE.fullmatch(value):
            raise ValueError(f"an entry holds ids, codes and figures only; {name} is free text")
        if not isinstance(value, Plain):
            raise ValueError(f"an entry holds ids, codes and figures only; {name} is {type(value).__name__}")
