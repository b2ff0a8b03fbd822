"""By when: due times, fixed recurrences and events, as written and, where the document's date settles it, as a date.

A day named is the last one in time (10月10日前: the 10th still counts); a month or year named alone with 前 must be
over before it begins (6月前: 31 May; 2027年前: 31 December 2026), with 底前 it counts in full.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from guantong.core.reading.markers import NUMBERS, YEAR_DIGITS
from guantong.core.reading.types import Deadline

_YEAR = r"(?:(?:19|20)\d\d年|[一二][〇○零九][一二三四五六七八九〇○零]{2}年|今年|明年|当年|本年|次年)"
_MONTH = r"(?:本月|(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月)"
_NUMBERED = r"(?:\d{1,2}|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])"  # a day of the month
_DAY = rf"{_NUMBERED}[日号]"
_POINT = (
    rf"(?:{_MONTH}(?:{_DAY}|上旬|中旬|下旬|底|末|初|份)?|第?[一二三四1-4]季度(?:末|底)?|上半年|下半年|"
    r"年底|年末|年中|年初|月底|本?学期(?:初|末|结束)?|学年末|期末|底|末)"
)
_COUNT = r"(?:\d{1,4}|[一二三四五六七八九十两半]{1,6})"  # bounded: a run of them must not cost its square
_WHILE = r"个?(?:工作日|自然日|小时|分钟|日|天|周|星期|月|个月|学期|年)(?:左右)?(?:时间)?(?:之内|以内|内)"
_EVENT = r"(?:重大|重要|节假日|春节|国庆|中秋|元旦|汛期|开学|放假|寒假|暑假|高考|中考|会议|考试|学期)"

_FOUND = re.compile(
    rf"""
      (?P<after>(?:接到|收到|接|收|印发|发布|开学|会议|结束)[^，。；：]{{0,8}}后{_COUNT}{_WHILE})
    | (?P<within>(?:在|于)?{_COUNT}{_WHILE})
    | (?P<span>(?:力争)?{_COUNT}(?:到|至|—|-){_COUNT}年(?:左右)?(?:时间)?内?)
    | (?P<recurs>(?:自[^，。；]{{2,12}}起)?每(?:个|一)?(?:半年|年度?|季度?|月|周|星期|学期|学年|天|日|{_COUNT}(?:个?月|周|天|年|学期))
        (?![级人均])(?:(?:开学|放假|期末|{_POINT}|\d{{1,2}}[日号])(?:之?前|末)?)?)
    | (?P<due>(?:到|于|在|至|截至)?{_YEAR}?{_POINT}(?:、{_YEAR}?{_POINT}){{0,11}}
        (?:（[^（）]{{1,6}}）)?(?:\d{{1,2}}[:：时点]\d{{0,2}}分?|下班)?(?:之前|以前|前))
    | (?P<until>(?:截至|截止到?|(?:到|至)(?=\D{{0,2}}\d)){_YEAR}?{_POINT}?(?<![到至止])(?:前|时)?)
    | (?P<dotted>(?<![\d.])\d{{1,2}}\.\d{{1,2}}[日号]?(?:之前|以前|前))
    | (?P<before>(?:到|于|在)?{_YEAR}(?:之前|以前|前|内))
    | (?P<period>{_YEAR}?{_MONTH}(?:{_DAY})?(?:至|到|—|-){_YEAR}?(?:{_MONTH}(?:{_DAY})?|{_DAY}))
    | (?P<inside>年内|本?年度内|本月内|月内|学期内|[一本]届任期内|任期内)
    | (?P<long>长期坚持|常年坚持)
    | (?P<event>(?<!、){_EVENT}[^，。；：]{{0,16}}?(?:期间|之前|前(?![期后列瞻沿景述])))
    | (?P<season>在[^，。；：]{{0,40}}(?:宣传月|安全月|生产月|活动月|季节|活动周|节假日)(?=，))
    | (?P<thisyear>(?:[今明]年(?:{_POINT})?|全年)(?!以来|来|的|政府|工作|各|年|初|度|艰巨|目标|预算))
    | (?P<year>(?:今后{_COUNT}年|(?:19|20)\d\d年(?:{_POINT})?|新的一年|本学期末?|期末|
        (?:于|在)?{_MONTH}(?:份|上旬|中旬|下旬|底|末|初|{_DAY})?|第?[一二三四]季度末?|[上下]半年|学期末)
        (?=，|[要内]|完成|建成|实现|力争|确保|新增|全面|组织|开展|召开|举办|启动|计划|基本|初步|全区|全市|全校|安排|集中|举办|举行|进行|报送|上报|提交|布置|集体))
    """,
    re.VERBOSE,
)
_ANCHORED = re.compile(rf"(?P<anchored>[^，。；：（）要在应须于]{{0,12}}之日起?(?:算)?{_COUNT}{_WHILE})")
_OVER = re.compile(r"(?P<over>(?<![^，])[^，。；：]{2,14}结束后(?=，))")
# What a due time can begin with: found fast, then looked at closely.
_FIRST = re.compile(
    r"[到于在至截今明当本次每第一二三四五六七八九十两半上下年月学期底末自力接收印发开会结长常重节春国中元汛放寒暑高考全新任\d]"
)
_VALIDITY = re.compile(r"起(?!算)|开始|以来|至今|为?有效期")
_HINT = re.compile(
    r"\d[年月前日]|[一二三四五六七八九十〇本][年月季]|季度?|每|年[内底末中初前]|[今明全当]年|之日|[日天月年期周时钟]内|期间|"
    r"[日节动期会学试假]前|学期|期末|假|长期|常年|[上下]半年|月底|新的一年|结束后|季节|任期|时间内|今后|截至|截止"
)
_RECURRENCE = (
    ("年", "yearly"),
    ("半年", "half-yearly"),
    ("季", "quarterly"),
    ("月", "monthly"),
    ("周", "weekly"),
    ("星期", "weekly"),
    ("学期", "half-yearly"),
    ("学年", "yearly"),
    ("天", "daily"),
    ("日", "daily"),
)
_EVERY = {"天": "days", "周": "weeks", "月": "months", "年": "years"}
_ISSUE = re.compile("印发|发布|下发|公布|发文")
_DATED = frozenset(
    {"due", "dotted", "until", "before", "period", "inside", "year", "thisyear", "anchored", "after"}
)
_PARTS = {"上旬": 10, "中旬": 20, "初": 10}


def find_deadline(clause: str, masked: str, issued: date | None) -> Deadline | None:
    """All due times of a clause joined by ；, with the last date and rule among them. `masked` has quotations filled, same offsets."""
    if not _HINT.search(masked):
        return None
    found = []
    for match in _matches(masked):
        kind = match.lastgroup or ""
        if kind != "recurs" and _VALIDITY.match(masked, match.end()):
            continue
        if kind in ("due", "before", "until", "year") and masked.endswith(("自", "从", "以")):
            continue
        found.append((kind, clause[match.start() : match.end()]))
    if not found:
        return None
    dates = [_date(kind, text, issued) for kind, text in found]
    rules = [_rule(kind, text) for kind, text in found]
    return Deadline(
        "；".join(text for _, text in found),
        next((day for day in reversed(dates) if day), None),
        next((rule for rule in reversed(rules) if rule), None),
    )


def _matches(masked: str) -> Iterator[re.Match[str]]:
    anchored = _ANCHORED.search(masked) if "之日" in masked else None
    if anchored:
        yield anchored
    if "结束后" in masked and (over := _OVER.search(masked)):
        yield over
    end = anchored.end() if anchored else 0
    for first in _FIRST.finditer(masked, end):
        if first.start() >= end and (match := _FOUND.match(masked, first.start())):
            end = match.end()
            yield match


def _rule(kind: str, text: str) -> str | None:
    if kind == "recurs":
        every = text[text.index("每") + 1 :]
        if (often := re.match(rf"({_COUNT})个?([月周天年])", every)) and often[1] not in ("半", "一"):
            return f"every-{_int(often[1])}-{_EVERY[often[2]]}"
        return next((rule for word, rule in _RECURRENCE if re.match(f"[个一]*{word}", every)), "yearly")
    if kind in ("anchored", "after") and (days := _days(text)):
        return f"after-event:{days[0]}{'-working' if days[1] else ''}-days"
    if kind in ("event", "season", "over"):
        return "before-event" if text.endswith("前") else "during-event"
    return "long-term" if kind == "long" else None


def _days(text: str) -> tuple[int, bool] | None:
    """How many days, and whether they are working days: 两周内 → 14."""
    if match := re.search(
        rf"({_COUNT})个?(工作日|自然日|日|天|周|星期)(?:左右)?(?:时间)?(?:之内|以内|内)", text
    ):
        weeks = match[2] in ("周", "星期")
        return _int(match[1]) * (7 if weeks else 1), match[2] == "工作日"
    return None


def _int(text: str) -> int:
    return int(text) if text.isdigit() else 2 if text == "两" else NUMBERS.get(text, 0)


def _year(text: str, issued: date | None) -> int | None:
    if match := re.search(r"((?:19|20)\d\d)年", text):
        return int(match[1])
    if match := re.search(r"([一二][〇○零九][一二三四五六七八九〇○零]{2})年", text):
        return int(match[1].translate(YEAR_DIGITS))
    if issued is None:
        return None
    return issued.year + (1 if "明年" in text or "次年" in text else 0)


def _date(kind: str, text: str, issued: date | None) -> date | None:
    """The last day that still is in time; None where nothing fixes it."""
    if kind not in _DATED:
        return None
    if kind in ("anchored", "after"):
        days = _days(text)
        known = days and not days[1] and issued and _ISSUE.search(text)
        return issued + timedelta(days=days[0]) if known and issued and days else None
    year = _year(text, issued)
    if year is None or "今后" in text:
        return None
    if kind == "dotted":
        month, number = map(int, re.findall(r"\d+", text)[:2])
        return _day(year, month, number)
    over = kind in ("due", "before") and text.endswith("前")  # must be over before what is named begins
    if months := list(re.finditer(rf"({_MONTH})(?:({_NUMBERED})[日号]|(上旬|中旬|下旬|底|末|初|份))?", text)):
        return _month_end(year, text, months[-1], issued, over)
    if quarter := re.search(r"第?([一二三四1-4])季度", text):
        last = _int(quarter[1]) * 3
        return (
            _day(year, last - 2, 1, before=True)
            if over and not re.search("[末底]", text)
            else _day(year, last, 31)
        )
    if "上半年" in text or "年中" in text:
        return date(year, 6, 30)
    if "学期" in text or "期末" in text or "月" in text or "假" in text:
        return None
    named_alone = over and re.search(r"年(?:之前|以前|前)$", text) is not None
    return date(year - 1, 12, 31) if named_alone else date(year, 12, 31)


def _month_end(year: int, text: str, match: re.Match[str], issued: date | None, over: bool) -> date | None:
    this_month = issued.month if issued else 0
    month = this_month if match[1] == "本月" else _int(match[1].rstrip("月"))
    if day := re.search(rf"(?:至|到|—|-)({_NUMBERED})[日号]", text[match.start() :]):
        return _day(year, month, _int(day[1]))
    if match[2]:
        return _day(year, month, _int(match[2]))
    if over and not match[3] and match[1] != "本月":
        return _day(year, month, 1, before=True)
    return _day(year, month, _PARTS.get(match[3] or "", 31))


def _day(year: int, month: int, day: int, *, before: bool = False) -> date | None:
    if not (1 <= month <= 12 and 1900 <= year <= 2200):
        return None
    found = date(year, month, max(1, min(day, monthrange(year, month)[1])))
    return found - timedelta(days=1) if before else found
