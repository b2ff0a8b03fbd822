"""部署落实: the directives somebody issued or watches, and what became of each: funnel, gauges, clauses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from guantong.analytics.gauges import Gauges
from guantong.apps.directives import queries
from guantong.apps.directives.rows import terms_of
from guantong.apps.figures.queries import funnels_of, gauges_of
from guantong.apps.organizations.access import Actor, allowed, allowed_below
from guantong.core.cases import TERMS
from guantong.core.deviation import Fact
from guantong.core.figures import Share
from guantong.core.gauges import STAGES, Drop, Step
from guantong.core.matters import Indicator
from guantong.core.moves import DIRECTIVE, DirectiveMove, DirectiveState
from guantong.web import forms, words
from guantong.web.exports import answer
from guantong.web.guard import Refusal, page, shown
from guantong.web.listing import Column, listed

_COLUMNS = (
    Column("部署", "title", ("title",), lambda told: told[0].title),
    Column("下达单位", value=lambda told: told[0].issuer.name),
    Column("下达日期", "issued", ("issued_on",), lambda told: told[0].issued_on or "未下达"),
    Column("状态", value=lambda told: words.word(DirectiveState(told[0].state))),
    Column("已签收", value=lambda told: told[1]),
    Column("已核验", value=lambda told: told[2]),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of a table with the address of the rows behind it."""

    share: Share
    address: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A number of assignments and the rows behind it."""

    count: int
    address: str


@dataclass(frozen=True, slots=True)
class Median:
    """A median of days, and of how many it was formed."""

    days: float | None
    of: int


@page
def directives(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The directives of one's own organization and below, newest first."""
    filters = {"text": lambda rows, text: rows.filter(title__icontains=text)}
    listing = listed(request, queries.directives(actor), columns=_COLUMNS, filters=filters)
    shown_here = [row.pk for row in listing.rows]
    funnels = funnels_of(by="directive", several=shown_here) if shown_here else {}
    rows = [
        (row, _stage(funnels.get(row.pk), "signed"), _stage(funnels.get(row.pk), "verified"))
        for row in listing.rows
    ]
    return answer(request, "directives.html", {"listing": listing, "rows": rows}, name="部署落实")


@page
def directive(request: HttpRequest, actor: Actor, pk: int, *, refused: Refusal | None = None) -> HttpResponse:
    """One directive: how far it has come at each level, whether it is still what was asked, whether it works.

    To the issuer its figures count the assignments wherever they were handed to, what it only guides among them.
    """
    row = queries.directive_of(actor, pk)
    reach = queries.reach_of(actor, row)
    gauges = gauges_of(path=reach, directive=pk)
    behind = _Behind(pk)
    levels = sorted(gauges.by_level)
    follows = allowed_below(actor, "case.see", row.issuer.path)
    clauses = queries.clauses_of(pk)
    return render(
        request,
        "directive.html",
        {
            "row": row,
            "state": row.state,
            "headline": _headline(gauges, behind, follows=follows) if gauges.funnel[0].share.of else [],
            "levels": [words.level(level) for level in levels],
            "funnel": [
                (
                    words.STAGES[stage],
                    Cell(_stage(gauges.funnel, stage), behind.stage(stage)),
                    [Cell(_stage(gauges.by_level[n], stage), behind.stage(stage, level=n)) for n in levels],
                )
                for stage in STAGES
            ],
            "deviation": gauges.deviation,
            "to_explain": _facts(gauges, behind) if follows else None,
            "confirmed": _confirmed(gauges, behind),
            "unknown_address": behind.rows(known="no"),
            "heat": [
                (
                    words.level(each.level),
                    _heat_cells(each, behind),
                    [
                        Median(middle, sum(count for _, count in days))
                        for middle, days in (
                            (each.kept_median, each.kept),
                            (each.used_median, each.used),
                            (each.left_median, each.left),
                        )
                    ],
                )
                for each in gauges.attenuation
            ],
            "drops": [
                (words.level(each.above), words.level(each.below), _compared(each)) for each in gauges.drops
            ],
            "shortfall": gauges.shortfall,
            "behind": _behind_shortfall(behind),
            "clauses": _clauses(clauses, gauges, behind, follows=follows),
            "only_told": [clause for clause in clauses if not clause.terms],
            "all_address": behind.rows(),
            "endings": _endings(actor, row, gauges),
            "end_form": shown(forms.EndForm, refused),
        },
    )


def _facts(gauges: Gauges, behind: _Behind) -> list[tuple[str, list[Counted]]]:
    """What is to be explained: each fact with its number in all and at each level."""
    return [
        (
            Fact(code).words,
            [
                Counted(count, behind.rows(fact=code.value)),
                *(
                    Counted(gauge.facts.get(code, 0), behind.rows(fact=code.value, level=level))
                    for level, gauge in gauges.deviation_by_level.items()
                ),
            ],
        )
        for code, count in gauges.deviation.facts.items()
    ]


def _confirmed(gauges: Gauges, behind: _Behind) -> list[tuple[str, list[Counted]]]:
    """What was confirmed: each kind with its number in all and at each level."""
    return [
        (
            TERMS[kind],
            [
                Counted(count, behind.rows(confirmed=kind.value)),
                *(
                    Counted(gauge.confirmed[kind], behind.rows(confirmed=kind.value, level=level))
                    for level, gauge in gauges.deviation_by_level.items()
                ),
            ],
        )
        for kind, count in gauges.deviation.confirmed.items()
    ]


def _behind_shortfall(behind: _Behind) -> dict[str, str]:
    """The rows behind the figures about shortfall."""
    milestones, judged = Indicator.MILESTONE.value, Indicator.REPORT_BACK.value
    return {
        "missing": behind.rows(shortfall="some"),
        "figures_known": behind.rows(shortfall="known"),
        "figures": behind.rows(indicator="figures"),
        "in_time": behind.rows(late="none"),
        "late": behind.rows(late="some"),
        "milestones_known": behind.rows(late="known"),
        "milestones": behind.rows(indicator=milestones),
        "seen": behind.rows(indicator=judged, answer="effect", said="yes"),
        "unseen": behind.rows(indicator=judged, answer="effect", said="no"),
        "judged": behind.rows(indicator=judged),
    }


def _clauses(
    clauses: list[Any], gauges: Gauges, behind: _Behind, *, follows: bool
) -> list[tuple[Any, str, list[Cell], list[Counted]]]:
    """The clauses that ask something: how far each has come, and what stands on it."""
    told = []
    for clause in clauses:
        if not clause.terms:
            continue
        gauge = gauges.deviation_by_clause.get(clause.pk)
        sure = sum(gauge.confirmed.values()) if gauge else 0
        counted = [Counted(sure, behind.rows(confirmed="any", clause=clause.pk))]
        if follows:
            unsure = sum(gauge.facts.values()) if gauge else 0
            counted.insert(0, Counted(unsure, behind.rows(fact="any", clause=clause.pk)))
        cells = _told(gauges.by_clause.get(clause.pk), clause.pk, behind)
        told.append((clause, words.bound(terms_of(clause.terms).target), cells, counted))
    return told


def _endings(actor: Actor, row: Any, gauges: Gauges) -> set[str]:
    """How the actor may end it: what nobody has signed for is withdrawn, what was signed for is repealed."""
    may = {permit for permit in _ENDS if allowed(actor, permit, row.issuer.path)}
    offered = {move.value for move in DIRECTIVE.offers(DirectiveState(row.state), may)}
    lost = DirectiveMove.WITHDRAW if _stage(gauges.funnel, "signed").count else DirectiveMove.REPEAL
    return offered - {lost.value}


_ENDS = ("directive.withdraw", "directive.repeal", "directive.conclude")


def _compared(drop: Drop) -> list[str]:
    """How the lower of two levels stands to the upper one, in percentage points."""
    answers = (("按时签收", drop.signed), ("按时承接", drop.adopted), ("按时行动", drop.acted))
    told = []
    for name, lost in answers:
        if lost is None:
            told.append(f"{name}{words.UNKNOWN}")
        elif (points := words.figure(abs(lost) * 100, 1)) == "0":
            told.append(f"{name}持平")
        else:
            told.append(f"{name}{'低' if lost > 0 else '高'} {points} 个百分点")
    return told


class _Behind:
    """The addresses of the rows behind the figures of a directive."""

    def __init__(self, directive: int) -> None:
        self.directive = directive
        self._list = reverse("assignments")  # once: a page has two hundred of them

    def rows(self, **wanted: str | int) -> str:
        return f"{self._list}?{urlencode({'directive': self.directive, **wanted})}"

    def stage(self, stage: str, **wanted: str | int) -> str:
        if stage == "issued":
            return self.rows(**wanted)
        return self.rows(**wanted, answer=stage, said="yes")


def _stage(steps: tuple[Step, ...] | None, stage: str) -> Share:
    return next((step.share for step in steps or () if step.stage == stage), Share(0, 0, 0))


def _headline(gauges: Gauges, behind: _Behind, *, follows: bool) -> list[tuple[str, str, str, str]]:
    """What a reader should know first: words, figure, what it is a share of, and the rows behind it.

    Unconfirmed facts stand there for those who follow them up, beside what was confirmed and never added to it.
    """
    told = []
    for stage in ("signed", "adopted", "verified", "effect"):
        share = _stage(gauges.funnel, stage)
        of = f"{share.count} / {share.known}" + (f"，未知 {share.unknown}" if share.unknown else "")
        told.append((words.STAGES[stage], words.percent(share.value), of, behind.stage(stage)))
    if follows:
        facts = sum(gauges.deviation.facts.values())
        told.append(("有待说明的事实", str(facts), "未经确认", behind.rows(fact="any")))
    confirmed = sum(gauges.deviation.confirmed.values())
    told.append(("偏差", str(confirmed), "经人确认", behind.rows(confirmed="any")))
    return told


def _told(steps: tuple[Step, ...] | None, clause: int, behind: _Behind) -> list[Cell]:
    wanted = ("signed", "adopted", "acted", "verified", "effect")
    return [Cell(_stage(steps, stage), behind.stage(stage, clause=clause)) for stage in wanted]


def _heat_cells(heat: object, behind: _Behind) -> list[Cell]:
    answers = (("signed", "signed_in_time"), ("adopted", "adopted_in_time"), ("acted", "acted_in_time"))
    return [
        Cell(getattr(heat, name), behind.rows(level=heat.level, answer=answer, said="yes"))  # type: ignore[attr-defined]
        for name, answer in answers
    ]
