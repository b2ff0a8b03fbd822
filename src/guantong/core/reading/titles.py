"""Where the title behind a marker ends, also where nothing separates it from the body."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_LONGEST = 45  # characters a run-on title may have
_FURTHEST = 400  # characters to look for the end of a title that is a whole sentence
_LONGEST_LINE, _SHORT_LINE = 70, 30  # characters of a title that has its line to itself
_ORDER = re.compile(
    r"必须|务必|应当|不得|严禁|(?<=[校门位关构府局委组员长师部])要(?![求点素])|(?<=[校门位关构府局委组员长师部])应(?![用急对])|"
    r"\d月(?:\d{1,2}日|底|末)?前|年底前|学期末前"
)
_PARTING = ("要", "应", "须", "各")  # what follows a glued title beyond doubt
_STOP = re.compile(r"[。！？；\n]")
_ITEM_STOP = re.compile(r"[，。；：！？（\n]")
_GAP = re.compile(r"[ 　]")
_LABEL = re.compile(r"[^，。；：！？\n]{2,14}：")
_MODAL_HEAD = re.compile(r"(?:各|全[体区市县校]|我们|大家|同志|凡|对|要(?![点求素])|应|请|须|必须|不得|严禁)")

# A glued title ends in one of these nouns …
_NOUNS = (
    "制度|体系|领导|任务|内容|措施|要求|方式|重点|机制|项目|资金|典型|平台|氛围|力度|水平|交流|责任|目标|"
    "原则|思想|方法|步骤|范围|对象|意义|"
    "纪律|效果|质量|队伍|环境|论述|形势|经费|合力|基础|上率下|知促行|能力|问题|隐患|情况|工作|保障|格局|时间|分工"
)
# … or in one that may be a verb too, and then only before a plain opening.
_VERBAL = (
    "组织|学习|落实|检查|督查|管理|建设|监督|考核|宣传|培训|教育|整改|评价|服务|配合|协调|指导|处置|治理|改革|发展|创新|联动|示范|防控|"
    "预防|总结|通报|报告|公开|安排|认识"
)
_OPENINGS = "为|要|应|各[级有地单校班]|按照|坚持|认真|深入|切实|进一步|个人|集体"
# What follows the title begins the way a body does.
_BODIES = (
    f"{_OPENINGS}|对|将|把|以|根据|围绕|依托|充分|通过|从|在|全[面区市县校体]|动员|建立|改进|谋划|重点|弘扬|"
    f"大力|严格|成立|结合|继续|积极|加强|加大|"
    "制定|组织|虽|尽管|当前|今年|成员|我[们局区市县校]|本[校局区]|党委|学校|理论|系统|学习"
)


def _after(nouns: str) -> str:
    return "(?:" + "|".join(f"(?<={noun})" for noun in nouns.split("|")) + ")"


_GLUED = re.compile(f"{_after(_NOUNS)}(?={_BODIES})|{_after(_VERBAL)}(?={_OPENINGS})")


@dataclass(frozen=True, slots=True)
class Title:
    """`start:end` is the title, the body begins at `body`. `heading` certain, `doubtful` settled by the siblings."""

    start: int
    end: int
    body: int
    heading: bool
    doubtful: bool
    alone: bool  # nothing else in its paragraph
    orders: bool = False  # reads like an order of its own: a title only where its siblings have titles


def find_title(text: str, masked: str, start: int, stop: int, flat: bool) -> Title:
    """The title of a node whose marker ends at `start` and whose first paragraph (or run) ends at `stop`.

    In a `flat` document (whole pages on one line) the title may run into the body without any mark.
    """
    while start < stop and text[start] in " 　：，":
        start += 1
    match = _STOP.search(masked, start, stop)
    end = match.start() if match else stop
    gap = _GAP.search(masked, start, min(end, start + _LONGEST))
    if gap and gap.start() - start >= 2 and not _ITEM_STOP.search(masked, start + 1, gap.start()):
        return Title(start, gap.start(), gap.end(), True, False, False)
    if label := _LABEL.match(masked, start, stop):
        if label.end() < stop:
            return Title(start, label.end() - 1, label.end(), True, False, False)
        return Title(start, label.end() - 1, stop, True, False, True)
    glued = _glued(masked, start, min(stop, start + _LONGEST)) if flat else 0
    parted = glued > 0 and (masked.startswith(_PARTING, glued) or _orders(masked, start, end))
    if match is None:
        if stop - start <= _LONGEST_LINE and not (glued and stop - start > _SHORT_LINE):
            return Title(start, _before_comma(masked, start, stop), stop, True, False, True)
    elif end - start <= _LONGEST and not parted:
        if match.end() == stop:
            return Title(start, end, start, False, False, True)
        if match[0] in "。！？" and _more(text, match.end(), stop):
            return Title(start, end, match.end(), False, True, False, _orders(masked, start, end))
    if glued:
        return Title(start, glued, glued, True, False, False)
    return _item(masked, start, stop)


def _orders(masked: str, start: int, end: int) -> bool:
    """Whether what could be a title is an order of its own: it names who, or a modal, or a due time."""
    return bool(_MODAL_HEAD.match(masked, start) or _ORDER.search(masked, start, end))


def _before_comma(masked: str, start: int, end: int) -> int:
    while end > start and masked[end - 1] in "，、；：":
        end -= 1
    return end


def _item(masked: str, start: int, stop: int) -> Title:
    cut = _ITEM_STOP.search(masked, start, stop)
    end = cut.start() if cut else stop
    return Title(start, _before_comma(masked, start, end), start, False, False, False)


def item_title(masked: str, title: Title) -> Title:
    """The title of an item that might have been a heading: up to the first stop; its text begins with it."""
    return replace(_item(masked, title.start, title.end), alone=title.alone)


def whole_sentence(masked: str, title: Title) -> Title:
    """The title of a heading that was taken for an item at first: its whole first sentence."""
    match = _STOP.search(masked, title.start, title.start + _FURTHEST)
    end = match.start() if match else title.end
    return Title(title.start, end, match.end() if match else end, True, False, title.alone)


def _more(text: str, position: int, stop: int) -> bool:
    """Whether a sentence follows (a bracket naming who is responsible is none)."""
    while position < stop and text[position] in " 　”":
        position += 1
    if position < stop and text[position] == "（":
        closing = text.find("）", position, stop)
        position = stop if closing < 0 else closing + 1
    return stop - position > 3


def _glued(masked: str, start: int, stop: int) -> int:
    """Where a title glued to its body ends, 0 where no such place is seen."""
    match = _GLUED.search(masked, start + 4, stop)
    return match.start() if match else 0
