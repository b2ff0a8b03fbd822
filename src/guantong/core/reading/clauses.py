"""Which sentences oblige somebody, and where in the sentence the obligation begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from guantong.core.reading.lexicon import FRAME, IMPERATIVES, PREPOSITIONS, SEGMENT
from guantong.core.reading.modals import Modal, find_modals, shift
from guantong.core.reading.sections import Section
from guantong.core.reading.telling import defines, is_done, reports, states, tells

_SENTENCE = re.compile(r"[^。！？]+[。！？]*[”’]?")
_LEADING = re.compile(r"(?:[ 　：，”、]|（■+）)+")
# Sentences that oblige nobody whatever words they hold: by how they open, …
_IDLE_OPENING = re.compile(
    r"让我们|附件|各位(?:代表|领导|同志)(?=[！，：]|$)|同志们(?=[！：，])|现将|现(?:印|转|下)发|特此|此复|谢谢|鉴于|(?:实践|事实)证明|"
    r"以上(?:意见|报告|请示|要求)|但?(?:也|还)?(?:要|应|应该|必须)(?:清醒|充分|深刻)?地?(?:看到|认识到)|\d{1,2}[.、](?!\d)|"
    r"[^，。：]{0,6}(?:时间|地点|对象|条件|联系人|电话|邮箱|网址)："
)
# … how they end …
_IDLE_ENDING = re.compile(
    r"(?:请|望)(?:你们|各地|各单位|结合[^，]{0,20})?，?(?:认真|遵照)?(?:贯彻|遵照)?(?:落实|执行)。?$|"
    r"如下[：。]?$|(?:以下[^，]{0,10}|下列[^，]{0,8}|是|(?<!行)为)：$|[几以下方面项]{2}[^，]{0,8}工作：?$"
)
_LONGEST_ENDING = 44
# … and what they are about.
_IDLE = re.compile(
    r"印发给你们|转发给你们|请予审(?:议|查)|另行通知|制定(?:本|此)(?:方案|计划|办法|规定|细则|意见|要点)|"
    r"制定我[^，]{0,24}(?:方案|计划|办法|要点)。|特制定|现?[作提]出?(?:如下|以下)|要靠[^，。]{0,40}[去来](?:实现|保证|完成)|"
    r"应该(?:深有|知道|记得|清楚|承认)|自[^，。]{0,16}起(?:施行|执行|实施|生效)|负责解释"
)
_FROM_HERE = re.compile(r"(?:因此|所以|因而|为此|但是|但|同时|接下来|下一步|今后)")
_SAYING = re.compile(r"[^，]{0,12}?(?:强调|指出|要求|提出)(?=要)")
_CONNECTIVE = re.compile(
    r"(?:(?:同时|此外|另外|其次|首先|再次|最后|因此|所以|但是|但|并且|并|接下来|下一步|一方面|另一方面|为此|其中|原则上|在此基础上)[，]?|"
    r"再|(?:20\d\d年|今年|全年|年内|明年|每年|每月|每半年|每季度|到20\d\d年[底末]?|各?(?:月|季)底前|\d{1,2}月底前)[，]?)+"
)
_GOAL_SIGN = re.compile(
    r"\d|力争|[一二三四五六七八九十]成|全覆盖|全部|年内|年底|前列|零|不发生|不出现|翻番|一半"
)
_TRUNCATED = 10  # characters: a shorter line without a mark at its end is a caption or a button
_AIM = re.compile(r"^[^，。；]{0,24}(?:目标|指标)是：")
_MEASURED = re.compile(
    "至少|不少于|不低于|不超过"
)  # what is measured is meant, even in a speech without a modal
_SHORT_ORDERS = frozenset("抓促守补")
_GOAL_HEAD = re.compile(r"(?:力争|到(?:20\d\d年|[“本十]))")
_NOUN_PHRASE = re.compile(r"(?:情况|情形|的|者)[。；]?$")
_DONE_WITH = re.compile(
    "报|公开|公布|反馈|了解|掌握|检查|督查|核|摸|研|解决|处理|整改|每"
)  # …情况: somebody does something with it


def split_sentences(masked: str, start: int, end: int) -> list[tuple[int, int]]:
    """Start and end of the sentences of a stretch; marks and brackets in front of one are left out."""
    found = []
    for match in _SENTENCE.finditer(masked, start, end):
        begin, stop = match.span()
        if lead := _LEADING.match(masked, begin, stop):
            begin = lead.end()
        while stop > begin and masked[stop - 1] in " 　":
            stop -= 1
        if stop - begin >= 4:
            found.append((begin, stop))
    return found


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of a sentence's surroundings."""

    section: Section
    spoken: bool  # a speech or report: only modals and orders oblige; in a plan every plain sentence does
    headed: bool  # stands under or behind some heading


class Obligation(NamedTuple):
    """Where in its sentence the obliging clause begins, and its modals, counted from there."""

    start: int
    modals: list[Modal]


def obligation(text: str, context: Context, ended: bool) -> Obligation | None:
    """The obliging clause of a sentence whose quotations are masked; None if it obliges nobody.

    `ended`: it ends in a mark as sentences do; titles, captions and signatures do not.
    """
    if context.section in (Section.PRINCIPLES, Section.ACCOUNT) or _is_idle(text):
        return None
    frame = FRAME.match(text)
    offset = frame.end() if frame else 0
    text = text[offset:]
    modals = find_modals(text)
    if _AIM.match(text) and _GOAL_SIGN.search(text):
        start = 0
    elif not ended and not _stands_unended(text, modals, context):
        return None
    elif modals:
        start = _begin(text, modals, context.spoken)
    elif context.section is Section.GOALS:
        start = 0 if _GOAL_SIGN.search(text) else -1
    else:
        start = 0 if _obliges_plainly(text, context) else -1
    return Obligation(start + offset, shift(modals, start)) if start >= 0 else None


def _is_idle(text: str) -> bool:
    return bool(
        _IDLE_OPENING.match(text) or _IDLE_ENDING.search(text[-_LONGEST_ENDING:]) or _IDLE.search(text)
    )


def _stands_unended(text: str, modals: Sequence[Modal], context: Context) -> bool:
    """A line without a mark at its end: cut off, or an entry of a list of goals; never a title or a signature."""
    if not context.headed or text.endswith(("：", "，")):
        return False
    if modals:
        return True
    return (len(text) > _TRUNCATED and _orders(text)) or (
        context.section is Section.GOALS and _GOAL_SIGN.search(text) is not None
    )


def _obliges_plainly(text: str, context: Context) -> bool:
    """A sentence without modal: an order if it opens like one, or a plain duty where the section gives orders."""
    if _GOAL_HEAD.match(text):
        return True
    if reports(text) or defines(text) or states(text.rstrip("。；！")):
        return False
    if context.headed and _orders(text):
        return not is_done(text)
    if tells(text):
        return False
    if _MEASURED.search(text):
        return True
    if _NOUN_PHRASE.search(text) and not _DONE_WITH.search(text):
        return False
    if context.spoken or not context.headed or text.startswith("我国"):
        return text[:2] in IMPERATIVES
    return True


def _orders(text: str) -> bool:
    """Whether the sentence opens with a verb of order, perhaps behind connectives and objects fronted by 对, 把, 在."""
    if lead := _CONNECTIVE.match(text):
        text = text[lead.end() :]
    if text[:2] in IMPERATIVES or text[:1] in _SHORT_ORDERS:
        return True
    if text[:1] not in PREPOSITIONS:
        return False
    return any(segment[:2] in IMPERATIVES for segment in SEGMENT.split(text)[1:]) or bool(
        text[:1] in "将把" and len(text) > 8
    )


def _begin(text: str, modals: Sequence[Modal], spoken: bool) -> int:
    """The start of the obliging clause in a sentence that has a modal: told segments before it are left out."""
    position = begin = 0
    for segment in SEGMENT.split(text):
        end = position + len(segment)
        if modals[0].place <= end:
            if position and _FROM_HERE.match(segment):
                begin = position
            if saying := _SAYING.match(segment):  # …出席并讲话，强调要…
                begin = position + saying.end()
            break
        if tells(segment) or states(segment) or segment.endswith("组成") or (spoken and defines(segment)):
            begin = end + 1
        position = end + 1
    return begin
