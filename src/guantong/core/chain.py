"""The hash of an entry over the one before it.

A chain is a list of entries with sequence 1, 2, 3 … Each digest covers the entry and the digest before it, so that
a change anywhere shows in every digest behind it, and a head (sequence and digest) written down elsewhere fixes all
that was before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

START = "0" * 64
"""What stands where the first entry of a chain names its predecessor."""

Plain = str | int | bool | None
"""What an entry may hold: ids, codes and figures, dates as ISO text. No name, no free text."""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as its chain sees it: `content` is all it says, `previous` and `digest` are hexadecimal."""

    chain: str
    sequence: int
    content: Mapping[str, Plain | Mapping[str, Plain]]
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a chain; (0, START) of an empty one."""

    chain: str
    sequence: int
    digest: str


class Fault(StrEnum):
    """What is wrong with a chain."""

    GAP = "gap"  # a sequence number is missing, doubled or out of order
    BROKEN = "broken"  # the entry does not name the digest before it
    CHANGED = "changed"  # the entry's own digest does not fit what it says
    HEAD = "head"  # the last entry is not the one that the head names
    PAST = "past"  # an entry written down elsewhere is not there any more, or differs


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault at the first entry that shows it."""

    chain: str
    sequence: int
    fault: Fault


def digest_of(
    chain: str, sequence: int, content: Mapping[str, object], previous: str, algorithm: str = "sha256"
) -> str:
    """The digest of an entry: over its canonical JSON (sorted keys, no blanks, UTF-8)."""
    said = {"chain": chain, "sequence": sequence, "content": content, "previous": previous}
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.new(algorithm, canonical.encode()).hexdigest()


def check_chain(
    chain: str,
    links: Iterable[Link],
    head: Head | None,
    known: Iterable[Head] = (),
    algorithm: str = "sha256",
) -> Finding | None:
    """The first fault of a chain whose `links` come in order of sequence; None if it is whole.

    `head` is the head kept beside the chain, `known` are heads written down at earlier times.
    """
    waiting = {each.sequence: each.digest for each in known if each.sequence}
    previous, sequence = START, 0
    for link in links:
        sequence += 1
        if link.sequence != sequence:
            return Finding(chain, sequence, Fault.GAP)
        if link.previous != previous:
            return Finding(chain, sequence, Fault.BROKEN)
        if link.digest != digest_of(chain, sequence, link.content, previous, algorithm):
            return Finding(chain, sequence, Fault.CHANGED)
        if waiting.pop(sequence, link.digest) != link.digest:
            return Finding(chain, sequence, Fault.PAST)
        previous = link.digest
    if waiting:
        return Finding(chain, min(waiting), Fault.PAST)
    if head is None or (head.sequence, head.digest) != (sequence, previous):
        return Finding(chain, sequence, Fault.HEAD)
    return None


def heads_json(heads: Sequence[Head]) -> str:
    """The heads of all chains, to be kept outside the system."""
    return json.dumps([asdict(head) for head in heads])


def parse_heads(text: str) -> list[Head]:
    """Heads as `heads_json` wrote them. Raises ValueError for anything else."""
    try:
        return [Head(str(row["chain"]), int(row["sequence"]), str(row["digest"])) for row in json.loads(text)]
    except (TypeError, KeyError) as error:
        raise ValueError("these are no heads") from error
