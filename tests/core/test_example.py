"""The example district and its year: deterministic, believable, and nothing in it that the core refuses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from importlib import resources
from itertools import pairwise
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from guantong.core import gauges
from guantong.core.calendar import WorkCalendar
from guantong.core.deviation import Deviation
from guantong.core.issuing import asking
from guantong.core.matters import Indicator, OrganizationKind, Stage
from guantong.core.permits import Role
from guantong.core.reading import read
from guantong.core.reading.types import Clause, ClauseKind, Deadline, Operator, Reading, Target
from guantong.core.refusal import Refused
from guantong.core.rulebook import institutions
from guantong.core.standings import Said
from guantong.example.calendars import example_calendars, vacations
from guantong.example.deeds import Deed, What
from guantong.example.demo import NOTE, SEED, Played, play
from guantong.example.district import build_district
from guantong.example.issuer import Plan, plan_issue, show_target
from guantong.example.speech import sample_speech
from guantong.example.telling import tell

DATED = date(2026, 3, 5)
ISSUED = date(2026, 3, 11)


def make_clause(number: int, kind: ClauseKind = ClauseKind.DUTY, text: str = "") -> Clause:
    text = text or f"各学校要把第{number}件事办好。"
    return Clause(f"c{number}", None, (), text, 0, len(text), kind, subjects=("各学校",))


def make_reading(*clauses: Clause, dated: date | None = DATED) -> Reading:
    return Reading("", "示例文件", dated, (), (), (), clauses)


ATTITUDE = make_clause(1, ClauseKind.ATTITUDE)
PERMISSION = make_clause(2, ClauseKind.PERMISSION)
PROHIBITION = make_clause(3, ClauseKind.PROHIBITION)
INSTITUTION = replace(make_clause(4), institutions=("theme-party-day",))
RATE = replace(make_clause(5), targets=(Target("不低于90%", Operator.AT_LEAST, 90.0, "%"),))
COUNT = replace(
    make_clause(6),
    targets=(Target("新增12个", Operator.AT_LEAST, 12.0, "个"),),
    deadline=Deadline("9月底前", date(2026, 9, 30), None),
)
DATE = replace(make_clause(7), deadline=Deadline("6月底前", date(2026, 6, 30), None))
RECURRING = replace(make_clause(8), deadline=Deadline("每季度", None, "quarterly"))
NAMELESS = replace(make_clause(9), subjects=(), lead_units=("教研室",))
MIXED = (ATTITUDE, PERMISSION, PROHIBITION, INSTITUTION, RATE, COUNT, DATE, RECURRING, NAMELESS)


@pytest.fixture(scope="module")
def year() -> Played:
    """The year of the sample speech, as the demo plays it."""
    return play(read(sample_speech()))


@pytest.fixture(scope="module")
def mixed() -> Played:
    return play(make_reading(*MIXED, *[make_clause(number) for number in range(10, 15)]))


# The district


def test_the_district_has_a_committee_and_120_schools_of_all_kinds() -> None:
    district = build_district(Random(1))  # noqa: S311 — a play, not a secret
    assert len(district.schools) == 120
    assert {school.kind for school in district.schools} == set(OrganizationKind) - {
        OrganizationKind.WORK_COMMITTEE
    }
    assert {school.stage for school in district.schools} == set(Stage)
    everybody = district.organizations
    assert len({each.id for each in everybody}) == len({each.path for each in everybody}) == len(everybody)
    assert len({each.name for each in everybody}) == len(everybody)
    assert [each.path for each in everybody] == sorted(each.path for each in everybody)
    assert 330 <= len(district.branches) <= 420
    for school in district.schools:
        has_branches = bool(district.branches_of(school))
        assert has_branches == (school.kind is not OrganizationKind.BRANCH)
    assert sum(len(district.branches_of(school)) for school in district.schools) == len(district.branches)


# What the issuer asks


def plan(*clauses: Clause) -> Plan:
    return plan_issue(make_reading(*clauses), ISSUED, WorkCalendar())


def test_what_is_asked_follows_from_what_the_document_names() -> None:
    indicators = {clause.clause_id: clause.terms.indicator for clause in plan(*MIXED).clauses}
    assert indicators == {
        "c1": Indicator.INFORMATION,
        "c2": Indicator.INFORMATION,
        "c3": Indicator.COMPUTED,
        "c4": Indicator.COMPUTED,
        "c5": Indicator.NUMERIC,
        "c6": Indicator.NUMERIC,
        "c7": Indicator.MILESTONE,
        "c8": Indicator.MILESTONE,
        "c9": Indicator.MILESTONE,
    }


def test_what_the_document_did_not_name_is_listed() -> None:
    added = plan(*MIXED).set_by_issuer
    assert [(each.clause_id, each.what, each.said) for each in added] == [
        ("c3", "target", ""),
        ("c3", "date", ""),
        ("c4", "target", ""),
        ("c4", "date", ""),
        ("c5", "date", ""),
        ("c8", "date", "每季度"),
        ("c9", "date", ""),
        ("c9", "unit", "教研室"),
    ]
    assert all(each.value for each in added)


def assert_nothing_is_hidden(clauses: Sequence[Clause], made: Plan) -> None:
    """Every term stands in the clause or in the list, and every target of the clause in one of the two."""
    notes = {
        clause.id: [own for own in made.set_by_issuer if own.clause_id == clause.id] for clause in clauses
    }
    for clause, issued in zip(clauses, made.clauses, strict=True):
        terms = issued.terms
        if terms.indicator is Indicator.INFORMATION:
            continue
        own = {(each.what, each.value) for each in notes[clause.id]}
        if terms.due is not None and ("date", terms.due.isoformat()) not in own:
            assert clause.deadline
            assert (clause.deadline.date, clause.deadline.rule) == (terms.due, None)
        quoted = "；".join(each.said for each in notes[clause.id] if each.what == "target")
        unquoted = [target for target in clause.targets if target.text not in quoted]
        if terms.target is None or ("target", show_target(terms.target)) in own:
            assert unquoted == []
            continue
        (asked,) = unquoted
        assert (asked.op, asked.value, asked.unit) == (
            terms.target.op,
            float(terms.target.value),
            terms.target.unit,
        )
        assert terms.target.is_rate or not (clause.deadline and clause.deadline.rule)


def test_every_term_is_the_documents_or_listed() -> None:
    assert_nothing_is_hidden(MIXED, plan(*MIXED))
    spoken = read(sample_speech()).clauses
    assert_nothing_is_hidden(spoken, plan(*spoken))


ONCE = Target("一次", Operator.EQUAL, 1.0, "次")
AT_LEAST_ONCE = Target("至少1次", Operator.AT_LEAST, 1.0, "次")
PAGES = Target("不超过3000字", Operator.AT_MOST, 3000.0, "字")
SHARE = Target("不低于80%", Operator.AT_LEAST, 80.0, "%")
VAGUE = Target("明显提高", Operator.AT_LEAST, None, "")
PARTY_DAY = ("theme-party-day",)


@pytest.mark.parametrize(
    ("often", "institution", "targets", "asked", "listed"),
    [
        (("每月", "monthly"), PARTY_DAY, (ONCE,), "≥100%", [("≥100%", "每月；一次")]),
        (("每月", "monthly"), PARTY_DAY, (ONCE, SHARE), "≥80%", [("未列入", "每月；一次")]),
        (("每季度", "quarterly"), (), (ONCE, SHARE), "≥80%", [("未列入", "每季度；一次")]),
        (("每季度", "quarterly"), (), (ONCE,), "=4次", [("=4次", "每季度；一次")]),
        (("每半年", "half-yearly"), (), (AT_LEAST_ONCE,), "≥2次", [("≥2次", "每半年；至少1次")]),
        (("每两个月", "every-2-months"), (), (ONCE,), "=5次", [("=5次", "每两个月；一次")]),
        (("每周", "weekly"), (), (ONCE,), "=36次", [("=36次", "每周；一次")]),
        (("每年", "yearly"), (), (AT_LEAST_ONCE,), "≥1次", []),
        (("每季度", "quarterly"), (), (PAGES,), "≤3000字", [("≤3000字", "每季度；不超过3000字")]),
        (("长期", "long-term"), (), (AT_LEAST_ONCE, PAGES), "≥1次", [("未列入", "不超过3000字")]),
        (("每月", "monthly"), (), (VAGUE,), None, [("未列入", "每月；明显提高")]),
    ],
)
def test_what_recurs_is_not_asked_once_for_the_year(
    often: tuple[str, str],
    institution: tuple[str, ...],
    targets: tuple[Target, ...],
    asked: str | None,
    listed: list[tuple[str, str]],
) -> None:
    deadline = Deadline(often[0], None, often[1])
    made = plan(replace(make_clause(1), deadline=deadline, targets=targets, institutions=institution))
    target = made.clauses[0].terms.target
    assert (show_target(target) if target else None) == asked
    assert [(own.value, own.said) for own in made.set_by_issuer if own.what == "target"] == listed


def test_of_several_due_times_the_one_chosen_is_listed() -> None:
    deadline = Deadline("4月15日前；9月底前", date(2026, 9, 30), None)
    own = plan(replace(make_clause(1), deadline=deadline)).set_by_issuer
    assert [(each.what, each.value, each.said) for each in own] == [("date", "2026-09-30", deadline.text)]


def test_the_least_that_works() -> None:
    many = [make_clause(number) for number in range(10, 40)]
    assert asking(plan(*many).clauses) == 10
    assert not plan(*many).needs_second_approval
    named = [replace(DATE, id=clause.id, text=clause.text) for clause in many]
    assert asking(plan(*named).clauses) == 20
    assert plan(*named).needs_second_approval
    assert play(make_reading(*named)).main.directive.approved_by is not None


@pytest.mark.parametrize("kind", [ClauseKind.DUTY, ClauseKind.TARGET, ClauseKind.PROHIBITION])
def test_no_figure_is_formed_from_petitions_or_whistleblowers_reports(kind: ClauseKind) -> None:
    kept_apart = [
        each.id
        for each in institutions()
        if each.id == "petitions" or any(rule.startswith(("petition-", "tipoff-")) for rule in each.rules)
    ]
    assert kept_apart
    asked = replace(RATE, kind=kind)
    clauses = [
        *(replace(asked, institutions=(name, "theme-party-day")) for name in kept_apart),
        replace(asked, text="各学校信访举报件按期办结率不低于90%。"),
        replace(asked, text="对检举控告要100%核查。", institutions=("theme-party-day",)),
    ]
    for clause in clauses:
        made = plan(clause)
        assert [each.terms.indicator for each in made.clauses] == [Indicator.INFORMATION]
        assert made.set_by_issuer == ()


def test_the_played_speech_asks_nothing_about_petitions() -> None:
    reading = read(sample_speech())
    petitions = {clause.id for clause in reading.clauses if "petitions" in clause.institutions}
    assert petitions
    told = tell(play(reading))
    assert petitions.isdisjoint(asked.clause_id for asked in told.asked)
    assert petitions.isdisjoint(own.clause_id for own in told.set_by_issuer)


def test_a_sentence_that_stands_twice_is_asked_once() -> None:
    twice = [make_clause(1, text="各学校要开好 会。"), make_clause(2, text="各学校要开好会。")]
    assert asking(plan(*twice).clauses) == 1


def test_a_date_that_has_passed_is_set_anew() -> None:
    old = replace(DATE, deadline=Deadline("2月底前", date(2026, 2, 28), None))
    made = plan(old)
    due = made.clauses[0].terms.due
    assert due is not None
    assert due > ISSUED
    assert [(each.what, each.said) for each in made.set_by_issuer] == [("date", "2月底前")]


# The year


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


def test_a_document_with_nothing_to_see_done_is_refused() -> None:
    for clauses in ((), (ATTITUDE, PERMISSION)):
        with pytest.raises(Refused, match="nothing_to_assign"):
            play(make_reading(*clauses))


CLAUSES = st.builds(
    lambda number, kind, target, deadline, institution: replace(
        make_clause(number, kind), targets=target, deadline=deadline, institutions=institution
    ),
    st.integers(0, 99),
    st.sampled_from(ClauseKind),
    st.lists(
        st.builds(
            Target,
            st.just("若干"),
            st.sampled_from(Operator),
            st.none() | st.floats(),
            st.sampled_from(["%", "％", "个", "次", ""]),
        ),
        max_size=3,
    ).map(tuple),
    st.none()
    | st.builds(
        Deadline,
        st.just("届时"),
        st.none() | st.dates(),
        st.sampled_from([None, "daily", "quarterly", "every-0-weeks", "every-3-years", "before-event"]),
    ),
    st.just(()) | st.just(("theme-party-day",)),
)


@settings(max_examples=8, deadline=None)
@given(st.lists(CLAUSES, min_size=1, max_size=6, unique_by=lambda clause: clause.id), st.none() | st.dates())
def test_any_reading_can_be_played(clauses: list[Clause], dated: date | None) -> None:
    assume(any(clause.kind not in (ClauseKind.ATTITUDE, ClauseKind.PERMISSION) for clause in clauses))
    assert len(play(make_reading(*clauses, dated=dated)).main.rows) >= 100


# The speech


def test_the_speech_has_what_a_speech_of_its_kind_has() -> None:
    text = resources.files("guantong.example").joinpath("speech.txt").read_text("utf-8")
    assert 1500 <= len(re.findall("[\u4e00-\u9fff]", text)) <= 2200
    for wanted in (
        "第一方面：",
        "第三方面：",
        "二要",
        "6月底前",
        "每季度",
        "不低于90%",
        "全覆盖",
        "新增",
        "不得",
        "严禁",
        "牵头，",
        "“三会一课”",
        "主题党日",
        "请示报告",
        "述职评议考核",
        "党组织领导的校长负责制",
    ):
        assert wanted in text, wanted
    assert not re.search("总书记|主席|中央|省委|市委|同志（", text)  # no leader is named or quoted
