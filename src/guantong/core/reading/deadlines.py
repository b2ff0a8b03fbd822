"""By when: due times, fixed recurrences and events, as written and, where the document's date settles it, as a date."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from guantong.core.reading.markers import NUMBERS
from guantong.core.reading.types import Deadline

_YEAR = r"(?:(?:19|20)\d\d年|今年|明年|当年|本年|次年)"
_POINT = (
    r"(?:\d{1,2}月(?:\d{1,2}[日号]|上旬|中旬|下旬|底|末|初|份)?|第?[一二三四1-4]季度|上半年|下半年|"
    r"年底|年末|年中|年初|月底|本?学期(?:初|末|结束)?|底|末)"
)
_COUNT = r"(?:\d+|[一二三四五六七八九十两半]+)"

_FOUND = re.compile(
    rf"""
      (?P<within>(?:在|于)?{_COUNT}个?(?:工作日|自然日|日|天|周|月|个月|学期|年)(?:左右)?(?:时间)?(?:之内|以内|内))
    | (?P<span>(?:力争)?{_COUNT}(?:到|至|—|-){_COUNT}年(?:左右)?(?:时间)?内?)
    | (?P<recurs>(?:自[^，。；]{{2,12}}起)?每(?:个|一)?(?:半年|年度?|季度?|月|周|星期|学期|学年|两年|两个月|{_COUNT}年)(?![级人])
        (?:{_POINT}前?)?)
    | (?P<due>(?:到|于|在|至|截至)?{_YEAR}?{_POINT}(?:、{_YEAR}?{_POINT})*(?:\d{{1,2}}[:：时]\d{{0,2}}分?|下班)?(?:之前|以前|前))
    | (?P<until>(?:到|至){_YEAR}{_POINT}?(?:前|时)?)
    | (?P<before>(?:到|于|在)?{_YEAR}(?:之前|以前|前|内))
    | (?P<inside>年内|本?年度内|本月内|月内|学期内|[一本]届任期内|任期内)
    | (?P<long>长期坚持|常年坚持)
    | (?P<event>(?<!、)(?:重大|重要|节假日|春节|国庆|中秋|元旦|汛期|开学|放假|高考|中考|会议|考试|学期)
        [^，。；：]{{0,16}}?(?:期间|之前|前(?![期后列瞻沿景述])))
    | (?P<thisyear>[今明]年(?!以来|来|的|政府|工作|各|年|初|度|艰巨|目标))
    | (?P<after>(?<=[，])[^，。；：]{{2,14}}结束后(?=，))
    | (?P<season>在[^，。；：]{{0,40}}(?:宣传月|安全月|生产月|活动月|季节|活动周|节假日)(?=，))
    | (?P<year>(?:今后{_COUNT}年|(?:19|20)\d\d年(?:{_POINT})?|[今明]年(?:{_POINT})|全年|新的一年|本?学期|
        \d{{1,2}}月份?|第?[一二三四]季度|[上下]半年)
        (?=，|[要内]|完成|建成|实现|力争|确保|新增|全面|组织|开展|召开|举办|启动|计划|基本|初步|全区|全市|全校|安排|集中))
    """,
    re.VERBOSE,
)
_ANCHORED = re.compile(
    rf"(?P<anchored>[^，。；：（）]{{0,12}}之日起?(?:算)?{_COUNT}个?(?:工作|自然)?(?:日|天|月|个月|年)(?:之?内|以内))"
)
_VALIDITY = re.compile(r"起(?!算)|开始|以来|至今")
_HINT = re.compile(
    r"\d[年月]|季度?|每|年[内底末中初前]|[今明全当本]年|之日|[日天月年期周]内|期间|[日节动期会学试]前|学期|"
    r"长期|常年|上半年|下半年|月底|新的一年|结束后|"
    r"季节|任期|年(?:左右)?(?:时间)?内|今后"
)
_RECURRENCE = (
    ("半年", "half-yearly"),
    ("季", "quarterly"),
    ("月", "monthly"),
    ("周", "weekly"),
    ("星期", "weekly"),
    ("学期", "half-yearly"),
    ("学年", "yearly"),
)


def find_deadline(clause: str, masked: str, issued: date | None) -> Deadline | None:
    """All due times of a clause joined by ；, the last one resolved. `masked` has quotations filled, same offsets."""
    if not _HINT.search(masked):
        return None
    found = []
    anchored = _ANCHORED.search(masked) if "之日" in masked else None
    for match in [anchored] if anchored else _FOUND.finditer(masked):
        kind = match.lastgroup or ""
        if kind != "recurs" and _VALIDITY.match(masked, match.end()):
            continue
        if kind in ("due", "before", "until", "year") and masked[: match.start()].endswith(
            ("自", "从", "以")
        ):
            continue
        found.append((kind, clause[match.start() : match.end()]))
    if not found:
        return None
    kind, last = found[-1]
    return Deadline("；".join(t for _, t in found), _date(kind, last, issued), _rule(kind, last))


def _rule(kind: str, text: str) -> str | None:
    if kind == "recurs":
        if years := re.search(rf"每({_COUNT})年", text):
            return f"every-{_int(years[1])}-years" if years[1] != "半" else "half-yearly"
        return next((rule for word, rule in _RECURRENCE if word in text), "yearly")
    if kind == "anchored" and (days := re.search(rf"({_COUNT})个?(工作)?[日天]", text)):
        return f"after-event:{_int(days[1])}{'-working' if days[2] else ''}-days"
    if kind in ("event", "season"):
        return "before-event" if text.endswith("前") else "during-event"
    return "long-term" if kind == "long" else None


def _int(text: str) -> int:
    return int(text) if text.isdigit() else 2 if text == "两" else NUMBERS.get(text, 0)


def _year(text: str, issued: date | None) -> int | None:
    if match := re.search(r"(?:19|20)\d\d", text):
        return int(match[0])
    if issued is None:
        return None
    return issued.year + (1 if "明年" in text or "次年" in text else 0)


def _date(kind: str, text: str, issued: date | None) -> date | None:
    """The last day that still is in time; None where nothing fixes it. 年底前 counts the year's last day in."""
    if kind not in ("due", "until", "before", "inside", "year", "thisyear", "anchored", "within"):
        return None
    if kind in ("anchored", "within"):
        days = re.search(rf"({_COUNT})个?(?:自然)?[日天]", text)
        anchored = kind == "anchored" and re.search("印发|发布|下发|公布|发文", text)
        return issued + timedelta(days=_int(days[1])) if days and anchored and issued else None
    year = _year(text, issued)
    if year is None or "今后" in text:
        return None
    if day := list(re.finditer(r"(\d{1,2})月(\d{1,2})[日号]", text)):
        month, number = int(day[-1][1]), int(day[-1][2])
        return _day(year, month, number)
    if months := re.findall(r"(\d{1,2})月(上旬|中旬|初)?", text):
        month, part = int(months[-1][0]), months[-1][1]
        return _day(year, month, {"上旬": 10, "中旬": 20, "初": 10}.get(part, 31))
    if quarter := re.search(r"第?([一二三四1-4])季度", text):
        return _day(year, _int(quarter[1]) * 3, 31)
    if "上半年" in text or "年中" in text:
        return date(year, 6, 30)
    if kind == "before" and not text.endswith("内"):  # 2019年前: before the year begins
        return date(year - 1, 12, 31) if re.search(r"\d年(?:之前|以前|前)", text) else date(year, 12, 31)
    return None if "学期" in text or "月" in text else date(year, 12, 31)


def _day(year: int, month: int, day: int) -> date | None:
    if not (1 <= month <= 12 and 1900 <= year <= 2200):
        return None
    return date(year, month, max(1, min(day, monthrange(year, month)[1])))
