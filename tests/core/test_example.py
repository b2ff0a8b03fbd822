"""The example district, what its issuer asks of a document, and the sample speech."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from importlib import resources
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from make_clauses import (
    ATTITUDE,
    DATE,
    ISSUED,
    MIXED,
    PERMISSION,
    RATE,
    make_clause,
    make_reading,
)

from guantong.core.calendar import WorkCalendar
from guantong.core.issuing import asking
from guantong.core.matters import Indicator, OrganizationKind, Stage
from guantong.core.reading import read
from guantong.core.reading.types import Clause, ClauseKind, Deadline, Operator, Target
from guantong.core.refusal import Refused
from guantong.core.rulebook import institutions
from guantong.example.demo import play
from guantong.example.district import build_district
from guantong.example.issuer import Plan, plan_issue, show_target
from guantong.example.speech import sample_speech
from guantong.example.telling import tell

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
