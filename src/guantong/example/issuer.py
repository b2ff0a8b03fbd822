"""What the example's issuer makes of a document: what is asked of whom, and what he had to set himself.

The least that works: attitude and permission are only transmitted, and so is whatever touches petitions or
whistleblowers' reports, of which no figure is formed; a sentence that stands twice is
asked once, what records can show is computed, and the schools are asked for what the document names a figure
or a day for, filled up to ten clauses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from guantong.core.calendar import WorkCalendar
from guantong.core.issuing import FARTHEST, MOST_ASKING, ONLY_TRANSMITTED, asking
from guantong.core.matters import PERCENT, Bound, Indicator, IssuedClause, Terms
from guantong.core.reading.types import Clause, ClauseKind, Operator, Reading, Target
from guantong.core.rulebook import institutions

MOST_WITH_APPROVAL = 2 * MOST_ASKING  # a document that asks for more is not read as an order for all of it
_OFFICES = ("科室", "处室", "办公室", "科", "处")
_ALL_OFFICES = ("机关", "各科室", "各处室")
_WHISTLEBLOWING = ("举报", "检举", "控告")
_COLLECTIVE = ("各", "全体", "全区", "所有", "每")
_ALL_SCHOOLS = "全部120个学校党组织"
_FIRST_DUE, _DUE_STEP, LAST_DUE = 60, 20, 180  # working days after issue
_MOST_PLAUSIBLE = 10**9  # a larger number is a misreading, nothing a school could reach
_SEVERAL = "；"  # between the due times of a reading, and between words quoted side by side
_OCCASIONS = ("次", "场", "期", "轮", "回", "遍", "节", "堂")  # what adds up over the periods of a year
_STEPS = {
    "daily": (1, "days"),
    "weekly": (7, "days"),
    "monthly": (1, "months"),
    "quarterly": (3, "months"),
    "half-yearly": (6, "months"),
    "yearly": (12, "months"),
}
_EVERY = re.compile(r"every-(?P<number>\d+)-(?P<unit>days|weeks|months|years)")
_ONE_OF = {"days": "daily", "weeks": "weekly", "months": "monthly", "years": "yearly"}
LEFT_OUT = "未列入"
_NO_BREACH = Bound(Operator.AT_MOST, Decimal(0), "件")
_ALL_HELD = Bound(Operator.AT_LEAST, Decimal(100), PERCENT)


@dataclass(frozen=True, slots=True)
class SetByIssuer:
    """A target, date or unit the document did not name, or a target of its own that was left out (LEFT_OUT).

    `said` is what stands in the document instead, if anything.
    """

    clause_id: str
    what: str  # target, date, unit
    value: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Every clause of a document as it is to be issued, and what of it is the issuer's own."""

    clauses: tuple[IssuedClause, ...]
    set_by_issuer: tuple[SetByIssuer, ...]

    @property
    def needs_second_approval(self) -> bool:
        return asking(self.clauses) > MOST_ASKING


def plan_issue(reading: Reading, issued_on: date, calendar: WorkCalendar, last_due: int = LAST_DUE) -> Plan:
    """Decide for each clause of a reading what is asked, with every date from `issued_on` on.

    What the document names no day for is due `last_due` working days after the issue at the latest.
    """
    indicators = _indicators(reading.clauses, issued_on)
    issued: list[IssuedClause] = []
    added: list[SetByIssuer] = []
    for clause in reading.clauses:
        indicator = indicators[clause.id]
        if indicator is Indicator.INFORMATION:
            issued.append(IssuedClause(clause.id, clause.kind))
            continue
        due, missing_due = _due(
            clause, indicator, issued_on, calendar, position=len(issued), last_due=last_due
        )
        target, changed_targets = _target(clause, indicator, issued_on, due)
        issued.append(IssuedClause(clause.id, clause.kind, Terms(indicator, target, due)))
        added += [note for note in (*changed_targets, missing_due, _unit(clause)) if note]
    return Plan(tuple(issued), tuple(added))


def show_target(target: Bound) -> str:
    return f"{target.op.sign}{target.value.normalize():f}{target.unit}"


def _indicators(clauses: Sequence[Clause], issued_on: date) -> dict[str, Indicator]:
    chosen = {clause.id: Indicator.INFORMATION for clause in clauses}
    assignable = _once(
        clause
        for clause in clauses
        if clause.kind not in ONLY_TRANSMITTED and not _is_for_offices(clause) and _is_countable(clause)
    )
    named, unnamed = [], []
    for clause in assignable:
        if clause.kind is ClauseKind.PROHIBITION or _is_recorded(clause):
            chosen[clause.id] = Indicator.COMPUTED
        elif _figure(clause) is not None or _day(clause, issued_on) is not None:
            named.append(clause)
        else:
            unnamed.append(clause)
    unnamed.sort(key=lambda clause: not _is_addressed(clause))  # what is said to all schools comes first
    wanted = [*named[:MOST_WITH_APPROVAL], *unnamed[: max(0, MOST_ASKING - len(named))]]
    for clause in wanted:
        chosen[clause.id] = Indicator.NUMERIC if _figure(clause) is not None else Indicator.MILESTONE
    return chosen


def _is_for_offices(clause: Clause) -> bool:
    """Whether the sentence speaks to the bureau's own sections, not to schools."""
    if clause.subjects:
        return all(unit.endswith(_OFFICES) for unit in clause.subjects)
    return bool(clause.lead_units) and all(unit.startswith(_ALL_OFFICES) for unit in clause.lead_units)


def _is_countable(clause: Clause) -> bool:
    """Whether a figure may come of it: never where petitions or whistleblowers' reports are spoken of."""
    kept_apart = {each.id for each in institutions() if not each.countable}
    return kept_apart.isdisjoint(clause.institutions) and not any(
        word in clause.text for word in _WHISTLEBLOWING
    )


def _is_recorded(clause: Clause) -> bool:
    """Whether records that exist anyway show it: an institution with rules of its own, and no day set for once."""
    if clause.deadline is not None and clause.deadline.date is not None:
        return False
    rules = {each.id: each.rules for each in institutions()}
    return any(rules.get(name) for name in clause.institutions)


def _once(clauses: Iterable[Clause]) -> list[Clause]:
    first: dict[str, Clause] = {}
    for clause in clauses:
        first.setdefault("".join(clause.text.split()), clause)
    return list(first.values())


def _figure(clause: Clause) -> Target | None:
    """The target to measure by: the first rate, else the first number that something could be measured by."""
    usable = [target for target in clause.targets if _is_measurable(target)]
    return next((target for target in usable if _bound(target).is_rate), usable[0] if usable else None)


def _is_measurable(target: Target) -> bool:
    value = target.value
    if value is None or not 0 <= value <= _MOST_PLAUSIBLE:
        return False
    return value != 0 or target.op is not Operator.AT_LEAST


def _bound(target: Target) -> Bound:
    return Bound(target.op, Decimal(str(target.value)), target.unit.replace("％", PERCENT))


def _day(clause: Clause, issued_on: date) -> date | None:
    """The document's own date, if it was still ahead when the document was issued, and not farther than is allowed."""
    named = clause.deadline.date if clause.deadline else None
    return named if named is not None and issued_on < named <= issued_on + FARTHEST else None


def _target(
    clause: Clause, indicator: Indicator, issued_on: date, due: date
) -> tuple[Bound | None, list[SetByIssuer]]:
    """What is to be reached by `due`, and a note for each target that was changed, added or left out."""
    used = _used(clause, indicator)
    if used is None and indicator is not Indicator.MILESTONE:
        own = _NO_BREACH if clause.kind is ClauseKind.PROHIBITION else _ALL_HELD
        return own, [SetByIssuer(clause.id, "target", show_target(own), _said(clause, clause.targets))]
    notes = [
        SetByIssuer(clause.id, "target", LEFT_OUT, _said(clause, [target]))
        for target in clause.targets
        if target is not used
    ]
    if used is None:
        return None, notes
    asked = _bound(used)
    times = 1 if asked.is_rate else _periods(clause, issued_on, due)
    if times > 1:
        if asked.unit in _OCCASIONS:
            asked = replace(asked, value=asked.value * times)
        notes.insert(0, SetByIssuer(clause.id, "target", show_target(asked), _said(clause, [used])))
    return asked, notes


def _used(clause: Clause, indicator: Indicator) -> Target | None:
    """The document's target that is asked for; records show only a rate: how many periods were kept."""
    if indicator is Indicator.MILESTONE or clause.kind is ClauseKind.PROHIBITION:
        return None
    figure = _figure(clause)
    if figure is None or (indicator is Indicator.COMPUTED and not _bound(figure).is_rate):
        return None
    return figure


def _said(clause: Clause, targets: Sequence[Target]) -> str:
    """The document's words for these targets, with its recurrence before them: 每季度；一次."""
    often = [clause.deadline.text] if clause.deadline and _step(clause) else []
    return _SEVERAL.join(dict.fromkeys([*often, *(target.text for target in targets)]))


def _step(clause: Clause) -> tuple[int, str] | None:
    """How often it recurs, as a number of days or of months; None where it does not."""
    rule = (clause.deadline.rule if clause.deadline else None) or ""
    if rule in _STEPS:
        return _STEPS[rule]
    every = _EVERY.fullmatch(rule)
    if every is None:
        return None
    number, unit = _STEPS[_ONE_OF[every["unit"]]]
    return max(1, int(every["number"])) * number, unit


def _periods(clause: Clause, first: date, last: date) -> int:
    """In how many of its periods (calendar months, quarters … or spans of days) the time allowed lies."""
    step = _step(clause)
    if step is None:
        return 1
    length, unit = step
    if unit == "months":
        return (last.year * 12 + last.month - 1) // length - (first.year * 12 + first.month - 1) // length + 1
    return max(1, (last - first).days // length)


def _due(
    clause: Clause,
    indicator: Indicator,
    issued_on: date,
    calendar: WorkCalendar,
    *,
    position: int,
    last_due: int,
) -> tuple[date, SetByIssuer | None]:
    named = _day(clause, issued_on)
    said = clause.deadline.text if clause.deadline else ""
    if named is not None:  # of several due times one is asked for
        several = _SEVERAL in said
        return named, SetByIssuer(clause.id, "date", named.isoformat(), said) if several else None
    steps = (LAST_DUE - _FIRST_DUE) // _DUE_STEP + 1
    days = _FIRST_DUE + position % steps * _DUE_STEP if indicator is Indicator.MILESTONE else last_due
    due = calendar.after(issued_on, min(days, last_due))
    return due, SetByIssuer(clause.id, "date", due.isoformat(), said)


def _is_addressed(clause: Clause) -> bool:
    """Whether the document itself names all schools, in whatever words."""
    named = clause.lead_units + clause.support_units + clause.subjects
    return any(unit.startswith(_COLLECTIVE) for unit in named)


def _unit(clause: Clause) -> SetByIssuer | None:
    if _is_addressed(clause):
        return None
    named = dict.fromkeys(clause.lead_units + clause.support_units + clause.subjects)
    return SetByIssuer(clause.id, "unit", _ALL_SCHOOLS, "、".join(named))
