"""Standing as a Party member, and who counts when a branch votes.

A member's standing is a sequence of spells, each at one organization. Somebody without a spell on a day (a principal
who is no member, an administrator) is no member on that day. Why rights rest is never held: only that they do.
Source: Constitution of the Party (党章), articles 4, 7 and 42; probationers have no vote (article 7).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from guantong.core.refusal import Refused


class MemberStatus(StrEnum):
    """What somebody is to the Party at an organization, from a day to a day."""

    PROBATIONARY = "probationary"
    FULL = "full"
    RESTING = "resting"


@dataclass(frozen=True, slots=True)
class Spell:
    """A standing at an organization from a day to a day, both counted in; None where it has no end yet."""

    status: MemberStatus
    organization: str
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the day lies within it."""
        return self.since <= day and (self.until is None or day <= self.until)


def spell_on(spells: Iterable[Spell], day: date) -> Spell | None:
    """The spell that holds on a day; None for somebody who is no member on it."""
    return next((spell for spell in spells if spell.holds_on(day)), None)


def begun(spells: Iterable[Spell], day: date) -> date | None:
    """Since when somebody has been, without a break and wherever, what they are on a day; None for no member."""
    told = sorted(spells, key=lambda spell: spell.since, reverse=True)
    holding = spell_on(told, day)
    if holding is None:
        return None
    since = holding.since
    for spell in told:
        joins = spell.until is not None and (since - spell.until).days == 1
        if joins and spell.status is holding.status:
            since = spell.since
    return since


def votes(spells: Iterable[Spell], organization: str, day: date) -> bool:
    """Whether somebody counts on a day when `organization` votes: a full member of it whose rights do not rest."""
    spell = spell_on(spells, day)
    return spell is not None and spell.status is MemberStatus.FULL and spell.organization == organization


def check_spells(spells: Iterable[Spell]) -> None:
    """Nobody is two things on one day, and nobody becomes a probationer again without having left.

    Raises Refused: until_before_since, spells_overlap, probation_after_full (with the day from which).
    """
    before: Spell | None = None
    for spell in sorted(spells, key=lambda each: each.since):
        if spell.until is not None and spell.until < spell.since:
            raise Refused("until_before_since", since=spell.since, until=spell.until)
        if before is not None:
            if before.until is None or before.until >= spell.since:
                raise Refused("spells_overlap", since=spell.since)
            follows = (spell.since - before.until).days == 1
            was_full = before.status is not MemberStatus.PROBATIONARY
            if follows and was_full and spell.status is MemberStatus.PROBATIONARY:
                raise Refused("probation_after_full", since=spell.since)
        before = spell
