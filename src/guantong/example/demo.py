"""A document is issued to the example district and a year is played: every row, and every deed in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from guantong.core.calendar import WorkCalendar
from guantong.core.issuing import Issue, issue
from guantong.core.matters import Directive, Indicator, Organization
from guantong.core.moves import DIRECTIVE, DirectiveMove, DirectiveState
from guantong.core.reading.types import Reading
from guantong.core.refusal import Refused
from guantong.core.standings import Standing
from guantong.example import fresh
from guantong.example.calendars import Calendars, example_calendars
from guantong.example.deeds import Deed, in_order
from guantong.example.district import District, build_district
from guantong.example.issuer import Plan, plan_issue
from guantong.example.season import YEAR_DAYS, Season
from guantong.example.supervision import Review
from guantong.example.turns import Turns, plan_turns
from guantong.example.year import DAYS_TO_ADOPT, DAYS_TO_SIGN, play_year

NOTE = "示例区及其一年的工作均为虚构，与任何真实单位、个人无关。"
SEED = 20260305
UNDATED = date(2026, 3, 5)  # received on, for a document that does not say when it was written
DAYS_TO_ISSUE = 4
"""Working days between the document and its issue."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A document as it was handed down in the example: read, planned, issued; and how things stand at the end."""

    reading: Reading
    plan: Plan
    received_on: date
    issued_on: date
    directive: Directive
    addressed: tuple[Organization, ...]
    rows: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Played:
    """A played year: the document, the fresh notice, and what was done, in order, up to the day before `present`."""

    seed: int
    calendars: Calendars
    district: District
    turns: Turns
    main: Handed
    notice: Handed
    deeds: tuple[Deed, ...]
    last_day: date
    present: date


def received_on(reading: Reading) -> date:
    """The document's date; what calls itself older or newer than any such document is treated as undated."""
    if reading.date is None or not 1949 <= reading.date.year < 2100:
        return UNDATED
    return reading.date


def check(reading: Reading) -> None:
    """Raises Refused("nothing_to_assign") for a document in which nothing can be seen to be done."""
    arrived = received_on(reading)
    _planned(reading, arrived, example_calendars(arrived.year).office)


def play(reading: Reading, seed: int = SEED, calendars: Calendars | None = None) -> Played:
    """Issue what can be assigned of `reading`, and play the year of `seed` by the calendars given.

    Raises Refused as `check` does.
    """
    random = Random(seed)  # noqa: S311 — a play, not a secret
    arrived = received_on(reading)
    calendars = calendars or example_calendars(arrived.year)
    office = calendars.office
    issued_on = office.after(arrived, DAYS_TO_ISSUE)
    district = build_district(random)
    plan = _planned(reading, issued_on, office)
    draft = Directive("d1", district.top.id, district.top.path, arrived)
    issued = _issue(_approved(draft, plan), plan, district.schools, calendars, issued_on)
    turns = plan_turns(district.schools, issued_on, office, random)
    last_day = office.after(issued_on, YEAR_DAYS)
    season = Season(random, calendars, district.top, issued_on, last_day, turns)
    play_year(season, district, issued)
    review = Review(season, issued.directive)
    present = office.after(review.follow_up(), 1)
    notice = _hand_notice(season, district, present)
    return Played(
        seed=seed,
        calendars=calendars,
        district=district,
        turns=turns,
        main=Handed(
            reading,
            plan,
            arrived,
            issued_on,
            issued.directive,
            district.schools,
            tuple(review.standings(present)),
        ),
        notice=notice,
        deeds=tuple(in_order(season.deeds)),
        last_day=last_day,
        present=present,
    )


def _planned(reading: Reading, issued_on: date, office: WorkCalendar) -> Plan:
    plan = plan_issue(reading, issued_on, office)
    if all(clause.terms.indicator is Indicator.INFORMATION for clause in plan.clauses):
        raise Refused("nothing_to_assign", clauses=len(reading.clauses))
    return plan


def _hand_notice(season: Season, district: District, present: date) -> Handed:
    dates = fresh.dates_before(present, season)
    reading, plan = fresh.read_notice(dates, season)
    closed = {merger.organization_id for merger in season.turns.mergers}
    schools = [school for school in district.schools if school.id not in closed]
    issued = _issue(fresh.draft(district, dates), plan, schools, season.calendars, dates.issued_on)
    fresh.play_notice(season, dates, issued, schools)
    rows = Review(season, issued.directive).standings(present)
    return Handed(reading, plan, dates.dated, dates.issued_on, issued.directive, tuple(schools), tuple(rows))


def _issue(
    directive: Directive,
    plan: Plan,
    schools: Sequence[Organization],
    calendars: Calendars,
    today: date,
) -> Issue:
    """Issue to all schools, each held to limits in the school days of its stage."""
    issues = [
        issue(
            directive,
            plan.clauses,
            [school for school in schools if school.stage is stage],
            by="p-secretary",
            sign_by=calendar.after(today, DAYS_TO_SIGN),
            adopt_by=calendar.after(today, DAYS_TO_ADOPT),
            today=today,
            calendar=calendar,
        )
        for stage, calendar in {school.stage: calendars.of(school) for school in schools}.items()
    ]
    return Issue(
        issues[0].directive,
        tuple(receipt for each in issues for receipt in each.receipts),
        tuple(assignment for each in issues for assignment in each.assignments),
    )


def _approved(directive: Directive, plan: Plan) -> Directive:
    """The second approval, where more than ten clauses ask something of a school."""
    if not plan.needs_second_approval:
        return directive
    state: DirectiveState = directive.state
    for move in (DirectiveMove.SUBMIT, DirectiveMove.APPROVE):
        state = DIRECTIVE.step(state, move)
    return replace(directive, state=state, approved_by="p-member-in-charge")
