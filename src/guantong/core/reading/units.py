"""Who must act: lead and support units from brackets, from the sentence itself, or carried on from the one before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from guantong.core.reading.lexicon import IMPERATIVES

# What the name of an organization or of a post ends in.
_SUFFIX = (
    "党组织|党委|党组|党总支|支部|党工委|工委|纪委|纪工委|纪检组|检察院|法院|监委|委员会|常委会|领导小组|工作组|专班|小组|指挥部|办公室|"
    "部门|单位|机关|机构|政府|学校|院校|高校|中学|小学|幼儿园|高中|院|各校|科研院所|研究院|研究所|园区|校区|"
    "总局|税务局|[^大政结格布全部当时现开棋]局|办事处|人大|政协|组织|团体|协会|联盟|学会|联合会|工会|共青团|妇联|企业|公司|"
    "集团|医院|街道|乡镇|[各辖]?镇|社区|中心|服务站|监测站|派出所|处室|科室|支队|大队|中队|总队|[^内外干以]部|[^民乡农]委|[市区县省厅司署]直|"
    "[^不那用]处|[^同学专本]科|[^客]厅|[总专行公]署|[^车]站|[^场]所|地区|各地|各级|各省|自治区|直辖市|各市|各县|各区|各乡|各村|属地村|村委会|居委会|村两委|"
    "地方|基层|所在地|防御区|城市|省区市|[省市县区乡镇]财政|辖区|网格|[^问课标话]题组|班子|书记|校长|园长|院长|主任|局长|处长|科长|部长|组长|所长|站长|班主任|干部|党员|团员|青年|"
    "教师|教职工|职工|人员|公务员|负责人|负责同志|责任人|成员|委员|代表|领导|同胞|队伍|网格员|志愿者|一把手|[^地]方面|行政学院|党校|"
    "主体|承担单位|行业|各方|基金会|人民银行|气象台"
)
_UNIT_END = re.compile(rf"(?:{_SUFFIX})(?:（[^（）]*）)?$")
_NOT_UNITS = re.compile(r"^(?:大家|我们?|同志们|咱们|他们|这些|其|本人|你们|自己|谁)$|的$|^(?:对|把|将|使|让|为)")
# A unit's name holds none of these: they show that the stretch is a sentence of its own.
_NO_NAME = re.compile(r"[“”《》，。；：由被把]|是(?!否)|了|不|着(?!力)|(?:加强|推进|完善|建立|落实|提高|增强|开展|发挥|形成|实现)")

_CONNECTIVES = re.compile(
    r"(?:同时|此外|另外|其次|首先|再次|最后|因此|因而|所以|但是|但|然而|而且|并且|并|接下来|下一步|下步|今后|一方面|另一方面|与此同时|为此|"
    r"特别是|尤其是|凡|希望|请|(?:今年|明年|去年|现在|当前|近期))[，]?"
)
_ADVERBS = re.compile(
    r"(?:也|都|还|均|更|更加|一定|切实|时刻|始终|进一步|继续|就|今年|同样|必|共同|统一|认真|积极|主动|自觉|要|尤其|特别|一律|首先|全体|原则上|"
    r"在座|皆|只|仍|又|再|既|并|务|相应|分别)+$"
)


def split_names(text: str) -> list[str]:
    """The single names of an enumeration; 、 inside a name (各省、自治区、直辖市人民政府) stays."""
    text = text.strip(" 　，。；：、")
    names: list[str] = []
    for part in re.split("以及|；", _JOINED.sub(lambda m: m[0].translate(_HIDE), text)):
        qualifier, de, rest = part.rpartition("的")  # 从国外、境外引进技术和设备的单位: what qualifies a name is no list
        for piece in _LIST.split(qualifier.translate(_HIDE) + de + rest):
            names += _split_and(piece)
    return [n for n in dict.fromkeys(_tidy(name.translate(_SHOW)) for name in names) if n]


_HIDE = str.maketrans("、和及与", "\x00\x01\x02\x03")
_SHOW = str.maketrans("\x00\x01\x02\x03", "、和及与")
_LIST = re.compile(r"[、，]|(?<=地区)(?=各)|(?<=部门)(?=各)|(?<=单位)(?=各)")
_JOINED = re.compile(r"（[^（）]*）|各?省、自治区、直辖市|中、小学|及其|和其他|[省市区县乡镇村](?:、[省市区县乡镇村])+(?![\u4e00-\u9fff]?[、，])")
_AND = re.compile(r"(?<!工业)(?<!文化)(?<!发展)(?<!资源)(?<!住房)(?<!环境)(?<!体育)(?<!卫生)(?<!交通)(?:和|及|与)")
_ETC = re.compile(r"等(?=各|有关|相关|其他|国务院|省|市|区|县|单位|部门|处室|科室|$)")
_BARE_CLASS = re.compile(r"^(?:部门|单位|处室|科室|机构|方面|组织|按|分别|共同|职责|分工)*$")


def _split_and(part: str) -> list[str]:
    pieces = []
    for chunk in _ETC.split(part):
        start = 0
        for match in _AND.finditer(chunk):
            left, right = chunk[start : match.start()], chunk[match.end() :]
            if right not in ("", "单位", "部门") and _ends_unit(left):
                pieces.append(left)
                start = match.end()
        pieces.append(chunk[start:])
    return pieces


def _ends_unit(name: str) -> bool:
    return _UNIT_END.search(name) is not None


def _tidy(name: str) -> str:
    name = re.sub(r"^(?:由|请|凡|并由|其中|以及|各有关方面由|以|及|和)", "", name.strip(" 　、，。；：的"))
    name = re.sub(r"(?:按照?(?:各自)?职责(?:分工)?|按分工|分工|依职责|分别|共同|具体)$", "", name)
    every = name.find("各", 1)
    if every > 0 and not _ends_unit(name[:every]) and name[every - 1] not in "的级区市县省国校" and _ends_unit(name):
        name = name[every:]  # 主要任务各牵头处室 → 各牵头处室
    return "" if _BARE_CLASS.match(name) else name


@dataclass(frozen=True, slots=True)
class Duty:
    """Who a bracket holds responsible."""

    lead: tuple[str, ...]
    support: tuple[str, ...]


_BRACKET = re.compile(r"（((?:[^（）]|（[^（）]*）)*?(?:负责|牵头|责任|配合|落实|参加|参与|承办|主办|协办)(?:[^（）]|（[^（）]*）)*)）")
_LABELS = re.compile(
    r"(?P<lead>(?:牵头|责任|主办|承办|负责|主责|实施)(?:单位|部门|处室|科室|机构|股室|领导|人)?(?:及责任人)?)：|"
    r"(?P<support>(?:配合|参加|参与|协办|协助|支持)(?:单位|部门|处室|科室|机构|股室)?)："
)
_LABEL_LINE = re.compile(rf"^(?:{_LABELS.pattern})")
_FIRST_LEADS = re.compile(r"[排列]?(?:在)?第一位|[排列]首位|排名第一|列第一")
_LEADS = re.compile(r"(?P<names>[^，；：]+?(?:[、，][^，；：]+?)*?)(?:共同)?牵头(?:负责|落实|组织|实施|推进)?(?:[，；]|$|会同)")
_VERB = re.compile(r"(?:按照?(?:各自)?职责(?:分工)?|分工|分别|共同|具体|组织)*(?:负责|配合|参加|参与|落实|承办|协办|协助|实施)(?:落实|实施|组织)?$")


def names_first_as_lead(text: str) -> bool:
    """Whether the document says 排在第一位的部门为牵头部门，下同."""
    return any(_FIRST_LEADS.search(m[1]) for m in _BRACKET.finditer(text)) if "第一" in text else False


def find_duties(text: str, start: int, end: int, first_leads: bool) -> list[tuple[int, Duty]]:
    """Brackets that say who is responsible, with the position where each begins."""
    return [
        (m.start(), duty)
        for m in _BRACKET.finditer(text, start, end)
        if _closes(text, m.start(), m.end(), end) and (duty := parse_duty(m[1], first_leads)) is not None
    ]


def _closes(text: str, start: int, stop: int, end: int) -> bool:
    """Whether a bracket stands at the end of a sentence; one inside a sentence only explains a word."""
    return text[start - 1] in "。；！ 　" or stop >= end or text[stop] in "。；\n 　（"


def parse_duty(content: str, first_leads: bool = False) -> Duty | None:
    """The inside of a bracket (or a line 责任单位：…) as lead and support; None where it names nobody."""
    content = content.strip(" 　。；，")
    if _FIRST_LEADS.search(content):
        content = re.split(r"[，；]", content[: _FIRST_LEADS.search(content).start()].rstrip("排在列的 "))[0]  # type: ignore[union-attr]
        first_leads = True
    if labels := list(_LABELS.finditer(content)):
        return _labelled(content, labels, first_leads)
    lead, support = (), ()
    if match := _LEADS.match(content):
        lead = tuple(split_names(match["names"]))
        rest = content[match.end() :]
        support = tuple(n for n in split_names(_VERB.sub("", rest)) if n not in lead) if rest else ()
        return Duty(lead, support) if lead else None
    if not _VERB.search(content):
        return None
    body = _VERB.sub("", content)
    if "会同" in body:
        first, _, others = body.partition("会同")
        return Duty(tuple(split_names(first)), tuple(split_names(others)))
    names = tuple(split_names(body))
    if not names or any(len(n) > 30 for n in names):
        return None
    return Duty(names[:1], names[1:]) if first_leads else Duty(names, ())


def _labelled(content: str, labels: list[re.Match[str]], first_leads: bool) -> Duty | None:
    lead: list[str] = []
    support: list[str] = []
    for i, label in enumerate(labels):
        stop = labels[i + 1].start() if i + 1 < len(labels) else len(content)
        names = split_names(content[label.end() : stop])
        if label["support"]:
            support += names
        elif first_leads and not lead:
            lead, support = names[:1], names[1:] + support
        else:
            lead += names
    return Duty(tuple(lead), tuple(support)) if lead or support else None


def in_sentence_support(clause: str) -> tuple[str, ...]:
    """会同有关部门 → 有关部门."""
    at = clause.find("会同")
    return _head_units(clause, clause, at + 2, len(clause)) if at >= 0 else ()


def find_subjects(text: str, masked: str, modals: Sequence[int]) -> tuple[str, ...]:
    """The units a clause names as the ones who must act; `modals` are the places of its modals.

    `masked` is `text` with quotations filled, same offsets.
    """
    if masked.startswith("请") or (modals and masked.startswith("请", modals[0])):
        at = masked.index("请") + 1
        if units := _head_units(text, masked, at, len(masked)):
            return units
    position, before, first = 0, 0, True
    found: tuple[str, ...] = ()
    for segment in masked.split("，"):
        stop = position + len(segment)
        modal = next((m for m in modals if position <= m < stop), -1)
        begin = position + _skip_connectives(segment)
        if _PLAIN_PEOPLE.match(masked, begin):
            return ()
        if modal >= begin:
            found += _before_modal(text, masked, begin, modal)
        elif modal < 0 and first:
            found = _head_units(text, masked, begin, stop)
        elif modal < 0 and found and before == 0 and segment.startswith(("特别是", "尤其是")):
            found += _checked(text[begin:stop])
        before, first = position, first and not found and _ADVERBIAL.match(segment) is not None
        position = stop + 1
    if not found and "由" in masked:
        found = tuple(n for m in _BY.finditer(masked) for n in _head_units(text, masked, m.end(), len(masked)))
    return tuple(dict.fromkeys(found))


_PLAIN_PEOPLE = re.compile(r"我们|大家|同志们|咱们")
_BY = re.compile(r"(?<![自经理])由(?=[\u4e00-\u9fff])")
_ADVERBIAL = re.compile(r"[对在按从为以到自经根围结针由随关鉴]|20\d\d年|今年|年[底内]|每|\d|[^，]{0,16}[后时前中下]$|$")


def _skip_connectives(segment: str) -> int:
    position = 0
    while match := _CONNECTIVES.match(segment, position):
        position = match.end()
    return position


def _orders(masked: str, begin: int) -> bool:
    return masked[begin : begin + 2] in IMPERATIVES


def _before_modal(text: str, masked: str, begin: int, modal: int) -> tuple[str, ...]:
    """All that stands between the segment's start and its modal, if that is a list of units."""
    zone = _ADVERBS.sub("", masked[begin:modal])
    if zone == "党":
        return ("党",)
    if not zone or (_orders(masked, begin) and not _OFFICE.search(zone)):
        return ()
    if _ends_unit(zone):
        return _checked(text[begin : begin + len(zone)])
    return _head_units(text, masked, begin, modal)


def _head_units(text: str, masked: str, begin: int, stop: int) -> tuple[str, ...]:
    """The units at the head of a segment, up to where its verb begins or to its end."""
    if masked[begin : begin + 1] in _NO_HEAD:
        return ()
    ordering = _orders(masked, begin)
    end = 0
    for match in _VERB_HEAD.finditer(masked, begin + 2, stop):
        if end and match.start() > end + 6:
            break
        if _ends_unit(masked[begin : match.start()]):
            end = match.start()
    if end:
        return () if ordering and not _OFFICE.search(masked[begin:end]) else _checked(text[begin:end])
    if ordering:
        return ()
    zone = _ADVERBS.sub("", masked[begin:stop])
    return _checked(text[begin : begin + len(zone)]) if _ends_unit(zone) else ()


_NO_HEAD = frozenset("要应可须既使让将把对在按从为以由向经据作到就都也还并")
# A name may begin like an order (登记管理机关, 发展改革部门) where it ends like an office.
_OFFICE = re.compile(r"^[^，的]{2,16}(?:部门|机关|机构|单位|委员会|[局处厅部科院]|办公室|人员)$")
_VERB_HEAD = re.compile(
    r"按|在|对|根据|结合|落实|负责|会同|牵头|组织(?!部)|统筹|定期|适时|进一步|积极|认真|切实|依法|建立|制定|提出|抓|做|完成|"
    r"加强|严格|报送|配合|开展|参加|接受|听取|编制|指导|督促|审|办(?![公事])|作为|以(?![上下及])|从|把|将|向|与|通过|至少|每|原则上|不再|不得|尽快|及时|拟|"
    r"应|须|可|要|就|由|分别|核定|核准|公布|印发|出具|拟订|报(?!社)|实施|依照|依据|围绕|针对|每|关闭|停止"
)


def _checked(text: str) -> tuple[str, ...]:
    names = split_names(text)
    if not names or any(len(n) > 34 or _NOT_UNITS.search(n) or _NO_NAME.search(n) for n in names):
        return ()
    if not _ends_unit(names[-1]):
        return ()
    return tuple(names)
