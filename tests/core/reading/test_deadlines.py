"""By when, as written, and resolved against the document's date."""

from __future__ import annotations

from datetime import date

import pytest
from make_readings import make_plan, read_one

from guantong.core.reading import Deadline, read
from guantong.core.reading.deadlines import find_deadline

ISSUED = date(2026, 2, 10)


def due(sentence: str, issued: date | None = ISSUED) -> Deadline | None:
    return find_deadline(sentence, sentence, issued)


@pytest.mark.parametrize(
    ("sentence", "text", "day"),
    [
        ("年底前完成整改。", "年底前", date(2026, 12, 31)),
        ("年底之前，各校要报送总结。", "年底之前", date(2026, 12, 31)),
        ("6月底前完成整改。", "6月底前", date(2026, 6, 30)),
        ("2月底前完成整改。", "2月底前", date(2026, 2, 28)),
        ("4月15日前完成整改。", "4月15日前", date(2026, 4, 15)),
        ("六月三十日前完成整改。", "六月三十日前", date(2026, 6, 30)),
        ("二〇二六年九月十日前完成整改。", "二〇二六年九月十日前", date(2026, 9, 10)),
        ("九月二十一号前完成整改。", "九月二十一号前", date(2026, 9, 21)),
        ("4月20日之前上报。", "4月20日之前", date(2026, 4, 20)),
        ("3月15日17:00前报送名单。", "3月15日17:00前", date(2026, 3, 15)),
        ("5月中旬前完成方案。", "5月中旬前", date(2026, 5, 20)),
        ("5月上旬前完成方案。", "5月上旬前", date(2026, 5, 10)),
        ("2027年底前建成3所学校。", "2027年底前", date(2027, 12, 31)),
        ("2027年12月底前建成3所学校。", "2027年12月底前", date(2027, 12, 31)),
        ("明年3月底前完成验收。", "明年3月底前", date(2027, 3, 31)),
        ("次年1月15日前报送年报。", "次年1月15日前", date(2027, 1, 15)),
        ("到2027年，公办园占比达到60%。", "到2027年", date(2027, 12, 31)),
        ("到2027年底，公办园占比达到60%。", "到2027年底", date(2027, 12, 31)),
        ("第二季度完成验收。", "第二季度", date(2026, 6, 30)),
        ("上半年完成摸底。", "上半年", date(2026, 6, 30)),
        ("下半年开展评估。", "下半年", date(2026, 12, 31)),
        ("今年完成改造。", "今年", date(2026, 12, 31)),
        ("年内至少召开2次会议。", "年内", date(2026, 12, 31)),
        ("11月份开展考核。", "11月份", date(2026, 11, 30)),
        ("二〇二七年底前建成基地。", "二〇二七年底前", date(2027, 12, 31)),
        ("五月底前完成方案。", "五月底前", date(2026, 5, 31)),
        ("十二月底前完成总结。", "十二月底前", date(2026, 12, 31)),
        ("2027年3月至5月开展自查。", "2027年3月至5月", date(2027, 5, 31)),
        ("本月底前上报名单。", "本月底前", date(2026, 2, 28)),
        ("截至6月30日完成自查。", "截至6月30日", date(2026, 6, 30)),
        ("一季度末完成摸底。", "一季度末", date(2026, 3, 31)),
        ("3.29日前报送名单。", "3.29日前", date(2026, 3, 29)),
        ("自本通知印发之日起30日内上报方案。", "自本通知印发之日起30日内", date(2026, 3, 12)),
    ],
)
def test_a_time_the_documents_date_settles(sentence: str, text: str, day: date) -> None:
    found = due(sentence)
    assert found is not None
    assert (found.text, found.date) == (text, day)


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("学期末前完成考核。", "学期末前"),
        ("本学期末完成考核。", "本学期末"),
        ("三年内实现全覆盖。", "三年内"),
        ("六个月内完成整改。", "六个月内"),
        ("3个工作日内答复。", "3个工作日内"),
        ("自印发之日起15个工作日内备案。", "自印发之日起15个工作日内"),
    ],
)
def test_a_time_nothing_settles_has_no_date(sentence: str, text: str) -> None:
    found = due(sentence)
    assert found is not None
    assert (found.text, found.date) == (text, None)


@pytest.mark.parametrize(
    ("sentence", "text", "rule"),
    [
        ("每周报送进度。", "每周", "weekly"),
        ("每月召开一次会议。", "每月", "monthly"),
        ("每季度开展一次检查。", "每季度", "quarterly"),
        ("每半年报告一次。", "每半年", "half-yearly"),
        ("每学期家访一次。", "每学期", "half-yearly"),
        ("每年至少开展2次演练。", "每年", "yearly"),
        ("每学年评选一次。", "每学年", "yearly"),
        ("每两年组织一次轮训。", "每两年", "every-2-years"),
        ("每3年修订一次章程。", "每3年", "every-3-years"),
        ("每月底前报送台账。", "每月底前", "monthly"),
        ("每月5日前报送台账。", "每月5日前", "monthly"),
        ("每学期开学前组织排查。", "每学期开学前", "half-yearly"),
        ("每天开展晨检。", "每天", "daily"),
        ("寒假前完成家访。", "寒假前", "before-event"),
        ("暑假期间开展维修。", "暑假期间", "during-event"),
        ("接到通知后5日内反馈。", "接到通知后5日内", "after-event:5-days"),
        ("重大活动前开展排查。", "重大活动前", "before-event"),
        ("国庆节前完成检查。", "国庆节前", "before-event"),
        ("开学前完成检查。", "开学前", "before-event"),
        ("中考期间加强值守。", "中考期间", "during-event"),
        ("长期坚持抓好落实。", "长期坚持", "long-term"),
    ],
)
def test_a_recurrence_or_an_event_is_a_rule(sentence: str, text: str, rule: str) -> None:
    assert due(sentence) == Deadline(text, None, rule)


def test_days_counted_from_an_event_say_so() -> None:
    found = due("自印发之日起30日内上报。")
    working = due("自印发之日起15个工作日内上报。")
    assert found is not None
    assert working is not None
    assert (found.rule, working.rule) == ("after-event:30-days", "after-event:15-working-days")


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("及时上报有关情况。", id="及时"),
        pytest.param("立即整改。", id="立即"),
        pytest.param("尽早谋划。", id="尽早"),
        pytest.param("定期检查。", id="定期"),
        pytest.param("适时通报。", id="适时"),
        pytest.param("不定期抽查。", id="不定期"),
        pytest.param("自公布之日起施行。", id="validity from"),
        pytest.param("9月1日起施行。", id="validity from a day"),
        pytest.param("从2026年起实行新办法。", id="from a year on"),
        pytest.param("近年来成效明显。", id="past years"),
        pytest.param("今年以来进展顺利。", id="since this year began"),
        pytest.param("抓好一年级新生教育。", id="a grade"),
        pytest.param("落实目前要求。", id="目前"),
        pytest.param("办好12345热线。", id="a number"),
    ],
)
def test_what_is_no_deadline(sentence: str) -> None:
    assert due(sentence) is None


def test_without_a_date_only_years_that_are_written_out_are_settled() -> None:
    assert due("6月底前完成整改。", None) == Deadline("6月底前", None, None)
    assert due("2027年6月底前完成整改。", None) == Deadline("2027年6月底前", date(2027, 6, 30), None)


def test_several_are_joined_and_the_last_is_resolved() -> None:
    found = due("3月底前完成自查，6月底前完成整改。")
    assert found == Deadline("3月底前；6月底前", date(2026, 6, 30), None)


def test_words_in_quotation_marks_are_no_deadline() -> None:
    assert find_deadline("落实“年底前清零”行动。", "落实“■■■■■■■”行动。", ISSUED) is None


def test_the_documents_own_date_is_used() -> None:
    reading = read(make_plan("一、重点工作", "各校要在6月底前完成整改。", "云岫区教育局", "2027年2月10日"))
    (clause,) = reading.clauses
    assert clause.deadline is not None
    assert clause.deadline.date == date(2027, 6, 30)


def test_a_deadline_does_not_reach_the_next_sentence() -> None:
    reading = read(make_plan("一、重点工作", "各校要在6月底前完成整改。各校要建账。"))
    assert [c.deadline is None for c in reading.clauses] == [False, True]


@pytest.mark.parametrize("sentence", ["各校要做好年度总结。", "各校要抓好一学期的衔接。"])
def test_no_deadline_in_a_clause(sentence: str) -> None:
    assert read_one(sentence).deadline is None
