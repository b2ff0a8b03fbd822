"""Duty, prohibition, target, permission or attitude."""

from __future__ import annotations

import re
from collections.abc import Sequence

from guantong.core.reading.lexicon import IMPERATIVES, SEGMENT
from guantong.core.reading.modals import Force, Modal
from guantong.core.reading.types import ClauseKind

# A way of thinking or feeling …
_ATTITUDE = re.compile(
    r"想法|意识|观念|认识|警钟长鸣|为戒|学习领会|领会|信念|信仰|自信|初心|使命感|责任感|紧迫感|荣誉感|清醒|忠诚|牢记|铭记|珍惜|敬畏|"
    r"站位|境界|情怀|思想上|政治上|定力|觉悟|体会|感悟|放在心[上头]|扛在肩|高度重视|重视|看齐|保持一致|"
    r"两个维护|态度|心态|问题导向|效果导向|反思"
)
# … with what it is about: 认识做好开学工作的重要性 names no act, though 做好 stands in it (bounded, as every repeat here must be) …
_HELD = re.compile(
    r"认识[^，；]{0,40}(?:性|意义|形势|地位|作用|危害)|(?:增强|强化|提高|提升)[^，；]{0,40}?(?:意识|观念|感|自信|定力|自觉|站位|自觉性)|"
    r"(?:增强|坚定|做到|坚决?做到|拥护|捍卫|牢记)[“‘]?■+[”’]?|(?:树立|树牢|坚持)[^，；]{0,40}?(?:观念|意识|理念|思想|政绩观|观)(?![^，；])|"
    r"绷紧[^，；]{0,40}弦|(?:克服|消除|摒弃)[^，；]{0,40}(?:思想|情绪|心态|心理|念头)|统一到[^，；]{0,40}上来|思想上[^，；]{0,40}重视[^，；]{0,40}|"
    r"既然[^，；]{0,40}|(?:充分|高度)重视[^，；]{0,40}(?:工作|问题)(?![^，；])|(?:有行动|见实效|见成效|求实效|见行动)(?![^，；])"
)
# … and verbs whose doing somebody could see.
_ACTS = re.compile(
    r"制定|建立|召开|开展|组织|检查|督查|报送|上报|报告|公开|公布|整改|落实(?!$)|完成|配备|培训|举办|签订|"
    r"考核|评估|编制|排查|成立|设立|明确|细化|"
    r"打造|建设|实施|推行|办理|处理|查处|追究|清理|修订|印发|安排|部署|抓好(?!贯彻落实|$)|做好|执行|解决|"
    r"破解|推动|推进|治理|防止|强化监督|投入|保障|管理|"
    r"纠正|通报|宣传|选派|走访|帮扶|对标|查找|立行立改|加强(?!学习|思想|党性)"
)
# What may stand before the verb of a segment.
_LEAD = re.compile(
    r"(?:[^，；]{0,20}?(?:要|应当?|必须|须))?(?:切实|进一步|不断|持续|着力|大力|全面|真正|始终)*"
)
_THOUGHT = re.compile(
    r"^[^，；]{0,20}?(?:不要|不能|不得|不可|切忌)(?:再)?(?:(?:有|存|存在|抱有|抱着|怀有|产生)[^，；]*(?:想法|思想|念头|心态|心理|情绪|观念)|觉得|认为|以为)"
)
_BOUND = re.compile(r"\S{2,3}?(?:低于|少于|超过|高于|多于)")
_FORBIDDING = re.compile(r"(?:坚决|严格)?(?:杜绝|禁止|严禁|不再|不搞)")
_GOAL_HEAD = re.compile(
    r"(?:力争|到20\d\d年|20\d\d年|年内|全年|确保|实现|不发生|全[区市县校]|"
    r"[^，；]{2,16}[率数](?:达到?|不低于|不超过|保持|控制))"
)


def kind_of(clause: str, modals: Sequence[Modal], has_numbers: bool) -> ClauseKind:
    """The kind of a clause whose quotations are masked.

    A clause with a visible act is no attitude, unless it first and foremost forbids a thought (不要有…的想法).
    """
    if _THOUGHT.search(clause) or _only_attitude(clause):
        return ClauseKind.ATTITUDE
    force = modals[0].force if modals else None
    if force is Force.FORBIDS and _BOUND.match(clause, modals[0].place):
        force = Force.OBLIGES  # 不得低于95%: a figure to reach, nothing to stop
    if force is Force.FORBIDS or (force is None and _FORBIDDING.match(clause)):
        return ClauseKind.PROHIBITION
    if force is Force.PERMITS:
        return ClauseKind.PERMISSION
    if has_numbers and force is None and _GOAL_HEAD.match(clause):
        return ClauseKind.TARGET
    return ClauseKind.DUTY


def _only_attitude(clause: str) -> bool:
    attitude = False
    for segment in SEGMENT.split(clause.rstrip("。！？；")):
        rest = _HELD.sub("", segment)
        if _ACTS.search(rest):
            return False
        if rest != segment or _ATTITUDE.search(segment):
            attitude = True
        elif _LEAD.sub("", segment, count=1)[:2] in IMPERATIVES:
            return False
    return attitude
