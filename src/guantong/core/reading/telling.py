"""What tells instead of ordering: finished acts, states, definitions, reports. Text with quotations masked.

Each pattern's alternatives begin with a character of their own, look-behinds come after it: so the engine skips to
where one could begin.
"""

from __future__ import annotations

import re

_OPENING = re.compile("目前|当前|近年|一直以来")
_TELLS = re.compile(
    r"了(?<![为除罢明]了)(?![解望然结]|不起)|已(?<!对已)(?:经)?(?![^，。；]{0,40}[的、])|曾经|近年来(?<=，近年来)|以来[，,]|"
    r"取得(?:了|明显|显著|积极|重大|长足|一定)|仍然|依然|显著提升|明显(?:增强|提高|改善|提升|好转)|持续(?:提升|加强|稳定)\Z|"
    r"不断(?:提高|改善|提升|净化|完善|加强|优化)[。；]|过去|去年|同比|正在|会有|存在(?:着|的)?(?:一些|不少|差距)|还不|"
    r"还有(?:一些|较大|不少)|值得注意|深有感触|意味着|表明|显示|说明|标志着"
)
_DONE = re.compile(r"了(?<![为除罢明]了)(?![解望然结]|不起)|取得(?:了|明显|显著|积极|重大|长足)")
_DEFINES = re.compile(
    r"是(?<![特尤别其凡于但可要而不还只就更都正总若既一二三四五六七八九十否先]是)(?![否非])|分为(?![^。]{0,60}不[超低])|意味着|"
    r"(?:具有|有利于|在于|关系到)(?![^，。；]{0,40}的)|具有[^，。；]{0,12}意义|无权|作出[^，]{0,6}贡献。|拉开帷幕|值得|迫切|"
    r"最根本的是|归根(?:结底|到底)"
)
_SCOPE = re.compile(r"本\S{1,6}适用于")
_STATES = ("复杂", "艰巨", "严峻", "突出", "薄弱", "面广", "性强", "繁重", "重大", "落后", "完全赞同")
_I = re.compile("我(?!们|国|局|市|县|区|校|省|委|厅|院|部|会)")
_REPORTER = re.compile(r"新华社|人民网|本报|[^，]{0,20}记者|[^，。]{2,30}(?:出席|主持|参加)(?:会议|了)|大会")
_REPORTED = re.compile("(?:回顾|总结|阐述|宣读|审议|分析)了|题为")


def tells(text: str) -> bool:
    """Whether a stretch tells of what was done or how things are."""
    return _OPENING.match(text) is not None or _TELLS.search(text) is not None


def is_done(text: str) -> bool:
    """Whether what opens like an order speaks of something finished."""
    return _OPENING.match(text) is not None or _DONE.search(text) is not None


def defines(text: str) -> bool:
    """Whether a stretch says what something is: X是Y, 分为, 具有, 本办法适用于."""
    return _DEFINES.search(text) is not None or _SCOPE.match(text) is not None


def states(text: str) -> bool:
    """Whether a stretch ends in a state (任务艰巨) or speaks for its speaker (我完全赞同)."""
    return text.endswith(_STATES) or _I.match(text) is not None


def reports(text: str) -> bool:
    """Whether a sentence reports an event: who was there, who spoke on what."""
    return _REPORTER.match(text) is not None or _REPORTED.search(text) is not None
