"""What the example's supervisors make of the facts at the end of the year, and how things then stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from guantong.core import cases
from guantong.core.cases import Case
from guantong.core.deviation import FactCode, Observed, observe, propose
from guantong.core.matters import Assignment, Directive
from guantong.core.permits import Role
from guantong.core.refusal import Refused
from guantong.core.standings import Standing, standing
from guantong.example import phrases
from guantong.example.deeds import By, Deed, What
from guantong.example.season import Season

SUPERVISOR = "p-supervisor"
DAYS_TO_DECIDE, DAYS_TO_CLOSE = 6, 10
_ASKED, _EXPLAINED, _LEFT_OPEN = 0.45, 0.8, 0.25
_CLEARED, _BREACH_CLEARED = (
    0.45,
    0.1,
)  # of what is decided; a breach that an inspection found is rarely explained away


@dataclass(slots=True)
class Review:
    """The cases of a year, by assignment, and what is observed on the days on which somebody looks."""

    season: Season
    directive: Directive
    cases: dict[str, Case] = field(default_factory=dict)
    _seen: dict[date, dict[str, Observed]] = field(default_factory=dict)

    def observed(self, day: date) -> Mapping[str, Observed]:
        """The facts of every assignment of the directive as of a day."""
        if day not in self._seen:
            self._seen[day] = dict(self._observe(day))
        return self._seen[day]

    def _observe(self, day: date) -> Iterable[tuple[str, Observed]]:
        mine = [each for each in self.season.assignments if each.directive_id == self.directive.id]
        in_time: defaultdict[str, list[str]] = defaultdict(list)
        for each in mine:
            if each.adopted_on is not None and each.adopted_on <= each.adopt_by:
                in_time[each.organization_id].append(each.id)
        breaches = defaultdict(list)
        for breach in self.season.breaches:
            breaches[breach.organization_id].append(breach)
        for each in mine:
            yield (
                each.id,
                observe(
                    each,
                    adopted_in_time=in_time[each.organization_id],
                    breaches=breaches[each.organization_id],
                    effective_on=self.directive.effective_on or self.season.issued_on,
                    calendar=self.season.calendars.office,
                    today=day,
                ),
            )

    def standings(self, today: date) -> list[Standing]:
        """How every assignment of the directive stands on a day."""
        observed = self.observed(today)
        rows = (
            standing(
                each,
                self.directive,
                observed=observed[each.id],
                case=self.cases.get(each.id),
                periods=self.season.periods.get(each.id),
                calendar=self.season.calendars.office,
                today=today,
            )
            for each in self.season.assignments
            if each.directive_id == self.directive.id
        )
        return [row for row in rows if row is not None]

    def follow_up(self) -> date:
        """Look for facts on the last day, ask, hear, decide; returns the day on which the last word fell."""
        observed = self.observed(self.season.last_day)
        closed = {merger.organization_id for merger in self.season.turns.mergers}
        for each in self.season.assignments:
            fact = propose(observed[each.id])
            if each.organization_id in closed or fact is None:
                continue  # a school that is no more cannot be asked
            if self.season.chance(_ASKED):  # to the others nobody has come yet
                self.cases[each.id] = self._follow(each, Case(each.id, fact, self.season.last_day))
        closing = self.season.calendars.office.after(self.season.last_day, DAYS_TO_CLOSE)
        return max([closing, *(case.decided_on for case in self.cases.values() if case.decided_on)])

    def _follow(self, assignment: Assignment, case: Case) -> Case:
        season = self.season
        calendar = season.days_of[assignment.organization_id]
        staff = season.district(Role.SECTION_STAFF)
        season.deeds.append(Deed(What.ASK, season.last_day, staff, assignment.id))
        case = cases.ask(case, season.last_day, calendar)
        if season.chance(_EXPLAINED):
            on = season.later(calendar, season.last_day, 1, cases.DAYS_TO_EXPLAIN)
            case = cases.explain(case, on)
            season.note(
                Deed(What.EXPLAIN, on, self._answering(assignment, on), assignment.id), phrases.EXPLANATIONS
            )
        return case if season.chance(_LEFT_OPEN) else self._decide(assignment, case)

    def _decide(self, assignment: Assignment, case: Case) -> Case:
        season = self.season
        office = season.calendars.office
        told_by = case.explain_by or season.last_day
        today = max(office.after(season.last_day, DAYS_TO_DECIDE), office.after(told_by, 1))
        cleared = _BREACH_CLEARED if case.fact.code is FactCode.BREACH_FOUND else _CLEARED
        if not season.chance(cleared):
            seen = self.observed(today)[assignment.id]
            try:
                confirmed = cases.confirm(
                    case, seen, by=SUPERVISOR, reason=phrases.CONFIRMING[0], today=today
                )
            except Refused:  # it was made up in time
                pass
            else:
                member = season.district(Role.MEMBER_IN_CHARGE)
                season.note(Deed(What.CONFIRM, today, member, assignment.id), phrases.CONFIRMING)
                return confirmed
        staff = season.district(Role.SECTION_STAFF)
        season.note(Deed(What.CLEAR, today, staff, assignment.id), phrases.CLEARING)
        return cases.clear(case, by=SUPERVISOR, reason=phrases.CLEARING[0], today=today)

    def _answering(self, assignment: Assignment, day: date) -> By:
        organization_id = assignment.organization_id
        if assignment.parent_id is not None:
            return By(Role.BRANCH_SECRETARY, organization_id)
        return By(self.season.turns.stand_in(organization_id, day) or Role.SECRETARY, organization_id)
