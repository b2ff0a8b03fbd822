"""Funnel and gauges from what the measures counted: the same records as `core.gauges` gives for standings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from guantong.analytics.engines import Engine
from guantong.analytics.measures import DAYS, DEVIATIONS, DEVIATIONS_BY_CLAUSE, ISSUERS, answers
from guantong.analytics.run import Row, Scope, run
from guantong.core.deviation import Deviation, Fact, FactCode
from guantong.core.figures import Counts, Share
from guantong.core.gauges import STAGES, DeviationGauge, Drop, LevelHeat, ShortfallGauge, Step, drops
from guantong.core.matters import Indicator

_OF = {"signed": "count", "acted": "acts", "effect": "count", "signed_in_time": "count"}
"""Of what an answer is a share, where it is not of those that are asked."""


@dataclass(frozen=True, slots=True)
class Gauges:
    """All figures of a page. What is told per clause is told of one directive; of several it is empty."""

    funnel: tuple[Step, ...]
    by_level: Mapping[int, tuple[Step, ...]]
    by_clause: Mapping[int, tuple[Step, ...]]
    deviation: DeviationGauge
    deviation_by_level: Mapping[int, DeviationGauge]
    deviation_by_clause: Mapping[int, DeviationGauge]
    attenuation: tuple[LevelHeat, ...]
    drops: tuple[Drop, ...]
    shortfall: ShortfallGauge


def gauges(engine: Engine, scope: Scope) -> Gauges:
    """Funnel and gauges of what is in `scope`, in four statements."""
    key = "clause" if scope.directive is not None else None
    told = run(engine, answers(key), scope)
    deviations = run(engine, DEVIATIONS_BY_CLAUSE if key else DEVIATIONS, scope)
    days = run(engine, DAYS, scope)
    heat = attenuation(told, days, run(engine, ISSUERS, scope))
    return Gauges(
        funnel=funnel(told),
        by_level={level: funnel(rows) for level, rows in _split(told, "level").items()},
        by_clause={clause: funnel(rows) for clause, rows in _split(told, "clause").items()} if key else {},
        deviation=deviation(deviations),
        deviation_by_level={level: deviation(rows) for level, rows in _split(deviations, "level").items()},
        deviation_by_clause={clause: deviation(rows) for clause, rows in _split(deviations, "clause").items()}
        if key
        else {},
        attenuation=heat,
        drops=drops(heat),
        shortfall=shortfall(told, days),
    )


def funnels(engine: Engine, scope: Scope, by: str) -> dict[int, tuple[Step, ...]]:
    """A funnel per clause, organization or directive (`by`) in ascending order, in one statement."""
    return {key: funnel(rows) for key, rows in _split(run(engine, answers(by), scope), by).items()}


def funnel(told: Sequence[Row]) -> tuple[Step, ...]:
    """As `core.gauges.funnel`, from rows of `answers`."""
    count = _sum(told, "count")
    issued = Step("issued", Share(count, count, count))
    return (issued, *(Step(stage, _share(told, stage)) for stage in STAGES[1:]))


def deviation(counted: Sequence[Row]) -> DeviationGauge:
    """As `core.gauges.deviation`, from rows of DEVIATIONS, per clause or not."""
    facts = {FactCode(str(code)): count for code, count in _counts(counted, "fact").items() if code}
    confirmed = _counts(counted, "confirmed")
    kinds: Counter[Deviation] = Counter()
    for code, count in facts.items():
        kinds[Fact(code).kind] += count
    return DeviationGauge(
        to_explain={kind: kinds[kind] for kind in Deviation},
        confirmed={kind: confirmed[kind.value] for kind in Deviation},
        facts={code: facts[code] for code in FactCode if code in facts},
        known=_counts(counted, "deviation_known")[1],
        of=_sum(counted, "count"),
    )


def attenuation(told: Sequence[Row], days: Sequence[Row], issuers: Sequence[Row]) -> tuple[LevelHeat, ...]:
    """As `core.gauges.attenuation`, from rows of `answers`, DAYS and ISSUERS."""
    of_level, days_of, issued_by = (_split(rows, "level") for rows in (told, days, issuers))
    known = {level for level, rows in issued_by.items() if _distribution(rows, "kept_days")}
    return tuple(
        _heat(level, of_level.get(level, []), days_of.get(level, []), issued_by.get(level, []))
        for level in sorted({*of_level, *known})
    )


def _heat(level: int, told: Sequence[Row], days: Sequence[Row], issued: Sequence[Row]) -> LevelHeat:
    return LevelHeat(
        level=level,
        signed=_share(told, "signed_in_time"),
        adopted=_share(told, "adopted_in_time"),
        acted=_share(told, "acted_in_time"),
        periods=Share(
            _sum(told, "periods_in_time"), _sum(told, "periods_known"), _sum(told, "periods_required")
        ),
        kept=_distribution([*issued, *days], "kept_days"),
        used=_distribution(days, "used_days"),
        left=_distribution(days, "left_days"),
        of=_sum(told, "count"),
    )


def shortfall(told: Sequence[Row], days: Sequence[Row]) -> ShortfallGauge:
    """As `core.gauges.shortfall`, from rows of `answers` and DAYS."""
    figures = [row for row in told if row["indicator"] in (Indicator.NUMERIC, Indicator.COMPUTED)]
    milestones = [row for row in told if row["indicator"] == Indicator.MILESTONE]
    reports = [row for row in told if row["indicator"] == Indicator.REPORT_BACK]
    return ShortfallGauge(
        missing=_sum(figures, "shortfall"),
        known=_sum(figures, "shortfall_known"),
        of=_sum(figures, "count"),
        late=_distribution(days, "late_days"),
        milestones=_sum(milestones, "count"),
        judged=_share(reports, "effect"),
    )


def _share(told: Iterable[Row], answer: str) -> Share:
    rows = list(told)
    return Share(_sum(rows, answer), _sum(rows, f"{answer}_known"), _sum(rows, _OF.get(answer, "asks")))


def _split(rows: Iterable[Row], key: str) -> dict[int, list[Row]]:
    groups: dict[int, list[Row]] = {}
    for row in rows:
        groups.setdefault(_int(row[key]), []).append(row)
    return dict(sorted(groups.items()))


def _sum(rows: Iterable[Row], column: str) -> int:
    return sum(_int(row[column]) for row in rows)


def _counts(rows: Iterable[Row], key: str) -> Counter[int | str | None]:
    counts: Counter[int | str | None] = Counter()
    for row in rows:
        counts[row[key]] += _int(row["count"])
    return counts


def _distribution(rows: Iterable[Row], column: str) -> Counts:
    counts = _counts(rows, column)
    return tuple(sorted((value, count) for value, count in counts.items() if isinstance(value, int)))


def _int(value: int | str | None) -> int:
    if not isinstance(value, int):
        raise TypeError(f"a measure gave {value!r} where a number stands")
    return value
