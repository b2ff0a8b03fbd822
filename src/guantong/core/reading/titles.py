"""Where the title behind a marker ends, also where nothing separates it from the body."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LONGEST = 45  # characters a run-on title may have
_STOP = re.compile(r"[。！？；\n]")
_ITEM_STOP = re.compile(r"[，。；：！？（\n]")
_GAP = re.compile(r"[ 　]")
_LABEL = re.compile(r"[^，。；：！？\n]{2,14}：")
_MODAL_HEAD = re.compile(r"(?:各|全[体区市县校]|我们|大家|同志|凡|对|要(?![点求素])|应|请|须|必须|不得|严禁)")

# A glued title ends in one of these nouns …
_NOUNS = (
    "制度|体系|工作|领导|任务|内容|措施|要求|方式|重点|机制|项目|资金|典型|平台|氛围|宣传|情况|力度|水平|学习|交流|建设|保障|管理|责任|"
    "监督|考核|目标|原则|思想|方法|步骤|范围|对象|时间|安排|组织|培训|教育|整改|落实|检查|督查|评价|问题|隐患|环境|服务|能力|质量|队伍|"
    "分工|意义|认识|纪律|效果|实效|活动|合力|基础|上率下|知促行|论述|形势|经费|配合|协调|指导|保密|处置|治理|改革|发展|创新|联动|示范|"
    "防控|预防|安全|总结|通报|报告|公开|信息|数据|资源|结构|布局|条件|标准|规范|程序|流程|职责|权限"
)
# … and what follows begins the way a body does.
_BODIES = (
    "为|要|应|各|对|将|把|以|按照|根据|围绕|依托|充分|通过|从|在|坚持|全面|认真|深入|切实|进一步|动员|建立|改进|谋划|重点|弘扬|大力|严格|"
    "成立|结合|继续|积极|加强|加大|制定|组织|虽|尽管|当前|今年|成员|我|本|全|是|个人|集体|党委|学校|学生|教师|理论|系统|学习"
)
_GLUED = re.compile(rf"(?:(?<={')|(?<='.join(_NOUNS.split('|'))}))(?={_BODIES})")


@dataclass(frozen=True, slots=True)
class Title:
    """`start:end` is the title, the body begins at `body`. `heading` certain, `doubtful` settled by the siblings."""

    start: int
    end: int
    body: int
    heading: bool
    doubtful: bool
    alone: bool  # nothing else in its paragraph


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
    if match is None:
        if stop - start <= 70 and not (flat and stop - start > 30 and _glued(masked, start, stop)):
            return Title(start, stop, stop, True, False, True)
    elif end - start <= _LONGEST and match.end() == stop:
        return Title(start, end, start, False, False, True)
    elif end - start <= _LONGEST and match[0] in "。！？" and _more(text, match.end(), stop):
        doubtful = not _MODAL_HEAD.match(masked, start)
        return _item(masked, start, stop) if not doubtful else Title(start, end, match.end(), False, True, False)
    if label := _LABEL.match(masked, start, stop):
        if label.end() < stop:
            return Title(start, label.end() - 1, label.end(), True, False, False)
        return Title(start, label.end() - 1, stop, True, False, True)
    if flat and (glued := _glued(masked, start, min(stop, start + _LONGEST))):
        return Title(start, glued, glued, True, False, False)
    return _item(masked, start, stop)


def _item(masked: str, start: int, stop: int) -> Title:
    cut = _ITEM_STOP.search(masked, start, stop)
    end = cut.start() if cut else stop
    return Title(start, end, start, False, False, False)


def whole_sentence(masked: str, title: Title) -> Title:
    """The title of a heading that was taken for an item at first: its whole first sentence."""
    match = _STOP.search(masked, title.start)
    end = match.start() if match else len(masked)
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
