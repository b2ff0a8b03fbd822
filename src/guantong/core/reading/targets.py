"""How much: numbers bound to the action, with operator, value and unit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guantong.core.reading.markers import NUMBERS
from guantong.core.reading.types import Operator, Target

_NUMBER = r"(?:\d[\d,]{0,14}(?:\.\d{1,6})?|[一二三四五六七八九十两]{1,6})"  # bounded: a run of them must not cost its square
_UNIT = (
    r"(?:%|个百分点|(?:[百千万]?[万亿千百])?(?:人次|人|元|户|套|吨|千瓦时?|亩|平方米|立方米|公里|辆|台|克|千克|公斤|米|册|本|堂|"
    r"株)(?![民员均才])|[千百]?[万亿](?=以上|以下|左右|，|。)|名|所|个(?!工作日|月|方面|方案|别|人|体)|项|"
    r"次|家|场|期|篇|处|座|学时|小时(?!之?内|以内)|课时|"
    r"分钟|周岁|倍|门|节|支|批次|件|条(?!件)|份|类|级(?=左右)|成)"
)
_NOT = r"(?:不(?:得|能|可|应|要|许|准|宜|允许)?|严禁|禁止)"
_AT_LEAST = rf"{_NOT}(?:低于|少于|小于)|至少|达到?|超过|突破|高于|大于|力争达到"
_AT_MOST = rf"{_NOT}(?:超过|高于|多于|大于)|最高不超过|控制在|低于|少于|至多|最多|以内"
_FOUND = re.compile(
    rf"""
      (?P<zero>(?:不发生|零发生|坚决?不出现|不出现)[^，。；■]{{0,24}})
    | (?P<all>(?<!、)全覆盖(?!、)|全面覆盖|全部覆盖|(?<![■“])零[事容]故?(?=[，。；])|
        与[^，。；]{{2,14}}同步增长|(?:超过|减少|达到|占[^，。；]{{0,10}})?一半以上|超过一半)
    | (?P<least>(?:至少|{_NOT}(?:少于|低于))[\u4e00-\u9fff]{{0,6}}?(?P<least_n>{_NUMBER})(?P<least_u>{_UNIT}))
    | (?P<most>(?:最高)?{_NOT}超过[\u4e00-\u9fff]{{0,4}}?(?P<most_n>{_NUMBER})(?P<most_u>{_UNIT}))
    | (?P<plain>(?P<op>(?:{_AT_LEAST}|{_AT_MOST}|新增|增长|增加|减少|下降|提高到?)?)(?P<n>{_NUMBER})(?P<u>{_UNIT})
        (?P<tail>(?:以上|以下|以内|左右|以上的)?))
    """,
    re.VERBOSE,
)
# What a target can begin with: found fast, then looked at closely.
_FIRST = re.compile(r"[不严禁零坚全与超减达占至最突高大力控低少多新增下提以\d一二三四五六七八九十两]")
_HINT = re.compile(r"\d|[一二三四五六七八九十两][次个项场名所家]|覆盖|不发生|不出现|零|同步增长")
_NEAR = 24  # characters before 一次 in which 每月, 每年 … may stand
_FALSE = re.compile(
    r"^(?:一个|一项|一次性|一批|一类|两个|一条|一场|一门|一级|[一二三四五六七八九十]级|一件|一份|一家|一支|一名|一节|一户)$"
)
_BELOW = re.compile(rf"^(?:{_AT_MOST})|以下$|以内$")
_ABOVE = re.compile(rf"^(?:{_AT_LEAST})|以上|新增|增长|增加|提高|减少|下降")
_FREQUENCY = re.compile(r"^一次$")


def find_targets(clause: str, masked: str) -> tuple[Target, ...]:
    """Targets of a clause in order. `masked` has quotations and brackets filled, same offsets."""
    if not _HINT.search(masked):
        return ()
    found = []
    for match in _matches(masked):
        text = clause[match.start() : match.end()]
        if match["zero"]:
            found.append(Target(text, Operator.EQUAL, 0.0, ""))
        elif match["all"]:
            found.append(_whole(text))
        elif match["least"]:
            found.append(Target(text, Operator.AT_LEAST, _value(match["least_n"]), match["least_u"]))
        elif match["most"]:
            found.append(Target(text, Operator.AT_MOST, _value(match["most_n"]), match["most_u"]))
        elif target := _plain(match, text, masked):
            found.append(target)
    return tuple(found)


def _matches(masked: str) -> Iterator[re.Match[str]]:
    end = 0
    for first in _FIRST.finditer(masked):
        if first.start() >= end and (match := _FOUND.match(masked, first.start())):
            end = match.end()
            yield match


def _whole(text: str) -> Target:
    """全覆盖, 零事故, 与…同步增长."""
    if "覆盖" in text:
        return Target(text, Operator.EQUAL, 100.0, "%")
    return Target(text, Operator.EQUAL, 0.0 if text.startswith("零") else None, "")


def _plain(match: re.Match[str], text: str, masked: str) -> Target | None:
    if _FALSE.match(text) or (
        _FREQUENCY.match(text) and "每" not in masked[max(0, match.start() - _NEAR) : match.start()]
    ):
        return None
    if text[0] in "一二三四五六七八九十两" and not match["op"] and match["u"] not in ("次", "学时"):
        return None
    before = masked[match.start() - 1] if match.start() else ""
    if before and (before in "第每" or before.isdigit()):
        return None
    operator = Operator.EQUAL
    if _BELOW.search(text):
        operator = Operator.AT_MOST
    elif _ABOVE.search(text):
        operator = Operator.AT_LEAST
    return Target(text.removesuffix("的"), operator, _value(match["n"]), match["u"])


def _value(number: str) -> float | None:
    if number[0].isdigit():
        return float(number.replace(",", ""))
    value = {"两": 2}.get(number) or NUMBERS.get(number)
    return float(value) if value else None
