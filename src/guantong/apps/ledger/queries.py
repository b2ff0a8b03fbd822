"""Reading the record of acts: heads, and whether every chain is whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from guantong.apps.ledger.models import ChainHead, Entry
from guantong.apps.ledger.services import content_of
from guantong.core.chain import Finding, Head, Link, Plain, check_chain


def heads() -> list[Head]:
    """The head of every chain, in order."""
    return [Head(row.chain, row.sequence, row.digest) for row in ChainHead.objects.order_by("chain")]


def last_facts(act: str, noun: str, pk: int) -> Mapping[str, Plain]:
    """What the record says of the last time this was done to an object; nothing where it never was."""
    told = Entry.objects.filter(noun=noun, object=pk, act=act).order_by("-id")
    return told.values_list("facts", flat=True).first() or {}


def faults(known: Iterable[Head] = ()) -> list[Finding]:
    """The first fault of each chain that is not whole; `known` are heads written down earlier."""
    kept = {head.chain: head for head in heads()}
    earlier: dict[str, list[Head]] = {}
    for head in known:
        earlier.setdefault(head.chain, []).append(head)
    chains = {*kept, *earlier, *Entry.objects.values_list("chain", flat=True).distinct()}
    found = (
        check_chain(chain, _links(chain), kept.get(chain), earlier.get(chain, ())) for chain in sorted(chains)
    )
    return [finding for finding in found if finding]


def _links(chain: str) -> Iterator[Link]:
    for entry in Entry.objects.filter(chain=chain).order_by("sequence", "id").iterator(chunk_size=2000):
        yield Link(chain, entry.sequence, content_of(entry), entry.previous, entry.digest)
