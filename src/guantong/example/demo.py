"""From a reading to funnel and gauges: the document is issued to the example district, a year is played."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from random import Random

from guantong.core import gauges
from guantong.core.gauges import DeviationGauge, Drop, LevelHeat, ShortfallGauge, Step
from guantong.core.issuing import asking, issue
from guantong.core.matters import Directive, Indicator, IssuedClause
from guantong.core.moves import DIRECTIVE, DirectiveMove, DirectiveState
from guantong.core.reading.types import Reading
from guantong.core.refusal import Refused
from guantong.core.standings import Standing
from guantong.example.district import District, build_district
from guantong.example.issuer import Plan, SetByIssuer, plan_issue, show_target
from guantong.example.season import example_calendar
from guantong.example.supervision import DAYS_TO_CLOSE, review
from guantong.example.year import DAYS_TO_ADOPT, DAYS_TO_SIGN, play_year

NOTE = "示例区及其一年的工作均为虚构，与任何真实单位、个人无关。"
SEED = 20260305
UNDATED = date(2026, 3, 5)  # received on, for a document that does not say when it was written
DAYS_TO_ISSUE = 4
"""Working days between the document and its issue."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A clause that asks for more than to be read; `target` and `due` as they are shown."""

    clause_id: str
    text: str
    indicator: Indicator
    target: str | None
    due: str | None


@dataclass(frozen=True, slots=True)
class LevelGauges:
    """What the gauges say of one level of the tree."""

    level: int
    organizations: int
    funnel: tuple[Step, ...]
    deviation: DeviationGauge
    shortfall: ShortfallGauge


@dataclass(frozen=True, slots=True)
class Demo:
    """A played year. `asdict` yields plain data for JSON; shares and medians are properties of the gauges."""

    note: str
    title: str | None
    seed: int
    received_on: str
    issued_on: str
    as_of: str
    clauses: int
    asking: int
    second_approval: bool
    asked: tuple[Asked, ...]
    assignments: int
    funnel: tuple[Step, ...]
    deviation: DeviationGauge
    attenuation: tuple[LevelHeat, ...]
    drops: tuple[Drop, ...]
    shortfall: ShortfallGauge
    levels: tuple[LevelGauges, ...]
    set_by_issuer: tuple[SetByIssuer, ...]

    def to_json(self) -> dict[str, object]:
        """Plain data, with the few figures added that are formed from the counts."""
        plain = asdict(self)
        plain["shortfall"]["value"] = self.shortfall.value
        for row, heat in zip(plain["attenuation"], self.attenuation, strict=True):
            row["median_days"] = heat.kept_median
            row["median_used"] = heat.used_median
            row["median_left"] = heat.left_median
        return plain


def play(reading: Reading, seed: int = SEED) -> Demo:
    """Issue what can be assigned of `reading`, play the year of `seed`, and read off the gauges.

    Raises Refused("nothing_to_assign") for a document in which nothing can be seen to be done.
    """
    random = Random(seed)  # noqa: S311 — a play, not a secret
    received_on = _received_on(reading)
    calendar = example_calendar(received_on.year)
    issued_on = calendar.after(received_on, DAYS_TO_ISSUE)
    district = build_district(random)
    plan = plan_issue(reading, issued_on, calendar)
    if all(clause.terms.indicator is Indicator.INFORMATION for clause in plan.clauses):
        raise Refused("nothing_to_assign", clauses=len(reading.clauses))
    issued = issue(
        _approved(_draft(district, received_on), plan),
        plan.clauses,
        district.schools,
        by="p-secretary",
        sign_by=calendar.after(issued_on, DAYS_TO_SIGN),
        adopt_by=calendar.after(issued_on, DAYS_TO_ADOPT),
        today=issued_on,
        calendar=calendar,
    )
    season = play_year(district, issued, calendar, random)
    rows = review(season, issued.directive)
    heat = gauges.attenuation(rows, gauges.kept_by_issuer([issued.directive], calendar))
    return Demo(
        note=NOTE,
        title=reading.title,
        seed=seed,
        received_on=received_on.isoformat(),
        issued_on=issued_on.isoformat(),
        as_of=calendar.after(season.last_day, DAYS_TO_CLOSE).isoformat(),
        clauses=len(reading.clauses),
        asking=asking(plan.clauses),
        second_approval=issued.directive.approved_by is not None,
        asked=_asked(reading, plan.clauses),
        assignments=len(rows),
        funnel=gauges.funnel(rows),
        deviation=gauges.deviation(rows),
        attenuation=heat,
        drops=gauges.drops(heat),
        shortfall=gauges.shortfall(rows),
        levels=_levels(rows),
        set_by_issuer=plan.set_by_issuer,
    )


def _received_on(reading: Reading) -> date:
    """The document's date; what calls itself older or newer than any such document is treated as undated."""
    if reading.date is None or not 1949 <= reading.date.year < 2100:
        return UNDATED
    return reading.date


def _draft(district: District, received_on: date) -> Directive:
    return Directive("d1", district.top.id, district.top.path, received_on)


def _approved(directive: Directive, plan: Plan) -> Directive:
    """The second approval, where more than ten clauses ask something of a school."""
    if not plan.needs_second_approval:
        return directive
    state: DirectiveState = directive.state
    for move in (DirectiveMove.SUBMIT, DirectiveMove.APPROVE):
        state = DIRECTIVE.step(state, move)
    return replace(directive, state=state, approved_by="p-member-in-charge")


def _asked(reading: Reading, clauses: Sequence[IssuedClause]) -> tuple[Asked, ...]:
    texts = {clause.id: clause.text for clause in reading.clauses}
    return tuple(
        Asked(
            clause_id=clause.clause_id,
            text=texts[clause.clause_id],
            indicator=clause.terms.indicator,
            target=show_target(clause.terms.target) if clause.terms.target else None,
            due=clause.terms.due.isoformat() if clause.terms.due else None,
        )
        for clause in clauses
        if clause.terms.indicator is not Indicator.INFORMATION
    )


def _levels(rows: Sequence[Standing]) -> tuple[LevelGauges, ...]:
    by_level: dict[int, list[Standing]] = {}
    for row in rows:
        by_level.setdefault(row.level, []).append(row)
    return tuple(
        LevelGauges(
            level=level,
            organizations=len({row.organization_id for row in by_level[level]}),
            funnel=gauges.funnel(by_level[level]),
            deviation=gauges.deviation(by_level[level]),
            shortfall=gauges.shortfall(by_level[level]),
        )
        for level in sorted(by_level)
    )
