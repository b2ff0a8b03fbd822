"""Deviation: is it still what was asked? The facts that can be seen, in neutral words.

The software only proposes facts; what people make of them is in `cases`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from guantong.core.calendar import WorkCalendar
from guantong.core.matters import Assignment, Breach, Indicator, Terms
from guantong.core.moves import AssignmentState
from guantong.core.reading.types import ClauseKind, Operator


class Deviation(StrEnum):
    """The five kinds, in the order in which the one that counts for an assignment is chosen."""

    NOT_STOPPED = "not_stopped"
    SELECTIVE = "selective"
    NOT_EXECUTED = "not_executed"
    ALTERED = "altered"
    DISCOUNTED = "discounted"


class FactCode(StrEnum):
    """What can be seen in the records."""

    BREACH_FOUND = "breach_found"
    LEFT_OUT = "left_out"
    SIGNED_LATE = "signed_late"
    ADOPTED_LATE = "adopted_late"
    IDLE_AT_HALF_TIME = "idle_at_half_time"
    INDICATOR_CHANGED = "indicator_changed"
    SCOPE_CHANGED = "scope_changed"
    TARGET_BELOW = "target_below"
    TARGET_ABOVE = "target_above"
    TARGET_OTHER = "target_other"
    TARGET_LEFT_OUT = "target_left_out"
    DATE_LATER = "date_later"
    DATE_LEFT_OUT = "date_left_out"
    DONE_BELOW = "done_below"


_FACTS = {
    FactCode.BREACH_FOUND: (Deviation.NOT_STOPPED, "要求生效后仍有经核实的问题"),
    FactCode.LEFT_OUT: (Deviation.SELECTIVE, "同件其他条款已按时承接，本条逾期未承接"),
    FactCode.SIGNED_LATE: (Deviation.NOT_EXECUTED, "逾期未签收"),
    FactCode.ADOPTED_LATE: (Deviation.NOT_EXECUTED, "逾期未承接"),
    FactCode.IDLE_AT_HALF_TIME: (Deviation.NOT_EXECUTED, "时间过半未见行动"),
    FactCode.INDICATOR_CHANGED: (Deviation.ALTERED, "承接指标与下达不一致"),
    FactCode.SCOPE_CHANGED: (Deviation.ALTERED, "承接范围与下达不一致"),
    FactCode.TARGET_BELOW: (Deviation.DISCOUNTED, "承接目标低于下达"),
    FactCode.TARGET_ABOVE: (Deviation.DISCOUNTED, "承接上限高于下达"),
    FactCode.TARGET_OTHER: (Deviation.DISCOUNTED, "承接数值与下达不同"),
    FactCode.TARGET_LEFT_OUT: (Deviation.DISCOUNTED, "承接未列目标"),
    FactCode.DATE_LATER: (Deviation.DISCOUNTED, "完成时间晚于要求"),
    FactCode.DATE_LEFT_OUT: (Deviation.DISCOUNTED, "承接未列完成时间"),
    FactCode.DONE_BELOW: (Deviation.DISCOUNTED, "报办结时实际值未达目标"),
}

_MADE_UP = {
    FactCode.LEFT_OUT: "同件其他条款已按时承接，本条逾期承接",
    FactCode.SIGNED_LATE: "逾期签收",
    FactCode.ADOPTED_LATE: "逾期承接",
    FactCode.IDLE_AT_HALF_TIME: "时间过半后才有行动",
}

Evidence = str | date | Decimal | None


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact about an assignment: what was `asked`, what was `found`, and the rows it rests on (ids).

    `mended_on` is the day on which what was late came in after all; the fact stays, and is shown as made up.
    """

    code: FactCode
    asked: Evidence = None
    found: Evidence = None
    rests_on: tuple[str, ...] = ()
    mended_on: date | None = None

    @property
    def kind(self) -> Deviation:
        """The kind that a person may later confirm on this fact."""
        return _FACTS[self.code][0]

    @property
    def words(self) -> str:
        """The fact in neutral words; what came in late is not called missing."""
        made_up = _MADE_UP.get(self.code) if self.mended_on else None
        return made_up or _FACTS[self.code][1]


@dataclass(frozen=True, slots=True)
class Observed:
    """The facts about an assignment, and the facts that cannot be told yet or ever for want of data."""

    facts: tuple[Fact, ...] = ()
    untold: tuple[FactCode, ...] = ()

    @property
    def known(self) -> bool:
        """Whether it can be said that there is a fact, or that there is none."""
        return bool(self.facts) or not self.untold


def observe(
    assignment: Assignment,
    *,
    adopted_in_time: Sequence[str],
    breaches: Iterable[Breach],
    effective_on: date,
    calendar: WorkCalendar,
    today: date,
) -> Observed:
    """Look for the facts of an assignment as of `today`.

    `adopted_in_time` are the assignments of the same directive that the same organization adopted in time.
    What was lifted has no facts, and what was adjusted is held to the adjusted terms. A fact with nothing to
    hold it against is untold: without a due date there is no half-time, and without an inspection nobody knows
    whether a prohibition in effect is kept.
    """
    if assignment.is_released:
        return Observed()
    untold: list[FactCode] = []
    breach = _breach(assignment, breaches, effective_on, today)
    if breach is None:
        untold.append(FactCode.BREACH_FOUND)
    facts = [*(breach or ()), *_limits(assignment, adopted_in_time, today)]
    if assignment.indicator is not Indicator.COMPUTED:
        if assignment.agreed.due is None:
            untold.append(FactCode.IDLE_AT_HALF_TIME)
        else:
            facts += _idle(assignment, assignment.agreed.due, calendar, today)
        facts += _differs(assignment)
        done_below = _done_below(assignment)
        if done_below is None:
            untold.append(FactCode.DONE_BELOW)
        else:
            facts += done_below
    return Observed(tuple(facts), tuple(untold))


def propose(observed: Observed, cleared: Collection[FactCode] = ()) -> Fact | None:
    """The one fact, at most, that is asked about an assignment: the first by kind, then as found.

    Facts that were asked about and `cleared` make room for the next, so that a small one hides no other.
    """
    order = list(Deviation)
    standing = [fact for fact in observed.facts if fact.code not in cleared]
    return min(standing, key=lambda fact: order.index(fact.kind), default=None)


def _breach(
    assignment: Assignment, breaches: Iterable[Breach], effective_on: date, today: date
) -> list[Fact] | None:
    """None where a prohibition is in effect, nothing was found, and no inspection says that anybody looked."""
    if assignment.kind is not ClauseKind.PROHIBITION:
        return []
    key = (assignment.clause_id, assignment.organization_id)
    found = sorted(
        (each.dated, each.id)
        for each in breaches
        if (each.clause_id, each.organization_id) == key and each.dated > effective_on
    )
    if found:
        ids = tuple(id_ for _, id_ in found)
        return [Fact(FactCode.BREACH_FOUND, effective_on, found[0][0], ids)]
    looked = assignment.actual is not None and assignment.actual.value is not None
    return [] if looked or today <= effective_on else None


def _limits(assignment: Assignment, adopted_in_time: Sequence[str], today: date) -> list[Fact]:
    facts = []
    signed, adopted = assignment.signed_on, assignment.adopted_on
    if (signed or today) > assignment.sign_by:
        facts.append(Fact(FactCode.SIGNED_LATE, assignment.sign_by, signed, mended_on=signed))
    asks_adoption = assignment.indicator is not Indicator.COMPUTED
    if asks_adoption and (adopted or today) > assignment.adopt_by:
        others = tuple(id_ for id_ in adopted_in_time if id_ != assignment.id)
        code = FactCode.LEFT_OUT if others else FactCode.ADOPTED_LATE
        facts.append(Fact(code, assignment.adopt_by, adopted, others, mended_on=adopted))
    return facts


def _idle(assignment: Assignment, due: date, calendar: WorkCalendar, today: date) -> list[Fact]:
    half_time = calendar.half_time(assignment.handed_on, due)
    acted = assignment.acted_on
    if (acted or today) <= half_time:
        return []
    return [Fact(FactCode.IDLE_AT_HALF_TIME, half_time, acted, mended_on=acted)]


def _differs(assignment: Assignment) -> list[Fact]:
    """What was adopted otherwise, both than assigned and than an approved adjustment of it."""
    adopted = assignment.adopted
    if adopted is None:
        return []
    asked_otherwise = {fact.code for fact in _differences(adopted, assignment.assigned)}
    return [fact for fact in _differences(adopted, assignment.agreed) if fact.code in asked_otherwise]


def _differences(adopted: Terms, asked: Terms) -> list[Fact]:
    return [*_altered(adopted, asked), *_discounted(adopted, asked)]


def _altered(adopted: Terms, asked: Terms) -> list[Fact]:
    facts = []
    if adopted.indicator is not asked.indicator:
        facts.append(Fact(FactCode.INDICATOR_CHANGED, asked.indicator.value, adopted.indicator.value))
    elif adopted.target and asked.target and not adopted.target.same_measure(asked.target):
        measure, other = asked.target, adopted.target
        facts.append(
            Fact(
                FactCode.INDICATOR_CHANGED,
                f"{measure.op.value}{measure.unit}",
                f"{other.op.value}{other.unit}",
            )
        )
    if adopted.scope != asked.scope:
        facts.append(Fact(FactCode.SCOPE_CHANGED, asked.scope, adopted.scope))
    return facts


_BELOW = {
    Operator.AT_LEAST: FactCode.TARGET_BELOW,
    Operator.AT_MOST: FactCode.TARGET_ABOVE,
    Operator.EQUAL: FactCode.TARGET_OTHER,
}


def _discounted(adopted: Terms, asked: Terms) -> list[Fact]:
    facts = []
    if asked.target is not None:
        if adopted.target is None:
            facts.append(Fact(FactCode.TARGET_LEFT_OUT, asked.target.value))
        elif adopted.target.same_measure(asked.target) and adopted.target.is_below(asked.target):
            facts.append(Fact(_BELOW[asked.target.op], asked.target.value, adopted.target.value))
    if asked.due is not None:
        if adopted.due is None:
            facts.append(Fact(FactCode.DATE_LEFT_OUT, asked.due))
        elif adopted.due > asked.due:
            facts.append(Fact(FactCode.DATE_LATER, asked.due, adopted.due))
    return facts


def _done_below(assignment: Assignment) -> list[Fact] | None:
    """None where it was declared done and nobody can tell whether the target was met."""
    target = assignment.agreed.target
    declared = assignment.state in (AssignmentState.REPORTED, AssignmentState.VERIFIED)
    if target is None or not declared:
        return []
    value = assignment.actual.value if assignment.actual else None
    if value is None:
        return None
    if not target.misses(value):
        return []
    shown = Decimal(value.numerator) / Decimal(value.denominator)
    return [Fact(FactCode.DONE_BELOW, target.value, shown)]
