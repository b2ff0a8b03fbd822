"""The played year: deterministic, believable, each deed after what it rests on."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from make_clauses import DATED, MIXED, make_clause, make_reading

from guantong.core import gauges
from guantong.core.calendar import WorkCalendar
from guantong.core.deviation import Deviation
from guantong.core.matters import Indicator, Stage
from guantong.core.permits import Role
from guantong.core.reading import read
from guantong.core.reading.types import ClauseKind
from guantong.core.standings import Said
from guantong.example.calendars import example_calendars, vacations
from guantong.example.deeds import Deed, What
from guantong.example.demo import NOTE, SEED, Played, play
from guantong.example.speech import sample_speech
from guantong.example.telling import tell


@pytest.fixture(scope="module")
def year() -> Played:
    """The year of the sample speech, as the demo plays it."""
    return play(read(sample_speech()))


@pytest.fixture(scope="module")
def mixed() -> Played:
    return play(make_reading(*MIXED, *[make_clause(number) for number in range(10, 15)]))


def test_the_same_seed_plays_the_same_year(mixed: Played) -> None:
    reading = make_reading(*MIXED, *[make_clause(number) for number in range(10, 15)])
    again, other = play(reading), play(reading, seed=7)
    assert (again.main.rows, again.deeds) == (mixed.main.rows, mixed.deeds)
    assert other.deeds != mixed.deeds


def test_the_calendars_given_are_the_ones_played_by(mixed: Played) -> None:
    reading = make_reading(*MIXED)
    closed = example_calendars(DATED.year)
    shut = [DATED + timedelta(days=n) for n in range(20)]
    office = WorkCalendar(shut)
    late = play(reading, calendars=replace(closed, office=office))
    assert late.main.issued_on == office.after(DATED, 4) > mixed.main.issued_on
    by_stage = {receipt.stage: receipt for receipt in mixed.district.schools if receipt.stage}
    assert {vacation.stage for vacation in vacations(2026)} == set(by_stage) - {Stage.OFFICE}


def test_the_funnel_narrows_and_nobody_is_perfect(year: Played) -> None:
    rows = year.main.rows
    shares = {step.stage: step.share for step in gauges.funnel(rows)}
    counts = [shares[stage].count for stage in ("adopted", "reported", "verified")]
    assert counts == sorted(counts, reverse=True)
    for stage in ("adopted", "acted", "reported", "verified", "effect"):
        value = shares[stage].value
        assert value is not None
        assert 0.5 < value < 1
    assert shares["effect"].unknown > 0  # not everything is known
    assert {row.level for row in rows} == {2, 3}


def test_no_school_acts_on_all_in_time_and_none_on_nothing(year: Played) -> None:
    answers: dict[str, Counter[Said]] = {school.id: Counter() for school in year.district.schools}
    for row in year.main.rows:
        if row.level == 2:
            answers[row.organization_id][row.acted_in_time] += 1
    wrong = {id_: told for id_, told in answers.items() if not (told[Said.YES] and told[Said.NO])}
    assert wrong == {}


@pytest.mark.parametrize("seed", [SEED, 1, 2])
def test_each_kind_of_deviation_is_found_in_some_percent_of_the_assignments(seed: int) -> None:
    gauge = gauges.deviation(play(read(sample_speech()), seed).main.rows)
    shares = {kind: (gauge.to_explain[kind] + gauge.confirmed[kind]) / gauge.of for kind in Deviation}
    assert {kind: share for kind, share in shares.items() if not 0.02 <= share <= 0.15} == {}
    assert all(gauge.to_explain[kind] and gauge.confirmed[kind] for kind in Deviation)
    assert gauge.known < gauge.of  # not every prohibition was inspected


def late_entries(year: Played) -> list[tuple[Deed, int]]:
    """Actions written down more than a working week after they were done, with the days left until they were due."""
    dues = {each.assignment_id: each for each in year.main.rows}
    terms = {clause.clause_id: clause.terms.due for clause in year.main.plan.clauses}
    office = year.calendars.office
    found = []
    for deed in year.deeds:
        if deed.what is not What.ACT or deed.held_on is None or deed.on not in dues:
            continue
        due = terms[dues[deed.on].clause_id]
        if due is not None and office.between(deed.held_on, deed.day) > 5:
            found.append((deed, office.between(deed.day, due)))
    return found


def test_late_entries_cluster_before_the_deadline(year: Played) -> None:
    late = late_entries(year)
    acts = [deed for deed in year.deeds if deed.what is What.ACT]
    assert 0.05 < len(late) / len(acts) < 0.5
    near = [deed for deed, left in late if -3 <= left <= 12]
    assert len(near) > 0.5 * len(late)  # in a sixteenth of the time there is


def test_two_schools_are_merged_and_one_post_falls_vacant(year: Played) -> None:
    merged = [deed for deed in year.deeds if deed.what is What.MERGE]
    assert len({deed.on for deed in merged}) == len(merged) == 2
    assert not {deed.on for deed in merged} & {deed.into for deed in merged}
    for deed in merged:
        assert (deed.day.month, deed.day.day) == (8, 31)
        after = [each for each in year.deeds if each.day > deed.day and f":{deed.on}" in f":{each.on}"]
        assert after == []
        lifted = [each for each in year.deeds if each.what is What.WITHDRAW and each.on.endswith(deed.on)]
        assert lifted
        assert all(each.text for each in lifted)
        assert not {each.on for each in lifted} & {row.assignment_id for row in year.main.rows}
    (vacated,) = [deed for deed in year.deeds if deed.what is What.VACATE]
    (taken,) = [deed for deed in year.deeds if deed.what is What.STAND_IN]
    assert vacated.on == taken.on
    assert 42 <= (taken.day - vacated.day).days <= 50
    by = {
        deed.by.role
        for deed in year.deeds
        if deed.by and deed.by.organization_id == vacated.on and vacated.day <= deed.day < taken.day
    }
    assert Role.SECRETARY not in by


def test_the_deeds_are_in_causal_order(year: Played) -> None:
    """What a deed rests on stands before it in the list."""
    order = {What.ADOPT: 1, What.ACT: 2, What.REPORT: 3, What.VERIFY: 4}
    reached: dict[str, int] = {}
    signed: set[tuple[str, str]] = set()
    for before, after in pairwise(year.deeds):
        assert before.day <= after.day
    for deed in year.deeds:
        if deed.what is What.SIGN:
            signed.add((deed.directive_id, deed.on))
        if deed.what is What.ADOPT_ALL:
            assert (deed.directive_id, deed.on) in signed
        step = order.get(deed.what)
        if step is None:
            continue
        if step > 2:
            assert reached.get(deed.on, 0) >= step - 1, deed
        reached[deed.on] = step
    assert len(year.deeds) > 5000


def test_exceptions_have_reasons_and_notes_name_nobody(year: Played) -> None:
    speaking = {
        *(What.REQUEST_ADJUSTMENT, What.REQUEST_EXEMPTION, What.DECIDE, What.WITHDRAW, What.GIVE_BACK),
        *(What.EXPLAIN, What.CONFIRM, What.CLEAR, What.ACT, What.REPORT, What.INSPECT),
    }
    assert {deed.what for deed in year.deeds if deed.text} == speaking
    assert all(deed.text.endswith("。") for deed in year.deeds if deed.what in speaking)
    assert all(len(deed.text) < 40 for deed in year.deeds)
    names = {organization.name for organization in year.district.organizations}
    assert not any(name in deed.text for deed in year.deeds for name in names)


def test_the_notice_is_fresh_when_the_visitor_comes(year: Played) -> None:
    notice, office = year.notice, year.calendars.office
    assert office.between(notice.issued_on, year.present) == 2
    assert notice.reading.title == "关于做好近期党建几项重点工作的通知"
    kinds = [
        (clause.kind, issued.terms.indicator)
        for clause, issued in zip(notice.reading.clauses, notice.plan.clauses, strict=True)
    ]
    assert [indicator for _, indicator in kinds] == [
        Indicator.NUMERIC,
        Indicator.MILESTONE,
        Indicator.COMPUTED,
        Indicator.INFORMATION,
        Indicator.INFORMATION,
    ]
    assert [kind for kind, _ in kinds[3:]] == [ClauseKind.ATTITUDE, ClauseKind.PERMISSION]
    dues = [clause.terms.due for clause in notice.plan.clauses if clause.terms.due]
    assert all(30 <= office.between(year.present, due) <= 45 for due in dues)
    signed = gauges.funnel(notice.rows)[1].share
    assert 0 < signed.count < signed.of / 2
    closed = {deed.on for deed in year.deeds if deed.what is What.MERGE}
    assert closed.isdisjoint(school.id for school in notice.addressed)


def test_attenuation_knows_what_each_level_kept(year: Played) -> None:
    office = year.calendars.office
    kept = gauges.kept_by_issuer([year.main.directive], office)
    top, school, branch = gauges.attenuation(year.main.rows, kept)
    assert (top.kept_median, top.of) == (4, 0)
    assert school.kept_median
    assert branch.used_median
    assert school.used_median == 4
    assert branch.used_median > school.used_median
    assert branch.kept_median is None


def test_what_is_told_says_that_it_is_invented(mixed: Played) -> None:
    told = tell(mixed)
    assert told.note == NOTE
    assert "虚构" in told.note
    assert {row.clause_id for row in told.asked}.isdisjoint({"c1", "c2"})
    assert len(told.asked) == told.asking + 2
    assert Counter(row.what for row in told.set_by_issuer)["unit"] == 1
    assert told.as_of == mixed.present.isoformat()
