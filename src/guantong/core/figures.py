"""Shares, means and medians, formed here and nowhere else from the integers that measures count.

Nothing known gives None, never zero.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

MILLION = 1_000_000
"""Scale of a share that is summed as an integer: parts per million."""

Counts = tuple[tuple[int, int], ...]
"""How often each value occurs: (value, count), ascending."""


def share(count: int, of: int) -> float | None:
    """`count / of`, or None where there is nothing to take a share of."""
    return count / of if of else None


def mean(total: int, count: int, scale: int = 1) -> float | None:
    """The mean of `count` integers that sum to `total` and were scaled by `scale`."""
    return total / (count * scale) if count else None


def median(counts: Counts) -> float | None:
    """The median of values given by how often each occurs; of an even number, the mean of the middle two."""
    total = sum(count for _, count in counts)
    if not total:
        return None
    low, high = _nth(counts, (total - 1) // 2), _nth(counts, total // 2)
    return (low + high) / 2


def _nth(counts: Counts, position: int) -> int:
    for value, count in sorted(counts):
        if position < count:
            return value
        position -= count
    raise IndexError(position)


def count_values(values: Iterable[int]) -> Counts:
    return tuple(sorted(Counter(values).items()))


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of the `known` among `of`: three integers, so that what is not known stays in sight."""

    count: int
    known: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.count <= self.known <= self.of:
            raise ValueError(f"not a share: {self.count} of {self.known} known of {self.of}")

    @property
    def unknown(self) -> int:
        return self.of - self.known

    @property
    def value(self) -> float | None:
        return share(self.count, self.known)

    @property
    def coverage(self) -> float | None:
        return share(self.known, self.of)
