"""任务项: the rows behind every figure, and the page of one assignment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guantong import clock
from guantong.apps.directives import queries
from guantong.apps.directives.queries import Dossier, Filter
from guantong.apps.directives.rows import assignment_of, case_of, terms_of
from guantong.apps.organizations.access import Actor, allowed
from guantong.apps.organizations.calendar import work_calendar
from guantong.apps.organizations.queries import office_holders
from guantong.core.acts import machine_of
from guantong.core.calendar import WorkCalendar
from guantong.core.deviation import Fact, FactCode
from guantong.core.matters import Indicator, Terms
from guantong.core.moves import CASE, AssignmentState, CaseMove, CaseState
from guantong.core.permits import PERMITS
from guantong.core.reading.types import ClauseKind
from guantong.core.status import Light, light
from guantong.web import forms, words
from guantong.web.exports import answer
from guantong.web.guard import Refusal, page, shown
from guantong.web.listing import Column, listed, typed

_COLUMNS = (
    Column("单位", value=lambda told: told.row.organization.name),
    Column("条款", value=lambda told: told.row.clause.clause.text),
    Column("状态", value=lambda told: words.word(AssignmentState(told.row.state))),
    Column("目标", value=lambda told: told.target or "—"),
    Column("完成时限", "due", ("due",), lambda told: told.row.due),
    Column("灯号", value=lambda told: words.word(told.light)),
    Column("待说明或经确认", value=lambda told: told.term or told.fact),
)


_PAPERS = 50  # documents offered as showing what was done


@page
def assignments(request: HttpRequest, actor: Actor, *, refused: Refusal | None = None) -> HttpResponse:  # noqa: ARG001
    """The assignments that a figure counted, or all that may be seen, in official order."""
    wanted = _wanted(request)
    rows = queries.counted(actor, wanted, actor.today)
    listing = listed(request, rows, columns=_COLUMNS, full=queries.with_names)
    calendar = work_calendar()
    told = [shown_row(actor, row, calendar) for row in listing.rows]
    form = forms.AssignmentFilter(initial={"text": wanted.text, "state": wanted.state})
    return answer(
        request,
        "assignments.html",
        {
            "listing": listing,
            "rows": told,
            "form": form,
            "kept": _kept(request),
            "directive": wanted.directive,
            "asked_for": _in_words(wanted),
            "clause": listing.rows[0].clause.clause.text if wanted.clause and listing.rows else "",
        },
        name="任务项",
    )


@page
def assignment(
    request: HttpRequest, actor: Actor, pk: int, *, refused: Refusal | None = None
) -> HttpResponse:
    """One assignment: what was asked, what was taken on, what was done, and what may be done next."""
    row = queries.one_with_terms(actor, pk)
    calendar = work_calendar()
    told = queries.dossier(actor, row, today=actor.today, calendar=calendar)
    assigned = assignment_of(row)
    may = _permitted(actor, row.organization.path)
    lines = _terms(row)
    moves = {move.value for move in machine_of(assigned).offers(assigned.state, may)}
    papers = queries.papers(actor, told.progress, _PAPERS if "act" in moves else 0)
    return render(
        request,
        "assignment.html",
        {
            "row": row,
            "sees_directive": allowed(actor, "directive.see", row.directive.issuer.path),
            "told": told,
            "terms": lines,
            "differs": any(line.differs for line in lines),
            "light": _light(row, calendar),
            "moves": moves,
            "all_moves": {move.value for move in machine_of(assigned).moves(assigned.state)},
            "case_moves": _case_moves(told, may),
            "may_request": "assignment.request" in may,
            "may_inspect": "assignment.inspect" in may
            and row.clause.kind == ClauseKind.PROHIBITION
            and bool(row.counted),
            "requests": [
                (reply, forms.DecideForm(prefix=f"d{reply.pk}"))
                for reply in told.replies
                if reply.outcome == "open" and f"assignment.{reply.kind}" in may
            ],
            "facts": told.facts,
            "timeline": _timeline(told),
            "shown": [(title, key) for key, title, shows in papers if shows],
            "forms": _forms(actor, told, refused, moves, assigned.indicator, papers=papers),
            "today": actor.today,
        },
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list."""

    row: Any
    target: str
    light: Light
    fact: str  # in neutral words, for those who may follow it up
    term: str  # what a person confirmed


def shown_row(actor: Actor, row: Any, calendar: WorkCalendar) -> Row:
    """An assignment as a row of a list; a fact nobody has confirmed only for those who may follow it up."""
    agreed = terms_of(row.adjusted_terms or row.assigned_terms)
    sees_fact = bool(row.fact) and allowed(actor, "case.see", row.organization.path)
    mended = _mended_on(row) if sees_fact else None
    return Row(
        row=row,
        target=words.bound(agreed.target),
        light=_light(row, calendar),
        fact=Fact(FactCode(row.fact), mended_on=mended).words if sees_fact else "",
        term=words.confirmed_term(row.confirmed),
    )


def _mended_on(row: Any) -> date | None:
    """When what was late came in after all, as far as the row itself tells."""
    done: date | None = {
        FactCode.SIGNED_LATE: row.signed_on,
        FactCode.ADOPTED_LATE: row.adopted_on,
        FactCode.LEFT_OUT: row.adopted_on,
        FactCode.IDLE_AT_HALF_TIME: row.acted_on,
    }.get(FactCode(row.fact))
    return done


def _light(row: Any, calendar: WorkCalendar) -> Light:
    asks = row.indicator != Indicator.COMPUTED  # where nothing is asked, nobody can be late
    done = row.done_on if row.state in ("reported", "verified") else None
    return light(
        begun=row.acted_on is not None or row.signed_on is not None,
        closed_on=done if asks else row.closed_on,
        due=row.due if asks else None,
        today=clock.today(),
        calendar=calendar,
    )


def _wanted(request: HttpRequest) -> Filter:
    """What the address asks for; what nobody knows is left out."""
    given: dict[str, Any] = {}
    for field in fields(Filter):
        value = typed(request.GET, field.name)
        if field.name in ("directive", "level", "clause"):
            if value.isascii() and value.isdigit() and len(value) < 15:
                given[field.name] = int(value)
        elif value and value in _KNOWN.get(field.name, (value,)):
            given[field.name] = value
    return Filter(**given)


_KNOWN: Mapping[str, frozenset[str]] = {
    "state": frozenset(AssignmentState),
    "indicator": frozenset({*Indicator, "figures"}),
}
_TYPED = ("text", "state", "page")


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    """What of the address goes along when somebody narrows the list further: all but the form's own, and the page."""
    known = {field.name for field in fields(Filter)} | {"sort"}
    return [(name, typed(request.GET, name)) for name in request.GET if name in known.difference(_TYPED)]


def _in_words(wanted: Filter) -> list[str]:
    """What the list is narrowed to, for its caption; the clause itself is quoted beside it."""
    told = []
    if wanted.level:
        told.append(words.level(wanted.level))
    if wanted.state:
        told.append(words.word(AssignmentState(wanted.state)))
    if wanted.indicator:
        told.append(words.INDICATORS[wanted.indicator])
    if wanted.answer in queries.ANSWERS and wanted.said in words.SAID:
        told.append(words.answered(wanted.answer, wanted.said))
    for kind, code in (
        *(("shortfall", wanted.shortfall), ("late", wanted.late), ("open", wanted.open)),
        *(
            ("known", wanted.known),
            ("fact", wanted.fact and "any"),
            ("confirmed", wanted.confirmed and "any"),
        ),
    ):
        if (said := words.NARROWED.get((kind, code))) is not None:
            told.append(said)
    return told


def _permitted(actor: Actor, place: str) -> frozenset[str]:
    """The permits about assignments and cases that the actor holds at a place."""
    nouns = ("assignment", "case", "receipt")
    return frozenset(
        permit for permit in PERMITS if permit.partition(".")[0] in nouns and allowed(actor, permit, place)
    )


def _case_moves(told: Dossier, may: frozenset[str]) -> set[str]:
    if told.case is None:
        return {CaseMove.ASK.value} if told.row.fact and "case.ask" in may else set()
    return {move.value for move in CASE.offers(CaseState(told.case.state), may)}


@dataclass(frozen=True, slots=True)
class TermsLine:
    """One line of the table that sets what was assigned beside what was agreed and taken on."""

    words: str
    assigned: str
    adjusted: str
    adopted: str
    differs: bool


def _terms(row: Any) -> list[TermsLine]:
    """Indicator, target and date, as assigned, as adjusted with approval, and as adopted."""
    assigned = terms_of(row.assigned_terms)
    adjusted = terms_of(row.adjusted_terms) if row.adjusted_terms else None
    adopted = terms_of(row.adopted_terms) if row.adopted_terms else None
    agreed = adjusted or assigned
    lines = []
    for name, tell in _TOLD.items():
        if all(tell(each) in ("", words.SCOPES[""]) for each in (assigned, adjusted, adopted) if each):
            continue  # nothing was set, or all are meant: not worth a line
        lines.append(
            TermsLine(
                name,
                tell(assigned) or "—",
                (tell(adjusted) or "—") if adjusted else "",
                (tell(adopted) or "—") if adopted else "",
                adopted is not None and tell(adopted) != tell(agreed),
            )
        )
    return lines


_TOLD: Mapping[str, Callable[[Terms], str]] = {
    "方式": lambda terms: words.word(terms.indicator),
    "目标": lambda terms: words.bound(terms.target),
    "完成时限": lambda terms: words.day(terms.due),
    "范围": lambda terms: words.SCOPES.get(terms.scope, terms.scope),
}


def _timeline(told: Dossier) -> list[tuple[date, str, str]]:
    """What happened, oldest first: day, what, and the words that go with it."""
    row = told.row
    events: list[tuple[date, str, str]] = [(row.handed_on, "下达", "")]
    for on, what in ((row.signed_on, "签收"), (row.adopted_on, "承接"), (row.passed_on, "分解到下级")):
        if on:
            events.append((on, what, row.measure if what == "承接" else ""))
    events += [
        (each.held_on, "进展" + _late_entry(each.held_on, each.entered_at), each.text)
        for each in told.progress
    ]
    events += [
        (each.held_on, "检查：发现问题" if each.found else "检查：未发现问题", each.note)
        for each in told.inspections
    ]
    for reply in told.replies:
        kind = reply.get_kind_display()
        events.append((words.date_of(reply.made_at), kind, reply.text))
        if reply.decided_at and reply.kind != "explain":
            outcome = words.OUTCOMES[reply.kind][reply.outcome]
            events.append((words.date_of(reply.decided_at), outcome, reply.decision))
    for case in told.cases:
        fact = case_of(case).fact.words
        events.append((case.proposed_on, "请单位说明", fact))
        if case.decided_on:
            events.append((case.decided_on, _judged(case, told), case.reason))
    return sorted(events, key=lambda event: event[0])


def _judged(case: Any, told: Dossier) -> str:
    """What a person made of a fact: the term itself once it is confirmed, never before."""
    if case.state == CaseState.CONFIRMED:
        return f"确认：{case_of(case).term}"
    answers = [reply.outcome for reply in told.replies if (reply.noun, reply.object) == ("case", case.pk)]
    return "撤销" if not answers else "采纳说明" if answers[-1] == "accepted" else "撤销确认"


def _late_entry(held_on: date, entered_at: Any) -> str:
    """What was entered on a later day says so."""
    entered = words.date_of(entered_at)
    return f"（{words.day(entered)}录入）" if entered > held_on else ""


def _forms(
    actor: Actor,
    told: Dossier,
    refused: Refusal | None,
    moves: set[str],
    indicator: Indicator,
    *,
    papers: Sequence[tuple[int, str, bool]],
) -> dict[str, Any]:
    """A form for each thing that may be done; what was typed and refused stands in it again."""
    row = told.row
    agreed = terms_of(row.adjusted_terms or row.assigned_terms)
    made: dict[str, Any] = {  # each is made when the page comes to it, and most pages come to few
        "ask": partial(shown, forms.AskForm, refused),
        "explain": partial(shown, forms.ExplainForm, refused),
        "decide_case": partial(shown, forms.ReasonForm, refused),
        "inspect": partial(shown, forms.InspectForm, refused, initial={"held_on": actor.today}),
        "exempt": partial(shown, forms.ExemptForm, refused),
        "adjust": partial(shown, forms.AdjustForm, refused, initial=_initial(agreed), target=agreed.target),
        "verify": partial(shown, forms.VerifyForm, refused, judges=indicator is Indicator.REPORT_BACK),
        "send_back": partial(shown, forms.ReturnForm, refused),
    }
    if "adopt" in moves:
        made["adopt"] = shown(
            forms.AdoptForm,
            refused,
            initial={**_initial(agreed), "owner": actor.person},
            target=agreed.target,
            owners=owners(actor, row),
        )
    if "act" in moves:
        fresh = {"held_on": actor.today, "once": str(uuid4())}
        offered = [(pk, title) for pk, title, _ in papers]
        made["act"] = shown(forms.ProgressForm, refused, initial=fresh, papers=offered)
    if "report" in moves:
        made["report"] = shown(
            forms.ReportForm,
            refused,
            initial={"done_on": actor.today, **_rolled(told)},
            target=agreed.target,
        )
    if "split" in moves and (below := queries.receivers(actor, row)):
        made["split"] = shown(forms.SplitForm, refused, below=below, target=agreed.target)
    return made


def owners(actor: Actor, row: Any) -> list[tuple[int | str, str]]:
    """Who of an organization can own what it takes on, with their posts; whoever takes it on where nobody is chosen."""
    held: dict[int, list[Any]] = {}
    for post in office_holders(row.organization, actor.today):
        held.setdefault(post.person_id, []).append(post)
    found: list[tuple[int | str, str]] = [
        (person, f"{posts[0].person.name}（{'、'.join(post.words for post in posts)}）")
        for person, posts in held.items()
    ]
    return found if actor.person in held else [("", "承接人本人"), *found]


def _initial(terms: Terms) -> dict[str, Any]:
    target = terms.target
    return {"value": words.figure(target.value, 4) if target else "", "due": terms.due}


def _rolled(told: Dossier) -> dict[str, Any]:
    """The figure that the parts come to, as a first proposal for the whole."""
    actual = told.rolled_up.actual if told.rolled_up else None
    return {"part": actual.part, "whole": actual.whole} if actual else {}
