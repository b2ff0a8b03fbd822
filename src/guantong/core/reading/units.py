"""Who must act: lead and support units from brackets, from the sentence itself, or carried on from the one before."""

from __future__ import annotations

import re
from dataclasses import dataclass

# What the name of an organization or of a post ends in.
_SUFFIX = (
    "党组织|党委|党组|党总支|支部|党工委|工委|纪委|纪工委|纪检组|检察院|法院|监委|委员会|常委会|领导小组|工作组|专班|小组|指挥部|办公室|"
    "部门|单位|机关|机构|政府|学校|院校|高校|中学|小学|幼儿园|高中|院|各校|科研院所|研究院|研究所|园区|校区|"
    "总局|税务局|[^大政结格布全部当时现开棋]局|办事处|人大|政协|组织|团体|协会|联盟|学会|联合会|工会|共青团|妇联|企业|公司|"
    "集团|医院|街道|乡镇|[各辖]?镇|社区|中心|服务站|监测站|派出所|处室|科室|支队|大队|中队|总队|[^内外干以]部|[^民乡农]委|[市区县省厅司署]直|"
    "[^不那用]处|[^同学专本]科|[^客]厅|[^公官]署|[^车]站|[^场]所|地区|各地|各级|各省|自治区|直辖市|各市|各县|各区|各乡|各村|属地村|村委会|居委会|村两委|"
    "地方|基层|辖区|网格|[^问课标话]题组|班子|书记|校长|园长|院长|主任|局长|处长|科长|部长|组长|所长|站长|班主任|干部|党员|团员|青年|"
    "教师|教职工|职工|人员|公务员|负责人|负责同志|责任人|成员|委员|代表|领导|同胞|队伍|网格员|志愿者|一把手|[^地]方面|行政学院|党校|"
    "主体|承担单位|行业|各方|基金会|人民银行|气象台"
)
_UNIT_END = re.compile(rf"(?:{_SUFFIX})(?:（■+）)?")
_NOT_UNITS = re.compile(r"^(?:大家|我们?|同志们|咱们|他们|这些|其|本人|你们|自己|谁)$|的$|^(?:对|把|将|使|让|为)")
# A unit's name holds none of these: they show that the stretch is a sentence of its own.
_NO_NAME = re.compile(r"[■“”《》，。；：]|是(?!否)|了|不|着(?!力)|(?:加强|推进|完善|建立|落实|提高|增强|开展|发挥|形成|实现)")

_CONNECTIVES = re.compile(
    r"(?:同时|此外|另外|其次|首先|再次|最后|因此|因而|所以|但是|但|然而|而且|并且|并|接下来|下一步|下步|今后|一方面|另一方面|与此同时|为此|"
    r"特别是|尤其是|凡|希望|请|(?:今年|明年|去年|现在|当前|近期))[，]?"
)
_ADVERBS = re.compile(
    r"(?:也|都|还|均|更|更加|一定|切实|时刻|始终|进一步|继续|就|今年|同样|必|共同|统一|认真|积极|主动|自觉|要|尤其|特别|一律|首先|全体|原则上|"
    r"在座|皆|只|仍|又|再|既|并|务|相应|分别)+$"
)
_AS = re.compile(r"作为|(?:在|对|按|按照|根据|结合|围绕|从|以|会同|通过|针对|依照|依据|(?:定期|适时|牵头|负责|统筹|联合)).*$")


def split_names(text: str) -> list[str]:
    """The single names of an enumeration; 、 inside a name (各省、自治区、直辖市人民政府) stays."""
    text = text.strip(" 　，。；：、")
    names: list[str] = []
    for piece in re.split(r"[，；]|以及", _JOINED.sub(lambda m: m[0].replace("、", "\0"), text)):
        for part in piece.split("、"):
            names += _split_and(part.replace("\0", "、"))
    return [n for n in dict.fromkeys(filter(None, map(_tidy, names)))]


_JOINED = re.compile(r"各省、自治区、直辖市|省、自治区、直辖市|中、小学|[省市区县乡镇村](?:、[省市区县乡镇村])+(?![\u4e00-\u9fff]?[、，])")
_AND = re.compile(r"(?<!工业)(?<!文化)(?<!发展)(?<!资源)(?<!住房)(?<!环境)(?<!体育)(?<!卫生)(?<!交通)(?:和|及|与)")
_ETC = re.compile(r"等(?=各|有关|相关|其他|国务院|省|市|区|县|单位|部门|处室|科室|$)")
_BARE_CLASS = re.compile(r"^(?:部门|单位|处室|科室|机构|方面|组织|按|分别|共同|职责|分工)*$")


def _split_and(part: str) -> list[str]:
    pieces = []
    for chunk in _ETC.split(part):
        start = 0
        for match in _AND.finditer(chunk):
            left, right = chunk[start : match.start()], chunk[match.end() :]
            if left and right and _UNIT_END.search(left) and _ends_unit(left):
                pieces.append(left)
                start = match.end()
        pieces.append(chunk[start:])
    return pieces


def _ends_unit(name: str) -> bool:
    last = None
    for last in _UNIT_END.finditer(name):
        pass
    return last is not None and last.end() == len(name)


def _tidy(name: str) -> str:
    name = re.sub(r"^(?:由|请|凡|并由|其中|以及|各有关方面由|以|及|和)", "", name.strip(" 　、，。；：的"))
    name = re.sub(r"(?:按照?(?:各自)?职责(?:分工)?|按分工|分工|依职责|分别|共同|具体)$", "", name)
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
        if (duty := parse_duty(m[1], first_leads)) is not None
    ]


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


_WITH = re.compile(rf"会同([^，；。：]{{2,30}}?(?:{_SUFFIX}))(?=[^等、和及])")
_BY = re.compile(rf"(?<![自经理])由([^，；。：]{{2,24}}?(?:{_SUFFIX}))(?=负责|牵头|组织|落实|办|制定|会同|综合|提出|按|作|换|责令|审|担任)")


def in_sentence_support(clause: str) -> tuple[str, ...]:
    """会同有关部门 → 有关部门."""
    if "会同" not in clause:
        return ()
    match = _WITH.search(clause)
    return tuple(split_names(match[1])) if match else ()


def find_subjects(clause: str, modal: int) -> tuple[str, ...]:
    """The units a clause names as the one who must act. `modal` is where its first modal stands, -1 without one."""
    zone = clause[:modal] if modal >= 0 else clause
    if clause.startswith("请") or (modal >= 0 and clause.startswith("请", modal)):
        at = clause.index("请") + 1
        if units := _leading_units(clause[at:], asked=True):
            return units
    segments = zone.split("，")
    for i, segment in enumerate(segments):
        closed = modal >= 0 and i == len(segments) - 1
        if units := _leading_units(_strip_connectives(segment), asked=not closed):
            more = segments[i + 1 :]
            for other in more:  # 各地、各部门，特别是…所在地，要
                other = _strip_connectives(other)
                if (extra := _leading_units(other, asked=False)) and _is_list(other):
                    units += extra
            return units
    if "由" in clause and (match := _BY.search(clause)):
        return tuple(split_names(match[1]))
    return ()


def _is_list(segment: str) -> bool:
    return _ends_unit(_ADVERBS.sub("", segment))


def _strip_connectives(segment: str) -> str:
    while match := _CONNECTIVES.match(segment):
        segment = segment[match.end() :]
    return segment


def _leading_units(segment: str, asked: bool) -> tuple[str, ...]:
    """The units at the head of `segment`: all of it (before a modal), or up to where its verb begins (`asked`)."""
    whole = _ADVERBS.sub("", segment)
    if whole == "党":
        return ("党",)
    if _ends_unit(whole):
        return _checked(whole)
    end = 0
    for match in _UNIT_END.finditer(segment):
        rest = segment[match.end() :]
        if _AS.match(rest) or (asked and _VERB_HEAD.match(rest)):
            end = match.end()
            break
    return _checked(segment[:end]) if end else ()


_VERB_HEAD = re.compile(
    r"$|要|应|须|可|将|按|在|对|根据|结合|落实|负责|会同|牵头|组织|统筹|定期|适时|进一步|积极|认真|切实|依法|建立|制定|提出|抓|做|"
    r"加强|严格|报送|配合|开展|参加|接受|听取|编制|指导|督促|审|办|作为|以|从|把|向|与|为企业|通过|至少|每|原则上|不再|不得|尽快|及时"
)


def _checked(text: str) -> tuple[str, ...]:
    names = split_names(text)
    if not names or any(len(n) > 28 or _NOT_UNITS.search(n) or _NO_NAME.search(n) for n in names):
        return ()
    if not all(_ends_unit(n) or len(names) > 1 for n in names):
        return ()
    return tuple(names)
