"""The funnel and the three gauges: deviation, attenuation, shortfall. They count rows of `standings`.

Each returns integers with what is known among what there is; shares, means and medians come from `figures`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from guantong.core.calendar import WorkCalendar
from guantong.core.deviation import Deviation, FactCode
from guantong.core.figures import MILLION, Counts, Share, count_values, mean, median
from guantong.core.matters import Directive, Indicator, level_of
from guantong.core.standings import Said, Standing

G = TypeVar("G")
K = TypeVar("K", str, int)

STAGES = ("issued", "signed", "adopted", "acted", "reported", "verified", "effect")


def grouped(
    gauge: Callable[[Sequence[Standing]], G], rows: Iterable[Standing], by: Callable[[Standing], K]
) -> dict[K, G]:
    """A gauge per level, clause, organization or directive, in ascending order of the key."""
    groups: dict[K, list[Standing]] = {}
    for row in rows:
        groups.setdefault(by(row), []).append(row)
    return {key: gauge(groups[key]) for key in sorted(groups)}


def share_of(answers: Iterable[Said]) -> Share:
    """`count` said yes, of the `known` who said yes or no, among all who were asked."""
    counts = Counter(answers)
    known = counts[Said.YES] + counts[Said.NO]
    return Share(counts[Said.YES], known, known + counts[Said.UNKNOWN])


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the funnel: how many have reached it, of those it is asked of."""

    stage: str
    share: Share


def funnel(rows: Sequence[Standing]) -> tuple[Step, ...]:
    """Issued, signed for, adopted, acted on, reported done, verified, effect reached.

    A computed assignment is asked for its signature, its held periods and its effect only.
    """
    answers = {
        "signed": [row.signed for row in rows],
        "adopted": [row.adopted for row in rows],
        "acted": [row.acted for row in rows],
        "reported": [row.reported for row in rows],
        "verified": [row.verified for row in rows],
        "effect": [row.effect for row in rows],
    }
    issued = Step("issued", Share(len(rows), len(rows), len(rows)))
    return (issued, *(Step(stage, share_of(answers[stage])) for stage in STAGES[1:]))


@dataclass(frozen=True, slots=True)
class DeviationGauge:
    """Two figures that are never added: facts still to be explained, and kinds confirmed by a person.

    Both count assignments, among the `known` of all `of`. `facts` names what is to be explained, neutrally.
    """

    to_explain: Mapping[Deviation, int]
    confirmed: Mapping[Deviation, int]
    facts: Mapping[FactCode, int]
    known: int
    of: int

    def share_to_explain(self, kind: Deviation) -> Share:
        return Share(self.to_explain[kind], self.known, self.of)

    def share_confirmed(self, kind: Deviation) -> Share:
        return Share(self.confirmed[kind], self.known, self.of)


def deviation(rows: Sequence[Standing]) -> DeviationGauge:
    """Count assignments by what is to be explained and by what was confirmed; no assignment is in both."""
    open_kinds = Counter(row.to_explain for row in rows)
    confirmed = Counter(row.confirmed for row in rows)
    facts = Counter(row.fact for row in rows)
    return DeviationGauge(
        to_explain={kind: open_kinds[kind] for kind in Deviation},
        confirmed={kind: confirmed[kind] for kind in Deviation},
        facts={code: facts[code] for code in FactCode if facts[code]},
        known=sum(row.deviation_known for row in rows),
        of=len(rows),
    )


@dataclass(frozen=True, slots=True)
class LevelHeat:
    """How warm a matter still is at one level: the shares in time, and the days kept, used and left.

    `kept` counts the working days from arrival to handing on, `used` those the levels above had, `left` those
    that remained to the due date. `periods` are those of computed assignments, held in time.
    """

    level: int
    signed: Share
    adopted: Share
    acted: Share
    periods: Share
    kept: Counts
    used: Counts
    left: Counts
    of: int

    @property
    def kept_median(self) -> float | None:
        return median(self.kept)

    @property
    def used_median(self) -> float | None:
        return median(self.used)

    @property
    def left_median(self) -> float | None:
        return median(self.left)


@dataclass(frozen=True, slots=True)
class Drop:
    """What is lost of each share in time between a level and the next below; None where either is unknown."""

    above: int
    below: int
    signed: float | None
    adopted: float | None
    acted: float | None


def kept_by_issuer(directives: Iterable[Directive], calendar: WorkCalendar) -> dict[int, list[int]]:
    """The working days each issuer kept a document before issuing it, by level, where that is known."""
    kept: dict[int, list[int]] = {}
    for directive in directives:
        if directive.received_on and directive.issued_on:
            days = calendar.between(directive.received_on, directive.issued_on)
            kept.setdefault(level_of(directive.issuer_path), []).append(days)
    return kept


def attenuation(
    rows: Sequence[Standing], issuers: Mapping[int, Sequence[int]] | None = None
) -> tuple[LevelHeat, ...]:
    """One row per level that was asked or issued, from the top down; `issuers` as from `kept_by_issuer`."""
    issuers = issuers or {}
    levels = sorted({row.level for row in rows} | set(issuers))
    by_level: dict[int, list[Standing]] = {level: [] for level in levels}
    for row in rows:
        by_level[row.level].append(row)
    return tuple(_heat(level, by_level[level], issuers.get(level, ())) for level in levels)


def _heat(level: int, rows: Sequence[Standing], issued: Sequence[int]) -> LevelHeat:
    periods = [row.periods for row in rows if row.periods is not None]
    return LevelHeat(
        level=level,
        signed=share_of(row.signed_in_time for row in rows),
        adopted=share_of(row.adopted_in_time for row in rows),
        acted=share_of(row.acted_in_time for row in rows),
        periods=Share(
            sum(each.in_time for each in periods),
            sum(each.known for each in periods),
            sum(each.required for each in periods),
        ),
        kept=count_values([*issued, *(row.kept_days for row in rows if row.kept_days is not None)]),
        used=count_values(row.used_days for row in rows if row.used_days is not None),
        left=count_values(row.left_days for row in rows if row.left_days is not None),
        of=len(rows),
    )


def drops(levels: Sequence[LevelHeat]) -> tuple[Drop, ...]:
    """What cools between each level that was asked and the next one below it."""
    asked = [heat for heat in levels if heat.of]
    return tuple(
        Drop(
            above=above.level,
            below=below.level,
            signed=_drop(above.signed, below.signed),
            adopted=_drop(above.adopted, below.adopted),
            acted=_drop(above.acted, below.acted),
        )
        for above, below in pairwise(asked)
    )


def _drop(above: Share, below: Share) -> float | None:
    if above.value is None or below.value is None:
        return None
    return above.value - below.value


@dataclass(frozen=True, slots=True)
class ShortfallGauge:
    """Did it work? Figures, milestones and reports back are measured apart, each with what is known of it.

    `missing` sums the shortfalls of `known` figures among `of`, in parts per million. `late` counts the days
    late of the milestones that are finished or overdue, among `milestones`. `judged` are the reports back in
    which the reviewer saw the effect.
    """

    missing: int
    known: int
    of: int
    late: Counts
    milestones: int
    judged: Share

    @property
    def value(self) -> float | None:
        return mean(self.missing, self.known, MILLION)

    @property
    def late_median(self) -> float | None:
        return median(self.late)

    @property
    def in_time(self) -> Share:
        """Milestones without a day late."""
        known = sum(count for _, count in self.late)
        return Share(dict(self.late).get(0, 0), known, self.milestones)


def shortfall(rows: Sequence[Standing]) -> ShortfallGauge:
    """Sum what is missing of figures, count days late of milestones, and judgements of reports back."""
    figures = [row for row in rows if row.indicator in (Indicator.NUMERIC, Indicator.COMPUTED)]
    missing = [row.shortfall for row in figures if row.shortfall is not None]
    milestones = [row for row in rows if row.indicator is Indicator.MILESTONE]
    return ShortfallGauge(
        missing=sum(missing),
        known=len(missing),
        of=len(figures),
        late=count_values(row.late_days for row in milestones if row.late_days is not None),
        milestones=len(milestones),
        judged=share_of(row.effect for row in rows if row.indicator is Indicator.REPORT_BACK),
    )
