"""Who must act, from the sentence itself: the unit that stands before the modal, behind 请, 由 or 会同."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import islice

from guantong.core.reading.lexicon import IMPERATIVES
from guantong.core.reading.modals import Modal
from guantong.core.reading.names import checked_names, ends_name

_CONNECTIVES = re.compile(
    r"(?:(?:同时|此外|另外|其次|首先|再次|最后|因此|因而|所以|但是|但|然而|而且|并且|并|接下来|下一步|"
    r"下一阶段|下步|今后|一方面|另一方面|与此同时|为此|"
    r"特别是|尤其是|凡|希望|请|今年|明年|现在|当前|近期)，?)+"
)
_ADVERBS = re.compile(
    r"(?:也|都|还|均|更|更加|一定|切实|时刻|始终|进一步|继续|就|今年|同样|必|共同|统一|认真|积极|主动|自觉|"
    r"要|尤其|特别|一律|首先|全体|原则上|"
    r"在座|皆|只|仍|又|再|既|并|务|相应|分别)+$"
)
_PLAIN_PEOPLE = re.compile(r"我们|大家|同志们|咱们")
# Openers of a segment that only leads up to the subject in the next one.
_ADVERBIAL = re.compile(
    r"[对在按从为以到自经根围结针由随关鉴]|20\d\d年|今年|年[底内]|每|\d|[^，]{0,16}[后时前中下]$|$"
)
# A clause that opens with one of these has no subject before its verb.
_NO_HEAD = frozenset("要应可须既使让将把对在按从为以由向经据作到就都也还并抓促守补")
# A name may begin like an order (登记管理机关, 发展改革部门) where it ends like an office.
_OFFICE = re.compile(
    r"^(?:[^，的]{2,16}(?:部门|机关|机构|单位|委员会|[局处厅部科院室组站]|办公室|人员)|(?:分管|主管)[^，的]{0,6}(?:负责人|负责同志|领导|校长|人员))$"
)
_VERB_HEAD = re.compile(
    r"按|在|于|对|根据|结合|落实|负责|会同|牵头|组织(?!部)|统筹|定期|适时|进一步|积极|认真|切实|依法|建立|制定|提出|抓|做|完成|加强|严格|"
    r"报送|配合|开展|参加|接受|听取|编制|指导|督促|审|办(?![公事])|作为|以(?![上下及])|从|把|将|向|与|通过|至少|每|原则上|不再|不得|尽快|"
    r"及时|拟|应|须|可|要|就|由|分别|核定|核准|公布|进行|共同|推进|研究|处理|责令|印发|出具|拟订|报(?!社)|"
    r"实施|依照|依据|围绕|针对|关闭|停止|自行|利用|填写|汇总|安排|是(?!否)|明确|确定|指定|设立|配备|约谈|选派|推荐|报到|务必|一律|确保|速|宜"
)
_AIM = re.compile(r"力争|到20\d\d年")
_SECONDS = re.compile(
    r"(?:牵头|负责)[^，；。]{0,8}[，；]([^，；。]{2,40}?)(?:积极|密切|分工)?(?:参与|配合|协助|参加)"
)
_MOST_SEGMENTS = 60  # of one sentence that are searched for subjects
_LONGEST_LIST, _LONGEST_ADVERBS = 300, 24  # characters
_REACH = 6  # how much longer a name may be than its first plausible end: 机构|编制部门


def skip_connectives(masked: str) -> int:
    """Where the clause's own words begin behind 同时, 因此, 希望, …"""
    match = _CONNECTIVES.match(masked)
    return match.end() if match else 0


def find_subjects(text: str, masked: str, modals: Sequence[Modal]) -> tuple[str, ...]:
    """The units a clause names as the ones who must act.

    `masked` is `text` with quotations filled, same offsets; `modals` are its modals, in order.
    """
    if masked.startswith("请", modals[0].place if modals else 0):
        at = masked.index("请") + 1
        if units := _head_units(text, masked, at, len(masked)):
            return units
    position, before, leading = 0, 0, True
    found: tuple[str, ...] = ()
    places = [modal.place for modal in modals]
    for segment in masked.split("，", _MOST_SEGMENTS)[:_MOST_SEGMENTS]:
        stop = position + len(segment)
        begin = position + skip_connectives(segment)
        if _PLAIN_PEOPLE.match(masked, begin):
            break
        at = bisect_left(places, begin)
        modal = places[at] if at < len(places) and places[at] < stop else -1
        if segment.startswith(("由", "作为")):
            found += _head_units(text, masked, begin + (1 if segment[0] == "由" else 2), stop)
        elif modal >= begin:
            found += _before_modal(text, masked, begin, modal)
        elif leading:
            found = _head_units(text, masked, begin, stop)
        elif found and before == 0 and segment.startswith(("特别是", "尤其是")):
            found += checked_names(text[begin:stop])
        leading = leading and not found and _ADVERBIAL.match(segment) is not None
        before, position = position, stop + 1
    if not found and "由" in masked:
        for match in islice(re.finditer(r"(?<![自经理])由(?=[\u4e00-\u9fff])", masked), _MOST_SEGMENTS):
            found += _head_units(text, masked, match.end(), len(masked))
    return tuple(dict.fromkeys(found))


def find_partners(text: str, masked: str) -> tuple[str, ...]:
    """会同有关部门 → 有关部门; 由A牵头，B配合 → B."""
    at = masked.find("会同")
    if at >= 0:
        return _head_units(text, masked, at + 2, len(masked))
    if ("牵头" in masked or "负责" in masked) and (match := _SECONDS.search(masked)):
        return checked_names(text[match.start(1) : match.end(1)])
    return ()


def has_own_subject(masked: str, modals: Sequence[Modal]) -> bool:
    """Whether the clause opens with a subject of its own, unit or thing, so that none is carried on from before."""
    if _AIM.match(masked):
        return True
    begin = skip_connectives(masked)
    comma = masked.find("，", begin)
    if not modals or (0 <= comma < modals[0].place):
        return False
    zone = _bare(masked[begin : modals[0].place])
    return len(zone) > 1 and zone[0] not in _NO_HEAD and masked[begin : begin + 2] not in IMPERATIVES


def _bare(zone: str) -> str:
    """`zone` without the adverbs at its end."""
    tail = zone[-_LONGEST_ADVERBS:]
    return zone[: len(zone) - len(tail)] + _ADVERBS.sub("", tail)


def _before_modal(text: str, masked: str, begin: int, modal: int) -> tuple[str, ...]:
    """All that stands between the segment's start and its modal, if that is a list of units."""
    zone = _bare(masked[begin:modal])
    if zone == "党":
        return ("党",)
    if not zone or zone[0] in "在对把将以按到":
        return ()
    if masked[begin : begin + 2] in IMPERATIVES and not _OFFICE.search(zone):
        return ()
    if ends_name(zone):
        return checked_names(text[begin : begin + len(zone)])
    return _head_units(text, masked, begin, modal)


def _head_units(text: str, masked: str, begin: int, stop: int) -> tuple[str, ...]:
    """The units at the head of a segment, up to where its verb begins or to its end."""
    if masked[begin : begin + 1] in _NO_HEAD:
        return ()
    stop = min(stop, begin + _LONGEST_LIST)
    orders = masked[begin : begin + 2] in IMPERATIVES
    end = 0
    for match in _VERB_HEAD.finditer(masked, begin + 2, stop):
        if end and (match.start() > end + _REACH or masked.endswith("组织", begin, match.start())):
            break
        if ends_name(masked[begin : match.start()]):
            end = match.start()
        if match[0] == "会同":
            break
    if end:
        return () if orders and not _OFFICE.search(masked[begin:end]) else checked_names(text[begin:end])
    if orders:
        return ()
    zone = _bare(masked[begin:stop])
    return checked_names(text[begin : begin + len(zone)]) if ends_name(zone) else ()
