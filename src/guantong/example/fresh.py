"""The fresh notice of the example: issued two days before the visitor comes, signed by a few, adopted by fewer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from guantong.core import acts
from guantong.core.issuing import Issue
from guantong.core.matters import Assignment, Directive, Indicator, Organization
from guantong.core.permits import Role
from guantong.core.reading import read
from guantong.core.reading.types import Reading
from guantong.example import phrases
from guantong.example.deeds import Deed, What
from guantong.example.district import District
from guantong.example.issuer import Plan, plan_issue
from guantong.example.notice import DAYS_AHEAD, notice
from guantong.example.season import Season, Unit
from guantong.example.year import sign

_SIGNED, _ADOPTED, _ASKS = 0.2, 0.4, 0.15
DIRECTIVE_ID = "d2"


@dataclass(frozen=True, slots=True)
class Dates:
    """When the notice was written and handed down, and the day on which the visitor sees it."""

    dated: date
    issued_on: date
    present: date


def dates_before(present: date, season: Season) -> Dates:
    """The notice's dates, counted back from the demo's present."""
    office = season.calendars.office
    start = date.fromordinal(present.toordinal() - 60)
    past = office.between(start, present)
    return Dates(office.after(start, past - 4), office.after(start, past - 2), present)


def read_notice(dates: Dates, season: Season) -> tuple[Reading, Plan]:
    """The notice as it is read, and what is asked of it."""
    office = season.calendars.office
    reading = read(notice(dates.dated, office))
    return reading, plan_issue(reading, dates.issued_on, office, last_due=DAYS_AHEAD)


def draft(district: District, dates: Dates) -> Directive:
    """The notice before it is issued; what the committee writes itself reached it on the day it was written."""
    return Directive(DIRECTIVE_ID, district.top.id, district.top.path, dates.dated)


def play_notice(season: Season, dates: Dates, issue: Issue, schools: list[Organization]) -> None:
    """Let the promptest schools sign and adopt before the visitor comes, and one or the other ask for more time."""
    waiting: dict[str, list[Assignment]] = {}
    for each in issue.assignments:
        waiting.setdefault(each.organization_id, []).append(each)
    receipts = {receipt.organization_id: receipt for receipt in issue.receipts}
    on = season.calendars.office.after(dates.issued_on, 1)
    for school in schools:
        mine = waiting[school.id]
        if not season.chance(_SIGNED):
            season.receipts.append(receipts[school.id])
            season.assignments += mine
            continue
        unit = season.at_work(school, head=Role.SECRETARY, clerk=Role.PARTY_OFFICE, prompt=1, thorough=1)
        signed = sign(season, unit, receipts[school.id], mine, on)
        season.assignments += _adopt(season, unit, signed, on)


def _adopt(season: Season, unit: Unit, signed: tuple[Assignment, ...], on: date) -> tuple[Assignment, ...]:
    by = season.head(unit, on)
    if season.chance(_ADOPTED):
        season.deeds.append(Deed(What.ADOPT_ALL, on, by, unit.id, directive_id=DIRECTIVE_ID))
        return acts.adopt_as_assigned(signed, on)
    first = next(
        (each for each in signed if each.agreed.due and each.indicator is not Indicator.COMPUTED), None
    )
    if first is not None and first.agreed.due is not None and season.chance(_ASKS):
        later = replace(first.agreed, due=season.later(unit.calendar, first.agreed.due, 5, 10))
        season.note(Deed(What.REQUEST_ADJUSTMENT, on, by, first.id, terms=later), phrases.ADJUSTING)
    return signed
