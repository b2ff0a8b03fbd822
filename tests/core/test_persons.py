"""Who is a member on a day, and who counts when a branch votes: held against a calendar written out day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.core.persons import MemberStatus, Spell, begun, check_spells, spell_on, votes
from guantong.core.refusal import Refused

START = date(2026, 1, 1)
DAYS = [START + timedelta(days=n) for n in range(40)]
A, B = "a", "b"
FULL, PROBATIONARY, RESTING = MemberStatus.FULL, MemberStatus.PROBATIONARY, MemberStatus.RESTING


def spell(status: MemberStatus, since: int, until: int | None, organization: str = A) -> Spell:
    return Spell(status, organization, DAYS[since], None if until is None else DAYS[until])


SPELLS = st.lists(
    st.builds(
        spell,
        st.sampled_from(MemberStatus),
        st.integers(0, 39),
        st.none() | st.integers(0, 39),
        st.sampled_from([A, B]),
    ),
    max_size=4,
)


def standing(spells: list[Spell], day: date) -> list[Spell]:
    return [each for each in spells if each.since <= day and (each.until is None or day <= each.until)]


@given(SPELLS)
def test_what_passes_leaves_nobody_two_things_on_a_day(spells: list[Spell]) -> None:
    backwards = any(each.until is not None and each.until < each.since for each in spells)
    doubled = any(len(standing(spells, day)) > 1 for day in [*DAYS, DAYS[-1] + timedelta(days=1)])
    code = refusal(spells)
    if code is None:
        assert not backwards
        assert not doubled
    elif code == "probation_after_full":
        assert any(each.status is PROBATIONARY and _was_full(spells, each.since) for each in spells)
    else:
        assert code in {"until_before_since", "spells_overlap"}
        assert backwards or doubled


def refusal(spells: list[Spell]) -> str | None:
    try:
        check_spells(spells)
    except Refused as refused:
        return refused.code
    return None


def _was_full(spells: list[Spell], day: date) -> bool:
    return any(each.status is not PROBATIONARY for each in standing(spells, day - timedelta(days=1)))


@given(SPELLS, st.sampled_from(DAYS))
def test_only_a_full_member_of_the_organization_counts(spells: list[Spell], day: date) -> None:
    if refusal(spells):
        return
    found = standing(spells, day)
    assert spell_on(spells, day) == (found[0] if found else None)
    for organization in (A, B):
        counts = [each for each in found if each.status is FULL and each.organization == organization]
        assert votes(spells, organization, day) == bool(counts)


def test_a_transfer_moves_the_vote_from_one_day_to_the_next() -> None:
    spells = [spell(FULL, 0, 9), spell(FULL, 10, None, B)]
    check_spells(spells)
    assert [(votes(spells, A, day), votes(spells, B, day)) for day in DAYS[9:11]] == [
        (True, False),
        (False, True),
    ]


def test_probation_comes_once_unless_somebody_had_left() -> None:
    check_spells([spell(PROBATIONARY, 0, 9), spell(FULL, 10, None)])
    check_spells([spell(FULL, 0, 9), spell(PROBATIONARY, 11, None)])
    check_spells([spell(PROBATIONARY, 0, 9), spell(PROBATIONARY, 10, None, B)])
    for before in (FULL, RESTING):
        with pytest.raises(Refused, match="probation_after_full"):
            check_spells([spell(before, 0, 9), spell(PROBATIONARY, 10, None)])


@pytest.mark.parametrize("status", [PROBATIONARY, RESTING])
def test_who_is_on_probation_or_rests_does_not_count(status: MemberStatus) -> None:
    assert not votes([spell(status, 0, None)], A, DAYS[5])
    assert votes([spell(FULL, 0, None)], A, DAYS[5])
    assert not votes([], A, DAYS[5])


@given(SPELLS)
def test_a_standing_began_when_the_days_before_say_so(spells: list[Spell]) -> None:
    if refusal(spells) is not None:
        return
    for day in DAYS:
        now = standing(spells, day)
        if not now:
            assert begun(spells, day) is None
            continue
        first = day
        while (before := standing(spells, first - timedelta(days=1))) and before[0].status is now[0].status:
            first -= timedelta(days=1)
        assert begun(spells, day) == first


def test_a_merger_ends_no_standing_a_gap_does() -> None:
    spells = [
        spell(PROBATIONARY, 0, 4),
        spell(FULL, 5, 9),
        spell(FULL, 10, 14, B),
        spell(FULL, 16, None),
    ]
    assert [begun(spells, DAYS[day]) for day in (4, 9, 12, 15, 20)] == [
        DAYS[0],
        DAYS[5],
        DAYS[5],
        None,
        DAYS[16],
    ]
