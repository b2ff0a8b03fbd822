"""部署落实: the directives somebody issued or watches, and what became of each: funnel, gauges, clauses."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from guantong.apps.directives import queries
from guantong.apps.directives.rows import terms_of
from guantong.apps.figures.queries import funnels_of, gauges_of
from guantong.apps.organizations.access import Actor, allowed, fetch
from guantong.core.cases import TERMS
from guantong.core.deviation import Fact
from guantong.core.figures import Share
from guantong.core.gauges import STAGES, Step
from guantong.web import words
from guantong.web.guard import Refusal, page
from guantong.web.listing import Column, listed

_COLUMNS = (
    Column("部署", "title", ("title",)),
    Column("下达单位"),
    Column("下达日期", "issued", ("issued_on",)),
    Column("状态"),
    Column("已签收"),
    Column("已核验"),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of a table with the address of the rows behind it."""

    share: Share
    address: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A line of the deviation table: words, how many, and the rows behind it."""

    words: str
    count: int
    address: str


@page
def directives(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The directives of one's own organization and below, newest first."""
    filters = {"text": lambda rows, text: rows.filter(title__icontains=text)}
    listing = listed(request, queries.directives(actor), columns=_COLUMNS, filters=filters)
    place = actor.posts[0].path if actor.posts else ""
    funnels = funnels_of(path=place, by="directive") if place and listing.count else {}
    rows = [
        (row, _stage(funnels.get(row.pk), "signed"), _stage(funnels.get(row.pk), "verified"))
        for row in listing.rows
    ]
    return render(request, "directives.html", {"listing": listing, "rows": rows})


@page
def directive(request: HttpRequest, actor: Actor, pk: int, *, refused: Refusal | None = None) -> HttpResponse:  # noqa: ARG001
    """One directive: how far it has come at each level, whether it is still what was asked, whether it works."""
    row = queries.directive_of(fetch(actor, "directive.see", pk))
    gauges = gauges_of(path=row.issuer.path, directive=pk)
    behind = _Behind(pk)
    levels = sorted(gauges.by_level)
    follows = allowed(actor, "case.see", row.issuer.path + "0001")
    clauses = queries.clauses_of(pk)
    return render(
        request,
        "directive.html",
        {
            "row": row,
            "state": row.state,
            "gauges": gauges,
            "levels": [words.level(level) for level in levels],
            "funnel": [
                (
                    words.STAGES[stage],
                    Cell(_stage(gauges.funnel, stage), behind.stage(stage)),
                    [Cell(_stage(gauges.by_level[n], stage), behind.stage(stage, level=n)) for n in levels],
                )
                for stage in STAGES
            ],
            "to_explain": [
                Counted(Fact(code).words, count, behind.rows(fact=code.value))
                for code, count in gauges.deviation.facts.items()
            ]
            if follows
            else None,
            "confirmed": [
                Counted(TERMS[kind], count, behind.rows(confirmed=kind.value))
                for kind, count in gauges.deviation.confirmed.items()
            ],
            "unknown_address": behind.rows(known="no"),
            "heat": [
                (words.level(each.level), each, _heat_cells(each, behind)) for each in gauges.attenuation
            ],
            "drops": [(words.level(each.above), words.level(each.below), each) for each in gauges.drops],
            "shortfall": gauges.shortfall,
            "clauses": [
                (
                    clause,
                    words.bound(terms_of(clause.terms).target),
                    _told(gauges.by_clause.get(clause.pk), clause.pk, behind),
                )
                for clause in clauses
                if clause.terms
            ],
            "only_told": [clause for clause in clauses if not clause.terms],
            "all_address": behind.rows(),
        },
    )


class _Behind:
    """The addresses of the rows behind the figures of a directive."""

    def __init__(self, directive: int) -> None:
        self.directive = directive

    def rows(self, **wanted: str | int) -> str:
        return f"{reverse('assignments')}?{urlencode({'directive': self.directive, **wanted})}"

    def stage(self, stage: str, **wanted: str | int) -> str:
        if stage == "issued":
            return self.rows(**wanted)
        return self.rows(**wanted, answer=stage, said="yes")


def _stage(steps: tuple[Step, ...] | None, stage: str) -> Share:
    return next((step.share for step in steps or () if step.stage == stage), Share(0, 0, 0))


def _told(steps: tuple[Step, ...] | None, clause: int, behind: _Behind) -> list[Cell]:
    wanted = ("signed", "adopted", "acted", "verified", "effect")
    return [Cell(_stage(steps, stage), behind.stage(stage, clause=clause)) for stage in wanted]


def _heat_cells(heat: object, behind: _Behind) -> list[Cell]:
    answers = (("signed", "signed_in_time"), ("adopted", "adopted_in_time"), ("acted", "acted_in_time"))
    return [
        Cell(getattr(heat, name), behind.rows(level=heat.level, answer=answer, said="yes"))  # type: ignore[attr-defined]
        for name, answer in answers
    ]
