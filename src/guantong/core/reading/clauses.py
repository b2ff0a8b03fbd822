"""Which sentences oblige somebody, and where in the sentence the obligation begins."""

from __future__ import annotations

import re
from dataclasses import dataclass

from guantong.core.reading.lexicon import FRAME, IMPERATIVES, OBLIGE, PERMIT, PREPOSITIONS, TOLD
from guantong.core.reading.sections import Section

_SEGMENT = re.compile(r"[，；]")
_SENTENCE = re.compile(r"[^。！？]+[。！？]*[”’]?")
_LEADING = re.compile(r"(?:[ 　：，”、]|（■+）)+")
_NEVER = re.compile(
    r"^(?:让我们|各位(?:代表|领导|同志)(?=[！，：]|$)|同志们|现将|现(?:印|转|下)发|特此|此复|附件|谢谢|以上(?:意见|报告|请示|要求))|"
    r"(?:请|望)(?:你们|各地|各单位|结合[^，]{0,20})?，?(?:认真|遵照)?(?:贯彻|遵照)?(?:落实|执行)。?$|印发给你们|转发给你们|请予审(?:议|查)|"
    r"(?:如下|以下[^，]{0,10}|下列[^，]{0,8}|是|为)：?$|[几以下方面项]{2}[^，]{0,8}工作：?$|另行通知|"
    r"制定本(?:方案|办法|规定|细则|意见)|(?:制定|特制定)[^，]{0,30}(?:方案|计划|办法|细则)(?:如下)?。?$|"
    r"(?:作|提)出?(?:出|如下|以下)[^，]{0,12}(?:意见|决定|通知)"
)
_COPULA = re.compile(
    r"(?<![特尤凡于但可要而不还只就更都正总若既一二三四五六七八九十否先])是(?![否非])|分为|意味着|具有|无权|在于|有利于|关系到|作出[^，]{0,6}贡献。|"
    r"拉开帷幕|值得|迫切|最根本的|归根(?:结底|到底)"
)
_STATED = re.compile(r"(?:复杂|艰巨|严峻|突出|薄弱|不足|面广|性强|繁重|重大|不够|落后|不高|不力|较大|完全赞同)$|^我(?!们|国|局|市|县|区|校|省|委|厅|院|部|会)")
_FROM_HERE = re.compile(r"(?:因此|所以|因而|为此|但是|但|同时|接下来|下一步|今后)")
_REPORTED = re.compile(r"^(?:新华社|人民网|本报|[^，]{0,20}记者|[^，。]{2,30}(?:出席|主持|参加)(?:会议|了)|大会)|(?:回顾|总结|阐述|宣读|审议|分析)了|题为")
_CONNECTIVE = re.compile(
    r"(?:(?:同时|此外|另外|其次|首先|再次|最后|因此|所以|但是|但|并且|并|接下来|下一步|一方面|另一方面|为此|其中|原则上|在此基础上)[，]?|"
    r"(?:20\d\d年|今年|全年|年内|明年|每年|每月|每半年|每季度|到20\d\d年[底末]?|各?(?:月|季)底前|\d{1,2}月底前)[，]?)+"
)
_GOAL_SIGN = re.compile(r"\d|[一二三四五六七八九十]成|全覆盖|全部|年内|年底|前列|零|不发生|不出现|翻番|一半")
_DUTY_VERB = re.compile(
    r"负责|牵头|组织|统筹|按(?:照|程序|规定|职责|时)|定期|适时|会同|根据|结合|依法|应|协助|配合|建立|制定|开展|落实|参照|向|每|对|将|把|以|在|由"
)
_PLACE = re.compile(r"[中上下里内外时后前际间来]$|方面$|基础上|过程中")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the normalized text: `start:end`, closing marks included."""

    start: int
    end: int


def split_sentences(masked: str, start: int, end: int) -> list[Sentence]:
    """The sentences of a stretch; marks and brackets in front of one are left out."""
    found = []
    for match in _SENTENCE.finditer(masked, start, end):
        begin = match.start()
        if lead := _LEADING.match(masked, begin, match.end()):
            begin = lead.end()
        stop = match.end()
        while stop > begin and masked[stop - 1] in " 　":
            stop -= 1
        if stop - begin >= 4:
            found.append(Sentence(begin, stop))
    return found


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of a sentence's surroundings."""

    section: Section
    spoken: bool  # a speech or report: only modals and orders oblige; in a plan every plain sentence does
    headed: bool  # stands under some heading


def obligation(text: str, context: Context) -> int:
    """Where in the sentence `text` (quotations masked) the obliging clause begins; -1 if it obliges nobody."""
    if context.section in (Section.PRINCIPLES, Section.ACCOUNT) or _NEVER.search(text):
        return -1
    offset = 0
    if frame := FRAME.match(text):
        offset = frame.end()
        text = text[offset:]
    modal = OBLIGE.search(text) or PERMIT.search(text)
    if context.section is Section.GOALS and not (_GOAL_SIGN.search(text) or modal):
        return -1
    start = _begin(text, context) if modal else _plain(text, context)
    return start + offset if start >= 0 else -1


def _plain(text: str, context: Context) -> int:
    """A sentence without modal: an order if it opens like one, or a plain duty where the section gives orders."""
    if TOLD.search(text) or _COPULA.search(text) or _REPORTED.search(text):
        return -1
    if context.section is Section.GOALS:
        return 0
    if _orders(text):
        return 0
    if context.spoken or not context.headed:
        return -1
    return 0


def _orders(text: str) -> bool:
    """Whether the sentence opens with a verb of order, perhaps behind connectives and objects fronted by 对, 把, 在."""
    if lead := _CONNECTIVE.match(text):
        text = text[lead.end() :]
    if text[:2] in IMPERATIVES:
        return True
    if text[:1] not in PREPOSITIONS:
        return False
    return any(segment[:2] in IMPERATIVES for segment in _SEGMENT.split(text)[1:]) or bool(
        text[:1] in "将把" and len(text) > 8
    )


def _begin(text: str, context: Context) -> int:
    """The start of the obliging clause in a sentence that has a modal: told segments before it are left out."""
    position, begin, told = 0, 0, False
    for segment in _SEGMENT.split(text):
        if OBLIGE.search(segment) or PERMIT.search(segment):
            if position and (told or _FROM_HERE.match(segment)) and _FROM_HERE.match(segment):
                begin = position
            break
        if TOLD.search(segment) or _STATED.search(segment) or (_COPULA.search(segment) and context.spoken):
            told = True
            begin = position + len(segment) + 1
        position += len(segment) + 1
    return begin
